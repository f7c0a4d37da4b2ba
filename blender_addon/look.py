# SPDX-License-Identifier: GPL-3.0-or-later
"""Colours and surfaces of one avatar: inputs of its materials' node groups, the same on all parts that show a thing.

Avatars share materials that are alike. Whoever changes one here gets a copy for this avatar alone first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import bpy

from avatarsdk_core.avatar.parts import SKIN

from . import dressing, marks
from .drivers import driven_paths
from .importing.replaced_materials import OURS
from .look_lead import connect_surfaces, shared_materials
from .materials.groups import Kind
from .materials.recoloring import FIXED_IN_SOLID, OWN, color_inputs, surface_of
from .materials.surfaces import Quality, surface_node

_FEEDS = "avatar_sdk_feeds"  # on a node that simple quality unplugged: input -> its socket
_SCATTERS = "avatar_sdk_scatters"  # on a material in simple quality: its Subsurface in full quality
_DETAILS = ("Normal Map", "Roughness", "Metallic")


def color_of(obj: bpy.types.Object, *, lips: bool = False) -> tuple[float, float, float] | None:
    """The colour (scene linear) that an object has, or is recoloured to."""
    names, found = color_inputs(obj, lips=lips), surface_of(obj)
    if names is None or found is None:
        return None
    wished, factor, own = (found[0].inputs[name].default_value for name in names)
    red, green, blue = (wished if factor > 0 else own)[:3]
    return red, green, blue


def set_color(obj: bpy.types.Object, color: Sequence[float], *, lips: bool = False) -> None:
    """Recolours what an object shows, on all parts that show it: all of the skin, both eyes, every level of detail.

    Args:
        color: scene linear red, green, blue.

    Raises ValueError for what can't be recoloured.
    """
    names = color_inputs(obj, lips=lips)
    if names is None:
        what = "no mask of its lips" if lips else "no material of ours that can be recoloured"
        raise ValueError(f"{obj.name} has {what}")
    wished, factor, _ = names
    for part, node, kind in _own_surfaces(obj, [wished, factor]):
        node.inputs[wished].default_value = (*color[:3], 1.0)
        node.inputs[factor].default_value = 1.0
        if kind not in FIXED_IN_SOLID and part.active_material:
            part.active_material.diffuse_color = (*color[:3], 1.0)


def value_of(obj: bpy.types.Object, name: str) -> float | None:
    """An input of an object's surface by its name; None where there is none, or a texture decides."""
    found = surface_of(obj)
    socket = found[0].inputs.get(name) if found else None
    return float(socket.default_value) if socket is not None and not socket.is_linked else None


def set_value(obj: bpy.types.Object, name: str, value: float) -> None:
    """Sets an input on all parts that show the same thing. Raises ValueError where an object's surface has none."""
    if value_of(obj, name) is None:
        raise ValueError(f"{obj.name} has no {name} to set")
    for _, node, _ in _own_surfaces(obj, [name]):
        node.inputs[name].default_value = value


def parts_like(obj: bpy.types.Object) -> list[bpy.types.Object]:
    """The parts of an avatar that show the same thing: all of the skin, both eyes, a garment at all its levels."""
    if marks.SHOWN in obj:
        return dressing.levels_of(obj)
    role = obj.get(marks.ROLE)
    roles = SKIN if role in SKIN else {role}
    return [part for part in marks.parts_of(obj) if part.get(marks.ROLE) in roles] or [obj]


def counterparts(obj: bpy.types.Object, others: Iterable[bpy.types.Object]) -> list[bpy.types.Object]:
    """What shows the same on other avatars: the same part, or what they wear of the same category."""
    found = []
    for other in others:
        for part in marks.parts_of(other):
            same = part.get(marks.ROLE) == obj.get(marks.ROLE) and part.get(marks.CATEGORY) == obj.get(marks.CATEGORY)
            if same and part.get(marks.SHOWN, True):
                found.append(part)
                break
    return found


def own_material(obj: bpy.types.Object, slot: int = 0) -> bpy.types.Material | None:
    """The material of a slot, for this avatar alone: a copy where others use it too or another file has it.

    Raises ValueError for an object of another file.
    """
    if obj.library:
        raise ValueError(f"{obj.name} is linked from another file: make the avatar editable here first")
    material = obj.material_slots[slot].material if slot < len(obj.material_slots) else None
    if material is None:
        return None
    mine = set(marks.members(obj))
    holders = [one for one in bpy.data.objects if any(place.material == material for place in one.material_slots)]
    if material.library is None and mine.issuperset(holders):
        return material
    copy: bpy.types.Material = material.copy()
    for block in (copy, copy.node_tree):
        if block is not None and block.animation_data and block.animation_data.action:
            block.animation_data.action = block.animation_data.action.copy()
    for part in mine.intersection(holders):
        for place in part.material_slots:
            if place.material == material:
                if part.data.library or part.data.users > 1:  # a mesh that others show too keeps its material
                    place.link = "OBJECT"
                place.material = copy
    return copy


