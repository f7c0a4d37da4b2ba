"""What has to be fetched for an export, under which names: decided before anything is asked or written. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from avatarsdk_core.errors import TransferError
from avatarsdk_core.http.origin import bare, followed
from avatarsdk_core.models import Export, ExportFile
from avatarsdk_core.transfer.cache_place import static_file_key
from avatarsdk_core.transfer.manifest import MANIFEST
from avatarsdk_core.transfer.names import folded, is_safe_name

_SHOWN = ("haircuts", "outfits")  # categories, by their beginning, that a person sees first after the avatar


@dataclass(frozen=True)
class Wanted:
    """One file to fetch.

    Attributes:
        identity: of the export's file that it is, or belongs to.
        name: for people: the identity, or `identity/file` of a static file.
        url: absolute.
        slot: its file name while it is fetched; the same in every run.
        rank: 0 the avatar, 1 what is shown with it, 2 the rest.
        static_name: the file name of a static file, None for an archive.
        key: the cache key of a static file.
    """

    identity: str
    name: str
    url: str
    slot: str
    rank: int
    static_name: str | None = None
    key: str = ""


@dataclass(frozen=True)
class FilePlan:
    """One file of the export: its archive and its static files."""

    identity: str
    category: str | None
    archive: Wanted
    statics: tuple[Wanted, ...]


def plan_export(export: Export, root_url: str, account: str) -> tuple[FilePlan, ...]:
    """What to fetch, the avatar first.

    Args:
        account: the client id, whose own assets the cache keeps apart.

    Raises:
        TransferError: the export has no files, or names that can't be names on a disk.
        ProtocolError: a URL that can't be followed.
    """
    if not export.files:
        raise TransferError(f"The export {export.code} has no files (status {export.status or 'unknown'}): wait for it")
    _refuse_twins((file.identity for file in export.files), "two files of the same identity", MANIFEST)
    files = sorted(export.files, key=lambda file: _rank(file.category))
    return tuple(_planned(file, root_url, account) for file in files)


def _planned(file: ExportFile, root_url: str, account: str) -> FilePlan:
    identity, rank = _checked(file.identity), _rank(file.category)
    url = followed(file.file, root_url)
    archive = Wanted(identity, identity, url, f"{_short(url)}.zip", rank)
    statics = []
    for given in file.static_files:
        url = followed(given, root_url)
        name = _checked(unquote(urlsplit(url).path.rsplit("/", 1)[-1]))
        key = static_file_key(url, root_url, account, file.category, identity)
        slot = f"{_short(f'{identity} {url}')}.static"
        statics.append(Wanted(identity, f"{identity}/{name}", url, slot, rank, name, key))
    _refuse_twins((static.static_name or "" for static in statics), f"two static files of one name for {identity!r}")
    return FilePlan(identity, file.category, archive, tuple(statics))


def _rank(category: str | None) -> int:
    if category is None:
        return 0
    return 1 if category.startswith(_SHOWN) else 2


def _checked(name: str) -> str:
    """A name from the service that becomes a name on the disk."""
    if not is_safe_name(name):
        raise TransferError(f"The service calls a file {name!r}, which is no safe file name: not stored")
    return name


def _refuse_twins(names: Iterable[str], words: str, taken: str = "") -> None:
    seen = {folded(taken)}
    for name in map(folded, names):
        if name in seen:
            raise TransferError(f"The service sent an export with {words} ({name!r}): not stored")
        seen.add(name)


def _short(text: str) -> str:
    return hashlib.sha256(bare(text).encode("utf-8", "surrogatepass")).hexdigest()[:24]
