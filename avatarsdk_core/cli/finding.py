"""Avatars and exports by what a person types: a code, or `latest`."""

from __future__ import annotations

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


def find_export(client: Client, avatar: Avatar, given: str) -> Export:
    """Raises NotFound."""
    if given != LATEST:
        return client.exports.get(given, avatar)
    found = client.exports.list(avatar)
    if not found:
        raise NotFound(f"The avatar {avatar.code} has no export: ask for one with `avatarsdk exports create`")
    return found[-1]
