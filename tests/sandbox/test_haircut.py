"""Haircuts frame the face, cover the scalp, and move with the head."""

from __future__ import annotations

import numpy as np
import pytest

from avatarsdk_core.errors import SandboxError
from avatarsdk_core.sandbox.human.body import Body, build_body
from avatarsdk_core.sandbox.human.cloth import skin_of
from avatarsdk_core.sandbox.human.hair import HAIRCUTS, build_haircut, haircut_texture
from avatarsdk_core.sandbox.human.hair_growth import head_of
from avatarsdk_core.sandbox.human.look import DEFAULT_LOOKS
from avatarsdk_core.sandbox.human.pose import pose_mesh
from avatarsdk_core.sandbox.human.rays import TriangleGrid
from avatarsdk_core.sandbox.human.skeleton import INDEX


@pytest.fixture(params=["female", "male"])
def body(request: pytest.FixtureRequest) -> Body:
    return build_body(request.param)


def test_weights_sum_to_one_and_are_mostly_the_heads(body: Body) -> None:
    mesh = build_haircut(body, "Haircut0").mesh
    np.testing.assert_allclose(mesh.weights.sum(axis=1), 1, atol=1e-6)
    head = np.where(mesh.joints == INDEX["Head"], mesh.weights, 0).sum(axis=1)
    assert head.min() > 0.6


def test_no_card_enters_the_face(body: Body) -> None:
    """The face: from brows to chin, between the outer corners of the eyes, in front of the ears."""
    points = build_haircut(body, "Haircut0").mesh.positions
    eye = body.eyes["Left"].centre
    face = (np.abs(points[:, 0]) < eye[0] + 0.018) & (points[:, 1] < eye[1] + 0.022) & (points[:, 2] > eye[2] - 0.03)
    assert face.sum() == 0


def test_cards_stay_out_of_the_shoulders(body: Body) -> None:
    points = build_haircut(body, "Haircut0").mesh.positions
    assert points[:, 1].min() > body.skeleton.rest[INDEX["Neck"], 1, 3] - 0.01


def test_the_whole_scalp_lies_near_a_card(body: Body) -> None:
    head, points = head_of(body), build_haircut(body, "Haircut0").mesh.positions.astype(np.float64)
    scalp = head.points[head.depths > 0.008]
    gap = np.array([np.linalg.norm(points - point, axis=1).min() for point in scalp])
    assert np.quantile(gap, 0.99) < 0.016


@pytest.mark.parametrize("identity", list(HAIRCUTS))
def test_every_haircut_leaves_the_face_free_and_moves_with_the_head(identity: str) -> None:
    body = build_body("female")
    mesh = build_haircut(body, identity).mesh
    eye = body.eyes["Left"].centre
    points = mesh.positions
    face = (np.abs(points[:, 0]) < eye[0] + 0.010) & (points[:, 2] > eye[2] - 0.02)
    face &= (points[:, 1] < eye[1] + 0.016) & (points[:, 1] > head_of(body).jaw - 0.04)
    assert face.sum() == 0
    np.testing.assert_allclose(mesh.weights.sum(axis=1), 1, atol=1e-6)
    skin = body.parts["AvatarBody"]
    top = skin.positions[:, 1].max()
    low = points[points[:, 1] < top - 0.02].astype(np.float64)
    if len(low):  # long hair lies on the shoulders, not in them
        assert np.quantile(skin_of(body).distance(low), 0.02) > -0.002


def test_haircuts_differ_in_shape() -> None:
    body = build_body("male")
    sizes = {}
    for identity in HAIRCUTS:
        points = build_haircut(body, identity).mesh.positions
        sizes[identity] = (*points.min(axis=0).round(2), *points.max(axis=0).round(2), len(points))
    assert len(HAIRCUTS) >= 11
    assert len(set(sizes.values())) >= 10


