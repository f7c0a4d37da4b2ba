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
from avatarsdk_core.sandbox.pipelines.contract import ParameterError
from avatarsdk_core.sandbox.texture_files import Textures

AVATAR = "avatar"
HAIRCUTS = "haircuts"
BLENDSHAPES = "blendshapes"
OUTFITS = ("outfits", "outfits_top", "outfits_bottom", "outfits_shoes")

PIPELINE = "metaperson_2.0"
SUPPORTED_FORMATS = ("gltf", "glb")
_UNSUPPORTED_FLAGS = ("split_vertices", "export_quads", "make_public", "make_public_direct")

Color = tuple[int, int, int]


@dataclass(frozen=True)
class Category:
    """What is to be made of one category's assets. `color`: recolour to it; `colors`: the avatar's own by name."""

    name: str
    identities: tuple[str, ...]
    format: str
    embed: bool
    textures: Textures
    apply_masks: bool
    color: Color | None = None
    colors: Mapping[str, Color] = field(default_factory=dict)


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
    for flag in _UNSUPPORTED_FLAGS:
        if parameters.get(flag) is True:
            raise ParameterError(f"{flag}: the sandbox can't do this yet; leave it false.")
    for problem in parameters.validate(PIPELINE, available=available):
        if problem.severity == "error":
            raise ParameterError(str(problem))
    _refuse_what_the_sandbox_lacks(parameters)
    whole = parameters.resolved()
    categories = {name: _category(name, whole[name]) for name in (AVATAR, HAIRCUTS, *OUTFITS)}
    return ExportPlan(
        finalize=whole["finalize"],
        categories={name: category for name, category in categories.items() if category.identities or name == AVATAR},
        blendshapes=_blendshapes(whole[BLENDSHAPES]),
    )


def _refuse_what_the_sandbox_lacks(parameters: MetaPersonExportParameters) -> None:
    """Expects parameters that make sense."""
    sections = {f"{name}.": parameters.get(name) or {} for name in (AVATAR, HAIRCUTS, *OUTFITS)}
    for path, section in {"": parameters, **sections}.items():
        file_format = section.get("format") or SUPPORTED_FORMATS[0]
        if file_format not in SUPPORTED_FORMATS:
            allowed = " or ".join(SUPPORTED_FORMATS)
            raise ParameterError(f"{path}format: the sandbox doesn't write {file_format} yet; use {allowed}.")
        if section.get("lod") == "LOD2":
            raise ParameterError(f"{path}lod: the sandbox doesn't make LOD2 yet; use LOD1.")
        if section.get("pointclouds"):
            raise ParameterError(f"{path}pointclouds: the sandbox can't do this yet; leave it out.")
        if section.get("color") and path != f"{HAIRCUTS}.":
            raise ParameterError(f"{path}color: the sandbox recolours only haircuts yet; leave it out.")


def _category(name: str, section: Mapping[str, Any]) -> Category:
    textures = section["textures"]
    size, extension = textures["profile"].split("K.")
    colors = {key: _color(color) for key, color in (section.get("colors") or {}).items() if color is not None}
    return Category(
        name=name,
        identities=tuple(dict.fromkeys(section["list"])),
        format=section["format"],
        embed=section["embed"],
        textures=Textures(
            types=tuple(dict.fromkeys(textures["list"])),
            size=1024 * int(size),
            extension=extension,
            embed=textures["embed"],
        ),
        apply_masks=section.get("apply_visibility_masks", True),
        color=_color(section["color"]) if section.get("color") else None,
        colors=colors,
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
