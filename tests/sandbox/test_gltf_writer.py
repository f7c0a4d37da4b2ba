"""The glTF writer: the structure of real exports, sound files, nothing lost on the way."""

from __future__ import annotations

import io
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from avatarsdk_core.sandbox.gltf import Texture, quaternion, write_gltf
from avatarsdk_core.sandbox.human.body import Body, build_body
from avatarsdk_core.sandbox.human.model import Material, Part
from tests.sandbox.gltf_check import validate

# Warnings that real exports get too: parts hang under AvatarRoot, and there are no tangents.
AS_IN_REAL_EXPORTS = {"NODE_SKINNED_MESH_NON_ROOT", "MESH_PRIMITIVE_GENERATED_TANGENT_SPACE"}


@pytest.fixture(scope="module")
def body() -> Body:
    return build_body("female")


@pytest.fixture(scope="module")
def parts(body: Body) -> list[Part]:
    clear = Material(alpha_mode="BLEND", base_color=(1.0, 1.0, 1.0, 0.0))
    return [Part(name, name, mesh, clear if "Cornea" in name else Material()) for name, mesh in body.parts.items()]


def picture(name: str) -> Texture:
    stream = io.BytesIO()
    kind = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}[name.rsplit(".")[-1]]
    Image.new("RGB", (8, 8), "tan").save(stream, kind)
    return Texture(name, stream.getvalue())


@pytest.fixture(scope="module")
def textures() -> dict[str, dict[str, Texture]]:
    eyes = picture("AvatarEyes_Color_512.jpg")
    return {
        "AvatarBody": {
            "Color": picture("AvatarBodyFemale_Color_1K.jpg"),
            "GltfMetallicRoughness": picture("AvatarBodyFemale_GltfMetallicRoughness_1K.jpg"),
            "Normal": picture("AvatarBodyFemale_Normal1_1K.jpg"),
            "BodyVisibilityMask": picture("outfit_top_BodyVisibilityMask_1K.png"),
        },
        "AvatarLeftEyeball": {"Color": eyes},
        "AvatarRightEyeball": {"Color": eyes},
    }


def document(files: dict[str, bytes]) -> dict[str, Any]:
    (model,) = [data for name, data in files.items() if not name.endswith(".bin")]
    if model[:4] != b"glTF":
        return json.loads(model)
    length, kind = struct.unpack("<I4s", model[12:20])
    assert kind == b"JSON"
    return json.loads(model[20 : 20 + length])


@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize("embed", [True, False])
def test_the_khronos_validator_finds_no_error(
    body: Body,
    parts: list[Part],
    textures: dict[str, dict[str, Texture]],
    tmp_path: Path,
    binary: bool,
    embed: bool,
) -> None:
    files = write_gltf(parts, body.skeleton, textures, binary=binary, embed=embed)
    beside = {} if embed else {image.name: image.data for kinds in textures.values() for image in kinds.values()}
    for name, data in {**files, **beside}.items():
        (tmp_path / name).write_bytes(data)
    (report,) = validate([tmp_path / ("model.glb" if binary else "model.gltf")])
    assert report["errors"] == 0, report["messages"]
    assert {message["code"] for message in report["messages"] if message["severity"] == 1} <= AS_IN_REAL_EXPORTS


def test_a_glb_is_one_file_and_a_gltf_comes_with_its_buffer(body: Body, parts: list[Part]) -> None:
    assert set(write_gltf(parts, body.skeleton, {}, binary=True, embed=True)) == {"model.glb"}
    files = write_gltf(parts, body.skeleton, {}, binary=False, embed=False, name="ARPI")
    assert set(files) == {"ARPI.gltf", "ARPI.bin"}
    assert document(files)["buffers"] == [{"uri": "ARPI.bin", "byteLength": len(files["ARPI.bin"])}]


def test_the_structure_is_that_of_a_real_export(body: Body, parts: list[Part]) -> None:
    model = document(write_gltf(parts, body.skeleton, {}, binary=True, embed=True))
    nodes = model["nodes"]
    assert model["scenes"] == [{"nodes": [0]}]
    root = nodes[0]
    assert root["name"] == "AvatarRoot"
    assert [nodes[child]["name"] for child in root["children"]] == ["Hips", *(part.name for part in parts)]
    assert not any("name" in mesh for mesh in model["meshes"])
    assert [material["name"] for material in model["materials"]] == [part.name for part in parts]
    (skin,) = model["skins"]
    assert [nodes[joint]["name"] for joint in skin["joints"]] == list(body.skeleton.names)
    assert nodes[skin["skeleton"]]["name"] == "Hips"
    for mesh in model["meshes"]:
        (primitive,) = mesh["primitives"]
        assert set(primitive["attributes"]) == {"POSITION", "NORMAL", "TEXCOORD_0", "JOINTS_0", "WEIGHTS_0"}
        assert model["accessors"][primitive["attributes"]["JOINTS_0"]]["componentType"] == 5123


