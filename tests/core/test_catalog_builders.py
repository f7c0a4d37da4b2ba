"""Builders of computation and export parameters: forms, inheritance, round trips."""

from __future__ import annotations

import copy
import json
import pickle
import re
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatarsdk_core.catalog import (
    Color,
    ComputationParameters,
    HeadBodyExportParameters,
    MetaPersonExportParameters,
    Size,
    categories,
    export_families,
    export_family,
    outfits,
    pipelines,
    read_export_parameters,
    wording,
)
from avatarsdk_core.errors import ParametersError, UnknownNameError

# The examples of the documentation (spec 8.3, 5.2, 9.2).
GROUPED = {
    "blendshapes": {"base": ["mobile_51"]},
    "model_info": {"plus": ["gender", "age"]},
    "avatar_modifications": {"plus": {"lips_color": {"red": 222, "green": 173, "blue": 190}}},
    "shape_modifications": {"indie": {"cartoonish_v0.3": 0.5}},
}
AVAILABLE = {
    "blendshapes": {"base": ["legacy_45", "visemes_17"]},
    "haircuts": {"base": ["female_NewSea_J086f"], "facegen": ["facegen_afro"]},
}
FAQ = {
    "format": "fbx",
    "lod": "LOD1",
    "embed": True,
    "finalize": True,
    "textures": {"profile": "1K.jpg", "embed": True, "list": ["Color", "Metallic", "Normal", "Roughness"]},
    "blendshapes": {
        "values": {"body_shape": {"HeadScale": 1, "Scale": 1}},
        "embed": True,
        "list": ["mobile_51", "visemes_15"],
    },
    "avatar": {"colors": {"skin": {"red": 231, "green": 193, "blue": 190}}},
    "haircuts": {"list": ["HaircutGenerated"], "color": {"red": 228, "green": 177, "blue": 138}},
    "outfits_top": {"list": ["polo_Getik"]},
    "outfits_bottom": {"list": ["jeans_AZAT"]},
    "outfits_shoes": {"list": ["sneakers_AZAT"]},
}
METAPERSON = export_family("metaperson_2.0")
LEGACY = export_family("head_2.0")

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
json_objects = st.dictionaries(st.text(max_size=8), json_values, max_size=4)


def same(ours: Any, theirs: Any) -> bool:
    """Equal with the order of keys."""
    return json.dumps(ours) == json.dumps(theirs)


@pytest.mark.parametrize("data", [GROUPED, AVAILABLE, {}])
def test_documented_computation_parameters_come_out_as_they_went_in(data: Any) -> None:
    assert same(ComputationParameters.from_json(data).to_json(), data)


@pytest.mark.parametrize("pipeline", [name for name, row in pipelines().items() if row.export_parameters])
def test_documented_export_defaults_come_out_as_they_went_in(pipeline: str) -> None:
    defaults = export_family(pipeline).defaults
    assert same(read_export_parameters(defaults, pipeline).to_json(), defaults)


def test_the_documented_export_example_comes_out_as_it_went_in() -> None:
    assert same(read_export_parameters(FAQ, "metaperson_2.0").to_json(), FAQ)


def test_every_example_of_the_documents_sections_comes_out_byte_by_byte(samples: Path) -> None:
    document = samples.parent / "api" / "spec.md"
    if not document.is_file():
        pytest.skip(f"no {document}")
    _, computation, export = re.split(r"^### 8\.3 |^### 9\.1 ", document.read_text("utf-8"), flags=re.MULTILINE)
    examples = re.compile(r"^```json\n(.*?)```$", re.MULTILINE | re.DOTALL)
    (grouped,) = examples.findall(computation.split("## 9.")[0])
    assert same(ComputationParameters.from_json(json.loads(grouped)).to_json(), json.loads(grouped))
    head_body, metaperson, shortened = examples.findall(export.split("### 9.3")[0])
    for text, family in ((head_body, LEGACY), (metaperson, METAPERSON)):
        read = read_export_parameters(json.loads(text), family.pipelines[0])
        assert f"{json.dumps(read.to_json(), indent=2)}\n" == text
        assert read == family.defaults
    assert same(MetaPersonExportParameters.from_json(json.loads(shortened)).to_json(), FAQ)


