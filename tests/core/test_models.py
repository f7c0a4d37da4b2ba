"""Models take whatever comes, keep what they don't know, and give it back."""

from __future__ import annotations

import dataclasses
import json
import math
import pickle
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatarsdk_core.errors import ProtocolError
from avatarsdk_core.models import (
    Avatar,
    Export,
    Haircut,
    Model,
    ModelInfo,
    Player,
    Rgb,
    Selfie,
    StaticResource,
    Texture,
    Token,
    Usage,
    to_json,
)
from avatarsdk_core.models.base import moment
from avatarsdk_core.models.exports import static_resources

KINDS: tuple[type[Model], ...] = (Avatar, Export, Haircut, ModelInfo, Player, Selfie, Texture, Token, Usage)

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.datetimes().map(str),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def test_models_keep_what_they_do_not_know_and_accept_null() -> None:
    data = {"code": "a", "status": "Dreaming", "mesh": None, "progress": None, "shiny": [1], "created_on": "nonsense"}
    avatar = Avatar.from_json(data)
    assert (avatar.status, avatar.is_final, avatar.mesh, avatar.progress) == ("Dreaming", False, None, 0)
    assert avatar.extra == {"shiny": [1]}
    assert to_json(avatar)["shiny"] == [1]
    moment = Avatar.from_json({"code": "a", "created_on": "2019-10-01T08:16:03.831260Z"}).created_on
    assert moment == datetime(2019, 10, 1, 8, 16, 3, 831260, UTC)
    export = Export.from_json({"code": "e", "files": [{"identity": "i", "file": "u", "static_files": None}]})
    assert export.files[0].static_files == ()


@pytest.mark.parametrize("data", [None, [], "x", {}, {"code": ""}, {"code": None}, {"code": 5}])
def test_an_object_that_nothing_can_be_done_with_is_a_protocol_error(data: object) -> None:
    with pytest.raises(ProtocolError):
        Avatar.from_json(data)


@st.composite
def objects(draw: st.DrawFn, kind: type[Model]) -> dict[str, Any]:
    """An object with known and unknown fields, of any type."""
    known = draw(st.dictionaries(st.sampled_from(sorted(kind.readers)), values))
    needed = {name: draw(st.text(min_size=1)) for name in kind.required}
    return {**draw(st.dictionaries(st.text(max_size=8), values, max_size=3)), **known, **needed}


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_any_value_in_any_field_is_read_and_nothing_unknown_is_lost(kind: type[Model], data: st.DataObject) -> None:
    sent = data.draw(objects(kind))
    try:
        model = kind.from_json(sent)
    except ProtocolError:
        assert kind is Export  # whose files lack what nothing can be done without
        return
    assert set(model.extra) == set(sent) - set(kind.readers)
    plain = to_json(model)
    json.dumps(plain, allow_nan=False)
    assert set(plain) == set(sent) | set(kind.readers)
    again = kind.from_json(plain)
    assert repr(to_json(again)) == repr(plain)  # read, written and read once more: the same
    assert repr(pickle.loads(pickle.dumps(model))) == repr(model)


@pytest.mark.parametrize("kind", KINDS)
@given(data=values)
def test_anything_at_all_is_a_model_or_a_protocol_error(kind: type[Model], data: Any) -> None:
    try:
        kind.from_json(data)
    except ProtocolError as error:
        assert kind.__name__ in str(error)  # noqa: PT017 not raising is fine too


@pytest.mark.parametrize("kind", KINDS)
def test_fields_and_readers_are_the_same_and_models_are_frozen(kind: type[Model]) -> None:
    assert {field.name for field in dataclasses.fields(kind)} == {*kind.readers, "extra"}
    model = kind.from_json(dict.fromkeys(kind.required, "x"))
    with pytest.raises(dataclasses.FrozenInstanceError):
        model.extra = {}  # type: ignore[misc]


@given(st.datetimes(timezones=st.just(UTC)), st.integers(-12 * 60, 14 * 60))
def test_dates_are_aware_and_in_utc(at: datetime, minutes: int) -> None:
    assert moment(at.isoformat()) == at
    assert moment(at.replace(tzinfo=None).isoformat()) == at  # without a zone: UTC, as documented
    assert moment(at.strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")) == at
    if at.year in (1, 9999):
        return
    offset = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    elsewhere = moment(at.replace(tzinfo=None).isoformat() + offset)
    assert elsewhere is not None
    assert elsewhere.tzinfo is UTC
    assert elsewhere == at - timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "value", [None, "", "yesterday", 5, [], "0001-01-01T00:00:00+12:00", "9999-12-31T23:59:59-12:00"]
)
def test_what_is_no_date_is_none(value: Any) -> None:
    assert moment(value) is None


