"""Find the coarser levels of the human's parts, of garments and of the older pipelines' meshes: the package holds them.

    python scripts/build_sandbox_levels.py [--out DIR]

To be run again after the human's topology has changed; a test says when. The same human gives the same bytes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from avatarsdk_core.sandbox.human.body import build_body
from avatarsdk_core.sandbox.human.decimate import collapses
from avatarsdk_core.sandbox.human.detail import LOD2_VERTICES, found_level, level_name
from avatarsdk_core.sandbox.human.garments import GARMENTS, build_garment
from avatarsdk_core.sandbox.human.model import Subtype
from avatarsdk_core.sandbox.human.outfits import OUTFITS
from avatarsdk_core.sandbox.human.stored_maps import LEVELS, WORN
from avatarsdk_core.sandbox.human.stored_maps import WAYS as STORED
from avatarsdk_core.sandbox.human.worn_levels import found_ways
from avatarsdk_core.sandbox.pipelines.legacy.topology import WAYS, pattern, way_name

SANDBOX = Path(__file__).resolve().parents[1] / "avatarsdk_core" / "sandbox"
SUBTYPES: tuple[Subtype, ...] = ("female", "male")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder for both files, instead of the package's own")
    out = parser.parse_args().out
    build_parts(out or SANDBOX / "human")
    build_worn(out or SANDBOX / "human")
    build_ways(out or SANDBOX / "pipelines" / "legacy")


def build_parts(folder: Path) -> None:
    """LOD2 of metaperson_2.0's parts."""
    levels = {
        level_name(subtype, part): (build_body(subtype).parts[part], found_level(subtype, part))
        for subtype in SUBTYPES
        for part in LOD2_VERTICES
    }
    target = LEVELS.write(levels, folder)
    print(f"{target}: {len(levels)} levels, {target.stat().st_size} bytes")


def build_worn(folder: Path) -> None:
    """Garments' ways down; outfits go down with their garments."""
    names = [name for name in GARMENTS if name not in OUTFITS]
    ways = found_ways([build_garment(build_body(subtype), name).mesh for subtype in SUBTYPES for name in names])
    target = WORN.write(ways, folder)
    print(f"{target}: {len(ways)} ways, {target.stat().st_size} bytes")


def build_ways(folder: Path) -> None:
    """The older pipelines' ways down."""
    ways = {}
    for (kind, curved), count in WAYS.items():
        _, _, mesh = pattern(kind, curved)
        way = collapses(mesh, count)
        print(f"{way_name(kind, curved)}: {len(mesh.positions)} vertices, {len(way.old)} collapses")
        ways[way_name(kind, curved)] = (mesh, way)
    target = STORED.write(ways, folder)
    print(f"{target}: {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
