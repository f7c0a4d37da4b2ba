"""What the sandbox delivers beside real exports of the vendor: names, structure and files are the same."""

from __future__ import annotations

import json
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from avatarsdk_core.sandbox.pipelines import pipeline
from avatarsdk_core.sandbox.pipelines.contract import ComputeJob, ExportJob
from tests.sandbox.service_api import picture

SAMPLES = Path(os.environ.get("AVATARSDK_SAMPLES", Path(__file__).parents[3] / "shared" / "avatars"))
REAL = SAMPLES / "metaperson2"
HEAD_ONLY, TEMPLATE = REAL / "head_only_lod2_female" / "model.glb", REAL / "template_lod2_female"
POINTS, OUTFIT = REAL / "pointcloud_lod1_female", REAL / "outfit_ARPI_lod2_female"
PERSON = pipeline("metaperson_2.0")
SHOES = "sneakers_AZAT"
Files = dict[str, bytes]
Exporter = Callable[..., Files]

pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason=f"no real exports here (AVATARSDK_SAMPLES or {SAMPLES})")


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Exporter:
    """An export's files by their paths in the archives, static ones in the folder of their identity."""
    root = tmp_path_factory.mktemp("person")
    (root / "photo.jpg").write_bytes(picture())
    PERSON.compute(ComputeJob("female", {}, root))
    numbers = iter(range(9))

    def export(**parameters: Any) -> Files:
        zips = root / f"export_{next(numbers)}"
        PERSON.check_export("female", parameters)
        found = {}
        for file in PERSON.export(ExportJob("female", {}, parameters, root, zips, root / "shelf")):
            with zipfile.ZipFile(zips / f"{file.identity}.zip") as archive:
                found.update({name: archive.read(name) for name in archive.namelist()})
            for static in file.static_files:
                found[f"{file.identity}/{Path(static).name}"] = (root / "shelf" / static).read_bytes()
        return found

    return export


@pytest.fixture(scope="module")
def whole(exported: Exporter) -> Files:
    """A body and an outfit of its own, with all shapes that the real head has, at the real files' level."""
    outfit_textures = ["Color", "Normal", "BodyVisibilityMask", "HeadVisibilityMask", "UnityMetallicSmoothness"]
    return exported(
        format="glb",
        lod="LOD2",
        textures={"profile": "1K.jpg"},
        avatar={"textures": {"list": ["Color", "Normal", "GltfMetallicRoughness", "UnityMetallicSmoothness"]}},
        outfits_shoes={"list": [SHOES], "embed": False, "textures": {"list": outfit_textures}},
        blendshapes={"list": ["mobile_51", "visemes_15"]},
    )


def gltf(data: bytes) -> dict[str, Any]:
    return dict(json.loads(data[20 : 20 + struct.unpack_from("<I", data, 12)[0]]))


