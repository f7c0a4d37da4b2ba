"""Who asks, and what was used up: tokens, players, counters."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from avatarsdk_core.models.base import Model, moment, optional_whole_number, text, whole_number


@dataclass(frozen=True, kw_only=True)
class Token(Model):
    """An access token. `expires_in` counts seconds from the moment of the answer; 0: not told."""

    readers: ClassVar = {
        "access_token": text,
        "token_type": text,
        "expires_in": whole_number,
        "refresh_token": text,
    }
    required = ("access_token",)

    access_token: str = field(repr=False)
    token_type: str = "Bearer"  # noqa: S105 the kind of token, not a token
    expires_in: int = 0
    refresh_token: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class Player(Model):
    """A PlayerUID: in client mode one user sees only what was made with it. `code` is the PlayerUID."""

    readers: ClassVar = {"code": text, "url": text, "created_on": moment, "comment": text}
    required = ("code",)

    code: str = field(repr=False)
    url: str = field(default="", repr=False)
    created_on: datetime | None = None
    comment: str = ""


@dataclass(frozen=True, kw_only=True)
class Usage(Model):
    """Avatars of the billing period: made, prepaid and to be paid. Of a time of one's own only `created` is told."""

    readers: ClassVar = {"created": whole_number, "prepaid": optional_whole_number, "to_pay": optional_whole_number}

    created: int = 0
    prepaid: int | None = None
    to_pay: int | None = None
