"""A new avatar: what may be asked for, what was asked for, what is sent; and the whole way from a photo to files.

No network but in `photo_to_export`; nothing here loads a network library by being imported.
"""

from __future__ import annotations

from avatarsdk_core.creation.whole_way import (
    PIPELINE,
    TEXTURES,
    WARDROBE,
    Show,
    Step,
    dressed_export,
    megabytes,
    photo_to_export,
)

__all__ = ["PIPELINE", "TEXTURES", "WARDROBE", "Show", "Step", "dressed_export", "megabytes", "photo_to_export"]