@given(json_objects)
def test_any_object_comes_out_as_it_went_in(data: dict[str, Any]) -> None:
    for kind in (ComputationParameters, MetaPersonExportParameters, HeadBodyExportParameters):
        read = kind.from_json(data)
        assert same(read.to_json(), data)
        assert read == data
        assert pickle.loads(pickle.dumps(read)) == read


def test_the_examples_can_be_built_with_types() -> None:
    built = MetaPersonExportParameters(
        format="fbx",
        lod="LOD1",
        embed=True,
        finalize=True,
        textures={"profile": "1K.jpg", "embed": True, "list": ["Color", "Metallic", "Normal", "Roughness"]},
        blendshapes={
            "values": {"body_shape": {"HeadScale": 1, "Scale": 1}},
            "embed": True,
            "list": ["mobile_51", "visemes_15"],
        },
        avatar={"colors": {"skin": Color(231, 193, 190)}},
        haircuts={"list": ("HaircutGenerated",), "color": Color.from_hex("#e4b18a")},
        outfits_top={"list": ["polo_Getik"]},
        outfits_bottom={"list": ["jeans_AZAT"]},
        outfits_shoes={"list": ["sneakers_AZAT"]},
    )
    assert built == FAQ
    computed = ComputationParameters(
        blendshapes=["mobile_51"],
        model_info=["gender", "age"],
        avatar_modifications={"lips_color": Color(222, 173, 190)},
        shape_modifications={"cartoonish_v0.3": 0.5},
    )
    assert same(computed.for_pipeline("animated_face").to_json(), GROUPED)


def test_what_is_left_out_isnt_sent() -> None:
    assert MetaPersonExportParameters().to_json() == {}
    assert MetaPersonExportParameters(embed=False).to_json() == {"embed": False}
    assert ComputationParameters().to_json() == {}
    assert ComputationParameters(extra={"moods": ["glad"]}).to_json() == {"moods": ["glad"]}


def test_colours_and_sizes_are_converted() -> None:
    built = HeadBodyExportParameters(texture_size=Size(1024, 512), haircuts={"color": Color.from_hex("ff8000")})
    assert built.to_json() == {
        "texture_size": {"width": 1024, "height": 512},
        "haircuts": {"color": {"red": 255, "green": 128, "blue": 0}},
    }
    assert str(Color.from_json({"red": 255, "green": 128, "blue": 0})) == "#ff8000"
    assert str(Size.from_json({"width": 2, "height": 1})) == "2x1"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: Color(256, 0, 0), "red: 256"),
        (lambda: Color(0, True, 0), "green: True"),
        (lambda: Color.from_hex("#12345"), "'#12345' is no colour"),
        (lambda: Color.from_json({"red": 1}), "is no colour"),
        (lambda: Size(0, 5), "width: 0"),
        (lambda: Size.from_json([1, 2]), "is no size"),
        (lambda: MetaPersonExportParameters.from_json([]), "An object of parameters is needed, not []"),
    ],
)
def test_what_is_no_value_is_refused(wrong: Any, said: str) -> None:
    with pytest.raises(ParametersError, match=r".") as refusal:
        wrong()
    assert said in str(refusal.value)


def test_a_copy_can_be_changed_without_changing_the_parameters() -> None:
    parameters = MetaPersonExportParameters.from_json(FAQ)
    parameters.to_json()["textures"]["list"].append("AO")
    parameters["textures"]["list"].append("AO")
    assert parameters == FAQ


def test_parameters_stand_in_groups_where_the_pipeline_has_them_and_nowhere_else() -> None:
    flat = ComputationParameters(
        haircuts=["balding", "generated", "long_wavy"],
        avatar_modifications={"remove_smile": True, "allow_modify_neck": True},
        additional_textures=["lips_mask"],
    )
    grouped = flat.for_pipeline("head_2.0")
    assert grouped == {
        "haircuts": {"plus": ["balding"], "base": ["generated", "long_wavy"]},
        "avatar_modifications": {"plus": {"remove_smile": True}, "base": {"allow_modify_neck": True}},
        "additional_textures": {"base": ["lips_mask"]},
    }
    assert grouped.for_pipeline("head_2.0") == grouped
    assert flat.for_pipeline("body_0.3") == flat
    back = grouped.for_pipeline("body_0.3")
    assert back["avatar_modifications"] == flat["avatar_modifications"]
    assert sorted(back["haircuts"]) == sorted(flat["haircuts"])
    with pytest.raises(UnknownNameError):
        flat.for_pipeline("head_3.0")


