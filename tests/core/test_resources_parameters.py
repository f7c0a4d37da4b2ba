"""The service's own word on parameters, and parameters on their way to it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from avatarsdk_core.catalog import Color, ComputationParameters, MetaPersonExportParameters
from avatarsdk_core.client import Client
from avatarsdk_core.errors import NotFound, ProtocolError
from tests.core.test_photo import jpeg

INNER = {"blendshapes": {"base": ["legacy_45"]}, "avatar_modifications": {"plus": ["lips_color"]}}


@pytest.mark.parametrize("kind", ["available", "default"])
def test_the_subtype_around_the_answer_is_taken_off(client: Client, service: HTTPServer, kind: str) -> None:
    url, query = f"/parameters/{kind}/animated_face/", {"pipeline_subtype": "base/legacy"}
    service.expect_request(url, query_string=query).respond_with_json({"base/legacy": INNER})
    answer = getattr(client.parameters, kind)("animated_face", "base/legacy")
    assert answer == INNER
    assert ComputationParameters(blendshapes=["visemes_17"]).validate("animated_face", available=answer)[
        0
    ].severity == ("error")


@pytest.mark.parametrize("answer", [INNER, {"model_info": {"plus": ["age"]}}, {}])
def test_an_answer_without_the_subtype_is_taken_as_it_is(client: Client, service: HTTPServer, answer: Any) -> None:
    service.expect_request("/parameters/available/head_1.2/").respond_with_json(answer)
    assert client.parameters.available("head_1.2") == answer


def test_an_answer_that_is_no_object_is_the_services_fault(client: Client, service: HTTPServer) -> None:
    service.expect_request("/parameters/available/head_1.2/").respond_with_json([1])
    with pytest.raises(ProtocolError, match=r"head_1\.2 came as list"):
        client.parameters.available("head_1.2")


def test_an_unknown_pipeline_is_asked_for_all_the_same(client: Client, service: HTTPServer) -> None:
    service.expect_request("/parameters/available/head_9.9/").respond_with_data("", 404)
    with pytest.raises(NotFound):
        client.parameters.available("head_9.9")


@pytest.mark.parametrize(
    ("pipeline", "sent"),
    [
        (None, {"avatar_modifications": {"plus": {"lips_color": {"red": 1, "green": 2, "blue": 3}}}}),
        ("body_0.3", {"avatar_modifications": {"lips_color": {"red": 1, "green": 2, "blue": 3}}}),
    ],
)
def test_parameters_are_sent_in_the_form_of_the_pipeline(
    client: Client, service: HTTPServer, pipeline: str | None, sent: Any
) -> None:
    forms: list[Any] = []

    def handle(request: Request) -> Response:
        forms.append(request.form)
        return Response(json.dumps({"code": "a", "status": "Uploading"}), 201)

    service.expect_request("/avatars/", method="POST").respond_with_handler(handle)
    client.avatars.create(
        photo=jpeg(),
        name="A",
        pipeline=pipeline,
        parameters=ComputationParameters(avatar_modifications={"lips_color": Color(1, 2, 3)}),
        export_parameters=[MetaPersonExportParameters(format="glb"), {"haircuts": {"color": Color(1, 2, 3)}}],
    )
    assert json.loads(forms[0]["parameters"]) == sent
    assert json.loads(forms[0]["export_parameters"]) == [
        {"format": "glb"},
        {"haircuts": {"color": {"red": 1, "green": 2, "blue": 3}}},
    ]
