# SPDX-License-Identifier: GPL-3.0-or-later
"""The one place that knows how Blender's versions differ (4.2 to 5.2)."""

from __future__ import annotations

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


def gltf_import_options() -> dict[str, object]:
    """Options of the glTF importer that only some versions have: 5.x would make a collection of its own."""
    known = {prop.identifier for prop in bpy.ops.import_scene.gltf.get_rna_type().properties}
    wanted = {"import_scene_as_collection": False, "import_select_created_objects": False, "import_scene_extras": False}
    return {name: value for name, value in wanted.items() if name in known}


def eevee() -> str:
    """The render engine's identifier: renamed to BLENDER_EEVEE_NEXT for 4.2 to 4.5, and back in 5.0."""
    return "BLENDER_EEVEE_NEXT" if bpy.app.version < (5, 0, 0) else "BLENDER_EEVEE"
