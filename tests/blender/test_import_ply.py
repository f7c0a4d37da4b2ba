# SPDX-License-Identifier: GPL-3.0-or-later
"""PLY: point clouds on a template's mesh, meshes with faces, `.bin` blendshapes as shape keys."""

from __future__ import annotations

import shutil
from pathlib import Path

import bpy
import numpy as np
import pytest

from avatarsdk_core.avatar.ply import read_ply
from avatarsdk_core.errors import BundleError
from blender_addon import marks
from blender_addon.importing import ImportedAvatar, ImportOptions, import_avatar
from tests.blender.scene import contents, evaluated_points, image_names, shape_key_names, transparent_without_texture


@pytest.fixture
def cloud(samples: Path) -> Path:
    return samples / "metaperson2" / "pointcloud_lod1_female"


@pytest.fixture
def template(samples: Path) -> Path:
    return samples / "metaperson2" / "template_lod1_female"


def part(imported: ImportedAvatar, name: str) -> bpy.types.Object:
    return next(obj for obj in imported.parts if obj.name.split(".")[0] == name)


def z_up(points: np.ndarray) -> np.ndarray:
    return np.stack([points[:, 0], -points[:, 2], points[:, 1]], axis=1)


def as_mesh(cloud: Path, template: ImportedAvatar, name: str) -> bytes:
    """The cloud's PLY with the faces and texture coordinates of the same mesh in a template."""
    mesh = part(template, name).data
    mesh.calc_loop_triangles()
    content = (cloud / f"{name}.ply").read_bytes()
    header = b"element face %d\nproperty list uchar int vertex_indices\nproperty list uchar float texcoord\n"
    body = b""
    for triangle in mesh.loop_triangles:
        uvs = [mesh.uv_layers[0].uv[loop].vector[:] for loop in triangle.loops]
        body += b"\x03" + np.array(triangle.vertices, "<i4").tobytes() + b"\x06" + np.array(uvs, "<f4").tobytes()
    return content.replace(b"end_header", header % len(mesh.loop_triangles) + b"end_header") + body


def test_a_point_cloud_alone_is_refused_and_told_what_it_needs(cloud: Path) -> None:
    before = contents()
    with pytest.raises(BundleError, match=r"point cloud.*no faces.*template") as raised:
        import_avatar(cloud)
    assert "\n" not in str(raised.value)
    assert contents() == before


def test_on_a_template_of_another_lod_it_is_refused_with_the_numbers(samples: Path, cloud: Path) -> None:
    before = contents()
    with pytest.raises(BundleError, match=r"6,300 points.*130.*same LOD"):
        import_avatar(cloud, ImportOptions(template=samples / "metaperson2" / "template_lod2_female"))
    assert contents() == before


def test_on_its_template_it_is_the_clouds_person_on_the_templates_skeleton(cloud: Path, template: Path) -> None:
    imported = import_avatar(cloud, ImportOptions(template=template))
    plain = import_avatar(template)
    assert len(imported.parts) == 9
    assert imported.armature is not None
    assert len(imported.armature.data.bones) == 73
    for file in cloud.glob("*.ply"):
        points = z_up(read_ply(file).points) + np.float32((0, 0, 0.00134754))  # measured between the two files
        np.testing.assert_allclose(evaluated_points(part(imported, file.stem)), points, atol=1e-5, err_msg=file.stem)
    np.testing.assert_array_equal(
        evaluated_points(part(imported, "AvatarBody")), evaluated_points(part(plain, "AvatarBody"))
    )
    head, other = (evaluated_points(part(avatar, "AvatarHead")) for avatar in (imported, plain))
    unmoved = np.linalg.norm(head - other, axis=1) < 1e-5
    assert unmoved.sum() >= 39  # counted in the files: the rim of the neck, where no gap may be
    assert unmoved[other[:, 2].argmin()]
    assert np.linalg.norm(head - other, axis=1).max() > 0.001  # but another face


