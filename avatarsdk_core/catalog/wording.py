"""The names that an editor completes: literals and the keys of sections. A test compares them with the tables.

Haircuts and outfits are open strings: new ones come without notice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypedDict

from avatarsdk_core.catalog.values import Color, Size

ColorJson = Mapping[str, int]
SizeJson = Mapping[str, int]

PipelineName = Literal["animated_face", "head_1.2", "head_2.0", "body_0.3", "metaperson_2.0"]
Format = Literal["gltf", "glb", "fbx", "obj", "ply"]
Lod = Literal["LOD1", "LOD2"]
Profile = Literal[
    "4K.png", "2K.png", "1K.png", "4K.jpg", "2K.jpg", "1K.jpg", "4K.webp", "2K.webp", "1K.webp"
]  # fmt: skip
BlendshapeSetName = Literal[
    "emotions", "body_shape", "face_modifications", "face_modifications_2", "legacy_45", "mobile_51", "visemes_14",
    "visemes_15", "visemes_17",
]  # fmt: skip
ModelInfoName = Literal[
    "age", "body_shape_coeffs_10", "eye_iris_color", "eye_sclera_color", "facial_landmarks_68", "gender", "hair_color",
    "lips_color", "predict_haircut", "race", "skin_color",
]  # fmt: skip
AdditionalTextureName = Literal[
    "cartoonish_texture", "lips_mask", "metallic_map", "roughness_map", "slightly_cartoonish_texture",
    "smooth_eyelashes_texture",
]  # fmt: skip
ExportTextureName = Literal[
    "roughness_map", "metallic_map", "lips_mask", "normal_map", "body_visibility_mask"
]  # fmt: skip
TextureName = Literal[
    "Color", "GltfMetallicRoughness", "Normal", "Roughness", "UnityMetallicSmoothness", "RecoloringMask",
    "BodyVisibilityMask", "HeadVisibilityMask", "AO", "Alpha", "Depth", "Root", "ScalpShade", "ScalpShadeAOAlpha",
    "ScalpShadeAlpha", "Shade", "UniqueID", "Metallic",
]  # fmt: skip
PartName = Literal[
    "AvatarBody", "AvatarLeftCornea", "AvatarRightCornea", "AvatarLeftEyeball", "AvatarRightEyeball",
    "AvatarEyelashes", "AvatarHead", "AvatarTeethLower", "AvatarTeethUpper",
]  # fmt: skip


class AvatarModifications(TypedDict, total=False):
    """Computation parameters `avatar_modifications`; what each does: `docs/parameters.md`."""

    add_eyelid_shadow: bool
    add_glare: bool
    allow_modify_neck: bool
    caricature_amount: float
    curved_bottom: bool
    enhance_lighting: bool
    eye_iris_color: Color | ColorJson
    eye_sclera_color: Color | ColorJson
    generated_haircut_faces_count: int
    generated_haircut_texture_size: Size | SizeJson
    hair_color: Color | ColorJson
    lips_color: Color | ColorJson
    parametric_eyes_texture: bool
    parametric_eyes_texture_v2: bool
    remove_glasses: bool
    remove_smile: bool
    remove_stubble: bool
    repack_texture: bool
    slightly_cartoonish_texture: bool
    teeth_color: Color | ColorJson
    texture_size: Size | SizeJson


ShapeModifications = TypedDict(
    "ShapeModifications", {"cartoonish_v0.3": float, "cartoonish_v1.0": float}, total=False
)  # its keys are no identifiers


class BodyShape(TypedDict, total=False):
    """Computation parameters `body_shape`, of body_0.3/mobile: cm and kg; what is left out is predicted."""

    gender: Literal["female", "male", "non_binary"]
    height: float
    weight: float
    chest: float
    waist: float
    hips: float


class Textures(TypedDict, total=False):
    """metaperson_2.0: `textures` at the top or in a category; merged key by key."""

    list: Sequence[TextureName]
    profile: Profile
    embed: bool | None


class Recolored(TypedDict, total=False):
    """metaperson_2.0: `colors` of the avatar."""

    skin: Color | ColorJson
    lips: Color | ColorJson
    eyebrows: Color | ColorJson


class AvatarSection(TypedDict, total=False):
    """metaperson_2.0: the avatar itself."""

    list: Sequence[PartName]
    format: Format | None
    embed: bool | None
    lod: Lod | None
    apply_visibility_masks: bool | None
    textures: Textures | None
    colors: Recolored | None
    pointclouds: bool | None


class HaircutSection(TypedDict, total=False):
    """metaperson_2.0: haircuts, and glasses."""

    list: Sequence[str]
    format: Format | None
    embed: bool | None
    lod: Lod | None
    textures: Textures | None
    color: Color | ColorJson | None


class OutfitSection(HaircutSection, total=False):
    """metaperson_2.0: outfits and single garments."""

    apply_visibility_masks: bool | None


class BlendshapeSection(TypedDict, total=False):
    """metaperson_2.0: morph targets, and deformations that are fixed in the export."""

    list: Sequence[BlendshapeSetName]
    values: Mapping[str, Mapping[str, float]] | None
    embed: bool | None


class LegacyBlendshapeSection(TypedDict, total=False):
    """head_1.2, head_2.0, body_0.3: blendshapes."""

    list: Sequence[BlendshapeSetName]
    format: Format | None
    embed: bool | None
    pointclouds: bool | None


class LegacyAssetSection(TypedDict, total=False):
    list: Sequence[str]
    format: Format | None
    embed: bool | None
    pointclouds: bool | None
    texture_size: Size | SizeJson | None
    embed_textures: bool | None


class LegacyHaircutSection(LegacyAssetSection, total=False):
    """head_2.0, body_0.3: haircuts."""

    color: Color | ColorJson | None


class LegacyOutfitSection(LegacyAssetSection, total=False):
    """body_0.3: outfits."""

    additional_textures: Sequence[ExportTextureName]
