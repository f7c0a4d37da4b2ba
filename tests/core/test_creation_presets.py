# SPDX-License-Identifier: MIT
"""Presets: what is saved comes back; a damaged or foreign file is refused in one clear line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avatarsdk_core.creation.form import first_form
from avatarsdk_core.creation.presets import (
    MARK,
    MAX_BYTES,
    Preset,
    file_name,
    list_presets,
    parse_preset,
    preset_text,
    read_preset,
    write_preset,
)
from avatarsdk_core.errors import AvatarSDKError, ParametersError
from tests.core.test_creation_form import filled

GOOD: dict[str, Any] = {
    MARK: 1,
    "title": "Game girl",
    "pipeline": "metaperson_2.0",
    "subtype": "female",
    "choices": {"haircuts": ["Haircut3"], "model_info": ["hair_color"]},
    "values": {"avatar_modifications": {"remove_smile": True}},
    "export": {"format": "glb", "lod": "LOD2", "colors": {"skin": {"red": 1, "green": 2, "blue": 3}}},
}


@settings(max_examples=60, deadline=None)
@given(filled(), st.text(st.characters(exclude_categories=("Cs",)), max_size=30))
def test_what_is_saved_comes_back(both: tuple[Any, Any], title: str) -> None:
    form, _ = both
    clean = " ".join(title.split())
    assert parse_preset(preset_text(Preset(clean, form))) == Preset(clean, form)


def test_a_preset_goes_through_a_file(tmp_path: Path) -> None:
    preset = parse_preset(json.dumps(GOOD))
    path = write_preset(preset, tmp_path / "new" / file_name(preset.title))
    assert read_preset(path) == preset
    assert list_presets(path.parent) == [path]
    assert [entry.name for entry in path.parent.iterdir()] == ["Game girl.json"]  # nothing half-written beside it


@pytest.mark.parametrize("name", ["a file/below/it.json", "a file/it.json", "a folder", "no\0name.json", "", "x" * 300])
def test_where_a_preset_cant_be_written_is_told_in_one_line_and_nothing_is_left(tmp_path: Path, name: str) -> None:
    (tmp_path / "a file").write_text("mine", "utf-8")
    (tmp_path / "a folder").mkdir()
    with pytest.raises(ParametersError, match="can't be written") as failed:
        write_preset(parse_preset(json.dumps(GOOD)), str(tmp_path / name) if name else "")
    assert "\n" not in str(failed.value)
    assert sorted(entry.name for entry in tmp_path.rglob("*")) == ["a file", "a folder"]


def test_a_preset_without_a_title_is_called_like_its_file(tmp_path: Path) -> None:
    path = tmp_path / "Hero.json"
    path.write_text(json.dumps({key: value for key, value in GOOD.items() if key != "title"}), "utf-8")
    assert read_preset(path).title == "Hero"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({MARK: 2}, "version 2"),
        ({MARK: True}, "version"),
        ({"pipeline": "metaperson_3.0"}, "metaperson_2.0"),
        ({"pipeline": None}, "needs a text"),
        ({"subtype": "child"}, "child"),
        ({"choices": []}, "object"),
        ({"choices": {"hats": ["x"]}}, "hats"),
        ({"choices": {"haircuts": "Haircut3"}}, "list"),
        ({"choices": {"haircuts": [3]}}, "list"),
        ({"choices": {"haircuts": ["x"] * 501}}, "500"),
        ({"choices": {"model_info": ["shoe_size"]}}, "shoe_size"),
        ({"values": {"avatar_modifications": {"remove_nose": True}}}, "remove_nose"),
        ({"values": {"avatar_modifications": {"remove_smile": "yes"}}}, "yes"),
        ({"values": {"avatar_modifications": [1]}}, "object"),
        ({"export": {"format": "stl"}}, "stl"),
        ({"export": {"lod": 4.5}}, "4.5"),
        ({"export": {"texture_profile": {"a": 1}}}, "profile"),
        ({"export": {"textures": "Color"}}, "list"),
        ({"export": {"colors": {"skin": "red"}}}, "red"),
        ({"export": {"colors": 3}}, "object"),
        ({"export": {"finalize": 1}}, "true or false"),
        ({"client_secret": "abc"}, "client_secret"),
        ({"title": 5}, "text"),
    ],
)
def test_a_wrong_value_is_named(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps({**GOOD, **change}), "utf-8")
    with pytest.raises(ParametersError) as raised:
        read_preset(path)
    assert "'wrong.json'" in str(raised.value)
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff\xfe\0",
        b"[" * 100_000,
        b'{"a": ' * 50_000,
        b"glTF\2\0\0\0",
        b" " * (MAX_BYTES + 1),
        b'{"avatar_sdk_preset": NaN}',
        b'{"asset": {"version": "2.0"}}',
    ],
)
def test_a_foreign_file_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "foreign.json"
    path.write_bytes(content)
    with pytest.raises(ParametersError, match=r"^The preset 'foreign\.json' can't be used: .+") as raised:
        read_preset(path)
    assert "\n" not in str(raised.value)


def test_a_file_that_isnt_there_is_told(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path, Path("a\0b.json")):
        with pytest.raises(ParametersError, match="can't be read"):
            read_preset(path)


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["Haircut3", "glb"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


def read_or_refused(text: str | bytes) -> Preset | None:
    """None where it is refused, in one line."""
    try:
        return parse_preset(text)
    except AvatarSDKError as error:
        refusal = str(error)
    assert refusal
    assert "\n" not in refusal
    return None


PLACES = [*GOOD, "choices.haircuts", "export.lod", "export.colors", "values.avatar_modifications"]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(PLACES), anything)
def test_any_value_anywhere_is_read_or_refused_and_never_crashes(where: str, value: Any) -> None:
    data = json.loads(json.dumps(GOOD))
    outer, _, inner = where.partition(".")
    if inner:
        data[outer][inner] = value
    else:
        data[outer] = value
    preset = read_or_refused(json.dumps(data))
    assert preset is None or parse_preset(preset_text(preset)) == preset


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 500), st.binary(max_size=4))
def test_a_damaged_preset_is_read_or_refused_and_never_crashes(place: int, damage: bytes) -> None:
    text = json.dumps(GOOD).encode()
    read_or_refused(text[:place] + damage + text[place + 1 :])


@given(st.text(max_size=90))
def test_a_file_name_is_one_that_every_system_takes(title: str) -> None:
    name = file_name(title)
    assert name.endswith(".json")
    assert not set(name) & set('\\/:*?"<>|\0\n')
    assert 5 < len(name) <= 66
    assert name.split(".")[0].lower() not in {"con", "nul", "aux", "prn", "com1"}


def test_a_preset_holds_neither_photo_nor_account() -> None:
    text = preset_text(Preset("x", first_form()))
    assert set(json.loads(text)) == set(GOOD)
