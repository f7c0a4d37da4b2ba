"""Exports over real HTTP: what each flag of the parameters does to the files that are delivered."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from avatarsdk_core.catalog import blendshape_set, export_family
from avatarsdk_core.sandbox import Sandbox
from tests.sandbox.deliveries import Delivered, Studio
from tests.sandbox.gltf_check import validate
from tests.sandbox.service_api import Api, picture

MOBILE_51 = list(blendshape_set("mobile_51").names or ())
MASKS = ["BodyVisibilityMask", "HeadVisibilityMask"]
PBR = ["Color", "GltfMetallicRoughness", "Normal"]
WARDROBE = ("haircuts", "outfits_top", "outfits_bottom", "outfits_shoes")


@pytest.fixture(scope="module")
def studio(service: Sandbox) -> Studio:
    api = Api.signed_in(service, service.credentials.developer)
    return Studio(api, api.wait(api.create().json()["url"]))


@pytest.fixture(scope="module")
def dressed(studio: Studio) -> dict[str, list[str]]:
    """One haircut and one garment of each kind that the sandbox offers, as export parameters have them."""
    offered = studio.api("GET", "export_parameters/available/metaperson_2.0/").json()
    return {category: {"list": offered[category]["list"][:1]} for category in WARDROBE}


@pytest.fixture(scope="module")
def apart(studio: Studio, dressed: dict[str, Any]) -> dict[str, Delivered]:
    """What the demo asks for: everything in its own file, nothing baked, masks listed."""
    return studio.export(
        format="glb",
        embed=False,
        apply_visibility_masks=False,
        textures={"list": PBR + MASKS, "profile": "1K.jpg"},
        blendshapes={"list": ["mobile_51"], "embed": True},
        **dressed,
    )


@pytest.fixture(scope="module")
def bare(studio: Studio) -> Delivered:
    """The uncut avatar without textures."""
    return studio.export(avatar={"textures": {"list": []}})["avatar"]


def test_each_asset_that_isnt_embedded_has_its_own_file(apart: dict[str, Delivered], dressed: dict[str, Any]) -> None:
    assert {identity: file.dto["category"] for identity, file in apart.items()} == {
        "avatar": None,
        **{wanted["list"][0]: category for category, wanted in dressed.items()},
    }
    for identity, file in apart.items():
        assert f"{identity}/model.glb" in file.names
        assert all(name.startswith(f"{identity}/") for name in file.names)
        joints = [file.gltf["nodes"][joint]["name"] for joint in file.gltf["skins"][0]["joints"]]
        assert len(joints) == 73
        assert joints[0] == "Hips"
        if identity != "avatar":
            assert list(file.parts) == [identity]
            assert file.material(identity)["name"] == identity


def test_the_avatar_has_the_parts_of_a_real_export(apart: dict[str, Delivered]) -> None:
    avatar = apart["avatar"]
    assert set(avatar.parts) == set(export_family("metaperson_2.0").defaults["avatar"]["list"])
    assert avatar.parts["AvatarHead"]["extras"]["targetNames"] == MOBILE_51
    assert set(avatar.parts["AvatarTeethLower"]["extras"]["targetNames"]) == {
        "jawForward",
        "jawLeft",
        "jawOpen",
        "jawRight",
    }
    assert "targets" not in avatar.parts["AvatarBody"]["primitives"][0]
    assert avatar.material("AvatarLeftCornea")["alphaMode"] == "BLEND"
    assert avatar.material("AvatarLeftCornea")["pbrMetallicRoughness"]["baseColorFactor"][3] == 0
    assert avatar.material("AvatarHead").get("alphaMode", "OPAQUE") == "OPAQUE"


def test_textures_carry_the_names_of_real_exports(apart: dict[str, Delivered], dressed: dict[str, Any]) -> None:
    avatar = apart["avatar"]
    assert {"AvatarHeadFemale_Color_1K.jpg", "AvatarBodyFemale_Normal1_1K.jpg", "AvatarEyes_Color_512.jpg"} <= set(
        avatar.images
    )
    assert "AvatarEyelashes_Color_512.png" in avatar.images  # alpha stays PNG
    top = dressed["outfits_top"]["list"][0]
    assert {f"{top}_{kind}_1K.jpg" for kind in PBR + MASKS} <= set(apart[top].images)


def test_static_files_complete_the_folder_and_are_not_in_the_zip(apart: dict[str, Delivered]) -> None:
    for identity, file in apart.items():
        inside = {name.split("/")[1] for name in file.names}
        assert not inside & set(file.static)
        assert set(file.images) <= inside | set(file.static)
        assert set(file.static) <= set(file.images)
        for name, data in file.static.items():
            Image.open(io.BytesIO(data)).load()
            assert name.rpartition(".")[2] in ("jpg", "png")
        if identity == "avatar":
            assert "AvatarHeadFemale_Color_1K.jpg" in inside, "the photo's colours aren't the same for everybody"
            assert "AvatarHeadFemale_Normal1_1K.jpg" in file.static


def test_static_files_are_also_found_under_their_export(studio: Studio, apart: dict[str, Delivered]) -> None:
    file = apart["avatar"]
    name, data = next(iter(file.static.items()))
    folder = file.dto["file"].removesuffix("file/")
    assert studio.api("GET", f"{folder}static_files/{name}").content == data
    assert studio.api("GET", f"{folder}static_files/credentials.json").status_code == 404


def test_masks_are_listed_but_no_material_refers_to_them(apart: dict[str, Delivered], dressed: dict[str, Any]) -> None:
    for category, kinds in (("outfits_top", MASKS), ("outfits_bottom", MASKS[:1]), ("outfits_shoes", MASKS[:1])):
        identity = dressed[category]["list"][0]
        file = apart[identity]
        referenced = json.dumps(file.gltf["materials"])
        for kind in kinds:
            name = f"{identity}_{kind}_1K.jpg"
            index = file.images.index(name)
            used = [i for i, texture in enumerate(file.gltf["textures"]) if texture["source"] == index]
            assert not any(f'"index": {number}' in referenced for number in used)
            mask = np.asarray(Image.open(io.BytesIO(file.static[name])).convert("L"))
            hidden = float((mask < 128).mean())
            assert 0 < hidden < 0.9
            assert float(((mask > 20) & (mask < 235)).mean()) < 0.05, "a mask is hard-edged"


def test_a_haircut_has_alpha(apart: dict[str, Delivered], dressed: dict[str, Any]) -> None:
    identity = dressed["haircuts"]["list"][0]
    file = apart[identity]
    colour = next(name for name in file.images if "_Color_" in name)
    data = file.static.get(colour) or file.entry(colour)
    alpha = np.asarray(Image.open(io.BytesIO(data)).convert("RGBA"))[..., 3]
    assert alpha.min() == 0
    assert alpha.max() == 255
    assert file.material(identity)["alphaMode"] in ("BLEND", "MASK")


def test_embedded_garments_are_parts_of_the_avatar_and_cut_it(
    studio: Studio, dressed: dict[str, Any], bare: Delivered
) -> None:
    files = studio.export(format="gltf", textures={"list": [], "profile": "1K.jpg"}, **dressed)
    assert list(files) == ["avatar"]
    avatar = files["avatar"]
    assert {"haircut", "outfit_top", "outfit_bottom", "outfit_shoes"} <= set(avatar.parts)
    assert "avatar/model.gltf" in avatar.names
    assert "avatar/model.bin" in avatar.names
    assert avatar.triangles("AvatarBody") < 0.6 * bare.triangles("AvatarBody")
    assert avatar.triangles("AvatarHead") <= bare.triangles("AvatarHead")


def test_masks_cut_only_where_the_flags_ask_for_it(studio: Studio, dressed: dict[str, Any], bare: Delivered) -> None:
    none = {"textures": {"list": []}, "embed": False}
    uncut = studio.export(**none, **dressed, apply_visibility_masks=False)["avatar"]
    assert uncut.triangles("AvatarBody") == bare.triangles("AvatarBody")
    shoes_cut = studio.export(
        **none,
        **{
            category: {**wanted, "apply_visibility_masks": category == "outfits_shoes"}
            for category, wanted in dressed.items()
            if category != "haircuts"
        },
    )["avatar"]
    all_cut = studio.export(**none, **dressed)["avatar"]
    assert all_cut.triangles("AvatarBody") < shoes_cut.triangles("AvatarBody") < bare.triangles("AvatarBody")


def test_finalize_stands_the_avatar_on_the_floor_and_cuts(
    studio: Studio, dressed: dict[str, Any], bare: Delivered
) -> None:
    none = {"textures": {"list": []}, "apply_visibility_masks": False}
    final = studio.export(**none, **dressed, finalize=True)["avatar"]
    assert final.lowest() == pytest.approx(0, abs=1e-6)
    assert final.triangles("AvatarBody") < bare.triangles("AvatarBody")
    hips = next(node for node in final.gltf["nodes"] if node["name"] == "Hips")
    before = next(node for node in bare.gltf["nodes"] if node["name"] == "Hips")
    unfinished = studio.export(**none, **dressed)["avatar"]
    assert hips["translation"][1] - before["translation"][1] == pytest.approx(-unfinished.lowest(), abs=1e-5)


def test_finalize_refuses_two_of_a_kind(studio: Studio) -> None:
    offered = studio.api("GET", "export_parameters/available/metaperson_2.0/").json()
    for category, options in offered.items():
        if category in WARDROBE and len(options["list"]) > 1:
            parameters = json.dumps({"finalize": True, category: {"list": options["list"][:2]}})
            answer = studio.api("POST", studio.avatar["exports"], data={"export_parameters": parameters})
            assert answer.status_code == 400
            assert f"{category}.list: finalize" in answer.json()["export_parameters"][0]


def test_embedded_textures_leave_one_file(studio: Studio, dressed: dict[str, Any]) -> None:
    files = studio.export(
        format="glb",
        textures={"list": ["Color"], "profile": "1K.jpg", "embed": True},
        outfits_shoes=dressed["outfits_shoes"],
    )
    assert files["avatar"].names == ["avatar/model.glb"]
    assert files["avatar"].static == {}
    assert set(files["avatar"].images) == {"(embedded)"}
    surface = files["avatar"].material("outfit_shoes")["pbrMetallicRoughness"]
    assert "baseColorTexture" in surface
    assert "metallicRoughnessTexture" not in surface


def test_lists_and_profiles_count_per_category(studio: Studio, dressed: dict[str, Any]) -> None:
    files = studio.export(
        format="glb",
        embed=False,
        textures={"list": ["Color", "Sparkle"], "profile": "1K.png"},
        avatar={"list": ["AvatarLeftEyeball"], "textures": {"profile": "1K.webp"}},
        outfits_shoes={**dressed["outfits_shoes"], "format": "gltf", "textures": {"list": ["Normal"]}},
    )
    shoes = dressed["outfits_shoes"]["list"][0]
    assert list(files["avatar"].parts) == ["AvatarLeftEyeball"]
    assert files["avatar"].images == ["AvatarEyes_Color_512.webp"]
    assert files["avatar"].gltf["extensionsRequired"] == ["EXT_texture_webp"]
    assert files[shoes].images == [f"{shoes}_Normal_1K.png"]
    assert f"{shoes}/model.gltf" in files[shoes].names


def test_a_haircut_takes_the_colour_asked_for(studio: Studio, dressed: dict[str, Any]) -> None:
    identity = dressed["haircuts"]["list"][0]
    means = []
    for colour in ({"red": 200, "green": 40, "blue": 30}, {"red": 40, "green": 60, "blue": 200}):
        file = studio.export(
            embed=False,
            textures={"list": ["Color"], "profile": "1K.png"},
            avatar={"list": ["AvatarTeethUpper"]},
            haircuts={"list": [identity], "color": colour},
        )[identity]
        name = f"{identity}_Color_1K.png"
        assert name not in file.static, "a colour of its own isn't the same for everybody"
        image = np.asarray(Image.open(io.BytesIO(file.entry(name))).convert("RGBA")).reshape(-1, 4)
        means.append(image[image[:, 3] > 128][:, :3].mean(axis=0))
    assert means[0][0] > means[0][2] + 40
    assert means[1][2] > means[1][0] + 40


def test_the_photo_colours_the_skin(studio: Studio) -> None:
    def skin(avatar: dict[str, Any]) -> np.ndarray:
        file = Studio(studio.api, avatar).export(
            avatar={"list": ["AvatarHead"], "textures": {"list": ["Color"], "profile": "1K.jpg"}}
        )["avatar"]
        image = Image.open(io.BytesIO(file.entry("AvatarHeadFemale_Color_1K.jpg"))).convert("RGB")
        return np.asarray(image, dtype=float).mean(axis=(0, 1))

    dark = studio.api.wait(studio.api.create(picture(colour=(110, 70, 52))).json()["url"])
    light, darker = skin(studio.avatar), skin(dark)
    assert (light - darker).min() > 15


def test_a_male_avatar_has_a_body_and_textures_of_his_own(studio: Studio, bare: Delivered) -> None:
    created = studio.api.create(pipeline_subtype="male").json()["url"]
    him = Studio(studio.api, studio.api.wait(created))
    file = him.export(textures={"list": ["Color"], "profile": "1K.jpg"}, avatar={"list": ["AvatarBody"]})["avatar"]
    assert file.images == ["AvatarBodyMale_Color_1K.jpg"]
    assert bounds(file, "AvatarBody") != bounds(bare, "AvatarBody")


def bounds(file: Delivered, part: str) -> list[float]:
    position = file.parts[part]["primitives"][0]["attributes"]["POSITION"]
    return list(file.gltf["accessors"][position]["max"])


def test_blendshapes_apart_are_bin_files(studio: Studio, apart: dict[str, Delivered]) -> None:
    files = studio.export(blendshapes={"list": ["mobile_51"], "embed": False}, avatar={"textures": {"list": []}})
    assert files["mobile_51"].dto["category"] == "blendshapes"
    assert "extras" not in files["avatar"].parts["AvatarHead"]
    deltas = files["mobile_51"].entry("blendshapes/AvatarHead/mobile_51/jawOpen.bin")
    head = apart["avatar"].parts["AvatarHead"]["primitives"][0]
    accessor = apart["avatar"].gltf["accessors"][head["targets"][MOBILE_51.index("jawOpen")]["POSITION"]]
    points = np.frombuffer(deltas, "<f4").reshape(-1, 3)
    assert len(points) == accessor["count"]
    np.testing.assert_allclose(points.min(axis=0), accessor["min"], atol=1e-7)


def test_fixed_values_are_baked_into_the_mesh(studio: Studio, bare: Delivered) -> None:
    opened = studio.export(blendshapes={"values": {"mobile_51": {"jawOpen": 1}}}, avatar={"textures": {"list": []}})

    def chin(file: Delivered) -> float:
        position = file.parts["AvatarTeethLower"]["primitives"][0]["attributes"]["POSITION"]
        return float(file.gltf["accessors"][position]["min"][1])

    assert chin(opened["avatar"]) < chin(bare) - 0.005


def test_an_avatar_with_two_exports_from_the_start(studio: Studio) -> None:
    small = json.loads(Api.SMALL)
    created = studio.api.create(export_parameters=json.dumps([small, {**small, "format": "glb"}]), export_comment="two")
    avatar = studio.api.wait(created.json()["url"])
    exports = [studio.api.wait(export["url"]) for export in studio.api("GET", avatar["exports"]).json()]
    assert [export["comment"] for export in exports] == ["two", "two"]
    names = [zipfile.ZipFile(io.BytesIO(studio.api("GET", e["files"][0]["file"]).content)).namelist() for e in exports]
    assert sorted("avatar/model.glb" in found for found in names) == [False, True]


def test_a_deleted_export_is_gone(studio: Studio) -> None:
    created = studio.api("POST", studio.avatar["exports"], data={"parameters": Api.SMALL, "comment": "short-lived"})
    export = studio.api.wait(created.json()["url"])
    assert export["comment"] == "short-lived"
    assert studio.api("DELETE", export["url"]).status_code == 204
    assert studio.api("GET", export["url"]).status_code == 404
    assert studio.api("GET", export["files"][0]["file"]).status_code == 404
    assert export["code"] not in [shown["code"] for shown in studio.api("GET", studio.avatar["exports"]).json()]


def test_exports_of_others_are_not_found(service: Sandbox, client: Api, studio: Studio) -> None:
    export = studio.api("GET", studio.avatar["exports"]).json()[0]
    foreign = client("GET", client.create().json()["url"]).json()["url"]
    assert client("GET", export["url"]).status_code == 404
    assert client("GET", export["files"][0]["file"]).status_code == 404
    mixed = f"{foreign}exports/{export['code']}/"
    assert client("GET", mixed).status_code == 404


def test_files_ask_for_a_token_and_take_it_from_the_query(studio: Studio, apart: dict[str, Delivered]) -> None:
    import requests

    url = apart["avatar"].dto["file"]
    assert requests.get(url, timeout=300).status_code == 401
    assert requests.get(url, params={"access_token": studio.api.token}, timeout=300).content == apart["avatar"].archive
    assert requests.get(apart["avatar"].dto["static_files"][0], timeout=300).status_code == 401
    part = studio.api("GET", url, headers={"Range": "bytes=0-1"})
    assert (part.status_code, part.content) == (206, b"PK")


@pytest.mark.parametrize(
    "path",
    [
        "static_resources/metaperson_2.0/textures/avatar/AvatarHeadFemale/nothing.jpg",
        "static_resources/metaperson_2.0/textures/avatar/AvatarHeadFemale/..%2f..%2f..%2fcredentials.json",
        "static_resources/metaperson_2.0/textures/..%2f..%2f/x/credentials.json",
        "static_resources/metaperson_2.0/textures/%2e%2e/%2e%2e/credentials.json",
        "static_resources/metaperson_2.0/textures/avatar/x/%00.jpg",
    ],
)
def test_static_resources_stay_in_their_folder(developer: Api, path: str) -> None:
    assert developer("GET", path).status_code == 404


def test_every_model_passes_the_khronos_validator(
    apart: dict[str, Delivered], studio: Studio, dressed: dict[str, Any], tmp_path: Path
) -> None:
    models = [file.unpack(tmp_path / "apart") for file in apart.values()]
    for name, parameters in {
        "gltf": {"format": "gltf", "textures": {"list": PBR + MASKS, "profile": "1K.jpg"}},
        "embedded": {"format": "glb", "textures": {"list": PBR + MASKS, "profile": "1K.jpg", "embed": True}},
        "final": {"format": "glb", "finalize": True, "textures": {"profile": "1K.jpg"}},
        "webp": {"format": "glb", "textures": {"list": ["Color"], "profile": "1K.webp", "embed": True}},
    }.items():
        models += [file.unpack(tmp_path / name) for file in studio.export(**dressed, **parameters).values()]
    reports = validate(models)
    assert len(reports) == len(models)
    assert [report for report in reports if report["errors"]] == []
