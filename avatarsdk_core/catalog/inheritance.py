"""What export parameters come to once every inherited value is filled in. Pure.

Order (spec 9.1, 9.2): a category's explicit value, an explicit top-level value of the same name, the category's
built-in default, the top level's. null is as good as left out. `textures` is merged key by key, and the top-level
`embed`, which is about meshes, doesn't reach it. What a format can't hold isn't embedded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from avatarsdk_core.catalog.facts import ExportFamily
from avatarsdk_core.catalog.values import plain

AVATAR = "avatar"


def filled(given: Mapping[str, Any], family: ExportFamily) -> dict[str, Any]:
    """An object like the family's defaults, with every flag of every category and no null that means `inherit`.

    Expects values of the right types; a section that is no object counts as empty.
    """
    known = {key: value for key, value in given.items() if key in family.flags}
    whole = {key: _first(key, known, family.defaults) for key in family.flags if key != "textures"}
    if family.textures:
        whole["textures"] = _textures(family, _section(known, "textures"))
    for name, flags in family.categories.items():
        own, built_in = _section(given, name), _section(family.defaults, name)
        whole[name] = {
            key: _textures(family, *(_section(layer, "textures") for layer in (own, known, built_in)))
            if key == "textures"
            else _first(key, own, known, built_in, family.defaults if key in family.flags else {})
            for key in flags
        }
    _limit(whole, family)
    return whole


def _textures(family: ExportFamily, *layers: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _first(key, *layers, family.defaults["textures"]) for key in family.textures}


def _limit(whole: dict[str, Any], family: ExportFamily) -> None:
    """`embed` and the textures' embedding become false where the format can't."""
    sections = {name: whole[name] for name in family.categories}
    for section in (whole, *sections.values()):
        section["embed"] = bool(section["embed"]) and whole["format"] in family.mesh_embedding_formats
    _limit_textures(whole, whole["format"], family)
    for name, section in sections.items():
        embedded = section["embed"] and name != AVATAR
        _limit_textures(section, whole["format"] if embedded else section.get("format"), family)


def _limit_textures(section: dict[str, Any], file_format: object, family: ExportFamily) -> None:
    can = file_format in family.texture_embedding_formats
    if "embed_textures" in section:
        section["embed_textures"] = can and bool(section["embed_textures"])
    if "textures" in section:
        section["textures"]["embed"] = can and bool(section["textures"]["embed"])


def _first(key: str, *layers: Mapping[str, Any]) -> Any:
    """The first value that is there and not null."""
    return plain(next((layer[key] for layer in layers if layer.get(key) is not None), None))


def _section(layer: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = layer.get(key)
    return value if isinstance(value, Mapping) else {}
