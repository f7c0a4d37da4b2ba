"""Delete an avatar and everything that was made from it, for good. Fields: avatar (its code), profile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from avatarsdk_core.errors import NotFound
from avatarsdk_core.worker.work import Work


def answer(work: Work, avatar: str, profile: str = "") -> Mapping[str, Any]:
    """`avatar`: the code; `was_there`: False where it had gone before. Raises ServiceError."""
    try:
        work.client(profile).avatars.delete(avatar)
    except NotFound:
        return {"avatar": avatar, "was_there": False}
    return {"avatar": avatar, "was_there": True}
