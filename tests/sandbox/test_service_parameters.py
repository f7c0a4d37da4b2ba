"""What may be asked for, and what becomes of other things: refused, or left out with a notice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from avatarsdk_core import catalog
from avatarsdk_core.catalog import ComputationParameters
from avatarsdk_core.errors import ParametersError
from avatarsdk_core.sandbox import Sandbox
from avatarsdk_core.sandbox.default_parameters import default_parameters
from avatarsdk_core.sandbox.leaving_out import without_errors
from avatarsdk_core.sandbox.pipelines import PIPELINES
from tests.sandbox.service_api import INSTANT, Api

TARGETS = [(name, subtype) for name in PIPELINES for subtype in catalog.pipeline(name).subtypes]


@pytest.fixture(scope="module")
def tolerant() -> Iterator[Api]:
    with Sandbox(durations=INSTANT, tolerant=True) as service:
        yield Api.signed_in(service, service.credentials.developer)


@pytest.mark.parametrize(("pipeline", "subtype"), TARGETS)
@pytest.mark.parametrize("which", ["available", "default"])
def test_parameters_are_listed_under_their_subtype(developer: Api, pipeline: str, subtype: str, which: str) -> None:
    answer = developer("GET", f"parameters/{which}/{pipeline}/", params={"pipeline_subtype": subtype})
    assert answer.status_code == 200
    assert list(answer.json()) == [subtype]
    for content in answer.json()[subtype].values():
        assert isinstance(content, dict) == catalog.pipeline(pipeline).grouped or which == "default"


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_without_a_subtype_the_default_one_is_meant(developer: Api, pipeline: str) -> None:
    expected = catalog.pipeline(pipeline).default_subtype
    for which in ("available", "default"):
        assert list(developer("GET", f"parameters/{which}/{pipeline}/").json()) == [expected]


@pytest.mark.parametrize(("pipeline", "subtype"), TARGETS)
def test_what_is_listed_can_be_sent_unchanged(developer: Api, pipeline: str, subtype: str) -> None:
    """As the documentation has it (spec 5.2), save that key-value categories need values."""
    for which in ("available", "default"):
        listed = developer("GET", f"parameters/{which}/{pipeline}/", params={"pipeline_subtype": subtype}).json()
        answer = developer.create(
            pipeline=pipeline,
            pipeline_subtype=subtype,
            parameters=json.dumps(listed[subtype]),
            export_parameters="",
        )
        assert answer.status_code == 201, answer.text
        assert developer("DELETE", answer.json()["url"]).status_code == 204


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_export_parameters_have_the_form_of_their_family(developer: Api, pipeline: str) -> None:
    listed = developer("GET", f"export_parameters/available/{pipeline}/").json()
    if not catalog.pipeline(pipeline).export_parameters:
        assert listed == {}
    elif pipeline == "metaperson_2.0":
        assert all(set(content) <= {"list", "textures"} and "list" in content for content in listed.values())
    else:
        assert all(isinstance(names, list) for names in listed.values())


def test_unknown_pipelines_and_subtypes_are_not_found(developer: Api) -> None:
    for path in ("parameters/available", "parameters/default", "export_parameters/available", "static_resources"):
        assert developer("GET", f"{path}/head_9/").status_code == 404
    answer = developer("GET", "parameters/available/metaperson_2.0/?pipeline_subtype=femal")
    assert answer.status_code == 404
    assert "female" in answer.json()["detail"]


def test_strictly_every_error_is_named(developer: Api) -> None:
    given = {"model_info": {"plus": ["shoe_size", "gender", "hat_size"]}, "avatar_modifications": {"remove_smile": 3}}
    answer = developer.create(parameters=json.dumps(given))
    assert answer.status_code == 400
    assert set(answer.json()) == {"parameters"}
    texts = " ".join(answer.json()["parameters"])
    assert len(answer.json()["parameters"]) == 3
    assert all(name in texts for name in ("shoe_size", "hat_size", "remove_smile"))


def test_tolerantly_what_isnt_known_is_left_out_with_a_notice(tolerant: Api) -> None:
    answer = tolerant.create(
        parameters='{"model_info": {"plus": ["shoe_size", "gender"]}, "mood": {}}',
        export_parameters='{"format": "gltf", "colour": 1, "avatar": {"list": ["AvatarTail", "AvatarTeethUpper"]}}',
    )
    assert answer.status_code == 201, answer.text
    notice = answer.headers["X-Sandbox-Notice"]
    assert notice.count("left out:") == 4
    assert all(name in notice for name in ("shoe_size", "mood", "colour", "AvatarTail"))
    avatar = tolerant.wait(answer.json()["url"])
    assert tolerant.wait(tolerant("GET", avatar["exports"]).json()[0]["url"])["status"] == "Completed"


@pytest.mark.parametrize(
    ("field", "value"), [("parameters", "{"), ("parameters", "[1]"), ("export_parameters", '"gltf"')]
)
def test_tolerance_ends_where_nothing_can_be_read(tolerant: Api, field: str, value: str) -> None:
    answer = tolerant.create(**{field: value})
    assert answer.status_code == 400
    assert set(answer.json()) == {field}


def test_names_with_dots_are_left_out_alone() -> None:
    given = {"shape_modifications": {"plus": {"cartoonish_v9.9": 1, "cartoonish_v1.0": 0.5}}, "haircuts": ["x"]}

    def problems(parameters: Any) -> list[catalog.Problem]:
        return ComputationParameters.from_json(parameters).validate("body_0.3", "mobile", available=OFFERED)

    kept, told = without_errors(given, problems)
    assert kept == {"shape_modifications": {"plus": {"cartoonish_v1.0": 0.5}}, "haircuts": []}
    assert sum(text.startswith("left out:") for text in told) == 2
    assert given["haircuts"] == ["x"], "what was given stays as it is"
    with pytest.raises(ParametersError):
        without_errors([1], problems)


OFFERED = {"shape_modifications": ["cartoonish_v1.0"], "haircuts": ["afro"]}


def test_defaults_are_what_nothing_else_delivers() -> None:
    offered = {"haircuts": {"base": ["a"], "facegen": ["b"]}, "blendshapes": {"base": ["c"]}, "model_info": {}}
    found = default_parameters("animated_face", "base/legacy", offered)
    assert found["haircuts"] == {"base": ["a"]}
    assert found["blendshapes"] == {"base": ["c"]}
    assert "haircuts" not in default_parameters("body_0.3", "mobile", {"haircuts": ["a"]})
    assert default_parameters("head_2.0", "bust/mobile", offered)["avatar_modifications"]["plus"] == {"add_glare": True}
    assert default_parameters("metaperson_2.0", "female", offered) == {}
