"""The catalogs of Blender's Asset Browser: a text file in an asset library, shared by all .blend files in it.

Source of the format: Blender's manual, "Asset Catalogs": a line `VERSION 1`, then `UUID:path/of/catalog:Simple Name`;
`#` begins a comment. Blender itself keeps what it finds; so do we.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from .errors import BlenderError
from .transfer.files import write_file

FILE_NAME = "blender_assets.cats.txt"
_VERSION = "VERSION 1"
_SPACE = uuid.UUID("5c3f9a52-0f0e-4f6b-9a1b-5d5f6f1d8c11")
_HEAD = (
    "# Catalogs of an asset library of Blender. Empty lines and lines that begin with # are ignored.\n"
    "# The first line of the others is the version; then UUID:catalog/path:simple name\n\n"
)


@dataclass(frozen=True)
class Catalogs:
    """`text`: the file's whole text. `ids`: path → UUID of the catalogs asked for. `added`: those that are new."""

    text: str
    ids: Mapping[str, str]
    added: tuple[str, ...]


def catalog_id(path: str) -> str:
    """The UUID that a catalog of this path gets from us: the same in every library, so that assets can move."""
    return str(uuid.uuid5(_SPACE, path))


def with_catalogs(text: str, wanted: Iterable[str]) -> Catalogs:
    """A catalog file's text with these catalogs (`Avatar SDK/Haircuts`); what is in it already stays.

    Raises:
        BlenderError: the text is of a version that isn't known.
    """
    lines = [line.strip() for line in text.splitlines()]
    told = [line for line in lines if line and not line.startswith("#")]
    if told and told[0] != _VERSION:
        raise BlenderError(
            f"{FILE_NAME} begins with {told[0][:40]!r} and not with {_VERSION!r}: a newer Blender wrote it"
        )
    known: dict[str, str] = {}
    for line in told[1:]:
        identity, _, rest = line.partition(":")
        known.setdefault(rest.partition(":")[0].strip(), identity.strip())
    taken = set(known.values())
    ids, added = {}, []
    for path in dict.fromkeys(wanted):
        if path in known:
            ids[path] = known[path]
            continue
        # A catalog that somebody renamed keeps its id: ours must be another then, or two would share it.
        ids[path] = catalog_id(path) if catalog_id(path) not in taken else str(uuid.uuid4())
        added.append(path)
    body = text if told else (text or _HEAD) + ("" if not text or text.endswith("\n") else "\n") + _VERSION + "\n\n"
    if added and body and not body.endswith("\n"):
        body += "\n"
    body += "".join(f"{ids[path]}:{path}:{_simple(path)}\n" for path in added)
    return Catalogs(body, ids, tuple(added))


def write_catalogs(folder: Path, wanted: Iterable[str]) -> Catalogs:
    """Brings the catalogs into a library's file; nobody ever sees half of it, and nothing is written without need.

    Raises:
        BlenderError: the file can't be read or written, or isn't what it should be; it is as it was then.
    """
    file = folder / FILE_NAME
    try:
        text = file.read_bytes().decode("utf-8") if file.is_file() else ""
        made = with_catalogs(text, wanted)
        if made.added:
            write_file(file, made.text.encode("utf-8"))
    except UnicodeDecodeError:
        raise BlenderError(f"{file}: isn't text (UTF-8); move it away, Blender makes a new one") from None
    except OSError as error:
        raise BlenderError(f"{file}: can't be written ({error.strerror or error}); choose another folder") from None
    return made


def _simple(path: str) -> str:
    return path.replace("/", "-")
