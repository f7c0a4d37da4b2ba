"""Containers are checked before anything trusts them."""

from __future__ import annotations

import base64
import json
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatarsdk_core.avatar.geometry import geometry_glb, node_token
from avatarsdk_core.avatar.gltf_file import read_gltf
from avatarsdk_core.errors import BundleError


def glb(root: dict[str, Any], binary: bytes = b"") -> bytes:
    text = json.dumps(root).encode()
    text += b" " * (-len(text) % 4)
    chunks = struct.pack("<II", len(text), 0x4E4F534A) + text
    if binary:
        chunks += struct.pack("<II", len(binary), 0x004E4942) + binary
    return struct.pack("<III", 0x46546C67, 2, 12 + len(chunks)) + chunks


def write(folder: Path, root: dict[str, Any], name: str = "model.gltf") -> Path:
    file = folder / name
    file.write_text(json.dumps({"asset": {"version": "2.0"}, **root}))
    return file


def test_glb_with_its_buffer_and_an_image_in_it(tmp_path: Path) -> None:
    root = {
        "asset": {"version": "2.0"},
        "buffers": [{"byteLength": 8}],
        "bufferViews": [{"buffer": 0, "byteOffset": 4, "byteLength": 4}],
        "images": [{"bufferView": 0, "mimeType": "image/png"}],
    }
    file = tmp_path / "a.glb"
    file.write_bytes(glb(root, b"abcdPNG!"))
    read = read_gltf(file)
    image = read.image(0)
    assert image is not None
    assert image.read() == b"PNG!"
    assert read.image(1) is None


@pytest.mark.parametrize("uri", ["sub/b.bin", "sub%2Fb.bin", "data:application/octet-stream;base64,YWJjZA=="])
def test_buffers_come_from_files_and_data_uris(tmp_path: Path, uri: str) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.bin").write_bytes(b"abcd")
    assert read_gltf(write(tmp_path, {"buffers": [{"byteLength": 4, "uri": uri}]})).buffers == (b"abcd",)


@pytest.mark.parametrize(
    "uri", ["../secret.bin", "/etc/hostname", "C:/secret.bin", "..%2Fsecret.bin", "http://x/b.bin"]
)
def test_a_model_reaches_nothing_outside_its_folder(tmp_path: Path, uri: str) -> None:
    (tmp_path / "secret.bin").write_bytes(b"abcd")
    (tmp_path / "in").mkdir()
    file = write(tmp_path / "in", {"buffers": [{"byteLength": 4, "uri": uri}], "images": [{"uri": uri}]})
    with pytest.raises(BundleError, match="missing"):
        read_gltf(file)
    assert read_gltf(write(tmp_path / "in", {"images": [{"uri": uri}]})).image(0) is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 not a model at all....", "not a GLB"),
        (glb({"asset": {"version": "1.0"}}), "glTF 2.0"),
        (glb({"asset": {"version": "2.0"}}, b"12345678")[:-4], "truncated"),
        (glb({"asset": {"version": "2.0"}, "buffers": [{"byteLength": 100}]}, b"12345678"), "truncated"),
        (struct.pack("<III", 0x46546C67, 2, 12) + b"\0" * 8, "JSON"),
    ],
    ids=["empty", "zip", "glTF 1", "cut", "short buffer", "no JSON"],
)
def test_damaged_glbs_are_named(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "x.glb"
    file.write_bytes(content)
    with pytest.raises(BundleError, match=words) as raised:
        read_gltf(file)
    assert str(file) in str(raised.value)


@given(st.binary(max_size=200))
def test_no_bytes_make_it_fail_in_another_way(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    for name in ("x.glb", "x.gltf"):
        file = tmp_path_factory.getbasetemp() / name
        file.write_bytes(content)
        with pytest.raises(BundleError):
            read_gltf(file)


def test_geometry_has_tokens_for_meshes_and_nothing_of_the_looks(tmp_path: Path) -> None:
    first, second = base64.b64encode(b"abcde").decode(), base64.b64encode(b"fgh").decode()
    file = write(
        tmp_path,
        {
            "nodes": [{"name": "Hips"}, {"name": "AvatarHead", "mesh": 0, "extras": {"a": 1}}],
            "meshes": [{"primitives": [{"attributes": {}, "material": 0}], "extras": {"targetNames": ["jawOpen"]}}],
            "materials": [{"name": "AvatarHead", "pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}],
            "textures": [{"source": 0}],
            "images": [{"uri": "a.jpg"}],
            "extensionsUsed": ["KHR_materials_specular", "KHR_draco_mesh_compression"],
            "buffers": [
                {"byteLength": 5, "uri": f"data:,{first}"},
                {"byteLength": 3, "uri": f"data:,{second}"},
            ],
            "bufferViews": [{"buffer": 1, "byteOffset": 1, "byteLength": 2}],
        },
    )
    out = tmp_path / "geometry.glb"
    out.write_bytes(geometry_glb(read_gltf(file), "token"))
    made = read_gltf(out)
    assert [node["name"] for node in made.items("nodes")] == ["Hips", node_token("token", 1)]
    assert made.items("meshes")[0]["extras"] == {"targetNames": ["jawOpen"]}
    assert made.items("materials") == [{"name": "token-material"}]
    assert not {"images", "textures"} & set(made.root)
    assert made.root["extensionsUsed"] == ["KHR_draco_mesh_compression"]
    (view,) = made.items("bufferViews")
    assert made.buffers[0][view["byteOffset"] :][: view["byteLength"]] == b"gh"
