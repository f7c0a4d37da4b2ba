"""Sign in to a sandbox that runs on this machine, with the keys that it tells this user's programs.

Fields: url ("" for the latest), profile.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from avatarsdk_core.errors import SettingsError
from avatarsdk_core.running_sandbox import COMMAND, running
from avatarsdk_core.worker.kinds import sign_in
from avatarsdk_core.worker.kinds.find_sandbox import answers
from avatarsdk_core.worker.work import Work

PROFILE = "sandbox"


def answer(work: Work, url: str = "", profile: str = PROFILE) -> Mapping[str, Any]:
    """As `sign_in`. Raises SettingsError: none runs; and as `sign_in`."""
    found = next((each for each in running() if url in ("", each.url) and answers(each.url)), None)
    if found is None:
        raise SettingsError(f"No sandbox of yours runs on this computer: start one in a terminal: {COMMAND}")
    return sign_in.answer(
        work,
        profile,
        make_default=True,
        root_url=found.url,
        access=found.access,
        client_id=found.client_id,
        client_secret=found.client_secret,
    )
