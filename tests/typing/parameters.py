"""A user's script for mypy alone: `strict` complains about an ignored error that isn't there, so each one is found.

Misspelt keywords, names and values are errors; the names of haircuts and outfits are open.
"""

from __future__ import annotations

from avatarsdk_core.catalog import (
    Color,
    ComputationParameters,
    HeadBodyExportParameters,
    MetaPersonExportParameters,
    Size,
)

MetaPersonExportParameters(
    format="glb",
    textures={"list": ["Color"], "profile": "1K.jpg"},
    outfits_top={"list": ["an_outfit_of_tomorrow"], "color": Color(1, 2, 3)},
    blendshapes={"values": {"body_shape": {"Scale": 1}}},
)
HeadBodyExportParameters(lod=3, texture_size=Size(1024, 512), haircuts={"list": ["bob"], "embed_textures": True})
ComputationParameters(model_info=["age"], shape_modifications={"cartoonish_v0.3": 0.5}, body_shape={"gender": "male"})

MetaPersonExportParameters(formt="glb")  # type: ignore[call-arg]
MetaPersonExportParameters(format="gbl")  # type: ignore[arg-type]
MetaPersonExportParameters(lod=1)  # type: ignore[arg-type]
MetaPersonExportParameters(textures={"profle": "1K.jpg"})  # type: ignore[arg-type]
MetaPersonExportParameters(textures={"profile": "8K.jpg"})  # type: ignore[arg-type]
MetaPersonExportParameters(blendshapes={"list": ["mobile_52"]})  # type: ignore[arg-type]
HeadBodyExportParameters(lod="LOD1")  # type: ignore[arg-type]
HeadBodyExportParameters(haircuts={"colour": Color(1, 2, 3)})  # type: ignore[arg-type]
ComputationParameters(model_info=["agee"])  # type: ignore[list-item]
ComputationParameters(avatar_modifications={"remove_smle": True})  # type: ignore[arg-type]
ComputationParameters(body_shape={"gender": "femal"})  # type: ignore[arg-type]
