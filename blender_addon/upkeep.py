# SPDX-License-Identifier: GPL-3.0-or-later
"""What is left of an avatar goes on working when parts of it are deleted, by whatever way of Blender's.

A driver can't tidy up after what it followed: Blender leaves it without a target, and it marks it as broken. So when
objects have become fewer, what followed them is let go, and the next in line leads: without its shirt's mask the skin
is whole again, and without the first head another level's head has the free sliders.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import bpy
from bpy.app.handlers import persistent

from . import asset_drops, face, lods, look_lead, marks
from .drivers import without_target
from .materials.visibility import connect_masks
from .wardrobe import SHOWN_PATH

_known: dict[str, int] = {"objects": 0}


def tidy(avatar: marks.Avatar) -> int:
    """Lets go of what is gone, and connects what is left anew. Returns how many drivers lost their target."""
    lost = 0
    for part in marks.parts_of(avatar):
        for block in _driven_blocks(part):
            for curve in without_target(block):
                if block == part and curve.data_path == SHOWN_PATH:
                    part[marks.SHOWN] = True  # without its leader it read 0; to be seen is better than to be missed
                block.animation_data.drivers.remove(curve)
                lost += 1
    connect(avatar)
    return lost


def connect(avatar: marks.Avatar, added: Sequence[bpy.types.Object] = ()) -> dict[str, dict[str, int]]:
    """Brings everything that ties an avatar's parts together into line with the parts that are there.

    Returns:
        garment name → skin name → faces that its mask hides, of the masks that are new.
    """
    seen = lods.connect_levels(avatar, added)
    hidden = connect_masks(avatar, seen)
    face.connect_shapes(avatar)
    look_lead.connect_surfaces(avatar)
    return hidden


def tidy_all() -> int:
    """`tidy` for every avatar of this file that has lost something. Returns how many drivers lost their target."""
    lost = 0
    for part in list(bpy.data.objects):
        if part.get(marks.PART) and not part.library and _has_lost(part):
            lost += tidy(part)
    return lost


def _driven_blocks(part: bpy.types.Object) -> Iterator[bpy.types.ID]:
    keys = part.data.shape_keys if part.type == "MESH" else None
    materials = [slot.material for slot in part.material_slots if slot.material]
    for block in (part, keys, *materials, *(material.node_tree for material in materials)):
        if block is not None and block.animation_data and not block.library:
            yield block


def _has_lost(part: bpy.types.Object) -> bool:
    return any(without_target(block) for block in _driven_blocks(part))


@persistent  # type: ignore[untyped-decorator]
def _after_change(_scene: bpy.types.Scene, graph: bpy.types.Depsgraph) -> None:
    count = len(bpy.data.objects)
    if count < _known["objects"]:
        tidy_all()
    elif count > _known["objects"]:
        asset_drops.look_soon()
    _known["objects"] = count


@persistent  # type: ignore[untyped-decorator]
def _after_load(*_: object) -> None:
    _known["objects"] = len(bpy.data.objects)
    tidy_all()


def register() -> None:
    """Watches for deletions."""
    bpy.app.handlers.depsgraph_update_post.append(_after_change)
    bpy.app.handlers.load_post.append(_after_load)


def unregister() -> None:
    """Stops watching."""
    bpy.app.handlers.depsgraph_update_post.remove(_after_change)
    bpy.app.handlers.load_post.remove(_after_load)
