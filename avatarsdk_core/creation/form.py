"""What a person asks for: one immutable value. It holds nothing secret, and nothing of the photo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from avatarsdk_core.catalog import MetaPersonExportParameters, export_family, pipeline
from avatarsdk_core.catalog.values import plain
from avatarsdk_core.creation.whole_way import PIPELINE, TEXTURES

CHOICES = (
    "haircuts",
    "outfits",
    "outfits_top",
    "outfits_bottom",
    "outfits_shoes",
    "glasses",
    "blendshapes",
    "model_info",
    "additional_textures",
)
VALUES = ("avatar_modifications", "shape_modifications", "body_shape")
EXPORT = ("format", "lod", "texture_profile", "texture_size", "textures", "finalize", "colors")
WORN = CHOICES[:6]  # what an avatar may wear: shown as grids
METAPERSON = "metaperson_2.0"

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Form:
    """`choices`: category → names. `values`: category → name → value, colours and sizes as JSON objects.
    `export`: how the files are to be; keys of `EXPORT`. What isn't there is the service's default.
    """

    pipeline: str = PIPELINE
    subtype: str = ""
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NOTHING)
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: _NOTHING)
    export: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)

    @property
    def subtype_name(self) -> str:
        """The pipeline's default where none is chosen. Raises UnknownNameError."""
        return pipeline(self.pipeline).subtype(self.subtype).name

    def chosen(self, category: str) -> tuple[str, ...]:
        return self.choices.get(category, ())

    def value(self, category: str, name: str) -> Any:
        """None where it isn't set."""
        return self.values.get(category, _NOTHING).get(name)

    def with_choice(self, category: str, name: str, on: bool) -> Form:
        """With or without a name; in the order in which they were chosen."""
        names = tuple(each for each in self.chosen(category) if each != name)
        return self.with_choices(category, (*names, name) if on else names)

    def with_choices(self, category: str, names: tuple[str, ...]) -> Form:
        """With these names of a category, and no others."""
        return replace(self, choices=_with(self.choices, category, tuple(dict.fromkeys(names))))

    def with_value(self, category: str, name: str, value: Any) -> Form:
        """With a value, or without it: None."""
        inner = _with(self.values.get(category, _NOTHING), name, plain(value))
        return replace(self, values=_with(self.values, category, inner))

    def with_export(self, key: str, value: Any) -> Form:
        """The same of the export."""
        return replace(self, export=_with(self.export, key, plain(value)))

    def for_pipeline(self, name: str, subtype: str = "") -> Form:
        """Another kind of avatar: its own first choice, with what was set and makes sense there too."""
        if (name, subtype) == (self.pipeline, self.subtype):
            return self
        if name == self.pipeline:
            return replace(self, subtype=subtype)
        kept = {key: self.export[key] for key in ("format", "finalize") if key in self.export}
        return replace(first_form(name, subtype), export=_frozen({**first_form(name, subtype).export, **kept}))

    def computation(self) -> dict[str, Any]:
        """The computation parameters as JSON, without groups."""
        exports = pipeline(self.pipeline).export_parameters
        names = ("model_info", "additional_textures") if exports else CHOICES
        chosen = {key: list(self.chosen(key)) for key in names if self.chosen(key)}
        return chosen | {key: plain(inner) for key, inner in self.values.items() if inner}

    def export_parameters(self) -> dict[str, Any] | None:
        """The export parameters as JSON; None for a pipeline without exports. Raises UnknownNameError.

        What is worn comes in files of its own, with masks instead of cut skin, so that it can be taken off again.
        """
        if not pipeline(self.pipeline).export_parameters:
            return None
        known = export_family(self.pipeline).categories
        sections: dict[str, Any] = {
            key: {"list": list(self.chosen(key))}
            for key in CHOICES
            if key in known and key != "blendshapes" and self.chosen(key)
        }
        shapes = self.chosen("blendshapes")
        if shapes:
            sections["blendshapes"] = {"list": list(shapes), "embed": True}
        _recolor(sections, self.export.get("colors") or {})
        if self.pipeline == METAPERSON:
            return self._metaperson_export(sections)
        return self._legacy_export(sections)

    def _metaperson_export(self, sections: dict[str, Any]) -> dict[str, Any]:
        final = bool(self.export.get("finalize"))
        return MetaPersonExportParameters(
            format=self.export.get("format", "glb"),
            lod=self.export.get("lod"),
            embed=final,
            apply_visibility_masks=final,
            finalize=final,
            textures={
                "list": list(self.export.get("textures") or TEXTURES),
                "profile": self.export.get("texture_profile", "2K.jpg"),
                "embed": False,
            },
            extra=sections,
        ).to_json()

    def _legacy_export(self, sections: dict[str, Any]) -> dict[str, Any]:
        made = {
            "format": self.export.get("format", "glb"),
            "embed": False,
            "lod": self.export.get("lod"),
            "texture_size": self.export.get("texture_size"),
            "additional_textures": list(self.export.get("textures") or ()) or None,
        }
        return {**{key: plain(value) for key, value in made.items() if value is not None}, **sections}


def first_form(pipeline_name: str = PIPELINE, subtype: str = "") -> Form:
    """What is chosen before anybody has chosen: what an artist can do most with."""
    facts = pipeline(pipeline_name)
    target = facts.subtype(subtype)
    from avatarsdk_core.catalog import categories

    shapes = [name for name in ("mobile_51", "legacy_45") if categories()["blendshapes"].parameters[name].plan(target)]
    export = {"format": "glb"} if facts.export_parameters else {}
    if pipeline_name == METAPERSON:
        export |= {"lod": "LOD1", "texture_profile": "2K.jpg"}
    choices = {"blendshapes": tuple(shapes[:1])} if shapes else {}
    return Form(pipeline_name, subtype, _frozen(choices), _NOTHING, _frozen(export))


def _recolor(sections: dict[str, Any], colors: Mapping[str, Any]) -> None:
    """`skin`, `lips`, `eyebrows` are the avatar's; the others are categories, recoloured where something is chosen."""
    own = {name: plain(color) for name, color in colors.items() if name in ("skin", "lips", "eyebrows")}
    if own:
        sections["avatar"] = {"colors": own}
    for name, color in colors.items():
        if name in sections and name not in ("avatar", "blendshapes"):
            sections[name]["color"] = plain(color)


def _with(mapping: Mapping[str, Any], key: str, value: Any) -> Mapping[str, Any]:
    made = {name: each for name, each in mapping.items() if name != key}
    if value is not None and value != () and not (isinstance(value, Mapping) and not value):
        made[key] = value
    return _frozen(made)


def _frozen(mapping: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(dict(mapping))
