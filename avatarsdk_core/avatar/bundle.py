"""An export on the disk: which model files it holds, and what each is.

Layouts understood: a model file; a folder with one model and its textures (flat or `<identity>/`); a folder with one
folder per exported file, as `download_export` leaves it. Zips are unpacked before they come here.
Source: API documentation, "Export files", and the vendor's loaders.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from avatarsdk_core.errors import BundleError

from .gltf_file import GltfFile, read_gltf
from .parts import PERSON, Part, describe_parts

MODEL_SUFFIXES = (".glb", ".gltf")
OTHER_MODEL_SUFFIXES = (".fbx", ".obj", ".ply")
MANIFEST = "export.json"
_DEPTH = 4


@dataclass(frozen=True)
class Model:
    """A model file of an export, understood. `gltf` is its container, `parts` its meshes."""

    gltf: GltfFile
    parts: tuple[Part, ...]

    @property
    def path(self) -> Path:
        """The .glb or .gltf file."""
        return self.gltf.path

    @property
    def is_person(self) -> bool:
        """Whether it holds a head or body, and isn't only something to wear."""
        return any(part.role in PERSON for part in self.parts)


@dataclass(frozen=True)
class Bundle:
    """What an import works on: the person (or None, when only garments are there) and what is worn."""

    name: str
    person: Model | None
    items: tuple[Model, ...]

    @property
    def models(self) -> tuple[Model, ...]:
        """All model files, the person first."""
        return ((self.person,) if self.person else ()) + self.items


def read_bundle(path: Path, name: str | None = None) -> Bundle:
    """Understands a model file or an export folder.

    Raises BundleError, naming the path and the way out, when there is no model, only models of formats that can't be
    read, more than one person, or a damaged file.
    """
    if not path.exists():
        raise BundleError(f"{path}: there is no such file or folder.")
    try:
        files = sorted(_model_files(path))
        if not files:
            raise BundleError(_nothing_found(path))
    except OSError as error:
        raise BundleError(f"{error.filename or path}: can't be read ({error.strerror or error}).") from error
    listed = _listed(path if path.is_dir() else path.parent)
    models = [_model(file, path, listed) for file in files]
    models = [model for model in models if model.parts]
    if not models:
        raise BundleError(f"{path}: its model has no mesh; choose another export.")
    persons = [model for model in models if model.is_person]
    if len(persons) > 1:
        names = ", ".join(str(model.path.relative_to(path)) for model in persons)
        raise BundleError(f"{path}: holds {len(persons)} avatars ({names}); choose one of them.")
    items = tuple(model for model in models if not model.is_person)
    return Bundle(name or _bundle_name(path), persons[0] if persons else None, items)


def _model_files(path: Path) -> Iterator[Path]:
    if path.is_file():
        if path.suffix.lower() in MODEL_SUFFIXES:
            yield path
        return
    for folder in _folders(path):
        models = [entry for entry in folder.iterdir() if entry.suffix.lower() in MODEL_SUFFIXES and entry.is_file()]
        stems: dict[str, Path] = {}
        for model in sorted(models, key=lambda entry: entry.suffix.lower()):
            stems.setdefault(model.stem, model)  # model.glb beside model.gltf is the same model twice
        yield from stems.values()


def _folders(path: Path, depth: int = 0) -> Iterator[Path]:
    yield path
    if depth < _DEPTH:
        for entry in path.iterdir():
            if entry.is_dir() and not entry.is_symlink() and not entry.name.startswith((".", "__MACOSX")):
                yield from _folders(entry, depth + 1)


def _nothing_found(path: Path) -> str:
    if path.is_file() and path.suffix.lower() not in OTHER_MODEL_SUFFIXES:
        return f"{path}: not a model; choose a .glb or .gltf file, an export's zip, or its folder."
    files = [path] if path.is_file() else [file for folder in _folders(path) for file in folder.iterdir()]
    others = sorted(file.name for file in files if file.suffix.lower() in OTHER_MODEL_SUFFIXES)
    if others:
        return f"{path}: holds only {others[0]}, a format that isn't read yet; export the avatar as glb or gltf."
    return f"{path}: holds no model (.glb or .gltf); choose the folder that the export was unpacked into."


def _model(file: Path, root: Path, listed: dict[str, str | None]) -> Model:
    identity = file.parent.name if file.stem.lower() == "model" and file.parent != root else file.stem
    if file.stem.lower() == "model" and file.parent == root:
        identity = "avatar"
    gltf = read_gltf(file)
    try:
        parts = describe_parts(gltf, identity, listed.get(identity))
    except (TypeError, KeyError, ValueError, AttributeError, IndexError) as error:
        raise BundleError(f"{file}: damaged, its nodes or materials are no valid glTF; download it again.") from error
    return Model(gltf, tuple(parts))


def _listed(folder: Path) -> dict[str, str | None]:
    """Identity -> category of the export's own list (`export.json`), empty where there is none that can be read."""
    try:
        content: Any = json.loads((folder / MANIFEST).read_text("utf-8"))
        return {str(entry["identity"]): entry.get("category") for entry in content["files"]}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _bundle_name(path: Path) -> str:
    generic = {"model", "avatar"}
    if path.is_file() and path.stem.lower() in generic:
        path = path.parent
    if path.name.lower() in generic and path.parent.name:
        path = path.parent
    return path.stem if path.is_file() else path.name or "Avatar"
