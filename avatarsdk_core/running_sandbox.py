"""How programs of one user find each other's sandbox: a private file for each that runs, with its address and key pair.

The folder is AVATARSDK_SANDBOXES, else one of this user's among the system's temporary files. Others may not enter it.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from avatarsdk_core.errors import SettingsError
from avatarsdk_core.settings import is_loopback
from avatarsdk_core.vault.files import make_private_folder, write_private

VARIABLE = "AVATARSDK_SANDBOXES"
COMMAND = "avatarsdk sandbox"
INSTALL = 'pip install "avatarsdk-core[sandbox,cli]"'
_MAX_BYTES = 4096


@dataclass(frozen=True)
class RunningSandbox:
    """Where it answers, and the key pair of its demo account."""

    url: str
    access: str
    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)


def folder() -> Path:
    """Where the files are; it needn't exist."""
    named = os.environ.get(VARIABLE, "").strip()
    user = str(os.getuid()) if hasattr(os, "getuid") else "user"
    return Path(named) if named else Path(tempfile.gettempdir()) / f"avatarsdk-sandboxes-{user}"


@contextlib.contextmanager
def announced(sandbox: RunningSandbox) -> Iterator[None]:
    """While this lasts, `running` finds it; where the file can't be written, nobody does, and nothing else fails."""
    path = folder() / f"{os.getpid()}.json"
    content = {"url": sandbox.url, "access": sandbox.access}
    content |= {"client_id": sandbox.client_id, "client_secret": sandbox.client_secret}
    with contextlib.suppress(OSError, SettingsError):
        make_private_folder(path.parent)
        write_private(path, json.dumps(content).encode())
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def running() -> list[RunningSandbox]:
    """Those announced, the latest first; one that was killed may be among them. Damaged files are passed by."""
    place = folder()
    try:
        make_private_folder(place)  # somebody else's is refused: it could lead anywhere
        paths = sorted(place.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    except (OSError, SettingsError):
        return []
    return [found for path in paths if (found := _read(path)) is not None]


def _read(path: Path) -> RunningSandbox | None:
    try:
        with path.open("rb") as file:
            data = json.loads(file.read(_MAX_BYTES))
        texts = [data[name] for name in ("url", "access", "client_id", "client_secret")]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    if not all(isinstance(text, str) and text for text in texts) or not is_loopback(urlsplit(texts[0]).hostname):
        return None
    return RunningSandbox(*texts)
