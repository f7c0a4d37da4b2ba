# SPDX-License-Identifier: GPL-3.0-or-later
"""Exports as people have them on their disks: zips in subfolders, several at once, blendshapes in one of their own."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import bpy
import numpy as np
import pytest

from avatarsdk_core.errors import BundleError
from blender_addon import marks
from blender_addon.importing import ImportedAvatar, ImportOptions, import_avatar
from tests.blender.scene import shape_key_names


@pytest.fixture
def shaped(samples: Path) -> Path:
    return samples / "SYNTHETIC" / "export_shaped"


def part_roles(imported: ImportedAvatar) -> list[str]:
    return sorted({str(obj[marks.ROLE]) for obj in imported.parts})


def zipped(file: Path, content: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return file


def test_a_folder_of_zips_is_what_its_list_names(shaped: Path, tmp_path: Path) -> None:
    """Three avatars lie in it; export.json names one, and an outfit with static masks."""
    export = shutil.copytree(shaped, tmp_path / "export")
    (export / "ARPI_body.zip").write_bytes(b"no zip at all")
    imported = import_avatar(export)
    assert {"garment", "head"} <= set(part_roles(imported))
    assert "ARPI_body.zip: export.json doesn't name it" in imported.report.skipped
    assert "body_fbx/avatar.zip: export.json doesn't name it" in imported.report.skipped
    assert imported.hidden_faces["ARPI"]["AvatarHead"] == pytest.approx(56, rel=0.1), "static masks are found"
    assert imported.collection.name == "export"
    assert not list(export.rglob("model.glb")), "nothing is unpacked beside"


def test_without_a_list_all_zips_count_and_two_people_are_told(shaped: Path, tmp_path: Path) -> None:
    export = shutil.copytree(shaped, tmp_path / "export")
    (export / "export.json").unlink()
    with pytest.raises(BundleError, match=r"holds 3 avatars \(.*body_fbx.*head_glb.*choose one"):
        import_avatar(export)
    shutil.rmtree(export / "body_fbx")
    shutil.rmtree(export / "body_fbx_flat")
    assert {"garment", "head"} <= set(part_roles(import_avatar(export)))


def test_several_zips_of_one_export_at_once(shaped: Path) -> None:
    zips = [shaped / "head_glb" / "avatar.zip", shaped / "outfit_discrete" / "ARPI.zip"]
    imported = import_avatar(zips)
    assert {"garment", "head"} <= set(part_roles(imported))
    assert len(imported.report.found) == 2


def test_a_model_and_an_outfit_from_different_places(samples: Path, shaped: Path) -> None:
    paths = [samples / "metaperson2" / "template_lod2_female", shaped / "outfit_discrete" / "ARPI.zip"]
    imported = import_avatar(paths)
    assert {"body", "garment", "head"} <= set(part_roles(imported))


@pytest.mark.parametrize("top", ["", "blendshapes/"])
@pytest.mark.parametrize("chosen", ["folder", "model", "zip", "both"])
def test_blendshapes_in_a_zip_beside_the_mesh(samples: Path, tmp_path: Path, top: str, chosen: str) -> None:
    """As head_1.x has them: one mesh, shapes in a set's folder or flat."""
    count = 4
    points = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], "<f4")
    header = (
        f"ply\nformat binary_little_endian 1.0\nelement vertex {count}\n"
        "property float x\nproperty float y\nproperty float z\n"
        "element face 2\nproperty list uchar int vertex_indices\nend_header\n"
    )
    faces = b"".join(b"\x03" + np.array(corners, "<i4").tobytes() for corners in ((0, 1, 2), (0, 2, 3)))
    ply = header.encode() + points.tobytes() + faces
    deltas = np.full((count, 3), 0.25, "<f4").tobytes()
    zipped(tmp_path / "blendshapes.zip", {f"{top}jawOpen.bin": deltas, f"{top}visemes_15/aa.bin": deltas})
    mesh = tmp_path / "head.ply"
    if chosen in ("zip", "both"):
        mesh = zipped(tmp_path / "mesh.zip", {"model.ply": ply})
    else:
        mesh.write_bytes(ply)
    path = {"folder": tmp_path, "both": [mesh, tmp_path / "blendshapes.zip"]}.get(chosen, mesh)
    imported = import_avatar(path)  # type: ignore[arg-type]
    assert shape_key_names(imported.parts[0]) == ["aa", "jawOpen"]
    moved = imported.parts[0].data.shape_keys.key_blocks["jawOpen"].points[0].co
    assert tuple(moved) == pytest.approx((0.25, -0.25, 0.25))


def test_the_avatars_code_is_the_lists(shaped: Path, tmp_path: Path) -> None:
    export = shutil.copytree(shaped / "head_glb", tmp_path / "export")
    content = {"avatar_code": "abc", "files": [{"identity": "avatar", "category": None}]}
    (export / "export.json").write_text(json.dumps(content))
    first = import_avatar(export)
    assert first.collection[marks.CODE] == "abc"
    again = import_avatar(export, ImportOptions(reimport=True))
    assert again.replaced
    assert again.avatar == first.avatar
    assert len([obj for obj in bpy.data.objects if obj.type == "ARMATURE"]) == 1


def test_a_zip_beside_a_model_is_told_and_not_taken(samples: Path, shaped: Path, tmp_path: Path) -> None:
    export = shutil.copytree(samples / "metaperson2" / "template_lod2_female", tmp_path / "export")
    shutil.copy(shaped / "outfit_discrete" / "ARPI.zip", export)
    imported = import_avatar(export)
    assert "garment" not in part_roles(imported)
    assert "ARPI.zip: a zip beside a model; choose both to import it too" in imported.report.skipped


def test_no_path_at_all_is_told() -> None:
    with pytest.raises(BundleError, match="Nothing to import"):
        import_avatar([])
    with pytest.raises(BundleError, match="no such file"):
        import_avatar(["/nowhere/a.zip", "/nowhere/b.zip"])
