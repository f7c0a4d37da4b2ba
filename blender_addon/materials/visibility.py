# SPDX-License-Identifier: GPL-3.0-or-later
"""Visibility masks of garments in the skin's materials, and their coarse twin for views that ignore a material.

In the material the mask image itself decides, sampled with the skin's own UVs: alpha = product over the garments of
(mask > 0.5, or 1 while the garment is hidden). Workbench and the Solid view don't evaluate materials: there a Mask
modifier hides the faces that lie under the garment with all their samples.
"""

from __future__ import annotations

import bpy
import numpy as np

from avatarsdk_core.avatar import masks

from .. import marks
from ..drivers import drive
from .groups import Kind, group
from .images import pixels_of
from .nodes import Graph
from .surfaces import surface_node

_UNDER = "avatar_sdk_under_"  # + part id, on the skin: name of the garment's vertex group


def add_mask(skin: bpy.types.Object, garment: bpy.types.Object, image: bpy.types.Image) -> int:
    """Hides the skin under a garment while the garment is shown.

    Returns:
        the number of the skin's faces whose centre the mask hides.
    """
    pixels = pixels_of(image)
    channel = "Alpha" if masks.speaks_through_alpha(pixels) else "Color"
    for slot in skin.material_slots:
        shader = surface_node(slot.material) if slot.material else None
        if shader and "Alpha" in shader.inputs:
            _add_to_material(slot.material, shader, garment, image, channel)
    return _add_modifier(skin, garment, masks.mask_values(pixels))


def remove_mask(skin: bpy.types.Object, part: str) -> None:
    """Takes back what `add_mask` did for the garment with the part id `part`; nothing where it did nothing."""
    for slot in skin.material_slots:
        for node in [node for node in slot.material.node_tree.nodes if node.get(marks.PART) == part]:
            _remove_node(slot.material.node_tree, node)
    name = skin.pop(_UNDER + part, None)
    for modifier in [found for found in skin.modifiers if found.type == "MASK" and found.vertex_group == name]:
        modifier.driver_remove("show_viewport")
        skin.modifiers.remove(modifier)
    if name and (group := skin.vertex_groups.get(name)):
        skin.vertex_groups.remove(group)


def _remove_node(tree: bpy.types.NodeTree, node: bpy.types.Node) -> None:
    node.inputs["Shown"].driver_remove("default_value")
    alpha = node.inputs["Alpha"]
    for target in [link.to_socket for link in node.outputs["Alpha"].links]:
        if alpha.links:
            tree.links.new(alpha.links[0].from_socket, target)
        else:
            target.default_value = alpha.default_value
    for texture in [link.from_node for link in node.inputs["Mask"].links]:
        tree.nodes.remove(texture)
    tree.nodes.remove(node)


def _add_to_material(
    material: bpy.types.Material,
    shader: bpy.types.Node,
    garment: bpy.types.Object,
    image: bpy.types.Image,
    channel: str,
) -> None:
    graph = Graph(material.node_tree)
    count = sum(1 for node in material.node_tree.nodes if node.type == "GROUP" and node.get(marks.PART))
    texture = graph.image(image, 3, 5 + count, f"Mask of {garment.name}")
    node = graph.add("ShaderNodeGroup", 1, 5 + count, f"Under {garment.name}")
    node.node_tree = group(Kind.VISIBILITY_MASK)
    node[marks.PART] = garment[marks.PART]
    graph.set(node, "Mask", texture.outputs[channel])
    alpha = shader.inputs["Alpha"]
    graph.set(node, "Alpha", alpha.links[0].from_socket if alpha.links else alpha.default_value)
    graph.set(shader, "Alpha", node.outputs["Alpha"])
    drive(node.inputs["Shown"], "default_value", garment, f'["{marks.SHOWN}"]')
    material.surface_render_method = "DITHERED"


def _add_modifier(skin: bpy.types.Object, garment: bpy.types.Object, mask: np.ndarray) -> int:
    mesh = skin.data
    corners, uvs = _triangles(mesh)
    hidden = masks.hidden_faces(mask, uvs)
    covered = masks.hidden_faces(mask, uvs, conservative=True)
    removable = np.flatnonzero(masks.removable_vertices(covered, corners, len(mesh.vertices)))
    if len(removable):
        group = skin.vertex_groups.new(name=f"Under {garment.name}")
        skin[_UNDER + garment[marks.PART]] = group.name
        group.add(removable.tolist(), 1.0, "REPLACE")
        modifier = skin.modifiers.new(group.name, "MASK")
        modifier.vertex_group = group.name
        modifier.invert_vertex_group = True
        modifier.show_render = False
        modifier.show_in_editmode = False
        # First in the stack: hidden vertices need no deforming.
        skin.modifiers.move(len(skin.modifiers) - 1, 0)
        drive(modifier, "show_viewport", garment, f'["{marks.SHOWN}"]')
    return int(hidden.sum())


def _triangles(mesh: bpy.types.Mesh) -> tuple[np.ndarray, np.ndarray]:
    """Vertices (F, 3) and corner UVs (F, 3, 2) of the mesh's triangles."""
    mesh.calc_loop_triangles()
    count = len(mesh.loop_triangles)
    loops, vertices = np.empty(count * 3, np.int32), np.empty(count * 3, np.int32)
    mesh.loop_triangles.foreach_get("loops", loops)
    mesh.loop_triangles.foreach_get("vertices", vertices)
    uvs = np.empty(len(mesh.loops) * 2, np.float32)
    mesh.uv_layers.active.uv.foreach_get("vector", uvs)
    return vertices.reshape(-1, 3), uvs.reshape(-1, 2)[loops].reshape(-1, 3, 2)
