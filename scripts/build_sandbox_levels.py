"""Find the ways down to the coarser levels of the older pipelines' meshes, and keep them in the package.

    python scripts/build_sandbox_levels.py [--out DIR]

To be run again after the human's topology has changed; a test says when. The same human gives the same bytes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from avatarsdk_core.sandbox.human.decimate import collapses
from avatarsdk_core.sandbox.pipelines.legacy.topology import WAYS, pattern, way_name
from avatarsdk_core.sandbox.pipelines.legacy.ways import fingerprint, write_ways

OUT = Path(__file__).resolve().parents[1] / "avatarsdk_core" / "sandbox" / "pipelines" / "legacy"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, default=OUT, metavar="DIR", help="folder for ways.npz (the package's)")
    out = parser.parse_args().out
    ways = {}
    for (kind, curved), count in WAYS.items():
        _, _, mesh = pattern(kind, curved)
        way = collapses(mesh, count)
        print(f"{way_name(kind, curved)}: {len(mesh.positions)} vertices, {len(way.old)} collapses")
        ways[way_name(kind, curved)] = (fingerprint(mesh), way)
    target = write_ways(ways, out)
    print(f"{target}: {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