def test_a_parameter_without_a_group_joins_those_that_have_one() -> None:
    mixed = {"avatar_modifications": {"plus": {"remove_smile": True}, "remove_stubble": True}}
    parameters = ComputationParameters.from_json(mixed)
    moved = parameters.for_pipeline("metaperson_2.0")
    assert moved == {"avatar_modifications": {"plus": {"remove_smile": True, "remove_stubble": True}}}
    assert parameters == mixed
    clash = {"avatar_modifications": {"plus": ["remove_smile"], "remove_stubble": True}}
    assert ComputationParameters.from_json(clash).for_pipeline("metaperson_2.0") == clash


names = st.sampled_from([(name, key) for name, row in categories().items() for key in row.parameters])


@given(st.lists(names, unique=True), st.sampled_from(list(pipelines())))
def test_regrouping_loses_no_parameter(chosen: list[tuple[str, str]], pipeline: str) -> None:
    tree: dict[str, Any] = {}
    for category, name in chosen:
        if categories()[category].kind == "key-value":
            tree.setdefault(category, {})[name] = {"red": 1, "green": 2, "blue": 3}
        else:
            tree.setdefault(category, []).append(name)
    flat = ComputationParameters.from_json(tree)

    def entries(parameters: ComputationParameters) -> list[Any]:
        return sorted((entry.category, entry.name, str(entry.value)) for entry in parameters.entries())

    moved = flat.for_pipeline(pipeline)
    assert entries(moved) == entries(flat)
    assert len(entries(flat)) == len(chosen)
    assert entries(moved.for_pipeline("body_0.3")) == entries(flat)


@pytest.mark.parametrize("family", list(export_families().values()), ids=list(export_families()))
def test_nothing_given_resolves_to_the_defaults_with_nothing_left_to_inherit(family: Any) -> None:
    whole = read_export_parameters({}, family.pipelines[0]).resolved()
    assert whole == read_export_parameters(family.defaults, family.pipelines[0]).resolved()
    for key, value in family.defaults.items():
        if key not in family.categories:
            assert whole[key] == value
            continue
        for flag, own in value.items():
            if flag != "textures":
                inherited = family.defaults.get(flag) if own is None and flag in family.flags else own
                assert whole[key][flag] == inherited, (key, flag)


switches = st.none() | st.booleans()


@given(switches, switches)
def test_a_category_inherits_what_it_doesnt_say(top: bool | None, own: bool | None) -> None:
    data: dict[str, Any] = {"embed": top, "haircuts": {"embed": own}, "blendshapes": {"embed": own}}
    expected = own if own is not None else top if top is not None else True
    for kind in (MetaPersonExportParameters, HeadBodyExportParameters):
        whole = kind.from_json(data).resolved()
        assert whole["haircuts"]["embed"] == expected
        assert whole["blendshapes"]["embed"] == expected


lists = st.none() | st.lists(st.sampled_from(["Color", "AO", "Normal"]), unique=True, max_size=2)
profiles = st.none() | st.sampled_from(METAPERSON.profiles)
textures = st.none() | st.fixed_dictionaries({}, optional={"list": lists, "profile": profiles, "embed": switches})


@given(textures, textures, switches, st.sampled_from(["avatar", "haircuts", "outfits_top"]))
def test_textures_are_merged_key_by_key_and_the_meshes_embed_doesnt_reach_them(
    top: dict[str, Any] | None, own: dict[str, Any] | None, embed: bool | None, category: str
) -> None:
    given = {"format": "glb", "embed": embed, "textures": top, category: {"textures": own}}
    before = copy.deepcopy(given)
    merged = MetaPersonExportParameters.from_json(given).resolved()[category]["textures"]
    built_in = METAPERSON.defaults[category]["textures"] or {}
    layers = [own or {}, top or {}, built_in, METAPERSON.defaults["textures"]]
    for key in ("list", "profile", "embed"):
        assert merged[key] == next(layer[key] for layer in layers if layer.get(key) is not None), key
    assert given == before


