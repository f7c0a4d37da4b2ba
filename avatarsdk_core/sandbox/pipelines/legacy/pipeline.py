"""The older pipelines behind the interface of the sandbox's pipelines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from avatarsdk_core.catalog import category, export_family
from avatarsdk_core.catalog import pipeline as named_pipeline
from avatarsdk_core.catalog import subtype as named_subtype
from avatarsdk_core.catalog.computation import group_of
from avatarsdk_core.catalog.facts import ALWAYS_SET
from avatarsdk_core.sandbox.default_parameters import default_parameters
from avatarsdk_core.sandbox.pipelines.contract import ComputeJob, ExportJob, ParameterError, ResultJob
from avatarsdk_core.sandbox.pipelines.legacy.kinds import Avatar
from avatarsdk_core.sandbox.pipelines.legacy.names import all_haircuts, haircut_names, outfit_names
from avatarsdk_core.sandbox.pipelines.legacy.plan import resolve
from avatarsdk_core.sandbox.records import ExportFile

AVATAR, HAIRCUTS, OUTFITS, BLENDSHAPES = "avatar", "haircuts", "outfits", "blendshapes"
_COMPUTED = ("model_info", "avatar_modifications", "shape_modifications", "body_shape", "additional_textures")


class LegacyPipeline:
    """See `avatarsdk_core.sandbox.pipelines.contract.Pipeline`; what paints is imported in the worker alone."""

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def has_exports(self) -> bool:
        return named_pipeline(self.name).export_parameters

    def computable(self, subtype: str) -> Mapping[str, Mapping[str, Sequence[str]]]:
        """Haircuts and blendshapes too: named here, they are had directly; named in export parameters, by exports."""
        target = named_subtype(self.name, subtype)
        avatar = Avatar(self.name, subtype)
        found: dict[str, dict[str, list[str]]] = {}

        def add(name: str, group: str, entry: str) -> None:
            found.setdefault(name, {}).setdefault(group, []).append(entry)

        for haircuts in haircut_names(avatar).values():
            for entry in haircuts:
                add(HAIRCUTS, group_of(self.name, HAIRCUTS, entry), entry)
        for entry in avatar.blendshape_sets:
            add(BLENDSHAPES, group_of(self.name, BLENDSHAPES, entry), entry)
        for name in _COMPUTED:
            for row in category(name).parameters.values():
                if row.plan(target) not in (None, ALWAYS_SET):
                    add(name, row.group or "base", row.name)
        return found

    def available(self, subtype: str) -> Mapping[str, Sequence[str]]:
        if not self.has_exports:
            return {}
        avatar = Avatar(self.name, subtype)
        return {
            AVATAR: (),
            HAIRCUTS: all_haircuts(avatar),
            OUTFITS: outfit_names(avatar),
            BLENDSHAPES: avatar.blendshape_sets,
        }

    def texture_types(self, category: str) -> Sequence[str]:
        family = export_family(self.name)
        if category == OUTFITS:
            return family.outfit_texture_names
        return family.texture_names[self.name] if category == AVATAR else ()

    def check_export(self, subtype: str, parameters: Any) -> None:
        if not self.has_exports:
            if parameters:
                raise ParameterError(f"{self.name} has no export parameters: leave them out.")
            return
        resolve(Avatar(self.name, subtype), parameters, self.available(subtype))

    def static_resources(self, subtype: str) -> Mapping[str, Any]:
        return {}

    def compute(self, job: ComputeJob) -> None:
        from avatarsdk_core.sandbox.pipelines.legacy.computed import compute_avatar

        parameters = job.parameters
        if parameters is None:
            parameters = default_parameters(self.name, job.subtype, self.computable(job.subtype))
        compute_avatar(Avatar(self.name, job.subtype), job, parameters)

    def preview(self, subtype: str, folder: Path) -> None:
        from avatarsdk_core.sandbox.pipelines.legacy.computed import render_preview

        render_preview(Avatar(self.name, subtype), folder)

    def result(self, job: ResultJob) -> Path | None:
        from avatarsdk_core.sandbox.pipelines.legacy.results import result

        return result(Avatar(self.name, job.subtype), job)

    def export(self, job: ExportJob) -> list[ExportFile]:
        from avatarsdk_core.sandbox.pipelines.legacy.export import build_export

        return build_export(Avatar(self.name, job.subtype), job, self.available(job.subtype))

    def static_texture(self, path: str, textures: Path) -> Path | None:
        """What an export named, it has painted."""
        found = textures / path
        return found if found.is_file() else None
