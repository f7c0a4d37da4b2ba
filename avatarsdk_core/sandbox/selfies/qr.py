"""The QR code of an upload page's address."""

from __future__ import annotations

import io

import segno

_PIXELS_A_MODULE = 8
_QUIET_ZONE = 4  # modules of white around it, as ISO/IEC 18004 asks


def qr_png(url: str) -> bytes:
    """A PNG, black on white, that a phone reads off a screen."""
    picture = io.BytesIO()
    segno.make_qr(url, error="m").save(picture, kind="png", scale=_PIXELS_A_MODULE, border=_QUIET_ZONE)
    return picture.getvalue()
