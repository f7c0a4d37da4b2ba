# SPDX-License-Identifier: GPL-3.0-or-later
"""Another export of an avatar, with other clothes, hair or file settings: a dialog, then a job."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import bpy

from avatarsdk_core import catalog
from avatarsdk_core.creation import offer as offers
from avatarsdk_core.creation.form import METAPERSON, WORN, first_form
from avatarsdk_core.errors import AvatarSDKError

from .. import jobs, preferences, words
from . import state
from .operators import _Online

_FORMATS = [(name, name.upper(), "") for name in ("glb", "gltf", "fbx", "obj")]
_TITLES = {
    "haircuts": "Haircuts",
    "outfits": "Outfits",
    "outfits_top": "Tops",
    "outfits_bottom": "Bottoms",
    "outfits_shoes": "Shoes",
    "glasses": "Glasses",
}
_DIALOG_WIDTH = 480
_subtype_items: dict[str, list[tuple[str, str, str]]] = {}  # Blender keeps pointers to these texts


def _subtypes(operator: Any, _context: bpy.types.Context | None) -> list[tuple[str, str, str]]:
    if operator.pipeline not in _subtype_items:
        found = catalog.pipelines().get(operator.pipeline)
        names = tuple(found.subtypes) if found is not None else ()
        _subtype_items[operator.pipeline] = [(name, name.capitalize(), "") for name in names] or [("-", "–", "")]
    return _subtype_items[operator.pipeline]


def _fill(operator: Any, _context: bpy.types.Context | None) -> None:
    """Lists what can be worn; what was chosen and is still there stays chosen."""
    kept = {(asset.category, asset.name) for asset in operator.assets if asset.is_chosen}
    operator.assets.clear()
    subtype = "" if operator.subtype == "-" else operator.subtype
    told = state.offer(operator.pipeline, subtype)
    offer = offers.Offer(operator.pipeline, subtype, None, told)
    for category in WORN:
        for choice in offers.choices(offer, category):
            asset = operator.assets.add()
            asset.name, asset.category, asset.title = choice.name, category, choice.title
            asset.is_chosen = (category, choice.name) in kept


class AvatarSDKAsset(bpy.types.PropertyGroup):
    """Something that an avatar may wear."""

    category: bpy.props.StringProperty()  # type: ignore[valid-type]
    title: bpy.props.StringProperty()  # type: ignore[valid-type]
    is_chosen: bpy.props.BoolProperty(name="Wear", description="Have this in the export")  # type: ignore[valid-type]


class AVATAR_SDK_OT_gallery_export(_Online, bpy.types.Operator):  # noqa: N801  (Blender's naming)
    """Have the service export this avatar once more, with other clothes, hair or files, and import the result"""

    bl_idname = "avatar_sdk.gallery_export"
    bl_label = "Export Avatar Again"

    pipeline: bpy.props.StringProperty(options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]
    subtype: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="Subtype", description="Whose clothes and hair", items=_subtypes, update=_fill, options={"SKIP_SAVE"}
    )
    format: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="Format", description="Of the files; GLB keeps most", items=_FORMATS
    )
    lod: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="Level of Detail",
        description="How many triangles the meshes have",
        items=[
            ("LOD1", "LOD1 (full)", "All triangles that the service makes"),
            ("LOD2", "LOD2 (light)", "Fewer triangles, for crowds and games"),
        ],
    )
    search: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Search", description="A part of the name", options={"TEXTEDIT_UPDATE", "SKIP_SAVE"}
    )
    assets: bpy.props.CollectionProperty(type=AvatarSDKAsset, options={"SKIP_SAVE"})  # type: ignore[valid-type]

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        found = self.card()
        facts = catalog.pipelines().get(found.pipeline) if found is not None else None
        if found is None or facts is None or not facts.export_parameters:
            self.report({"ERROR"}, "Avatars of this pipeline have no exports: import it as it is")
            return {"CANCELLED"}
        self.key, self.pipeline = found.key, found.pipeline
        _fill(self, context)
        return context.window_manager.invoke_props_dialog(self, width=_DIALOG_WIDTH)

    def draw(self, _context: bpy.types.Context) -> None:
        layout = self.layout
        layout.use_property_split = True
        if self.subtype != "-":
            layout.row().prop(self, "subtype", expand=True)
        layout.row().prop(self, "format", expand=True)
        if self.pipeline == METAPERSON:
            layout.row().prop(self, "lod", expand=True)
        layout.use_property_split = False
        layout.prop(self, "search", text="", icon="VIEWZOOM")
        wanted = self.search.casefold()
        for category in WORN:
            shown = [one for one in self.assets if one.category == category and wanted in one.title.casefold()]
            if shown:
                layout.label(text=_TITLES[category])
                grid = layout.grid_flow(row_major=True, columns=4, even_columns=True, align=True)
                for asset in shown:
                    grid.prop(asset, "is_chosen", text=asset.title, toggle=True, translate=False)

    def execute(self, _context: bpy.types.Context) -> set[str]:
        found = self.card()
        if found is None:
            return {"CANCELLED"}
        try:
            parameters = self._parameters(found.pipeline)
        except AvatarSDKError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        folder = str(preferences.avatars_folder())
        fields = {"avatar": found.code, "name": found.name, "folder": folder, "export_parameters": parameters}
        jobs.start("export", title=found.name, **fields)
        self.report({"INFO"}, words.report("{name} is being exported, and appears when it is there", name=found.name))
        return {"FINISHED"}

    def _parameters(self, pipeline: str) -> dict[str, Any]:
        form = first_form(pipeline, "" if self.subtype == "-" else self.subtype)
        choices = dict(form.choices)
        for category in WORN:
            names = tuple(one.name for one in self.assets if one.category == category and one.is_chosen)
            if names:
                choices[category] = names
        form = replace(form, choices=MappingProxyType(choices)).with_export("format", self.format)
        if pipeline == METAPERSON:
            form = form.with_export("lod", self.lod)
        return form.export_parameters() or {}


CLASSES = (AvatarSDKAsset, AVATAR_SDK_OT_gallery_export)
