# SPDX-License-Identifier: GPL-3.0-or-later
"""Exports that have a golden description: every pipeline, format, level of detail and packaging of the sandbox."""

from __future__ import annotations

from typing import Any

Order = tuple[str, str, dict[str, Any] | None, dict[str, Any]]
"""Pipeline, subtype, parameters of the avatar, parameters of the export."""

SMALL = {"width": 256, "height": 128}
FACES = ["AvatarHead", "AvatarTeethLower", "AvatarLeftEyeball", "AvatarLeftCornea", "AvatarEyelashes", "AvatarBody"]
META: dict[str, Any] = {
    "textures": {"list": ["Color", "Normal", "GltfMetallicRoughness"], "profile": "1K.jpg", "embed": True},
    "blendshapes": {"list": ["mobile_51", "visemes_15"]},
    "haircuts": {"list": ["Haircut1"]},
    "glasses": {"list": ["glasses_03"]},
}
OUTFIT = {"list": ["ARPI"], "textures": {"list": ["Color", "BodyVisibilityMask", "HeadVisibilityMask"]}}
FBX_MAPS = {"list": ["Color", "Normal", "Roughness", "Metallic"], "profile": "1K.jpg", "embed": False}
OLD: dict[str, Any] = {"texture_size": SMALL, "blendshapes": {"list": ["mobile_51"]}}
HAIR = {"list": ["long_wavy"], "texture_size": SMALL}
SUIT = {
    "list": ["outfit_0"],
    "texture_size": SMALL,
    "additional_textures": ["normal_map", "roughness_map", "metallic_map", "body_visibility_mask"],
}
HAS_HAIR = {"haircuts": {"base": ["long_wavy"]}}
BALD_APART = {**HAIR, "embed": False}
NONE: dict[str, Any] = {"list": []}
PLAIN: dict[str, Any] = {
    "textures": {"list": ["Color"], "profile": "1K.jpg", "embed": False},
    "blendshapes": {"list": ["mobile_51"]},
}
APART: dict[str, Any] = {"embed": False, "textures": {"list": ["Color"], "profile": "1K.jpg", "embed": False}}
GROWN = {"list": ["HaircutGenerated"], **APART}
VISEMES_BESIDE = {"list": ["visemes_15"], "embed": False}

# Other sexes, levels and packagings than the first of each format.
MORE_METAPERSON: dict[str, Order] = {
    "metaperson fbx LOD1 quads": (
        "metaperson_2.0",
        "male",
        None,
        {
            "format": "fbx",
            "export_quads": True,
            "textures": FBX_MAPS,
            "blendshapes": {"list": ["mobile_51"]},
            "outfits_top": {"list": ["polo_Getik"], "textures": {"list": ["Color"]}},
        },
    ),
    "metaperson gltf head LOD1": (
        "metaperson_2.0",
        "female",
        None,
        {"format": "gltf", **META, "avatar": {"list": FACES[:5]}, "haircuts": NONE, "glasses": NONE},
    ),
    "metaperson obj LOD1": ("metaperson_2.0", "male", None, {"format": "obj", **PLAIN, "blendshapes": NONE}),
    "metaperson obj split": (
        "metaperson_2.0",
        "female",
        None,
        {"format": "obj", **PLAIN, "lod": "LOD2", "split_vertices": True, "blendshapes": VISEMES_BESIDE},
    ),
    "metaperson ply quads": (
        "metaperson_2.0",
        "male",
        None,
        {"format": "ply", **PLAIN, "lod": "LOD2", "export_quads": True},
    ),
    "metaperson point clouds": (
        "metaperson_2.0",
        "female",
        None,
        {"format": "glb", **PLAIN, "lod": "LOD2", "avatar": {"pointclouds": True}},
    ),
    "metaperson finalized": (
        "metaperson_2.0",
        "female",
        None,
        {"format": "glb", **PLAIN, "lod": "LOD2", "finalize": True, "haircuts": GROWN},
    ),
    "metaperson grown hair": (
        "metaperson_2.0",
        "female",
        None,
        {"format": "glb", **PLAIN, "lod": "LOD2", "haircuts": GROWN, "blendshapes": NONE},
    ),
    "metaperson discrete": (
        "metaperson_2.0",
        "male",
        None,
        {
            "format": "glb",
            **PLAIN,
            "lod": "LOD2",
            "blendshapes": {"list": ["mobile_51"], "embed": False},
            "haircuts": {"list": ["Haircut1", "Haircut2"], **APART},
            "outfits_top": {"list": ["polo_Getik"], **APART},
            "outfits_bottom": {"list": ["jeans_AZAT"], **APART},
            "outfits_shoes": {"list": ["sneakers_AZAT"], **APART},
            "glasses": {"list": ["glasses_03"], **APART},
        },
    ),
}
MORE_HEADS_AND_BODIES: dict[str, Order] = {
    "body glb": (
        "body_0.3",
        "male",
        HAS_HAIR,
        {
            "format": "glb",
            "lod": 7,
            "texture_size": SMALL,
            "haircuts": {**HAIR, "embed": False},
            "outfits": {**SUIT, "embed": False},
            "blendshapes": {"list": ["mobile_51", "visemes_15"], "embed": False},
        },
    ),
    "body obj": ("body_0.3", "female", HAS_HAIR, {"format": "obj", "lod": 6, "haircuts": HAIR, "outfits": SUIT, **OLD}),
    "body point clouds": ("body_0.3", "male", None, {"format": "ply", "lod": 7, "pointclouds": True, **OLD}),
    "body head gltf": (
        "body_0.3",
        "mobile",
        None,
        {"format": "gltf", "template": "head", "lod": 7, "texture_size": SMALL, "blendshapes": NONE},
    ),
    "head 2.0 glb": ("head_2.0", "head/mobile", HAS_HAIR, {"format": "glb", "lod": 6, "haircuts": BALD_APART, **OLD}),
    "head 2.0 fbx": ("head_2.0", "bust/mobile", HAS_HAIR, {"format": "fbx", "lod": 7, "haircuts": HAIR, **OLD}),
    "head 2.0 obj hair": (
        "head_2.0",
        "head/mobile",
        HAS_HAIR,
        {
            "format": "obj",
            "lod": 7,
            "haircuts": HAIR,
            "texture_size": SMALL,
            "blendshapes": {"list": ["mobile_51"], "format": "ply"},
        },
    ),
    "head 2.0 point clouds": (
        "head_2.0",
        "head/mobile",
        None,
        {"format": "ply", "lod": 6, "pointclouds": True, **OLD},
    ),
    "head 1.2 glb": (
        "head_1.2",
        "base/legacy",
        None,
        {"format": "glb", "lod": 7, "texture_size": SMALL, "blendshapes": {"list": ["legacy_45", "visemes_17"]}},
    ),
    "head 1.2 obj": ("head_1.2", "base/static", None, {"format": "obj", "lod": 0, "texture_size": SMALL}),
}

