"""A photo by phone: a page for it is made, and waited for until it has its photo. Field: profile.

Whoever knows the page's address can put a photo there: it is in the QR code's file alone, which only this user may
read and which goes when the photo has come.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from avatarsdk_core.models import Selfie
from avatarsdk_core.vault.files import write_private
from avatarsdk_core.worker.work import Work


def answer(work: Work, profile: str = "") -> Mapping[str, Any]:
    """First `qr` (path of a picture) and `expires` (ISO 8601); then `visited` when a phone has opened the page; the
    last has `photo` (path) and `selfie` (its code, for the job "create").

    Raises:
        DeadlineExceeded: no photo came while the page lived; Cancelled; ServiceError.
    """
    client = work.client(profile)
    selfie = client.selfies.create()
    folder = work.folder("selfies")
    name = secrets.token_hex(8)
    qr = folder / f"{name}-qr.png"
    visited = False
    try:
        write_private(qr, client.selfies.qr(selfie))
        work.tell(qr=str(qr), expires=selfie.expires.isoformat() if selfie.expires else "")

        def show(state: Selfie) -> None:
            nonlocal visited
            if state.upload_page_visited and not visited:
                visited = True
                work.tell(visited=True)

        selfie = client.selfies.wait(selfie, progress=show, cancel=work.cancel)
        data = client.selfies.photo(selfie, cancel=work.cancel)
    finally:
        qr.unlink(missing_ok=True)
    photo = folder / (name + (".png" if data.startswith(b"\x89PNG") else ".jpg"))
    write_private(photo, data)
    return {"photo": str(photo), "selfie": selfie.code}
