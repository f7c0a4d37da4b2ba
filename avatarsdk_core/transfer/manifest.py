"""`export.json` in an export's folder: what came from where, and by what each file is known again. No secrets in it.

`files` lists what the service calls files of the export (archives), each with the files that it became on the disk.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from avatarsdk_core.errors import TransferError

MANIFEST = "export.json"
VERSION = 2
_MAX_BYTES = 64 << 20


@dataclass(frozen=True)
class DiskFile:
    """A file on the disk: its size, digest (SHA-256, hex), and time of its last change as it was put there."""

    bytes: int
    sha256: str
    mtime_ns: int


@dataclass(frozen=True)
class StaticEntry:
    """A static file: by the service's URL (without its query), beside the model under `name`."""

    name: str
    url: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class ArchiveEntry:
    """An archive of the export. `files`: path below the identity's folder -> file, static files included.

    `etag` and `last_modified` are the service's words for the archive's version, None where it gave none.
    """

    identity: str
    category: str | None
    url: str
    bytes: int
    sha256: str
    etag: str | None = None
    last_modified: str | None = None
    static_files: tuple[StaticEntry, ...] = ()
    files: Mapping[str, DiskFile] = field(default_factory=dict)


@dataclass(frozen=True)
class Manifest:
    """Everything that is known of an export's folder."""

    code: str
    avatar_code: str
    url: str
    created_on: str | None
    comment: str
    made_by: str
    entries: tuple[ArchiveEntry, ...]

    def files(self) -> Iterator[tuple[str, DiskFile]]:
        """Path below the export's folder, with `/`, and file."""
        for entry in self.entries:
            for name, file in entry.files.items():
                yield f"{entry.identity}/{name}", file

    def to_json(self) -> str:
        """The manifest's text."""
        content = {"version": VERSION, **asdict(self)}
        content["files"] = content.pop("entries")
        return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def read_manifest(folder: Path) -> Manifest:
    """The manifest of an export's folder.

    Raises:
        TransferError: there is none, or none that this version can read.
    """
    path = folder / MANIFEST
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise ValueError("it is too large")
        content = json.loads(path.read_bytes())
        if not isinstance(content, dict) or content.get("version") != VERSION:
            raise ValueError("another version wrote it")
        return _manifest(content)
    except OSError as error:
        raise TransferError(
            f"{str(folder)!r} holds no {MANIFEST} that can be read: {error.strerror or error}"
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        reason = error.args[0] if type(error) is ValueError and error.args else "it is damaged"
        raise TransferError(f"{str(path)!r} can't be read: {reason}; download the export to another folder") from None


def _manifest(content: dict[str, Any]) -> Manifest:
    texts = {name: str(content[name]) for name in ("code", "avatar_code", "url", "comment", "made_by")}
    return Manifest(**texts, created_on=content["created_on"], entries=tuple(map(_entry, content["files"])))


def _entry(content: dict[str, Any]) -> ArchiveEntry:
    statics = tuple(StaticEntry(**item) for item in content["static_files"])
    files = {
        _inside(name): DiskFile(int(item["bytes"]), str(item["sha256"]), int(item["mtime_ns"]))
        for name, item in content["files"].items()
    }
    return ArchiveEntry(
        **{**content, "identity": _inside(content["identity"]), "static_files": statics, "files": files}
    )


def _inside(name: str) -> str:
    """A path of the manifest that stays in its folder: whoever edits it by hand gets nothing elsewhere touched."""
    parts = name.replace("\\", "/").split("/")
    if not name or set(parts) & {"", ".", ".."} or ":" in parts[0]:
        raise ValueError(f"{name!r} isn't inside the folder")
    return name
