"""Options become parameters: in the place and the form that the pipeline wants."""

from __future__ import annotations

from typing import Any

import pytest

from avatarsdk_core.catalog import ComputationParameters, read_export_parameters
from avatarsdk_core.cli.checked_parameters import judge, read_choice
from avatarsdk_core.cli.parameter_options import Wanted, computation_json, export_json
from avatarsdk_core.errors import NotFound, ParametersError, UnknownNameError


def test_nothing_said_leaves_everything_to_the_service() -> None:
    assert computation_json(Wanted(), exports=True) is None
    assert export_json(Wanted(), family="metaperson_2.0") is None
    choice = read_choice(Wanted(), None, None)
    assert (choice.pipeline, choice.parameters, choice.exports) == ("animated_face", None, None)


def test_nothing_wanted_is_an_empty_object() -> None:
    assert computation_json(Wanted(nothing=True), exports=True) == {}


def test_each_computing_option_has_its_category_and_type() -> None:
    wanted = Wanted(
        model_info=("hair_color,skin_color",),
        modify=("remove_smile", "lips_color=#dEADbe", "generated_haircut_faces_count=8000"),
        shape=("cartoonish_v1.0=0.5",),
        body=("height=172",),
        additional_textures=("normal_map",),
        set_parameter=('blendshapes.base=["mobile_51"]',),
    )
    assert computation_json(wanted, exports=True) == {
        "model_info": ["hair_color", "skin_color"],
        "additional_textures": ["normal_map"],
        "avatar_modifications": {
            "remove_smile": True,
            "lips_color": {"red": 222, "green": 173, "blue": 190},
            "generated_haircut_faces_count": 8000,
        },
        "shape_modifications": {"cartoonish_v1.0": 0.5},
        "body_shape": {"height": 172.0},
        "blendshapes": {"base": ["mobile_51"]},
    }


def test_haircuts_and_blendshapes_go_where_the_pipeline_has_them() -> None:
    wanted = Wanted(haircuts=("Haircut1",), blendshapes=("mobile_51",))
    assert computation_json(wanted, exports=True) is None
    assert export_json(wanted, family="metaperson_2.0") == [
        {"haircuts": {"list": ["Haircut1"]}, "blendshapes": {"list": ["mobile_51"]}}
    ]
    assert computation_json(wanted, exports=False) == {"haircuts": ["Haircut1"], "blendshapes": ["mobile_51"]}


def test_export_options_speak_the_family_s_language() -> None:
    wanted = Wanted(
        format="glb",
        lod="1",
        embed=False,
        textures=("Color,Normal",),
        embed_textures=True,
        finalize=True,
        outfits_top=("polo_Getik",),
        set_export=("haircuts.color=#010203", "make_public=true"),
        texture_profile="1K.jpg",
    )
    assert export_json(wanted, family="metaperson_2.0") == [
        {
            "format": "glb",
            "embed": False,
            "finalize": True,
            "lod": "LOD1",
            "textures": {"list": ["Color", "Normal"], "profile": "1K.jpg", "embed": True},
            "outfits_top": {"list": ["polo_Getik"]},
            "haircuts": {"color": {"red": 1, "green": 2, "blue": 3}},
            "make_public": True,
        }
    ]
    older = Wanted(lod="LOD3", textures=("normal_map",), texture_size="512x512", embed_textures=False)
    assert export_json(older, family="head_body") == [
        {
            "lod": 3,
            "additional_textures": ["normal_map"],
            "embed_textures": False,
            "texture_size": {"width": 512, "height": 512},
        }
    ]


