"""The rows that the sandbox keeps: plain values, as they are stored. Times are seconds since 1970, UTC."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Player:
    """An installation of a client application; `code` is its PlayerUID."""

    code: str
    client_id: str
    comment: str
    created: float


@dataclass(frozen=True)
class Avatar:
    """An avatar; `built` is when its computation ended (None: not yet), `failure` why it ended badly.

    `parameters` is the request's JSON, or None for the defaults. `player` is a PlayerUID, or None.
    """

    code: str
    client_id: str
    player: str | None
    name: str
    description: str
    pipeline: str
    subtype: str
    parameters: Any
    created: float
    built: float | None = None
    changed: float | None = None
    failure: str | None = None


@dataclass(frozen=True)
class ExportFile:
    """One archive of an export and the texture files that go beside its model without being in it.

    `static_files`: paths below the state's texture folder, `<category>/<asset and gender>/<file name>`.
    """

    identity: str
    category: str | None
    static_files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Export:
    """An export; `started` and `built` bracket the making of its files. `parameters` is the request's JSON."""

    code: str
    avatar_code: str
    comment: str
    parameters: Any
    created: float
    started: float | None = None
    built: float | None = None
    failure: str | None = None
    files: tuple[ExportFile, ...] = ()
