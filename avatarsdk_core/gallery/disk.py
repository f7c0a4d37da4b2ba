"""Which avatars are on the disk: the folders below one folder that hold an export."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

from avatarsdk_core.avatar.bundle import MANIFEST, MODEL_SUFFIXES
from avatarsdk_core.gallery.cards import OnDisk

PICTURES = ("thumbnail.jpg", "thumbnail.png", "preview.jpg", "preview.png")
_MAX_BYTES = 64 << 20
_DEPTH = 2


def scan(folder: Path) -> Iterator[OnDisk | None]:
    """The exports below a folder, by the name of their folder; None for each folder that is none.

    Each step reads one folder and its manifest, so that whoever must not wait can do a few at a time. What can't be
    read is passed over.
    """
    yield from _scan(folder, 0)


def _scan(folder: Path, depth: int) -> Iterator[OnDisk | None]:
    try:
        with os.scandir(folder) as entries:
            inside = sorted(
                entry.name
                for entry in entries
                if entry.is_dir(follow_symlinks=False) and not entry.name.startswith(".")
                if not entry.name.endswith(".edited")
            )
    except OSError:
        return
    for name in inside:
        path = folder / name
        found = read_export(path)
        yield found
        if found is None and depth + 1 < _DEPTH:
            yield from _scan(path, depth + 1)


def read_export(folder: Path) -> OnDisk | None:
    """What a folder's manifest tells; where it has none, a model's file in it is enough. None for anything else."""
    manifest = _manifest(folder / MANIFEST)
    if manifest is None and not _holds_model(folder) and not _holds_model(folder / "avatar"):
        return None
    told = manifest or {}
    return OnDisk(
        folder=str(folder),
        name=_name(folder, str(told.get("avatar_code") or "")),
        code=str(told.get("avatar_code") or ""),
        pipeline=str(told.get("pipeline") or ""),
        created=str(told.get("created_on") or ""),
        picture=next((str(folder / name) for name in PICTURES if (folder / name).is_file()), ""),
    )


def _manifest(path: Path) -> dict[str, object] | None:
    try:
        if path.stat().st_size > _MAX_BYTES:
            return None
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) and isinstance(content.get("files"), list) else None


def _holds_model(folder: Path) -> bool:
    try:
        with os.scandir(folder) as entries:
            return any(entry.name.lower().endswith(MODEL_SUFFIXES) and entry.is_file() for entry in entries)
    except OSError:
        return False


def _name(folder: Path, code: str) -> str:
    """The folder's name, without the code and number that the worker put behind it to make it unique."""
    if not code:
        return folder.name
    return re.sub(rf"[ _-]*{re.escape(code[:8])}( \(\d+\))?$", "", folder.name) or folder.name
