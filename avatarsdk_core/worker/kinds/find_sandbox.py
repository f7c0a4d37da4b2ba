"""Which sandboxes of this user run on this machine. No field."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from avatarsdk_core.running_sandbox import COMMAND, running
from avatarsdk_core.worker.work import Work

DEFAULT_URL = "http://127.0.0.1:8721/"
_SECONDS = 2.0


def answer(work: Work) -> Mapping[str, Any]:
    """`urls` of those that answer, the latest first; `stranger`: one at the default address that doesn't tell its keys,
    or ""; `command` starts one.
    """
    urls = [found.url for found in running() if not work.cancel.is_set() and answers(found.url)]
    stranger = "" if urls or not answers(DEFAULT_URL) else DEFAULT_URL
    return {"urls": urls, "stranger": stranger, "command": COMMAND}


def answers(url: str) -> bool:
    """Something listens there."""
    parts = urlsplit(url)
    try:
        with socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 80), timeout=_SECONDS):
            return True
    except OSError:
        return False
