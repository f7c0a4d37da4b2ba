"""MetaPerson exports by the pipeline itself: formats, levels, point clouds, blendshape files, finalize, same bytes."""

from __future__ import annotations

import json
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from avatarsdk_core.avatar.masks import hidden_faces
from avatarsdk_core.avatar.ply import read_ply
from avatarsdk_core.sandbox.formats.fbx import fbx_available
from avatarsdk_core.sandbox.human.body import build_body
from avatarsdk_core.sandbox.human.garments import build_garment
from avatarsdk_core.sandbox.pipelines import pipeline
from avatarsdk_core.sandbox.pipelines.contract import MODEL_INFO_FILE, ComputeJob, ExportJob
from tests.sandbox.gltf_check import validate
from tests.sandbox.service_api import picture

META = pipeline("metaperson_2.0")
LODS = ("LOD1", "LOD2")
BARE = {"textures": {"list": []}}
HEAD = {"avatar": {"list": ["AvatarHead", "AvatarTeethLower"], **BARE}}


@pytest.fixture(scope="module")
def avatar(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("avatar")
    (folder / "photo.jpg").write_bytes(picture())
    META.compute(ComputeJob("female", {}, folder))
    return folder


def export(avatar: Path, folder: Path, parameters: dict[str, Any]) -> dict[str, Path]:
    """Identity -> the folder of its unpacked zip."""
    (folder / "zips").mkdir(parents=True)
    META.check_export("female", parameters)
    files = META.export(ExportJob("female", {}, parameters, avatar, folder / "zips", folder.parent / "shelf"))
    for file in files:
        with zipfile.ZipFile(folder / "zips" / f"{file.identity}.zip") as archive:
            archive.extractall(folder)
    return {file.identity: folder / file.identity for file in files}


def gltf(model: Path) -> dict[str, Any]:
    data = model.read_bytes()
    return dict(json.loads(data[20 : 20 + struct.unpack_from("<I", data, 12)[0]]))


def accessor(model: Path, part: str, name: str) -> np.ndarray:
    """An attribute of a part (or `indices`) in a GLB."""
    data, document = model.read_bytes(), gltf(model)
    start = 20 + struct.unpack_from("<I", data, 12)[0] + 8
    mesh = next(node["mesh"] for node in document["nodes"] if node["name"] == part)
    primitive = document["meshes"][mesh]["primitives"][0]
    found = document["accessors"][primitive["indices"] if name == "indices" else primitive["attributes"][name]]
    view = document["bufferViews"][found["bufferView"]]
    kind = {5126: "<f4", 5125: "<u4", 5123: "<u2"}[found["componentType"]]
    columns = {"SCALAR": 1, "VEC2": 2, "VEC3": 3}[found["type"]]
    values = np.frombuffer(data, kind, found["count"] * columns, start + view.get("byteOffset", 0))
    return values.reshape(-1, columns)


def positions(model: Path, part: str) -> np.ndarray:
    return accessor(model, part, "POSITION")


def head_of(files: dict[str, Path]) -> np.ndarray:
    return positions(files["avatar"] / "model.glb", "AvatarHead")


@pytest.mark.parametrize("lod", LODS)
def test_model_point_cloud_and_blendshape_files_share_one_vertex_order(avatar: Path, tmp_path: Path, lod: str) -> None:
    wanted = {"format": "glb", "lod": lod, "blendshapes": {"list": ["visemes_14"]}, **HEAD}
    model = export(avatar, tmp_path / "model", wanted)["avatar"] / "model.glb"
    points = export(avatar, tmp_path / "points", wanted | {"avatar": {**HEAD["avatar"], "pointclouds": True}})["avatar"]
    apart = export(avatar, tmp_path / "apart", wanted | {"blendshapes": {"list": ["visemes_14"], "embed": False}})
    found = positions(model, "AvatarHead")
    np.testing.assert_array_equal(read_ply(points / "AvatarHead.ply").points, found)
    inside = points / "blendshapes" / "AvatarHead" / "visemes_14" / "aa.bin"
    beside = apart["visemes_14"] / "blendshapes" / "AvatarHead" / "visemes_14" / "aa.bin"
    assert inside.read_bytes() == beside.read_bytes()
    assert len(beside.read_bytes()) == 12 * len(found)
    assert len(list(beside.parent.glob("*.bin"))) == 14


def test_levels_fall(avatar: Path, tmp_path: Path) -> None:
    counts = [
        len(
            positions(
                export(avatar, tmp_path / lod, {"format": "glb", "lod": lod, **HEAD})["avatar"] / "model.glb",
                "AvatarHead",
            )
        )
        for lod in ("LOD1", "LOD2")
    ]
    assert counts[1] < 0.5 * counts[0]
    assert counts[1] == pytest.approx(1760, rel=0.02)  # as documented


def test_fixed_deformations_are_the_targets_times_their_weights(avatar: Path, tmp_path: Path) -> None:
    plain = positions(
        export(avatar, tmp_path / "plain", {"format": "glb", **HEAD})["avatar"] / "model.glb", "AvatarHead"
    )
    values = {
        "body_shape": {"HeadScale": 0.5},
        "face_modifications": {"NoseLength": -1},
        "mobile_51": {"jawOpen": 0.25},
    }
    folder = export(avatar, tmp_path / "baked", {"format": "glb", "blendshapes": {"values": values}, **HEAD})["avatar"]
    baked = positions(folder / "model.glb", "AvatarHead")
    sets = {"list": list(values), "embed": False}
    shapes = export(avatar, tmp_path / "shapes", {"format": "glb", "blendshapes": sets, **HEAD})
    expected = plain.astype(float)
    for set_name, weights in values.items():
        for name, weight in weights.items():
            file = shapes[set_name] / "blendshapes" / "AvatarHead" / set_name / f"{name}.bin"
            expected = expected + weight * np.frombuffer(file.read_bytes(), "<f4").reshape(-1, 3)
    np.testing.assert_allclose(baked, expected, atol=1e-6)


def test_the_generated_haircut_is_a_shape_until_finalize_bakes_it(avatar: Path, tmp_path: Path) -> None:
    hair = {"haircuts": {"list": ["HaircutGenerated"]}, "textures": {"embed": True, "profile": "1K.jpg"}}
    part = {"avatar": {"list": ["AvatarHead"], "textures": {"list": ["Color"]}}}
    loose = export(avatar, tmp_path / "loose", {"format": "glb", **hair, **part})["avatar"] / "model.glb"
    assert gltf(loose)["meshes"][0]["extras"]["targetNames"] == ["Haircut"]
    assert len(gltf(loose)["images"]) == 2  # the head's colours, and the hair to lay over them
    final = (
        export(avatar, tmp_path / "final", {"format": "glb", "finalize": True, **hair, **part})["avatar"] / "model.glb"
    )
    assert "targets" not in gltf(final)["meshes"][0]["primitives"][0]
    assert len(gltf(final)["images"]) == 1
    assert np.ptp(positions(final, "AvatarHead")[:, 1]) > np.ptp(positions(loose, "AvatarHead")[:, 1]) + 0.005
    assert positions(final, "AvatarHead")[:, 1].min() == pytest.approx(0, abs=1e-6)


def test_a_generated_haircut_in_a_file_of_its_own_is_a_picture(avatar: Path, tmp_path: Path) -> None:
    hair = {"haircuts": {"list": ["HaircutGenerated"], "embed": False, "textures": {"profile": "1K.jpg"}}}
    files = export(avatar, tmp_path / "x", {"format": "glb", **hair, **HEAD})
    assert [path.name for path in files["HaircutGenerated"].iterdir()] == ["HaircutGenerated_Color_1K.png"]


@pytest.mark.parametrize("split", [True, False])
def test_ply_has_a_file_for_each_mesh_welded_unless_split_is_asked_for(
    avatar: Path, tmp_path: Path, split: bool
) -> None:
    wanted = {"format": "ply", "split_vertices": split, "blendshapes": {"list": ["visemes_15"]}, **HEAD}
    files = export(avatar, tmp_path / "x", wanted)
    mesh = read_ply(files["avatar"] / "AvatarHead.ply")
    count = len(
        positions(export(avatar, tmp_path / "glb", {"format": "glb", **HEAD})["avatar"] / "model.glb", "AvatarHead")
    )
    assert (len(mesh.points) == count) is split
    deltas = files["visemes_15"] / "blendshapes" / "AvatarHead" / "visemes_15" / "oh.bin"
    assert len(deltas.read_bytes()) == 12 * len(mesh.points)


def test_obj_has_quads_when_they_are_asked_for(avatar: Path, tmp_path: Path) -> None:
    files = export(avatar, tmp_path / "x", {"format": "obj", "export_quads": True, **HEAD})
    lines = (files["avatar"] / "model.obj").read_text().splitlines()
    faces = [line.split()[1:] for line in lines if line.startswith("f ")]
    assert sum(len(face) == 4 for face in faces) > 0.9 * len(faces)
    assert {len(face) for face in faces} <= {3, 4}


@pytest.mark.skipif(not fbx_available(), reason="no Blender here to write FBX with")
def test_fbx_is_written_by_blender(avatar: Path, tmp_path: Path) -> None:
    wanted = {"format": "fbx", "lod": "LOD2", "blendshapes": {"list": ["visemes_15"]}, **HEAD}
    data = (export(avatar, tmp_path / "x", wanted)["avatar"] / "model.fbx").read_bytes()
    assert data.startswith(b"Kaydara FBX Binary")
    assert b"AvatarHead" in data
    assert b"oh\x00\x01SubDeformer" in data


def test_the_same_photo_and_parameters_give_the_same_bytes(avatar: Path, tmp_path: Path) -> None:
    wanted = {
        "format": "glb",
        "lod": "LOD2",
        "textures": {"embed": True, "profile": "1K.jpg"},
        "haircuts": {"list": ["Haircut7"]},
    }
    wanted |= {"avatar": {"list": ["AvatarHead"], "textures": {"list": ["Color"]}}, "glasses": {"list": ["glasses_01"]}}
    twin = tmp_path / "twin"
    twin.mkdir()
    (twin / "photo.jpg").write_bytes((avatar / "photo.jpg").read_bytes())
    META.compute(ComputeJob("female", {}, twin))
    for name, folder in (("one", avatar), ("two", twin)):
        export(folder, tmp_path / name / "x", wanted)
    zips = [(tmp_path / name / "x" / "zips" / "avatar.zip").read_bytes() for name in ("one", "two")]
    assert zips[0] == zips[1]


def test_models_are_valid_with_every_set_and_level(avatar: Path, tmp_path: Path) -> None:
    sets = {"list": ["mobile_51", "visemes_14", "visemes_15", "emotions", "body_shape", "face_modifications"]}
    wanted = {"format": "glb", "lod": "LOD2", "blendshapes": sets, "glasses": {"list": ["glasses_03"]}, **BARE}
    wanted |= {"avatar": BARE, "haircuts": {"list": ["Haircut9", "HaircutGenerated"], **BARE}}
    model = export(avatar, tmp_path / "x", wanted)["avatar"] / "model.glb"
    (report,) = validate([model])
    assert report["errors"] == 0
    assert {message["code"] for message in report["messages"] if message["severity"] < 2} <= {
        "NODE_SKINNED_MESH_NON_ROOT",
        "MESH_PRIMITIVE_GENERATED_TANGENT_SPACE",
    }


def test_model_info_holds_what_was_asked_for_and_marks_what_is_made_up(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(picture())
    asked = {"model_info": {"plus": ["skin_color", "gender"]}, "avatar_modifications": {"plus": {"remove_smile": True}}}
    META.compute(ComputeJob("male", asked, tmp_path))
    info = json.loads((tmp_path / MODEL_INFO_FILE).read_text())
    assert set(info) == {
        "pipeline", "pipeline_subtype", "skin_color", "gender", "gender_confidence", "made_up", "remove_smile",
        "lips_color", "eyebrows_color",
    }  # fmt: skip
    assert info["made_up"] == ["gender"]
    assert abs(info["skin_color"]["red"] - 224) < 30


@pytest.mark.parametrize("lod", LODS)
def test_an_outfit_in_one_piece_is_worn_whole_and_hides_what_it_covers(avatar: Path, tmp_path: Path, lod: str) -> None:
    parts = {"avatar": {"list": ["AvatarBody", "AvatarHead"], "textures": {"list": [], "embed": True}}}
    look = {"list": ["RecoloringMask"], "profile": "1K.jpg"}
    wanted = {"format": "glb", "lod": lod, **parts, "outfits": {"list": ["ARPI"], "textures": {**look, "embed": True}}}
    model = export(avatar, tmp_path / "worn", wanted)["avatar"] / "model.glb"
    bare = export(avatar, tmp_path / "bare", {"format": "glb", "lod": lod, **parts})["avatar"] / "model.glb"
    (report,) = validate([model])
    assert report["errors"] == 0
    outfit = positions(model, "outfit")
    assert outfit[:, 1].min() < 0.005  # soles
    assert outfit[:, 1].max() > positions(model, "AvatarBody")[:, 1].max() - 0.05  # collar
    assert len(positions(model, "AvatarBody")) < 0.75 * len(positions(bare, "AvatarBody"))
    heads = [len(accessor(file, "AvatarHead", "indices")) for file in (model, bare)]
    assert heads[0] < heads[1] or (lod == "LOD2" and heads[0] == heads[1])  # the collar hides some small faces


def test_an_outfit_apart_carries_its_name_and_both_masks(avatar: Path, tmp_path: Path) -> None:
    masks = {"list": ["BodyVisibilityMask", "HeadVisibilityMask"], "profile": "1K.png", "embed": False}
    wanted = {"format": "glb", **HEAD, "outfits": {"list": ["ARPI"], "embed": False, "textures": masks}}
    job = export(avatar, tmp_path / "x", wanted)
    assert [node["name"] for node in gltf(job["ARPI"] / "model.glb")["nodes"] if "mesh" in node] == ["ARPI"]
    shelf = tmp_path / "shelf" / "outfits"
    assert {path.name.split("_")[-2] for path in shelf.rglob("*.png")} == {"BodyVisibilityMask", "HeadVisibilityMask"}


@pytest.mark.parametrize(
    ("lod", "part", "kind"),
    [
        ("LOD1", "AvatarBody", "BodyVisibilityMask"),
        ("LOD2", "AvatarBody", "BodyVisibilityMask"),
        ("LOD1", "AvatarHead", "HeadVisibilityMask"),
    ],
)
def test_visibility_masks_are_applied_to_exactly_the_faces_that_they_hide(
    avatar: Path, tmp_path: Path, lod: str, part: str, kind: str
) -> None:
    own = {"list": [part], **BARE}
    wanted: dict[str, Any] = {"format": "glb", "lod": lod, "avatar": own}
    wanted |= {"outfits_top": {"list": ["polo_Getik"], "textures": {"list": [kind], "profile": "1K.png"}}}
    left, cut = (
        export(avatar, tmp_path / str(apply), wanted | {"avatar": own | {"apply_visibility_masks": apply}})["avatar"]
        for apply in (False, True)
    )
    with Image.open(next((tmp_path / "shelf" / "outfits_top").rglob(f"*{kind}_1K.png"))) as image:
        mask = np.asarray(image.convert("L"), dtype=np.float32) / 255
    places, corners = triangles_of(left / "model.glb", part)
    hidden = hidden_faces(mask, corners, conservative=True)
    assert 0 < hidden.mean() < 0.4
    np.testing.assert_array_equal(triangles_of(cut / "model.glb", part)[0], places[~hidden])


def triangles_of(model: Path, part: str) -> tuple[np.ndarray, np.ndarray]:
    """(F, 3, 3) places and (F, 3, 2) texture coordinates."""
    corners = accessor(model, part, "indices").reshape(-1, 3)
    return positions(model, part)[corners], accessor(model, part, "TEXCOORD_0")[corners]


@pytest.mark.parametrize("split", [True, False])
def test_obj_has_a_vertex_for_each_uv_at_seams_when_split_is_asked_for(
    avatar: Path, tmp_path: Path, split: bool
) -> None:
    files = export(avatar, tmp_path / "x", {"format": "obj", "split_vertices": split, **HEAD})
    lines = (files["avatar"] / "model.obj").read_text().splitlines()
    count = {start: sum(line.startswith(f"{start} ") for line in lines) for start in ("v", "vt")}
    assert (count["v"] == count["vt"]) is split
    assert count["v"] <= count["vt"]
    uv_of: dict[str, set[str]] = {}
    for corner in (corner for line in lines if line.startswith("f ") for corner in line.split()[1:]):
        point, uv, _ = corner.split("/")
        uv_of.setdefault(point, set()).add(uv)
    assert (max(map(len, uv_of.values())) == 1) is split


def test_the_4k_profile_is_4096_pixels_wide(avatar: Path, tmp_path: Path) -> None:
    look = {"list": ["Color"], "profile": "4K.jpg", "embed": False}
    wanted = {
        "format": "glb",
        "avatar": {"list": ["AvatarTeethUpper"], **BARE},
        "glasses": {"list": ["glasses_01"], "textures": look},
    }
    export(avatar, tmp_path / "x", wanted)
    (file,) = tmp_path.rglob("glasses*_4K.png")
    with Image.open(file) as image:
        assert image.size == (4096, 4096)


@pytest.mark.parametrize("model_format", ["gltf", "obj", "ply"])
def test_webp_goes_beside_a_model_of_any_format(avatar: Path, tmp_path: Path, model_format: str) -> None:
    look = {"list": ["Color"], "profile": "1K.webp", "embed": False}
    wanted = {"format": model_format, "avatar": {"list": ["AvatarTeethUpper"], "textures": look}}
    folder = export(avatar, tmp_path / "x", wanted)["avatar"]
    (picture_file,) = (tmp_path / "shelf").rglob("*.webp")
    (folder / picture_file.name).write_bytes(picture_file.read_bytes())
    with Image.open(picture_file) as image:
        assert (image.format, image.size) == ("WEBP", (1024, 1024))
    text = b"".join(path.read_bytes() for path in folder.iterdir() if path.suffix in (".gltf", ".mtl", ".ply"))
    assert picture_file.name.encode() in text
    if model_format == "gltf":
        (report,) = validate([folder / "model.gltf"])
        assert report["errors"] == 0


@pytest.mark.parametrize("extension", ["webp", "png"])
def test_textures_come_in_every_profile(avatar: Path, tmp_path: Path, extension: str) -> None:
    look = {"list": ["Color", "Normal"], "profile": f"1K.{extension}", "embed": True}
    wanted = {"format": "glb", "avatar": {"list": ["AvatarTeethUpper"], "textures": look}}
    model = export(avatar, tmp_path / "x", wanted)["avatar"] / "model.glb"
    assert {image["mimeType"] for image in gltf(model)["images"]} == {f"image/{extension}"}
    (report,) = validate([model])
    assert report["errors"] == 0


def test_finalize_stands_a_dressed_avatar_on_its_soles(avatar: Path, tmp_path: Path) -> None:
    wanted = {"format": "glb", "finalize": True, "avatar": {"list": ["AvatarBody"], **BARE}}
    bare = positions(export(avatar, tmp_path / "bare", wanted)["avatar"] / "model.glb", "AvatarBody")
    wanted |= {"outfits_shoes": {"list": ["sneakers_AZAT"], **BARE}, "outfits_top": {"list": ["polo_Getik"], **BARE}}
    model = export(avatar, tmp_path / "x", wanted)["avatar"] / "model.glb"
    assert positions(model, "outfit_shoes")[:, 1].min() == pytest.approx(0, abs=1e-6)
    sole = -float(build_garment(build_body("female"), "sneakers_AZAT").mesh.positions[:, 1].min())
    feet = [int((model[:, 1] < 0.05).sum()) for model in (positions(model, "AvatarBody") - [0, sole, 0], bare)]
    assert feet[0] < 0.15 * feet[1]  # they are in the shoes; what is left lies at the seams of the texture
    (report,) = validate([model])
    assert report["errors"] == 0


def test_what_is_taken_out_of_the_photo_is_true_only_where_there_is_a_face(tmp_path: Path, portrait: bytes) -> None:
    asked = {"avatar_modifications": {"plus": {"remove_smile": True, "remove_glasses": True}}}
    found = {}
    for name, photo in (("portrait", portrait), ("no face", picture())):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "photo.jpg").write_bytes(photo)
        META.compute(ComputeJob("female", asked, folder))
        info = json.loads((folder / MODEL_INFO_FILE).read_text())
        found[name] = {key: info[key] for key in info if key.startswith("remove_")}
    assert found["portrait"] == {"remove_smile": True, "remove_glasses": True}
    assert found["no face"] == {"remove_smile": False, "remove_glasses": False}


def test_static_textures_are_painted_by_their_path_and_nonsense_is_none(tmp_path: Path) -> None:
    tree = META.static_resources("female")
    path = tree["outfits_top"]["polo_Getik"]["LOD1"]["textures"]["1K.jpg"]["base"]["RecoloringMask"]
    assert path == "outfits_top/polo_GetikFemale/polo_Getik_RecoloringMask_1K.jpg"
    file = META.static_texture(path, tmp_path)
    assert file is not None
    assert file.read_bytes().startswith(b"\xff\xd8")
    assert "Color" not in tree["avatar"]["AvatarHead"]["LOD1"]["textures"]["1K.jpg"]["base"]  # that is the photo's
    for nonsense in ("outfits_top/polo_GetikFemale/polo_Getik_Color_3K.jpg", "../secret", "a/b/c"):
        assert META.static_texture(nonsense, tmp_path) is None
