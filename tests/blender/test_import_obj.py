# SPDX-License-Identifier: GPL-3.0-or-later
"""OBJ as older pipelines deliver it: metres, Y up, no normals, one texture. Made of a real head's points and faces."""

from __future__ import annotations

import shutil
from pathlib import Path

import bpy
import numpy as np
import pytest
from mathutils import Matrix

from blender_addon import marks
from blender_addon.importing import import_avatar
from tests.blender.scene import contents, evaluated_points, image_names


@pytest.fixture
def exported(samples: Path, tmp_path: Path) -> tuple[Path, np.ndarray]:
    """An OBJ's folder, and where its points stand in Blender."""
    imported = import_avatar(samples / "legacy_animated_face")
    (head,) = imported.parts
    points, layer = evaluated_points(head), head.data.uv_layers[0]
    lines = ["mtllib model.mtl", "o AvatarHead", *(f"v {x:.6f} {z:.6f} {-y:.6f}" for x, y, z in points)]
    lines += [f"vt {uv.vector[0]:.6f} {uv.vector[1]:.6f}" for uv in layer.uv]
    lines.append("usemtl Skin")
    for face in head.data.polygons:
        corners = zip(face.vertices, face.loop_indices, strict=True)
        lines.append("f " + " ".join(f"{vertex + 1}/{loop + 1}" for vertex, loop in corners))
    (tmp_path / "model.obj").write_text("\n".join(lines) + "\n")
    (tmp_path / "model.mtl").write_text("newmtl Skin\nKd 1 1 1\nmap_Kd C:\\somewhere else\\model.jpg\n")
    shutil.copy(samples / "legacy_animated_face" / "model.jpg", tmp_path)
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    return tmp_path, points


def test_it_stands_upright_in_metres_with_its_places_in_the_data(exported: tuple[Path, np.ndarray]) -> None:
    folder, points = exported
    (head,) = import_avatar(folder).parts
    assert head.matrix_world == Matrix()
    assert head[marks.ROLE] == "head"
    np.testing.assert_allclose(evaluated_points(head), points, atol=1e-5)
    assert [layer.name for layer in head.data.uv_layers] == ["UVMap"]


def test_it_is_smooth_without_normals_and_keeps_nothing_of_the_importer(exported: tuple[Path, np.ndarray]) -> None:
    (head,) = import_avatar(exported[0]).parts
    assert all(face.use_smooth for face in head.data.polygons)
    assert contents()["materials"] == ["AvatarHead"]
    assert contents()["objects"] == ["AvatarHead"]


def test_its_texture_is_found_beside_it_whatever_path_its_material_names(exported: tuple[Path, np.ndarray]) -> None:
    (head,) = import_avatar(exported[0]).parts
    assert image_names(head.active_material) == {"model.jpg"}
