# SPDX-License-Identifier: GPL-3.0-or-later
"""Shape keys: the head's are the master, and keys of the same name on anything else of the avatar follow them.

That holds for the face (teeth, eyelashes, the heads of other levels of detail) and for shapes of the body, which also
move what lies on it (garments, hair, glasses), as far as that has targets of its own. A shape that the head doesn't
have is led by the body.
"""

from __future__ import annotations

import bpy

from avatarsdk_core.avatar.parts import Role
from avatarsdk_core.avatar.shape_groups import interval_of, is_haircut

from . import marks
from .drivers import drive, driven_paths
from .materials.nodes import Graph
from .materials.surfaces import surface_node

GROWN = "avatar_sdk_haircut"  # on a head: how far its generated haircut is grown, for the material


def connect_shapes(avatar: marks.Avatar) -> int:
    """Lets the shape keys of an avatar's parts follow those of its head (or body) of the same name.

    Keys that something drives already are left alone. Returns how many are newly driven.
    """
    parts = [part for part in marks.parts_of(avatar) if part.type == "MESH" and part.data.shape_keys]
    leaders = [*leading(parts, Role.HEAD), *leading(parts, Role.BODY)]
    count = 0
    for number, leader in enumerate(leaders):
        led = {key.name for before in leaders[:number] for key in shapes_of(before)}
        names = {key.name for key in shapes_of(leader)} - led
        count += sum(_follow(part, leader, names) for part in parts if part != leader)
    for head in marks.parts_of(avatar, Role.HEAD):
        blend_haircut(head)
    return count


def leading(parts: list[bpy.types.Object], role: Role) -> list[bpy.types.Object]:
    """Of the parts of a role (there is one at each level of detail) the one whose keys are free, or else the finest."""
    found = [part for part in parts if part.get(marks.ROLE) == role]
    if len(found) < 2:
        return found
    free = [part for part in found if not driven_paths(part.data.shape_keys)]
    return sorted(free or found, key=lambda part: -len(part.data.vertices))[:1]


def shapes_of(obj: bpy.types.Object) -> list[bpy.types.ShapeKey]:
    """An object's shape keys without the basis."""
    keys = obj.data.shape_keys
    return list(keys.key_blocks)[1:] if keys else []


def follow_head(head: bpy.types.Object, followers: list[bpy.types.Object], only: frozenset[str] | None = None) -> int:
    """Drives the followers' shape keys by the head's keys of the same name, all or `only` those.

    Keys that something drives already are left alone. Returns how many are newly driven.
    """
    names = {key.name for key in shapes_of(head) if only is None or key.name in only}
    return sum(_follow(follower, head, names) for follower in followers)


def open_range(obj: bpy.types.Object) -> None:
    """Shape keys at zero and as far as they may go; a generated haircut (`Haircut…` of the head) belongs on."""
    for key in shapes_of(obj):
        key.slider_min, key.slider_max = interval_of(key.name)
        key.value = 1.0 if is_haircut(key.name) else 0.0


def blend_haircut(head: bpy.types.Object) -> None:
    """Lets the texture of a generated haircut come and go with its shape key.

    The documentation gives no formula for the blend: that the key's value is the texture's weight is a guess. The
    skin's input "Haircut" is there to be changed.
    """
    grown = next((key for key in shapes_of(head) if is_haircut(key.name)), None)
    material = head.active_material
    node = surface_node(material) if grown and material else None
    if grown is None or node is None or "Haircut" not in node.inputs or not node.inputs["Haircut Alpha"].is_linked:
        return
    if GROWN not in head:
        head[GROWN] = grown.value
    drive(head, f'["{GROWN}"]', head, _value_of(grown))
    if not node.inputs["Haircut"].is_linked:
        graph = Graph(material.node_tree)
        graph.set(node, "Haircut", graph.object_property(GROWN, 1.5, 4, "Haircut is grown"))


def _follow(part: bpy.types.Object, leader: bpy.types.Object, names: set[str]) -> int:
    keys = part.data.shape_keys
    if keys is None or keys.library or keys == leader.data.shape_keys:
        return 0
    driven = driven_paths(keys)
    free = [key for key in shapes_of(part) if key.name in names and key.path_from_id("value") not in driven]
    for key in free:
        # The object is the target: with the Key data-block, appending one part would lose the head's keys.
        drive(key, "value", leader, _value_of(key))
    return len(free)


def _value_of(key: bpy.types.ShapeKey) -> str:
    return f'data.shape_keys.key_blocks["{bpy.utils.escape_identifier(key.name)}"].value'
