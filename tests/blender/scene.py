# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests ask of a scene."""

from __future__ import annotations

import bpy
import numpy as np

KINDS = ("objects", "meshes", "armatures", "materials", "images", "node_groups", "collections", "actions", "shape_keys")


def contents() -> dict[str, list[str]]:
    """Names of all data-blocks that an import may make."""
    return {kind: sorted(block.name for block in getattr(bpy.data, kind)) for kind in KINDS}


def shape_key_names(obj: bpy.types.Object) -> list[str]:
    """Its shape keys without Basis."""
    keys = obj.data.shape_keys
    return [key.name for key in keys.key_blocks[1:]] if keys else []


def evaluated_points(obj: bpy.types.Object) -> np.ndarray:
    """World positions (V, 3) with shape keys and modifiers applied."""
    graph = bpy.context.evaluated_depsgraph_get()
    found = obj.evaluated_get(graph)
    points = np.empty(len(found.data.vertices) * 3, np.float32)
    found.data.vertices.foreach_get("co", points)
    matrix = np.array(found.matrix_world)
    return points.reshape(-1, 3) @ matrix[:3, :3].T + matrix[:3, 3]


def evaluated_faces(obj: bpy.types.Object) -> int:
    """Triangles left in the viewport."""
    mesh = obj.evaluated_get(bpy.context.evaluated_depsgraph_get()).data
    mesh.calc_loop_triangles()
    return len(mesh.loop_triangles)


def transparent_without_texture(material: bpy.types.Material) -> bool:
    """Whether a surface lets light through with no image in it: a Transparent BSDF reaches its output."""
    kinds = node_types(material.node_tree)
    return "BSDF_TRANSPARENT" in kinds and "TEX_IMAGE" not in kinds


def node_types(tree: bpy.types.NodeTree) -> set[str]:
    """Types of all nodes of a tree and of the groups in it."""
    groups = [node.node_tree for node in tree.nodes if node.type == "GROUP"]
    return {node.type for node in tree.nodes}.union(*(node_types(group) for group in groups))


def image_names(material: bpy.types.Material) -> set[str]:
    """Names of the images that a material samples."""
    return {node.image.name for node in material.node_tree.nodes if node.type == "TEX_IMAGE"}


def fed_by(obj: bpy.types.Object, socket: bpy.types.NodeSocket) -> float:
    """What an input of the object's material gets from the property of the object that feeds it, evaluated."""
    (link,) = socket.links
    node = link.from_node
    assert (node.bl_idname, node.attribute_type) == ("ShaderNodeAttribute", "OBJECT")
    return float(obj.evaluated_get(bpy.context.evaluated_depsgraph_get())[node.attribute_name])


def mask_node(skin: bpy.types.Object) -> bpy.types.Node:
    """The node of the skin's material that hides what lies under a garment; there must be one."""
    (node,) = (node for node in skin.active_material.node_tree.nodes if node.type == "GROUP" and "Shown" in node.inputs)
    return node