@pytest.mark.parametrize("identity", ["Haircut0", "Haircut4", "Haircut7"])
def test_the_coarse_level_keeps_every_card_with_fewer_rows(identity: str) -> None:
    haircut = build_haircut(build_body("female"), identity)
    assert haircut.level is not None
    coarse = haircut.level.of(haircut.mesh)
    assert len(coarse.positions) < 0.5 * len(haircut.mesh.positions)
    np.testing.assert_array_equal(coarse.positions, haircut.mesh.positions[haircut.level.kept])
    np.testing.assert_allclose(coarse.positions.min(axis=0), haircut.mesh.positions.min(axis=0), atol=0.012)
    assert coarse.triangles.max() == len(coarse.positions) - 1


def test_normals_point_away_from_the_head(body: Body) -> None:
    mesh = build_haircut(body, "Haircut0").mesh
    head = head_of(body)
    out = mesh.positions - head.axis(mesh.positions.astype(np.float64))
    assert ((out * mesh.normals).sum(axis=1) > 0).mean() > 0.99


def test_the_colour_has_strands_in_its_alpha_and_the_wearers_hair_in_its_pixels(body: Body) -> None:
    look = DEFAULT_LOOKS[body.subtype]
    image = haircut_texture(body, "Haircut0", "Color", 512, look)
    assert image is not None
    assert image.mode == "RGBA"
    pixels = np.asarray(image).astype(float)
    alpha = pixels[..., 3]
    assert 0.25 < (alpha > 127).mean() < 0.95
    colour = pixels[alpha > 127][:, :3].mean(axis=0)
    assert np.abs(colour - look.hair).max() < 45
    assert colour[0] >= colour[2]


@pytest.mark.parametrize(
    ("texture_type", "mode"),
    [
        ("AO", "L"),
        ("Alpha", "L"),
        ("Depth", "L"),
        ("GltfMetallicRoughness", "RGB"),
        ("Normal", "RGB"),
        ("Root", "L"),
        ("Roughness", "L"),
        ("UniqueID", "L"),
        ("UnityMetallicSmoothness", "RGBA"),
    ],
)
def test_the_other_textures_have_the_modes_of_the_service(texture_type: str, mode: str) -> None:
    image = haircut_texture(build_body("male"), "Haircut0", texture_type, 256, DEFAULT_LOOKS["male"])
    assert image is not None
    assert (image.mode, image.size) == (mode, (256, 256))


def test_a_haircut_has_no_mask_and_the_material_is_see_through(body: Body) -> None:
    assert haircut_texture(body, "Haircut0", "BodyVisibilityMask", 64, DEFAULT_LOOKS["female"]) is None
    haircut = build_haircut(body, "Haircut0")
    assert haircut.category == HAIRCUTS["Haircut0"] == "haircuts"
    assert (haircut.material.alpha_mode, haircut.material.metallic, haircut.material.double_sided) == ("BLEND", 0, True)


def test_an_unknown_haircut_is_named_with_those_there_are() -> None:
    with pytest.raises(SandboxError, match=r"'Mohawk'.*Haircut0"):
        build_haircut(build_body("female"), "Mohawk")


@pytest.mark.parametrize("identity", ["Haircut3", "Haircut4"])
@pytest.mark.parametrize("pose", ["arms down", "head turned", "nodding"])
def test_long_hair_stays_outside_the_body_in_motion(identity: str, pose: str) -> None:
    body = build_body("male")
    turns = {"head turned": {"Head": about("y", 35)}, "nodding": {"Head": about("x", 25)}}
    bones = {"LeftArm": about("z", -70), "RightArm": about("z", 70)} | turns.get(pose, {})
    skin = body.parts["AvatarBody"]
    grid = TriangleGrid(pose_mesh(skin, body.skeleton, bones), skin.triangles.astype(np.int64))
    hair = pose_mesh(build_haircut(body, identity).mesh, body.skeleton, bones)[::7]
    hits = grid.hits(hair, np.tile([0.0, 0.0, 1.0], (len(hair), 1)), 2.0)
    inside = np.bincount(hits.ray, np.where(hits.leaving, 1, -1), len(hair)) > 0
    assert inside.mean() < 0.02


def about(axis: str, degrees: float) -> np.ndarray:
    """A turn about an axis."""
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    first, second = [index for index in range(3) if index != "xyz".index(axis)]
    turn = np.eye(3)
    turn[first, first] = turn[second, second] = cosine
    turn[second, first], turn[first, second] = (sine, -sine) if axis != "y" else (-sine, sine)
    return turn
