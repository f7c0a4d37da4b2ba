"""Give an avatar another name. Fields: avatar (its code), name, profile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from avatarsdk_core.models import to_json
from avatarsdk_core.worker.work import Work


def answer(work: Work, avatar: str, name: str, profile: str = "") -> Mapping[str, Any]:
    """`avatar`: as it is now. Raises ServiceError."""
    return {"avatar": to_json(work.client(profile).avatars.update(avatar, name=name))}
