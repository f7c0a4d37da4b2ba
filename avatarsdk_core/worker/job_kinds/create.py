"""A photo or a selfie becomes an avatar, its exports, and folders on the disk.

Fields: as `Client.avatars.create` (photo or selfie, name, description, pipeline, pipeline_subtype, parameters,
export_parameters, export_comment), folder, profile.
"""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any

from avatarsdk_core.resources.once import new_tag
from avatarsdk_core.worker.delivery import deliver
from avatarsdk_core.worker.job import UPLOADING
from avatarsdk_core.worker.messages import Made, Tagged
from avatarsdk_core.worker.once_more import account_of, looked_for
from avatarsdk_core.worker.work import JobWork

if TYPE_CHECKING:
    from avatarsdk_core.client import Client

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
    earlier = work.job.tags.get("avatar")
    if earlier is not None:
        found = looked_for(work, client, earlier, lambda: client.avatars.find_tagged(earlier.tag))
        if found is not None:
            return found.code
    tag = earlier.tag if earlier is not None else new_tag()
    work.show(UPLOADING, share=0.0)
    work.note(Tagged("avatar", tag, account_of(work, client), round(time.time(), 3)))
    work.sync()
    return client.avatars.create(**_asked(work), tag=tag, cancel=work.cancel).code


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
