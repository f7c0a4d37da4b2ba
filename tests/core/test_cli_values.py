"""What stands in arguments becomes the values that parameters take."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from avatarsdk_core.cli.values import assignment, put, read_json, split_names, typed
from avatarsdk_core.errors import ParametersError


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("true", "bool", True),
        ("Off", "bool", False),
        ("12", "int", 12),
        ("0.5", "float", 0.5),
        ("#DEadBE", "color", {"red": 222, "green": 173, "blue": 190}),
        ("deadbe", "color", {"red": 222, "green": 173, "blue": 190}),
        ("1024x512", "size", {"width": 1024, "height": 512}),
        ("polo_Getik", "", "polo_Getik"),
        ("[1, 2]", "", [1, 2]),
        ("#010203", "", {"red": 1, "green": 2, "blue": 3}),
        ("null", "", None),
    ],
)
def test_text_is_read_as_its_type(text: str, kind: str, value: Any) -> None:
    assert typed(text, kind, "--modify x") == value


@pytest.mark.parametrize(
    ("text", "kind", "way"),
    [("maybe", "bool", "true"), ("1.5", "int", "8000"), ("red", "color", "#dEADbe"), ("0x0", "size", "1024x1024")],
)
def test_text_of_another_type_is_named_with_an_example(text: str, kind: str, way: str) -> None:
    with pytest.raises(ParametersError, match=f"--modify x: '{text}' .*--modify x={way}"):
        typed(text, kind, "--modify x")


def test_a_name_alone_is_true_where_that_makes_sense() -> None:
    name, value = assignment("remove_smile", "--modify")
    assert (name, typed(value, "bool", "--modify remove_smile")) == ("remove_smile", True)
    with pytest.raises(ParametersError, match=r"--body height needs a value: write it as --body height=0\.5"):
        typed(assignment("height", "--body")[1], "float", "--body height")
    with pytest.raises(ParametersError, match="NAME=VALUE"):
        assignment("=3", "--modify")


def test_paths_make_objects_and_a_version_s_dot_is_none() -> None:
    tree: dict[str, Any] = {"textures": {"profile": "1K.jpg"}, "lod": "LOD1"}
    put(tree, "textures.embed", True)
    put(tree, "haircuts.color", {"red": 1})
    put(tree, "shape_modifications.cartoonish_v1.0", 0.5)
    put(tree, "finalize", False)
    assert tree == {
        "textures": {"profile": "1K.jpg", "embed": True},
        "lod": "LOD1",
        "haircuts": {"color": {"red": 1}},
        "shape_modifications": {"cartoonish_v1.0": 0.5},
        "finalize": False,
    }


def test_names_come_one_by_one_or_with_commas_each_once() -> None:
    assert split_names(["Color,Normal", " Normal ", "", "Roughness,"]) == ["Color", "Normal", "Roughness"]


def test_json_is_taken_inline_from_a_file_and_from_stdin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = {"format": "glb", "名": [1, None]}
    file = tmp_path / "export.json"
    file.write_text("\ufeff" + json.dumps(data, ensure_ascii=False), "utf-8")
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(data)))
    for given in (json.dumps(data), str(file), f"@{file}", "-"):
        assert read_json(given, "--parameters") == data


def test_json_that_is_none_is_named_with_its_place(tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text('{"a": 1,\n oops}')
    with pytest.raises(ParametersError, match=r"--parameters .*bad.json' isn't JSON \(.*line 2\)"):
        read_json(str(bad), "--parameters")
    with pytest.raises(ParametersError, match="--parameters isn't JSON"):
        read_json("{", "--parameters")
    with pytest.raises(ParametersError, match="no such file; give a JSON file"):
        read_json(str(tmp_path / "none.json"), "--parameters")
    (tmp_path / "latin.json").write_bytes(b'{"a": "\xe9"}')
    with pytest.raises(ParametersError, match="isn't UTF-8"):
        read_json(str(tmp_path / "latin.json"), "--parameters")
    with pytest.raises(ParametersError, match="can't be read: Is a directory"):
        read_json(str(tmp_path), "--parameters")
    with pytest.raises(ParametersError, match="isn't JSON"):
        read_json("[" * 100_000, "--parameters")
