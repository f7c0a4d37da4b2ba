"""A photo or a selfie becomes an avatar, its exports, and folders on the disk.

Fields: as `Client.avatars.create` (photo or selfie, name, description, pipeline, pipeline_subtype, parameters,
export_parameters, export_comment), folder, profile; look_seconds: see `once_more`.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from avatarsdk_core.worker.delivery import deliver
from avatarsdk_core.worker.job import UPLOADING
from avatarsdk_core.worker.messages import Made
from avatarsdk_core.worker.once_more import asked_for_once
from avatarsdk_core.worker.work import JobWork

if TYPE_CHECKING:
    from avatarsdk_core.client import Client
    from avatarsdk_core.models import Avatar

_TEXTS = ("name", "description", "pipeline", "pipeline_subtype", "export_comment")


def run(work: JobWork) -> None:
    """Go on where the journal ends. Raises AvatarSDKError."""
    client = work.client()
    if not work.job.avatar:
        work.note(Made(avatar=_created(work, client)))
    deliver(work, client, work.job.avatar)
    with contextlib.suppress(OSError):
        work.place.photo.unlink(missing_ok=True)  # not before: an avatar that fails may be wanted anew


def _created(work: JobWork, client: Client) -> str:
    """The avatar's code: of the one that an earlier run has created, else of a new one."""

    def create(tag: str) -> Avatar:
        work.show(UPLOADING, share=0.0)
        return client.avatars.create(**_asked(work), tag=tag, cancel=work.cancel)

    return asked_for_once(work, client, "avatar", client.avatars.find_tagged, create).code


def _asked(work: JobWork) -> dict[str, Any]:
    fields = work.fields
    asked: dict[str, Any] = {name: fields[name] for name in _TEXTS if fields.get(name)}
    asked.setdefault("name", work.job.title or "Avatar")
    for name in ("parameters", "export_parameters"):
        if fields.get(name) is not None:
            asked[name] = fields[name]
    if fields.get("selfie"):
        return {**asked, "selfie": str(fields["selfie"])}
    return {**asked, "photo": work.place.photo}
