# SPDX-License-Identifier: GPL-3.0-or-later
"""German, a file a room of the interface."""

from __future__ import annotations

from . import account, assets, avatar, catalog, create, export, face, gallery, importing, jobs, wardrobe

MESSAGES: dict[str, str] = {}
for _room in (account, assets, avatar, catalog, create, export, face, gallery, importing, jobs, wardrobe):
    MESSAGES |= _room.MESSAGES
