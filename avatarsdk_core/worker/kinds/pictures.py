"""Thumbnails or previews of avatars, as files. Fields: avatars (codes), picture ("thumbnail" or "preview"), profile."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from avatarsdk_core.errors import AvatarSDKError, Cancelled, ServiceUnavailable
from avatarsdk_core.http.retry import pause
from avatarsdk_core.models import Avatar
from avatarsdk_core.transfer.files import write_file
from avatarsdk_core.transfer.prefetch import cached_picture
from avatarsdk_core.worker.failures import failure_of
from avatarsdk_core.worker.work import Work


def answer(
    work: Work, avatars: Sequence[str], picture: Literal["thumbnail", "preview"] = "thumbnail", profile: str = ""
) -> Mapping[str, Any]:
    """One answer for each, in order: `avatar`, and `path` or `error` (a line); the last has `count`, those with a path.

    Raises:
        ServiceError: nobody answers at all.
    """
    client, count = work.client(profile), 0
    for code in avatars:
        pause(0, work.cancel)
        name = hashlib.sha256(f"{client.http.root_url} {code}".encode()).hexdigest()[:16]
        try:
            data = cached_picture(client, Avatar(code=code), picture)
            suffix = "png" if data.startswith(b"\x89PNG") else "jpg"
            path = work.folder("pictures") / f"{name}-{picture}.{suffix}"
            if not path.is_file() or path.stat().st_size != len(data):
                write_file(path, data)
        except (ServiceUnavailable, Cancelled):
            raise
        except AvatarSDKError as error:
            work.tell(avatar=code, error=failure_of(error).message)
            continue
        count += 1
        work.tell(avatar=code, path=str(path))
    return {"count": count}
