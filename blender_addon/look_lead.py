# SPDX-License-Identifier: GPL-3.0-or-later
"""One colour for what shows the same thing: inputs of one part's material lead, those of its like follow by drivers.

So a panel can draw the leading input itself: whatever Blender does with a property (keyframes, drivers, copy and
paste) works there, and the whole skin follows. The targets are materials, which stay together with what they colour
when objects are copied, appended or deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import bpy

from avatarsdk_core.avatar.parts import SKIN, Role

from . import draw_cache, marks
from .drivers import drive, driven_paths
from .materials.recoloring import FIXED_IN_SOLID, Inputs, color_inputs, color_inputs_of, surface_of
from .wardrobe import leader_of

VALUES = ("Detail", "Detail Scale", "Subsurface", "Normal Strength", "Roughness", "Specular")


def connect_surfaces(avatar: marks.Avatar) -> None:
    """Lets the materials of an avatar that are its alone follow each other, and views of one colour a material them."""
    own = {material.session_uid for material in own_materials(avatar)}
    for group in _groups(avatar):
        mine = [part for part in group if part.active_material.session_uid in own]
        for part in mine:
            if part == mine[0] or part.active_material == mine[0].active_material:
                _release(part)
            else:
                _follow(part, mine[0])
            _show_in_solid(part)


def own_materials(avatar: marks.Avatar) -> list[bpy.types.Material]:
    """The materials of this file that nothing but this avatar's parts show."""
    return draw_cache.found(
        bpy.data.materials,
        ("own materials", avatar if isinstance(avatar, str) else avatar.session_uid),
        lambda: _own_materials(avatar),
    )


def shared_materials(avatar: marks.Avatar) -> list[bpy.types.Material]:
    """The materials of an avatar that other objects show too, or that are another file's, and can be recoloured."""
    own = {material.session_uid for material in own_materials(avatar)}
    there = {part.active_material for part in marks.parts_of(avatar) if color_inputs(part)}
    return [material for material in there if material.session_uid not in own]


def leading_input(part: bpy.types.Object, name: str) -> bpy.types.NodeSocket | None:
    """The input that decides for all that shows the same as a part, to be drawn and keyed; None where there is none:
    a material that others show too, a texture that decides, a factor at zero, or a driver of a person's own.
    """
    group = next((found for found in _groups(part) if part in found), [])
    own = {material.session_uid for material in own_materials(part)}
    if not group or not all(one.active_material.session_uid in own for one in group):
        return None
    found = surface_of(group[0])
    node = found[0] if found else None
    socket = node.inputs.get(name) if node is not None else None
    if node is None or socket is None or socket.is_linked:
        return None
    if socket.path_from_id("default_value") in driven_paths(socket.id_data):
        return None
    factor = {names[0]: names[1] for names in _colors_of(group[0])}.get(name)
    return socket if factor is None or node.inputs[factor].default_value > 0 else None


def _groups(avatar: marks.Avatar) -> Iterator[list[bpy.types.Object]]:
    """Parts that show the same thing, the one that leads first: all of the skin, both eyes, a garment's levels."""
    found: dict[object, list[bpy.types.Object]] = {}
    for part in marks.parts_of(avatar):
        if color_inputs(part) is None:
            continue
        role = part.get(marks.ROLE)
        key = leader_of(part).session_uid if marks.SHOWN in part else "skin" if role in SKIN else role
        found.setdefault(key, []).append(part)
    for group in found.values():
        yield sorted(group, key=lambda part: (part.get(marks.ROLE) != Role.HEAD, bool(part.get(marks.FOLLOWS))))


def _own_materials(avatar: marks.Avatar) -> list[bpy.types.Material]:
    mine = {obj.session_uid for obj in marks.members(avatar)}
    there: dict[int, bpy.types.Material] = {}
    shared: set[int] = set()
    for obj in bpy.data.objects:
        for slot in obj.material_slots:
            if slot.material is None:
                continue
            if obj.session_uid in mine:
                there[slot.material.session_uid] = slot.material
            else:
                shared.add(slot.material.session_uid)
    return [found for uid, found in there.items() if uid not in shared and found.library is None]


def _colors_of(part: bpy.types.Object) -> list[Inputs]:
    found = surface_of(part)
    return color_inputs_of(*found) if found else []


def _follow(part: bpy.types.Object, leader: bpy.types.Object) -> None:
    """What is the same on both stays the same."""
    lead = leader.active_material
    for target, source in _pairs(part, leader):
        for index, one, other in _components(target, source):
            if abs(one - other) < 1e-4:
                drive(target, "default_value", lead, _path(source, index), index=index)


def _pairs(
    part: bpy.types.Object, leader: bpy.types.Object
) -> Iterator[tuple[bpy.types.NodeSocket, bpy.types.NodeSocket]]:
    (mine, kind), (theirs, other_kind) = (surface_of(one) or (None, None) for one in (part, leader))
    if mine is None or theirs is None or kind != other_kind:
        return
    colors = [name for names in _colors_of(part) for name in names[:2]]
    for name in (*colors, *VALUES):
        sockets = mine.inputs.get(name), theirs.inputs.get(name)
        if all(socket is not None and not socket.is_linked for socket in sockets):
            yield sockets


def _components(*sockets: bpy.types.NodeSocket) -> Iterable[tuple[int, float, float]]:
    """Index and both values; the index of a plain number is -1."""
    one, other = (socket.default_value for socket in sockets)
    if not hasattr(one, "__len__"):
        return [(-1, one, other)]
    return [(index, *both) for index, both in enumerate(zip(one, other, strict=True))]


def _path(socket: bpy.types.NodeSocket, index: int) -> str:
    path = f"node_tree.{socket.path_from_id('default_value')}"
    return path if index < 0 else f"{path}[{index}]"


def _release(part: bpy.types.Object) -> None:
    """What leads now followed something that is another's now, or gone."""
    found = surface_of(part)
    tree = part.active_material.node_tree
    paths = driven_paths(tree)
    for name in [*(name for names in _colors_of(part) for name in names[:2]), *VALUES] if paths and found else ():
        socket = found[0].inputs.get(name) if found else None
        if socket is not None and (path := socket.path_from_id("default_value")) in paths:
            for curve in [curve for curve in tree.animation_data.drivers if curve.data_path == path]:
                if _is_ours(curve):
                    tree.animation_data.drivers.remove(curve)


def _is_ours(curve: bpy.types.FCurve) -> bool:
    targets = [target for variable in curve.driver.variables for target in variable.targets]
    return curve.driver.type == "SUM" and all(target.id_type == "MATERIAL" for target in targets)


def _show_in_solid(part: bpy.types.Object) -> None:
    """Views that show one colour a material show the colour that is wished for."""
    found, material, names = surface_of(part), part.active_material, color_inputs(part)
    if found is None or names is None or found[1] in FIXED_IN_SOLID:
        return
    socket = found[0].inputs[names[0]]
    for index, one in enumerate(socket.default_value[:3]):
        if abs(one - material.diffuse_color[index]) < 1e-4:
            drive(material, "diffuse_color", material, _path(socket, index), index=index)
