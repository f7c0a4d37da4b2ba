"""Validation before anything is sent: each rule with its path, its value and a way out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avatarsdk_core.catalog import (
    ComputationParameters,
    HeadBodyExportParameters,
    MetaPersonExportParameters,
    Problem,
    categories,
    conflicts,
    export_families,
    pipelines,
    read_export_parameters,
    require,
)
from avatarsdk_core.catalog.facts import Pipeline
from avatarsdk_core.errors import ParametersError, UnknownNameError

COLOR = {"red": 1, "green": 2, "blue": 3}


def computed(given: Any, pipeline: str, subtype: str | None = None, **options: Any) -> list[Problem]:
    return ComputationParameters.from_json(given).validate(pipeline, subtype, **options)


def exported(given: Any, pipeline: str = "metaperson_2.0", subtype: str | None = None, **options: Any) -> list[Problem]:
    return read_export_parameters(given, pipeline).validate(pipeline, subtype, **options)


def only(problems: list[Problem], severity: str, said: str) -> Problem:
    """The one problem that there is, deprecated pipelines aside."""
    (problem,) = [found for found in problems if found.path]
    assert problem.severity == severity, problem
    assert said in str(problem)
    assert "\n" not in str(problem)
    assert problem.way_out
    return problem


def test_what_is_documented_for_a_subtype_is_no_problem() -> None:
    fine = {
        "model_info": {"plus": ["gender", "age", "hair_color"]},
        "avatar_modifications": {"plus": {"remove_smile": True, "remove_glasses": False}},
    }
    assert computed(fine, "metaperson_2.0", "female", plan="Enterprise", strict=True) == []
    fine = {"avatar_modifications": {"plus": {"parametric_eyes_texture": True, "eye_iris_color": COLOR}}}
    assert computed(fine, "head_1.2", "base/mobile", plan="Plus") == []


@pytest.mark.parametrize(
    ("pipeline", "subtype", "given", "path", "said"),
    [
        ("metaperson_2.0", None, {"modelinfo": []}, "modelinfo", "did you mean 'model_info'"),
        (
            "metaperson_2.0",
            None,
            {"model_info": ["hair_colour"]},
            "model_info.hair_colour",
            "did you mean 'hair_color'",
        ),
        ("metaperson_2.0", None, {"model_info": {"plus": "age"}}, "model_info", "a list of names is needed"),
        ("metaperson_2.0", None, {"model_info": [1]}, "model_info", "a list of names is needed"),
        (
            "metaperson_2.0",
            None,
            {"model_info": {"plus": ["lips_color"]}},
            "model_info.plus.lips_color",
            "isn't available",
        ),
        ("metaperson_2.0", None, {"outfits": ["ARPI"]}, "outfits", "name it in the export parameters"),
        ("metaperson_2.0", None, {"avatar_modifications": True}, "avatar_modifications", "values are needed"),
        (
            "metaperson_2.0",
            None,
            {"avatar_modifications": {"plus": {"remove_smile": "yes"}}},
            "avatar_modifications.plus.remove_smile",
            "true or false is needed here, not 'yes'",
        ),
        (
            "head_1.2",
            "base/mobile",
            {"avatar_modifications": {"lips_color": {"red": 256, "green": 0, "blue": 0}}},
            "avatar_modifications.lips_color",
            "0 to 255",
        ),
        (
            "head_2.0",
            None,
            {"avatar_modifications": {"plus": {"texture_size": {"width": 0, "height": 5}}}},
            "avatar_modifications.plus.texture_size",
            "pixels",
        ),
        (
            "head_2.0",
            None,
            {"avatar_modifications": {"generated_haircut_faces_count": 2.5}},
            "avatar_modifications.generated_haircut_faces_count",
            "a whole number",
        ),
        (
            "head_2.0",
            None,
            {"avatar_modifications": {"generated_haircut_faces_count": 0}},
            "avatar_modifications.generated_haircut_faces_count",
            "it starts at 1",
        ),
        ("animated_face", None, {"avatar_modifications": {"caricature_amount": -1}}, None, "it starts at 0"),
        ("animated_face", None, {"avatar_modifications": {"caricature_amount": "much"}}, None, "a number is needed"),
        ("body_0.3", "mobile", {"body_shape": {"gender": "femal"}}, "body_shape.gender", "did you mean 'female'"),
        ("body_0.3", "mobile", {"body_shape": {"height": "tall"}}, "body_shape.height", "a number is needed"),
        ("body_0.3", "female", {"body_shape": {"height": 170}}, "body_shape.height", "it is for body_0.3/mobile"),
    ],
)
def test_impossible_computation_parameters_are_errors(
    pipeline: str, subtype: str | None, given: Any, path: str | None, said: str
) -> None:
    problems = [found for found in computed(given, pipeline, subtype) if found.severity == "error"]
    (problem,) = problems
    assert said in str(problem)
    if path is not None:
        assert problem.path.startswith(path)


@pytest.mark.parametrize(
    ("pipeline", "subtype", "plan", "given", "said"),
    [
        ("animated_face", None, None, {"avatar_modifications": {"caricature_amount": 5}}, "stay below 5"),
        ("metaperson_2.0", None, "Pro", {"model_info": ["age"]}, "age needs the plan Enterprise, not Pro"),
        ("metaperson_2.0", None, None, {"avatar_modifications": {"enhance_lighting": True}}, "is always set"),
        ("head_1.2", "base/mobile", None, {"blendshapes": ["mobile_51"]}, "delivers blendshapes through exports"),
        ("head_2.0", None, None, {"avatar_modifications": {"add_glare": True}}, "set parametric_eyes_texture too"),
        ("body_0.3", "mobile", None, {"body_shape": {"gender": "male", "height": 190}}, "stay between 160 and 187"),
        ("body_0.3", "mobile", None, {"body_shape": {"weight": 50}}, "outside what is recommended for non_binary"),
        ("animated_face", None, None, {"blendshapes": ["legacy_45"]}, "legacy_45 is deprecated"),
        (
            "head_2.0",
            None,
            None,
            {"avatar_modifications": {"parametric_eyes_texture": True, "parametric_eyes_texture_v2": True}},
            "parametric_eyes_texture overrules parametric_eyes_texture_v2",
        ),
    ],
)
def test_doubtful_computation_parameters_are_warnings_even_when_strict(
    pipeline: str, subtype: str | None, plan: str | None, given: Any, said: str
) -> None:
    only(computed(given, pipeline, subtype, plan=plan), "warning", said)
    only(computed(given, pipeline, subtype, plan=plan, strict=True), "warning", said)


@pytest.mark.parametrize(
    ("pipeline", "subtype", "given", "said"),
    [
        ("head_1.2", "base/legacy", {"avatar_modifications": {"lips_color": COLOR}}, "leaves open"),
        ("head_1.2", "base/static", {"avatar_modifications": {"lips_color": COLOR}}, "probably not available"),
        ("animated_face", None, {"haircuts": ["facegen_bob"]}, "is no haircut known of animated_face"),
        ("metaperson_2.0", None, {"avatar_modifications": ["remove_smile"]}, "names without values"),
    ],
)
def test_what_the_documentation_leaves_open_is_an_error_only_when_strict(
    pipeline: str, subtype: str | None, given: Any, said: str
) -> None:
    only(computed(given, pipeline, subtype), "warning", said)
    only(computed(given, pipeline, subtype, strict=True), "error", said)


def test_eyes_that_are_always_parametric_need_no_flag() -> None:
    assert computed({"avatar_modifications": {"add_glare": True}}, "animated_face", "indie/legacy_styled")[1:] == []


def test_deprecated_pipelines_and_plans_that_lack_them_are_warnings() -> None:
    problems = computed({}, "head_2.0", plan="Plus")
    assert [problem.severity for problem in problems] == ["warning", "warning"]
    assert "the pipeline head_2.0 is deprecated" in str(problems[0])
    assert "head_2.0 needs the plan Pro, not Plus" in str(problems[1])


def test_the_live_answer_wins_over_the_catalogue() -> None:
    live = {"female": {"model_info": {"plus": ["age", "mood"]}, "moods": {"base": ["glad"]}}}
    given = {"model_info": {"plus": ["mood"]}, "moods": {"base": ["glad"]}}
    assert computed(given, "metaperson_2.0", "female", available=live, plan="Plus", strict=True)[1:] == []
    refused = computed({"model_info": {"plus": ["gender"]}}, "metaperson_2.0", "female", available=live)
    only(refused, "error", "'gender' is not available to this account; there are: age, mood")
    live = {"haircuts": {"list": ["Haircut99"]}}
    assert exported({"haircuts": {"list": ["Haircut99"]}}, available=live) == []
    only(exported({"haircuts": {"list": ["Haircut1"]}}, available=live), "error", "available: Haircut99")
    only(exported({"outfits": {"list": ["x"]}}, "body_0.3", available={"outfits": []}), "error", "available: -")


def test_every_problem_is_reported_and_errors_come_first() -> None:
    problems = exported({"formt": 1, "embed": 1, "haircuts": {"list": ["Haircut88"], "lod": 3}})
    assert [problem.severity for problem in problems] == ["error", "error", "error", "warning"]
    assert {problem.path for problem in problems} == {"formt", "embed", "haircuts.list", "haircuts.lod"}
    with pytest.raises(ParametersError) as refusal:
        require(problems)
    assert str(refusal.value).count(" | ") == 2
    assert "did you mean 'format'" in str(refusal.value)
    require([problem for problem in problems if problem.severity == "warning"])


@pytest.mark.parametrize(
    ("pipeline", "given", "path", "said"),
    [
        ("metaperson_2.0", {"formt": "glb"}, "formt", "did you mean 'format'"),
        ("metaperson_2.0", {"outfit_top": {}}, "outfit_top", "'outfits_top'"),
        ("metaperson_2.0", {"format": "gtlf"}, "format", "did you mean 'gltf'"),
        ("metaperson_2.0", {"lod": 1}, "lod", "there are: LOD1, LOD2"),
        ("metaperson_2.0", {"textures": {"profile": "8K.png"}}, "textures.profile", "is no texture profile"),
        ("metaperson_2.0", {"textures": {"lst": []}}, "textures.lst", "did you mean 'list'"),
        ("metaperson_2.0", {"textures": []}, "textures", "an object is needed"),
        ("metaperson_2.0", {"avatar": {"textures": {"list": "Color"}}}, "avatar.textures.list", "a list of names"),
        ("metaperson_2.0", {"avatar": {"list": ["AvatarHeads"]}}, "avatar.list", "did you mean 'AvatarHead'"),
        ("metaperson_2.0", {"avatar": {"colors": {"lip": COLOR}}}, "avatar.colors.lip", "did you mean 'lips'"),
        ("metaperson_2.0", {"avatar": {"colors": {"lips": "red"}}}, "avatar.colors.lips", "0 to 255"),
        ("metaperson_2.0", {"haircuts": []}, "haircuts", "an object is needed"),
        ("metaperson_2.0", {"finalize": "true"}, "finalize", "true or false"),
        ("metaperson_2.0", {"blendshapes": {"list": ["mobile_52"]}}, "blendshapes.list", "did you mean 'mobile_51'"),
        ("metaperson_2.0", {"blendshapes": {"list": ["legacy_45"]}}, "blendshapes.list", "isn't available for"),
        (
            "metaperson_2.0",
            {"blendshapes": {"values": {"mobile_51": {"jawOpn": 1}}}},
            "blendshapes.values.mobile_51.jawOpn",
            "did you mean 'jawOpen'",
        ),
        (
            "metaperson_2.0",
            {"blendshapes": {"values": {"body_shape": {"Scale": "big"}}}},
            "blendshapes.values.body_shape.Scale",
            "a number is needed",
        ),
        ("head_1.2", {"haircuts": {"list": ["bob"]}}, "haircuts.list", "head_1.2 has no separate haircuts"),
        ("head_2.0", {"outfits": {"list": ["outfit_0"]}}, "outfits.list", "head_2.0 has no outfits"),
        ("head_2.0", {"lod": 8}, "lod", "there are: 0, 1, 2"),
        ("head_2.0", {"lod": True}, "lod", "is no level of detail"),
        ("head_2.0", {"texture_size": 1024}, "texture_size", "width and height"),
        ("head_2.0", {"outfits": {"color": COLOR}}, "outfits.color", "'color' is not known here"),
        ("body_0.3", {"template": 1}, "template", "a name is needed"),
    ],
)
def test_impossible_export_parameters_are_errors(pipeline: str, given: Any, path: str, said: str) -> None:
    assert only(exported(given, pipeline), "error", said).path == path


@pytest.mark.parametrize(
    ("pipeline", "subtype", "given", "said"),
    [
        ("metaperson_2.0", None, {"haircuts": {"list": ["Haircut77"]}}, "is no haircut known"),
        ("metaperson_2.0", None, {"outfits_top": {"list": ["polo_getik"]}}, "did you mean 'polo_Getik'"),
        ("metaperson_2.0", None, {"outfits_top": {"list": ["jeans_AZAT"]}}, "list it in outfits_bottom"),
        ("metaperson_2.0", None, {"textures": {"list": ["Colour"]}}, "did you mean 'Color'"),
        ("metaperson_2.0", None, {"avatar": {"textures": {"list": ["AO"]}}}, "it would be skipped"),
        ("body_0.3", None, {"blendshapes": {"list": ["face_modifications_2"]}}, "leaves open"),
        ("body_0.3", None, {"template": "bust"}, "is no template known"),
        ("body_0.3", "female", {"template": "head"}, "nothing is known of this template"),
        ("head_2.0", "bust/static", {"lod": 2}, "no levels of detail are known"),
        ("head_2.0", None, {"additional_textures": ["normal_map"]}, "no texture 'normal_map' is known here"),
    ],
)
def test_export_names_that_the_catalogue_may_lack_are_errors_only_when_strict(
    pipeline: str, subtype: str | None, given: Any, said: str
) -> None:
    only(exported(given, pipeline, subtype), "warning", said)
    only(exported(given, pipeline, subtype, strict=True), "error", said)


def test_a_haircut_of_a_higher_plan_is_a_warning_with_its_set() -> None:
    given = {"haircuts": {"list": ["balding"]}}
    said = "balding (of the set plus) needs the plan Pro, not Plus"
    only(exported(given, "head_2.0", plan="Plus", strict=True), "warning", said)
    assert [problem.path for problem in exported(given, "head_2.0", plan="Pro")] == [""]


def test_finalize_takes_one_asset_of_a_category() -> None:
    two = {"finalize": True, "haircuts": {"list": ["Haircut1", "Haircut2"]}}
    assert only(exported(two), "error", "finalize allows one asset").path == "haircuts.list"
    assert exported({**two, "finalize": False}) == []
    assert exported({"finalize": True, "haircuts": {"list": ["Haircut1", "Haircut1"]}}) == []


@pytest.mark.parametrize("flag", ["make_public", "make_public_direct"])
def test_what_is_public_must_be_in_the_avatars_file(flag: str) -> None:
    whole = {flag: True, "format": "glb", "textures": {"embed": True}, "haircuts": {"list": ["Haircut1"]}}
    assert exported(whole) == []
    assert only(exported({**whole, "embed": False}), "error", "without haircuts").path == flag
    only(exported({**whole, "textures": {"embed": False}}), "error", "without its textures")
    only(exported({flag: True}), "error", "without its textures")


@pytest.mark.parametrize(
    ("pipeline", "given", "path", "said"),
    [
        ("metaperson_2.0", {"format": "obj", "embed": True}, "embed", "obj can't hold other meshes"),
        ("metaperson_2.0", {"textures": {"embed": True}}, "textures.embed", "take fbx, glb"),
        ("metaperson_2.0", {"avatar": {"textures": {"embed": True}}}, "avatar.textures.embed", "can't hold textures"),
        ("head_1.2", {"format": "gltf", "embed_textures": True}, "embed_textures", "can't hold textures"),
        ("head_1.2", {"template": "head"}, "template", "templates are for body_0.3"),
    ],
)
def test_what_will_be_ignored_is_a_warning(pipeline: str, given: Any, path: str, said: str) -> None:
    assert only(exported(given, pipeline, strict=True), "warning", said).path == path


def test_a_category_in_both_kinds_of_parameters_is_the_exports() -> None:
    both = MetaPersonExportParameters(blendshapes={"list": ["mobile_51"]}, haircuts={"list": []})
    (problem,) = conflicts(ComputationParameters(blendshapes=["mobile_51"], haircuts=["Haircut1"]), both)
    assert (problem.severity, problem.path) == ("warning", "blendshapes")
    assert conflicts(ComputationParameters(model_info=["age"]), both) == []


def test_parameters_of_the_other_family_are_refused() -> None:
    (problem,) = HeadBodyExportParameters().validate("metaperson_2.0")
    assert problem.severity == "error"
    assert "another family than metaperson_2.0" in str(problem)
    with pytest.raises(UnknownNameError, match="animated_face"):
        read_export_parameters({}, "animated_face")


def test_the_documented_defaults_and_example_are_fine() -> None:
    for pipeline in ("head_1.2", "metaperson_2.0"):
        defaults = read_export_parameters({}, pipeline).family.defaults
        assert exported(defaults, pipeline, strict=True, plan="Enterprise") == []
    faq = {"format": "fbx", "embed": True, "finalize": True, "textures": {"list": ["Color", "Metallic"], "embed": True}}
    assert exported({**faq, "haircuts": {"list": ["HaircutGenerated"], "color": COLOR}}, strict=True) == []


FLAGS = {
    name for family in export_families().values() for name in (*family.flags, *family.categories, *family.textures)
}
CATEGORY_FLAGS = {
    name for family in export_families().values() for flags in family.categories.values() for name in flags
}
ROWS = {name for category in categories().values() for name in category.parameters}
keys = st.sampled_from(sorted(FLAGS | CATEGORY_FLAGS | ROWS | set(categories()) | {"base", "plus", "red", "width"}))
values = st.sampled_from(
    ["glb", "LOD1", "Haircut1", "a\nb", "1K.jpg", "AvatarHead", 0, 1, -1, 2.5, float("nan"), True, None]
)
anything = st.recursive(
    values | keys | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys | st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=300)
@given(st.dictionaries(keys, anything, max_size=5), st.sampled_from(list(pipelines().values())), st.booleans())
def test_whatever_is_validated_it_is_answered_in_lines(data: dict[str, Any], pipeline: Pipeline, strict: bool) -> None:
    for subtype in pipeline.subtypes:
        problems = computed(data, pipeline.name, subtype, plan="Plus", strict=strict)
        ComputationParameters.from_json(data).for_pipeline(pipeline.name)
        if pipeline.export_parameters:
            found = exported(data, pipeline.name, subtype, plan="Plus", strict=strict)
            if not any(problem.severity == "error" for problem in found):
                assert all(read_export_parameters(data, pipeline.name).explain())
            problems += found
        for problem in problems:
            assert problem.message
            assert problem.way_out
            assert len(str(problem).splitlines()) == 1


def test_an_export_is_explained_in_words() -> None:
    lines = MetaPersonExportParameters(
        format="glb",
        embed=False,
        avatar={"list": ["AvatarHead", "AvatarEyelashes"], "colors": {"lips": {"red": 255, "green": 0, "blue": 0}}},
        textures={"list": ["Color"], "profile": "1K.jpg", "embed": True},
        haircuts={"list": ["Haircut1"], "embed": True},
        outfits_top={"list": ["polo_Getik"], "format": "gltf"},
        blendshapes={"list": ["mobile_51"], "embed": False, "values": {"body_shape": {"Scale": 1}}},
        finalize=True,
    ).explain()
    assert lines[0].startswith("The avatar without AvatarBody, ")
    assert "as glb, LOD1, textures Color as 1K.jpg in the file; recoloured: lips #ff0000." in lines[0]
    assert lines[1] == "haircuts: Haircut1 in the avatar's file, textures Color as 1K.jpg in the file."
    assert "as gltf files of their own, textures Color as 1K.jpg beside it; the body beneath is cut away." in lines[2]
    assert lines[3:5] == [
        "Blendshapes mobile_51 in files of their own.",
        "The mesh is deformed for good by body_shape: Scale 1.",
    ]
    assert lines[5].startswith("Everything is finalized")
    nothing = MetaPersonExportParameters.from_json({"blendshapes": {"values": {"mobile_51": None}}})
    assert nothing.validate("metaperson_2.0") == []
    assert len(nothing.explain()) == 1
    (legacy,) = HeadBodyExportParameters(additional_textures=["lips_mask"], lod=3).explain()
    assert legacy == "The avatar as gltf, level of detail 3, textures colour, lips_mask beside it."