def make_own(avatar: marks.Avatar) -> int:
    """Copies all materials that others show too, for this avatar alone. Returns how many."""
    there = {material.session_uid for material in shared_materials(avatar)}
    for part in marks.parts_of(avatar):
        for index, place in enumerate(part.material_slots):
            if place.material and place.material.session_uid in there:
                own_material(part, index)
    connect_surfaces(avatar)
    return len(there)


def reset(avatar: marks.Avatar) -> int:
    """All colours and surfaces are as the export has them. Returns how many materials had been changed."""
    count = 0
    simple = quality_of(avatar) == "simple"
    if simple:
        set_quality(avatar, "full")
    for part in marks.parts_of(avatar):
        for index, place in enumerate(part.material_slots):
            node = surface_node(place.material) if place.material else None
            if node is None or OURS not in place.material or not _changed(node, place.material):
                continue
            material = own_material(part, index)
            node = surface_node(material) if material else None
            if material is None or node is None:
                continue
            for name in _changed(node, material):
                value = node.inputs[OWN[name]].default_value if name in OWN else material[OURS][name]
                node.inputs[name].default_value = tuple(value) if hasattr(value, "__len__") else value
            count += 1
    if simple:
        set_quality(avatar, "simple")
    return count


def key(avatar: marks.Avatar) -> int:
    """Inserts keyframes at the current frame for every input that differs from the export's. Returns how many."""
    count = 0
    for part in marks.parts_of(avatar):
        for index, place in enumerate(part.material_slots):
            node = surface_node(place.material) if place.material else None
            names = _changed(node, place.material) if node is not None and OURS in place.material else []
            material = own_material(part, index) if names else None
            node = surface_node(material) if material else None
            if node is None:
                continue
            driven = driven_paths(node.id_data)
            for socket in (node.inputs[name] for name in names):
                if socket.path_from_id("default_value") not in driven:  # else what it follows is keyed
                    count += bool(socket.keyframe_insert("default_value"))
    return count


def quality_of(avatar: marks.Avatar) -> Quality:
    """`simple` where any of an avatar's materials was simplified here."""
    materials = (slot.material for part in marks.parts_of(avatar) for slot in part.material_slots)
    return "simple" if any(material and _SCATTERS in material for material in materials) else "full"


def set_quality(avatar: marks.Avatar, quality: Quality) -> int:
    """Leaves out relief, roughness maps and scattering, or brings them back. Returns how many materials changed.

    What an import left out can't be brought back: that avatar must be imported again.
    """
    count = 0
    for part in marks.parts_of(avatar):
        for index, place in enumerate(part.material_slots):
            if (
                place.material
                and surface_node(place.material)
                and (_SCATTERS in place.material) != (quality == "simple")
            ):
                material = own_material(part, index)
                if material is not None:
                    (_simplify if quality == "simple" else _complete)(material)
                    count += 1
    return count


def _own_surfaces(obj: bpy.types.Object, names: Iterable[str]) -> list[tuple[bpy.types.Object, bpy.types.Node, Kind]]:
    """The parts that show the same as an object and have all those inputs, with their surface, in materials of this
    avatar's own.
    """
    surfaces = ((part, surface_of(part)) for part in parts_like(obj))
    parts = [part for part, found in surfaces if found and all(name in found[0].inputs for name in names)]
    for part in parts:
        own_material(part, part.active_material_index)
    connect_surfaces(obj)
    return [(part, *found) for part in parts if (found := surface_of(part))]


def _changed(node: bpy.types.Node, material: bpy.types.Material) -> list[str]:
    """Inputs that differ from what they were when the import made them."""
    names = []
    for name, made in dict(material[OURS]).items():
        socket = node.inputs.get(name)
        if socket is not None and not socket.is_linked and made is not None and not _near(socket.default_value, made):
            names.append(name)
    return names


def _near(one: Any, other: Any) -> bool:
    first, second = ([*value] if hasattr(value, "__len__") else [value] for value in (one, other))
    return all(abs(a - b) < 1e-4 for a, b in zip(first, second, strict=True))


def _simplify(material: bpy.types.Material) -> None:
    node = surface_node(material)
    assert node is not None
    for name in _DETAILS:
        socket = node.inputs.get(name)
        if socket is not None and socket.is_linked:
            link = socket.links[0]
            link.from_node[_FEEDS] = {**dict(link.from_node.get(_FEEDS, {})), name: link.from_socket.identifier}
            material.node_tree.links.remove(link)
    material[_SCATTERS] = -1.0
    scatter = node.inputs.get("Subsurface")
    if scatter is not None:
        material[_SCATTERS] = scatter.default_value
        scatter.default_value = 0.0


def _complete(material: bpy.types.Material) -> None:
    node = surface_node(material)
    assert node is not None
    for source in [found for found in material.node_tree.nodes if _FEEDS in found]:
        for name, identifier in dict(source[_FEEDS]).items():
            socket = next((one for one in source.outputs if one.identifier == identifier), None)
            if socket is not None and name in node.inputs and not node.inputs[name].is_linked:
                material.node_tree.links.new(socket, node.inputs[name])
        del source[_FEEDS]
    before = float(material.pop(_SCATTERS))
    if before >= 0 and "Subsurface" in node.inputs:
        node.inputs["Subsurface"].default_value = before
