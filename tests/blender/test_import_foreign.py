# SPDX-License-Identifier: GPL-3.0-or-later
"""Other people's avatars: a person is recognised by names, expressions and bones, and what was assumed is told.

The files are made here of real meshes, renamed and exported by Blender as other programs' avatars are.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import bpy
import numpy as np
import pytest
from mathutils import Matrix

from blender_addon import marks
from blender_addon.importing import ImportedAvatar, import_avatar
from tests.blender.scene import evaluated_points, image_names, shape_key_names


def roles(imported: ImportedAvatar) -> dict[str, str]:
    return {obj.name: obj[marks.ROLE] for obj in imported.parts}


def fresh() -> None:
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)


def plain_materials(objects: list[bpy.types.Object]) -> None:
    """Principled materials with the colour texture alone, as other programs write them."""
    for number, obj in enumerate(objects):
        (color, *_) = [name for name in image_names(obj.active_material) if "_Color_" in name] or [None]
        material = bpy.data.materials.new(f"Material{number}")
        if bpy.app.version < (5, 0, 0):
            material.use_nodes = True
        tree = material.node_tree
        if color:
            node = tree.nodes.new("ShaderNodeTexImage")
            node.image = bpy.data.images[color]
            node.image.filepath_raw = f"//{color}"  # or Blender 4.2 would write all under one name
            shader = next(node for node in tree.nodes if node.type == "BSDF_PRINCIPLED")
            tree.links.new(node.outputs["Color"], shader.inputs["Base Color"])
        obj.data.materials.clear()
        obj.data.materials.append(material)


def unmark(objects: list[bpy.types.Object]) -> None:
    for obj in objects:
        for key in [key for key, _ in obj.items()]:
            del obj[key]
        obj.animation_data_clear()
        if obj.data.shape_keys if obj.type == "MESH" else None:
            obj.data.shape_keys.animation_data_clear()
        for modifier in [one for one in obj.modifiers if one.type == "MASK"]:
            obj.modifiers.remove(modifier)


def join(objects: list[bpy.types.Object], name: str) -> bpy.types.Object:
    with bpy.context.temp_override(
        active_object=objects[0], selected_editable_objects=objects, selected_objects=objects
    ):
        bpy.ops.object.join()
    objects[0].name = name
    return objects[0]


@pytest.fixture
def clothed(composite: Path) -> dict[str, bpy.types.Object]:
    """A clothed person without any mark of ours: names of the file -> objects."""
    imported = import_avatar(composite)
    assert imported.armature is not None
    objects = {obj.name: obj for obj in imported.parts}
    plain_materials(list(objects.values()))
    unmark([*objects.values(), imported.armature])
    return {**objects, "armature": imported.armature}


def test_a_glb_with_parts_called_as_ready_player_me_calls_them(
    clothed: dict[str, bpy.types.Object], tmp_path: Path
) -> None:
    names = {"AvatarHead": "Wolf3D_Head", "AvatarBody": "Wolf3D_Body", "ARPI": "Wolf3D_Outfit_Top"}
    for old, new in {**names, "AvatarLeftEyeball": "EyeLeft", "AvatarRightEyeball": "EyeRight"}.items():
        clothed[old].name = new
    join([clothed["AvatarTeethLower"], clothed["AvatarTeethUpper"]], "Wolf3D_Teeth")
    bpy.data.batch_remove([clothed[name] for name in ("AvatarLeftCornea", "AvatarRightCornea", "AvatarEyelashes")])
    head = evaluated_points(clothed["AvatarHead"])
    bpy.ops.export_scene.gltf(filepath=str(tmp_path / "me.glb"), export_format="GLB", export_animations=False)
    fresh()
    imported = import_avatar(tmp_path / "me.glb")
    assert roles(imported) == {
        "Wolf3D_Head": "head",
        "Wolf3D_Body": "body",
        "Wolf3D_Teeth": "teeth",
        "EyeLeft": "eyeball",
        "EyeRight": "eyeball",
        "Wolf3D_Outfit_Top": "garment",
    }
    (part,) = marks.parts_of(imported.avatar, "head")
    np.testing.assert_allclose(evaluated_points(part).max(axis=0), head.max(axis=0), atol=1e-3)
    assert "jawOpen" in shape_key_names(part)
    assert any("HeadFemale_Color" in name for name in image_names(part.active_material))
    (teeth,) = marks.parts_of(imported.avatar, "teeth")
    part.data.shape_keys.key_blocks["jawOpen"].value = 1.0
    bpy.context.view_layer.update()
    assert teeth.data.shape_keys.key_blocks["jawOpen"].value == pytest.approx(1.0)
    assert "Wolf3D_Head: taken for head: its name holds 'head'" in imported.report.assumed
    sides = {obj.name: obj[marks.SIDE] for obj in marks.parts_of(imported.avatar, "eyeball")}
    assert sides == {"EyeLeft": "left", "EyeRight": "right"}


@pytest.mark.parametrize("kind", ["fbx", "glb"])
def test_a_mixamo_figure_in_one_mesh_is_one_avatar(
    clothed: dict[str, bpy.types.Object], tmp_path: Path, kind: str
) -> None:
    """One mesh with a material for each part, an armature in centimetres, bones called mixamorig:…"""
    armature = clothed.pop("armature")
    for obj in clothed.values():
        obj.shape_key_clear()
    figure = join([clothed["AvatarBody"], *(obj for name, obj in clothed.items() if name != "AvatarBody")], "Ch36")
    height = evaluated_points(figure)[:, 2].max()
    for bone in armature.data.bones:
        bone.name = f"mixamorig:{bone.name}"
    for data in (figure.data, armature.data):
        data.transform(Matrix.Scale(100, 4))
    armature.scale = (0.01, 0.01, 0.01)
    file = tmp_path / f"ch36.{kind}"
    export: dict[str, Callable[[], object]] = {
        "fbx": lambda: bpy.ops.export_scene.fbx(
            filepath=str(file), path_mode="COPY", embed_textures=True, bake_anim=False
        ),
        "glb": lambda: bpy.ops.export_scene.gltf(filepath=str(file), export_format="GLB", export_animations=False),
    }
    export[kind]()
    fresh()
    imported = import_avatar(file)
    (part,) = imported.parts
    assert part[marks.ROLE] == "body"
    assert imported.armature is not None
    assert "Head" in imported.armature.data.bones
    assert "Head" in part.vertex_groups
    assert tuple(part.matrix_world.to_scale()) == pytest.approx((1, 1, 1), abs=1e-5)
    assert evaluated_points(part)[:, 2].max() == pytest.approx(height, abs=0.01)
    assert "hangs on head, hands and feet" in " ".join(imported.report.assumed)
    colors = {name for slot in part.material_slots for name in image_names(slot.material)}
    for wanted in ("AvatarBodyFemale_Color", "AvatarHeadFemale_Color", "ARPI_Color"):
        assert any(wanted in name for name in colors), (wanted, colors)
    before = evaluated_points(part)
    bone = imported.armature.pose.bones["LeftArm"]
    bone.rotation_mode = "XYZ"
    bone.rotation_euler.x = 1.0
    bpy.context.view_layer.update()
    assert np.abs(evaluated_points(part) - before).max() > 0.1


@pytest.mark.parametrize("spelling", ["jawOpen", "JawOpen", "eyeBlink_L"])
def test_a_head_with_arkits_expressions_is_a_head_in_any_spelling(samples: Path, tmp_path: Path, spelling: str) -> None:
    imported = import_avatar(samples / "metaperson2" / "head_only_lod2_female")
    (head,) = marks.parts_of(imported.avatar, "head")
    unmark([head])
    plain_materials([head])
    head.name, head.parent = "scan", None
    head.modifiers.clear()
    for key in head.data.shape_keys.key_blocks[1:]:
        name = key.name if spelling == "jawOpen" else key.name[0].upper() + key.name[1:]
        key.name = name.replace("Left", "_L").replace("Right", "_R") if "_" in spelling else name
    bpy.data.batch_remove([obj for obj in bpy.data.objects if obj != head])
    bpy.ops.export_scene.gltf(filepath=str(tmp_path / "scan.glb"), export_format="GLB")
    fresh()
    again = import_avatar(tmp_path / "scan.glb")
    assert roles(again) == {"scan": "head"}
    assert len(shape_key_names(again.parts[0])) == 66


def test_what_is_nobody_is_told(tmp_path: Path) -> None:
    bpy.ops.mesh.primitive_monkey_add()
    bpy.context.object.name = "Rock"
    bpy.ops.export_scene.gltf(filepath=str(tmp_path / "rock.glb"), export_format="GLB")
    fresh()
    imported = import_avatar(tmp_path / "rock.glb")
    assert roles(imported) == {"Rock": "other"}
    assert imported.report.assumed == ("Rock: taken for other: nothing tells what it is",)


def test_a_haircut_alone_is_no_head_and_an_outfit_alone_no_figure(samples: Path, tmp_path: Path) -> None:
    outfit = import_avatar(samples / "SYNTHETIC" / "export_shaped" / "outfit_discrete" / "ARPI.zip")
    assert list(roles(outfit).values()) == ["garment"]
    imported = import_avatar(samples / "metaperson2" / "head_only_lod2_female")
    (head,) = marks.parts_of(imported.avatar, "head")
    head.shape_key_clear()
    unmark([head])
    plain_materials([head])
    head.name = "wavy"
    bpy.data.batch_remove([obj for obj in bpy.data.objects if obj not in (head, imported.armature)])
    bpy.ops.export_scene.gltf(filepath=str(tmp_path / "wavy.glb"), export_format="GLB", export_animations=False)
    fresh()
    hair = import_avatar(tmp_path / "wavy.glb")
    assert list(roles(hair).values()) == ["garment"]
