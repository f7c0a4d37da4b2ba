# SPDX-License-Identifier: GPL-3.0-or-later
"""What the options ask for is what arrives; what the dialog was told stays told; what is too large is refused."""

from __future__ import annotations

import ast
import json
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import bpy
import numpy as np
import pytest

import blender_addon
from avatarsdk_core.avatar.limits import Limits
from avatarsdk_core.avatar.selection import PartGroup
from avatarsdk_core.avatar.shape_groups import ShapeGroup
from avatarsdk_core.errors import BundleError
from blender_addon import marks
from blender_addon.importing import ImportOptions, import_avatar, remembered
from blender_addon.importing.report import report_of
from tests.blender.scene import contents, evaluated_faces, evaluated_points, shape_key_names


def refused(path: Path, options: ImportOptions, *words: str) -> None:
    before = contents()
    with pytest.raises(BundleError) as raised:
        import_avatar(path, options)
    assert contents() == before
    for word in words:
        assert word in str(raised.value)


def test_parts_that_are_not_wanted_stay_out_and_are_told(composite: Path) -> None:
    imported = import_avatar(composite, ImportOptions(parts=frozenset({PartGroup.HEAD})))
    assert {obj[marks.ROLE] for obj in imported.parts} == {"head", "eyelashes", "cornea", "eyeball", "teeth"}
    assert "AvatarBody: body not wanted" in imported.report.skipped
    assert len(contents()["objects"]) == len(imported.parts) + 1
    assert not [name for name in contents()["images"] if name.startswith(("ARPI", "AvatarBody"))]


def test_an_outfit_alone_can_be_taken_from_a_clothed_avatar(composite: Path, samples: Path) -> None:
    person = import_avatar(samples / "metaperson2" / "template_lod2_female")
    only = ImportOptions(parts=frozenset({PartGroup.OUTFITS}), onto=person.avatar)
    outfit = import_avatar(composite, only)
    assert outfit.avatar == person.avatar
    assert outfit.hidden_faces["ARPI"]["AvatarBody"] == pytest.approx(2680, rel=0.01)


def test_without_the_body_its_mask_hides_no_face(composite: Path) -> None:
    imported = import_avatar(composite, ImportOptions(parts=frozenset({PartGroup.HEAD, PartGroup.OUTFITS})))
    (head,) = marks.parts_of(imported.avatar, "head")
    assert evaluated_faces(head) > 0.95 * len(head.data.polygons)


def test_shape_keys_come_by_group(samples: Path) -> None:
    head = samples / "metaperson2" / "head_only_lod2_female"
    imported = import_avatar(head, ImportOptions(shapes=frozenset({ShapeGroup.VISEMES})))
    (part,) = marks.parts_of(imported.avatar, "head")
    assert len(shape_key_names(part)) == 15
    assert any("51 shape keys not wanted" in line for line in imported.report.skipped)
    none = import_avatar(head, ImportOptions(shapes=frozenset()))
    assert all(obj.data.shape_keys is None for obj in none.parts)


def test_nothing_wanted_is_told(composite: Path) -> None:
    refused(composite, ImportOptions(parts=frozenset({PartGroup.HAIR})), "nothing of it is wanted")


def test_triangles_become_quads_and_nothing_else_changes(samples: Path) -> None:
    head = samples / "metaperson2" / "head_only_lod2_female"
    plain, quads = import_avatar(head), import_avatar(head, ImportOptions(quads=True))
    for before, after in zip(plain.parts, quads.parts, strict=True):
        np.testing.assert_array_equal(evaluated_points(before), evaluated_points(after))
        assert shape_key_names(before) == shape_key_names(after)
    (old,), (new,) = (marks.parts_of(imported.avatar, "head") for imported in (plain, quads))
    sizes = [len(face.vertices) for face in new.data.polygons]
    assert sizes.count(4) > 0.6 * len(sizes)
    assert set(sizes) <= {3, 4}
    old_normals, new_normals = _vertex_normals(old.data), _vertex_normals(new.data)
    assert np.degrees(np.arccos(np.clip((old_normals * new_normals).sum(axis=1), -1, 1))).max() < 1.0


