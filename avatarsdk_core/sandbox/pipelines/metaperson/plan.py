"""From the JSON of `export_parameters` to a plan that says for every asset what is to be made. Pure.

What the parameters mean is the catalogue's matter; here stands what the sandbox makes of it, and what it can't.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from avatarsdk_core.catalog import MetaPersonExportParameters
from avatarsdk_core.catalog.values import CHANNELS
from avatarsdk_core.errors import ParametersError
from avatarsdk_core.sandbox.formats.fbx import fbx_available
from avatarsdk_core.sandbox.pipelines.contract import ParameterError
from avatarsdk_core.sandbox.texture_files import Textures

AVATAR = "avatar"
HAIRCUTS = "haircuts"
BLENDSHAPES = "blendshapes"
OUTFITS = ("outfits", "outfits_top", "outfits_bottom", "outfits_shoes")
GLASSES = "glasses"
WARDROBE = (HAIRCUTS, *OUTFITS, GLASSES)
LOD1, LOD2 = "LOD1", "LOD2"

PIPELINE = "metaperson_2.0"
GLTF_FORMATS = ("gltf", "glb")

Color = tuple[int, int, int]


@dataclass(frozen=True)
class Category:
    """What is to be made of one category's assets. `color`: recolour to it; `colors`: the avatar's own by name.

    `pointclouds`: vertices only, a file for each mesh.
    """

    name: str
    identities: tuple[str, ...]
    format: str
    embed: bool
    lod: str
    textures: Textures
    apply_masks: bool
    color: Color | None = None
    colors: Mapping[str, Color] = field(default_factory=dict)
    pointclouds: bool = False


@dataclass(frozen=True)
class Blendshapes:
    """`sets`: names of sets; `embed`: as morph targets, else as files; `values`: set -> shape -> fixed weight."""

    sets: tuple[str, ...]
    embed: bool
    values: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class ExportPlan:
    """A whole export. `categories` holds `avatar` and every category that has assets."""

    finalize: bool
    split_vertices: bool
    export_quads: bool
    categories: Mapping[str, Category]
    blendshapes: Blendshapes

    @property
    def avatar(self) -> Category:
        return self.categories[AVATAR]

    @property
    def wardrobe(self) -> tuple[Category, ...]:
        """The categories beside the avatar."""
        return tuple(category for name, category in self.categories.items() if name != AVATAR)


def resolve(given: Any, available: Mapping[str, Sequence[str]]) -> ExportPlan:
    """The plan for one object of export parameters.

    `available`: the identities that exist, by category (`avatar`: part names, `blendshapes`: set names).
    Raises ParameterError.
    """
    try:
        parameters = MetaPersonExportParameters.from_json({} if given is None else given)
    except ParametersError as error:
        raise ParameterError(f"export_parameters: {error}") from error
    for problem in parameters.validate(PIPELINE, available=available):
        if problem.severity == "error":
            raise ParameterError(str(problem))
    whole = parameters.resolved()
    categories = {name: _category(name, whole[name]) for name in (AVATAR, *WARDROBE)}
    plan = ExportPlan(
        finalize=whole["finalize"],
        split_vertices=whole["split_vertices"],
        export_quads=whole["export_quads"],
        categories={name: category for name, category in categories.items() if category.identities or name == AVATAR},
        blendshapes=_blendshapes(whole[BLENDSHAPES]),
    )
    _refuse_the_impossible(plan)
    return plan


def _refuse_the_impossible(plan: ExportPlan) -> None:
    """What no file of the formats asked for could hold."""
    made = {plan.avatar.format} | {category.format for category in plan.wardrobe if not category.embed}
    if plan.export_quads and made & set(GLTF_FORMATS):
        raise ParameterError(
            "export_quads: glTF holds triangles only; leave export_quads false, or take obj, ply or fbx for every file."
        )
    if "fbx" in made and not fbx_available():
        raise ParameterError(
            "format: fbx is written by Blender, and the sandbox finds none (no bpy module in its Python, no program "
            "blender on PATH); install one, or take gltf, glb, obj or ply."
        )


def _category(name: str, section: Mapping[str, Any]) -> Category:
    textures = section["textures"]
    size, extension = textures["profile"].split("K.")
    colors = {key: _color(color) for key, color in (section.get("colors") or {}).items() if color is not None}
    return Category(
        name=name,
        identities=tuple(dict.fromkeys(section["list"] or ())),  # glasses have no documented default
        format=section["format"],
        embed=section["embed"],
        lod=section["lod"],
        textures=Textures(
            types=tuple(dict.fromkeys(textures["list"])),
            size=1024 * int(size),
            extension=extension,
            embed=textures["embed"],
        ),
        apply_masks=section.get("apply_visibility_masks", True),
        color=_color(section["color"]) if section.get("color") else None,
        colors=colors,
        pointclouds=bool(section.get("pointclouds")),
    )


def _color(given: Mapping[str, int]) -> Color:
    red, green, blue = (given[channel] for channel in CHANNELS)
    return red, green, blue


def _blendshapes(section: Mapping[str, Any]) -> Blendshapes:
    return Blendshapes(
        sets=tuple(dict.fromkeys(section["list"])),
        embed=section["embed"],
        values={
            name: {shape: float(weight) for shape, weight in (weights or {}).items()}
            for name, weights in (section["values"] or {}).items()
        },
    )