def test_options_are_added_to_what_json_says_and_to_each_of_several_exports() -> None:
    wanted = Wanted(
        export_json=('[{"format": "fbx", "haircuts": {"list": ["a"], "embed": true}}, {"lod": "LOD2"}]',),
        format="glb",
        haircuts=("b", "a"),
    )
    assert export_json(wanted, family="metaperson_2.0") == [
        {"format": "glb", "haircuts": {"list": ["a", "b"], "embed": True}},
        {"format": "glb", "lod": "LOD2", "haircuts": {"list": ["b", "a"]}},
    ]
    computed = Wanted(parameters_json='{"model_info": {"plus": ["age"]}}', model_info=("hair_color",))
    made = computation_json(computed, exports=True)
    asked = {entry.name for entry in ComputationParameters.from_json(made).entries()}
    assert asked == {"age", "hair_color"}


@pytest.mark.parametrize("text", ["[1]", '"glb"', "[[{}]]"])
def test_json_of_another_kind_is_refused(text: str) -> None:
    with pytest.raises(ParametersError, match=r"needs a JSON object|isn't JSON|no such file"):
        export_json(Wanted(export_json=(text,)), family="metaperson_2.0")


def test_export_options_for_a_pipeline_without_exports_are_named() -> None:
    with pytest.raises(ParametersError, match=r"animated_face has no exports: leave out --format, --outfits-top"):
        read_choice(Wanted(format="glb", outfits_top=("x",)), "animated_face", None)


def test_unknown_pipelines_and_subtypes_are_named_with_what_there_is() -> None:
    with pytest.raises(UnknownNameError, match=r"metaperson_2\.0"):
        read_choice(Wanted(), "metaperson", None)
    with pytest.raises(UnknownNameError, match="there are: female, male"):
        read_choice(Wanted(), "metaperson_2.0", "robot")


class _Service:
    """What of a client `judge` uses; it counts how often it was asked."""

    def __init__(self, computed: Any, exported: Any) -> None:
        self.asked = 0
        self.parameters, self.export_parameters = _Answers(self, computed), _Answers(self, exported)


class _Answers:
    def __init__(self, service: _Service, answer: Any) -> None:
        self.service, self.answer = service, answer

    def available(self, *_: object) -> Any:
        self.service.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def test_what_the_catalogue_is_sure_of_is_not_asked(capsys: pytest.CaptureFixture[str]) -> None:
    service = _Service({}, {})
    judge(read_choice(Wanted(modify=("remove_smile",)), "metaperson_2.0", "female"), None, lambda: service)  # type: ignore[arg-type,return-value]
    assert service.asked == 0
    assert capsys.readouterr().err == ""


def test_the_service_s_word_wins_over_the_catalogue(capsys: pytest.CaptureFixture[str]) -> None:
    wanted = Wanted(outfits_top=("brand_new",))
    choice = read_choice(wanted, "metaperson_2.0", "female")
    offered = {"outfits_top": {"list": ["brand_new"], "textures": []}}
    service = _Service({}, offered)
    judge(choice, None, lambda: service)  # type: ignore[arg-type,return-value]
    refusing = _Service({}, {"outfits_top": {"list": ["polo"], "textures": []}})
    with pytest.raises(ParametersError, match="brand_new"):
        judge(choice, None, lambda: refusing)  # type: ignore[arg-type,return-value]
    silent = _Service(NotFound("no"), NotFound("no"))
    judge(choice, None, lambda: silent)  # type: ignore[arg-type,return-value]
    assert "brand_new" in capsys.readouterr().err


def test_an_error_stops_and_a_warning_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    choice = read_choice(Wanted(set_export=("lod=LOD9",)), "metaperson_2.0", None)
    with pytest.raises(ParametersError, match="LOD9"):
        judge(choice, None, None)
    judge(read_choice(Wanted(), "head_2.0", None), None, None)
    judge(read_choice(Wanted(format="glb"), "head_2.0", None), "Plus", None)
    told = capsys.readouterr().err.splitlines()
    assert told
    assert all(line.startswith("Warning: ") for line in told)


def test_a_choice_is_explained_in_words() -> None:
    choice = read_choice(Wanted(format="glb", haircuts=("generated",)), "metaperson_2.0", "female")
    assert any("glb" in line for line in choice.explained())
    assert read_export_parameters({}, "metaperson_2.0").explain()
