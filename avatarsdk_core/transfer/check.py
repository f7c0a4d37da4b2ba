"""Whether an export's folder is still what was downloaded: by size and time, or to the last byte. No network."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from avatarsdk_core.transfer.files import hash_file
from avatarsdk_core.transfer.manifest import DiskFile, Manifest, read_manifest


@dataclass(frozen=True)
class Check:
    """What a look at a folder found; names are paths below the folder, with `/`.

    Attributes:
        manifest: what should be there.
        missing: files that aren't there.
        edited: files that somebody changed since: their content and their time are others.
        spoilt: files whose content isn't what was downloaded though size and time are (found by `verify` alone).
        touched: files with another time and the same content, as after copying the folder.
    """

    manifest: Manifest
    missing: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    spoilt: tuple[str, ...] = ()
    touched: dict[str, int] = field(default_factory=dict, repr=False)

    @property
    def ok(self) -> bool:
        """Everything is there as it was downloaded."""
        return not (self.missing or self.edited or self.spoilt)

    @property
    def code(self) -> str:
        """The export's code."""
        return self.manifest.code

    @property
    def files(self) -> int:
        """How many files the export has on the disk."""
        return sum(len(entry.files) for entry in self.manifest.entries)

    def refreshed(self) -> Manifest:
        """The manifest with the times of files that were only touched, so that the next look is quick again."""

        def file_of(identity: str, name: str, file: DiskFile) -> DiskFile:
            return replace(file, mtime_ns=self.touched.get(f"{identity}/{name}", file.mtime_ns))

        entries = tuple(
            replace(entry, files={name: file_of(entry.identity, name, file) for name, file in entry.files.items()})
            for entry in self.manifest.entries
        )
        return replace(self.manifest, entries=entries)


def check_export(
    folder: str | Path, *, verify: bool = False, progress: Callable[[str, int, int], None] | None = None
) -> Check:
    """Look whether the files of an export's folder are what was downloaded. Other files in it don't matter.

    Args:
        verify: read every file and compare its digest, instead of size and time.
        progress: called with a file's name, its number from 1 and how many there are.

    Raises:
        TransferError: the folder holds no manifest that can be read.
    """
    folder = Path(folder)
    manifest = read_manifest(folder)
    found: dict[str, list[str]] = {"missing": [], "edited": [], "spoilt": []}
    touched: dict[str, int] = {}
    files = list(manifest.files())
    root = os.fspath(folder)
    for number, (name, file) in enumerate(files, 1):
        if progress is not None:
            progress(name, number, len(files))
        state, mtime_ns = _state(f"{root}/{name}", file, verify)
        if state == "touched":
            touched[name] = mtime_ns
        elif state:
            found[state].append(name)
    return Check(manifest, **{state: tuple(names) for state, names in found.items()}, touched=touched)


def _state(path: str, file: DiskFile, verify: bool) -> tuple[str, int]:
    """ "" for a file that is as it was, else what became of it; and its time."""
    try:
        found = os.stat(path)  # noqa: PTH116 forty of them in a millisecond
    except OSError:
        return "missing", 0
    untouched = found.st_mtime_ns == file.mtime_ns and found.st_size == file.bytes
    if untouched and not verify:
        return "", found.st_mtime_ns
    try:
        same = found.st_size == file.bytes and hash_file(Path(path)) == file.sha256
    except OSError:  # a folder stands there, or it can't be read
        return "missing", 0
    if same:
        return ("" if untouched else "touched"), found.st_mtime_ns
    return ("spoilt" if untouched else "edited"), found.st_mtime_ns
