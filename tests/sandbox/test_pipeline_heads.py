"""head_1.2, head_2.0 and animated_face: shapes, textures, haircuts, files, formats."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from avatarsdk_core.catalog import haircut_sets
from avatarsdk_core.sandbox.formats.fbx import fbx_available
from avatarsdk_core.sandbox.human.hair import HAIRCUTS
from avatarsdk_core.sandbox.pipelines import pipeline
from avatarsdk_core.sandbox.pipelines.contract import ParameterError, computed
from avatarsdk_core.sandbox.pipelines.legacy.kinds import Avatar
from avatarsdk_core.sandbox.pipelines.legacy.names import style_of
from avatarsdk_core.sandbox.pipelines.legacy.paint import MODEL, paint
from avatarsdk_core.sandbox.pipelines.legacy.person import load_person
from tests.sandbox.gltf_check import validate
from tests.sandbox.legacy_avatars import SMALL, SQUARE, LegacyAvatars

REAL_WARNINGS = {"NODE_SKINNED_MESH_NON_ROOT", "MESH_PRIMITIVE_GENERATED_TANGENT_SPACE"}  # real exports have them


def test_animated_face_has_its_45_and_17_shapes_by_default(legacy: LegacyAvatars) -> None:
    avatar = legacy("animated_face", "base/legacy")
    names = list(avatar.unpacked("blendshapes", fmt="bin", lod=7))
    assert sum("/legacy_45/" in name for name in names) == 45
    assert sum("/visemes_17/" in name for name in names) == 17
    assert computed(avatar.folder).blendshapes == ("legacy_45", "visemes_17")


def test_shapes_move_what_their_names_say(legacy: LegacyAvatars) -> None:
    avatar = legacy("animated_face", "base/legacy")
    points = avatar.ply("mesh", lod=2).points
    shapes = {
        Path(name).stem: np.frombuffer(content, "<f4").reshape(-1, 3)
        for name, content in avatar.unpacked("blendshapes", fmt="bin", lod=2).items()
    }
    moved = {name: np.linalg.norm(deltas, axis=1) for name, deltas in shapes.items()}
    assert not moved["base_head"].any()
    assert not moved["sil"].any()
    assert all(values.max() > 0.001 for name, values in moved.items() if name not in ("base_head", "sil"))
    assert points[moved["EyeBlink_L"].argmax(), 0] > 0.01
    assert points[moved["EyeBlink_R"].argmax(), 0] < -0.01
    smile = shapes["smile"][moved["smile"].argmax()]
    assert smile[1] > 0
    assert shapes["EyesLeft"][moved["EyesLeft"].argmax(), 0] > 0  # eyeballs turn: their fronts go to the avatar's left


def test_an_avatar_without_blendshapes_has_none(legacy: LegacyAvatars) -> None:
    assert legacy("head_1.2", "base/legacy", {}).result("blendshapes") is None


def test_haircuts_are_had_one_by_one_and_their_clouds_together(legacy: LegacyAvatars) -> None:
    names = ["facegen_afro", "male_NewSea_J003m"]
    avatar = legacy("animated_face", "base/legacy", {"haircuts": {"base": names[1:], "facegen": names[:1]}})
    listed = {entry.identity: entry.gender for entry in computed(avatar.folder).haircuts}
    assert listed == {"male_NewSea_J003m": "male", "facegen_afro": "unisex"}
    mesh = avatar.ply("haircut_mesh", "male_NewSea_J003m.ply", identity="male_NewSea_J003m")
    clouds = avatar.unpacked("haircut_pointclouds")
    assert sorted(clouds) == ["cloud_facegen_afro.ply", "cloud_male_NewSea_J003m.ply"]
    cloud = avatar.ply("haircut_pointcloud", "cloud_male_NewSea_J003m.ply", identity="male_NewSea_J003m")
    assert np.array_equal(mesh.points, cloud.points)
    assert mesh.uvs is not None
    assert not len(cloud.sizes)
    head = avatar.ply("mesh", lod=8).points
    assert mesh.points[:, 1].max() > head[:, 1].max() - 0.005  # it sits on this head
    preview = avatar.result("haircut_preview", identity="male_NewSea_J003m")
    assert preview is not None
    with Image.open(preview) as image:
        assert image.size == (512, 512)
    assert avatar.result("haircut_mesh", identity="facegen_wavy_shag") is None


def test_the_services_haircuts_are_grown_in_more_than_ten_styles() -> None:
    names = [
        name for sets in ("animated_face", "head_2.0") for row in haircut_sets(sets).values() for name in row.names
    ]
    styles = {style_of(name) for name in names}
    assert styles <= set(HAIRCUTS)
    assert len(styles) > 10
    assert style_of("long_afro") == style_of("facegen_afro") != style_of("very_long") != style_of("ponytail")


def test_a_static_bust_and_head_1_2_have_their_hair_in_their_mesh(legacy: LegacyAvatars) -> None:
    bald, hairy = legacy("head_2.0", "bust/mobile", {}), legacy("head_2.0", "bust/static", {})
    crowns = [np.ptp(avatar.ply("mesh").points[:, 1]) for avatar in (bald, hairy)]
    assert crowns[1] - crowns[0] == pytest.approx(0.014, abs=0.004)
    assert "haircuts" not in pipeline("head_1.2").computable("base/legacy")
    with pytest.raises(ParameterError, match="not available"):
        pipeline("head_1.2").check_export("base/legacy", {"haircuts": {"list": ["bob"]}})


def test_a_bust_has_shoulders_and_a_head_none(legacy: LegacyAvatars) -> None:
    widths = [np.ptp(legacy("head_2.0", name, {}).ply("mesh").points[:, 0]) for name in ("bust/mobile", "head/mobile")]
    assert widths[0] > 0.3
    assert widths[1] < 0.25


def test_additional_textures_are_there_under_their_names(legacy: LegacyAvatars) -> None:
    export = legacy("head_2.0", "head/mobile", {}).export(
        lod=7, texture_size=SQUARE, additional_textures=["roughness_map", "metallic_map", "lips_mask"]
    )
    names = ["lips_mask.png", "metallic_map.jpg", "model.bin", "model.gltf", "model.jpg", "model.json"]
    assert export.names("avatar") == [*names, "roughness_map.jpg"]
    with Image.open(export.folder / "avatar" / "lips_mask.png") as image:
        mask = np.asarray(image.convert("L"))
    assert image.size == (128, 128)
    assert 0.002 < (mask > 128).mean() < 0.05  # lips are a small part of it


def test_computed_textures_are_had_by_their_identities(legacy: LegacyAvatars) -> None:
    names = ["slightly_cartoonish_texture", "smooth_eyelashes_texture", "lips_mask"]
    avatar = legacy("animated_face", "base/legacy", {"additional_textures": {"base": names}})
    assert computed(avatar.folder).textures == ("model", *names)
    paths = {name: avatar.result("texture", identity=name) for name in ("model", *names)}
    contents = {name: path.read_bytes() for name, path in paths.items() if path is not None}
    assert len(set(contents.values())) == 4
    with Image.open(io.BytesIO(contents["model"])) as image:
        assert image.format == "JPEG"
        assert image.size == (2048, 2048)
    assert avatar.result("texture", identity="metallic_map") is None


def test_modifications_change_the_colours_that_they_name(legacy: LegacyAvatars) -> None:
    red = {"red": 200, "green": 10, "blue": 20}
    plain = legacy("head_1.2", "base/mobile", {})
    painted = legacy("head_1.2", "base/mobile", {"avatar_modifications": {"plus": {"lips_color": red}}})
    mask, one, other = (
        np.asarray(
            Image.open(avatar.export(lod=7, texture_size=SMALL, additional_textures=["lips_mask"]).folder / file)
        )
        for avatar, file in (
            (plain, "avatar/lips_mask.png"),
            (plain, "avatar/model.jpg"),
            (painted, "avatar/model.jpg"),
        )
    )
    lips = mask > 250
    assert (other[lips].mean(axis=0) - one[lips].mean(axis=0))[1] < -40
    assert np.abs(other[mask == 0].astype(int) - one[mask == 0].astype(int)).mean() < 2


def test_synthetic_eyes_have_a_highlight_unless_it_is_switched_off(legacy: LegacyAvatars) -> None:
    """indie/legacy_styled always has them."""

    def brightest(modifications: dict[str, bool]) -> int:
        avatar = legacy("animated_face", "indie/legacy_styled", {"avatar_modifications": {"plus": modifications}})
        person = load_person(Avatar(avatar.pipeline, avatar.subtype), avatar.folder)
        eye = paint(person.body, {"AvatarLeftEyeball": (0.0, 0.0, 1.0, 1.0)}, MODEL, (310, 310), person.tint)
        return int(np.asarray(eye.convert("L"))[134:150, 134:150].max())  # above the pupil

    assert brightest({}) > 220
    assert brightest({"add_glare": False}) < 160


def test_generated_hair_has_the_faces_and_the_texture_that_were_asked_for(legacy: LegacyAvatars) -> None:
    sizes = {"generated_haircut_faces_count": 5000, "generated_haircut_texture_size": {"width": 96, "height": 64}}
    avatar = legacy("head_2.0", "head/mobile", {"avatar_modifications": {"plus": sizes}})
    export = avatar.export(embed=False, lod=7, texture_size=SQUARE, haircuts={"list": ["generated"]})
    model = export.gltf("generated")
    faces = model["accessors"][model["meshes"][0]["primitives"][0]["indices"]]["count"] // 3
    assert faces == pytest.approx(5000, rel=0.1)
    with Image.open(export.folder / "generated" / "generated.png") as image:
        assert image.size == (96, 64)


def test_model_info_claims_nothing_was_removed_where_no_face_is_taken_from_the_photo(legacy: LegacyAvatars) -> None:
    asked = {"avatar_modifications": {"plus": {"remove_smile": True, "remove_glasses": True}}}
    info = legacy("head_1.2", "base/static", asked).info()
    assert (info["remove_smile"], info["remove_glasses"]) == (False, False)


def test_model_info_measures_colours_and_marks_what_it_makes_up(legacy: LegacyAvatars) -> None:
    asked = ["skin_color", "hair_color", "gender", "age", "facial_landmarks_68", "predict_haircut"]
    info = legacy("animated_face", "base/legacy", {"model_info": {"base": asked}}).info()
    assert info["pipeline"] == "animated_face"
    assert info["pipeline_subtype"] == "base/legacy"
    assert set(info["skin_color"]) == {"red", "green", "blue"}
    assert info["made_up"] == ["gender", "age", "predict_haircut"]
    assert info["gender_confidence"] == 0.5
    points = info["facial_landmarks_68"]
    assert len(points) == 204
    chin, nose = points[24:27], points[90:93]
    assert chin[1] < nose[1]
    assert all(value is None for value in [*points[:24], *points[27:51]])  # 0-7 and 9-16, as documented


@pytest.mark.parametrize("subtype", ["bust/mobile", "bust/static", "head/mobile"])
@pytest.mark.parametrize("name", ["gltf", "glb"])
def test_every_subtype_passes_the_khronos_validator(legacy: LegacyAvatars, subtype: str, name: str) -> None:
    avatar = legacy("head_2.0", subtype, {})
    sets = pipeline("head_2.0").available(subtype)["blendshapes"]
    haircuts = ["bob"] if pipeline("head_2.0").available(subtype)["haircuts"] else []
    export = avatar.export(
        format=name,
        embed_textures=True,
        texture_size=SQUARE,
        haircuts={"list": haircuts, "texture_size": SQUARE},
        blendshapes={"list": list(sets)},
    )
    (report,) = validate([export.folder / "avatar" / f"model.{name}"])
    assert report["errors"] == 0
    assert {message["code"] for message in report["messages"] if message["severity"] < 2} <= REAL_WARNINGS


@pytest.mark.parametrize(
    ("pipeline_name", "subtype"),
    [("head_1.2", "base/legacy"), ("head_1.2", "base/mobile"), ("head_1.2", "base/static"), ("body_0.3", "male")],
)
def test_every_level_passes_the_khronos_validator(legacy: LegacyAvatars, pipeline_name: str, subtype: str) -> None:
    avatar = legacy(pipeline_name, subtype, {})
    levels = 1 if subtype == "base/static" else 8
    sets = list(pipeline(pipeline_name).available(subtype)["blendshapes"])[:1]
    models = [
        avatar.export(lod=level, texture_size=SMALL, blendshapes={"list": sets}).folder / "avatar" / "model.gltf"
        for level in range(levels)
    ]
    for report in validate(models):
        assert report["errors"] == 0
        assert {message["code"] for message in report["messages"] if message["severity"] < 2} <= REAL_WARNINGS


def test_the_same_photo_and_parameters_give_the_same_bytes(legacy: LegacyAvatars) -> None:
    def zips() -> dict[str, bytes]:
        avatar = legacy.fresh("head_2.0", "head/mobile", {})
        export = avatar.export(
            embed=False, lod=7, texture_size=SQUARE, haircuts={"list": ["bob"], "texture_size": SQUARE}
        )
        return {path.name: path.read_bytes() for path in (export.folder / "zips").iterdir()}

    assert zips() == zips()


def test_a_point_cloud_export_holds_the_points_of_the_mesh_export(legacy: LegacyAvatars) -> None:
    avatar = legacy("head_2.0", "head/mobile", {})
    options = {"lod": 6, "texture_size": SQUARE}
    cloud = avatar.export(pointclouds=True, haircuts={"list": ["bob"]}, **options)
    assert cloud.names("avatar") == ["model.json", "model.ply"]
    assert cloud.names("bob") == ["model.ply"]
    gltf = avatar.export(**options)
    count = gltf.gltf()["accessors"][gltf.gltf()["meshes"][0]["primitives"][0]["attributes"]["POSITION"]]["count"]
    content = (gltf.folder / "avatar" / "model.bin").read_bytes()[: 12 * count]
    assert (cloud.folder / "avatar" / "model.ply").read_bytes().endswith(content)


def test_obj_names_its_texture_and_has_every_triangle(legacy: LegacyAvatars) -> None:
    avatar = legacy("head_1.2", "base/legacy", {})
    export = avatar.export(format="obj", lod=7, texture_size=SMALL)
    assert export.names("avatar") == ["model.jpg", "model.json", "model.mtl", "model.obj"]
    assert "map_Kd model.jpg" in (export.folder / "avatar" / "model.mtl").read_text()
    lines = (export.folder / "avatar" / "model.obj").read_text().splitlines()
    assert sum(line.startswith("f ") for line in lines) == len(avatar.ply("mesh", lod=7).sizes)


def test_blendshapes_that_are_not_embedded_are_files_of_their_own(legacy: LegacyAvatars) -> None:
    export = legacy("head_1.2", "base/legacy", {}).export(
        lod=7, texture_size=SMALL, blendshapes={"list": ["legacy_45"], "embed": False, "pointclouds": True}
    )
    assert [(file.identity, file.category) for file in export.files] == [("avatar", None), ("legacy_45", "blendshapes")]
    shapes = list((export.folder / "legacy_45" / "blendshapes" / "model" / "legacy_45").iterdir())
    assert len(shapes) == 45
    assert "targets" not in export.gltf()["meshes"][0]["primitives"][0]


def test_an_embedded_haircut_is_a_part_of_the_avatars_file(legacy: LegacyAvatars) -> None:
    avatar = legacy("head_2.0", "head/mobile", {})
    one = avatar.export(lod=7, texture_size=SQUARE, haircuts={"list": ["bob"], "texture_size": SQUARE})
    assert [node["name"] for node in one.gltf()["nodes"] if "mesh" in node] == ["AvatarHead", "haircut"]
    assert "bob.png" in one.names("avatar")
    two = avatar.export(lod=7, texture_size=SQUARE, haircuts={"list": ["bob", "afro"], "texture_size": SQUARE})
    parts = [node["name"] for node in two.gltf()["nodes"] if "mesh" in node]
    assert parts == ["AvatarHead", "haircut_bob", "haircut_afro"]


def test_a_haircut_takes_the_colour_asked_for(legacy: LegacyAvatars) -> None:
    avatar = legacy("head_2.0", "head/mobile", {})

    def mean(**more: object) -> np.ndarray:
        export = avatar.export(
            embed=False, lod=7, texture_size=SQUARE, haircuts={"list": ["bob"], "texture_size": SQUARE, **more}
        )
        with Image.open(export.folder / "bob" / "bob.png") as image:
            pixels = np.asarray(image, dtype=float)
        return np.average(pixels[..., :3], axis=(0, 1), weights=pixels[..., 3])

    red, blue = (
        mean(color=dict(zip(("red", "green", "blue"), c, strict=True))) for c in ((200, 30, 30), (30, 30, 200))
    )
    assert red[0] > red[2] + 50
    assert blue[2] > blue[0] + 50


def test_textures_of_a_pixel_are_textures(legacy: LegacyAvatars) -> None:
    one = {"width": 1, "height": 1}
    export = legacy("body_0.3", "female", {}).export(
        lod=7,
        texture_size=one,
        additional_textures=["normal_map"],
        haircuts={"list": ["bob"], "texture_size": one},
        outfits={"list": ["outfit_0"], "texture_size": one, "additional_textures": ["body_visibility_mask"]},
    )
    for name in ("model.jpg", "normal_map.png", "bob.png", "outfit_0.png", "outfit_0_body_visibility_mask.png"):
        with Image.open(export.folder / "avatar" / name) as image:
            assert image.size == (1, 1)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"format": "stl"}, "format"),
        ({"lod": 8}, "lod"),
        ({"haircuts": {"list": ["no such"]}}, "no such"),
        ({"texture_size": {"width": 0, "height": 4}}, "texture_size"),
        ({"outfits": {"list": ["outfit_0"]}}, "outfit_0"),
        ([], "export_parameters"),
    ],
)
def test_export_parameters_that_make_no_sense_are_refused(given: object, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        pipeline("head_2.0").check_export("head/mobile", given)


def test_fbx_without_a_blender_is_refused_with_the_way_out(
    legacy: LegacyAvatars, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("avatarsdk_core.sandbox.pipelines.legacy.plan.fbx_available", lambda: False)
    with pytest.raises(ParameterError, match=r"fbx needs a Blender.*use glb"):
        pipeline("head_2.0").check_export("head/mobile", {"format": "fbx"})
    with pytest.raises(ParameterError, match=r"fbx needs a Blender"):
        legacy("animated_face", "base/legacy").result("blendshapes", fmt="fbx")
    pipeline("head_2.0").check_export("head/mobile", {"format": "glb"})


def test_animated_face_takes_no_export_parameters() -> None:
    pipeline("animated_face").check_export("base/legacy", {})
    with pytest.raises(ParameterError, match="no export parameters"):
        pipeline("animated_face").check_export("base/legacy", {"format": "glb"})


def test_a_mesh_format_that_there_is_not_is_refused(legacy: LegacyAvatars) -> None:
    with pytest.raises(ParameterError, match=r"fmt: 'stl'.*ply, obj"):
        legacy("animated_face", "base/legacy").result("mesh", fmt="stl")


@pytest.mark.skipif(not fbx_available(), reason="no Blender to write FBX with")
def test_blendshapes_as_fbx_are_one_model_with_all_shapes(legacy: LegacyAvatars) -> None:
    content = legacy("animated_face", "base/legacy").unpacked("blendshapes", fmt="fbx", lod=7)
    assert list(content) == ["model.fbx"]
    assert content["model.fbx"].startswith(b"Kaydara FBX Binary")
    assert b"JawOpen" in content["model.fbx"]


def test_the_preview_is_a_picture_of_the_avatar(legacy: LegacyAvatars) -> None:
    avatar = legacy("animated_face", "base/legacy", {})
    pipeline("animated_face").preview("base/legacy", avatar.folder)
    with Image.open(avatar.folder / "preview.png") as image:
        pixels = np.asarray(image.convert("RGB"), dtype=int)
    assert pixels.shape == (512, 512, 3)
    skin = np.array([*json.loads((avatar.folder / "computation.json").read_text())["look"]["skin"]])
    assert np.abs(pixels[250:280, 240:270].mean(axis=(0, 1)) - skin).max() < 70
