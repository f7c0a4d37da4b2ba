"""Export parameters of both families: what an export contains, and in which form (spec 9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from avatarsdk_core.catalog.facts import ExportFamily
from avatarsdk_core.catalog.inheritance import filled
from avatarsdk_core.catalog.objects import JsonObject
from avatarsdk_core.catalog.problems import Problem
from avatarsdk_core.catalog.tables import export_families, export_family
from avatarsdk_core.catalog.values import Size
from avatarsdk_core.catalog.wording import (
    AvatarSection,
    BlendshapeSection,
    ExportTextureName,
    Format,
    HaircutSection,
    LegacyBlendshapeSection,
    LegacyHaircutSection,
    LegacyOutfitSection,
    Lod,
    OutfitSection,
    SizeJson,
    Textures,
)


class ExportParameters(JsonObject):
    """What both families share. Read one with `read_export_parameters`; build one with a subclass.

    What is left out, or null in a category, is inherited: see `resolved`.
    """

    family_name = ""

    @property
    def family(self) -> ExportFamily:
        return export_families()[self.family_name]

    def resolved(self) -> dict[str, Any]:
        """An object like the documented defaults, with every inherited value filled in and embedding off where the
        format can't. Expects parameters without errors.
        """
        return filled(self._tree, self.family)

    def validate(
        self,
        pipeline: str,
        subtype: str | None = None,
        plan: str | None = None,
        *,
        available: Mapping[str, Any] | None = None,
        strict: bool = False,
    ) -> list[Problem]:
        """See `validate_export`."""
        from avatarsdk_core.catalog.export_checks import validate_export

        return validate_export(self, pipeline, subtype, plan, available=available, strict=strict)

    def explain(self) -> list[str]:
        """Lines that say in words what the export will contain. Expects parameters without errors."""
        from avatarsdk_core.catalog.explanation import explained

        return explained(self.resolved(), self.family)


class MetaPersonExportParameters(ExportParameters):
    """Export parameters of metaperson_2.0.

        MetaPersonExportParameters(
            format="glb",
            embed=False,
            textures={"list": ["Color", "Normal"], "profile": "1K.jpg"},
            outfits_top={"list": ["polo_Getik"]},
        )

    `extra` takes keys that this version doesn't know.
    """

    family_name = "metaperson_2.0"

    def __init__(
        self,
        *,
        format: Format | None = None,  # noqa: A002 - the service's name
        embed: bool | None = None,
        lod: Lod | None = None,
        split_vertices: bool | None = None,
        export_quads: bool | None = None,
        finalize: bool | None = None,
        apply_visibility_masks: bool | None = None,
        make_public: bool | None = None,
        make_public_direct: bool | None = None,
        textures: Textures | None = None,
        avatar: AvatarSection | None = None,
        haircuts: HaircutSection | None = None,
        outfits: OutfitSection | None = None,
        outfits_top: OutfitSection | None = None,
        outfits_bottom: OutfitSection | None = None,
        outfits_shoes: OutfitSection | None = None,
        glasses: HaircutSection | None = None,
        blendshapes: BlendshapeSection | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        self._keep(
            {
                "format": format,
                "embed": embed,
                "lod": lod,
                "split_vertices": split_vertices,
                "export_quads": export_quads,
                "finalize": finalize,
                "apply_visibility_masks": apply_visibility_masks,
                "make_public": make_public,
                "make_public_direct": make_public_direct,
                "textures": textures,
                "avatar": avatar,
                "haircuts": haircuts,
                "outfits": outfits,
                "outfits_top": outfits_top,
                "outfits_bottom": outfits_bottom,
                "outfits_shoes": outfits_shoes,
                "glasses": glasses,
                "blendshapes": blendshapes,
            },
            extra,
        )


class HeadBodyExportParameters(ExportParameters):
    """Export parameters of head_1.2, head_2.0 and body_0.3. `lod`: 0, the densest, to 7."""

    family_name = "head_body"

    def __init__(
        self,
        *,
        format: Format | None = None,  # noqa: A002 - the service's name
        embed: bool | None = None,
        pointclouds: bool | None = None,
        additional_textures: Sequence[ExportTextureName] | None = None,
        embed_textures: bool | None = None,
        texture_size: Size | SizeJson | None = None,
        template: str | None = None,
        lod: int | None = None,
        haircuts: LegacyHaircutSection | None = None,
        outfits: LegacyOutfitSection | None = None,
        blendshapes: LegacyBlendshapeSection | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        self._keep(
            {
                "format": format,
                "embed": embed,
                "pointclouds": pointclouds,
                "additional_textures": additional_textures,
                "embed_textures": embed_textures,
                "texture_size": texture_size,
                "template": template,
                "lod": lod,
                "haircuts": haircuts,
                "outfits": outfits,
                "blendshapes": blendshapes,
            },
            extra,
        )


_BY_FAMILY: Mapping[str, type[ExportParameters]] = {
    kind.family_name: kind for kind in (MetaPersonExportParameters, HeadBodyExportParameters)
}


def read_export_parameters(data: object, pipeline: str) -> ExportParameters:
    """From JSON, of the pipeline's family.

    Raises:
        UnknownNameError: there is no such pipeline, or it has no export parameters.
        ParametersError: `data` is no object.
    """
    return _BY_FAMILY[export_family(pipeline).name].from_json(data)
