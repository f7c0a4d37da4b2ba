"""The photo's face on the head's colours: kept in the avatar's folder by its computation, used by its exports."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
from PIL import Image

from avatarsdk_core.sandbox.human.body import Body
from avatarsdk_core.sandbox.human.likeness import SIZE, Face, find_face, project
from avatarsdk_core.sandbox.human.look import Look, decoded
from avatarsdk_core.sandbox.pipelines.metaperson.items import Item

_FACE_FILE, _PHOTO_FILE = "face.json", "face.png"
# What a modification of the photo takes out of it: that part of the face stays painted.
KEPT: Mapping[str, str] = MappingProxyType({"remove_glasses": "eyes", "remove_smile": "mouth", "remove_stubble": "jaw"})


def keep_face(photo: bytes, removed: list[str], folder: Path) -> bool:
    """Find the photo's face and keep what the exports need of it; whether there is one. Raises PhotoError."""
    face = find_face(photo)
    if face is None:
        return False
    pixels = decoded(photo, SIZE)
    Image.fromarray(np.asarray(np.rint(pixels), dtype=np.uint8)).save(folder / _PHOTO_FILE)
    kept = [KEPT[name] for name in removed]
    (folder / _FACE_FILE).write_text(json.dumps({"face": asdict(face), "kept": kept}), encoding="utf-8")
    return True


def with_face(head: Item, body: Body, look: Look, folder: Path) -> Item:
    """The head painted with the photo's face, where the avatar in `folder` has one. `look`: colours asked for too."""
    if not (folder / _FACE_FILE).is_file():
        return head
    stored = json.loads((folder / _FACE_FILE).read_text(encoding="utf-8"))
    left, right, mouth, skin = (tuple(stored["face"][name]) for name in ("left", "right", "mouth", "skin"))
    face = Face(left, right, mouth, skin)
    kept = frozenset(stored["kept"]) | ({"lips"} if "lips" in head.category.colors else set())

    def paint(kind: str, size: int) -> Image.Image | None:
        image = head.painter.paint(kind, size)
        if image is None or kind != "Color":
            return image
        with Image.open(folder / _PHOTO_FILE) as photo:
            return project(image, photo, face, body, look, kept=kept)

    return replace(head, painter=replace(head.painter, paint=paint))
