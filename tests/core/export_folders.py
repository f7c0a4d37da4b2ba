"""What a test sees in the folders of downloads."""

from __future__ import annotations

from pathlib import Path


def on_disk(folder: Path) -> dict[str, bytes]:
    """Everything in the folder but the manifest."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "export.json")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def whole_files(folder: Path) -> list[Path]:
    """What a download that was given up or killed keeps of its export."""
    return [path for path in folder.glob(".*/downloads/*") if not path.name.startswith(".")]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())
