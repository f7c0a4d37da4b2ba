"""From the JSON of `export_parameters` to a plan that says for every asset what is to be made. Pure.

Resolution (spec 9.1, 9.2): an explicit value of a category, else an explicit top-level value of the same name, else
the category's built-in default, else the top level's. `textures` is merged key by key, and the top-level `embed`,
which is about meshes, doesn't reach it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from avatarsdk_core.catalog import catalog

AVATAR = "avatar"
HAIRCUTS = "haircuts"
BLENDSHAPES = "blendshapes"
OUTFITS = ("outfits", "outfits_top", "outfits_bottom", "outfits_shoes")

PIPELINE = "metaperson_2.0"
SUPPORTED_FORMATS = ("gltf", "glb")
_UNSUPPORTED_FLAGS = ("split_vertices", "export_quads", "make_public", "make_public_direct")
_SWITCHES = ("embed", "finalize", "apply_visibility_masks", *_UNSUPPORTED_FLAGS)

Color = tuple[int, int, int]


class ParameterError(ValueError):
    """The parameters make no sense; the text names the key and what is allowed."""


@dataclass(frozen=True)
class Textures:
    """`types`: names wanted; `size`: 4096, 2048 or 1024; `extension`: png, jpg or webp; `embed`: into the file."""

    types: tuple[str, ...]
    size: int
    extension: str
    embed: bool


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
    defaults = catalog()[PIPELINE]["export"]["defaults"]
    top = _object(given if given is not None else {}, "export_parameters", defaults)
    for switch in _SWITCHES:
        _switch(top, switch, "")
    for flag in _UNSUPPORTED_FLAGS:
        if top.get(flag):
            raise ParameterError(f"{flag}: the sandbox can't do this yet; leave it false.")
    _format(top, "")
    _lod(top, "")
    categories = {
        name: _category(name, top, defaults, available.get(name, ())) for name in (AVATAR, HAIRCUTS, *OUTFITS)
    }
    plan = ExportPlan(
        finalize=_first(top, defaults, key="finalize"),
        categories={name: category for name, category in categories.items() if category.identities or name == AVATAR},
        blendshapes=_blendshapes(top, defaults, available.get(BLENDSHAPES, ())),
    )
    return _finalized(plan) if plan.finalize else plan


def _category(name: str, top: Mapping[str, Any], defaults: Mapping[str, Any], available: Sequence[str]) -> Category:
    built_in = defaults[name]
    own = _section(top, name, name, [*built_in, "colors" if name == AVATAR else "color"])
    for switch in ("embed", "apply_visibility_masks"):
        _switch(own, switch, f"{name}.")
    layers = (own, top, built_in, defaults)
    _format(own, f"{name}.")
    _lod(own, f"{name}.")
    identities = _names(own["list"], f"{name}.list") if own.get("list") is not None else tuple(built_in["list"])
    for identity in identities:
        if identity not in available:
            raise ParameterError(
                f"{name}.list: {identity!r} is not available; available: {', '.join(available) or '-'}."
            )
    return Category(
        name=name,
        identities=identities,
        format=_first(*layers, key="format"),
        embed=_first(*layers, key="embed"),
        textures=_textures(name, top, own, built_in, defaults),
        apply_masks=_first(*layers, key="apply_visibility_masks"),
        color=_recoloring(own, name),
        colors=_colors(own.get("colors"), f"{name}.colors"),
    )


def _textures(
    name: str, top: Mapping[str, Any], own: Mapping[str, Any], built_in: Mapping[str, Any], defaults: Mapping[str, Any]
) -> Textures:
    keys = defaults["textures"]
    path = f"{name}.textures"
    layers = (
        _section(own, "textures", path, keys),
        _section(top, "textures", "textures", keys),
        built_in["textures"] or {},
        keys,
    )
    _switch(layers[0], "embed", f"{path}.")
    _switch(layers[1], "embed", "textures.")
    profile = _first(*layers, key="profile")
    profiles = catalog()[PIPELINE]["export"]["profiles"]
    if profile not in profiles:
        raise ParameterError(f"{path}.profile: {profile!r} is not one of {', '.join(profiles)}.")
    size, extension = profile.split("K.")
    return Textures(
        types=_names(_first(*layers, key="list"), f"{path}.list"),
        size=1024 * int(size),
        extension=extension,
        embed=_first(*layers, key="embed"),
    )


def _blendshapes(top: Mapping[str, Any], defaults: Mapping[str, Any], available: Sequence[str]) -> Blendshapes:
    built_in = defaults[BLENDSHAPES]
    own = _section(top, BLENDSHAPES, BLENDSHAPES, built_in)
    _switch(own, "embed", f"{BLENDSHAPES}.")
    sets = _names(own.get("list") or [], f"{BLENDSHAPES}.list")
    values = _section(own, "values", f"{BLENDSHAPES}.values", None)
    for name in (*sets, *values):
        if name not in available:
            raise ParameterError(f"{BLENDSHAPES}: {name!r} is not available; available: {', '.join(available) or '-'}.")
    return Blendshapes(
        sets=sets,
        embed=_first(own, top, built_in, key="embed"),
        values={name: _weights(name, weights) for name, weights in values.items()},
    )


def _weights(name: str, given: Any) -> dict[str, float]:
    path = f"{BLENDSHAPES}.values.{name}"
    weights = _object(given, path, catalog()["blendshape_sets"][name])
    for shape, weight in weights.items():
        if isinstance(weight, bool) or not isinstance(weight, int | float):
            raise ParameterError(f"{path}.{shape}: {weight!r} is not a number.")
    return {shape: float(weight) for shape, weight in weights.items()}


def _finalized(plan: ExportPlan) -> ExportPlan:
    for category in plan.wardrobe:
        if len(category.identities) > 1:
            listed = ", ".join(category.identities)
            raise ParameterError(f"{category.name}.list: finalize allows one asset in a category, not {listed}.")
    return plan


def _first(*layers: Mapping[str, Any], key: str) -> Any:
    """The first value that is there and not null."""
    return next((layer[key] for layer in layers if layer.get(key) is not None), None)


def _object(given: Any, path: str, allowed: Mapping[str, Any] | Sequence[str] | None) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise ParameterError(f"{path}: an object is needed here, not {_shown(given)}.")
    for key in given:
        if allowed is not None and key not in allowed:
            raise ParameterError(f"{path}: {key!r} is not known here; known: {', '.join(allowed)}.")
    return given


def _section(
    layer: Mapping[str, Any], key: str, path: str, allowed: Mapping[str, Any] | Sequence[str] | None
) -> dict[str, Any]:
    """The object under `key`; null and absent are an empty one."""
    return _object({} if layer.get(key) is None else layer[key], path, allowed)


def _names(given: Any, path: str) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(isinstance(name, str) for name in given):
        raise ParameterError(f"{path}: a list of names is needed here, not {_shown(given)}.")
    return tuple(dict.fromkeys(given))


def _switch(section: Mapping[str, Any], key: str, path: str) -> None:
    value = section.get(key)
    if value is not None and not isinstance(value, bool):
        raise ParameterError(f"{path}{key}: true or false is needed here, not {_shown(value)}.")


def _format(section: Mapping[str, Any], path: str) -> None:
    value = section.get("format")
    formats = catalog()[PIPELINE]["export"]["formats"]
    if value is not None and value not in formats:
        raise ParameterError(f"{path}format: {_shown(value)} is not one of {', '.join(formats)}.")
    if value is not None and value not in SUPPORTED_FORMATS:
        allowed = " or ".join(SUPPORTED_FORMATS)
        raise ParameterError(f"{path}format: the sandbox doesn't write {value} yet; use {allowed}.")


def _lod(section: Mapping[str, Any], path: str) -> None:
    value = section.get("lod")
    if value is not None and value not in catalog()[PIPELINE]["export"]["lods"]:
        raise ParameterError(f"{path}lod: {_shown(value)} is not LOD1 or LOD2.")
    if value == "LOD2":
        raise ParameterError(f"{path}lod: the sandbox doesn't make LOD2 yet; use LOD1.")


def _color(given: Any, path: str) -> Color:
    channels = _object(given, path, ("red", "green", "blue"))
    values = [channels.get(name) for name in ("red", "green", "blue")]
    if not all(isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 255 for value in values):
        raise ParameterError(f"{path}: red, green and blue are whole numbers from 0 to 255, not {_shown(given)}.")
    red, green, blue = (int(value or 0) for value in values)
    return red, green, blue


def _recoloring(section: Mapping[str, Any], name: str) -> Color | None:
    if section.get("color") is None:
        return None
    color = _color(section["color"], f"{name}.color")
    if name != HAIRCUTS:
        raise ParameterError(f"{name}.color: the sandbox recolours only haircuts yet; leave it out.")
    return color


def _colors(given: Any, path: str) -> dict[str, Color]:
    colors = _object({} if given is None else given, path, ("skin", "lips", "eyebrows"))
    return {name: _color(color, f"{path}.{name}") for name, color in colors.items() if color is not None}


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
