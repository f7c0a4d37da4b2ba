"""Painted textures: which exist, what they show where, and that no seam shows between head and body."""

from __future__ import annotations

import numpy as np
import pytest

from avatarsdk_core.sandbox.human.body import Body, build_body
from avatarsdk_core.sandbox.human.eyes import IRIS_ANGLE, uv_radius
from avatarsdk_core.sandbox.human.look import DEFAULT_LOOKS, Look
from avatarsdk_core.sandbox.human.paint import TEXTURE_TYPES, part_texture
from avatarsdk_core.sandbox.human.texels import part_texels

SIZE = (256, 256)
DARK = Look(skin=(98, 64, 46), hair=(22, 18, 16), lips=(86, 46, 36), eyebrows=(24, 20, 18), iris=(74, 47, 28))


@pytest.fixture(scope="module", params=["female", "male"])
def body(request: pytest.FixtureRequest) -> Body:
    return build_body(request.param)


def _texels_of(body: Body, part: str, picture: np.ndarray) -> np.ndarray:
    """The texture's values at the part's texels: (N, C)."""
    texels = part_texels(body, part, SIZE)
    return picture.reshape(-1, picture.shape[-1])[texels.at].astype(np.float64)


def test_parts_have_the_textures_of_a_real_export(body: Body) -> None:
    look = DEFAULT_LOOKS[body.subtype]
    found = {
        part: {kind for kind in TEXTURE_TYPES if part_texture(body, part, kind, (64, 64), look)} for part in body.parts
    }
    everything = set(TEXTURE_TYPES)
    assert found == {
        "AvatarBody": everything,
        "AvatarEyelashes": {"Color"},
        "AvatarHead": everything,
        "AvatarLeftCornea": set(),
        "AvatarLeftEyeball": everything,
        "AvatarRightCornea": set(),
        "AvatarRightEyeball": everything,
        "AvatarTeethLower": everything,
        "AvatarTeethUpper": everything,
    }


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("Color", "RGB"),
        ("Normal", "RGB"),
        ("GltfMetallicRoughness", "RGB"),
        ("Roughness", "L"),
        ("Metallic", "L"),
        ("UnityMetallicSmoothness", "RGBA"),
    ],
)
def test_a_texture_has_the_asked_size_and_the_mode_of_its_type(body: Body, kind: str, mode: str) -> None:
    for part in ("AvatarHead", "AvatarLeftEyeball", "AvatarTeethLower"):
        picture = part_texture(body, part, kind, (96, 64), DARK)
        assert picture is not None
        assert (picture.size, picture.mode) == ((96, 64), mode)


def test_packings_of_roughness_agree(body: Body) -> None:
    plain, gltf, unity = (
        np.asarray(part_texture(body, "AvatarHead", kind, SIZE, DARK))
        for kind in ("Roughness", "GltfMetallicRoughness", "UnityMetallicSmoothness")
    )
    assert np.array_equal(gltf[..., 1], plain)
    assert not gltf[..., 2].any()
    assert np.array_equal(255 - unity[..., 3], plain)
    assert not unity[..., :3].any()
    assert np.ptp(plain) > 40


@pytest.mark.parametrize("look", [None, DARK], ids=["default", "dark"])
def test_most_of_the_face_has_the_colour_asked_for(body: Body, look: Look | None) -> None:
    look = look or DEFAULT_LOOKS[body.subtype]
    colours = _texels_of(body, "AvatarBody", np.asarray(part_texture(body, "AvatarBody", "Color", SIZE, look)))
    near = np.abs(colours - look.skin).max(axis=1) < 22
    assert near.mean() > 0.55


def test_head_and_body_agree_in_colour_along_the_neck_rim(body: Body) -> None:
    look = DEFAULT_LOOKS[body.subtype]
    head, neighbours_of_head = _colours_at_vertices(body, "AvatarHead", look)
    torso, neighbours_of_torso = _colours_at_vertices(body, "AvatarBody", look)
    rim = sorted(head.keys() & torso.keys())
    # The edge of a strap is sharper than a texel: there the two may show different sides of it.
    even = [place for place in rim if neighbours_of_head[place] < 25 and neighbours_of_torso[place] < 25]
    assert len(even) >= 30
    difference = np.array([np.abs(head[place] - torso[place]).max() for place in even])
    assert np.median(difference) <= 4
    assert difference.max() <= 14


def _colours_at_vertices(body: Body, part: str, look: Look) -> tuple[dict, dict]:
    """Place of a vertex -> colour there, and -> largest difference among the 3 × 3 texels around."""
    picture = np.asarray(part_texture(body, part, "Color", (1024, 1024), look)).astype(float)
    mesh = body.parts[part]
    columns, rows = np.clip((mesh.uvs * 1024).astype(int), 1, 1022).T
    places = [tuple(place) for place in mesh.positions.round(5).tolist()]
    around = np.stack([picture[rows + down, columns + right] for down in (-1, 0, 1) for right in (-1, 0, 1)])
    contrast = np.ptp(around, axis=0).max(axis=1)
    return dict(zip(places, picture[rows, columns], strict=True)), dict(zip(places, contrast, strict=True))


