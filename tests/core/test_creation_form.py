# SPDX-License-Identifier: MIT
"""The form of a new avatar: what it offers, what it sends, what it says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avatarsdk_core.catalog import ComputationParameters, pipelines, read_export_parameters
from avatarsdk_core.creation.form import CHOICES, Form, first_form
from avatarsdk_core.creation.offer import Offer, choices, values
from avatarsdk_core.creation.photo_check import check_photo, name_from
from avatarsdk_core.creation.request import problems, request_fields
from avatarsdk_core.creation.summary import Account, cost, summary
from avatarsdk_core.creation.words import CATEGORIES, PIPELINES, SUBTYPES, title
from tests.core.test_photo import jpeg, png

KINDS = [(name, sub) for name, facts in pipelines().items() for sub in facts.subtypes]
FEMALE = Offer(
    "metaperson_2.0",
    "female",
    computation={"model_info": {"plus": ["hair_color"]}, "avatar_modifications": {"plus": ["remove_smile"]}},
    export={"haircuts": {"list": ["Haircut3", "HaircutNew"], "textures": []}, "outfits_top": {"list": ["polo_Getik"]}},
)


@pytest.mark.parametrize(("name", "sub"), KINDS)
def test_the_first_form_of_every_kind_is_without_errors(name: str, sub: str) -> None:
    form = first_form(name, sub)
    assert [str(each) for each in problems(form, Offer(name, sub)) if each.severity == "error"] == []


@st.composite
def filled(draw: st.DrawFn) -> tuple[Form, Offer]:
    """A form with whatever the documentation promises for some kind."""
    name, sub = draw(st.sampled_from(KINDS))
    offer, form = Offer(name, sub), first_form(name, sub)
    for category in CHOICES:
        there = [choice.name for choice in choices(offer, category)]
        for chosen in draw(st.lists(st.sampled_from(there), max_size=3)) if there else ():
            form = form.with_choice(category, chosen, True)
    for value in values(offer, "avatar_modifications"):
        if value.type == "bool" and not value.always_on and draw(st.booleans()):
            form = form.with_value("avatar_modifications", value.name, True)
    return form, offer


@settings(max_examples=60, deadline=None)
@given(filled())
def test_whatever_is_offered_can_be_sent(both: tuple[Form, Offer]) -> None:
    form, offer = both
    assert [str(each) for each in problems(form, offer) if each.severity == "error"] == []
    fields = request_fields(form, "Me")
    assert json.loads(json.dumps(fields)) == fields
    sent = ComputationParameters.from_json(fields["parameters"])
    assert {entry.name for entry in sent.entries() if entry.category == "model_info"} == set(form.chosen("model_info"))
    if pipelines()[form.pipeline].export_parameters:
        exported = read_export_parameters(fields["export_parameters"], form.pipeline)
        assert tuple((exported.get("haircuts") or {"list": []})["list"]) == form.chosen("haircuts")
    else:
        assert "export_parameters" not in fields
        assert {e.name for e in sent.entries() if e.category == "haircuts"} == set(form.chosen("haircuts"))


def test_the_services_word_counts_more_than_the_documentation() -> None:
    assert [choice.name for choice in choices(FEMALE, "haircuts")] == ["Haircut3", "HaircutNew"]
    assert [value.name for value in values(FEMALE, "avatar_modifications")] == ["remove_smile"]
    assert choices(FEMALE, "glasses") == ()
    gone = first_form().with_choice("haircuts", "Haircut7", True)
    assert any("Haircut7" in str(each) for each in problems(gone, FEMALE) if each.severity == "error")
    other = Offer("metaperson_2.0", "male", export=FEMALE.export)  # told of another kind than the form's
    assert not [each for each in problems(gone, other) if each.severity == "error"]


def test_clothes_stay_apart_so_that_they_can_be_taken_off() -> None:
    sent = first_form().with_choice("outfits_top", "polo_Getik", True).export_parameters()
    assert sent is not None
    assert (sent["embed"], sent["apply_visibility_masks"], sent["finalize"]) == (False, False, False)
    assert "BodyVisibilityMask" in sent["textures"]["list"]
    assert sent["outfits_top"] == {"list": ["polo_Getik"]}


def test_a_colour_goes_to_what_is_chosen_and_to_the_skin() -> None:
    red = {"red": 200, "green": 0, "blue": 0}
    form = first_form().with_choice("haircuts", "Haircut3", True)
    sent = form.with_export("colors", {"skin": red, "haircuts": red, "glasses": red}).export_parameters()
    assert sent is not None
    assert sent["avatar"]["colors"] == {"skin": red}
    assert sent["haircuts"]["color"] == red
    assert "glasses" not in sent


def test_a_choice_is_made_and_taken_back_without_a_trace() -> None:
    form = first_form()
    there = (
        form.with_choice("haircuts", "a", True).with_choice("haircuts", "b", True).with_choice("haircuts", "a", True)
    )
    assert there.chosen("haircuts") == ("b", "a")
    back = there.with_choice("haircuts", "a", False).with_choice("haircuts", "b", False)
    assert back == form
    assert form.with_value("body_shape", "height", 170.0).with_value("body_shape", "height", None) == form


def test_another_kind_begins_anew_and_keeps_the_file_format() -> None:
    form = first_form().with_export("format", "fbx").with_choice("outfits_top", "polo_Getik", True)
    other = form.for_pipeline("head_1.2")
    assert (other.export["format"], other.chosen("outfits_top"), other.chosen("blendshapes")) == (
        "fbx",
        (),
        ("legacy_45",),
    )
    assert form.for_pipeline("metaperson_2.0", "male").chosen("outfits_top") == ("polo_Getik",)


def test_measures_have_the_intervals_of_the_gender() -> None:
    offer = Offer("body_0.3", "mobile")
    (height,) = [value for value in values(offer, "body_shape", "female") if value.name == "height"]
    assert (height.recommended, height.unit) == ((150, 174), "cm")
    form = first_form("body_0.3", "mobile").with_value("body_shape", "gender", "female")
    tall = form.with_value("body_shape", "height", 200.0)
    assert any("150" in str(each) and "174" in str(each) for each in problems(tall, offer))


def test_every_kind_and_category_has_words() -> None:
    assert set(PIPELINES) == set(pipelines())
    assert {sub for _, sub in KINDS} - set(SUBTYPES) == set()
    assert {*CHOICES, "avatar_modifications", "shape_modifications", "body_shape"} == set(CATEGORIES)


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("jeans_AZAT", "Jeans AZAT"),
        ("t-shirt_Hakari_red", "T-shirt Hakari Red"),
        ("Haircut3", "Haircut 3"),
        ("male_makehuman_short02", "Makehuman Short 02"),
        ("outfit_1_lowpoly", "Outfit 1 Lowpoly"),
        ("female_", "female_"),
    ],
)
def test_names_are_made_readable(name: str, read: str) -> None:
    assert title(name) == read


@given(st.text(max_size=40))
def test_a_title_is_never_empty_for_a_name(name: str) -> None:
    assert title(name) or not name


def photo_file(folder: Path, content: bytes, name: str = "me.jpg") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_a_good_photo_passes_with_its_facts(tmp_path: Path) -> None:
    check = check_photo(photo_file(tmp_path, jpeg(1200, 1600)))
    assert check.ok
    assert check.warnings == ()
    assert "1200 × 1600 pixels, JPEG" in check.facts


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\0\0\0\x18ftypheic" + bytes(20), "HEIC"),
        (b"GIF89a" + bytes(20), "GIF"),
        (b"", "empty"),
        (b"%PDF-1.4", "PDF"),
        (jpeg(60, 80), "60 × 80"),
        (jpeg(600, 800)[:40], "damaged"),
    ],
)
def test_a_photo_that_wont_do_says_why(tmp_path: Path, content: bytes, words: str) -> None:
    check = check_photo(photo_file(tmp_path, content))
    assert not check.ok
    assert words in check.problem
    assert "\n" not in check.problem


def test_a_photo_that_may_disappoint_warns_and_passes(tmp_path: Path) -> None:
    small, long = check_photo(photo_file(tmp_path, png(300, 400))), check_photo(photo_file(tmp_path, png(3000, 700)))
    assert small.ok
    assert "300 × 400" in small.warnings[0]
    assert long.ok
    assert "long" in long.warnings[0]


def test_a_missing_photo_is_a_problem_and_no_exception(tmp_path: Path) -> None:
    assert "doesn't exist" in check_photo(tmp_path / "none.jpg").problem
    assert "folder" in check_photo(tmp_path).problem
    assert check_photo("a\0b.jpg").problem


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_make_the_check_fail(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    check = check_photo(photo_file(tmp_path_factory.getbasetemp(), content, "any.jpg"))
    assert check.ok != bool(check.problem)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/x/anna_karenina.jpg", "Anna karenina"),
        ("IMG_20240101_120000.jpg", "My Avatar"),
        ("DSC01234.JPG", "My Avatar"),
        ("20240101.png", "My Avatar"),
        (".jpg", ".jpg"),
    ],
)
def test_the_avatars_name_comes_from_the_photos_where_that_says_something(path: str, name: str) -> None:
    assert name_from(path) == name


def told(form: Form, account: Account, tmp_path: Path) -> str:
    return "\n".join(summary(form, check_photo(photo_file(tmp_path, jpeg(1200, 1600))), account))


def test_the_summary_says_what_goes_where_and_what_it_costs(tmp_path: Path) -> None:
    form = first_form("metaperson_2.0", "female").with_choice("haircuts", "Haircut3", True)
    usage: dict[str, Any] = {"created": 8192, "prepaid": 0, "to_pay": 2192}
    words = told(form, Account(root_url="https://api.avatarsdk.com/", usage=usage), tmp_path)
    for part in ("api.avatarsdk.com", "1200 × 1600", "MetaPerson, Female", "Haircut 3", "GLB", "2,192 to be paid"):
        assert part in words
    sandbox = told(form, Account(root_url="http://127.0.0.1:8721/", usage=usage), tmp_path)
    assert "this computer" in sandbox
    assert "nothing" in sandbox
    assert "pay" not in sandbox


def test_what_it_costs_is_not_made_up() -> None:
    assert "doesn't tell" in cost(Account(root_url="https://api.avatarsdk.com/"))
