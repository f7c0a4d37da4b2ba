"""An avatar that exists already becomes folders on the disk, as soon as it is computed.

Fields: avatar (its code), folder, name, profile; exports: codes, else all of them.
"""

from __future__ import annotations

from avatarsdk_core.errors import ParametersError
from avatarsdk_core.worker.delivery import deliver
from avatarsdk_core.worker.messages import Made
from avatarsdk_core.worker.work import JobWork


def run(work: JobWork) -> None:
    """Go on where the journal ends. Raises AvatarSDKError."""
    code = str(work.fields.get("avatar") or "")
    if not code:
        raise ParametersError("No avatar is named: choose one in the gallery")
    if not work.job.avatar:
        work.note(Made(avatar=code))
    deliver(work, work.client(), code, [str(each) for each in work.fields.get("exports") or ()])
