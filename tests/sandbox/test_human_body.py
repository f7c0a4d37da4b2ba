"""The meshes of the sandbox's human: parts of a real export that fit together, move and blink."""

from __future__ import annotations

import hashlib
import re
from importlib.resources import files

import numpy as np
import pytest

from avatarsdk_core.catalog import blendshape_set
from avatarsdk_core.sandbox.human.body import Body, build_body
from avatarsdk_core.sandbox.human.pose import pose_mesh
from avatarsdk_core.sandbox.human.skeleton import INDEX
from tests.sandbox.human_facts import corners, hit, rim, winding

PARTS = ["AvatarBody", "AvatarEyelashes", "AvatarHead", "AvatarLeftCornea", "AvatarLeftEyeball"]
PARTS += ["AvatarRightCornea", "AvatarRightEyeball", "AvatarTeethLower", "AvatarTeethUpper"]
FORWARD = np.array([0.0, 0.0, 1.0])


@pytest.fixture(scope="module", params=["female", "male"])
def body(request: pytest.FixtureRequest) -> Body:
    return build_body(request.param)


def test_the_data_is_what_its_provenance_says_and_small() -> None:
    folder = files("avatarsdk_core.sandbox.human")
    data = (folder / "human.npz").read_bytes()
    provenance = (folder / "PROVENANCE.md").read_text("utf-8")
    assert re.findall(r"sha256 `(\w{64})`\.", provenance)[0] == hashlib.sha256(data).hexdigest()
    assert "CC0" in provenance
    assert len(data) <= 4 * 1024 * 1024


def test_the_parts_are_those_of_a_real_export(body: Body) -> None:
    assert sorted(body.parts) == PARTS


def test_the_density_is_that_of_lod1(body: Body) -> None:
    assert 4000 <= len(body.parts["AvatarHead"].positions) <= 8000
    assert 7000 <= len(body.parts["AvatarBody"].positions) <= 14000


