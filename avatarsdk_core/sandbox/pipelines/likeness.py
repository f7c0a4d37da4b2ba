"""The photo's face: kept in the avatar's folder by its computation, put on the head's colours by whatever paints it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
from PIL import Image

from avatarsdk_core.sandbox.human.body import Body
from avatarsdk_core.sandbox.human.likeness import SIZE, Face, find_face
from avatarsdk_core.sandbox.human.look import decoded
from avatarsdk_core.sandbox.human.projection import project

_FACE_FILE, _PHOTO_FILE = "face.json", "face.png"
# What a modification of the photo takes out of it: that part of the face stays painted.
KEPT: Mapping[str, str] = MappingProxyType({"remove_glasses": "eyes", "remove_smile": "mouth", "remove_stubble": "jaw"})


@dataclass(frozen=True)
class Likeness:
    """A face that was found. `photo`: where its picture is; `kept`: regions that stay painted (see `project`)."""

    photo: Path
    face: Face
    kept: frozenset[str]

    def on(self, head: Image.Image, body: Body) -> Image.Image:
        """The colours of AvatarHead with the photo's face on them."""
        with Image.open(self.photo) as photo:
            return project(head, photo, self.face, body, kept=self.kept)


def keep_face(photo: bytes, removed: Sequence[str], folder: Path) -> bool:
    """Find the photo's face and keep what painting needs of it; whether there is one. Raises PhotoError."""
    face = find_face(photo)
    if face is None:
        return False
    pixels = decoded(photo, SIZE)
    Image.fromarray(np.asarray(np.rint(pixels), dtype=np.uint8)).save(folder / _PHOTO_FILE)
    kept = [KEPT[name] for name in removed]
    (folder / _FACE_FILE).write_text(json.dumps({"face": asdict(face), "kept": kept}), encoding="utf-8")
    return True


def kept_face(folder: Path, *, painted_lips: bool = False) -> Likeness | None:
    """What `keep_face` kept. `painted_lips`: a colour was asked for them, so that the photo's don't matter."""
    if not (folder / _FACE_FILE).is_file():
        return None
    stored = json.loads((folder / _FACE_FILE).read_text(encoding="utf-8"))
    left, right, mouth, skin = (tuple(stored["face"][name]) for name in ("left", "right", "mouth", "skin"))
    found = Likeness(folder / _PHOTO_FILE, Face(left, right, mouth, skin), frozenset(stored["kept"]))
    return replace(found, kept=found.kept | {"lips"}) if painted_lips else found
