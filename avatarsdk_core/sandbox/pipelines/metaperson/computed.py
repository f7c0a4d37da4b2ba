"""What is known of an avatar before any export, kept in its folder: its look, its model info, its pictures."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from PIL import Image

from avatarsdk_core.sandbox.human.look import Colour, Look, look_from_photo
from avatarsdk_core.sandbox.human.model import Subtype, as_subtype
from avatarsdk_core.sandbox.human.portrait import make_portrait
from avatarsdk_core.sandbox.photos import PREVIEW_FILE, THUMBNAIL_FILE, stored_photo, write_thumbnail
from avatarsdk_core.sandbox.pipelines.contract import MODEL_INFO_FILE, Computed, ComputeJob
from avatarsdk_core.sandbox.pipelines.likeness import KEPT, keep_face, kept_face
from avatarsdk_core.sandbox.pipelines.metaperson.plan import PIPELINE
from avatarsdk_core.sandbox.pipelines.model_info import describe
from avatarsdk_core.sandbox.pipelines.wishes import read_wishes

_LOOK_FILE = "look.json"


def compute_avatar(job: ComputeJob) -> None:
    """An avatar's computation: what the photo in its folder tells. Raises PhotoError."""
    photo, wishes = stored_photo(job.folder), read_wishes(job.parameters)
    look = look_from_photo(photo, as_subtype(job.subtype))
    (job.folder / _LOOK_FILE).write_text(json.dumps(asdict(look)), encoding="utf-8")
    write_thumbnail(photo, job.folder / THUMBNAIL_FILE)
    asked = [name for name in KEPT if wishes.on(name)]
    removed = dict.fromkeys(asked, keep_face(photo, asked, job.folder))
    info: dict[str, Any] = describe(PIPELINE, job.subtype, wishes.model_info, look, removed=removed)
    if any(name.endswith("_color") for name in wishes.model_info):  # real files have these beside those asked for
        info |= {"lips_color": _shown(look.lips), "eyebrows_color": _shown(look.eyebrows)}
    (job.folder / MODEL_INFO_FILE).write_text(json.dumps(info, indent=1), encoding="utf-8")
    Computed().write(job.folder)


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
    with Image.open(io.BytesIO(make_portrait(subtype, computed_look(folder), kept_face(folder)))) as portrait:
        portrait.save(part, "PNG")
    part.replace(folder / PREVIEW_FILE)


def _shown(colour: Colour) -> dict[str, int]:
    return dict(zip(("red", "green", "blue"), colour, strict=True))
