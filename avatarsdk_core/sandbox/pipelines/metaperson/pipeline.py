"""metaperson_2.0 behind the interface of the sandbox's pipelines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from avatarsdk_core.catalog import category
from avatarsdk_core.catalog import subtype as named_subtype
from avatarsdk_core.catalog.facts import ALWAYS_SET
from avatarsdk_core.sandbox.human.model import as_subtype
from avatarsdk_core.sandbox.pipelines.contract import ComputeJob, ExportJob, ResultJob
from avatarsdk_core.sandbox.pipelines.metaperson.assets import available, static_resources, texture_types
from avatarsdk_core.sandbox.pipelines.metaperson.plan import PIPELINE, resolve
from avatarsdk_core.sandbox.records import ExportFile

_COMPUTED = ("model_info", "avatar_modifications")  # the categories that aren't the export parameters' matter


class MetaPerson:
    """See `avatarsdk_core.sandbox.pipelines.contract.Pipeline`; what paints is imported in the worker alone."""

    name = PIPELINE
    has_exports = True

    def computable(self, subtype: str) -> Mapping[str, Mapping[str, Sequence[str]]]:
        found: dict[str, dict[str, list[str]]] = {}
        target = named_subtype(PIPELINE, subtype)
        for name in _COMPUTED:
            for row in category(name).parameters.values():
                if row.plan(target) not in (None, ALWAYS_SET):
                    found.setdefault(name, {}).setdefault(row.group, []).append(row.name)
        return found

    def available(self, subtype: str) -> Mapping[str, Sequence[str]]:
        return available(subtype)

    def texture_types(self, category: str) -> Sequence[str]:
        return texture_types(category)

    def check_export(self, subtype: str, parameters: Any) -> None:
        resolve(parameters, available(subtype))

    def static_resources(self, subtype: str) -> Mapping[str, Any]:
        return static_resources(subtype)

    def compute(self, job: ComputeJob) -> None:
        from avatarsdk_core.sandbox.pipelines.metaperson.computed import compute_avatar

        compute_avatar(job)

    def preview(self, subtype: str, folder: Path) -> None:
        from avatarsdk_core.sandbox.pipelines.metaperson.computed import render_preview

        render_preview(as_subtype(subtype), folder)

    def result(self, job: ResultJob) -> Path | None:
        """Nothing: MetaPerson avatars are had through exports."""
        return None

    def export(self, job: ExportJob) -> list[ExportFile]:
        from avatarsdk_core.sandbox.pipelines.metaperson.content import build_export

        return build_export(job)

    def static_texture(self, path: str, textures: Path) -> Path | None:
        from avatarsdk_core.sandbox.pipelines.metaperson.static_textures import paint_static

        return paint_static(path, textures)
