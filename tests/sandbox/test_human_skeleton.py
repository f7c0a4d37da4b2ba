"""The skeleton of the sandbox's human: that of a real export, inside this body."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from avatarsdk_core.sandbox.human.body import Body, build_body
from avatarsdk_core.sandbox.human.skeleton import FINGERS, INDEX, NAMES, PARENTS
from tests.sandbox.human_facts import corners, winding


@pytest.fixture(scope="module", params=["female", "male"])
def body(request: pytest.FixtureRequest) -> Body:
    return build_body(request.param)


def test_names_and_hierarchy_are_those_of_the_service_catalogue(samples: Path) -> None:
    catalogue = samples.parent / "api" / "catalog.json"
    if not catalogue.is_file():
        pytest.skip(f"no {catalogue}")
    joints = json.loads(catalogue.read_text("utf-8"))["metaperson_2.0_model"]["joints"]
    parents = ["AvatarRoot" if parent < 0 else NAMES[parent] for parent in PARENTS]
    assert [(joint["name"], joint["parent"]) for joint in joints] == list(zip(NAMES, parents, strict=True))


def test_there_are_73_joints_with_parents_before_children(body: Body) -> None:
    assert len(body.skeleton.names) == len(set(body.skeleton.names)) == 73
    assert all(parent < index for index, parent in enumerate(body.skeleton.parents))


def test_rest_matrices_are_rotations_and_translations(body: Body) -> None:
    turns = body.skeleton.rest[:, :3, :3]
    np.testing.assert_allclose(turns @ turns.transpose(0, 2, 1), np.tile(np.eye(3), (73, 1, 1)), atol=1e-9)
    np.testing.assert_allclose(np.linalg.det(turns), 1, atol=1e-9)


def test_left_and_right_mirror_each_other(body: Body) -> None:
    for index, name in enumerate(NAMES):
        if name.startswith("Left"):
            other = body.skeleton.rest[INDEX["Right" + name.removeprefix("Left")], :3, 3]
            np.testing.assert_allclose(body.skeleton.rest[index, :3, 3], other * [-1, 1, 1], atol=1e-6)


BONES = {
    "Spine": "Spine1",
    "LeftArm": "LeftForeArm",
    "RightForeArm": "RightHand",
    "LeftUpLeg": "LeftLeg",
    "RightLeg": "RightFoot",
    "LeftFoot": "LeftToeBase",
    "RightHandIndex2": "RightHandIndex3",
}


@pytest.mark.parametrize(("joint", "end"), BONES.items())
def test_the_y_axis_points_along_the_bone(body: Body, joint: str, end: str) -> None:
    rest = body.skeleton.rest
    bone = rest[INDEX[end], :3, 3] - rest[INDEX[joint], :3, 3]
    assert rest[INDEX[joint], :3, 1] @ bone / np.linalg.norm(bone) > 0.999


def test_axes_are_turned_as_in_real_exports(body: Body) -> None:
    def axis(joint: str, column: int) -> np.ndarray:
        return body.skeleton.rest[INDEX[joint], :3, column]

    np.testing.assert_array_equal(body.skeleton.rest[INDEX["Hips"], :3, :3], np.eye(3))
    np.testing.assert_allclose(axis("LeftArm", 0), [0, 0, -1], atol=0.1)
    np.testing.assert_allclose(axis("RightArm", 0), [0, 0, 1], atol=0.1)
    for leg in ("LeftLeg", "RightUpLeg"):
        np.testing.assert_allclose(axis(leg, 0), [-1, 0, 0], atol=0.1)
    for foot in ("LeftFoot", "RightToeBase"):
        assert axis(foot, 2)[1] > 0.8


def test_orientations_match_the_real_template(samples: Path, body: Body) -> None:
    """Within what another body explains; the exports' thumbs rest differently."""
    import pygltflib

    file = samples / "metaperson2" / "template_lod1_female" / "female_lod1_template.glb"
    model = pygltflib.GLTF2.load(str(file))
    parents = {child: index for index, node in enumerate(model.nodes) for child in node.children or []}

    def turn(index: int) -> np.ndarray:
        x, y, z, w = model.nodes[index].rotation or (0, 0, 0, 1)
        cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
        local = np.eye(3) + 2 * w * cross + 2 * cross @ cross
        return turn(parents[index]) @ local if index in parents else local

    for index, node in enumerate(model.nodes):
        if node.name in INDEX and "Thumb" not in node.name:
            between = turn(index).T @ body.skeleton.rest[INDEX[node.name], :3, :3]
            angle = np.degrees(np.arccos(np.clip((np.trace(between) - 1) / 2, -1, 1)))
            assert angle < 35, (node.name, angle)


def test_joints_lie_inside_the_body(body: Body) -> None:
    """All but end joints and eyes, which lie on the surface or in the open socket."""
    skin = np.concatenate([corners(body.parts["AvatarBody"]), corners(body.parts["AvatarHead"])])
    inner = [name for name in NAMES if not name.endswith(("End", "Eye")) and not name[:-1].endswith(FINGERS)]
    inner += [name for name in NAMES if name[:-1].endswith(FINGERS) and name[-1] in "123"]
    around = winding(body.skeleton.rest[[INDEX[name] for name in inner], :3, 3], skin)
    outside = {name: round(float(turns), 2) for name, turns in zip(inner, around, strict=True) if turns < 0.5}
    assert outside == {}


def test_the_body_stands_in_t_pose(body: Body) -> None:
    places = dict(zip(NAMES, body.skeleton.rest[:, :3, 3], strict=True))
    for side, sign in (("Left", 1), ("Right", -1)):
        arm, elbow, hand = (places[f"{side}{name}"] for name in ("Arm", "ForeArm", "Hand"))
        assert abs(elbow[1] - arm[1]) < 0.02
        assert abs(hand[1] - elbow[1]) < 0.02
        assert sign * hand[0] > sign * elbow[0] > sign * arm[0] > 0
        assert places[f"{side}HandIndex1"][2] > places[f"{side}HandPinky1"][2] + 0.03, "palms face down"
        hip, ankle = places[f"{side}UpLeg"], places[f"{side}Foot"]
        assert abs(hip[0] - ankle[0]) < 0.06


def test_eye_joints_lie_in_the_middle_of_the_eyeballs(body: Body) -> None:
    for side in ("Left", "Right"):
        ball = body.parts[f"Avatar{side}Eyeball"].positions
        middle = (ball.min(axis=0) + ball.max(axis=0)) / 2
        np.testing.assert_allclose(body.skeleton.rest[INDEX[f"{side}Eye"], :3, 3], middle, atol=2e-3)
