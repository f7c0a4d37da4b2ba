# SPDX-License-Identifier: GPL-3.0-or-later
"""The import options as properties of an operator: the dialog, its presets, and what is remembered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy

from avatarsdk_core.avatar.selection import PartGroup
from avatarsdk_core.avatar.shape_groups import ShapeGroup

from .. import words
from .options import ImportOptions
from .remembered import remember, remembered

NEW, AUTO, REPLACE = "NEW", "AUTO", "REPLACE"
_INTO = [
    (AUTO, "Add to the Scene", "A person becomes a new avatar; an outfit, hair or a head goes on the active avatar"),
    (NEW, "New Avatar", "Everything becomes an avatar of its own"),
    (
        REPLACE,
        "Replace in Place",
        "Renews the active avatar, or the one of the same code: animation, pose, your materials and what is worn stay",
    ),
]
_PARTS = [
    (PartGroup.BODY, "Body", "The body's skin"),
    (PartGroup.HEAD, "Head", "Head, eyes, teeth and eyelashes"),
    (PartGroup.HAIR, "Hair", "Haircuts and beards"),
    (PartGroup.OUTFITS, "Outfits", "Clothes, shoes and hats"),
    (PartGroup.GLASSES, "Glasses", "Glasses"),
    (PartGroup.ACCESSORIES, "Accessories", "Jewellery, props and all else"),
]
_SHAPES = [
    (ShapeGroup.ARKIT, "Expressions (ARKit)", "Apple's expressions, which face capture drives"),
    (ShapeGroup.VISEMES, "Visemes", "Mouth shapes for speech"),
    (ShapeGroup.EMOTIONS, "Emotions", "Whole expressions such as joy"),
    (ShapeGroup.FACE, "Face", "Sliders that model the face"),
    (ShapeGroup.BODY, "Body", "Sliders that model the body"),
    (ShapeGroup.OTHER, "Others", "Shape keys of other names"),
]
_LODS = [("ALL", "All", "Every level that the export has"), ("LOD1", "LOD1", "Fine"), ("LOD2", "LOD2", "Coarse")]
_QUALITIES = [
    ("full", "Full", "All textures, light that scatters in the skin"),
    ("simple", "Simple", "Colours only: quick to draw"),
]
_TEXTURES = [
    ("pack", "Pack", "Textures are part of the .blend"),
    ("copy", "Copy beside", "Textures are copied into the folder “textures” beside the .blend"),
]


def _flags(entries: list[tuple[str, str, str]]) -> list[tuple[str, str, str, str, int]]:
    return [(str(name), label, about, "NONE", 1 << place) for place, (name, label, about) in enumerate(entries)]


class OptionProperties:
    """Mixed into an operator. `into`, `template` and `collection` are of one import and aren't remembered: the next one
    must not replace an avatar because the last one did."""

    into: bpy.props.EnumProperty(name="As", items=_INTO, options={"SKIP_SAVE"})  # type: ignore[valid-type]
    parts: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="Parts",
        description="What to import; what the export doesn't have is no error",
        items=_flags(_PARTS),
        options={"ENUM_FLAG"},
        default={str(name) for name, *_ in _PARTS},
    )
    shapes: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="Shape Keys",
        description="Which groups of shape keys to import",
        translation_context=words.CONTEXT,
        items=_flags(_SHAPES),
        options={"ENUM_FLAG"},
        default={str(name) for name, *_ in _SHAPES},
    )
    lod: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="Level of Detail", description="Where the export has a part in several levels of detail", items=_LODS
    )
    quality: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="Materials", description="How much of the textures the materials use", items=_QUALITIES
    )
    textures: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="Textures", description="Where the textures are kept", items=_TEXTURES
    )
    scale: bpy.props.FloatProperty(  # type: ignore[valid-type]
        name="Scale",
        description="1 is life-size in metres; an avatar that is there keeps its own",
        default=1.0,
        min=0.001,
        max=1000.0,
        soft_min=0.01,
        soft_max=100.0,
    )
    quads: bpy.props.BoolProperty(  # type: ignore[valid-type]
        name="Triangles to Quads", description="Join pairs of triangles; quads that the file has are kept in any case"
    )
    collection: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Collection",
        description="Where a new avatar goes, made where there is none of that name; empty: the active collection",
        options={"SKIP_SAVE"},
    )
    template: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Template",
        description="For point clouds only: an export with faces, of the same sex and LOD, that the points are put on",
        subtype="FILE_PATH",
        options={"SKIP_SAVE"},
    )

    def to_options(self, onto: str) -> ImportOptions:
        """The options; `onto` is the avatar that is active."""
        return ImportOptions(
            onto="" if self.into == NEW else onto,
            reimport=self.into == REPLACE,
            parts=frozenset(PartGroup(name) for name in self.parts),
            shapes=frozenset(ShapeGroup(name) for name in self.shapes),
            lod="" if self.lod == "ALL" else self.lod,
            quality=self.quality,
            textures=self.textures,
            scale=self.scale,
            quads=self.quads,
            collection=self.collection.strip(),
            template=Path(bpy.path.abspath(self.template)) if self.template else "",
        )

    def recall(self) -> None:
        """Sets what was chosen the last time, where the caller doesn't say otherwise."""
        for name, value in remembered().items():
            if name in _REMEMBERED and not self.properties.is_property_set(name):  # type: ignore[attr-defined]
                try:
                    setattr(self, name, set(value) if isinstance(value, list) else value)
                except (TypeError, ValueError):  # written by another version
                    continue

    def keep(self) -> None:
        """Remembers what was chosen."""
        values: dict[str, Any] = {name: getattr(self, name) for name in _REMEMBERED}
        remember({name: sorted(value) if isinstance(value, set) else value for name, value in values.items()})

    def draw_options(self, layout: bpy.types.UILayout) -> None:
        """The dialog, or the column beside the file browser."""
        layout.use_property_split = True
        layout.use_property_decorate = False
        layout.prop(self, "into")
        if body := _section(layout, "parts", "Include"):
            _draw_flags(body, self, "parts", "Parts")
            _draw_flags(body, self, "shapes", "Shape Keys")
            body.prop(self, "lod", text="Detail")
        if body := _section(layout, "scene", "Scene"):
            row = body.row()
            row.active = self.into != REPLACE
            row.prop_search(
                self, "collection", bpy.data, "collections", text="Collection", results_are_suggestions=True
            )
            body.prop(self, "scale")
        if body := _section(layout, "looks", "Materials and Geometry"):
            body.prop(self, "quality")
            body.prop(self, "textures")
            if self.textures == "copy" and not bpy.data.filepath:
                body.label(text="Save the .blend first, or they are packed", icon="INFO")
            body.prop(self, "quads")
        if body := _section(layout, "clouds", "Point Clouds", closed=True):
            body.prop(self, "template")


_REMEMBERED = ("parts", "shapes", "lod", "quality", "textures", "scale", "quads")


def _section(layout: bpy.types.UILayout, name: str, label: str, *, closed: bool = False) -> bpy.types.UILayout | None:
    header, body = layout.panel(f"AVATAR_SDK_import_{name}", default_closed=closed)
    header.label(text=label)
    return body


def _draw_flags(layout: bpy.types.UILayout, owner: Any, name: str, heading: str) -> None:
    column = layout.column(align=True)
    column.use_property_split = False
    column.label(text=heading)
    grid = column.grid_flow(row_major=True, columns=2, even_columns=True, align=True)
    for item in owner.rna_type.properties[name].enum_items:
        grid.prop_enum(owner, name, item.identifier)
