# SPDX-License-Identifier: GPL-3.0-or-later
"""An export imported again takes the place of the avatar that is there, and what a person did with it stays."""

from __future__ import annotations

import json
import shutil
import struct
from pathlib import Path

import bpy
import numpy as np
import pytest
from mathutils import Vector

from avatarsdk_core.errors import AvatarSDKError
from blender_addon import marks, wardrobe
from blender_addon.importing import ImportedAvatar, ImportOptions, import_avatar, reimport
from tests.blender.scene import contents, evaluated_faces, evaluated_points, shape_key_names

AGAIN = ImportOptions(reimport=True)


def one(imported: ImportedAvatar, role: str) -> bpy.types.Object:
    return marks.parts_of(imported.avatar, role)[0]


def state(avatar: str) -> dict[str, object]:
    """What a person sees of an avatar, without the names of nodes."""
    bpy.context.view_layer.update()
    counts = {kind: len(names) for kind, names in contents().items()}
    found: dict[str, object] = {"contents": counts}
    for obj in [*marks.parts_of(avatar), marks.armature_of(avatar)]:
        assert obj is not None
        keys = obj.data.shape_keys if obj.type == "MESH" else None
        found[obj.name] = {
            "uid": (obj.session_uid, obj.data.session_uid, keys.session_uid if keys else 0),
            "matrix": [round(value, 6) for row in obj.matrix_world for value in row],
            "modifiers": [(modifier.type, modifier.show_viewport) for modifier in obj.modifiers],
            "groups": sorted(group.name for group in obj.vertex_groups),
            "keys": [(key.name, round(key.value, 5), key.slider_min) for key in keys.key_blocks] if keys else [],
            "materials": [slot.material.name.partition(".")[0] for slot in obj.material_slots if slot.material],
            "collections": sorted(found.name for found in obj.users_collection),
            "drivers": len(obj.animation_data.drivers) if obj.animation_data else 0,
            "properties": sorted(key for key, _ in obj.items() if not key.startswith("cycles")),
            "points": evaluated_points(obj).round(4).tolist() if obj.type == "MESH" else [],
        }
    return found


def assert_same(now: dict[str, object], before: dict[str, object]) -> None:
    """Tells only what differs."""
    assert now.keys() == before.keys()
    for name, was in before.items():
        if isinstance(was, dict):
            differing = {key: (now[name][key], value) for key, value in was.items() if now[name][key] != value}  # type: ignore[index]
            assert differing == {}, name


@pytest.fixture
def dressed(composite: Path) -> ImportedAvatar:
    return import_avatar(composite, ImportOptions(code="abc"))


def test_the_same_export_again_changes_nothing_that_anybody_sees(composite: Path, dressed: ImportedAvatar) -> None:
    before = state(dressed.avatar)
    again = import_avatar(composite, ImportOptions(reimport=True, code="abc"))
    assert again.replaced
    assert again.avatar == dressed.avatar
    assert again.hidden_faces == dressed.hidden_faces
    assert_same(state(dressed.avatar), before)


def test_animation_pose_values_and_wardrobe_stay(samples: Path) -> None:
    imported = import_avatar(samples / "metaperson2" / "head_only_lod2_female", ImportOptions(code="abc"))
    armature, head, lashes = imported.armature, one(imported, "head"), one(imported, "eyelashes")
    assert armature is not None
    keys = head.data.shape_keys
    keys.key_blocks["jawOpen"].value = 0.4
    keys.key_blocks["jawOpen"].keyframe_insert("value", frame=1)
    keys.key_blocks["mouthLeft"].mute = True
    keys.key_blocks["mouthLeft"].slider_max = 2.0
    bone = armature.pose.bones["Head"]
    bone.rotation_mode = "XYZ"
    bone.rotation_euler.x = 0.3
    bone.keyframe_insert("rotation_euler", frame=1)
    driven = keys.key_blocks["cheekPuff"].driver_add("value").driver
    driven.type, driven.expression = "SCRIPTED", "0.25"
    track = armature.animation_data.nla_tracks.new()
    track.strips.new("mine", 1, bpy.data.actions.new("Mine"))
    before = state(imported.avatar)
    actions = keys.animation_data.action, armature.animation_data.action
    import_avatar(samples / "metaperson2" / "head_only_lod2_female", ImportOptions(reimport=True, onto=imported.avatar))
    assert_same(state(imported.avatar), before)
    assert (keys.animation_data.action, armature.animation_data.action) == actions
    assert armature.animation_data.nla_tracks[0].strips[0].name == "mine"
    assert len(lashes.data.shape_keys.animation_data.drivers) == len(shape_key_names(lashes))
    keys.key_blocks["eyeBlinkLeft"].value = 0.7
    bpy.context.view_layer.update()
    assert lashes.data.shape_keys.key_blocks["eyeBlinkLeft"].value == pytest.approx(0.7)


