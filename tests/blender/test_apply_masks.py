# SPDX-License-Identifier: GPL-3.0-or-later
"""A copy for export: hidden skin is deleted in it, and the avatar stays as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from blender_addon import applied_masks, marks, wardrobe
from blender_addon.importing import import_avatar
from tests.blender.scene import contents, evaluated_points, shape_key_names


def facts(avatar: str) -> list[Any]:
    """What must not change of the original."""
    return [
        (
            obj.name,
            len(obj.data.vertices),
            len(obj.data.polygons),
            shape_key_names(obj),
            [modifier.name for modifier in obj.modifiers],
            [slot.material.name for slot in obj.material_slots],
            sorted(node.name for slot in obj.material_slots for node in slot.material.node_tree.nodes),
            [curve.data_path for curve in obj.animation_data.drivers] if obj.animation_data else [],
            {name: obj[name] for name in obj.keys() if name in (marks.SHOWN, marks.AVATAR)},  # noqa: SIM118
        )
        for obj in marks.parts_of(avatar)
    ]


def key_points(obj: bpy.types.Object, name: str) -> np.ndarray:
    points = np.empty(len(obj.data.vertices) * 3, np.float32)
    obj.data.shape_keys.key_blocks[name].points.foreach_get("co", points)
    return points.reshape(-1, 3)


def test_as_many_faces_go_as_the_masks_hide(composite: Path) -> None:
    imported = import_avatar(composite)
    before, blocks = facts(imported.avatar), contents()
    made = applied_masks.copy_without_hidden_faces(imported.avatar)
    assert made.removed == imported.hidden_faces["ARPI"]
    assert facts(imported.avatar) == before
    body = bpy.data.objects["AvatarBody"]
    copy = next(part for part in made.parts if part[marks.ROLE] == "body")
    assert len(copy.data.polygons) == len(body.data.polygons) - made.removed["AvatarBody"]
    used = np.zeros(len(copy.data.vertices), bool)
    used[[vertex for polygon in copy.data.polygons for vertex in polygon.vertices]] = True
    assert used.all(), "no vertex is left without a face"
    assert len(contents()["images"]) == len(blocks["images"])


def test_the_copy_stands_by_itself(composite: Path) -> None:
    imported = import_avatar(composite)
    made = applied_masks.copy_without_hidden_faces(bpy.data.objects["AvatarBody"])
    originals = {*imported.parts, imported.armature}
    for part in made.parts:
        assert part.parent == made.armature
        assert {modifier.type for modifier in part.modifiers} == {"ARMATURE"}
        assert all(modifier.object == made.armature for modifier in part.modifiers)
        for block in (part, part.data, part.data.shape_keys):
            for curve in block.animation_data.drivers if block and block.animation_data else ():
                targets = {target.id for variable in curve.driver.variables for target in variable.targets}
                assert not targets & originals, (part.name, curve.data_path)
        for slot in part.material_slots:
            assert all(node.get(marks.PART) is None for node in slot.material.node_tree.nodes)
    for obj in originals:
        bpy.data.objects.remove(obj)
    bpy.context.view_layer.update()
    assert not any(part.hide_viewport or part.hide_render for part in made.parts)


def test_shape_keys_lose_the_same_vertices(composite: Path) -> None:
    import_avatar(composite)
    head = bpy.data.objects["AvatarHead"]
    made = applied_masks.copy_without_hidden_faces(head)
    copy = next(part for part in made.parts if part[marks.ROLE] == "head")
    assert 0 < len(copy.data.vertices) < len(head.data.vertices)
    assert shape_key_names(copy) == shape_key_names(head)
    whole, left = key_points(head, "Basis"), key_points(copy, "Basis")
    number = {point.tobytes(): index for index, point in enumerate(np.ascontiguousarray(whole))}
    kept = np.array([number[point.tobytes()] for point in np.ascontiguousarray(left)])
    for name in ("jawOpen", "eyeBlinkLeft", "mouthSmileLeft"):
        moved = key_points(head, name) - whole
        assert np.abs(moved).max() > 0.001
        # A point on a seam may stand for either of its vertices: those move alike.
        np.testing.assert_allclose(key_points(copy, name) - left, moved[kept], atol=1e-6)
    lashes = next(part for part in made.parts if part[marks.ROLE] == "eyelashes")
    copy.data.shape_keys.key_blocks["eyeBlinkLeft"].value = 1.0
    bpy.context.view_layer.update()
    assert lashes.data.shape_keys.key_blocks["eyeBlinkLeft"].value == pytest.approx(1.0)
    assert head.data.shape_keys.key_blocks["eyeBlinkLeft"].value == 0.0


def test_normals_stay_where_the_skin_was_cut(composite: Path) -> None:
    import_avatar(composite)
    body = bpy.data.objects["AvatarBody"]
    made = applied_masks.copy_without_hidden_faces(body)
    copy = next(part for part in made.parts if part[marks.ROLE] == "body")

    def corners(mesh: bpy.types.Mesh) -> dict[bytes, np.ndarray]:
        normals = np.array([corner.vector[:] for corner in mesh.corner_normals], np.float32)
        places = [mesh.vertices[loop.vertex_index].co[:] for loop in mesh.loops]
        uvs = [corner.vector[:] for corner in mesh.uv_layers.active.uv]
        return {
            np.array([*a, *b], np.float32).tobytes(): normal for a, b, normal in zip(places, uvs, normals, strict=True)
        }

    whole = corners(body.data)
    for key, normal in corners(copy.data).items():
        assert float(np.dot(normal, whole[key])) > 0.999


def test_what_is_off_leaves_the_skin_whole_and_is_not_copied(composite: Path) -> None:
    imported = import_avatar(composite)
    wardrobe.show(marks.worn(imported.avatar)[0], shown=False)
    made = applied_masks.copy_without_hidden_faces(imported.avatar)
    assert made.removed == {}
    assert {part[marks.ROLE] for part in made.parts} == {obj[marks.ROLE] for obj in imported.parts} - {"garment"}


def test_the_copy_stands_where_the_avatar_stands(composite: Path) -> None:
    imported = import_avatar(composite)
    assert imported.armature is not None
    imported.armature.location = (1.0, 2.0, 0.0)
    made = applied_masks.copy_without_hidden_faces(imported.avatar)
    for part in made.parts:
        if part[marks.ROLE] == "garment":
            original = next(obj for obj in imported.parts if obj[marks.ROLE] == "garment")
            np.testing.assert_allclose(evaluated_points(part), evaluated_points(original), atol=1e-5)
