"""Avatars and exports by what a person types: a code, or `latest`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from avatarsdk_core.errors import NotFound

if TYPE_CHECKING:
    from avatarsdk_core.client import Client
    from avatarsdk_core.models import Avatar, Export

LATEST = "latest"
AVATAR_HELP = "AVATAR is an avatar's code, or `latest` for the newest one."


def find_avatar(client: Client, given: str) -> Avatar:
    """Raises NotFound."""
    if given != LATEST:
        return client.avatars.get(given)
    newest = next(iter(client.avatars.list()), None)
    if newest is None:
        raise NotFound("There is no avatar yet: make one with `avatarsdk create PHOTO --out DIR`")
    return newest


@contextlib.contextmanager
def direct_results(client: Client, given: str) -> Iterator[Avatar]:
    """The avatar whose results are asked for within the block.

    Raises:
        NotFound: as the block does; where the avatar has exports alone, the message leads there.
    """
    avatar = find_avatar(client, given)
    try:
        yield avatar
    except NotFound as error:
        if not avatar.is_completed or not client.exports.list(avatar):
            raise
        raise NotFound(
            f"The avatar {avatar.code} ({avatar.pipeline}) has no such result by itself, but exports that hold its "
            f"parts: see `avatarsdk exports list {avatar.code}`",
            status=error.status,
            method=error.method,
            path=error.path,
            detail=error.detail,
            advice=f"avatarsdk exports list {avatar.code}",
        ) from None


def find_export(client: Client, avatar: Avatar, given: str) -> Export:
    """Raises NotFound."""
    if given != LATEST:
        return client.exports.get(given, avatar)
    found = client.exports.list(avatar)
    if not found:
        raise NotFound(f"The avatar {avatar.code} has no export: ask for one with `avatarsdk exports create`")
    return found[-1]