@pytest.mark.parametrize("part", PARTS)
def test_every_array_of_a_mesh_is_sound(body: Body, part: str) -> None:
    mesh = body.parts[part]
    count = len(mesh.positions)
    assert {len(values) for values in (mesh.normals, mesh.uvs, mesh.joints, mesh.weights)} == {count}
    assert mesh.positions.dtype == mesh.normals.dtype == mesh.uvs.dtype == mesh.weights.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(mesh.normals, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(mesh.weights.sum(axis=1), 1, atol=1e-5)
    assert mesh.weights.min() >= 0
    assert mesh.joints.max() < 73
    assert not mesh.joints[mesh.weights == 0].any()
    assert mesh.uvs.min() >= 0
    assert mesh.uvs.max() <= 1
    assert sorted(np.unique(mesh.triangles)) == list(range(count)), "every vertex is used, none is missing"
    a, b, c = corners(mesh).transpose(1, 0, 2)
    assert np.linalg.norm(np.cross(b - a, c - a), axis=1).min() > 1e-13
    assert all(deltas.shape == (count, 3) for deltas in mesh.targets.values())


def test_triangles_face_outwards(body: Body) -> None:
    skin = np.concatenate([corners(body.parts["AvatarBody"]), corners(body.parts["AvatarHead"])])
    assert winding(body.skeleton.rest[[INDEX["Spine1"]], :3, 3], skin)[0] == pytest.approx(1, abs=0.1)
    for part in ("AvatarLeftEyeball", "AvatarRightCornea"):
        middle = body.parts[part].positions.mean(axis=0, keepdims=True)
        assert winding(middle.astype(np.float64), corners(body.parts[part]))[0] == pytest.approx(1, abs=0.01)


def test_neck_rims_coincide_in_place_normal_and_weights(body: Body) -> None:
    head, lower = body.parts["AvatarHead"], body.parts["AvatarBody"]
    rim_of_body = rim(lower)
    assert len(rim_of_body) == 48
    place = {tuple(head.positions[index]): index for index in rim(head)}
    twins = [place[tuple(lower.positions[index])] for index in rim_of_body]
    np.testing.assert_array_equal(head.normals[twins], lower.normals[rim_of_body])
    np.testing.assert_array_equal(head.joints[twins], lower.joints[rim_of_body])
    np.testing.assert_array_equal(head.weights[twins], lower.weights[rim_of_body])


def test_no_expression_opens_a_gap_at_the_neck(body: Body) -> None:
    head = body.parts["AvatarHead"]
    of_body = {tuple(place) for place in body.parts["AvatarBody"].positions[rim(body.parts["AvatarBody"])]}
    still = [index for index, place in enumerate(head.positions) if tuple(place) in of_body]
    assert len(still) >= 48
    for name, deltas in head.targets.items():
        assert not deltas[still].any(), name


def test_the_rim_lies_where_real_exports_have_it(body: Body) -> None:
    """Real female template: 48 vertices, 1.379 to 1.438 m high with the Neck joint at 1.458, 0.21 m wide."""
    places = body.parts["AvatarBody"].positions[rim(body.parts["AvatarBody"])]
    neck = body.skeleton.rest[INDEX["Neck"], 1, 3]
    assert neck - 0.10 < places[:, 1].min() < places[:, 1].max() < neck + 0.02
    assert 0.19 < np.ptp(places[:, 0]) < 0.27


def test_the_body_stands_on_the_ground_facing_forward(body: Body) -> None:
    assert body.parts["AvatarBody"].positions[:, 1].min() == pytest.approx(0, abs=1e-6)
    assert 1.6 < body.parts["AvatarHead"].positions[:, 1].max() < 1.85
    assert body.parts["AvatarTeethUpper"].positions[:, 2].max() > body.skeleton.rest[INDEX["Head"], 2, 3]
    assert body.parts["AvatarLeftEyeball"].positions[:, 0].min() > 0


def test_the_base_is_the_same_body(body: Body) -> None:
    for part in ("AvatarBody", "AvatarHead"):
        np.testing.assert_allclose(body.base[body.source_vertices[part]], body.parts[part].positions, atol=1e-6)
    assert (body.source_vertices["AvatarLeftEyeball"] == -1).all()


def test_morph_targets_are_those_of_real_exports(body: Body) -> None:
    mobile = sorted(blendshape_set("mobile_51").names or ())
    assert sorted(body.parts["AvatarHead"].targets) == mobile
    assert len(mobile) == 51
    assert sorted(body.parts["AvatarTeethLower"].targets) == ["jawForward", "jawLeft", "jawOpen", "jawRight"]
    assert {"eyeBlinkLeft", "eyeBlinkRight", "eyeWideLeft", "eyeSquintRight"} < set(
        body.parts["AvatarEyelashes"].targets
    )
    assert not body.parts["AvatarBody"].targets
    for name, deltas in body.parts["AvatarHead"].targets.items():
        assert 5e-4 < np.linalg.norm(deltas, axis=1).max() < 0.05, name


def test_left_is_the_avatars_left(body: Body) -> None:
    head = body.parts["AvatarHead"]
    for unit, sign in (("eyeBlinkLeft", 1), ("eyeBlinkRight", -1)):
        moved = np.linalg.norm(head.targets[unit], axis=1) > 1e-3
        assert moved.any()
        assert (sign * head.positions[moved, 0] > 0).all()


def _exposed(body: Body, side: str, blink: float) -> int:
    """How many points of the front of an eyeball no skin covers, seen from straight ahead."""
    head, ball = body.parts["AvatarHead"], body.parts[f"Avatar{side}Eyeball"]
    eye = body.eyes[side]
    front = ball.positions[ball.positions[:, 2] > eye.centre[2] + 0.3 * eye.radius].astype(np.float64)
    places = head.positions + blink * head.targets[f"eyeBlink{side}"]
    lids = corners(head, places.astype(np.float64))
    lids = lids[(np.linalg.norm(lids.mean(axis=1) - eye.centre, axis=1) < 3 * eye.radius)]
    return int((~hit(front, FORWARD, lids)).sum())


@pytest.mark.parametrize("side", ["Left", "Right"])
def test_a_blink_covers_the_eyeball(body: Body, side: str) -> None:
    assert _exposed(body, side, 0.0) > 20, "at rest one sees the eye"
    assert _exposed(body, side, 1.0) == 0


@pytest.mark.parametrize("unit", ["", "eyeBlinkLeft", "eyeSquintLeft", "eyeWideLeft", "eyeLookDownLeft"])
def test_the_eyeball_never_comes_through_a_lid(body: Body, unit: str) -> None:
    """The outer side of the skin is meant: the inner side of a lid may sink into the ball, unseen."""
    head, eye = body.parts["AvatarHead"], body.eyes["Left"]
    places = head.positions + (head.targets[unit] if unit else 0)
    triangles = corners(head, places.astype(np.float64))
    a, b, c = triangles.transpose(1, 0, 2)
    outward = triangles.mean(axis=1) - eye.centre
    outer = (np.cross(b - a, c - a) * outward).sum(axis=1) > 0
    near = np.linalg.norm(outward, axis=1) < 2 * eye.radius
    assert (outer & near).sum() > 100
    assert np.linalg.norm(outward[outer & near], axis=1).min() > eye.radius


def test_lashes_follow_the_closing_lid(body: Body) -> None:
    lashes, eye = body.parts["AvatarEyelashes"], body.eyes["Left"]
    deltas = lashes.targets["eyeBlinkLeft"]
    upper = (lashes.positions[:, 0] > 0) & (lashes.positions[:, 1] > eye.centre[1] + 0.002)
    assert np.median(deltas[upper, 1]) < -0.005
    tips = upper & (np.linalg.norm(lashes.positions - eye.centre, axis=1) > 1.2 * eye.radius)
    blinking = np.linalg.norm(lashes.positions[tips] + deltas[tips] - eye.centre, axis=1)
    assert blinking.min() > 1.1 * eye.radius, "they stand out from the lid"


def test_the_pupil_is_the_middle_of_the_uv_square_and_the_foremost_point(body: Body) -> None:
    for side in ("Left", "Right"):
        ball = body.parts[f"Avatar{side}Eyeball"]
        pupil = np.linalg.norm(ball.uvs - 0.5, axis=1).argmin()
        assert ball.positions[pupil, 2] == ball.positions[:, 2].max()
        np.testing.assert_allclose(ball.uvs[pupil], 0.5, atol=1e-6)


def test_each_part_has_regions_to_paint(body: Body) -> None:
    lips = body.regions["AvatarHead"]["lips"] > 0.5
    mouth = body.parts["AvatarHead"].positions[lips]
    assert lips.sum() > 100
    assert np.abs(mouth[:, 0]).max() < 0.04
    assert (body.regions["AvatarBody"]["fingernails"] > 0.5).sum() >= 20


def test_lowered_arms_hang_beside_the_body(body: Body) -> None:
    mesh = body.parts["AvatarBody"]
    down = np.radians(75)
    turns = {
        f"{side}Arm": np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
        for side, a in (("Left", -down), ("Right", down))
    }
    posed = pose_mesh(mesh, body.skeleton, turns)
    fingers = np.isin(mesh.joints[:, 0], [INDEX["LeftHandMiddle3"], INDEX["RightHandMiddle3"]])
    assert posed[fingers, 1].max() < body.skeleton.rest[INDEX["Hips"], 1, 3]
    edges = mesh.triangles[:, :2]
    before = np.linalg.norm(mesh.positions[edges[:, 0]] - mesh.positions[edges[:, 1]], axis=1)
    after = np.linalg.norm(posed[edges[:, 0]] - posed[edges[:, 1]], axis=1)
    assert np.quantile(after / before, 0.999) < 3, "no spikes"


def test_a_bent_elbow_keeps_its_volume(body: Body) -> None:
    mesh = body.parts["AvatarBody"]
    turn = np.array([[0.0, 0, 1], [0, 1, 0], [-1, 0, 0]])  # 90° about Y
    posed = pose_mesh(mesh, body.skeleton, {"RightForeArm": turn})
    elbow = body.skeleton.rest[INDEX["RightForeArm"], :3, 3]
    near = np.linalg.norm(mesh.positions - elbow, axis=1) < 0.06
    at_rest = np.ptp(mesh.positions[near, 1])
    assert np.ptp(posed[near, 1]) > 0.8 * at_rest