def parts(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Node name -> what a program can see of the part, but for its texture files and counts."""
    found = {}
    for node in document["nodes"]:
        if "mesh" not in node:
            continue
        mesh = document["meshes"][node["mesh"]]
        (primitive,) = mesh["primitives"]
        material = document["materials"][primitive["material"]]
        surface = material["pbrMetallicRoughness"]
        found[node["name"]] = {
            "attributes": sorted(primitive["attributes"]),
            "material": material["name"],
            "alpha": material.get("alphaMode", "OPAQUE"),
            "invisible": surface.get("baseColorFactor", [1, 1, 1, 1])[3] == 0,
            "textures": sorted(name for name in (*material, *surface) if name.endswith("Texture")),
            "shapes": set(mesh.get("extras", {}).get("targetNames", [])),
            "named": "name" in mesh,
        }
    return found


def joints(document: dict[str, Any]) -> list[str]:
    return [document["nodes"][joint]["name"] for joint in document["skins"][0]["joints"]]


def root_children(document: dict[str, Any]) -> set[str]:
    (root,) = document["scenes"][0]["nodes"]
    assert document["nodes"][root]["name"] == "AvatarRoot"
    return {document["nodes"][child]["name"] for child in document["nodes"][root]["children"]}


def test_each_part_of_the_head_is_as_in_the_real_model(whole: Files) -> None:
    """Shapes too: 51 and 15 on the head, 33 on the lashes, 4 and 15 on the lower teeth; corneas that can't be seen."""
    real, ours = parts(gltf(HEAD_ONLY.read_bytes())), parts(gltf(whole["avatar/model.glb"]))
    assert len(real) == 8
    assert {name: ours[name] for name in real} == real


def test_the_whole_body_has_the_real_template_s_nodes_and_skeleton(whole: Files) -> None:
    (template,) = TEMPLATE.glob("*.glb")
    real, ours = gltf(template.read_bytes()), gltf(whole["avatar/model.glb"])
    assert root_children(ours) == root_children(real)
    assert set(joints(ours)) == set(joints(real))
    assert len(joints(ours)) == 73


def test_texture_files_have_the_names_of_the_real_ones(whole: Files) -> None:
    """Beside those that a GLB refers to."""
    real = {file.name for file in (TEMPLATE / "Textures").iterdir()}
    ours = {name.removeprefix("avatar/") for name in whole if name.startswith("avatar/")}
    assert ours - real == {
        "model.glb",
        "AvatarBodyFemale_GltfMetallicRoughness_1K.jpg",
        "AvatarEyes_GltfMetallicRoughness_512.jpg",
        "AvatarHeadFemale_GltfMetallicRoughness_1K.jpg",
        "AvatarTeeth_LOD2_GltfMetallicRoughness_1K.jpg",
    }
    assert real <= ours


def test_an_outfit_is_one_mesh_of_its_name_with_masks_that_no_material_refers_to(whole: Files) -> None:
    (model,) = OUTFIT.glob("*.glb")
    real, ours = gltf(model.read_bytes()), gltf(whole[f"{SHOES}/model.glb"])
    for document, name in ((real, "ARPI"), (ours, SHOES)):
        ((node, part),) = parts(document).items()
        assert (node, part["material"], part["alpha"]) == (name, name, "OPAQUE")
        assert len(joints(document)) == 73
        masks = [image["uri"] for image in document["images"] if "VisibilityMask" in image["uri"]]
        assert masks
    beside = {file.name.replace("ARPI", SHOES) for file in OUTFIT.iterdir() if file.suffix != ".glb"}
    ours_beside = {name.removeprefix(f"{SHOES}/") for name in whole if name.startswith(f"{SHOES}/")}
    # Shoes hide nothing of a head.
    assert beside - {f"{SHOES}_LOD2_HeadVisibilityMask_1K.jpg"} <= ours_beside


def test_point_clouds_and_their_shapes_are_named_and_written_as_the_real_ones(exported: Exporter) -> None:
    found = exported(
        lod="LOD1",
        avatar={"pointclouds": True},
        textures={"list": ["Color"], "profile": "1K.png"},
        blendshapes={"list": ["mobile_51", "visemes_14", "visemes_15"]},
    )
    ours = {name.removeprefix("avatar/") for name in found}
    real = {file.relative_to(POINTS).as_posix() for file in POINTS.rglob("*") if file.suffix in (".ply", ".bin")}
    assert real <= ours
    lines = [data.split(b"end_header")[0].splitlines() for data in (found["avatar/AvatarHead.ply"], _real_points())]
    header, real_header = ([line for line in one if not line.startswith(_OWN)] for one in lines)
    assert header == real_header
    vertices = next(int(line.split()[2]) for line in lines[0] if line.startswith(b"element vertex"))
    assert {len(found[name]) for name in found if "/AvatarHead/" in name and name.endswith(".bin")} == {12 * vertices}


_OWN = (
    b"element vertex",
    b"comment TextureFile",
)  # how many there are, and a file that a cloud of points has no use for


def _real_points() -> bytes:
    return (POINTS / "AvatarHead.ply").read_bytes()


@pytest.mark.parametrize("name", ["body_fbx", "head_glb"])
def test_an_archive_has_one_folder_of_its_identity_as_the_service_s(whole: Files, name: str) -> None:
    (archive,) = (SAMPLES / "SYNTHETIC" / "export_shaped" / name).glob("*.zip")
    with zipfile.ZipFile(archive) as real:
        tops = {entry.partition("/")[0] for entry in real.namelist()}
    assert tops == {"avatar"}
    assert {entry.partition("/")[0] for entry in whole} == {"avatar", SHOES}
