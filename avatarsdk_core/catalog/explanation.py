"""Resolved export parameters in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from avatarsdk_core.catalog.facts import ExportFamily
from avatarsdk_core.catalog.inheritance import AVATAR
from avatarsdk_core.catalog.values import Color, Size


def explained(whole: Mapping[str, Any], family: ExportFamily) -> list[str]:
    """One line for the avatar, one for each category that has assets, and one for each flag that acts on the whole."""
    lines = [_avatar(whole, family)]
    for name in family.categories:
        if name not in (AVATAR, "blendshapes") and whole[name]["list"]:
            lines.append(_assets(name, whole[name]))
    shapes = whole["blendshapes"]
    if shapes["list"]:
        where = "as morph targets" if shapes["embed"] else "in files of their own"
        lines.append(f"Blendshapes {', '.join(shapes['list'])} {where}.")
    for name, weights in (shapes.get("values") or {}).items():
        if not weights:
            continue
        fixed = ", ".join(f"{shape} {weight}" for shape, weight in weights.items())
        lines.append(f"The mesh is deformed for good by {name}: {fixed}.")
    return lines + [text for flag, text in _WHOLE.items() if whole.get(flag)]


_WHOLE = {
    "finalize": "Everything is finalized: hair in its final shape, masks applied.",
    "pointclouds": "Vertices only: no faces, no UV.",
    "split_vertices": "Vertices are split at UV seams.",
    "export_quads": "Faces are quads.",
    "make_public": "The zip is public: whoever has the link can download it.",
    "make_public_direct": "The model file is public: whoever has the link can download it.",
}


def _avatar(whole: Mapping[str, Any], family: ExportFamily) -> str:
    own = whole.get(AVATAR, whole)
    parts = own.get("list")
    missing = [part for part in family.defaults.get(AVATAR, {}).get("list", ()) if part not in (parts or ())]
    without = f" without {', '.join(missing)}" if parts is not None and missing else ""
    colors = ", ".join(f"{name} {Color.from_json(color)}" for name, color in (own.get("colors") or {}).items() if color)
    recolored = f"; recoloured: {colors}" if colors else ""
    level = whole["lod"] if isinstance(whole["lod"], str) else f"level of detail {whole['lod']}"
    return f"The avatar{without} as {own['format']}, {level}, {_textures(own)}{recolored}."


def _assets(name: str, section: Mapping[str, Any]) -> str:
    where = "in the avatar's file" if section["embed"] else f"as {section['format']} files of their own"
    color = f"; recoloured to {Color.from_json(section['color'])}" if section.get("color") else ""
    masks = "; the body beneath is cut away" if section.get("apply_visibility_masks") else ""
    return f"{name}: {', '.join(section['list'])} {where}, {_textures(section)}{color}{masks}."


def _textures(section: Mapping[str, Any]) -> str:
    textures = section.get("textures")
    if textures is not None:
        names = ", ".join(textures["list"] or ()) or "none"
        return f"textures {names} as {textures['profile']} {_place(textures['embed'])}"
    names = ", ".join(["colour", *(section.get("additional_textures") or ())])
    size = f" at {Size.from_json(section['texture_size'])}" if section.get("texture_size") else ""
    return f"textures {names}{size} {_place(section['embed_textures'])}"


def _place(embedded: bool) -> str:
    return "in the file" if embedded else "beside it"
