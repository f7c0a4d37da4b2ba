# SPDX-License-Identifier: GPL-3.0-or-later
"""What a whole import costs against Blender's bare glTF importer, and where the rest goes.

    python tests/benchmarks/blender_import.py [SAMPLES]

With a Python that has bpy, in one process, interleaved. Goal: at most 1.5 times the bare importer.
"""

from __future__ import annotations

import contextlib
import cProfile
import io
import logging
import os
import pstats
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import bpy

sys.path.insert(0, str(Path(__file__).parents[2]))
from blender_addon import compat
from blender_addon.importing import import_avatar

REPEATS = 9
GOAL = 1.5


def main() -> int:
    logging.disable(logging.INFO)
    samples = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("AVATARSDK_SAMPLES", "../shared/avatars"))
    print(f"Blender {bpy.app.version_string}, {REPEATS} repeats, interleaved")
    good = True
    for label, folder in (
        ("head LOD2", samples / "metaperson2" / "head_only_lod2_female"),
        ("clothed LOD2", samples / "SYNTHETIC" / "composite_female_lod2_ARPI_gltf"),
    ):
        model = next(file for file in sorted(folder.rglob("*")) if file.suffix in (".glb", ".gltf"))
        bare, whole = interleaved(
            lambda model=model: compat.import_gltf(model), lambda folder=folder: import_avatar(folder)
        )
        ratio = statistics.median(one / other for one, other in zip(whole, bare, strict=True))
        good &= ratio <= GOAL
        medians = (f"{statistics.median(taken) * 1000:6.0f} ms" for taken in (bare, whole))
        print(
            "{:14} bare {}, whole {}, ".format(label, *medians)
            + f"{ratio:.2f} times (goal {GOAL}) {'ok' if ratio <= GOAL else 'MISSED'}"
        )
        print(where_it_goes(lambda folder=folder: import_avatar(folder)))
    return 0 if good else 1


def interleaved(*actions: Callable[[], object]) -> list[list[float]]:
    seconds: list[list[float]] = [[] for _ in actions]
    for _ in range(REPEATS + 1):
        for action, taken in zip(actions, seconds, strict=True):
            taken.append(timed(action))
    return [taken[1:] for taken in seconds]  # the first warms up


def timed(action: Callable[[], object]) -> float:
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    with contextlib.redirect_stdout(io.StringIO()):
        begun = time.perf_counter()
        action()
        return time.perf_counter() - begun


def where_it_goes(action: Callable[[], object]) -> str:
    profile = cProfile.Profile()
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    profile.enable()
    action()
    profile.disable()
    text = io.StringIO()
    ours = r"blender_addon|avatarsdk_core|io_scene_gltf2.__init__"
    pstats.Stats(profile, stream=text).sort_stats("cumulative").print_stats(ours, 22)
    return "\n".join(line for line in text.getvalue().splitlines() if "/" in line and ":" in line)


if __name__ == "__main__":
    sys.exit(main())