def test_a_persons_things_on_objects_stay(composite: Path, dressed: ImportedAvatar) -> None:
    head, body = one(dressed, "head"), one(dressed, "body")
    head.modifiers.new("Mine", "SUBSURF")
    head.constraints.new("COPY_LOCATION").name = "mine"
    head["mine"] = 7
    head.name, head.location = "Anna", (0.0, 0.0, 0.5)
    mine = bpy.data.collections.new("Mine")
    bpy.context.scene.collection.children.link(mine)
    mine.objects.link(body)
    group = body.vertex_groups.new(name="pins")
    group.add([3, 4], 0.5, "REPLACE")
    body.data.attributes.new("dirt", "FLOAT", "POINT").data[5].value = 0.75
    layer = body.data.uv_layers.new(name="Lightmap")
    layer.uv[2].vector = (0.25, 0.5)
    own = head.shape_key_add(name="scar", from_mix=False)
    own.points[10].co += Vector((0.0, 0.0, 0.01))
    head.update_tag()
    before = state(dressed.avatar)
    again = import_avatar(composite, ImportOptions(reimport=True, onto=dressed.avatar))
    assert_same(state(dressed.avatar), before)
    assert body in mine.objects[:]
    assert head["mine"] == 7
    assert body.vertex_groups["pins"].weight(4) == pytest.approx(0.5)
    assert body.data.attributes["dirt"].data[5].value == pytest.approx(0.75)
    assert tuple(body.data.uv_layers["Lightmap"].uv[2].vector) == (0.25, 0.5)
    assert any("1 own shape keys" in line for line in again.report.kept)


def test_own_materials_stay_and_ours_are_renewed_with_what_was_set(composite: Path, dressed: ImportedAvatar) -> None:
    teeth, head, garment = one(dressed, "teeth"), one(dressed, "head"), one(dressed, "garment")
    mine = bpy.data.materials.new("Gold")
    teeth.material_slots[0].material = mine
    shader = next(
        node for node in head.active_material.node_tree.nodes if node.type == "GROUP" and "Skin Colour" in node.inputs
    )
    shader.inputs["Skin Colour"].default_value = (0.1, 0.2, 0.3, 1.0)
    old = garment.active_material
    old_name, wanted = old.name, contents()["images"]
    again = import_avatar(composite, ImportOptions(reimport=True, onto=dressed.avatar, quality="simple"))
    assert teeth.material_slots[0].material == mine
    shader = next(
        node for node in head.active_material.node_tree.nodes if node.type == "GROUP" and "Skin Colour" in node.inputs
    )
    assert tuple(shader.inputs["Skin Colour"].default_value) == pytest.approx((0.1, 0.2, 0.3, 1.0))
    assert "your material Gold" in " ".join(again.report.kept)
    assert len(contents()["images"]) < len(wanted), "the simple materials need fewer"
    assert old_name in [material.name for material in bpy.data.materials] or garment.active_material.name != old_name
    assert len(contents()["materials"]) == len({slot.material for obj in again.parts for slot in obj.material_slots})


def test_another_topology_keeps_animation_and_masks(samples: Path, dressed: ImportedAvatar) -> None:
    """From LOD2 to LOD1: all vertices are others, names and animation the same."""
    head, body, garment = one(dressed, "head"), one(dressed, "body"), one(dressed, "garment")
    keys = head.data.shape_keys
    uids = [obj.session_uid for obj in (head, head.data, body)]
    full = evaluated_faces(body)
    template = samples / "metaperson2" / "template_lod1_female"
    again = import_avatar(template, ImportOptions(reimport=True, onto=dressed.avatar))
    assert [obj.session_uid for obj in (head, head.data, body)] == uids
    assert (len(head.data.vertices), len(body.data.vertices)) == (7419, 7131)
    assert head[marks.LOD] == "LOD1"
    assert keys is None or head.data.shape_keys is None, "the template has no expressions"
    assert garment[marks.SHOWN]
    assert f"{garment.name}: not in this export, as they were" in again.report.kept
    hidden = evaluated_faces(body)
    wardrobe.show(garment, shown=False)
    bpy.context.view_layer.update()
    assert full < hidden < evaluated_faces(body), "the outfit's mask still hides skin of the new body"


def test_a_garment_that_is_new_joins_and_one_that_is_worn_stays_worn(samples: Path, dressed: ImportedAvatar) -> None:
    wardrobe.show(one(dressed, "garment"), shown=False)
    outfit = samples / "metaperson2" / "outfit_ARPI_lod2_female"
    again = import_avatar(outfit, ImportOptions(reimport=True, onto=dressed.avatar))
    (part,) = again.parts
    assert part == one(dressed, "garment")
    assert not part[marks.SHOWN]
    assert part.parent == dressed.armature


