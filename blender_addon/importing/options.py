# SPDX-License-Identifier: GPL-3.0-or-later
"""How to import: one documented dataclass for the dialog, drag & drop, scripts and jobs alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from avatarsdk_core.avatar.limits import Limits
from avatarsdk_core.avatar.selection import ALL_PARTS, PartGroup
from avatarsdk_core.avatar.shape_groups import ShapeGroup

if TYPE_CHECKING:
    from ..materials.surfaces import Quality

ALL_SHAPES = frozenset(ShapeGroup)
Textures = Literal["pack", "copy"]


@dataclass(frozen=True)
class ImportOptions:
    """How to import. The defaults bring everything that the export has, into a new avatar.

    Attributes:
        name: what the avatar is called; empty: the export's name.
        code: the avatar's code on the service; empty: the one in the folder's `export.json`, where there is one.
        onto: id of an avatar in the scene (see `marks`) that an outfit or haircut without a person of its own is put
            on, or a head without a body, where that avatar has a body without a head.
        reimport: replace in place (see `importing.reimport`) the avatar `onto`, or where that is empty the one in this
            file with the same code; where there is none, a new avatar arrives.
        parts: which parts come in.
        shapes: which groups of shape keys come in.
        lod: `LOD1` or `LOD2` where the export has several levels of detail of the same part; empty: all.
        collection: name of the collection that a new avatar is put into, made where there is none; empty: the active.
        quality: of the materials: `full`, or `simple` without relief, roughness maps and scattering.
        textures: `pack` them into the .blend, or `copy` them into the folder `textures` beside it (the .blend must
            have been saved once; otherwise they are packed, with a warning).
        scale: of a new avatar; 1.0 is life-size in metres. What is put on an avatar takes the avatar's own.
        quads: join pairs of triangles to quads. Quads that the file has are kept in any case.
        template: an export with faces (folder, zip or file) that a point cloud is put on: same pipeline, sex and LOD.
        limits: what is larger is refused.
    """

    name: str = ""
    onto: str = ""
    template: str | Path = ""
    quality: Quality = "full"
    code: str = ""
    reimport: bool = False
    parts: frozenset[PartGroup] = ALL_PARTS
    shapes: frozenset[ShapeGroup] = ALL_SHAPES
    lod: str = ""
    collection: str = ""
    textures: Textures = "pack"
    scale: float = 1.0
    quads: bool = False
    limits: Limits = field(default_factory=Limits)
