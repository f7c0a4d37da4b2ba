# SPDX-License-Identifier: GPL-3.0-or-later
"""The head's shape keys lead: what lies on head and body goes with them, as far as it has targets of its own."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest

from blender_addon import marks, upkeep
from blender_addon.face import shapes_of
from blender_addon.importing import ImportedAvatar, import_avatar
from tests.blender.sandbox_exports import DRESSED, SandboxExports
from tests.blender.scene import evaluated_points

BOTH_WAYS = {"Body", "Chest", "Scale", "HeadScale", "EyesSize", "NoseLength", "LipsSize", "Hips"}


@pytest.fixture
def dressed(sandbox_exports: SandboxExports) -> ImportedAvatar:
    return import_avatar(sandbox_exports("metaperson_2.0", "female", **DRESSED))


def leader(imported: ImportedAvatar, name: str) -> bpy.types.Object:
    """The object whose key of this name is free: the head's, else the body's."""
    for role in ("head", "body"):
        (obj,) = marks.parts_of(imported.avatar, role)
        if any(key.name == name for key in shapes_of(obj)):
            return obj
    raise AssertionError(name)


@pytest.mark.parametrize(
    ("name", "moved"),
    [
        ("Scale", {"body", "head", "garment", "hair", "glasses", "teeth", "eyeball", "cornea", "eyelashes"}),
        ("Chest", {"body", "garment"}),
        ("HeadScale", {"head", "hair", "glasses", "teeth", "eyelashes"}),
        ("NoseTipUpDown", {"head", "glasses"}),
    ],
)
def test_a_shape_moves_what_lies_on_it(dressed: ImportedAvatar, name: str, moved: set[str]) -> None:
    before = {part.name: evaluated_points(part) for part in dressed.parts}
    for value in (1.0, -1.0):
        obj = leader(dressed, name)
        obj.data.shape_keys.key_blocks[name].value = value
        bpy.context.view_layer.update()
        roles = set()
        for part in dressed.parts:
            if any(key.name == name for key in shapes_of(part)):
                assert part.data.shape_keys.key_blocks[name].value == pytest.approx(value), part.name
                if np.abs(evaluated_points(part) - before[part.name]).max() > 1e-4:
                    roles.add(str(part[marks.ROLE]))
        assert moved <= roles


def test_every_key_of_every_part_has_one_master(dressed: ImportedAvatar) -> None:
    led = 0
    for part in dressed.parts:
        keys = part.data.shape_keys
        driven = {curve.data_path for curve in keys.animation_data.drivers} if keys and keys.animation_data else set()
        for key in shapes_of(part):
            is_driven = key.path_from_id("value") in driven
            assert is_driven is (part != leader(dressed, key.name)), (part.name, key.name)
            led += is_driven
    assert led > 50


def test_ranges_are_those_of_the_documentation(dressed: ImportedAvatar) -> None:
    for part in dressed.parts:
        for key in shapes_of(part):
            both_ways = key.name in {
                "Body",
                "Chest",
                "Scale",
                "HeadScale",
                "EyesSize",
                "NoseLength",
                "LipsSize",
                "Hips",
            }
            if both_ways:
                assert (key.slider_min, key.slider_max) == (-1.0, 1.0), key.name
            assert key.slider_max == 1.0
            assert key.slider_min in (-1.0, 0.0)
            assert key.value == 0.0


def test_a_key_that_somebody_drives_is_left_alone(dressed: ImportedAvatar) -> None:
    (hair,) = marks.parts_of(dressed.avatar, "hair")
    key = hair.data.shape_keys.key_blocks["HeadScale"]
    key.driver_remove("value")
    key.driver_add("value").driver.expression = "0.5"
    upkeep.connect(dressed.avatar)
    curves = [curve for curve in hair.data.shape_keys.animation_data.drivers if "HeadScale" in curve.data_path]
    assert [curve.driver.expression for curve in curves] == ["0.5"]


def test_emotions_and_visemes_of_real_heads_follow(samples: Path) -> None:
    imported = import_avatar(samples / "metaperson2" / "head_only_lod2_female")
    (head,) = marks.parts_of(imported.avatar, "head")
    for part in imported.parts:
        for key in shapes_of(part) if part != head else []:
            master = head.data.shape_keys.key_blocks[key.name]
            master.value = 0.3
            bpy.context.view_layer.update()
            assert key.value == pytest.approx(0.3), (part.name, key.name)
            master.value = 0.0
