"""One export that exists already becomes a folder on the disk.

Fields: avatar and export (their codes), folder, name, profile.
"""

from __future__ import annotations

from avatarsdk_core.errors import ParametersError
from avatarsdk_core.worker.delivery import deliver
from avatarsdk_core.worker.messages import Made
from avatarsdk_core.worker.work import JobWork


def run(work: JobWork) -> None:
    """Go on where the journal ends. Raises AvatarSDKError."""
    avatar, export = str(work.fields.get("avatar") or ""), str(work.fields.get("export") or "")
    if not (avatar and export):
        raise ParametersError("No export is named: choose one in the gallery")
    if not work.job.avatar:
        work.note(Made(avatar=avatar))
    deliver(work, work.client(), avatar, [export])