def test_its_blendshapes_are_shape_keys_that_add_what_the_files_say(cloud: Path, template: Path) -> None:
    imported = import_avatar(cloud, ImportOptions(template=template))
    for name in ("AvatarHead", "AvatarEyelashes", "AvatarTeethLower"):
        files = {file.stem: file for file in (cloud / "blendshapes" / name).glob("*/*.bin")}
        obj = part(imported, name)
        assert set(shape_key_names(obj)) == set(files)
        keys = obj.data.shape_keys.key_blocks
        basis = np.array([point.co[:] for point in keys["Basis"].points])
        for shape in ("jawOpen", "eyeBlinkLeft"):
            if shape in files:
                moved = np.array([point.co[:] for point in keys[shape].points]) - basis
                expected = z_up(np.fromfile(files[shape], "<f4").reshape(-1, 3))
                np.testing.assert_allclose(moved, expected, atol=1e-6)
    part(imported, "AvatarHead").data.shape_keys.key_blocks["jawOpen"].value = 1.0
    bpy.context.view_layer.update()
    assert part(imported, "AvatarTeethLower").data.shape_keys.key_blocks["jawOpen"].value == pytest.approx(1.0)


def test_its_own_textures_come_before_the_templates(cloud: Path, template: Path) -> None:
    imported = import_avatar(cloud, ImportOptions(template=template))
    assert image_names(part(imported, "AvatarHead").active_material) == {
        "AvatarHeadFemale_Color_1K.png",
        "AvatarHeadFemale_Normal1_1K.png",  # only the template has one
    }
    cornea = part(imported, "AvatarLeftCornea").active_material
    assert image_names(cornea) == {"AvatarLeftCornea_Color_512.png"}
    assert not transparent_without_texture(cornea)


def test_its_normals_are_its_own_and_smooth(cloud: Path, template: Path) -> None:
    head = part(import_avatar(cloud, ImportOptions(template=template)), "AvatarHead").data
    normals = np.empty(len(head.loops) * 3, np.float32)
    head.corner_normals.foreach_get("vector", normals)
    corners = np.empty(len(head.loops), np.int32)
    head.loops.foreach_get("vertex_index", corners)
    points = np.empty(len(head.vertices) * 3, np.float32)
    head.vertices.foreach_get("co", points)
    _, place = np.unique(points.reshape(-1, 3)[corners].round(6), axis=0, return_inverse=True)
    place = place.reshape(-1)
    mean = np.zeros((place.max() + 1, 3))
    np.add.at(mean, place, normals.reshape(-1, 3))
    mean /= np.linalg.norm(mean, axis=1, keepdims=True)
    alike = (normals.reshape(-1, 3) * mean[place]).sum(axis=1)
    assert alike.min() > 0.99  # where a seam splits a vertex, both halves shine alike


def test_a_ply_with_faces_needs_no_template(cloud: Path, template: Path, tmp_path: Path) -> None:
    plain = import_avatar(template)
    export = tmp_path / "export"
    shutil.copytree(cloud / "blendshapes", export / "blendshapes")
    for name in ("AvatarHead", "AvatarLeftCornea"):
        (export / f"{name}.ply").write_bytes(as_mesh(cloud, plain, name))
    for image in cloud.glob("*.png"):
        shutil.copy(image, export)
    imported = import_avatar(export)
    head = part(imported, "AvatarHead")
    assert {obj[marks.ROLE] for obj in imported.parts} == {"head", "cornea"}
    assert head[marks.LOD] == "LOD1"
    assert imported.armature is None
    assert len(head.data.polygons) == 14404
    np.testing.assert_allclose(evaluated_points(head), z_up(read_ply(cloud / "AvatarHead.ply").points), atol=1e-6)
    assert len(shape_key_names(head)) == len(list((cloud / "blendshapes" / "AvatarHead").glob("*/*.bin")))
    assert "AvatarHeadFemale_Color_1K.png" in image_names(head.active_material)
    expected = np.array([uv.vector[:] for uv in part(plain, "AvatarHead").data.uv_layers[0].uv])
    found = np.array([uv.vector[:] for uv in head.data.uv_layers[0].uv])
    np.testing.assert_allclose(np.unique(found.round(4), axis=0), np.unique(expected.round(4), axis=0), atol=1e-3)


def test_a_damaged_cloud_or_blendshape_leaves_nothing(cloud: Path, template: Path, tmp_path: Path) -> None:
    before = contents()
    for damaged in ("AvatarHead.ply", "blendshapes/AvatarHead/mobile_51/jawOpen.bin"):
        export = shutil.copytree(cloud, tmp_path / Path(damaged).name)
        (export / damaged).write_bytes((export / damaged).read_bytes()[:-100])
        with pytest.raises(BundleError, match=Path(damaged).name):
            import_avatar(export, ImportOptions(template=template))
        assert contents() == before
