"""What enabling the add-on costs, each time in a fresh process. Aim: at most 150 ms, in every supported Blender.

    python tests/benchmarks/enabling.py [--times 9]

Measured from the import of the package to the end of `register()`, beside a Blender that has started. The first time of
a day the files come from the disk: the median tells what a person meets, the least what the code costs.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

from tests.benchmarks.table import Row, show  # noqa: E402

GOAL = 150.0
SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
import bpy, os, time
began, worked = time.perf_counter(), time.process_time()
import blender_addon
blender_addon.register()
wall, cpu = time.perf_counter() - began, time.process_time() - worked
blender_addon.unregister()
print("ENABLED", bpy.app.version_string.split()[0], 1e3 * wall, 1e3 * cpu, flush=True)
os._exit(0)
"""


def main() -> None:
    """Measures and prints a row."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=9)
    options = parser.parse_args()
    walls, works, version = [], [], ""
    for _ in range(options.times):
        command = [sys.executable, "-c", SCRIPT, str(PROJECT)]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        line = next(line for line in told.splitlines() if line.startswith("ENABLED")).split()
        version, wall, work = line[1], float(line[2]), float(line[3])
        walls.append(wall)
        works.append(work)
    detail = f"least {min(walls):.0f}, most {max(walls):.0f}; of the processor {statistics.median(works):.0f}"
    show([Row(f"enable, Blender {version}, median of {len(walls)}, ms", statistics.median(walls), GOAL, detail)])


if __name__ == "__main__":
    main()
