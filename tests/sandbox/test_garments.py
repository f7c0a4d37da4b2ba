"""The wardrobe fits its wearer: outside the skin, in T-pose and in motion, and it is skinned and painted whole."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from avatarsdk_core.errors import SandboxError
from avatarsdk_core.sandbox.human.body import Body, build_body
from avatarsdk_core.sandbox.human.cloth import skin_of
from avatarsdk_core.sandbox.human.garments import GARMENTS, build_garment, garment_texture
from avatarsdk_core.sandbox.human.glasses import GLASSES
from avatarsdk_core.sandbox.human.model import Mesh
from avatarsdk_core.sandbox.human.pose import pose_mesh
from avatarsdk_core.sandbox.human.rays import TriangleGrid
from avatarsdk_core.sandbox.human.skeleton import INDEX

POKING = 10  # of some 8,000 visible vertices; most of them lie beside the hem of a top in a sitter's lap


SUIT = ("polo_Getik", "jeans_AZAT", "sneakers_AZAT")
CLOTHES = [name for name in GARMENTS if name not in GLASSES]


@pytest.fixture(params=["female", "male"])
def body(request: pytest.FixtureRequest) -> Body:
    return build_body(request.param)


def turn(axis: str, degrees: float) -> NDArray[np.float64]:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    if axis == "x":
        return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


ARMS_DOWN = {"LeftArm": turn("z", -70), "RightArm": turn("z", 70)}
POSES = {
    "T-pose": {},
    "arms down": ARMS_DOWN,
    "knee bent": {"LeftUpLeg": turn("x", -45), "LeftLeg": turn("x", 60)},
    "sitting": ARMS_DOWN
    | {f"{side}UpLeg": turn("x", -85) for side in ("Left", "Right")}
    | {f"{side}Leg": turn("x", 85) for side in ("Left", "Right")},
}


def visible_vertices(body: Body, worn: Sequence[str] = SUIT) -> NDArray[np.bool_]:
    """Vertices of AvatarBody that no mask hides, told by the masks' pixels as a viewer would."""
    mesh, size = body.parts["AvatarBody"], 512
    visible = np.ones(len(mesh.positions), dtype=bool)
    pixel = np.clip((mesh.uvs * size).astype(int), 0, size - 1)
    for identity in worn:
        mask = np.asarray(garment_texture(body, identity, "BodyVisibilityMask", size))
        visible &= mask[pixel[:, 1], pixel[:, 0]] == 255
    return visible


def poking(
    skin: Mesh, skin_positions: NDArray[np.float64], cloth: Mesh, cloth_positions: NDArray[np.float64]
) -> NDArray:
    """Vertices of the skin with cloth close beneath them: they stand out of it."""
    corners = skin_positions[skin.triangles]
    faces = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals = np.zeros_like(skin_positions)
    for k in range(3):
        np.add.at(normals, skin.triangles[:, k], faces)
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    grid = TriangleGrid(cloth_positions, cloth.triangles.astype(np.int64))
    inwards = grid.hits(skin_positions - 0.0005 * normals, -normals, 0.012)
    result = np.zeros(len(skin_positions), dtype=bool)
    result[inwards.ray[~inwards.leaving]] = True  # seen from the skin, the cloth shows its outside
    return result


def pokes(body: Body, worn: Sequence[str], pose: str) -> dict[str, int]:
    """Garment -> how many visible vertices of the body stand out of it, when these are worn together."""
    skin, visible = body.parts["AvatarBody"], visible_vertices(body, worn)
    places = pose_mesh(skin, body.skeleton, POSES[pose])
    cloths = {identity: build_garment(body, identity).mesh for identity in worn}
    posed = {identity: pose_mesh(cloth, body.skeleton, POSES[pose]) for identity, cloth in cloths.items()}
    return {
        identity: int((poking(skin, places, cloth, posed[identity]) & visible).sum())
        for identity, cloth in cloths.items()
    }


@pytest.mark.parametrize("identity", CLOTHES)
def test_no_visible_skin_stands_out_of_a_garment(body: Body, identity: str) -> None:
    found = {pose: pokes(body, [identity], pose)[identity] for pose in POSES}
    assert max(found.values()) <= POKING, found


@pytest.mark.parametrize("pose", POSES)
def test_nor_of_a_suit(body: Body, pose: str) -> None:
    found = pokes(body, SUIT, pose)
    assert max(found.values()) <= POKING, found


def test_the_measure_of_poking_finds_a_chest_in_front_of_its_shirt() -> None:
    body = build_body("female")
    skin, cloth = body.parts["AvatarBody"], build_garment(body, "polo_Getik").mesh
    behind = cloth.positions.astype(np.float64) - [0, 0, 0.015]
    assert poking(skin, skin.positions.astype(np.float64), cloth, behind).sum() > 100


def test_weights_sum_to_one_on_joints_of_the_skeleton(body: Body) -> None:
    for identity in GARMENTS:
        mesh = build_garment(body, identity).mesh
        np.testing.assert_allclose(mesh.weights.sum(axis=1), 1, atol=1e-5)
        assert mesh.weights.min() >= 0
        assert mesh.joints.max() < len(body.skeleton.names)


def test_meshes_are_finite_with_unit_normals_and_uvs_in_the_square(body: Body) -> None:
    for identity in GARMENTS:
        mesh = build_garment(body, identity).mesh
        assert np.isfinite(mesh.positions).all()
        np.testing.assert_allclose(np.linalg.norm(mesh.normals, axis=1), 1, atol=1e-4)
        assert mesh.uvs.min() >= 0
        assert mesh.uvs.max() <= 1
        assert mesh.triangles.max() < len(mesh.positions)


