"""Resolution and validation of export parameters: pure rules of spec 9.1 and 9.2."""

from __future__ import annotations

from typing import Any

import pytest

from avatarsdk_core.catalog import export_family
from avatarsdk_core.sandbox.pipelines.contract import ParameterError
from avatarsdk_core.sandbox.pipelines.metaperson.plan import resolve

AVAILABLE = {
    "avatar": tuple(export_family("metaperson_2.0").defaults["avatar"]["list"]),
    "haircuts": ("Haircut1", "Haircut2"),
    "outfits": ("ARPI",),
    "outfits_top": ("polo_Getik", "t-shirt_Vardenis"),
    "outfits_bottom": ("jeans_AZAT",),
    "outfits_shoes": ("sneakers_AZAT",),
    "blendshapes": ("mobile_51",),
}
TOP = {"outfits_top": {"list": ["polo_Getik"]}}


def plan(**given: Any) -> Any:
    return resolve(given, AVAILABLE)


def test_nothing_given_means_the_documented_defaults() -> None:
    for given in (None, {}):
        default = resolve(given, AVAILABLE)
        assert default.avatar.identities == AVAILABLE["avatar"]
        assert default.avatar.format == "gltf"
        assert default.avatar.textures.types == ("Color", "GltfMetallicRoughness", "Normal")
        assert (default.avatar.textures.size, default.avatar.textures.extension) == (2048, "png")
        assert not default.avatar.textures.embed
        assert not default.finalize
        assert default.wardrobe == ()
        assert default.blendshapes.sets == ()
        assert default.blendshapes.embed


def test_garments_are_embedded_and_cut_by_default() -> None:
    top = plan(**TOP).categories["outfits_top"]
    assert top.embed
    assert top.apply_masks


def test_a_category_inherits_the_top_level_and_overrides_it() -> None:
    inherited = plan(**TOP, embed=False, format="glb", apply_visibility_masks=False).categories["outfits_top"]
    assert (inherited.embed, inherited.format, inherited.apply_masks) == (False, "glb", False)
    own = plan(
        embed=False,
        format="glb",
        apply_visibility_masks=False,
        outfits_top={"list": ["polo_Getik"], "embed": True, "format": "gltf", "apply_visibility_masks": True},
    ).categories["outfits_top"]
    assert (own.embed, own.format, own.apply_masks) == (True, "gltf", True)


def test_an_explicit_top_level_value_beats_a_categorys_built_in_default() -> None:
    assert not plan(apply_visibility_masks=False).avatar.apply_masks
    assert plan(textures={"list": ["Color"]}).avatar.textures.types == ("Color",)


def test_textures_are_merged_key_by_key() -> None:
    made = plan(
        format="glb",
        textures={"profile": "1K.jpg", "embed": True},
        avatar={"textures": {"list": ["Color"]}},
        outfits_top={"list": ["polo_Getik"], "textures": {"embed": False}},
    )
    avatar, top = made.avatar.textures, made.categories["outfits_top"].textures
    assert (avatar.types, avatar.size, avatar.extension, avatar.embed) == (("Color",), 1024, "jpg", True)
    assert (top.types, top.size, top.extension, top.embed) == ((), 1024, "jpg", False)


def test_embed_of_meshes_doesnt_reach_textures() -> None:
    assert not plan(embed=True).avatar.textures.embed
    assert plan(embed=False, format="glb", textures={"embed": True}).avatar.textures.embed


def test_a_gltf_holds_no_textures_whatever_is_asked() -> None:
    assert not plan(format="gltf", textures={"embed": True}).avatar.textures.embed


def test_texture_names_that_no_part_has_are_no_error() -> None:
    assert plan(textures={"list": ["Color", "Sparkle"]}).avatar.textures.types == ("Color", "Sparkle")


def test_finalize_allows_one_asset_in_a_category() -> None:
    two = {"list": ["polo_Getik", "t-shirt_Vardenis"]}
    assert len(plan(outfits_top=two).categories["outfits_top"].identities) == 2
    with pytest.raises(ParameterError, match=r"outfits_top\.list: finalize allows one"):
        plan(outfits_top=two, finalize=True)
    assert plan(**TOP, outfits_bottom={"list": ["jeans_AZAT"]}, finalize=True).finalize


