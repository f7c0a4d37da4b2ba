"""Forget the sign-in of a profile, and revoke its token. Field: profile ("" for the default one)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from avatarsdk_core.signin import logout
from avatarsdk_core.worker.work import Work


def answer(work: Work, profile: str = "") -> Mapping[str, Any]:
    """`profile`, `revoked`, and `words` for a person. Raises SettingsError."""
    done = logout(profile or None)
    work.forget_clients()
    return {"profile": done.profile, "revoked": done.revoked, "words": done.words}