@given(st.sampled_from(METAPERSON.formats), st.sampled_from(METAPERSON.formats))
def test_what_a_format_cant_hold_isnt_embedded(top: str, own: str) -> None:
    data: dict[str, Any] = {
        "format": top,
        "embed": True,
        "textures": {"embed": True},
        "haircuts": {"format": own},
        "outfits": {"format": own, "embed": False},
    }
    whole = MetaPersonExportParameters.from_json(data).resolved()
    meshes, images = top in {"fbx", "gltf", "glb"}, {"fbx", "glb"}
    assert whole["embed"] == whole["haircuts"]["embed"] == meshes
    assert whole["avatar"]["textures"]["embed"] == (top in images)
    assert whole["haircuts"]["textures"]["embed"] == ((top if meshes else own) in images)
    assert whole["outfits"]["textures"]["embed"] == (own in images)
    legacy = HeadBodyExportParameters.from_json({"format": top, "embed_textures": True}).resolved()
    assert legacy["embed_textures"] == (top in images)
    assert legacy["haircuts"]["embed_textures"] == (top in images)


def test_an_editor_completes_exactly_the_names_of_the_catalogue() -> None:
    assert set(get_args(wording.PipelineName)) == set(pipelines())
    assert get_args(wording.Format) == METAPERSON.formats == LEGACY.formats
    assert get_args(wording.Lod) == METAPERSON.lods
    assert get_args(wording.Profile) == METAPERSON.profiles
    assert get_args(wording.PartName) == tuple(METAPERSON.defaults["avatar"]["list"])
    named = {name for known in METAPERSON.texture_names.values() for name in known}
    assert set(get_args(wording.TextureName)) == named | set(METAPERSON.texture_names_also_seen)
    legacy = {name for known in LEGACY.texture_names.values() for name in known} | set(LEGACY.outfit_texture_names)
    assert set(get_args(wording.ExportTextureName)) == legacy
    assert keys(wording.Textures) == set(METAPERSON.textures)
    assert keys(wording.Recolored) == set(METAPERSON.recolorable)
    for category, literal in (
        ("blendshapes", wording.BlendshapeSetName),
        ("model_info", wording.ModelInfoName),
        ("additional_textures", wording.AdditionalTextureName),
    ):
        assert set(get_args(literal)) == set(categories()[category].parameters)
    for category, section in (
        ("avatar_modifications", wording.AvatarModifications),
        ("shape_modifications", wording.ShapeModifications),
        ("body_shape", wording.BodyShape),
    ):
        assert keys(section) == set(categories()[category].parameters)


def test_sections_and_keywords_are_exactly_the_flags_of_the_catalogue() -> None:
    sections = {
        "avatar": wording.AvatarSection,
        "haircuts": wording.HaircutSection,
        "glasses": wording.HaircutSection,
        "blendshapes": wording.BlendshapeSection,
        **dict.fromkeys(outfits("metaperson_2.0"), wording.OutfitSection),
    }
    assert {name: keys(section) for name, section in sections.items()} == {
        name: set(flags) for name, flags in METAPERSON.categories.items()
    }
    legacy = {
        "haircuts": wording.LegacyHaircutSection,
        "outfits": wording.LegacyOutfitSection,
        "blendshapes": wording.LegacyBlendshapeSection,
    }
    assert {name: keys(section) for name, section in legacy.items()} == {
        name: set(flags) for name, flags in LEGACY.categories.items()
    }
    for kind, family in ((MetaPersonExportParameters, METAPERSON), (HeadBodyExportParameters, LEGACY)):
        keywords = set(kind.__init__.__annotations__) - {"extra", "return"}
        assert keywords == set(family.flags) | set(family.categories)


def keys(section: Any) -> set[str]:
    return set(section.__optional_keys__)
