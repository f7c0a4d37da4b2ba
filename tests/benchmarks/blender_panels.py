"""What the sidebar's panels cost to draw: with one avatar in the file and with twenty, and a face of 200 shape keys.

    python -m tests.benchmarks.blender_panels [SAMPLES]

With a Python that has bpy. A drawing is a panel's poll, its draw, and the polls of the operators that it shows, on a
layout that does nothing. Goals: with twenty avatars all panels together at most 1.25 times as long as with one, none of
them 0.03 ms longer; the face within 2 ms.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import logging
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import bpy

import blender_addon
from blender_addon import face_values, marks
from blender_addon.importing import ImportedAvatar, import_avatar
from blender_addon.panels.face import AVATAR_SDK_UL_face
from blender_addon.panels.of_avatar import OfAvatar
from blender_addon.panels.sidebar import VIEW3D_PT_avatar_sdk
from tests.benchmarks.table import Row, show

AVATARS = 20
KEYS = 200
REPEATS = 200
GROWTH, MORE, FACE = 1.25, 0.03, 2.0


class Layout:
    """Takes whatever a panel draws, and asks the operators whether they can be used, as Blender does."""

    def operator(self, name: str, *_arguments: object, **_options: object) -> SimpleNamespace:
        module, operator = name.split(".")
        getattr(getattr(bpy.ops, module), operator).poll()
        return SimpleNamespace()

    def __getattr__(self, _name: str) -> Callable[..., Layout]:
        return lambda *_arguments, **_options: self


def main() -> None:
    """Measures, prints the rows."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("samples", nargs="?", type=Path)
    samples = parser.parse_args().samples or Path(os.environ.get("AVATARSDK_SAMPLES", "../shared/avatars"))
    logging.disable(logging.INFO)
    print(f"Blender {bpy.app.version_string}")
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    blender_addon.register()
    try:
        show(list(rows(samples)))
    finally:
        blender_addon.unregister()


def rows(samples: Path) -> list[Row]:
    clothed = samples / "SYNTHETIC" / "composite_female_lod2_ARPI_gltf"
    panels = [VIEW3D_PT_avatar_sdk, *OfAvatar.__subclasses__()]
    first = add(clothed)
    alone = {panel: drawing(panel, first) for panel in panels}
    for _ in range(AVATARS - 1):
        latest = add(clothed)
    among = {panel: drawing(panel, latest) for panel in panels}
    found = [
        Row(
            f"{panel.bl_label}: more with {AVATARS} avatars, ms",
            among[panel] - alone[panel],
            MORE,
            f"{alone[panel]:.3f} → {among[panel]:.3f} ms",
        )
        for panel in panels
        if alone[panel]
    ]
    whole, one = sum(among.values()), sum(alone.values())
    return [
        *found,
        Row(f"all panels, {AVATARS} avatars ÷ one", whole / one, GROWTH, f"{one:.3f} → {whole:.3f} ms"),
        Row(f"face of {KEYS} keys, all in sight, ms", face(latest), FACE),
    ]


def add(export: Path) -> ImportedAvatar:
    with contextlib.redirect_stdout(io.StringIO()):
        imported = import_avatar(export)
    bpy.context.view_layer.update()
    return imported


def activate(obj: bpy.types.Object) -> None:
    for other in bpy.context.selected_objects:
        other.select_set(False)
    obj.select_set(True)
    bpy.context.view_layer.objects.active = obj
    bpy.context.view_layer.update()


def drawing(panel: Any, imported: ImportedAvatar) -> float:
    """Milliseconds of one drawing; 0 for a panel that isn't there."""
    activate(imported.armature or imported.parts[0])
    stand_in = SimpleNamespace(layout=Layout())

    def draw() -> bool:
        if hasattr(panel, "poll") and not panel.poll(bpy.context):
            return False
        panel.draw(stand_in, bpy.context)
        return True

    return milliseconds(draw) if draw() else 0.0


def face(imported: ImportedAvatar) -> float:
    """Milliseconds of the face's panel and of all rows of its list."""
    head = face_values.head_of(imported.collection[marks.AVATAR])
    assert head is not None
    for number in range(len(head.data.shape_keys.key_blocks), KEYS + 1):
        head.shape_key_add(name=f"key {number}", from_mix=False)
    activate(head)
    panel = next(one for one in OfAvatar.__subclasses__() if one.__name__ == "VIEW3D_PT_avatar_sdk_face")
    stand_in, rows = SimpleNamespace(layout=Layout()), SimpleNamespace(bitflag_filter_item=1 << 30)
    keys = head.data.shape_keys

    def draw() -> None:
        panel.draw(stand_in, bpy.context)
        flags, _ = AVATAR_SDK_UL_face.filter_items(rows, bpy.context, keys, "key_blocks")
        for key, flag in zip(keys.key_blocks, flags, strict=True):
            if flag:
                AVATAR_SDK_UL_face.draw_item(rows, bpy.context, Layout(), keys, key, 0, None, "")

    return milliseconds(draw)


def milliseconds(action: Callable[[], object]) -> float:
    taken = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        action()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken) * 1000


if __name__ == "__main__":
    main()
