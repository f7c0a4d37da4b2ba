"""The client's smaller resources against the real sandbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from avatarsdk_core.catalog import ComputationParameters, MetaPersonExportParameters, category, subtype
from avatarsdk_core.client import Client
from avatarsdk_core.errors import InvalidRequest, NotFound
from avatarsdk_core.sandbox import Sandbox
from tests.sandbox.test_client_flow import photo, sdk_of


@pytest.fixture
def sdk(service: Sandbox) -> Iterator[Client]:
    with sdk_of(service) as client:
        client.use_player(client.players.create("test"))
        yield client


def test_available_parameters_are_those_of_the_catalogue(sdk: Client) -> None:
    available = sdk.parameters.available("metaperson_2.0", "male")
    male = subtype("metaperson_2.0", "male")
    for name in ("model_info", "avatar_modifications"):
        listed = {entry.name for entry in available.entries() if entry.category == name}
        assert listed == {row.name for row in category(name).parameters.values() if row.plan(male) == "Enterprise"}
    assert sdk.parameters.available("metaperson_2.0") == available
    fine = ComputationParameters(avatar_modifications={"remove_smile": True})
    assert fine.validate("metaperson_2.0", "male", available=available, strict=True) == []


def test_what_validation_refuses_the_sandbox_refuses_in_the_same_words(sdk: Client) -> None:
    available = sdk.parameters.available("metaperson_2.0")
    wrong = ComputationParameters.from_json({"model_info": {"plus": ["hair_colour"]}})
    (problem,) = wrong.validate("metaperson_2.0", available=available)
    with pytest.raises(InvalidRequest) as refusal:
        sdk.avatars.create(photo=photo(), name="a", pipeline="metaperson_2.0", parameters=wrong)
    assert str(problem) in refusal.value.detail
    offered = sdk.export_parameters.available("metaperson_2.0", "female")
    export = MetaPersonExportParameters(format="glb", outfits_top={"list": ["polo_getik"]})
    (problem,) = export.validate("metaperson_2.0", available=offered)
    with pytest.raises(InvalidRequest) as refusal:
        sdk.avatars.create(photo=photo(), name="a", pipeline="metaperson_2.0", export_parameters=export)
    assert "'polo_getik' is not available" in str(problem)
    assert "'polo_getik' is not available" in refusal.value.detail


def test_pictures_come_when_the_avatar_is_there_and_a_deleted_export_is_gone(sdk: Client) -> None:
    glb = MetaPersonExportParameters(
        format="glb", avatar={"list": ["AvatarEyelashes"]}, textures={"list": [], "profile": "1K.jpg"}
    )
    avatar = sdk.avatars.create(photo=photo(), name="a", pipeline="metaperson_2.0", export_parameters=glb)
    avatar = sdk.avatars.wait(avatar)
    assert sdk.avatars.thumbnail(avatar)[:2] == b"\xff\xd8"
    assert sdk.avatars.preview(avatar.code) == sdk.avatars.preview(avatar)
    (export,) = sdk.exports.list(avatar)
    export = sdk.exports.wait(export)
    sdk.exports.delete(export)
    assert sdk.exports.list(avatar) == []
    with pytest.raises(NotFound):
        sdk.exports.get(export)
