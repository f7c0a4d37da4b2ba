"""Asking for an export of an avatar exactly once, however often the job is cut."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from avatarsdk_core.worker.job import EXPORTING
from avatarsdk_core.worker.messages import Made
from avatarsdk_core.worker.once_more import asked_for_once
from avatarsdk_core.worker.work import JobWork

if TYPE_CHECKING:
    from avatarsdk_core.client import Client
    from avatarsdk_core.models import Export


def ask_for_export(work: JobWork, client: Client, avatar: str, parameters: Mapping[str, Any], comment: str) -> str:
    """The export's code, which the journal holds too: of the one that an earlier run has asked for, else of a new one.

    Raises:
        ServiceError, SettingsError, Cancelled
    """

    def create(tag: str) -> Export:
        work.show(EXPORTING)
        return client.exports.create(avatar, parameters, comment, tag=tag, cancel=work.cancel)

    found = asked_for_once(work, client, "export", lambda tag: client.exports.find_tagged(avatar, tag), create)
    work.note(Made(avatar=avatar, exports=(found.code,)))
    return found.code
