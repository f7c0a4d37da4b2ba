"""Names of bones for other programs."""

from __future__ import annotations

import pytest

from avatarsdk_core.avatar.bone_names import VRM_REQUIRED, BoneNames, lacking, renamed, table

FINGERS = ("Thumb", "Index", "Middle", "Ring", "Pinky")
SIDE = ["Shoulder", "Arm", "ForeArm", "ForeArm1", "ForeArm2", "Hand"]
SIDE += [f"Hand{finger}{joint}" for finger in FINGERS for joint in range(1, 5)]
SIDE += ["UpLeg", "Leg", "Foot", "ToeBase", "Toe_End", "Eye"]
MIDDLE = ["Hips", "Spine", "Spine1", "Spine2", "Neck", "Neck1", "Neck2", "Head", "HeadTop_End"]
JOINTS = [*MIDDLE, *(f"{side}{joint}" for side in ("Left", "Right") for joint in SIDE)]


def test_these_are_all_joints_of_a_real_export() -> None:
    assert len(JOINTS) == len(set(JOINTS)) == 73


@pytest.mark.parametrize("scheme", list(BoneNames))
def test_no_two_bones_get_one_name(scheme: BoneNames) -> None:
    names = renamed(JOINTS, scheme)
    after = [names.get(joint, joint) for joint in JOINTS]
    assert len(set(after)) == 73


def test_kept_means_kept() -> None:
    assert renamed(JOINTS, BoneNames.KEPT) == {}


def test_mixamo_is_the_same_with_its_prefix() -> None:
    assert renamed(JOINTS, BoneNames.MIXAMO) == {joint: f"mixamorig:{joint}" for joint in JOINTS}
    assert renamed([f"mixamorig:{joint}" for joint in JOINTS], BoneNames.MIXAMO) == {}


def test_unreal_has_a_name_for_all_but_the_ends() -> None:
    names = renamed(JOINTS, BoneNames.UNREAL)
    ends = [joint for joint in JOINTS if joint not in names]
    assert set(ends) == {"HeadTop_End", "LeftToe_End", "RightToe_End"} | {
        f"{side}Hand{finger}4" for side in ("Left", "Right") for finger in FINGERS
    }
    assert (names["Hips"], names["LeftForeArm"], names["RightHandPinky2"]) == ("pelvis", "lowerarm_l", "pinky_02_r")
    assert names["LeftForeArm2"] == "lowerarm_twist_01_l", "counted from the wrist"


def test_vrm_has_all_that_it_requires() -> None:
    names = renamed(JOINTS, BoneNames.VRM)
    assert set(names.values()) >= VRM_REQUIRED
    assert (names["Spine2"], names["LeftHandThumb1"]) == ("upperChest", "leftThumbMetacarpal")
    assert names["RightHandPinky3"] == "rightLittleDistal"
    assert lacking(JOINTS) == ()
    assert lacking(["mixamorig:" + joint for joint in JOINTS]) == ()


def test_what_vrm_lacks_is_told() -> None:
    assert lacking(joint for joint in JOINTS if joint != "LeftFoot") == ("leftFoot",)
    assert lacking([]) == tuple(sorted(VRM_REQUIRED))


def test_a_prefix_of_mixamo_is_no_hindrance() -> None:
    assert renamed(["mixamorig:Hips", "mixamorig1:LeftHand"], BoneNames.UNREAL) == {
        "mixamorig:Hips": "pelvis",
        "mixamorig1:LeftHand": "hand_l",
    }


def test_a_name_that_is_taken_stays_with_its_owner() -> None:
    assert renamed(["Hips", "pelvis"], BoneNames.UNREAL) == {}
    assert renamed(["Hips", "mixamorig:Hips"], BoneNames.UNREAL) == {"Hips": "pelvis"}


def test_a_persons_own_bones_keep_their_names() -> None:
    assert renamed(["Tail", "IK_Hand"], BoneNames.UNREAL) == renamed(["Tail"], BoneNames.MIXAMO) == {}


def test_vrm_names_every_finger_once() -> None:
    fingers = [
        name for joint, name in table(BoneNames.VRM).items() if joint.startswith("LeftHand") and joint[-1:].isdigit()
    ]
    assert len(set(fingers)) == 15
