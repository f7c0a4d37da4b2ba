# SPDX-License-Identifier: GPL-3.0-or-later
"""What operators that need the service have in common."""

from __future__ import annotations

import bpy

from .. import online


class NeedsNetwork:
    """Greyed with the reason while Blender is offline."""

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        if reason := online.reason():
            cls.poll_message_set(reason)  # type: ignore[attr-defined]
        return not reason
