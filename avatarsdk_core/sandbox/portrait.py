"""An avatar's computation: what is known of the photo once, before any export: its thumbnail and its preview."""

from __future__ import annotations

from pathlib import Path

from avatarsdk_core.sandbox.photos import THUMBNAIL_FILE, stored_photo, write_thumbnail


def compute_avatar(subtype: str, folder: Path) -> None:
    """Write the thumbnail into the avatar's folder, which holds its photo."""
    photo = stored_photo(folder)
    write_thumbnail(photo, folder / THUMBNAIL_FILE)
