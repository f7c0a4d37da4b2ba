"""The rows that the sandbox keeps: plain values, as they are stored. Times are seconds since 1970, UTC."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

TokenKind = Literal["access", "refresh", "code"]


@dataclass(frozen=True)
class Token:
    """An access token, a refresh token or an authorization code; `digest` is all that is kept of it.

    `family`: everything that came of one sign-in. `public`: its client has proved itself without a secret. `used`: a
    code or a refresh token is good for one time. `redirect_uri`, `challenge` and `method` are a code's own.
    """

    digest: str
    kind: TokenKind
    client_id: str
    mode: str
    scope: str
    expires: float
    family: str
    public: bool = False
    used: bool = False
    redirect_uri: str = ""
    challenge: str = ""
    method: str = ""


@dataclass(frozen=True)
class Player:
    """An installation of a client application; `code` is its PlayerUID."""

    code: str
    client_id: str
    comment: str
    created: float


@dataclass(frozen=True)
class Selfie:
    """A page on which somebody uploads a photo once; `media_type` is the photo's, empty until then."""

    code: str
    client_id: str
    player: str | None
    comment: str
    created: float
    expires: float
    visited: bool = False
    media_type: str = ""


@dataclass(frozen=True)
class Avatar:
    """An avatar; `built` is when its computation ended (None: not yet), `failure` why it ended badly.

    `parameters` is the request's JSON, or None for the defaults. `player` is a PlayerUID, or None. `outcome` is how it
    was told to end: empty, `fail` or `timeout`. `seed` names what it shares with others of `--seed`, else it is empty.
    `direct`: it was made without exports, so that its results are delivered directly.
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
    outcome: str = ""
    seed: str = ""
    direct: bool = False


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
    """An export; `started` and `built` bracket the making of its files. `parameters` is the request's JSON.

    `outcome`: how it was told to end, empty or `fail`. `wanted`: whether it is to be built; one of a seed waits until
    somebody looks at it.
    """

    code: str
    avatar_code: str
    comment: str
    parameters: Any
    created: float
    started: float | None = None
    built: float | None = None
    failure: str | None = None
    outcome: str = ""
    wanted: bool = True
    files: tuple[ExportFile, ...] = ()
