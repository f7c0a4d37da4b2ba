"""The photo's face on the head: found where there is one, put where it belongs, left out everywhere else."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from avatarsdk_core.sandbox.human.body import build_body
from avatarsdk_core.sandbox.human.likeness import Face, find_face, project
from avatarsdk_core.sandbox.human.look import DEFAULT_LOOKS
from avatarsdk_core.sandbox.human.texels import part_texels

LOOK = DEFAULT_LOOKS["female"]


def encoded(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def test_a_portrait_has_a_face_with_eyes_over_a_mouth(portrait: bytes) -> None:
    face = find_face(portrait)
    assert face is not None
    assert face.left[0] > face.right[0]  # the avatar's left is at the picture's right
    assert abs(face.left[1] - face.right[1]) < 0.03
    assert face.mouth[1] > face.left[1] + 0.08
    assert face.right[0] < face.mouth[0] < face.left[0]
    assert find_face(portrait) == face


def test_a_small_face_in_a_large_picture_is_found_too(portrait: bytes) -> None:
    whole = Image.new("RGB", (900, 900), (150, 160, 170))
    whole.paste(Image.open(io.BytesIO(portrait)).resize((420, 420)), (230, 60))
    face = find_face(encoded(whole))
    alone = find_face(portrait)
    assert face is not None
    assert alone is not None
    np.testing.assert_allclose(face.left, (np.array(alone.left) * 420 + (230, 60)) / 900, atol=0.025)


@pytest.mark.parametrize(
    "kind", ["skin without features", "wide skin without features", "stripes", "grey", "landscape"]
)
def test_what_is_no_portrait_has_no_face(kind: str) -> None:
    image = Image.new("RGB", (320, 320), (120, 122, 125))
    draw = ImageDraw.Draw(image)
    if kind == "skin without features":
        draw.ellipse((80, 40, 240, 260), fill=(224, 178, 150))
    elif kind == "wide skin without features":
        draw.ellipse((80, 60, 240, 256), fill=(224, 178, 150))
        image = image.resize((320, 400))
    elif kind == "stripes":
        for y in range(0, 320, 16):
            draw.rectangle((0, y, 320, y + 8), fill=(224, 178, 150))
    elif kind == "landscape":
        draw.rectangle((0, 0, 320, 150), fill=(120, 170, 230))
        draw.rectangle((0, 150, 320, 320), fill=(90, 140, 60))
    assert find_face(encoded(image)) is None


def projected(*, kept: frozenset[str] = frozenset()) -> tuple[np.ndarray, np.ndarray]:
    """A plain head and the same with a green-lipped photo on it."""
    painted = Image.new("RGB", (256, 256), LOOK.skin)
    photo = Image.new("RGB", (400, 400), (200, 150, 120))
    ImageDraw.Draw(photo).rectangle((150, 245, 250, 285), fill=(60, 190, 60))
    face = Face(left=(0.62, 0.40), right=(0.38, 0.40), mouth=(0.5, 0.66), skin=(200, 150, 120))
    result = project(painted, photo, face, build_body("female"), LOOK, kept=kept)
    return np.asarray(painted).astype(int), np.asarray(result).astype(int)


def test_the_photos_mouth_lands_on_the_heads_and_the_back_stays_painted() -> None:
    plain, result = projected()
    changed = (result[..., 1] - result[..., 0] > 20) & (np.abs(result - plain).max(axis=2) > 20)
    texels = part_texels(build_body("female"), "AvatarHead", (256, 256))
    places = texels.image(texels.positions, empty=np.zeros(3, np.float32))
    mouth = build_body("female").base[texels_mouth()]
    assert changed.sum() > 20
    assert np.linalg.norm(places[changed].mean(axis=0)[:2] - [0, mouth[1]]) < 0.008
    behind = places[..., 2] < 0
    np.testing.assert_array_equal(result[behind], plain[behind])


def texels_mouth() -> int:
    from avatarsdk_core.sandbox.human.anatomy import MOUTH_CORNER

    return MOUTH_CORNER


def test_what_is_taken_out_of_the_photo_stays_painted() -> None:
    plain, result = projected(kept=frozenset({"mouth"}))
    assert not ((result[..., 1] - result[..., 0] > 20) & (np.abs(result - plain).max(axis=2) > 20)).any()
