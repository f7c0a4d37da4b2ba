# SPDX-License-Identifier: GPL-3.0-or-later
"""Undo and redo, twenty times, through all that changes an avatar: nothing crashes, no link is lost.

The wheel keeps undo steps when they are pushed by hand; that an operator makes one step of its own is tested in a
Blender with windows (tests/gui).
"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import bpy

from blender_addon import applied_masks, lods, marks, wardrobe
from blender_addon.importing import ImportOptions, import_avatar
from tests.blender.scene import contents

ROUNDS = 20


def push(name: str) -> dict[str, Any]:
    bpy.context.view_layer.update()
    bpy.ops.ed.undo_push(message=name)
    return state()


def state() -> dict[str, Any]:
    """Names, links and values of everything; no object is kept over an undo."""
    bpy.context.view_layer.update()
    parts = [obj for obj in bpy.data.objects if obj.get(marks.PART)]
    return {
        "contents": contents(),
        "parents": {obj.name: obj.parent.name if obj.parent else None for obj in parts},
        "seen": {obj.name: (obj.hide_viewport, obj.hide_render, obj.get(marks.SHOWN)) for obj in parts},
        "masks": {obj.name: sorted(key for key in obj.keys() if "mask" in key) for obj in parts},  # noqa: SIM118
        "broken": [
            (block.name, curve.data_path)
            for block in (*bpy.data.objects, *bpy.data.shape_keys)
            for curve in (block.animation_data.drivers if block.animation_data else ())
            if not curve.driver.is_valid
        ],
        "targets": {
            (block.name, curve.data_path): curve.driver.variables[0].targets[0].id.name
            for block in (*bpy.data.objects, *bpy.data.shape_keys)
            for curve in (block.animation_data.drivers if block.animation_data else ())
        },
        "materials": {obj.name: [slot.material.name for slot in obj.material_slots] for obj in parts},
    }


def test_through_import_switch_levels_and_apply(samples: Path) -> None:
    real = samples / "metaperson2"
    steps = [push("empty")]
    avatar = import_avatar(real / "template_lod2_female").avatar
    steps.append(push("body"))
    import_avatar(real / "outfit_ARPI_lod2_female", ImportOptions(onto=avatar))
    steps.append(push("outfit"))
    wardrobe.show(marks.worn(avatar)[0], shown=False)
    steps.append(push("off"))
    wardrobe.show(marks.worn(avatar)[0], shown=True)
    steps.append(push("on"))
    import_avatar(real / "template_lod1_female", ImportOptions(onto=avatar))
    steps.append(push("level"))
    lods.show_level(avatar, viewport=2, render=2)
    steps.append(push("switched"))
    applied_masks.copy_without_hidden_faces(avatar)
    steps.append(push("copied"))
    assert all(not step["broken"] for step in steps)
    assert all(before != after for before, after in itertools.pairwise(steps)), "each step changes something"
    at = last = len(steps) - 1
    for round_ in range(ROUNDS):
        depth = (1, 2, last)[round_ % 3]
        for _ in range(depth):
            assert bpy.ops.ed.undo() == {"FINISHED"}
            at -= 1
        assert state() == steps[at], (round_, at)
        for _ in range(depth):
            assert bpy.ops.ed.redo() == {"FINISHED"}
            at += 1
        assert state() == steps[at], (round_, at)
    wardrobe.show(marks.worn(avatar)[0], shown=False)  # alive after all that
    bpy.context.view_layer.update()
    assert marks.worn(avatar)[0].hide_render