def test_lips_brows_and_scalp_stand_out_from_the_skin(body: Body) -> None:
    look = DEFAULT_LOOKS[body.subtype]
    texels = part_texels(body, "AvatarHead", SIZE)
    colours = _texels_of(body, "AvatarHead", np.asarray(part_texture(body, "AvatarHead", "Color", SIZE, look)))
    lips = colours[(texels.regions["lips"] > 0.9) & (texels.openness > 0.8)].mean(axis=0)
    assert lips[0] - lips[1] > look.skin[0] - look.skin[1] + 10
    eye = body.eyes["Left"].centre
    away = texels.positions - eye
    brow = colours[(np.abs(away[:, 0]) < 0.01) & (away[:, 1] > 0.014) & (away[:, 1] < 0.028) & (away[:, 2] > 0)]
    assert brow.sum(axis=1).min() < 0.72 * sum(look.skin)
    top = colours[texels.positions[:, 1] > texels.positions[:, 1].max() - 0.02].mean(axis=0)
    assert np.abs(top - 0.5 * np.array(look.hair)).max() < 20, "the hair's colour, as dark as at the roots"
    assert top.sum() < 0.6 * sum(look.skin)


def test_the_body_wears_underwear_of_one_colour_that_the_look_does_not_change(body: Body) -> None:
    texels = part_texels(body, "AvatarBody", SIZE)
    hips = body.skeleton.rest[body.skeleton.names.index("LeftUpLeg")][:3, 3]
    briefs = (np.abs(texels.positions[:, 1] - hips[1] - 0.03) < 0.01) & (texels.positions[:, 2] > 0.05)
    briefs &= np.abs(texels.positions[:, 0]) < 0.03
    light, dark = (
        _texels_of(body, "AvatarBody", np.asarray(part_texture(body, "AvatarBody", "Color", SIZE, look)))[briefs]
        for look in (DEFAULT_LOOKS[body.subtype], DARK)
    )
    assert briefs.sum() > 20
    assert np.abs(light - dark).max() <= 2
    assert np.ptp(light, axis=1).max() < 40


def test_the_iris_has_its_colour_and_the_pupil_is_black_in_the_middle(body: Body) -> None:
    blue = Look((220, 180, 150), (90, 60, 40), (180, 110, 100), (70, 50, 35), iris=(60, 100, 150))
    picture = np.asarray(part_texture(body, "AvatarLeftEyeball", "Color", SIZE, blue)).astype(float)
    iris = float(uv_radius(float(IRIS_ANGLE)))
    y, x = np.mgrid[0 : SIZE[1], 0 : SIZE[0]]
    radius = np.hypot((x + 0.5) / SIZE[0] - 0.5, (y + 0.5) / SIZE[1] - 0.5) / iris
    assert picture[radius < 0.25].max() < 30
    ring = picture[(radius > 0.5) & (radius < 0.85)].mean(axis=0)
    assert ring[2] > ring[1] > ring[0]
    sclera = (radius > 1.15) & (radius < 1.4)
    assert picture[sclera & (y > SIZE[1] / 2)].min() > 130
    shaded = picture[sclera & (y < 0.4 * SIZE[1])].mean()
    assert 0.6 < shaded / picture[sclera & (y > 0.6 * SIZE[1])].mean() < 0.85, "the upper lid casts its shadow"


def test_eyelashes_are_dark_hairs_with_gaps_between_them(body: Body) -> None:
    picture = np.asarray(part_texture(body, "AvatarEyelashes", "Color", (512, 512), DARK)).astype(float)
    texels = part_texels(body, "AvatarEyelashes", (512, 512))
    alpha = picture[..., 3].ravel()[texels.at]
    assert picture[..., :3].max() < 20
    assert 0.12 < (alpha > 128).mean() < 0.7
    assert (alpha < 30).mean() > 0.25
    assert not picture[..., 3].ravel()[np.setdiff1d(np.arange(512 * 512), texels.at)].mean() > 12


def test_normals_are_unit_vectors_that_lean_little(body: Body) -> None:
    for part in ("AvatarHead", "AvatarBody", "AvatarRightEyeball", "AvatarTeethUpper"):
        normals = np.asarray(part_texture(body, part, "Normal", SIZE, DARK)).astype(float) / 127.5 - 1
        assert np.abs(np.linalg.norm(normals, axis=-1) - 1).max() < 0.03
        assert np.median(normals[..., 2]) > 0.95
        assert np.ptp(normals[..., 0]) > 0.05


def test_painting_twice_gives_the_same_bytes(body: Body) -> None:
    once, twice = (part_texture(body, "AvatarHead", "Color", (128, 128), DARK) for _ in range(2))
    assert once is not None
    assert twice is not None
    assert once.tobytes() == twice.tobytes()
