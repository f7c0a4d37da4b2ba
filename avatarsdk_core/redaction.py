"""Secrets that don't show: in a `repr`, in a traceback with its variables, in a log record of ours or of a library.

`Secret` hides itself. `hide` makes a value known, and `guard_logs` puts a filter before the loggers of the libraries
that write requests down (urllib3: paths with their query; requests_oauthlib and oauthlib: forms, tokens, headers).
"""

from __future__ import annotations

import logging
import re
import threading
from typing import SupportsIndex

MASK = "***"
LOGGER = "avatarsdk_core.http"
_SHORTEST = 6  # shorter ones would mask half of every line
_MOST = 4096  # a process that runs for years renews its token every few hours
_LOGGERS = (
    LOGGER,
    "urllib3.connectionpool",
    "urllib3.connection",
    "urllib3.util.retry",
    "requests_oauthlib",
    "requests_oauthlib.oauth2_session",
    "requests_oauthlib.compliance_fixes",
    "oauthlib",
    "oauthlib.oauth2.rfc6749.clients.base",
    "oauthlib.oauth2.rfc6749.tokens",
)
_NAMES = "access_token|refresh_token|id_token|client_secret|password|code|code_verifier|token|state|assertion"
_LOOKS_SECRET = (  # compiled when first used: `re` keeps them
    (r"\?[^\s\"'<>]+", f"?{MASK}"),
    (r"(?i)\b(bearer|basic)(\s+)[\w+/=.~-]+", rf"\1\2{MASK}"),
    (r"""(?i)(x-playeruid["']?\s*[:=]\s*["']?)[^\s"',;}]+""", rf"\1{MASK}"),
    (rf"""(?i)(["']?\b(?:{_NAMES})["']?\s*[=:]\s*["']?)[^&\s"',;}}\]]+""", rf"\1{MASK}"),
)

_known: dict[str, None] = {}  # in the order in which they were told
_lock = threading.Lock()


class Secret(str):
    """Text for the service's eyes: its `repr` is a mask, so that no traceback and no dataclass shows it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(MASK if self else "")

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[type[Secret], tuple[str]]:
        return Secret, (str.__str__(self),)


def hide(*values: str) -> None:
    """Mask these values in every log record from now on (values of fewer than 6 characters can't be)."""
    with _lock:
        _known.update((str.__str__(value), None) for value in values if len(value) >= _SHORTEST)
        while len(_known) > _MOST:
            del _known[next(iter(_known))]


def without_secrets(text: str) -> str:
    """`text` without the secrets that are known, all else as it is: for words of a service that may quote one."""
    with _lock:
        known = sorted(_known, key=len, reverse=True)
    for value in known:
        text = text.replace(value, MASK)
    return text


def redacted(text: str) -> str:
    """`text` without known secrets, without what looks like one, and without the queries of URLs."""
    text = without_secrets(text)
    for pattern, mask in _LOOKS_SECRET:
        text = re.sub(pattern, mask, text)
    return text


def _redacting(record: logging.LogRecord) -> bool:
    """A logger's filter: masks messages; what requests_oauthlib and oauthlib write at DEBUG is nothing but secrets."""
    if record.levelno <= logging.DEBUG and record.name.startswith(("requests_oauthlib", "oauthlib")):
        return False
    try:
        message = record.getMessage()
    except (TypeError, ValueError):
        message = str(record.msg)
    record.msg, record.args = redacted(message), ()
    if record.exc_info or record.exc_text:
        record.exc_text = redacted(record.exc_text or logging.Formatter().formatException(record.exc_info))  # type: ignore[arg-type]
        record.exc_info = None
    return True


def guard_logs() -> None:
    """Put the filter before the loggers that could tell a secret; may be called again."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if _redacting not in logger.filters:
            logger.addFilter(_redacting)