def test_landmarks_are_points_and_nan_stays_nan() -> None:
    flat = [math.nan, None, math.nan, *map(float, range(201))]
    info = ModelInfo.from_json(json.loads(json.dumps({"pipeline": "animated_face", "facial_landmarks_68": flat})))
    assert len(info.facial_landmarks_68) == 68
    assert all(math.isnan(value) for value in info.facial_landmarks_68[0])
    assert info.facial_landmarks_68[1] == (0.0, 1.0, 2.0)
    assert to_json(info)["facial_landmarks_68"][0] == [None, None, None]


def test_colours_are_read_and_what_is_none_is_none() -> None:
    info = ModelInfo.from_json(
        {
            "skin_color": {"red": 231, "green": 193, "blue": 190},
            "hair_color": {"red": 256, "green": 0, "blue": 0},
            "lips_color": {"red": 1},
            "eye_iris_color": None,
        }
    )
    assert info.skin_color == Rgb(231, 193, 190)
    assert (info.hair_color, info.lips_color, info.eye_iris_color) == (None, None, None)
    assert to_json(info)["skin_color"] == {"red": 231, "green": 193, "blue": 190}


def test_guesses_about_a_person_are_not_in_the_repr() -> None:
    guesses = {
        "age": "not_child",
        "gender": "canary1",
        "race": "canary2",
        "races": {"canary3": 0.5},
        "age_confidence": 0.77,
    }
    info = ModelInfo.from_json({"pipeline": "head_1.2", **guesses})
    assert info.races == {"canary3": 0.5}
    shown = repr(info)
    assert "head_1.2" in shown
    assert not any(word in shown for word in ("not_child", "canary", "0.77"))


def test_secrets_are_not_in_reprs() -> None:
    selfie = Selfie.from_json({"code": "canary", "upload_page_url": "https://x/canary", "url": "canary"})
    for model in (Token(access_token="canary"), Player(code="canary", url="canary"), selfie):
        assert "canary" not in repr(model)


def test_reprs_are_for_people_and_show_no_address() -> None:
    avatar = Avatar.from_json({"code": "c", "name": "Ann", "url": "https://x/", "mesh": "https://x/?signature=1"})
    file = {"identity": "avatar", "file": "https://x/", "static_files": ["https://x/"]}
    export = Export.from_json({"code": "e", "url": "https://x/", "files": [file], "public_file": "https://x/"})
    shown = repr((avatar, export, Haircut(identity="h", mesh="https://x/"), Texture(identity="t", file="https://x/")))
    assert "https" not in shown
    assert "Ann" in shown
    assert "identity='avatar'" in shown


def test_static_resources_are_the_leaves_of_the_tree() -> None:
    textures = {"2K.jpg": {"base": {"Color": "https://x/c.jpg"}, "stripes": {"Color": "https://x/s.jpg"}}}
    tree = {
        "female": {
            "avatar": {"AvatarHead": {"LOD1": {"textures": textures, "meshes": {"a": {"b": {"c": "https://x"}}}}}}
        },
        "male": {"avatar": {"AvatarHead": None, "AvatarBody": {"LOD1": {"textures": {"2K.jpg": ["odd"]}}}}},
        "new": 5,
    }
    assert [*static_resources(tree)] == [
        StaticResource("female", "avatar", "AvatarHead", "LOD1", "2K.jpg", "base", "Color", "https://x/c.jpg"),
        StaticResource("female", "avatar", "AvatarHead", "LOD1", "2K.jpg", "stripes", "Color", "https://x/s.jpg"),
    ]


@given(values)
def test_any_tree_of_static_resources_is_read(tree: Any) -> None:
    for resource in static_resources(tree):
        assert isinstance(resource.url, str)


def test_a_selfie_tells_whether_its_page_has_ended() -> None:
    soon = datetime.now(UTC) + timedelta(minutes=1)
    assert not Selfie(code="s").is_expired
    assert not Selfie(code="s", expires=soon).is_expired
    assert Selfie(code="s", expires=soon - timedelta(hours=1)).is_expired
