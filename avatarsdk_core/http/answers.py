"""What the service said, and which error of ours that is. Pure: no network here."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from avatarsdk_core.errors import (
    AccessDenied,
    ApiError,
    AuthenticationError,
    InvalidRequest,
    NotFound,
    ProtocolError,
    ServiceError,
    ServiceUnavailable,
    Throttled,
)
from avatarsdk_core.http.origin import bare, same_origin
from avatarsdk_core.http.retry import duration, parse_retry_after
from avatarsdk_core.redaction import without_secrets
from avatarsdk_core.settings import is_loopback

NOBODY_LISTENS = "nobody listens there"
_MAX_DETAIL = 300
_MAX_FIELDS = 50
_NO_FIELDS = frozenset({"detail", "error", "error_description"})


@dataclass(frozen=True)
class Answer:
    """A whole answer. `headers` compare names without case."""

    method: str
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON (NaN, as in landmarks, is accepted).

        Raises:
            ProtocolError: it isn't JSON.
        """
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            kind = self.headers.get("Content-Type", "no content type")
            found = "JSON that can't be read" if "json" in kind.lower() else f"{kind} where JSON was expected"
            raise ProtocolError(
                f"{bare(self.url)} answered {self.status} with {found}: is AVATARSDK_ROOT_URL the service's API?"
            ) from None


def detail_of(body: bytes) -> str:
    """The service's own words in an error's body: `detail`, else its field messages, else nothing."""
    try:
        data = json.loads(body)
        if isinstance(data, dict):
            words = data.get("detail") or data.get("error_description") or data.get("error")
            if not isinstance(words, str):
                words = "; ".join(f"{name}: {_flat(value)}" for name, value in data.items())
        else:
            words = _flat(data)
    except (ValueError, RecursionError):  # no JSON, or nested so deeply that nobody can have meant it
        return ""
    return without_secrets(" ".join(words.split()))[:_MAX_DETAIL]


def _flat(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_flat, value))
    return value if isinstance(value, str) else json.dumps(value)


def fields_of(body: bytes) -> dict[str, tuple[str, ...]]:
    """The messages of a refused form, field by field; empty where the body is no such thing."""
    try:
        data = json.loads(body)
        if not isinstance(data, dict):
            return {}
        named = ((name, value) for name, value in data.items() if name not in _NO_FIELDS)
        return {name: _messages(value) for name, value in itertools.islice(named, _MAX_FIELDS)}
    except (ValueError, RecursionError):
        return {}


def _messages(value: Any) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(without_secrets(_flat(item))[:_MAX_DETAIL] for item in values[:_MAX_FIELDS])


def api_error(answer: Answer) -> ServiceError:
    """The error for an answer of 400 or more, in one line with what to do."""
    status, detail = answer.status, detail_of(answer.body)
    retry_after = parse_retry_after(answer.headers.get("Retry-After"))
    advice = _advice(status, retry_after)
    message = f"{answer.method} {bare(answer.url)} answered {status}"
    message += f": {detail}" if detail else ""
    message += f" ({advice})" if advice else ""
    about: dict[str, Any] = {"status": status, "method": answer.method, "path": urlsplit(answer.url).path}
    about |= {"detail": detail, "advice": advice}
    if status >= 500:
        return ServiceUnavailable(message, retry_after=retry_after, **about)
    if status == 429:
        return Throttled(message, retry_after=retry_after, **about)
    if status == 400:
        return InvalidRequest(message, fields=fields_of(answer.body), **about)
    return _KINDS.get(status, ApiError)(message, **about)


def _advice(status: int, retry_after: float | None) -> str:
    if status == 429:
        return f"try again in {duration(retry_after)}" if retry_after is not None else "try again in a minute"
    if status >= 500:
        when = "later" if retry_after is None else f"in {duration(retry_after)}"
        return f"the service has a problem: try again {when}"
    return _ADVICE.get(status, "")


_KINDS: Mapping[int, type[ApiError]] = {401: AuthenticationError, 403: AccessDenied, 404: NotFound}
_ADVICE: Mapping[int, str] = {
    400: "correct the value named here",
    401: "check AVATARSDK_CLIENT_ID and AVATARSDK_CLIENT_SECRET",
    403: "the plan, the access mode or the PlayerUID doesn't allow it",
    404: "unknown, deleted, of another player, or not computed yet",
    405: "this service knows the address, but not that way to use it: check AVATARSDK_ROOT_URL",
    413: "the photo is too large for the service: save it smaller",
}


def unreachable(url: str, reason: str, root: str) -> str:
    """The line for a request that got no answer, with the way out."""
    parts = urlsplit(url)
    if not same_origin(url, root):
        way_out = "the service sent us there: try again later"
    elif is_loopback(parts.hostname):
        start = f"start the sandbox: avatarsdk sandbox --port {parts.port or 80}"
        way_out = start if reason == NOBODY_LISTENS else "try again, or look at the sandbox's terminal"
    else:
        way_out = "check the network, and AVATARSDK_ROOT_URL"
    return f"No answer from {bare(url)}: {reason}; {way_out}"
