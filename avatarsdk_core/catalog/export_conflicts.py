"""Export parameters that are right one by one and wrong together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from avatarsdk_core.catalog.facts import ExportFamily
from avatarsdk_core.catalog.inheritance import AVATAR
from avatarsdk_core.catalog.problems import Problem, error, warning

if TYPE_CHECKING:
    from avatarsdk_core.catalog.computation import ComputationParameters
    from avatarsdk_core.catalog.export_parameters import ExportParameters

SHARED_CATEGORIES = ("haircuts", "blendshapes")


def conflicts(parameters: ComputationParameters, export_parameters: ExportParameters) -> list[Problem]:
    """What computation and export parameters both name: the export's word counts."""
    return [
        warning(name, parameters[name], f"{name} stands in parameters and in export parameters", "the latter win.")
        for name in SHARED_CATEGORIES
        if name in parameters and (export_parameters.get(name) or {}).get("list")
    ]


def check_export_conflicts(parameters: ExportParameters, family: ExportFamily) -> Iterator[Problem]:
    """Expects values that are right one by one."""
    whole = parameters.resolved()
    if whole.get("finalize"):
        yield from _check_finalized(whole, family)
    for flag in ("make_public", "make_public_direct"):
        if whole.get(flag):
            yield from _check_public(flag, whole, family)
    yield from _check_embedding(parameters, whole, family)


def _check_finalized(whole: Mapping[str, Any], family: ExportFamily) -> Iterator[Problem]:
    for name in family.categories:
        listed = dict.fromkeys(whole[name]["list"] or ())
        if name not in (AVATAR, "blendshapes") and len(listed) > 1:
            message = f"finalize allows one asset in a category, not {', '.join(listed)}"
            yield error(f"{name}.list", list(listed), message, "list one, or leave finalize out.")


def _check_public(flag: str, whole: Mapping[str, Any], family: ExportFamily) -> Iterator[Problem]:
    """Only the avatar's own file is published: what isn't in it is missing."""
    outside = [
        name for name in family.categories if whole[name]["list"] and not whole[name]["embed"] and name != AVATAR
    ]
    if outside:
        message = f"{flag} publishes the avatar's file alone, without {', '.join(outside)}"
        yield error(flag, True, message, "embed them (embed: true, format: glb, gltf or fbx).")
    if not whole[AVATAR]["textures"]["embed"]:
        message = f"{flag} publishes the avatar's file alone, without its textures"
        yield error(flag, True, message, "embed them (textures.embed: true, format: glb or fbx).")


def _check_embedding(parameters: ExportParameters, whole: Mapping[str, Any], family: ExportFamily) -> Iterator[Problem]:
    """Asked for in so many words, and impossible with the format."""
    sections: dict[str, Mapping[str, Any]] = {"": parameters}
    sections |= {f"{name}.": parameters.get(name) or {} for name in family.categories}
    for prefix, section in sections.items():
        result = whole[prefix[:-1]] if prefix else whole
        if section.get("embed") and not result["embed"]:
            able = ", ".join(family.mesh_embedding_formats)
            yield warning(f"{prefix}embed", True, f"{whole['format']} can't hold other meshes", f"take {able}.")
        for path, asked, done in (
            (f"{prefix}embed_textures", section.get("embed_textures"), result.get("embed_textures")),
            (
                f"{prefix}textures.embed",
                (section.get("textures") or {}).get("embed"),
                (result.get("textures") or {}).get("embed"),
            ),
        ):
            if asked and not done:
                able = ", ".join(family.texture_embedding_formats)
                yield warning(path, True, "this format can't hold textures", f"take {able}.")
