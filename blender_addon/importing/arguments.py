# SPDX-License-Identifier: GPL-3.0-or-later
"""The import options as flags of a command line, the same as those of the dialog."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import TypeVar

from avatarsdk_core.avatar.limits import Limits
from avatarsdk_core.avatar.selection import ALL_PARTS, PartGroup
from avatarsdk_core.avatar.shape_groups import ShapeGroup

from .options import ALL_SHAPES, ImportOptions

Name = TypeVar("Name", bound=StrEnum)
_SHAPES = [group for group in ShapeGroup if group is not ShapeGroup.HAIRCUT]


def add_option_arguments(parser: argparse.ArgumentParser) -> None:
    """What to import and how."""
    group = parser.add_argument_group("what to import and how")
    group.add_argument("--template", metavar="EXPORT", default="", help="for point clouds: an export of the same LOD")
    group.add_argument(
        "--parts", metavar="LIST", type=_names(PartGroup), help=f"of {', '.join(PartGroup)}; separated by commas"
    )
    group.add_argument(
        "--shapes", metavar="LIST", type=_names(ShapeGroup), help=f"shape keys, of {', '.join(_SHAPES)}; '' for none"
    )
    group.add_argument("--lod", choices=["LOD1", "LOD2"], default="", help="where the export has a part in several")
    group.add_argument("--quality", choices=["full", "simple"], default="full", help="of the materials")
    group.add_argument(
        "--textures", choices=["pack", "copy"], default="pack", help="into the .blend, or the folder textures beside it"
    )
    group.add_argument("--scale", type=_positive, default=1.0, help="1 is life-size in metres (default)")
    group.add_argument("--quads", action="store_true", help="join pairs of triangles")
    group.add_argument("--collection", metavar="NAME", default="", help="put the avatar into it, made where missing")
    group.add_argument("--code", default="", help="the avatar's code on the service")
    group.add_argument(
        "--reimport", action="store_true", help="replace the avatar of the same code in the open file in place"
    )
    limits = Limits()
    group.add_argument("--max-polygons", type=int, default=limits.polygons, metavar="N", help="refuse more")
    group.add_argument("--max-texture-pixels", type=int, default=limits.texture_pixels, metavar="N", help="refuse more")
    group.add_argument("--max-file-bytes", type=int, default=limits.file_bytes, metavar="N", help="refuse more")
    group.add_argument("--verbose", action="store_true", help="tell what was found, assumed and left out")


def chosen_options(arguments: argparse.Namespace) -> ImportOptions:
    """The options; textures are packed here, whoever saves the file copies them beside it."""
    return ImportOptions(
        name=arguments.name,
        code=arguments.code,
        reimport=arguments.reimport,
        parts=ALL_PARTS if arguments.parts is None else arguments.parts,
        shapes=ALL_SHAPES if arguments.shapes is None else arguments.shapes,
        lod=arguments.lod,
        collection=arguments.collection,
        quality=arguments.quality,
        scale=arguments.scale,
        quads=arguments.quads,
        template=arguments.template,
        limits=Limits(arguments.max_file_bytes, arguments.max_polygons, arguments.max_texture_pixels),
    )


def _names(kind: type[Name]) -> Callable[[str], frozenset[Name]]:
    def names(text: str) -> frozenset[Name]:
        return frozenset(_name(kind, one.strip()) for one in text.split(",") if one.strip())

    return names


def _name(kind: type[Name], text: str) -> Name:
    try:
        return kind(text)
    except ValueError:
        known: Iterable[str] = (name for name in kind if name != ShapeGroup.HAIRCUT)
        raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(known)}") from None


def _positive(text: str) -> float:
    value = float(text)
    if not 0.001 <= value <= 1000:
        raise argparse.ArgumentTypeError(f"{value} isn't between 0.001 and 1000")
    return value