def _vertex_normals(mesh: bpy.types.Mesh) -> np.ndarray:
    """Mean of the corners' normals at each vertex, as they shade."""
    corners, normals = np.empty(len(mesh.loops), np.int32), np.empty(len(mesh.loops) * 3, np.float32)
    mesh.loops.foreach_get("vertex_index", corners)
    mesh.corner_normals.foreach_get("vector", normals)
    summed = np.zeros((len(mesh.vertices), 3))
    np.add.at(summed, corners, normals.reshape(-1, 3))
    return summed / np.linalg.norm(summed, axis=1, keepdims=True)


def test_scale_goes_into_the_data(samples: Path) -> None:
    head = samples / "metaperson2" / "head_only_lod2_female"
    small, large = import_avatar(head), import_avatar(head, ImportOptions(scale=10.0))
    for one, other in zip(small.parts, large.parts, strict=True):
        assert tuple(other.matrix_world.to_scale()) == pytest.approx((1, 1, 1))
        np.testing.assert_allclose(evaluated_points(other), evaluated_points(one) * 10, atol=1e-4)
    assert small.armature is not None
    assert large.armature is not None
    for bone in small.armature.data.bones:
        assert (large.armature.data.bones[bone.name].head_local - bone.head_local * 10).length < 1e-4


def test_a_named_collection_is_taken_or_made(samples: Path) -> None:
    head = samples / "metaperson2" / "head_only_lod2_female"
    for _ in range(2):
        imported = import_avatar(head, ImportOptions(collection="Cast"))
        assert imported.collection.name in bpy.data.collections["Cast"].children
    assert bpy.data.collections["Cast"].name in bpy.context.scene.collection.children


def test_textures_are_copied_beside_the_blend(composite: Path, tmp_path: Path) -> None:
    unsaved = import_avatar(composite, ImportOptions(textures="copy"))
    assert any("never saved" in warning for warning in unsaved.warnings)
    assert all(image.packed_file for image in bpy.data.images)
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "cast.blend"))
    import_avatar(composite, ImportOptions(textures="copy"))
    used = [image for image in bpy.data.images if image.users]
    assert len(used) > 10
    for image in used:
        assert image.packed_file is None
        assert image.filepath == f"//textures/{image.name}"
        assert (tmp_path / "textures" / image.name).read_bytes() == (composite / image.name).read_bytes()
        assert image.size[0] > 0


def test_the_report_is_found_on_the_avatar(composite: Path) -> None:
    imported = import_avatar(composite, ImportOptions(parts=frozenset(PartGroup) - {PartGroup.OUTFITS}))
    told = report_of(imported.collection)
    assert ("Left out", "outfit: outfits not wanted") in told
    assert told[0][0] == "Found"
    assert "shape keys: 51 arkit" in told[0][1]


def test_too_many_polygons_are_refused_with_the_limit_and_the_way_out(samples: Path) -> None:
    for name in ("template_lod2_female", "fbx_body_lod2_female", "pointcloud_lod1_female"):
        export = samples / "metaperson2" / name
        options = ImportOptions(limits=Limits(polygons=1000), template=samples / "metaperson2" / "template_lod1_female")
        refused(export, options, "the limit is 1,000", "raise the limit")


def test_too_large_a_file_is_refused(samples: Path, composite: Path) -> None:
    options = ImportOptions(limits=Limits(file_bytes=100_000))
    refused(samples / "metaperson2" / "fbx_body_lod2_female", options, "model.fbx", "the limit is 0 MB")
    refused(composite, options, "model.bin", "raise the limit")


