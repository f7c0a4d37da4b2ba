# SPDX-License-Identifier: GPL-3.0-or-later
"""What an import made, as JSON: its structure and its measures, without what differs from one Blender to the next."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from typing import Any

import bpy
import numpy as np

from avatarsdk_core.avatar.shape_groups import grouped
from blender_addon import marks
from blender_addon.importing import ImportedAvatar
from blender_addon.materials.groups.library import kind_of
from blender_addon.materials.surfaces import surface_node

METRES = 0.001  # how far a corner of a part's box may be off, and a bone from its rest
SHARE = 0.01  # of the faces that a mask hides


def describe(imported: ImportedAvatar) -> dict[str, Any]:
    """The avatar's structure; its own name is left out of all names."""
    return {
        "armature": _armature(imported.armature),
        "collections": sorted(_without(imported.collection.name, child.name) for child in imported.collection.children),
        "warnings": len(imported.warnings),
        "parts": {part.name: _part(part, imported) for part in sorted(imported.parts, key=lambda part: part.name)},
    }


def differences(found: Any, golden: Any, at: str = "") -> list[str]:
    """Where two descriptions differ by more than their tolerances, as `path: found, not golden`."""
    if isinstance(golden, dict) and isinstance(found, dict):
        missing = [f"{at}/{key}: missing" for key in golden if key not in found]
        new = [f"{at}/{key}: not in the golden" for key in found if key not in golden]
        both = [line for key in golden if key in found for line in differences(found[key], golden[key], f"{at}/{key}")]
        return missing + new + both
    if "/box" in at and isinstance(golden, list):
        apart = float(np.abs(np.subtract(found, golden)).max())
        return [f"{at}: {found}, not {golden}"] if apart > METRES else []
    if "/hides" in at:
        return [f"{at}: {found}, not {golden}"] if abs(found - golden) > max(2, SHARE * golden) else []
    return [] if found == golden else [f"{at}: {found!r}, not {golden!r}"]


def _armature(armature: bpy.types.Object | None) -> dict[str, Any] | None:
    if armature is None:
        return None
    bones = armature.data.bones
    return {
        "bones": len(bones),
        "names": _digest(f"{bone.name}<{bone.parent.name if bone.parent else ''}" for bone in bones),
        "collections": {found.name: len(found.bones) for found in armature.data.collections},
        "posed": sum(
            bool(np.abs(np.array(bone.matrix_basis) - np.eye(4)).max() > METRES) for bone in armature.pose.bones
        ),
    }


def _part(part: bpy.types.Object, imported: ImportedAvatar) -> dict[str, Any]:
    mesh = part.data
    told: dict[str, Any] = {
        name: str(part.get(name, "")) for name in (marks.ROLE, marks.CATEGORY, marks.LOD, marks.SIDE)
    }
    told = {name.removeprefix("avatar_sdk_"): value for name, value in told.items() if value}
    if part[marks.IDENTITY] not in ("avatar", part.name):
        told["identity"] = part[marks.IDENTITY]
    return {
        **told,
        "in": _without(imported.collection.name, part.users_collection[0].name),
        "rigged": bool(imported.armature) and part.parent == imported.armature,
        "counts": [len(mesh.vertices), len(mesh.polygons), len(mesh.loops)],
        "corners": dict(sorted(Counter(str(polygon.loop_total) for polygon in mesh.polygons).items())),
        "box": _box(mesh),
        "uvs": [layer.name for layer in mesh.uv_layers],
        "bones": _bones(part),
        "modifiers": [modifier.type for modifier in part.modifiers],
        "shapes": _shapes(part),
        "material": _material(part.active_material),
        **({"shown": bool(part[marks.SHOWN])} if marks.SHOWN in part else {}),
        **({"hides": imported.hidden_faces[part.name]} if part.name in imported.hidden_faces else {}),
    }


def _box(mesh: bpy.types.Mesh) -> list[float]:
    """Lowest and highest corner at rest, metres."""
    points = np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", points)
    points = points.reshape(-1, 3)
    return [round(float(value), 4) for value in (*points.min(axis=0), *points.max(axis=0))]


def _bones(part: bpy.types.Object) -> int:
    """How many of its vertex groups are bones' that hold a vertex."""
    weighted = {group.group for vertex in part.data.vertices for group in vertex.groups if group.weight > 0}
    armature = part.parent
    names = {bone.name for bone in armature.data.bones} if armature else set()
    return sum(group.index in weighted and group.name in names for group in part.vertex_groups)


def _shapes(part: bpy.types.Object) -> dict[str, Any]:
    keys = part.data.shape_keys
    if keys is None:
        return {}
    blocks = list(keys.key_blocks)[1:]
    ranges = Counter(f"{key.slider_min:g}…{key.slider_max:g}" for key in blocks)
    curves = keys.animation_data.drivers if keys.animation_data else ()
    return {
        "names": _digest(key.name for key in blocks),
        "groups": {str(group): len(names) for group, names in grouped(key.name for key in blocks).items()},
        "ranges": dict(sorted(ranges.items())),
        "on": [key.name for key in blocks if key.value],
        "driven": sum("key_blocks" in curve.data_path for curve in curves),
    }


def _material(material: bpy.types.Material | None) -> dict[str, Any] | None:
    node = surface_node(material) if material else None
    if node is None or node.type != "GROUP":
        return None
    return {
        "kind": str(kind_of(node.node_tree)),
        "method": material.surface_render_method,
        "images": {socket.name: _images(socket) for socket in node.inputs if socket.is_linked and _images(socket)},
    }


def _images(socket: bpy.types.NodeSocket) -> list[str]:
    """`file name, colour space` of the images behind an input."""
    found: set[str] = set()
    for link in socket.links:
        node = link.from_node
        if node.type == "TEX_IMAGE":
            assert node.image.packed_file is not None, f"{node.image.name} isn't packed"
            found.add(f"{_plain(node.image.name)}, {node.image.colorspace_settings.name}")
        found.update(image for behind in node.inputs for image in _images(behind))
    return sorted(found)


def _plain(name: str) -> str:
    """Without the number that Blender gives to a second one."""
    stem, _, number = name.rpartition(".")
    return stem if len(number) == 3 and number.isdigit() else name


def _digest(names: Iterable[str]) -> str:
    """Eight letters that change with any of the names; the order doesn't matter."""
    return hashlib.sha256("\n".join(sorted(names)).encode()).hexdigest()[:8]


def _without(name: str, full: str) -> str:
    return full.removeprefix(name).strip()
