"""Nothing is paid twice: what costs is asked for under a tag that the disk holds before, and looked for by it later.

A request that was cut may have reached the service all the same, and what it began may show late. Whatever is found
under the tag is taken; where nothing is found nobody but a person decides to ask once more.
"""

from __future__ import annotations

import hashlib
import itertools
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from avatarsdk_core.errors import AvatarSDKError, MaybeMade, SettingsError
from avatarsdk_core.http.retry import duration, pause
from avatarsdk_core.resources.once import new_tag, surely_not_made
from avatarsdk_core.worker.job import LOOKING
from avatarsdk_core.worker.messages import NotMade, Tagged
from avatarsdk_core.worker.work import JobWork

if TYPE_CHECKING:
    from avatarsdk_core.client import Client

Thing = TypeVar("Thing")
LOOK_SECONDS = 120.0  # after the request; a job's field `look_seconds` says another time
_LEAST_SHARE = 0.1  # of that, however long ago it was: a request that was killed may have been sent later than tagged
_LOOK_DELAYS = (0.5, 1.0, 2.0, 4.0, 8.0)


def asked_for_once(
    work: JobWork, client: Client, of: str, find: Callable[[str], Thing | None], ask: Callable[[str], Thing]
) -> Thing:
    """What a request brings, or what an earlier run's request has brought.

    Args:
        of: "avatar" or "export".
        find, ask: get the tag.

    Raises:
        MaybeMade: an earlier request was cut, and what it asked for doesn't show.
        SettingsError: somebody else is signed in now, who couldn't see it.
        ServiceError, Cancelled
    """
    earlier = work.job.tags.get(of)
    found = _looked_for(work, client, earlier, find) if earlier is not None else None
    if found is not None:
        return found
    tag = earlier.tag if earlier is not None else new_tag()
    work.note(Tagged(of, tag, account_of(work, client), _now()))
    work.sync()
    try:
        return ask(tag)
    except AvatarSDKError as error:
        if earlier is None and (surely_not_made(error) or _was_for_the_token(client, error)):
            work.note(NotMade(of, _now()))
        else:
            work.note(Tagged(of, tag, work.job.tags[of].account, _now()))  # it was under way until now
        raise


def account_of(work: JobWork, client: Client) -> str:
    """A name for "these credentials and this player", which tells nothing of them. Raises as a request."""
    if client.settings.access == "client":
        client.http.ensure_player(cancel=work.cancel)
    whose = f"{client.settings.credential_key(of_player=True)} {client.http.player_uid}"
    return hashlib.sha256(whose.encode()).hexdigest()[:24]


def _looked_for(work: JobWork, client: Client, earlier: Tagged, find: Callable[[str], Thing | None]) -> Thing | None:
    """What an earlier run has asked for; None where there is nothing and a person wants it asked for once more."""
    if account_of(work, client) != earlier.account:
        raise SettingsError(
            "This was begun with other credentials, which alone can tell whether it was made: sign in with those again "
            "and retry, or remove the job"
        )
    seconds = float(work.fields.get("look_seconds") or LOOK_SECONDS)
    age = max(0.0, time.time() - earlier.at)
    end = time.monotonic() + max(seconds * _LEAST_SHARE, seconds - age)
    for delay in itertools.chain(_LOOK_DELAYS, itertools.repeat(_LOOK_DELAYS[-1])):
        left = end - time.monotonic()
        work.show(LOOKING, seconds_left=max(0.0, left))
        found = find(earlier.tag)
        if found is not None or work.job.may_ask_again:
            return found
        if left <= 0:
            break
        pause(min(delay, left), work.cancel)
    raise MaybeMade(
        f"The connection broke while the service was asked for this {earlier.of}, and nothing of it has shown up "
        f"{duration(max(age, seconds))} later. It may have been begun and paid all the same: look again later, or "
        "create it again",
        advice="look again later, or create it again",
    )


def _was_for_the_token(client: Client, error: AvatarSDKError) -> bool:
    """It failed before: without a token nothing is asked for."""
    return getattr(error, "path", "") == urlsplit(client.settings.token_url).path


def _now() -> float:
    return round(time.time(), 3)
