"""From the JSON of `export_parameters` of head_1.2, head_2.0 and body_0.3 to what is to be written. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from avatarsdk_core.catalog import HeadBodyExportParameters
from avatarsdk_core.catalog.values import CHANNELS
from avatarsdk_core.errors import ParametersError
from avatarsdk_core.sandbox.formats.fbx import fbx_available
from avatarsdk_core.sandbox.pipelines.contract import ParameterError
from avatarsdk_core.sandbox.pipelines.legacy.kinds import Avatar

CATEGORIES = ("haircuts", "outfits", "blendshapes")
Color = tuple[int, int, int]
Size = tuple[int, int]


@dataclass(frozen=True)
class Form:
    """How one category, or the avatar itself, is written.

    Attributes:
        identities: what is written; the avatar's own form has none.
        format: `ply` wherever point clouds are asked for.
        embed: meshes go into the avatar's file.
    """

    identities: tuple[str, ...]
    format: str
    embed: bool
    pointclouds: bool
    textures: tuple[str, ...] = ()
    embed_textures: bool = False
    texture_size: Size | None = None
    color: Color | None = None


@dataclass(frozen=True)
class ExportPlan:
    avatar: Form
    haircuts: Form
    outfits: Form
    blendshapes: Form
    template: str
    lod: int


def resolve(avatar: Avatar, given: Any, available: Mapping[str, Sequence[str]]) -> ExportPlan:
    """The plan for one object of export parameters. Raises ParameterError."""
    try:
        parameters = HeadBodyExportParameters.from_json({} if given is None else given)
    except ParametersError as error:
        raise ParameterError(f"export_parameters: {error}") from error
    for problem in parameters.validate(avatar.pipeline, avatar.subtype, available=available):
        if problem.severity == "error":
            raise ParameterError(str(problem))
    whole = parameters.resolved()
    template = whole["template"] or ""
    avatar.check_lod(whole["lod"], template)
    check_format(whole["format"], *(whole[name]["format"] for name in CATEGORIES if whole[name]["list"]))
    alone = bool(whole["pointclouds"])  # a point cloud holds nothing else
    return ExportPlan(
        avatar=_form(whole, alone),
        haircuts=_form(whole["haircuts"], alone),
        outfits=_form(whole["outfits"], alone),
        blendshapes=_form(whole["blendshapes"], alone),
        template=template,
        lod=whole["lod"],
    )


def check_format(*formats: str) -> None:
    """Raises ParameterError for FBX where there is no Blender to write it."""
    if "fbx" in formats and not fbx_available():
        raise ParameterError("format: fbx needs a Blender on the sandbox's machine (pip install bpy); use glb.")


def _form(section: Mapping[str, Any], alone: bool) -> Form:
    size, color = section.get("texture_size"), section.get("color")
    pointclouds = bool(section["pointclouds"])
    return Form(
        identities=tuple(dict.fromkeys(section.get("list") or ())),
        format="ply" if pointclouds else section["format"],
        embed=section["embed"] and not pointclouds and not alone,
        pointclouds=pointclouds,
        textures=tuple(dict.fromkeys(section.get("additional_textures") or ())),
        embed_textures=bool(section.get("embed_textures")) and not pointclouds,
        texture_size=(int(size["width"]), int(size["height"])) if size else None,
        color=_color(color) if color else None,
    )


def _color(given: Mapping[str, int]) -> Color:
    red, green, blue = (int(given[channel]) for channel in CHANNELS)
    return red, green, blue