def test_colours_are_read() -> None:
    made = plan(
        haircuts={"list": ["Haircut1"], "color": {"red": 1, "green": 2, "blue": 255}},
        avatar={"colors": {"skin": {"red": 200, "green": 150, "blue": 120}}},
    )
    assert made.categories["haircuts"].color == (1, 2, 255)
    assert made.avatar.colors == {"skin": (200, 150, 120)}


def test_levels_and_quads_are_read() -> None:
    made = plan(
        lod="LOD2", format="obj", export_quads=True, avatar={"lod": "LOD1"}, outfits_top={"list": ["polo_Getik"]}
    )
    assert made.export_quads
    assert made.avatar.lod == "LOD1"
    assert made.categories["outfits_top"].lod == "LOD2"
    assert not made.categories["outfits_top"].embed  # OBJ can't hold it


def test_fbx_without_a_blender_is_refused_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("avatarsdk_core.sandbox.pipelines.metaperson.plan.fbx_available", lambda: False)
    with pytest.raises(ParameterError, match="written by Blender, and the sandbox finds none"):
        plan(format="fbx")
    with pytest.raises(ParameterError, match="written by Blender"):
        plan(embed=False, outfits_top={"list": ["polo_Getik"], "format": "fbx"})
    assert plan(outfits_top={"list": ["polo_Getik"], "format": "fbx"}).avatar.format == "gltf"  # embedded: not written


def test_blendshape_values_are_fixed_weights() -> None:
    made = plan(blendshapes={"list": ["mobile_51"], "values": {"mobile_51": {"jawOpen": 1}}})
    assert made.blendshapes.sets == ("mobile_51",)
    assert made.blendshapes.values == {"mobile_51": {"jawOpen": 1.0}}


GLB_TOP = {"outfits_top": {"list": ["polo_Getik"], "format": "glb"}}


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ([], "export_parameters"),
        ({"formt": "glb"}, "formt"),
        ({"format": "stl"}, "format: 'stl'"),
        ({"export_quads": True}, "export_quads: glTF holds triangles only"),
        ({"format": "obj", "embed": False, "export_quads": True, **GLB_TOP}, "export_quads"),
        ({"embed": "yes"}, "embed: true or false"),
        ({"embed": 1}, "embed: true or false"),
        ({"finalize": "true"}, "finalize"),
        ({"make_public": True}, "make_public"),
        ({"lod": "LOD3"}, "lod: 'LOD3'"),
        ({"lod": 1}, "lod: 1"),
        ({"textures": {"profile": "8K.png"}}, r"textures\.profile"),
        ({"textures": {"list": "Color"}}, r"textures\.list"),
        ({"textures": {"size": 4}}, "size"),
        ({"textures": []}, "textures: an object"),
        ({"textures": {"profile": 4}}, "profile"),
        ({"textures": {"profile": ["1K.png"]}}, "profile"),
        ({"outfits_top": []}, "outfits_top: an object"),
        ({"outfits_top": {"list": "polo_Getik"}}, r"outfits_top\.list"),
        ({"outfits_top": {"list": [1]}}, r"outfits_top\.list"),
        ({"outfits_top": {"list": ["jeans_AZAT"]}}, "'jeans_AZAT' is not available; available: polo_Getik"),
        ({"avatar": {"list": ["AvatarTail"]}}, "AvatarTail"),
        ({"avatar": {"color": {"red": 1}}}, r"avatar\.color: 'color' is not known"),
        ({"outfits_top": {"color": {"red": 1}}}, r"outfits_top\.color"),
        ({"avatar": {"colors": {"nails": None}}}, "nails"),
        ({"haircuts": {"list": ["Haircut1"], "color": "red"}}, r"haircuts\.color"),
        ({"haircuts": {"color": {"red": 1, "green": 2, "blue": 256}}}, "0 to 255"),
        ({"haircuts": {"color": {"red": 1, "green": 2, "blue": True}}}, "0 to 255"),
        ({"haircuts": {"color": {"red": 1, "green": 2, "blue": 2.5}}}, "0 to 255"),
        ({"blendshapes": {"list": ["body_shape"]}}, "body_shape"),
        ({"blendshapes": {"values": {"mobile_51": {"jawOpen": "wide"}}}}, "jawOpen"),
        ({"blendshapes": {"values": {"mobile_51": {"tailWag": 1}}}}, "tailWag"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_key(given: Any, named: str) -> None:
    with pytest.raises(ParameterError, match=named) as refusal:
        resolve(given, AVAILABLE)
    assert "\n" not in str(refusal.value)
