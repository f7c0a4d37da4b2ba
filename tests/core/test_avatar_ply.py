"""PLY meshes, point clouds and their blendshapes; damaged ones are one clear error."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avatarsdk_core.avatar.blendshapes import find_blendshapes, read_blendshapes
from avatarsdk_core.avatar.bundle import find_models
from avatarsdk_core.avatar.ply import read_ply
from avatarsdk_core.avatar.pointcloud import offset_at_neck, smooth_normals
from avatarsdk_core.errors import BundleError

SQUARE = np.array([(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0)], np.float32)
FACES = np.array([(0, 1, 2), (0, 2, 3)], np.int32)


def ply(
    points: npt.NDArray[np.float32], faces: Sequence[npt.NDArray[np.int32]] | None = None, extra: bool = False
) -> bytes:
    """As the service writes it: points (with a fourth float or without), faces with texture coordinates."""
    head = ["ply", "format binary_little_endian 1.0", "comment Created by ItSeez3D", "comment TextureFile model.jpg"]
    head += [f"element vertex {len(points)}", *(f"property float {axis}" for axis in "xyz")]
    rows = points
    if extra:
        head.append("property float w")
        rows = np.concatenate([points, np.full((len(points), 1), 9, np.float32)], axis=1)
    body = rows.astype("<f4").tobytes()
    if faces is not None:
        head += [f"element face {len(faces)}", "property list uchar int vertex_indices"]
        head += ["property list uchar float texcoord"]
        for face in faces:
            body += (
                bytes([len(face)])
                + face.astype("<i4").tobytes()
                + bytes([2 * len(face)])
                + points[face % len(points), :2].astype("<f4").tobytes()
            )
    return "\n".join([*head, "end_header", ""]).encode() + body


def written(folder: Path, content: bytes) -> Path:
    file = folder / "model.ply"
    file.write_bytes(content)
    return file


@pytest.mark.parametrize("extra", [False, True], ids=["three floats", "a fourth to ignore"])
def test_points_faces_uvs_and_texture_are_read(tmp_path: Path, extra: bool) -> None:
    mesh = read_ply(written(tmp_path, ply(SQUARE, FACES, extra)))
    np.testing.assert_array_equal(mesh.points, SQUARE)
    np.testing.assert_array_equal(mesh.triangles, FACES)
    assert mesh.uvs is not None
    np.testing.assert_array_equal(mesh.uvs, SQUARE[FACES.reshape(-1), :2])
    assert mesh.texture == "model.jpg"


@pytest.mark.parametrize("sizes", [[4], [4, 4, 3, 3], [3, 4, 3, 4, 5], [3] * 9 + [4] * 9 + [3]])
def test_faces_of_any_number_of_corners_are_read_in_the_order_of_the_file(tmp_path: Path, sizes: list[int]) -> None:
    points = np.random.default_rng(1).random((6, 3)).astype(np.float32)
    faces = [np.roll(np.arange(6, dtype=np.int32), number)[:size] for number, size in enumerate(sizes)]
    mesh = read_ply(written(tmp_path, ply(points, faces)))
    assert mesh.sizes.tolist() == sizes
    np.testing.assert_array_equal(mesh.corners, np.concatenate(faces))
    assert mesh.uvs is not None
    np.testing.assert_array_equal(mesh.uvs, points[np.concatenate(faces), :2])
    fans = [(face[0], face[corner], face[corner + 1]) for face in faces for corner in range(1, len(face) - 1)]
    np.testing.assert_array_equal(mesh.triangles, fans)


def test_a_point_cloud_has_no_faces(tmp_path: Path) -> None:
    mesh = read_ply(written(tmp_path, ply(SQUARE)))
    assert (len(mesh.points), len(mesh.corners), len(mesh.triangles), mesh.uvs) == (4, 0, 0, None)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "not a PLY"),
        (b"glTF" * 20, "not a PLY"),
        (ply(SQUARE)[:-1], "truncated"),
        (ply(SQUARE, FACES)[:-1], "truncated"),
        (ply(SQUARE, FACES + 2), "isn't there"),
        (ply(SQUARE, -FACES), "isn't there"),
        (ply(SQUARE * np.float32(np.nan)), "no numbers"),
        (ply(SQUARE[:0]), "without points"),
        (ply(SQUARE, FACES).replace(b"\x03", b"\x02"), "faces of 2 corners"),
        (ply(SQUARE, FACES).replace(b"\x06", b"\x07"), "two a corner"),
        (ply(SQUARE, FACES).replace(b"list uchar int", b"list float int"), "properties"),
        (ply(SQUARE).replace(b"binary_little_endian", b"ascii"), "ascii"),
        (ply(SQUARE).replace(b"vertex 4", b"vertex 99999999999"), "more than"),
        (ply(SQUARE).replace(b"vertex 4", b"vertex -1"), "more than"),
        (ply(SQUARE).replace(b"vertex 4", b"vertex x"), "header"),
        (ply(SQUARE).replace(b"float y", b"float x"), "properties"),
        (ply(SQUARE).replace(b"float y", b"half y"), "properties"),
        (ply(SQUARE).replace(b"property float y\n", b"property\n"), "properties"),
        (ply(SQUARE).replace(b"property float ", b"comment "), "no properties"),
        (ply(SQUARE).replace(b" binary_little_endian 1.0", b" "), "format"),
        (ply(SQUARE).replace(b"float y", b"float q"), "no x, y and z"),
    ],
)
def test_a_damaged_ply_is_one_clear_error(tmp_path: Path, content: bytes, word: str) -> None:
    with pytest.raises(BundleError, match=word) as raised:
        read_ply(written(tmp_path, content))
    assert "model.ply" in str(raised.value)


@settings(max_examples=600, deadline=None)
@given(st.integers(0, 460), st.binary(min_size=1, max_size=8))
def test_whatever_is_damaged_in_a_ply_no_other_error_comes_out(
    tmp_path_factory: pytest.TempPathFactory, place: int, damage: bytes
) -> None:
    content = bytearray(ply(SQUARE, FACES))
    content[place : place + len(damage)] = damage
    try:
        mesh = read_ply(written(tmp_path_factory.mktemp("ply"), bytes(content)))
    except BundleError:
        return
    assert np.isfinite(mesh.points).all()
    assert not len(mesh.corners) or mesh.corners.max() < len(mesh.points)


def shape(folder: Path, name: str, content: bytes, kind: str = "mobile_51") -> None:
    (folder / "blendshapes" / "AvatarHead" / kind).mkdir(parents=True, exist_ok=True)
    (folder / "blendshapes" / "AvatarHead" / kind / name).write_bytes(content)


def test_blendshapes_are_found_by_mesh_and_set_and_read_as_deltas(tmp_path: Path) -> None:
    shape(tmp_path, "jawOpen.bin", (SQUARE * 0.1).astype("<f4").tobytes())
    shape(tmp_path, "aa.bin", (SQUARE * 0.2).astype("<f4").tobytes(), "visemes_14")
    shape(tmp_path, "notes.txt", b"no shape")
    found = read_blendshapes(find_blendshapes([tmp_path], "AvatarHead"), SQUARE)
    assert list(found) == ["jawOpen", "aa"]
    np.testing.assert_allclose(found["aa"], SQUARE * 0.2, atol=1e-6)
    assert find_blendshapes([tmp_path], "AvatarBody") == {}


def test_a_ply_blendshape_may_hold_positions_or_deltas(tmp_path: Path) -> None:
    delta = np.array([(0, 0, 0.01)] * 4, np.float32)
    shape(tmp_path, "positions.ply", ply(SQUARE + delta))
    shape(tmp_path, "deltas.ply", ply(delta))
    found = read_blendshapes(find_blendshapes([tmp_path], "AvatarHead"), SQUARE)
    for values in found.values():
        np.testing.assert_allclose(values, delta, atol=1e-6)


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"12345", "truncated"), (b"", "0 vertices"), (bytes(12 * 5), "5 vertices"), (b"\xff" * 48, "no numbers")],
)
def test_a_damaged_blendshape_is_one_clear_error(tmp_path: Path, content: bytes, word: str) -> None:
    shape(tmp_path, "jawOpen.bin", content)
    with pytest.raises(BundleError, match=word) as raised:
        read_blendshapes(find_blendshapes([tmp_path], "AvatarHead"), SQUARE)
    assert "jawOpen.bin" in str(raised.value)


def test_the_plys_of_a_folder_are_one_model_and_its_blendshapes_are_none(tmp_path: Path) -> None:
    for name in ("AvatarHead", "AvatarTeethLower"):
        (tmp_path / f"{name}.ply").write_bytes(ply(SQUARE))
    shape(tmp_path, "jawOpen.ply", ply(SQUARE))
    (file,) = find_models(tmp_path).files
    assert [path.stem for path in file.plys] == ["AvatarHead", "AvatarTeethLower"]
    (file,) = find_models(tmp_path / "AvatarTeethLower.ply").files
    assert [path.stem for path in file.plys] == ["AvatarTeethLower"]


def test_normals_are_smooth_across_a_seam() -> None:
    """A roof whose ridge is split in two: both halves get the ridge's normal, straight up."""
    left = np.array([(0, 0, 0), (0, 1, 0), (1, 0, 1), (1, 1, 1)], np.float32)
    right = left * (-1, 1, 1) + (2, 0, 0)
    points = np.concatenate([left, right]).astype(np.float32)
    faces = np.array([(0, 2, 1), (2, 3, 1), (4, 5, 6), (6, 5, 7)], np.int32)
    normals = smooth_normals(points, faces)
    np.testing.assert_allclose(normals[2], normals[6], atol=1e-6)
    np.testing.assert_allclose(normals[[2, 3]][:, 0], 0, atol=0.35)
    assert (normals[:, 2] > 0).all()


def test_a_real_cloud_stands_by_its_neck(samples: Path) -> None:
    """Counted in the files: the template's neck is 1.3475 mm above the cloud's."""
    head = read_ply(samples / "metaperson2" / "pointcloud_lod1_female" / "AvatarHead.ply").points
    raised = head + np.float32((0, 0.0013475, 0))
    raised[head[:, 1] > 1.5] += np.float32((0.01, 0, 0))  # another face on the same neck
    np.testing.assert_allclose(offset_at_neck(raised, head, up=1), (0, 0.0013475, 0), atol=1e-6)
