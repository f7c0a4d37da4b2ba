"""What `inspect` finds in real exports, and what it says of what is none."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from avatarsdk_core.cli import failures
from avatarsdk_core.cli.app import cli
from avatarsdk_core.cli.inspection import inspect_path
from avatarsdk_core.errors import BundleError


def test_a_dressed_avatar_s_parts_shapes_and_textures(samples: Path) -> None:
    found = inspect_path(samples / "SYNTHETIC" / "composite_female_lod2_ARPI_gltf")
    (file,) = found.files
    parts = {part.name: part for part in file.parts}
    assert (file.path, file.joints, file.sets[0]) == ("model.gltf", 73, "mobile_51")
    assert file.height == pytest.approx(1.74, abs=0.01)
    head = parts["AvatarHead"]  # counts: API documentation, LOD table of MetaPerson 2.0
    assert (head.role, head.lod, head.vertices, head.triangles) == ("head", "LOD2", 1760, 3314)
    assert {"body_mask", "head_mask"} <= set(parts["outfit"].textures)
    assert len(found.textures) == 18
    assert file.bytes > (samples / "SYNTHETIC" / "composite_female_lod2_ARPI_gltf" / "model.gltf").stat().st_size


def test_point_clouds_with_the_shapes_beside_them(samples: Path) -> None:
    (file,) = inspect_path(samples / "metaperson2" / "pointcloud_lod1_female").files
    parts = {part.name: part for part in file.parts}
    assert (parts["AvatarHead"].role, parts["AvatarHead"].vertices) == ("point cloud", 7419)
    assert parts["AvatarHead"].shapes > 0


def test_a_zip_and_a_single_file_are_taken_too(samples: Path, tmp_path: Path) -> None:
    glb = samples / "metaperson2" / "head_only_lod2_female" / "model.glb"
    with zipfile.ZipFile(tmp_path / "avatar.zip", "w") as archive:
        archive.write(glb, "avatar/model.glb")
    (zipped,), (alone,) = inspect_path(tmp_path / "avatar.zip").files, inspect_path(glb).files
    assert zipped.parts == alone.parts
    assert zipped.sets == ("mobile_51", "visemes_15")
    assert [path.name for path in tmp_path.iterdir()] == ["avatar.zip"]


def test_what_only_blender_reads_is_named(samples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert failures.run(cli, ["inspect", str(samples / "metaperson2" / "fbx_body_lod2_female")]) == 0
    said = capsys.readouterr()
    assert "model.fbx" in said.out
    assert "only Blender reads what is in an FBX" in said.err


def test_json_is_for_scripts(samples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert failures.run(cli, ["inspect", "--json", str(samples / "metaperson2" / "head_only_lod2_female")]) == 0
    told = json.loads(capsys.readouterr().out)
    assert sum(part["vertices"] for part in told["files"][0]["parts"]) == 6430 - 3409  # all but the body
    assert "age" not in json.dumps(told)  # the guesses in its model.json stay there


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("nothing", None, "no such file"),
        ("empty", {}, "holds no model"),
        ("photo.jpg", b"\xff\xd8\xff", "not a model"),
        ("model.glb", b"glTF", "not a GLB file"),
        ("cut.zip", b"PK\x03\x04cut", "not a model"),
        ("model.gltf", b'{"asset": {"version": "2.0"}, "nodes": 3}', ""),
    ],
)
def test_what_is_no_export_is_one_line(
    tmp_path: Path, name: str, content: bytes | dict[str, str] | None, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content is not None:
        path.mkdir()
    code = failures.run(cli, ["inspect", str(path)])
    said = capsys.readouterr()
    if words:
        assert (code, said.out, said.err.count("\n")) == (12, "", 1)
        assert words in said.err
        with pytest.raises(BundleError):
            inspect_path(path)
    assert code in (0, 12)
    assert "unexpected" not in said.err


def test_a_hostile_zip_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as archive:
        archive.writestr("../model.glb", b"glTF")
    assert failures.run(cli, ["inspect", str(tmp_path / "evil.zip")]) == 12
    assert capsys.readouterr().err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["evil.zip"]
