"""Texture names are taken apart and found again, whatever the size, LOD and case."""

from __future__ import annotations

from pathlib import Path

import pytest

from avatarsdk_core.avatar.gltf_file import ImageSource
from avatarsdk_core.avatar.textures import TextureIndex, TextureName, asset_of, images_beside, parse_texture_name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("AvatarHeadFemale_Color_1K.jpg", TextureName("AvatarHeadFemale", None, "Color", 1024)),
        ("AvatarHeadFemale_Normal0_2K.jpg", TextureName("AvatarHeadFemale", None, "Normal0", 2048)),
        ("ARPI_LOD2_BodyVisibilityMask_1K.jpg", TextureName("ARPI", "LOD2", "BodyVisibilityMask", 1024)),
        ("AvatarEyes_Color_512.png", TextureName("AvatarEyes", None, "Color", 512)),
        ("polo_Getik_UnityMetallicSmoothness_4K.png", TextureName("polo_Getik", None, "UnityMetallicSmoothness", 4096)),
        ("Haircut0_ScalpShadeAOAlpha_1K.webp", TextureName("Haircut0", None, "ScalpShadeAOAlpha", 1024)),
        ("haircut0_color.png", TextureName("haircut0", None, "Color", 0)),
        ("outfit_0_normal_map.png", TextureName("outfit_0", None, "Normal", 0)),
        ("outfit_2_lowpoly_body_visibility_mask.png", TextureName("outfit_2_lowpoly", None, "BodyVisibilityMask", 0)),
        ("metallic_map.jpg", TextureName("model", None, "Metallic", 0)),
        ("lips_mask.png", TextureName("model", None, "LipsMask", 0)),
        ("model.jpg", None),
        ("photo_of_me.jpg", None),
    ],
)
def test_names(name: str, expected: TextureName | None) -> None:
    assert parse_texture_name(name) == expected


def index(*names: str) -> TextureIndex:
    return TextureIndex(ImageSource(name, Path(name)) for name in names)


def found(textures: TextureIndex, slot: str, lod: str | None, *assets: str) -> str | None:
    image = textures.find(assets, slot, lod)
    return image.name if image else None


def test_the_parts_own_lod_comes_before_none_before_another() -> None:
    names = ("A_LOD1_Color_4K.jpg", "A_Color_1K.jpg", "A_LOD2_Color_512.jpg")
    assert found(index(*names), "color", "LOD2", "A") == "A_LOD2_Color_512.jpg"
    assert found(index(*names[:2]), "color", "LOD2", "A") == "A_Color_1K.jpg"
    assert found(index(*names[:1]), "color", "LOD2", "A") == "A_LOD1_Color_4K.jpg"


def test_the_largest_of_equals_is_taken() -> None:
    assert found(index("A_Color_512.jpg", "A_Color_2K.jpg", "A_Color_1K.jpg"), "color", None, "A") == "A_Color_2K.jpg"


def test_the_first_asset_that_has_one_is_taken_whatever_the_case() -> None:
    textures = index("avatareyes_color_512.jpg", "AvatarLeftEyeball_Normal_512.jpg")
    assert found(textures, "color", None, "AvatarLeftEyeball", "AvatarEyes") == "avatareyes_color_512.jpg"
    assert found(textures, "normal", None, "AvatarLeftEyeball", "AvatarEyes") == "AvatarLeftEyeball_Normal_512.jpg"
    assert found(textures, "alpha", None, "AvatarEyes") is None


def test_images_lie_beside_the_model_or_in_a_texture_folder(tmp_path: Path) -> None:
    for name in ("model.glb", "a.jpg", "Textures/b.png", "textures_2K/c.webp", "holiday/d.jpg", "notes.txt"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.touch()
    assert [image.name for image in images_beside(tmp_path / "model.glb")] == ["a.jpg", "b.png", "c.webp"]


def test_older_colour_maps_are_called_by_the_asset_alone() -> None:
    textures = index("model.jpg", "outfit_0.png", "afro_model.png", "bob.png", "outfit_0_roughness_map.png")
    assert found(textures, "color", None, "AvatarBody", "model") == "model.jpg"
    assert found(textures, "color", None, "outfit_0") == "outfit_0.png"
    assert found(textures, "color", None, "afro") == "afro_model.png"
    assert found(textures, "color", None, "Bob") == "bob.png"
    assert found(textures, "roughness", None, "outfit_0") == "outfit_0_roughness_map.png"
    assert found(textures, "color", None, "outfit_1") is None


@pytest.mark.parametrize(
    ("name", "asset"),
    [("polo_Getik_Color_1K.jpg", "polo_Getik"), ("outfit_0.png", "outfit_0"), ("model.jpg", ""), ("Image_0", "")],
)
def test_a_colour_map_tells_its_asset(name: str, asset: str) -> None:
    assert asset_of(name) == asset
