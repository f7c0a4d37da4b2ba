"""Nothing is paid twice: what costs is looked for by the tag of the first time before it is asked for again."""

from __future__ import annotations

import hashlib
import itertools
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from avatarsdk_core.errors import SettingsError
from avatarsdk_core.http.retry import pause
from avatarsdk_core.worker.job import LOOKING
from avatarsdk_core.worker.messages import Tagged
from avatarsdk_core.worker.work import JobWork

if TYPE_CHECKING:
    from avatarsdk_core.client import Client

Thing = TypeVar("Thing")
_SHOWS_SECONDS = 12.0  # after which what was asked for shows in the service's lists, if it was received at all
_LOOK_DELAYS = (0.5, 1.0, 2.0, 3.0)


def account_of(work: JobWork, client: Client) -> str:
    """A name for "these credentials and this player", which tells nothing of them. Raises as a request."""
    if client.settings.access == "client":
        client.http.ensure_player(cancel=work.cancel)
    whose = f"{client.settings.credential_key(of_player=True)} {client.http.player_uid}"
    return hashlib.sha256(whose.encode()).hexdigest()[:24]


def looked_for(work: JobWork, client: Client, earlier: Tagged, look: Callable[[], Thing | None]) -> Thing | None:
    """What an earlier run has asked for under its tag; None where it surely never came to that.

    A request that was cut a moment ago may still be under way, so that one look isn't enough. A look that fails is
    none: its error is raised.

    Raises:
        SettingsError: somebody else is signed in now, who can't see it.
        ServiceError, Cancelled
    """
    if account_of(work, client) != earlier.account:
        raise SettingsError(
            "This was begun with other credentials, which alone can tell whether it was made: sign in with those again "
            "and retry, or remove the job"
        )
    work.show(LOOKING)
    delays = itertools.chain(_LOOK_DELAYS, itertools.repeat(_LOOK_DELAYS[-1]))
    age = time.time() - earlier.at
    end = time.monotonic() + (_SHOWS_SECONDS - age if 0 <= age < _SHOWS_SECONDS else 0 if age >= 0 else _SHOWS_SECONDS)
    while True:
        found = look()
        if found is not None or time.monotonic() >= end:
            return found
        pause(next(delays), work.cancel)
