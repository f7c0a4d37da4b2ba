"""Expressions: what a face becomes, in a mirror, with another's names; and their files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatarsdk_core.avatar.expression_file import (
    MARK,
    MAX_BYTES,
    clean_name,
    expressions_text,
    parse_expressions,
    read_expressions,
    write_expressions,
)
from avatarsdk_core.avatar.expressions import (
    SHIPPED_NAMES,
    Expression,
    Mirror,
    Slider,
    apply,
    mirror,
    of_face,
    reset,
    shipped,
)
from avatarsdk_core.avatar.shape_groups import ShapeGroup, group_of
from avatarsdk_core.avatar.shape_names import mirrored, resolve, side_of
from avatarsdk_core.catalog import blendshape_set
from avatarsdk_core.errors import ExpressionError

ARKIT = blendshape_set("mobile_51").names or ()
_ONE = (
    "BrowsU_C ChinLowerRaise ChinUpperRaise EyesDown EyesLeft EyesRight EyesUp JawChew JawFwd JawLeft JawOpen JawRight"
)
_LIPS = "Funnel LowerClose LowerDown LowerOpen Pucker UpperClose UpperOpen UpperUp"
_TWO = "BrowsD BrowsU CheekSquint EyeBlink EyeOpen EyeSquint LipsStretch MouthDimple MouthFrown MouthSmile"
LEGACY = [
    *(*_ONE.split(), "MouthLeft", "MouthRight", "Puff", "Sneer", "base_head"),
    *(f"Lips{name}" for name in _LIPS.split()),
    *(f"{name}_{side}" for name in _TWO.split() for side in "LR"),
]
SMILE = Expression("Smile", {"mouthSmileLeft": 0.6, "mouthSmileRight": 0.4})

values = st.floats(-1, 1, allow_nan=False).map(lambda value: round(value, 3))
faces = st.dictionaries(st.sampled_from(ARKIT), values).map(
    lambda found: {name: Slider(value, -1.0, 1.0) for name, value in found.items()}
)
names = st.text(min_size=1, max_size=20).map(clean_name).filter(bool)
some_expressions = st.builds(Expression, names, st.dictionaries(names, values, max_size=8))


def face(**given: float) -> dict[str, Slider]:
    return {name: Slider(given.get(name, 0.0)) for name in (*ARKIT, "JawLine", "Haircut", "PP")} | {
        name: Slider(value) for name, value in given.items()
    }


def test_an_expression_takes_the_place_of_the_face_but_not_of_its_form() -> None:
    done = apply(SMILE, face(jawOpen=0.5, PP=0.3, JawLine=0.7, Haircut=1.0), strength=0.5)
    assert done.values == {"mouthSmileLeft": 0.3, "mouthSmileRight": 0.2, "jawOpen": 0.0, "PP": 0.0}
    assert (done.missing, done.found) == ((), 2)


def test_added_to_a_face_it_stays_within_the_sliders() -> None:
    done = apply(SMILE, face(jawOpen=0.5, mouthSmileLeft=0.7), additive=True)
    assert done.values == {"mouthSmileLeft": 1.0, "mouthSmileRight": 0.4}
    assert apply(SMILE, {"mouthSmileLeft": Slider(0.0, 0.0, 0.25)}).values == {"mouthSmileLeft": 0.25}


def test_what_a_face_lacks_is_told() -> None:
    done = apply(SMILE, {"mouthSmileLeft": Slider(0.0)})
    assert (done.values, done.missing, done.found) == ({"mouthSmileLeft": 0.6}, ("mouthSmileRight",), 1)


@pytest.mark.parametrize("spelling", [str.lower, str.upper, lambda name: name[0].upper() + name[1:]])
def test_shapes_are_found_in_other_spellings(spelling: object) -> None:
    spelled = {spelling(name): name for name in ARKIT}  # type: ignore[operator]
    found, missing = resolve(dict.fromkeys(ARKIT, 0.5), spelled)
    assert (set(found), missing) == (set(spelled), ())
    assert {group_of(name) for name in spelled} == {ShapeGroup.ARKIT}


def test_snake_case_and_single_letters_are_spellings_too() -> None:
    found, missing = resolve(SMILE.values, ["mouth_smile_L", "mouthSmile_right.001"])
    assert (found, missing) == ({"mouth_smile_L": 0.6, "mouthSmile_right.001": 0.4}, ())


def test_the_old_faces_wear_them_too_and_share_what_is_one_shape_there() -> None:
    found, missing = resolve({"noseSneerLeft": 0.8, "noseSneerRight": 0.4, "browDownLeft": 1.0}, LEGACY)
    assert found == pytest.approx({"Sneer": 0.6, "BrowsD_L": 1.0})
    assert missing == ()
    for expression in shipped().values():
        assert len(resolve(expression.values, LEGACY)[1]) <= 2, expression.name


def test_twelve_are_shipped_and_are_of_arkits_shapes_alone() -> None:
    assert list(shipped()) == list(SHIPPED_NAMES)
    assert len(shipped()) == 12
    for expression in shipped().values():
        assert set(expression.values) <= set(ARKIT)
        assert all(0 < value <= 1 for value in expression.values.values())
    assert not shipped()["neutral"].values
    pairs = [tuple(sorted(expression.values.items())) for expression in shipped().values()]
    assert len(set(pairs)) == 12


def test_wink_and_thinking_alone_are_lopsided() -> None:
    lopsided = {
        name
        for name, expression in shipped().items()
        if mirror({shape: Slider(expression.values.get(shape, 0.0)) for shape in ARKIT})
    }
    assert lopsided == {"wink", "thinking"}


@given(faces)
def test_mirrored_twice_is_the_face_that_it_was(found: dict[str, Slider]) -> None:
    full = {name: Slider(0.0, -1.0, 1.0) for name in ARKIT} | found
    once = full | {name: full[name]._replace(value=value) for name, value in mirror(full).items()}
    assert once["eyeLookInLeft"].value == full["eyeLookInRight"].value
    twice = once | {name: once[name]._replace(value=value) for name, value in mirror(once).items()}
    assert twice == full


@given(faces, st.sampled_from([Mirror.LEFT_TO_RIGHT, Mirror.RIGHT_TO_LEFT]))
def test_one_side_copied_onto_the_other_makes_them_alike(found: dict[str, Slider], way: Mirror) -> None:
    full = {name: Slider(0.0, -1.0, 1.0) for name in ARKIT} | found
    changed = mirror(full, way)
    source = "left" if way == Mirror.LEFT_TO_RIGHT else "right"
    assert all(side_of(name) != source for name in changed)
    after = {name: changed.get(name, slider.value) for name, slider in full.items()}
    assert all(after[name] == after[mirrored(name).name] for name in ARKIT if side_of(name))
    assert (after["jawLeft"], after["mouthRight"]) == (full["jawLeft"].value, full["mouthRight"].value)


@pytest.mark.parametrize(
    ("name", "other", "sign"),
    [
        ("mouthSmileLeft", "mouthSmileRight", 1),
        ("eyeLookInRight", "eyeLookInLeft", 1),
        ("jawLeft", "jawRight", 1),
        ("MouthSmile_R", "MouthSmile_L", 1),
        ("brow.left.up", "brow.right.up", 1),
        ("EyesLeft", "EyesRight", 1),
        ("NoseTipLeftRight", "NoseTipLeftRight", -1),
        ("NoseTipLeftRight_neg", "NoseTipLeftRight_pos", 1),
        ("browInnerUp", "browInnerUp", 1),
        ("viseme_RR", "viseme_RR", 1),
        ("Leftover", "Leftover", 1),
    ],
)
def test_counterparts(name: str, other: str, sign: int) -> None:
    assert mirrored(name) == (other, sign)
    assert mirrored(other).name == name


@given(st.text(max_size=30) | st.text(alphabet="LRleftrigh_.- ", max_size=14))
def test_every_counterpart_leads_back(name: str) -> None:
    assert mirrored(mirrored(name).name).name == name
    assert len(mirrored(name).name) <= len(name) + 1


def test_a_slider_for_both_sides_changes_its_sign() -> None:
    found = mirror({"NoseTipLeftRight": Slider(0.4, -1.0, 1.0)})
    assert found == {"NoseTipLeftRight": -0.4}


def test_only_what_is_named_is_mirrored_with_its_counterpart() -> None:
    found = mirror(face(mouthSmileLeft=0.5, browDownLeft=0.5), names={"mouthSmileRight"})
    assert found == {"mouthSmileLeft": 0.0, "mouthSmileRight": 0.5}


def test_reset_leaves_the_generated_haircut() -> None:
    found = face(jawOpen=0.5, JawLine=0.2, Haircut=1.0)
    assert reset(found) == {"jawOpen": 0.0, "JawLine": 0.0}
    assert reset(found, {"jawOpen"}) == {"jawOpen": 0.0}


@given(faces)
def test_a_kept_face_put_on_a_neutral_one_is_the_same_face(found: dict[str, Slider]) -> None:
    neutral = {name: Slider(0.0, -1.0, 1.0) for name in ARKIT}
    full = neutral | found
    kept = of_face("Mine", full)
    put_on = apply(kept, neutral).values
    assert all(put_on.get(name, 0.0) == pytest.approx(slider.value, abs=1e-4) for name, slider in full.items())
    cleared = apply(kept, {name: Slider(0.9, -1.0, 1.0) for name in ARKIT}).values
    assert all(cleared.get(name, 0.9) == pytest.approx(slider.value, abs=1e-4) for name, slider in full.items())


def test_the_form_of_the_face_is_kept_only_when_asked_for() -> None:
    found = face(jawOpen=0.5, JawLine=0.2, Haircut=1.0)
    assert of_face("Mine", found).values == {"jawOpen": 0.5}
    assert of_face("Mine", found, with_form=True).values == {"jawOpen": 0.5, "JawLine": 0.2}


@given(st.lists(some_expressions, min_size=1, max_size=6))
def test_what_is_written_is_read_again(some: list[Expression]) -> None:
    assert parse_expressions(expressions_text(some).encode()) == some


def test_a_file_is_whole_or_absent(tmp_path: Path) -> None:
    file = write_expressions([SMILE], tmp_path / "new" / "smile.json")
    assert read_expressions(file) == [SMILE]
    bad = Expression("Bad", {"jawOpen": float("nan")})
    with pytest.raises(ExpressionError, match=r"isn't written.*isn't JSON"):
        write_expressions([bad], file)
    assert read_expressions(file) == [SMILE]
    assert [path.name for path in file.parent.iterdir()] == ["smile.json"]
    (tmp_path / "taken").write_text("")
    with pytest.raises(ExpressionError, match="taken"):
        write_expressions([SMILE], tmp_path / "taken" / "a.json")


def content(**changed: object) -> bytes:
    return json.dumps({MARK: 1, "expressions": [{"name": "A", "values": {"jawOpen": 0.5}}], **changed}).encode()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "isn't JSON"),
        (b"\xff\xfe", "isn't JSON"),
        (b"[" * 5000, "isn't JSON"),
        (b"[1]", "another kind"),
        (b'{"avatar_sdk_preset": 1}', "another kind"),
        (b" " * (MAX_BYTES + 1), "larger than 1024 kB"),
        (content(**{MARK: 2}), "version 2"),
        (content(**{MARK: True}), "version True"),
        (content(more=1), "'more' doesn't belong"),
        (content(expressions=[]), "list of 1 to 500"),
        (content(expressions={}), "list of 1 to 500"),
        (content(expressions=[{"name": "A", "values": {}}] * 501), "list of 1 to 500"),
        (content(expressions=["A"]), "expression 1 is 'A'"),
        (content(expressions=[{"name": "", "values": {}}]), "expression 1: ''"),
        (content(expressions=[{"name": "a\nb", "values": {}}]), "no name"),
        (content(expressions=[{"name": "x" * 64, "values": {}}]), "no name"),
        (content(expressions=[{"name": "A", "values": []}]), "at most 1000"),
        (content(expressions=[{"name": "A", "values": {str(n): 0 for n in range(1001)}}]), "at most 1000"),
        (content(expressions=[{"name": "A", "values": {"jawOpen": "0.5"}}]), "jawOpen is '0.5'"),
        (content(expressions=[{"name": "A", "values": {"jawOpen": True}}]), "jawOpen is True"),
        (content(expressions=[{"name": "A", "values": {"jawOpen": 11}}]), "-10 to 10"),
        (content(expressions=[{"name": "A", "values": {"": 1}}]), "no shape key"),
        (content(expressions=[{"name": "A", "values": {"k" * 256: 1}}]), "no shape key"),
        (content(expressions=[{"name": "A", "values": {}, "by": "me"}]), "'by' doesn't belong"),
        (b'{"avatar_sdk_expressions": 1, "expressions": [{"name": "A", "values": {"a": NaN}}]}', "isn't JSON"),
    ],
)
def test_a_file_that_is_wrong_is_told_in_one_line(data: bytes, told: str, tmp_path: Path) -> None:
    file = tmp_path / "given.json"
    file.write_bytes(data)
    with pytest.raises(ExpressionError) as caught:
        read_expressions(file)
    assert "given.json" in str(caught.value)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_content_does_anything_but_be_refused(data: bytes) -> None:
    with pytest.raises(ExpressionError):
        parse_expressions(data)


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(ExpressionError, match="No such file"):
        read_expressions(tmp_path / "gone.json")
    with pytest.raises(ExpressionError, match="it is a folder"):
        read_expressions(tmp_path)


@given(st.text(max_size=200))
def test_a_cleaned_name_is_one_line_of_bounded_length(text: str) -> None:
    name = clean_name(text)
    assert name == clean_name(name)
    assert name.isprintable()
    assert len(name.encode("utf-8", "replace")) <= 63