SANDBOX: dict[str, Order] = {
    "metaperson glb LOD1": ("metaperson_2.0", "female", None, {"format": "glb", "outfits": OUTFIT, **META}),
    "metaperson glb LOD2": (
        "metaperson_2.0",
        "female",
        None,
        {"format": "glb", "lod": "LOD2", "outfits": OUTFIT, **META},
    ),
    "metaperson gltf": ("metaperson_2.0", "female", None, {"format": "gltf", "lod": "LOD2", "outfits": OUTFIT, **META}),
    "metaperson fbx": (
        "metaperson_2.0",
        "female",
        None,
        {"format": "fbx", "lod": "LOD2", "outfits": OUTFIT, **META, "textures": FBX_MAPS},
    ),
    "metaperson obj": (
        "metaperson_2.0",
        "female",
        None,
        {"format": "obj", "lod": "LOD2", **META, "blendshapes": {"list": []}},
    ),
    "metaperson ply": ("metaperson_2.0", "female", None, {"format": "ply", "lod": "LOD2", **META}),
    "metaperson male head": (
        "metaperson_2.0",
        "male",
        None,
        {
            "format": "glb",
            "textures": {"list": ["Color"], "profile": "1K.jpg"},
            "avatar": {"list": FACES[:5]},
            "blendshapes": {"list": ["emotions", "face_modifications"]},
        },
    ),
    "body gltf": (
        "body_0.3",
        "female",
        HAS_HAIR,
        {"format": "gltf", "lod": 6, "haircuts": HAIR, "outfits": SUIT, **OLD},
    ),
    "body fbx": ("body_0.3", "male", None, {"format": "fbx", "lod": 6, **OLD}),
    "body ply": ("body_0.3", "mobile", None, {"format": "ply", "lod": 7, **OLD}),
    "head 2.0 gltf": ("head_2.0", "bust/mobile", HAS_HAIR, {"format": "gltf", "lod": 2, "haircuts": HAIR, **OLD}),
    "head 2.0 ply": ("head_2.0", "head/mobile", HAS_HAIR, {"format": "ply", "lod": 6, "haircuts": HAIR, **OLD}),
    "head 2.0 obj": ("head_2.0", "bust/static", None, {"format": "obj", "lod": 0, "texture_size": SMALL}),
    "head 1.2 gltf": ("head_1.2", "base/mobile", None, {"format": "gltf", "lod": 4, **OLD}),
    "head 1.2 ply": ("head_1.2", "base/mobile", None, {"format": "ply", "lod": 6, **OLD}),
    "head 1.2 fbx": ("head_1.2", "base/legacy", None, {"format": "fbx", "lod": 6, "texture_size": SMALL}),
    **MORE_METAPERSON,
    **MORE_HEADS_AND_BODIES,
}

TEMPLATES = {
    "metaperson point clouds": "metaperson grown hair",
    "body point clouds": "body glb",
    "head 2.0 point clouds": "head 2.0 glb",
}
"""The golden export that each point cloud is put on."""

# Pipeline, subtype, level, format of the mesh and of its blendshapes: what a pipeline without exports delivers.
RESULTS: dict[str, tuple[str, str, int, str, str]] = {
    "animated face ply": ("animated_face", "base/legacy", 7, "ply", "bin"),
    "animated face obj": ("animated_face", "base/legacy", 8, "obj", "ply"),
    "animated face glb": ("animated_face", "base/legacy", 5, "glb", "bin"),
    "animated face fbx": ("animated_face", "base/legacy", 3, "fbx", "bin"),
    "animated face gltf": ("animated_face", "indie/legacy_styled", 8, "gltf", "bin"),
    "head 1.2 results": ("head_1.2", "base/mobile", 7, "ply", "bin"),
}

REAL = {
    "real head": ("metaperson2/head_only_lod2_female", ""),
    "real template LOD1": ("metaperson2/template_lod1_female", ""),
    "real template LOD2": ("metaperson2/template_lod2_female", ""),
    "real outfit LOD1": ("metaperson2/outfit_ARPI_lod1_female", ""),
    "real outfit LOD2": ("metaperson2/outfit_ARPI_lod2_female", ""),
    "real point cloud": ("metaperson2/pointcloud_lod1_female", "metaperson2/template_lod1_female"),
    "real fbx": ("metaperson2/fbx_body_lod2_female", ""),
    "real animated face": ("legacy_animated_face", ""),
    "real clothed": ("SYNTHETIC/composite_female_lod2_ARPI_gltf", ""),
    "real zips": ("SYNTHETIC/export_shaped/outfit_discrete", ""),
}
