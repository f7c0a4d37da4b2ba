"""Where the cache is, how large it may grow, and what a file is called in it. Pure decisions.

The rule is our own rather than a library's, because Blender, the command line and batch workers must find the same
folder whatever is installed beside them.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from avatarsdk_core.errors import SettingsError
from avatarsdk_core.http.origin import bare, origin

FOLDER_VARIABLE = "AVATARSDK_CACHE"
LIMIT_VARIABLE = "AVATARSDK_CACHE_LIMIT"
DEFAULT_LIMIT = 2_000_000_000
_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "KI": 2**10, "MI": 2**20, "GI": 2**30, "TI": 2**40}
_STATIC_RESOURCES = "/static_resources/"


def cache_folder(environ: Mapping[str, str] = os.environ, system: str = sys.platform, home: Path | None = None) -> Path:
    """The folder that AVATARSDK_CACHE names, else the system's place for caches.

    Linux and others: $XDG_CACHE_HOME/avatarsdk, or ~/.cache/avatarsdk; macOS: ~/Library/Caches/avatarsdk;
    Windows: %LOCALAPPDATA%\\avatarsdk\\Cache.

    Raises:
        SettingsError: this user has no home folder, and none is named.
    """
    named = environ.get(FOLDER_VARIABLE, "").strip()
    try:
        if named:
            return Path(named).expanduser().absolute()
        home = Path.home() if home is None else home
    except RuntimeError:
        raise SettingsError(f"No home folder is known here: name a folder for the cache by {FOLDER_VARIABLE}") from None
    if system == "win32":
        local = environ.get("LOCALAPPDATA", "").strip()
        return (Path(local) if local else home / "AppData" / "Local") / "avatarsdk" / "Cache"
    if system == "darwin":
        return home / "Library" / "Caches" / "avatarsdk"
    xdg = environ.get("XDG_CACHE_HOME", "").strip()
    return (Path(xdg) if xdg.startswith("/") else home / ".cache") / "avatarsdk"


def cache_limit(environ: Mapping[str, str] = os.environ) -> int:
    """Bytes that AVATARSDK_CACHE_LIMIT allows; 2 GB where it isn't set. Raises SettingsError."""
    text = environ.get(LIMIT_VARIABLE, "").strip()
    return parse_size(text, LIMIT_VARIABLE) if text else DEFAULT_LIMIT


def parse_size(text: str, setting: str) -> int:
    """Bytes of "500000", "500 MB", "1.5GB" (powers of 1000) or "2 GiB" (of 1024).

    Raises:
        SettingsError: it is none of these; `setting` is named.
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]?I?)B?", text.strip().upper())
    if match is None or match[2] not in _UNITS:
        raise SettingsError(f"{setting} is no size: {text!r}; write it like 500 MB or 2 GB")
    return int(float(match[1]) * _UNITS[match[2]])


def static_file_key(url: str, root_url: str, account: str, category: str | None, identity: str) -> str:
    """The cache key of a static file of an export.

    metaperson_2.0's static files are static resources: their whole URL. Of other pipelines: category/identity/filename
    (`avatar/filename` for the avatar itself), within the service's origin and the account, whose assets may be its own.
    Source: API documentation, "Static export files".

    Args:
        url: absolute.
        account: the client id.

    Raises:
        ProtocolError: a URL that can't be followed.
    """
    if _STATIC_RESOURCES in urlsplit(url).path:
        return url_key(url)
    name = unquote(urlsplit(url).path.rsplit("/", 1)[-1])
    place = f"{category}/{identity}" if category else "avatar"
    return f"{_root(root_url)} {_digest(account)} {place}/{name}"


def url_key(url: str) -> str:
    """The whole URL as a key; what may be a signature in it is there as its digest."""
    query = urlsplit(url).query
    return f"{bare(url)}?{_digest(query)}" if query else bare(url)


def picture_key(root_url: str, account: str, player_uid: str, avatar_code: str, kind: str) -> str:
    """The key of an avatar's thumbnail or preview, which is for its own player alone."""
    return f"{_root(root_url)} {_digest(f'{account} {player_uid}')} avatars/{avatar_code}/{kind}"


def _root(root_url: str) -> str:
    scheme, host, port = origin(root_url)
    return f"{scheme}://{host}:{port}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