def test_morph_targets_keep_their_names_and_move_positions_only(body: Body, parts: list[Part]) -> None:
    model = document(write_gltf(parts, body.skeleton, {}, binary=True, embed=True))
    for part, mesh in zip(parts, model["meshes"], strict=True):
        targets = mesh["primitives"][0].get("targets", [])
        assert mesh.get("extras", {}).get("targetNames", []) == list(part.mesh.targets)
        assert mesh.get("weights", []) == [0] * len(targets)
        assert all(set(target) == {"POSITION"} for target in targets)


def test_masks_are_listed_but_no_material_refers_to_them(
    body: Body, parts: list[Part], textures: dict[str, dict[str, Texture]]
) -> None:
    model = document(write_gltf(parts, body.skeleton, textures, binary=False, embed=False))
    sources = [texture["source"] for texture in model["textures"]]
    names = [model["images"][source]["uri"] for source in sources]
    assert len(names) == len(set(names)) == 5, "the eyes share one image"
    look = next(material for material in model["materials"] if material["name"] == "AvatarBody")
    surface = look["pbrMetallicRoughness"]
    used = {
        names[look["normalTexture"]["index"]],
        names[surface["baseColorTexture"]["index"]],
        names[surface["metallicRoughnessTexture"]["index"]],
    }
    assert used == {textures["AvatarBody"][kind].name for kind in ("Normal", "Color", "GltfMetallicRoughness")}
    assert surface["metallicFactor"] == surface["roughnessFactor"] == 1
    assert "outfit_top_BodyVisibilityMask_1K.png" in names


def test_embedded_images_are_nameless_and_whole(
    body: Body, parts: list[Part], textures: dict[str, dict[str, Texture]]
) -> None:
    files = write_gltf(parts, body.skeleton, textures, binary=False, embed=True)
    model = document(files)
    material = next(entry for entry in model["materials"] if entry["name"] == "AvatarBody")
    texture = model["textures"][material["pbrMetallicRoughness"]["baseColorTexture"]["index"]]
    view = model["bufferViews"][model["images"][texture["source"]]["bufferView"]]
    data = files["model.bin"][view["byteOffset"] : view["byteOffset"] + view["byteLength"]]
    assert data == textures["AvatarBody"]["Color"].data
    assert all(set(image) == {"bufferView", "mimeType"} for image in model["images"])


def test_webp_needs_its_extension(body: Body, parts: list[Part]) -> None:
    webp = {"AvatarBody": {"Color": picture("AvatarBodyFemale_Color_1K.webp")}}
    model = document(write_gltf(parts, body.skeleton, webp, binary=True, embed=True))
    assert model["extensionsRequired"] == ["EXT_texture_webp"]
    assert model["textures"] == [{"extensions": {"EXT_texture_webp": {"source": 0}}}]


def test_joint_nodes_compose_to_the_rest_pose_and_undo_the_bind_matrices(body: Body, parts: list[Part]) -> None:
    files = write_gltf(parts, body.skeleton, {}, binary=False, embed=True)
    model = document(files)
    accessor = model["accessors"][model["skins"][0]["inverseBindMatrices"]]
    view = model["bufferViews"][accessor["bufferView"]]
    raw = files["model.bin"][view["byteOffset"] : view["byteOffset"] + view["byteLength"]]
    inverses = np.frombuffer(raw, "<f4").reshape(73, 4, 4).transpose(0, 2, 1)
    world: dict[int, np.ndarray] = {}

    def visit(index: int, parent: np.ndarray) -> None:
        node = model["nodes"][index]
        local = np.eye(4)
        local[:3, :3] = _matrix(node.get("rotation", [0, 0, 0, 1]))
        local[:3, 3] = node.get("translation", [0, 0, 0])
        world[index] = parent @ local
        for child in node.get("children", []):
            visit(child, world[index])

    visit(0, np.eye(4))
    for place, joint in enumerate(model["skins"][0]["joints"]):
        np.testing.assert_allclose(world[joint], body.skeleton.rest[place], atol=1e-6)
        np.testing.assert_allclose(inverses[place] @ world[joint], np.eye(4), atol=1e-6)


def _matrix(turn: list[float]) -> np.ndarray:
    x, y, z, w = turn
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.asarray(np.eye(3) + 2 * w * cross + 2 * cross @ cross)


@given(st.lists(st.floats(-1, 1), min_size=4, max_size=4).filter(lambda turn: np.linalg.norm(turn) > 0.1))
def test_quaternions_give_back_their_rotation(turn: list[float]) -> None:
    unit = np.array(turn) / np.linalg.norm(turn)
    again = np.array(quaternion(_matrix(list(unit))))
    assert abs(abs(again @ unit) - 1) < 1e-9
    assert again[3] >= 0
