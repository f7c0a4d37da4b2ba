# SPDX-License-Identifier: GPL-3.0-or-later
"""Body shapes are one set of sliders, and the height is the mesh's own."""

from __future__ import annotations

from pathlib import Path

import bpy
import pytest

from blender_addon import body, marks
from blender_addon.importing import ImportOptions, import_avatar
from tests.blender.scene import evaluated_points


def test_the_height_is_that_of_the_mesh_whatever_the_pose_and_place(samples: Path) -> None:
    imported = import_avatar(samples / "metaperson2" / "template_lod2_female")
    root = imported.armature
    assert root is not None
    bpy.context.view_layer.update()
    parts = marks.parts_of(root, "body", "head")
    heights = [evaluated_points(part)[:, 2] for part in parts]
    expected = max(map(max, heights)) - min(map(min, heights))
    assert body.measured_height(root) is None
    assert body.measure_height(root) == pytest.approx(expected, abs=1e-4)
    assert 1.4 < expected < 2.0
    root.pose.bones["Hips"].rotation_mode = "XYZ"
    root.pose.bones["Hips"].rotation_euler = (1.2, 0.0, 0.0)
    root.location = (3.0, 1.0, 5.0)
    root.rotation_euler = (0.3, 0.2, 0.1)
    assert body.measure_height(root) == pytest.approx(expected, abs=1e-4)
    root.scale = (2.0, 2.0, 2.0)
    assert body.measure_height(root) == pytest.approx(2 * expected, abs=1e-3)
    assert body.measured_height(root) == pytest.approx(2 * expected, abs=1e-3)


def test_shapes_count_towards_the_height_and_are_reset(samples: Path) -> None:
    imported = import_avatar(samples / "metaperson2" / "template_lod2_female", ImportOptions(scale=0.5))
    root = imported.armature
    before = body.measure_height(root)
    (skin,) = marks.parts_of(root, "body")
    if skin.data.shape_keys is None:
        skin.shape_key_add(name="Basis")
    key = skin.shape_key_add(name="Legs")
    low = min(range(len(skin.data.vertices)), key=lambda index: skin.data.vertices[index].co.z)
    key.points[low].co.z -= 0.1
    key.value = 0.5
    assert [one.name for one in body.body_keys(root)] == ["Legs"]
    assert body.measure_height(root) == pytest.approx(before + 0.05, abs=1e-4)
    assert body.reset(root) == 1
    assert body.measure_height(root) == pytest.approx(before, abs=1e-4)


def test_a_head_alone_has_no_height(samples: Path) -> None:
    imported = import_avatar(samples / "metaperson2" / "head_only_lod2_female")
    with pytest.raises(ValueError, match="no body to measure"):
        body.measure_height(imported.armature)
