"""Blendshapes and bones, sorted as people look for them."""

from __future__ import annotations

import pytest

from avatarsdk_core.avatar.bones import BoneGroup, bone_group
from avatarsdk_core.avatar.shape_groups import ShapeGroup, group_of, grouped, interval_of
from avatarsdk_core.catalog import blendshape_set


def test_the_sets_with_published_names_are_told_by_their_names() -> None:
    assert {group_of(name) for name in blendshape_set("mobile_51").names or ()} == {ShapeGroup.ARKIT}
    assert {group_of(name) for name in blendshape_set("visemes_15").names or ()} == {ShapeGroup.VISEMES}


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("tongueOut", ShapeGroup.ARKIT),
        ("viseme_PP", ShapeGroup.VISEMES),
        ("HeadScale", ShapeGroup.BODY),
        ("NoseTipUpDown", ShapeGroup.FACE),
        ("Surprise", ShapeGroup.EMOTIONS),
        ("Haircut", ShapeGroup.HAIRCUT),
        ("MyOwn", ShapeGroup.OTHER),
    ],
)
def test_a_shape_is_told_by_its_name(name: str, group: ShapeGroup) -> None:
    assert group_of(name) == group


def test_the_set_decides_where_a_file_tells_it() -> None:
    assert group_of("whatever", "emotions") == ShapeGroup.EMOTIONS
    assert group_of("jawOpen", "no_such_set") == ShapeGroup.ARKIT


def test_groups_keep_the_order_of_names_and_leave_out_what_is_empty() -> None:
    assert grouped(["PP", "jawOpen", "CH", "mine"]) == {
        ShapeGroup.ARKIT: ["jawOpen"],
        ShapeGroup.VISEMES: ["PP", "CH"],
        ShapeGroup.OTHER: ["mine"],
    }


def test_sliders_go_both_ways_where_the_documentation_says_so() -> None:
    assert interval_of("Scale") == interval_of("NoseLength") == (-1, 1)
    assert interval_of("JawLine") == interval_of("jawOpen") == interval_of("Haircut") == (0, 1)


@pytest.mark.parametrize(
    ("name", "leaf", "group"),
    [
        ("Hips", False, BoneGroup.BODY),
        ("Neck2", False, BoneGroup.BODY),
        ("mixamorig:LeftHandIndex2", False, BoneGroup.FINGERS),
        ("LeftHandThumb4", True, BoneGroup.ENDS),
        ("HeadTop_End", True, BoneGroup.ENDS),
        ("RightForeArm2", True, BoneGroup.TWIST),
        ("LeftUpLeg", False, BoneGroup.BODY),
        ("LeftEye", True, BoneGroup.EYES),
    ],
)
def test_bones_are_sorted_by_what_they_are_for(name: str, leaf: bool, group: BoneGroup) -> None:
    assert bone_group(name, is_leaf=leaf) == group
