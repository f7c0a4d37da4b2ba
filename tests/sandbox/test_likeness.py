"""The photo's face on the head: found where there is one, put where it belongs, left out everywhere else."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from avatarsdk_core.sandbox.human.body import build_body
from avatarsdk_core.sandbox.human.likeness import Face, find_face
from avatarsdk_core.sandbox.human.look import DEFAULT_LOOKS
from avatarsdk_core.sandbox.human.paint import part_texture
from avatarsdk_core.sandbox.human.projection import project
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


@pytest.mark.parametrize("light", [(0.5, 0.43, 0.38), (0.8, 0.75, 0.65), (1, 1, 1)])
def test_the_mouth_is_found_on_dark_skin_too(portrait: bytes, light: tuple[float, ...]) -> None:
    image = np.asarray(Image.open(io.BytesIO(portrait)).convert("RGB")) * light
    face = find_face(encoded(Image.fromarray(image.astype(np.uint8))))
    assert face is not None
    assert face.mouth[1] == pytest.approx(0.48, abs=0.008)


@pytest.mark.parametrize("fur", [False, True])
def test_a_face_of_fur_is_none(portrait: bytes, fur: bool) -> None:
    image = np.asarray(Image.open(io.BytesIO(portrait)).convert("RGB")).astype(float)
    hairs = np.random.default_rng(4).normal(1, 0.24, (128, 128)).repeat(4, axis=0).repeat(4, axis=1)
    furry = Image.fromarray(np.clip(image * (hairs[..., None] if fur else 1), 0, 255).astype(np.uint8))
    assert (find_face(encoded(furry)) is None) is fur


SIZE = (256, 256)


@pytest.fixture(scope="module")
def painted() -> Image.Image:
    image = part_texture(build_body("female"), "AvatarHead", "Color", SIZE, LOOK)
    assert image is not None
    return image


def on_head(painted: Image.Image, photo: Image.Image, face: Face) -> np.ndarray:
    return np.asarray(project(painted, photo, face, build_body("female"))).astype(float)


@pytest.mark.parametrize("cast", [(1, 1, 1), (1.05, 0.95, 0.7), (0.8, 0.9, 1.0), (0.55, 0.5, 0.5)])
def test_whatever_the_photos_light_the_face_keeps_the_skins_colour(
    portrait: bytes, painted: Image.Image, cast: tuple[float, ...]
) -> None:
    photo = np.asarray(Image.open(io.BytesIO(portrait)).convert("RGB")) * np.array(cast)
    face = find_face(portrait)
    assert face is not None
    red, green, blue = (round(channel * share) for channel, share in zip(face.skin, cast, strict=True))
    tinted = Face(face.left, face.right, face.mouth, (red, green, blue))
    result = on_head(painted, Image.fromarray(np.clip(photo, 0, 255).astype(np.uint8)), tinted)
    own = np.asarray(painted).astype(float)
    changed = np.abs(result - own).max(axis=2) > 1
    assert changed.mean() > 0.03
    np.testing.assert_allclose(result[changed].mean(axis=0), own[changed].mean(axis=0), atol=7)


def test_where_the_photo_ends_no_edge_shows(portrait: bytes, painted: Image.Image) -> None:
    """Along the border of what changed, neighbouring texels differ as much as in the paint."""
    face = find_face(portrait)
    assert face is not None
    own = np.asarray(painted).astype(float)
    difference = np.abs(on_head(painted, Image.open(io.BytesIO(portrait)), face) - own).max(axis=2)
    texels = part_texels(build_body("female"), "AvatarHead", SIZE)
    places = texels.image(texels.positions, empty=np.full(3, -1, np.float32))
    eye = build_body("female").eyes["Left"]
    forehead = (places[..., 2] > eye.centre[2]) & (places[..., 1] > eye.centre[1] + 0.04)
    steps = np.maximum(np.abs(np.diff(difference, axis=0))[:, :-1], np.abs(np.diff(difference, axis=1))[:-1])
    assert forehead.sum() > 500
    assert steps[forehead[:-1, :-1]].max() < 12
    assert difference[difference > 0].mean() > 1  # the photo is there


def test_hair_on_the_forehead_and_the_background_stay_out(portrait: bytes, painted: Image.Image) -> None:
    """A green fringe down to the brows, before a green wall."""
    face = find_face(portrait)
    assert face is not None
    photo = Image.open(io.BytesIO(portrait)).convert("RGB")
    draw, (width, height) = ImageDraw.Draw(photo), photo.size
    draw.rectangle((0, 0, width, (face.left[1] - 0.07) * height), fill=(40, 200, 60))
    draw.rectangle((0, 0, (face.right[0] - 0.06) * width, height), fill=(40, 200, 60))
    result = on_head(painted, photo, face)
    changed = np.abs(result - np.asarray(painted)).max(axis=2) > 1
    assert changed.mean() > 0.02
    assert (result[..., 1] < result[..., 0])[changed].all()


@pytest.mark.parametrize("teeth", [False, True])
def test_a_smile_with_teeth_stays_out(portrait: bytes, painted: Image.Image, teeth: bool) -> None:
    """The avatar's mouth is closed: teeth would lie on its lips."""
    face = find_face(portrait)
    assert face is not None
    photo = Image.open(io.BytesIO(portrait)).convert("RGB")
    (x, y), (width, height) = face.mouth, photo.size
    if teeth:
        box = ((x - 0.05) * width, (y - 0.012) * height, (x + 0.05) * width, (y + 0.012) * height)
        ImageDraw.Draw(photo).rectangle(box, fill=(240, 238, 234))
    texels = part_texels(build_body("female"), "AvatarHead", SIZE)
    lips = texels.image(texels.regions["lips"]) > 0.9
    change = np.abs(on_head(painted, photo, face) - np.asarray(painted).astype(float)).max(axis=2)[lips]
    assert (change.max() < 1) == teeth


def projected(*, kept: frozenset[str] = frozenset()) -> tuple[np.ndarray, np.ndarray]:
    """A plain head and the same with a green-lipped photo on it."""
    painted = Image.new("RGB", (256, 256), LOOK.skin)
    photo = Image.new("RGB", (400, 400), (200, 150, 120))
    ImageDraw.Draw(photo).rectangle((150, 245, 250, 285), fill=(60, 190, 60))
    face = Face(left=(0.62, 0.40), right=(0.38, 0.40), mouth=(0.5, 0.66), skin=(200, 150, 120))
    result = project(painted, photo, face, build_body("female"), kept=kept)
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