def test_triangles_of_the_main_surfaces_face_outwards(body: Body) -> None:
    for identity in GARMENTS:
        mesh = build_garment(body, identity).mesh
        corners = mesh.positions[mesh.triangles].astype(np.float64)
        volume = (np.cross(corners[:, 0], corners[:, 1]) * corners[:, 2]).sum() / 6
        assert volume > 0


def test_the_shirt_hangs_over_the_waistband_and_the_legs_over_the_shoes(body: Body) -> None:
    top, bottom, shoes = (build_garment(body, identity).mesh.positions for identity in SUIT)
    assert bottom[:, 1].max() > top[:, 1].min() + 0.05
    assert shoes[:, 1].max() > bottom[:, 1].min() + 0.005
    hem = top[top[:, 1] < top[:, 1].min() + 0.015]
    band = bottom[np.abs(bottom[:, 1] - hem[:, 1].mean()) < 0.012]
    assert np.ptp(hem[:, 0]) > np.ptp(band[:, 0])
    assert np.ptp(hem[:, 2]) > np.ptp(band[:, 2])


def test_soles_are_flat_on_the_ground_where_the_feet_stand(body: Body) -> None:
    shoes = build_garment(body, "sneakers_AZAT").mesh.positions
    lowest = shoes[:, 1].min()
    assert -0.02 < lowest < 0
    assert (shoes[:, 1] < lowest + 1e-4).sum() > 100


@pytest.mark.parametrize("identity", CLOTHES)
def test_textures_have_the_modes_of_real_exports(identity: str) -> None:
    body = build_body("female")
    modes = {
        "Color": "RGB",
        "Normal": "RGB",
        "GltfMetallicRoughness": "RGB",
        "Roughness": "L",
        "UnityMetallicSmoothness": "RGBA",
        "BodyVisibilityMask": "L",
    }
    for texture_type, mode in modes.items():
        image = garment_texture(body, identity, texture_type, 256)
        assert image is not None
        assert (image.mode, image.size) == (mode, (256, 256))
    mask = np.asarray(garment_texture(body, identity, "RecoloringMask", 256))
    assert mask.shape == (256, 256)
    assert mask.max() == 255


@pytest.mark.parametrize("identity", CLOTHES)
def test_cloth_is_no_metal_and_its_normals_point_out_of_the_surface(identity: str) -> None:
    body = build_body("male")
    packed = np.asarray(garment_texture(body, identity, "GltfMetallicRoughness", 256))
    assert packed[..., 2].max() == 0
    assert 80 < packed[..., 1].mean() < 240
    normal = np.asarray(garment_texture(body, identity, "Normal", 256)).astype(float) / 127.5 - 1
    np.testing.assert_allclose(np.linalg.norm(normal, axis=-1), 1, atol=0.03)
    assert normal[..., 2].min() > 0


def test_leather_shines_more_than_cloth() -> None:
    body = build_body("female")

    def rough(identity: str) -> float:
        return float(np.asarray(garment_texture(body, identity, "Roughness", 128)).mean())

    assert rough("jacket_Tavush") < 0.75 * rough("longsleeve_Armaghan_red")
    assert rough("shoes_Gndasar") < 0.85 * rough("shoes_Zangezur")


def test_recolouring_dyes_the_cloth_and_leaves_buttons_and_threads() -> None:
    body, red = build_body("female"), (190, 30, 40)
    plain, dyed, mask = (
        np.asarray(image).astype(float)
        for image in (
            garment_texture(body, "polo_Getik", "Color", 256),
            garment_texture(body, "polo_Getik", "Color", 256, red),
            garment_texture(body, "polo_Getik", "RecoloringMask", 256),
        )
    )
    cloth = mask > 250
    np.testing.assert_allclose(dyed[cloth].mean(axis=0), red, atol=12)
    np.testing.assert_array_equal(dyed[mask == 0], plain[mask == 0])
    assert (mask == 0).any()  # the buttons


@pytest.mark.parametrize("identity", GLASSES)
def test_glasses_sit_before_the_eyes_and_go_with_the_head(body: Body, identity: str) -> None:
    mesh = build_garment(body, identity).mesh
    eye = body.eyes["Left"]
    assert (mesh.joints[:, 0] == INDEX["Head"]).all()
    lens = mesh.uvs[:, 0] > 0.5
    assert mesh.positions[lens, 2].min() > eye.centre[2] + 0.8 * eye.radius
    assert abs(mesh.positions[lens & (mesh.positions[:, 0] > 0), 0].mean() - eye.centre[0]) < 0.006
    # The temples end where ear and head meet, on the skin and hardly in it; before the face nothing touches.
    away = skin_of(body).distance(mesh.positions.astype(np.float64))
    assert away.min() > -0.0015
    assert away[mesh.positions[:, 2] < eye.centre[2] - 0.08].max() < 0.014
    front = mesh.positions[mesh.positions[:, 2] > eye.centre[2] - 0.01].astype(np.float64)
    assert skin_of(body).distance(front).min() > 0.0005
    colour = np.asarray(garment_texture(body, identity, "Color", 64))
    assert colour.shape == (64, 64, 4)
    assert colour[:, :30, 3].min() == 255 > colour[:, 34:, 3].max()
    assert garment_texture(body, identity, "BodyVisibilityMask", 64) is None


def test_an_unknown_garment_is_named_with_those_there_are() -> None:
    with pytest.raises(SandboxError, match=r"'cape'.*polo_Getik"):
        build_garment(build_body("female"), "cape")
