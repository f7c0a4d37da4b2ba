# SPDX-License-Identifier: GPL-3.0-or-later
"""The one place that knows how Blender's versions differ (4.2 to 5.2)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import bpy


def use_nodes(material: bpy.types.Material) -> None:
    """Gives a material its node tree. 5.0 deprecated the flag: there every material has one from the start."""
    if bpy.app.version < (5, 0, 0):
        material.use_nodes = True


def world_nodes(world: bpy.types.World) -> bpy.types.NodeTree:
    """The world's node tree, switched on where that is still a matter of a flag."""
    if bpy.app.version < (5, 0, 0):
        world.use_nodes = True
    return world.node_tree


def import_gltf(file: Path) -> set[str]:
    """Blender's glTF importer, without what only some versions add: 5.x would make a collection of its own."""
    operator = bpy.ops.import_scene.gltf
    wanted = {"import_scene_as_collection": False, "import_select_created_objects": False, "import_scene_extras": False}
    return operator(filepath=str(file), disable_bone_shape=True, import_shading="NORMALS", **_known(operator, wanted))


def import_fbx(file: Path) -> set[str]:
    """Blender's FBX importer: the C++ one, which came with 4.5, or the Python one, which changes the frame rate."""
    operator = bpy.ops.wm.fbx_import if bpy.app.version >= (4, 5, 0) else bpy.ops.import_scene.fbx
    wanted = {"use_anim": False, "use_custom_props": False, "use_image_search": False}
    render = bpy.context.scene.render
    rate = render.fps, render.fps_base
    try:
        return operator(filepath=str(file), **_known(operator, wanted))
    finally:
        render.fps, render.fps_base = rate


def export_gltf(file: Path, *, animation: bool) -> set[str]:
    """Blender's glTF exporter on what is selected, into one .glb; without animation at rest."""
    operator = bpy.ops.export_scene.gltf
    wanted = {
        "use_selection": True,
        "export_format": "GLB",
        "export_animations": animation,
        "export_rest_position_armature": not animation,
        "export_extras": False,
        "export_cameras": False,
        "export_lights": False,
        "export_try_sparse_sk": False,  # other programs' readers often can't read sparse accessors
    }
    return operator(filepath=str(file), **_known(operator, wanted))


def export_fbx(file: Path, *, animation: bool) -> set[str]:
    """Blender's FBX exporter on what is selected, textures within. With modifiers it would leave shape keys out."""
    operator = bpy.ops.export_scene.fbx
    wanted = {
        "use_selection": True,
        "object_types": {"ARMATURE", "MESH"},
        "use_mesh_modifiers": False,
        "add_leaf_bones": False,
        "bake_anim": animation,
        "path_mode": "COPY",
        "embed_textures": True,
    }
    return operator(filepath=str(file), **_known(operator, wanted))


def redraw_status_bar() -> None:
    """Draws the status bar anew. It is no area that scripts can reach, but it follows the workspace's own text.

    While a tool runs that text is the tool's: then nothing is done, and the bar follows at the tool's next word.
    """
    for window in bpy.context.window_manager.windows:
        if not len(window.modal_operators):
            with bpy.context.temp_override(window=window):
                window.workspace.status_text_set_internal(None)


def _known(operator: Any, wanted: Mapping[str, object]) -> dict[str, object]:
    known = {prop.identifier for prop in operator.get_rna_type().properties}
    return {name: value for name, value in wanted.items() if name in known}


def animation_curves(block: bpy.types.ID) -> list[bpy.types.FCurve]:
    """The curves that animate a data-block: of its action, or since 4.4 of its slot of it."""
    data = block.animation_data
    if data is None or data.action is None:
        return []
    if bpy.app.version < (4, 4, 0):
        return list(data.action.fcurves)
    if data.action_slot is None:
        return []
    bags = [strip.channelbag(data.action_slot) for layer in data.action.layers for strip in layer.strips]
    return [curve for bag in bags if bag for curve in bag.fcurves]


def new_action(name: str, id_type: str) -> tuple[bpy.types.Action, bpy.types.bpy_prop_collection]:
    """An action for one kind of data-block ("KEY", "OBJECT", …), and its curves to be made with `new(data_path)`."""
    action = bpy.data.actions.new(name)
    if bpy.app.version < (4, 4, 0):
        action.id_root = id_type
        return action, action.fcurves
    slot = action.slots.new(id_type, name)
    strip = action.layers.new("Layer").strips.new(type="KEYFRAME")
    return action, strip.channelbag(slot, ensure=True).fcurves


def action_curves(action: bpy.types.Action, id_type: str) -> list[bpy.types.FCurve]:
    """The curves of an action that are meant for one kind of data-block; since 4.4 of its first slot of that kind."""
    if bpy.app.version < (4, 4, 0):
        return list(action.fcurves) if action.id_root in {id_type, "UNSPECIFIED"} else []
    slot = next((slot for slot in action.slots if slot.target_id_type in {id_type, "UNSPECIFIED"}), None)
    if slot is None:
        return []
    bags = [strip.channelbag(slot) for layer in action.layers for strip in layer.strips]
    return [curve for bag in bags if bag for curve in bag.fcurves]
