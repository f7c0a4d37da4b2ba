"""Every pipeline's face shows what the photo's shows."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from avatarsdk_core.sandbox.human.body import build_body
from avatarsdk_core.sandbox.human.likeness import find_face
from avatarsdk_core.sandbox.human.look import DEFAULT_LOOKS
from avatarsdk_core.sandbox.pipelines import pipeline
from avatarsdk_core.sandbox.pipelines.contract import MODEL_INFO_FILE, ComputeJob
from avatarsdk_core.sandbox.pipelines.legacy.images import Images
from avatarsdk_core.sandbox.pipelines.legacy.kinds import Avatar
from avatarsdk_core.sandbox.pipelines.legacy.person import load_person
from avatarsdk_core.sandbox.pipelines.likeness import kept_face
from avatarsdk_core.sandbox.pipelines.metaperson.assets import available
from avatarsdk_core.sandbox.pipelines.metaperson.avatar_parts import avatar_items, with_face
from avatarsdk_core.sandbox.pipelines.metaperson.plan import resolve

LOOK = DEFAULT_LOOKS["female"]
OLDER = {
    "animated_face": "base/legacy",
    "head_1.2": "base/static",
    "head_2.0": "bust/mobile",
    "body_0.3": "female",
}


@pytest.fixture(scope="module")
def with_mole(portrait: bytes) -> bytes:
    """The portrait with a dark mole on its left cheek."""
    face = find_face(portrait)
    assert face is not None
    photo = Image.open(io.BytesIO(portrait)).convert("RGB")
    x = (face.left[0] + 0.45 * (face.mouth[0] - face.left[0]) + 0.03) * photo.width
    y = (face.left[1] + 0.45 * (face.mouth[1] - face.left[1])) * photo.height
    ImageDraw.Draw(photo).ellipse((x - 5, y - 5, x + 5, y + 5), fill=(70, 30, 25))
    file = io.BytesIO()
    photo.save(file, "PNG")
    return file.getvalue()


def older_texture(name: str, photo: bytes, folder: Path) -> np.ndarray:
    avatar = Avatar(name, OLDER[name])
    person = load_person(avatar, computed(name, OLDER[name], photo, folder))
    return read(Images(person, folder / "own", folder / "shelf").avatar("model", (512, 256)).path)


def computed(name: str, subtype: str, photo: bytes, folder: Path) -> Path:
    folder.mkdir()
    (folder / "photo.jpg").write_bytes(photo)
    pipeline(name).compute(ComputeJob(subtype, {"avatar_modifications": {"plus": {"remove_smile": True}}}, folder))
    return folder


def read(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB")).astype(int)


@pytest.mark.parametrize("name", OLDER)
def test_the_older_pipelines_show_the_photos_mole(name: str, portrait: bytes, with_mole: bytes, tmp_path: Path) -> None:
    plain, marked = (older_texture(name, photo, tmp_path / str(len(photo))) for photo in (portrait, with_mole))
    darker = plain.sum(axis=2) - marked.sum(axis=2)
    assert darker.max() > 80
    rows, columns = np.nonzero(darker > 0.6 * darker.max())
    assert max(np.ptp(rows), np.ptp(columns)) < 24


def test_what_was_taken_out_of_the_photo_is_told(portrait: bytes, tmp_path: Path) -> None:
    folder = computed("head_1.2", OLDER["head_1.2"], portrait, tmp_path / "avatar")
    assert json.loads((folder / MODEL_INFO_FILE).read_text())["remove_smile"] is True


def test_metapersons_head_shows_the_photos_mole(portrait: bytes, with_mole: bytes, tmp_path: Path) -> None:
    heads = []
    for photo in (portrait, with_mole):
        folder = computed("metaperson_2.0", "female", photo, tmp_path / str(len(photo)))
        face, body = kept_face(folder), build_body("female")
        parts = avatar_items(body, resolve({}, available("female")).avatar, LOOK)
        item = next(part for part in parts if part.identity == "AvatarHead")
        image = with_face(item, body, face).painter.paint("Color", 256)
        assert image is not None
        heads.append(np.asarray(image).astype(int).sum(axis=2))
    darker = heads[0] - heads[1] > 60
    assert 2 <= darker.sum() < 0.005 * darker.size
