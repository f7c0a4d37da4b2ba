# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person chose to import, made into one export on the disk: folders, zips (unpacked for the while), files."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from avatarsdk_core.avatar.blendshapes import FOLDER as BLENDSHAPES
from avatarsdk_core.avatar.bundle import (
    MANIFEST,
    Export,
    ModelFile,
    find_models,
    folders_in,
    holds_model,
    join_exports,
    read_listing,
)
from avatarsdk_core.errors import BundleError


@dataclass(frozen=True)
class Opened:
    """An export whose files lie on the disk. `skipped` tells what of it wasn't taken."""

    export: Export
    skipped: tuple[str, ...] = ()


@contextmanager
def open_export(paths: Sequence[Path]) -> Iterator[Opened]:
    """The export at one path or several: a model's file, a folder (zips may lie in it, however deep), a zip; or several
    pieces of one export. Zips are unpacked into a temporary folder, which is gone when the block ends.

    Raises BundleError or ArchiveError, in terms of the paths that were given.
    """
    if not paths:
        raise BundleError("Nothing to import: choose an export's folder, zip or model file.")
    with tempfile.TemporaryDirectory(prefix="avatar-sdk-") as folder:
        unpacking = _Unpacking(Path(folder))
        try:
            yield _opened(list(dict.fromkeys(paths)), unpacking)
        except BundleError as error:
            raise BundleError(unpacking.as_chosen(str(error))) from error


@contextmanager
def open_template(path: str | Path) -> Iterator[ModelFile | None]:
    """The one model of a template's export. Raises BundleError when it holds several."""
    if not path:
        yield None
        return
    with open_export([Path(path)]) as opened:
        files = opened.export.files
        if len(files) > 1 or files[0].plys:
            raise BundleError(f"{path}: no template; choose an export of one avatar as glb, gltf, fbx or obj.")
        yield files[0]


class _Unpacking:
    """Zips, unpacked each into a folder of its own, in a folder that goes away."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._zips: dict[Path, Path] = {}  # unpacked folder -> zip

    def add(self, archive: Path, into: Path, identity: str | None = None) -> None:
        """Unpacks a zip into the folder `into`, or one called nearly so where that is taken."""
        from avatarsdk_core.transfer.unpack import unpack

        places = (into.with_name(f"{into.name}-{number}") if number > 1 else into for number in count(1))
        folder = next(place for place in places if not place.exists())
        folder.parent.mkdir(parents=True, exist_ok=True)
        self._zips[folder] = archive
        unpack(archive, folder, identity=identity, threads=1)  # no thread inside Blender

    def add_blendshapes(self, archives: Sequence[Path]) -> list[Path]:
        """Unpacks zips of blendshapes. Returns the folders whose `blendshapes` they are."""
        places = [self.folder / f"shapes-{len(self._zips) + number}" for number in range(len(archives))]
        for archive, place in zip(archives, places, strict=True):
            self.add(archive, place / BLENDSHAPES, BLENDSHAPES)
        return places

    def as_chosen(self, message: str) -> str:
        """A message in the words of the person, who knows the zips and not where they were unpacked."""
        for folder, archive in self._zips.items():
            message = message.replace(str(folder), str(archive))
        return message


def _opened(paths: list[Path], unpacking: _Unpacking) -> Opened:
    shapes = [path for path in paths if _holds_blendshapes(path)] if len(paths) > 1 else []
    models = [path for path in paths if path not in shapes]
    pieces, skipped = [], []
    for number, path in enumerate(models or paths):
        if path.is_dir() and not holds_model(path):
            archives, left_out = _archives_in(path)
            skipped += left_out
        else:
            archives = [path] if _is_zip(path) else []
            skipped += _zips_beside_models(path)
        place = unpacking.folder / f"{number}"
        pieces.append(_open_zips(path, archives, unpacking, place) if archives else _open_models(path, unpacking))
    if len(pieces) == 1 and not shapes:
        return Opened(pieces[0], tuple(skipped))
    name = pieces[0].name if len(pieces) == 1 else paths[0].parent.name or "Avatar"
    beside = unpacking.add_blendshapes(shapes)
    return Opened(join_exports(pieces, paths[0].parent, name, beside), tuple(skipped))


def _open_models(path: Path, unpacking: _Unpacking) -> Export:
    folders = folders_in(path) if path.is_dir() else [path.parent]
    shapes = [file for folder in folders for file in _zips_in(folder) if _holds_blendshapes(file)]
    return find_models(path, beside=unpacking.add_blendshapes(shapes) if path.exists() else ())


def _open_zips(path: Path, archives: Sequence[Path], unpacking: _Unpacking, place: Path) -> Export:
    """An export whose models lie in zips: `path` is the zip, or the folder that they lie in."""
    root = path if path.is_dir() else path.parent
    shapes = [file for file in (archives if path.is_dir() else _zips_in(root)) if _holds_blendshapes(file)]
    of_models = [archive for archive in archives if archive not in shapes] or archives
    for archive in of_models:
        unpacking.add(archive, place / archive.parent.relative_to(root) / archive.stem)
    beside = unpacking.add_blendshapes([file for file in shapes if file not in of_models])
    static_files = folders_in(path) if path.is_dir() else []
    name = path.stem if path.is_file() else path.name
    try:
        return find_models(place, name=name, manifest=root, beside=[*beside, *static_files])
    except BundleError as error:
        raise BundleError(str(error).replace(str(place), str(path))) from error


def _archives_in(folder: Path) -> tuple[list[Path], list[str]]:
    """The zips of an export's folder: those that its list names, where it names files, or all. And what is left out."""
    found = [file for inner in folders_in(folder) for file in _zips_in(inner)]
    listed = [folder / name for name in read_listing(folder).archives.values() if "://" not in name]
    named = [file for file in found if file in listed]
    if not named:
        return found, []
    left_out = [file for file in found if file not in named and not _holds_blendshapes(file)]
    return named, [f"{file.relative_to(folder)}: {MANIFEST} doesn't name it" for file in left_out]


def _zips_beside_models(path: Path) -> list[str]:
    if not path.is_dir():
        return []
    others = [file for file in _zips_in(path) if not _holds_blendshapes(file)]
    return [f"{file.name}: a zip beside a model; choose both to import it too" for file in others]


def _zips_in(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if _is_zip(file)) if folder.is_dir() else []


def _is_zip(path: Path) -> bool:
    return path.suffix.lower() == ".zip" and path.is_file()


def _holds_blendshapes(path: Path) -> bool:
    """Whether it is a zip of blendshapes, by the service's name for it."""
    return _is_zip(path) and path.stem.lower().startswith(BLENDSHAPES)
