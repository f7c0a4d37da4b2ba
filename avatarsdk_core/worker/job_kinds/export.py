"""A further export of an avatar, with other assets, and its folder on the disk.

Fields: avatar (its code), export_parameters, comment, folder, name, profile.
"""

from __future__ import annotations

from avatarsdk_core.errors import ParametersError
from avatarsdk_core.worker.delivery import deliver
from avatarsdk_core.worker.further_export import ask_for_export
from avatarsdk_core.worker.work import JobWork


def run(work: JobWork) -> None:
    """Go on where the journal ends. Raises AvatarSDKError."""
    code = str(work.fields.get("avatar") or "")
    if not code:
        raise ParametersError("No avatar is named: choose one in the gallery")
    client = work.client()
    if not work.job.exports:
        client.avatars.wait(code, cancel=work.cancel)
        parameters = work.fields.get("export_parameters") or {}
        ask_for_export(work, client, code, parameters, str(work.fields.get("comment") or ""))
    deliver(work, client, code, work.job.exports)
