"""Asking for an export of an avatar exactly once, however often the job is cut."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from avatarsdk_core.resources.once import new_tag
from avatarsdk_core.worker.job import EXPORTING
from avatarsdk_core.worker.messages import Made, Tagged
from avatarsdk_core.worker.once_more import account_of, looked_for
from avatarsdk_core.worker.work import JobWork

if TYPE_CHECKING:
    from avatarsdk_core.client import Client


def ask_for_export(work: JobWork, client: Client, avatar: str, parameters: Mapping[str, Any], comment: str) -> str:
    """The export's code, which the journal holds too: of the one that an earlier run has asked for, else of a new one.

    Raises:
        ServiceError, SettingsError, Cancelled
    """
    earlier = work.job.tags.get("export")
    found = None
    if earlier is not None:
        found = looked_for(work, client, earlier, lambda: client.exports.find_tagged(avatar, earlier.tag))
    if found is None:
        tag = earlier.tag if earlier is not None else new_tag()
        work.show(EXPORTING)
        work.note(Tagged("export", tag, account_of(work, client), round(time.time(), 3)))
        work.sync()
        found = client.exports.create(avatar, parameters, comment, tag=tag, cancel=work.cancel)
    work.note(Made(avatar=avatar, exports=(found.code,)))
    return found.code
