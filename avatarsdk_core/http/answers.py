"""What the service said, and which error of ours that is. Pure: no network here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from avatarsdk_core.errors import (
    ApiError,
    AuthenticationError,
    BadRequestError,
    ForbiddenError,
    NotFoundError,
    ProtocolError,
    ThrottledError,
)
from avatarsdk_core.http.origin import bare
from avatarsdk_core.http.retry import parse_retry_after
from avatarsdk_core.settings import is_loopback

_MAX_DETAIL = 300


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
        except ValueError:
            kind = self.headers.get("Content-Type", "no content type")
            raise ProtocolError(
                f"{bare(self.url)} answered {self.status} with {kind} where JSON was expected: "
                "is AVATARSDK_ROOT_URL the service's API?"
            ) from None


def detail_of(body: bytes) -> str:
    """The service's own words in an error's body: `detail`, else its field messages, else nothing."""
    try:
        data = json.loads(body)
    except ValueError:
        return ""
    if isinstance(data, dict):
        words = data.get("detail") or data.get("error_description") or data.get("error")
        if not isinstance(words, str):
            words = "; ".join(f"{name}: {_flat(value)}" for name, value in data.items())
    else:
        words = _flat(data)
    return " ".join(words.split())[:_MAX_DETAIL]


def _flat(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_flat, value))
    return value if isinstance(value, str) else json.dumps(value)


def api_error(answer: Answer) -> ApiError:
    """The error for an answer of 400 or more, in one line with what to do."""
    detail, place = detail_of(answer.body), bare(answer.url)
    kind, way_out = _KINDS.get(answer.status, (ApiError, ""))
    if answer.status == 429:
        seconds = parse_retry_after(answer.headers.get("Retry-After"))
        way_out = f"try again in {seconds:.0f} s" if seconds is not None else "try again in a minute"
    elif answer.status >= 500:
        way_out = "the service has a problem: try again later"
    message = f"{answer.method} {place} answered {answer.status}"
    message += f": {detail}" if detail else ""
    message += f" ({way_out})" if way_out else ""
    return kind(message, answer.status, detail, place)


_KINDS: Mapping[int, tuple[type[ApiError], str]] = {
    400: (BadRequestError, "correct the value named here"),
    401: (AuthenticationError, "check AVATARSDK_CLIENT_ID and AVATARSDK_CLIENT_SECRET"),
    403: (ForbiddenError, "the plan, the access mode or the PlayerUID doesn't allow it"),
    404: (NotFoundError, "unknown, deleted, of another player, or not computed yet"),
    429: (ThrottledError, ""),
}


def unreachable(url: str, reason: str) -> str:
    """The line for a request that got no answer, with the way out."""
    parts = urlsplit(url)
    if is_loopback(parts.hostname):
        way_out = f"start the sandbox: avatarsdk sandbox --port {parts.port or 80}"
    else:
        way_out = "check the network, and AVATARSDK_ROOT_URL"
    return f"No answer from {bare(url)}: {reason}; {way_out}"
