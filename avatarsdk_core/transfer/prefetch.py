"""Filling the cache ahead: static resources while an avatar is still being computed; thumbnails and previews."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self

from avatarsdk_core.errors import AvatarSDKError, CacheError
from avatarsdk_core.file_lock import FileLock
from avatarsdk_core.http.origin import bare, followed
from avatarsdk_core.models import Avatar, StaticResource
from avatarsdk_core.transfer.cache import Cache
from avatarsdk_core.transfer.cache_place import picture_key, url_key
from avatarsdk_core.transfer.download import Download, Downloaded, Progress, download_files
from avatarsdk_core.transfer.files import explain

if TYPE_CHECKING:
    from avatarsdk_core.client import Client

CONNECTIONS = 4  # what a person waits for has the others
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Prefetched:
    """How many files were `fetched`, how many were `present` or on their way by another process; bytes received."""

    fetched: int = 0
    present: int = 0
    received: int = 0


def prefetch(
    client: Client,
    resources: Iterable[StaticResource | str],
    *,
    cache: Cache | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancel: threading.Event | None = None,
) -> Prefetched:
    """Fetch static resources (or the files of these URLs) into the cache, where exports will find them.

    Args:
        resources: such as `client.static_resources.list("metaperson_2.0", pipeline_subtype="female", lod="LOD1")`.
        cache: by default `Cache()`.

    Raises:
        CacheError: the cache can't be written.
        ServiceError, TransferError: as `download_files`; what is whole by then is in the cache.
        Cancelled: `cancel` was set.
    """
    cache = cache or Cache()
    root = client.http.root_url
    given = (resource.url if isinstance(resource, StaticResource) else resource for resource in resources)
    urls = {url_key(url): url for url in (followed(url, root) for url in given)}
    locks: dict[str, FileLock] = {}
    try:
        for key in urls:
            if not cache.has(key) and (lock := _free(cache, key)) is not None:
                locks[key] = lock
        if not locks:
            return Prefetched(present=len(urls))
        with cache.scratch() as folder:
            return _fetched(
                client, cache, {key: urls[key] for key in locks}, folder, locks, progress, cancel, len(urls)
            )
    except OSError as error:
        raise CacheError(f"The cache {str(cache.folder)!r} can't be written: {explain(error)}") from None
    finally:
        for lock in locks.values():
            lock.release()


def _free(cache: Cache, key: str) -> FileLock | None:
    """The lock of a file that nobody fetches now; None where somebody does, or just did."""
    lock = cache.lock(key)
    if lock is None:
        raise CacheError(f"The cache {str(cache.folder)!r} can't be written: choose another by AVATARSDK_CACHE")
    if not lock.try_acquire():
        return None
    if cache.has(key):
        lock.release()
        return None
    return lock


def _fetched(
    client: Client,
    cache: Cache,
    urls: dict[str, str],
    folder: Path,
    locks: dict[str, FileLock],
    progress: Callable[[Progress], None] | None,
    cancel: threading.Event | None,
    wanted: int,
) -> Prefetched:
    keys = {f"{number}.file": key for number, key in enumerate(urls)}

    def done(one: Downloaded) -> None:
        key = keys[one.path.name]
        cache.put(key, one.path, bare(urls[key]))
        one.path.unlink()
        locks[key].release()

    downloads = [Download(urls[key], folder / name, name=bare(urls[key])) for name, key in keys.items()]
    received = sum(
        one.received
        for one in download_files(
            client.http, downloads, progress=progress, done=done, cancel=cancel, connections=CONNECTIONS
        )
    )
    return Prefetched(len(downloads), wanted - len(downloads), received)


class Prefetching:
    """Prefetches in a thread of its own for the block; at the end of the block it stops where it is.

        with Prefetching(client, resources):
            avatar = client.avatars.wait(avatar)

    It is a help and no more: what goes wrong is logged, and fetched when it is needed.

    Args:
        resources: as for `prefetch`, or a function that gives them, called in the thread.
    """

    def __init__(
        self,
        client: Client,
        resources: Iterable[StaticResource | str] | Callable[[], Iterable[StaticResource | str]],
        *,
        cache: Cache | None = None,
    ) -> None:
        self._client, self._resources, self._cache = client, resources, cache
        self._cancel = threading.Event()
        self._thread = threading.Thread(target=self._run, name="avatarsdk-prefetch", daemon=True)
        self.result: Prefetched | None = None

    def _run(self) -> None:
        try:
            resources = self._resources() if callable(self._resources) else self._resources
            self.result = prefetch(self._client, resources, cache=self._cache, cancel=self._cancel)
        except AvatarSDKError as error:
            _log.info("Prefetching stopped: %s", error)

    def wait(self, seconds: float | None = None) -> bool:
        """Until all is fetched; False when the time was up."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cancel.set()
        self._thread.join()


def cached_picture(
    client: Client, avatar: Avatar, kind: Literal["thumbnail", "preview"], *, cache: Cache | None = None
) -> bytes:
    """An avatar's thumbnail or preview, from the cache if this account and player fetched it before.

    Raises:
        NotFound: before the avatar is completed.
        ServiceError: as `client.avatars.thumbnail`.
    """
    cache = cache or Cache()
    settings = client.settings
    key = picture_key(settings.root_url, settings.client_id, client.http.player_uid, avatar.code, kind)
    data = cache.get_bytes(key)
    if data is None:
        data = client.avatars.thumbnail(avatar) if kind == "thumbnail" else client.avatars.preview(avatar)
        if data:
            cache.put_bytes(key, data, bare(getattr(avatar, kind) or ""))
    return data
