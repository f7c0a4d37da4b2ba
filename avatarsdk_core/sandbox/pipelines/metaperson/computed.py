"""What is known of an avatar before any export, kept in its folder: its look, its thumbnail, its preview."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import asdict
from pathlib import Path

from PIL import Image

from avatarsdk_core.sandbox.human.look import Look, look_from_photo
from avatarsdk_core.sandbox.human.model import Subtype
from avatarsdk_core.sandbox.human.portrait import make_portrait
from avatarsdk_core.sandbox.photos import PREVIEW_FILE, THUMBNAIL_FILE, stored_photo, write_thumbnail
from avatarsdk_core.sandbox.pipelines.contract import Computed

_LOOK_FILE = "look.json"


def compute_avatar(subtype: Subtype, folder: Path) -> None:
    """An avatar's computation: its colours are read off the photo in its folder. Raises PhotoError."""
    photo = stored_photo(folder)
    look = look_from_photo(photo, subtype)
    (folder / _LOOK_FILE).write_text(json.dumps(asdict(look)), encoding="utf-8")
    write_thumbnail(photo, folder / THUMBNAIL_FILE)
    Computed().write(folder)


def computed_look(folder: Path) -> Look:
    """The colours of a computed avatar."""
    colours = json.loads((folder / _LOOK_FILE).read_text(encoding="utf-8"))
    return Look(**{name: tuple(colour) for name, colour in colours.items()})


def look_digest(look: Look) -> str:
    """A short name for these colours, to file textures by."""
    return hashlib.sha256(repr(look).encode()).hexdigest()[:16]


def render_preview(subtype: Subtype, folder: Path) -> None:
    """The avatar as a PNG. It takes seconds, so it is made when it is first asked for."""
    part = folder / f"{PREVIEW_FILE}.part"
    with Image.open(io.BytesIO(make_portrait(subtype, computed_look(folder)))) as portrait:
        portrait.save(part, "PNG")
    part.replace(folder / PREVIEW_FILE)