def test_too_many_pixels_are_refused_before_anybody_decodes_them(composite: Path, tmp_path: Path) -> None:
    refused(composite, ImportOptions(limits=Limits(texture_pixels=10_000)), "x", "the limit is 10,000")
    huge = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    (tmp_path / "model.jpg").write_bytes(huge + _chunk(b"IDAT", zlib.compress(b"")) + _chunk(b"IEND", b""))
    (tmp_path / "model.obj").write_bytes(b"v 0 0 0\nv 1 0 0\nv 0 1 0\nvt 0 0\nf 1/1 2/1 3/1\n")
    refused(tmp_path, ImportOptions(), "model.jpg", "60,000 x 60,000", "scale the picture down")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


@pytest.fixture
def operator(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[object]:
    monkeypatch.setattr(remembered, "user_folder", lambda: tmp_path / "user")
    blender_addon.register()
    try:
        yield bpy.ops.import_scene.avatar_sdk
    finally:
        blender_addon.unregister()


def test_the_operator_has_every_option(operator: object, composite: Path) -> None:
    result = operator(  # type: ignore[operator]
        filepath=str(composite / "model.gltf"),
        parts={"head"},
        shapes={"visemes"},
        scale=2.0,
        quads=True,
        quality="simple",
    )
    assert result == {"FINISHED"}
    armature = bpy.context.view_layer.objects.active
    assert {obj[marks.ROLE] for obj in marks.parts_of(marks.avatar_id(armature))} >= {"head", "teeth"}
    again = operator(filepath=str(composite / "model.gltf"), into="REPLACE")  # type: ignore[operator]
    assert again == {"FINISHED"}
    assert len([obj for obj in bpy.data.objects if obj.type == "ARMATURE"]) == 1


def test_what_was_chosen_is_kept_outside_the_blend(operator: object, tmp_path: Path) -> None:
    remembered.remember({"parts": ["head"], "scale": 2.0, "nonsense": 1, "lod": "LOD9"})
    assert json.loads((tmp_path / "user" / remembered.FILE).read_text()) == remembered.remembered()
    (tmp_path / "user" / remembered.FILE).write_text("{not json")
    assert remembered.remembered() == {}


def test_presets_set_options_that_exist(operator: object) -> None:
    properties = operator.get_rna_type().properties  # type: ignore[attr-defined]
    folders = [Path(folder) for folder in bpy.utils.preset_paths("operator/import_scene.avatar_sdk")]
    presets = [preset for folder in folders for preset in folder.glob("*.py")]
    assert len(presets) >= 4
    for preset in presets:
        for line in preset.read_text().splitlines():
            if line.startswith("op."):
                name, _, value = line.removeprefix("op.").partition(" = ")
                chosen = ast.literal_eval(value)
                if isinstance(chosen, set | str):
                    known = {item.identifier for item in properties[name].enum_items}
                    assert ({chosen} if isinstance(chosen, str) else chosen) <= known, preset.name
                assert name in properties, preset.name


def test_quads_of_the_file_are_kept(tmp_path: Path) -> None:
    text = "v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nv 2 0 0\nv 2 1 0\nf 1 2 3 4\nf 2 5 6 3\n"
    (tmp_path / "model.obj").write_text(text)
    (part,) = import_avatar(tmp_path / "model.obj").parts
    assert [len(face.vertices) for face in part.data.polygons] == [4, 4]


def test_replacing_is_one_step_back_and_forth(operator: object, composite: Path, samples: Path) -> None:
    def vertices() -> int:
        return len(next(obj for obj in bpy.data.objects if obj.get(marks.ROLE) == "head").data.vertices)

    bpy.ops.ed.undo_push(message="start")
    operator("EXEC_DEFAULT", True, filepath=str(composite / "model.gltf"))  # type: ignore[operator]
    template = samples / "metaperson2" / "template_lod1_female"
    operator("EXEC_DEFAULT", True, filepath=f"{template}/", into="REPLACE")  # type: ignore[operator]
    for _ in range(5):
        assert vertices() == 7419
        bpy.ops.ed.undo()
        assert vertices() == 1760
        bpy.ops.ed.redo()
    bpy.context.view_layer.update()
