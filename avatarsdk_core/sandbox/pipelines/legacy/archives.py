"""Zips as the service delivers them. The same content gives the same bytes: entries have no time of their own."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

_COMPRESSED = frozenset({".jpg", ".png", ".webp"})
_TIME = (1980, 1, 1, 0, 0, 0)
_MODE = 0o644 << 16


def write_zip(target: Path, entries: Mapping[str, bytes] | Iterable[tuple[str, bytes]]) -> Path:
    """Pack (name, content) pairs into `target`; what is compressed already is stored as it is."""
    pairs = entries.items() if isinstance(entries, Mapping) else entries
    part = target.with_name(f".{target.name}.part")
    with zipfile.ZipFile(part, "w") as archive:
        for name, content in pairs:
            info = zipfile.ZipInfo(name, _TIME)
            info.external_attr = _MODE
            info.compress_type = zipfile.ZIP_STORED if Path(name).suffix in _COMPRESSED else zipfile.ZIP_DEFLATED
            archive.writestr(info, content, compresslevel=4)
    part.replace(target)
    return target
