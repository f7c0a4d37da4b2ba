"""The tables of what can be asked: one file a kind, found by its name."""

from __future__ import annotations

import importlib.util
import re

from avatarsdk_core.errors import UnknownNameError

_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")


def kind_file(table: str, kind: str) -> str:
    """The module of a kind: table "kinds" holds requests, "job_kinds" jobs.

    Raises:
        UnknownNameError: there is none.
    """
    module = f"avatarsdk_core.worker.{table}.{kind}"
    if not _NAME.fullmatch(kind) or importlib.util.find_spec(module) is None:
        raise UnknownNameError(f"The worker can't do {kind!r}: update the add-on, all of its files")
    return module
