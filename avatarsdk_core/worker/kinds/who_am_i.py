"""Who is signed in, and what was used up. Field: profile ("" for the default one)."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from avatarsdk_core.errors import AccessDenied, NotFound
from avatarsdk_core.models import to_json
from avatarsdk_core.signin import whoami
from avatarsdk_core.worker.work import Work


def answer(work: Work, profile: str = "") -> Mapping[str, Any]:
    """`account`: see `signin.Account.to_json`; `usage`: counters of the billing period, None where they aren't told
    (client access).

    Raises:
        SettingsError, AuthenticationError, ServiceError
    """
    client = work.client(profile)
    account = whoami(client)
    usage = None
    if account.access != "client":
        with contextlib.suppress(AccessDenied, NotFound):
            usage = to_json(client.avatars.count())
    return {"account": account.to_json(), "usage": usage}