def test_bones_go_where_the_newer_export_has_them_and_controls_stay(samples: Path, tmp_path: Path) -> None:
    """A newer export whose head bone stands 5 cm higher."""
    template = samples / "metaperson2" / "template_lod2_female"
    imported = import_avatar(template)
    armature = imported.armature
    assert armature is not None
    bpy.context.view_layer.objects.active = armature
    bpy.ops.object.mode_set(mode="EDIT")
    control = armature.data.edit_bones.new("CTRL")
    control.head, control.tail = (1.0, 0.0, 0.0), (1.0, 0.0, 0.2)
    bpy.ops.object.mode_set(mode="OBJECT")
    armature.pose.bones["Head"].rotation_mode = "XYZ"
    armature.pose.bones["Head"].rotation_euler.x = 0.2
    old = armature.data.bones["Head"].head_local.copy()
    newer = shutil.copytree(template, tmp_path / "newer")
    _move_bone(next(newer.glob("*.glb")), "Head", 0.05)
    again = import_avatar(newer, ImportOptions(reimport=True, onto=imported.avatar))
    assert (armature.data.bones["Head"].head_local - old).length == pytest.approx(0.05, abs=1e-4)
    assert armature.data.bones["CTRL"].tail_local.z == pytest.approx(0.2)
    assert armature.pose.bones["Head"].rotation_euler.x == pytest.approx(0.2)
    assert any("another rest" in warning for warning in again.warnings)
    assert bpy.context.mode == "OBJECT"


def _move_bone(file: Path, name: str, up: float) -> None:
    """Moves a joint of a GLB along its parent's Y, in its node and its inverse bind matrix."""
    content = bytearray(file.read_bytes())
    length = int.from_bytes(content[12:16], "little")
    root = json.loads(content[20 : 20 + length])
    index = next(number for number, node in enumerate(root["nodes"]) if node.get("name") == name)
    root["nodes"][index]["translation"][1] += up
    for skin in root["skins"]:
        view = root["bufferViews"][root["accessors"][skin["inverseBindMatrices"]]["bufferView"]]
        start = 28 + length + view.get("byteOffset", 0) + 64 * skin["joints"].index(index) + 4 * 13
        (value,) = struct.unpack_from("<f", content, start)
        struct.pack_into("<f", content, start, value - up)
    text = json.dumps(root, separators=(",", ":")).encode()
    assert len(text) <= length
    content[20 : 20 + length] = text.ljust(length)
    file.write_bytes(content)


@pytest.mark.parametrize("step", ["graft", "replace_materials", "_put_on", "take_rest_of", "_restore_later"])
def test_a_failure_in_any_step_leaves_the_avatar_as_it_was(
    samples: Path, dressed: ImportedAvatar, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    one(dressed, "head").shape_key_add(name="mine", from_mix=False)
    bpy.context.view_layer.update()
    before = state(dressed.avatar)
    real, calls = getattr(reimport, step), []

    def fail_the_second_time(*arguments: object, **options: object) -> object:
        calls.append(arguments)
        if len(calls) == (1 if step == "take_rest_of" else 2):
            raise RuntimeError("in the middle")
        return real(*arguments, **options)

    monkeypatch.setattr(reimport, step, fail_the_second_time)
    with pytest.raises(RuntimeError, match="in the middle"):
        import_avatar(
            samples / "metaperson2" / "template_lod1_female", ImportOptions(reimport=True, onto=dressed.avatar)
        )
    monkeypatch.undo()
    assert_same(state(dressed.avatar), before)


def test_without_such_an_avatar_a_new_one_arrives(composite: Path, dressed: ImportedAvatar) -> None:
    again = import_avatar(composite, ImportOptions(reimport=True, code="another"))
    assert not again.replaced
    assert again.avatar != dressed.avatar
    assert again.collection[marks.CODE] == "another"


def test_a_damaged_export_changes_nothing(composite: Path, dressed: ImportedAvatar, tmp_path: Path) -> None:
    before = state(dressed.avatar)
    export = shutil.copytree(composite, tmp_path / "export")
    content = (export / "model.bin").read_bytes()
    (export / "model.bin").write_bytes(content[: len(content) // 2])
    with pytest.raises(AvatarSDKError, match="truncated"):
        import_avatar(export, ImportOptions(reimport=True, onto=dressed.avatar))
    assert_same(state(dressed.avatar), before)


def test_an_avatar_of_another_scale_keeps_it(samples: Path) -> None:
    template = samples / "metaperson2" / "template_lod2_female"
    imported = import_avatar(template, ImportOptions(scale=2.0))
    before = evaluated_points(one(imported, "head"))
    assert before[:, 2].max() > 3.0
    again = import_avatar(template, ImportOptions(reimport=True, onto=imported.avatar))
    np.testing.assert_allclose(evaluated_points(one(again, "head")), before, atol=1e-5)
    outfit = import_avatar(samples / "metaperson2" / "outfit_ARPI_lod2_female", ImportOptions(onto=imported.avatar))
    assert evaluated_points(outfit.parts[0])[:, 2].max() > 2.0
