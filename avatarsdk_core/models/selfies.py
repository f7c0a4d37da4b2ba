"""Selfies: a photo that somebody takes with a phone, on a page that the service makes for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import ClassVar

from avatarsdk_core.models.base import Model, flag, moment, optional_text, text


@dataclass(frozen=True, kw_only=True)
class Selfie(Model):
    """A page that takes one photo, for 24 hours.

    Whoever knows the URL of the page can put a photo there, so that it isn't shown in the repr.

    Attributes:
        expires: when the page ends.
        file_url: the photo; answers 404 until it is uploaded.
        upload_page_url, upload_page_qr: the page, and a picture of its QR code.
        upload_page_visited: somebody has opened the page.
    """

    readers: ClassVar = {
        **dict.fromkeys(("code", "url"), text),
        **dict.fromkeys(("file_url", "upload_page_qr", "upload_page_url"), optional_text),
        "expires": moment,
        "upload_page_visited": flag,
    }
    required = ("code",)

    code: str = field(repr=False)
    url: str = field(default="", repr=False)
    expires: datetime | None = None
    file_url: str | None = field(default=None, repr=False)
    upload_page_qr: str | None = field(default=None, repr=False)
    upload_page_url: str | None = field(default=None, repr=False)
    upload_page_visited: bool = False

    @property
    def is_expired(self) -> bool:
        """By this machine's clock."""
        return self.expires is not None and self.expires <= datetime.now(UTC)
