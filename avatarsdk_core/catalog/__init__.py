"""What the service offers, as typed data, and builders of the parameters that it takes. No network.

The facts are the documentation's, with a word on how sure they are; what the service answers to a live account wins.
"""

from __future__ import annotations

from avatarsdk_core.catalog.computation import ComputationParameters
from avatarsdk_core.catalog.export_conflicts import conflicts
from avatarsdk_core.catalog.export_parameters import (
    ExportParameters,
    HeadBodyExportParameters,
    MetaPersonExportParameters,
    read_export_parameters,
)
from avatarsdk_core.catalog.problems import Problem, require
from avatarsdk_core.catalog.tables import (
    blendshape_set,
    blendshape_sets,
    categories,
    category,
    default_pipeline,
    export_families,
    export_family,
    haircut_sets,
    outfit_meshes,
    outfits,
    parameter,
    pipeline,
    pipelines,
    reaches,
    subtype,
)
from avatarsdk_core.catalog.values import Color, Size

__all__ = [
    "Color",
    "ComputationParameters",
    "ExportParameters",
    "HeadBodyExportParameters",
    "MetaPersonExportParameters",
    "Problem",
    "Size",
    "blendshape_set",
    "blendshape_sets",
    "categories",
    "category",
    "conflicts",
    "default_pipeline",
    "export_families",
    "export_family",
    "haircut_sets",
    "outfit_meshes",
    "outfits",
    "parameter",
    "pipeline",
    "pipelines",
    "reaches",
    "read_export_parameters",
    "require",
    "subtype",
]
