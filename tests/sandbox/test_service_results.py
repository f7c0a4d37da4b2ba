"""Direct results over HTTP: for avatars without exports, and only for them."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from PIL import Image

from avatarsdk_core.sandbox import Sandbox
from tests.sandbox.service_api import Api

PARAMETERS = (
    '{"haircuts": {"base": ["female_NewSea_J086f"]}, "blendshapes": {"base": ["visemes_17"]},'
    ' "model_info": {"plus": ["hair_color", "gender", "facial_landmarks_68"]},'
    ' "additional_textures": {"plus": ["lips_mask"]}}'
)


@pytest.fixture(scope="module")
def face(service: Sandbox) -> dict[str, Any]:
    api = Api.signed_in(service, service.credentials.developer)
    return api.wait(api.create(pipeline="", parameters=PARAMETERS, export_parameters="").json()["url"])


def names_in(answer: Any) -> list[str]:
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["X-File-Size"] == str(len(answer.content))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def test_the_default_pipeline_delivers_directly(face: dict[str, Any]) -> None:
    assert face["pipeline"] == "animated_face"
    links = {"mesh", "texture", "haircuts", "blendshapes", "thumbnail", "preview", "model_info"}
    assert {name for name in face if str(face[name]).startswith("http")} == links | {"url"}


def test_meshes_and_point_clouds_come_as_ply_in_a_zip(developer: Api, face: dict[str, Any]) -> None:
    assert names_in(developer("GET", face["mesh"])) == ["model.ply"]
    coarse = developer("GET", face["mesh"], params={"lod": 8})
    assert len(coarse.content) < len(developer("GET", face["mesh"]).content) / 3
    assert all(name.endswith(".ply") for name in names_in(developer("GET", f"{face['url']}pointcloud/")))


def test_textures_are_listed_with_their_files(developer: Api, face: dict[str, Any]) -> None:
    listed = developer("GET", f"{face['url']}textures/").json()
    assert [texture["identity"] for texture in listed] == ["model", "lips_mask"]
    for texture, media_type in zip(listed, ("image/jpeg", "image/png"), strict=True):
        answer = developer("GET", texture["file"])
        assert answer.headers["Content-Type"] == media_type
        Image.open(io.BytesIO(answer.content)).load()
    assert developer("GET", face["texture"]).content == developer("GET", listed[0]["file"]).content


def test_a_haircut_has_all_that_its_entry_names(developer: Api, face: dict[str, Any]) -> None:
    (haircut,) = developer("GET", face["haircuts"]).json()
    assert set(haircut) == {"identity", "gender", "url", "model", "mesh", "pointcloud", "texture", "preview"}
    assert (haircut["identity"], haircut["gender"], haircut["model"]) == ("female_NewSea_J086f", "female", face["url"])
    assert developer("GET", haircut["url"]).json() == haircut
    for name in ("mesh", "pointcloud"):
        assert all(entry.endswith(".ply") for entry in names_in(developer("GET", haircut[name])))
    for name in ("texture", "preview"):
        assert developer("GET", haircut[name]).headers["Content-Type"] in ("image/png", "image/jpeg")
    assert len(names_in(developer("GET", f"{face['haircuts']}pointclouds/"))) == 1


def test_blendshapes_come_in_every_format_asked_for(developer: Api, face: dict[str, Any]) -> None:
    assert all(name.endswith(".ply") for name in names_in(developer("GET", face["blendshapes"])))
    assert all(name.endswith(".bin") for name in names_in(developer("GET", f"{face['blendshapes']}?fmt=bin&lod=3")))


def test_without_blendshapes_there_is_no_content(developer: Api) -> None:
    avatar = developer.wait(developer.create(pipeline="", parameters="{}", export_parameters="").json()["url"])
    answer = developer("GET", avatar["blendshapes"])
    assert (answer.status_code, answer.content) == (204, b"")
    assert developer("GET", avatar["haircuts"]).json() == []


def test_model_info_holds_what_was_asked_for(developer: Api, face: dict[str, Any]) -> None:
    told = developer("GET", face["model_info"]).json()
    assert (told["pipeline"], told["pipeline_subtype"]) == ("animated_face", "base/legacy")
    assert set(told["hair_color"]) == {"red", "green", "blue"}
    assert len(told["facial_landmarks_68"]) == 204
    assert told["facial_landmarks_68"][0] is None, "what is missing is null: NaN is no JSON"


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("mesh/?lod=9", "lod"),
        ("mesh/?lod=-1", "lod"),
        ("mesh/?lod=1.0", "lod"),
        ("mesh/?lod=", "lod"),
        ("mesh/?fmt=", "fmt"),
        ("pointcloud/?lod=99999999999", "lod"),
        ("mesh/?fmt=stl", "fmt"),
        ("blendshapes/?fmt=exe", "fmt"),
    ],
)
def test_a_level_or_a_format_that_isnt_there_is_named(
    developer: Api, face: dict[str, Any], path: str, field: str
) -> None:
    answer = developer("GET", face["url"] + path)
    assert answer.status_code == 400
    assert set(answer.json()) == {field}


@pytest.mark.parametrize(
    "path", ["textures/nothing/file/", "haircuts/nothing/", "haircuts/nothing/mesh/", "exports/x/"]
)
def test_what_isnt_there_is_not_found(developer: Api, face: dict[str, Any], path: str) -> None:
    assert developer("GET", face["url"] + path).status_code == 404


def test_an_avatar_with_exports_delivers_nothing_directly(developer: Api) -> None:
    avatar = developer.wait(developer.create(pipeline="head_2.0", export_parameters='{"format": "glb"}').json()["url"])
    assert not {"mesh", "texture", "haircuts", "blendshapes"} & set(avatar)
    for path in ("mesh", "pointcloud", "texture", "textures", "blendshapes", "haircuts"):
        assert developer("GET", f"{avatar['url']}{path}/").status_code == 404
    assert len(developer("GET", avatar["exports"]).json()) == 1


def test_a_head_without_export_parameters_has_no_export(developer: Api) -> None:
    avatar = developer.wait(developer.create(pipeline="head_1.2", export_parameters="").json()["url"])
    assert {"mesh", "exports"} <= set(avatar)
    assert developer("GET", avatar["exports"]).json() == []


def test_a_pipeline_without_exports_takes_no_export_parameters(developer: Api, face: dict[str, Any]) -> None:
    answer = developer.create(pipeline="animated_face", export_parameters='{"format": "glb"}')
    assert (answer.status_code, set(answer.json())) == (400, {"export_parameters"})
    assert developer("POST", f"{face['url']}exports/", data={"parameters": "{}"}).status_code == 400


def test_deprecated_pipelines_say_so(developer: Api) -> None:
    answer = developer.create(pipeline="body_0.3", parameters="{}", export_parameters="")
    assert "body_0.3 is deprecated" in answer.headers["X-Sandbox-Notice"]
    assert "X-Sandbox-Notice" not in developer.create(parameters="{}").headers
