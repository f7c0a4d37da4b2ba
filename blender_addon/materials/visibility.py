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
from .images import pixels_of
from .nodes import Graph
from .surfaces import output_shader

GROUP = "Avatar SDK Visibility Mask"
_IS_OURS = "avatar_sdk_mask_group"  # on the node group: its name is for people
_UNDER = "avatar_sdk_under_"  # + part id, on the skin: name of the garment's vertex group


def add_mask(skin: bpy.types.Object, garment: bpy.types.Object, image: bpy.types.Image) -> int:
    """Hides the skin under a garment while the garment is shown.

    Returns:
        the number of the skin's faces whose centre the mask hides.
    """
    pixels = pixels_of(image)
    channel = "Alpha" if masks.speaks_through_alpha(pixels) else "Color"
    for slot in skin.material_slots:
        shader = output_shader(slot.material) if slot.material else None
        if shader:
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
    group = graph.add("ShaderNodeGroup", 1, 5 + count, f"Under {garment.name}")
    group.node_tree = _group()
    group[marks.PART] = garment[marks.PART]
    graph.set(group, "Mask", texture.outputs[channel])
    alpha = shader.inputs["Alpha"]
    graph.set(group, "Alpha", alpha.links[0].from_socket if alpha.links else alpha.default_value)
    graph.set(shader, "Alpha", group.outputs["Alpha"])
    drive(group.inputs["Shown"], "default_value", garment, f'["{marks.SHOWN}"]')
    material.surface_render_method = "DITHERED"


def _group() -> bpy.types.NodeTree:
    """Alpha × max(mask > 0.5, 1 − shown); one group a file."""
    for found in bpy.data.node_groups:
        if found.get(_IS_OURS) and found.library is None:
            return found
    tree = bpy.data.node_groups.new(GROUP, "ShaderNodeTree")
    tree[_IS_OURS] = True
    for name, default in (("Mask", 1.0), ("Shown", 1.0), ("Alpha", 1.0)):
        socket = tree.interface.new_socket(name, in_out="INPUT", socket_type="NodeSocketFloat")
        socket.default_value = default
    tree.interface.new_socket("Alpha", in_out="OUTPUT", socket_type="NodeSocketFloat")
    graph = Graph(tree)
    inputs = graph.add("NodeGroupInput", 4)
    output = graph.add("NodeGroupOutput", 0)
    visible = graph.math("GREATER_THAN", inputs.outputs["Mask"], masks.THRESHOLD, 3)
    uncovered = graph.math("SUBTRACT", 1.0, inputs.outputs["Shown"], 3, 0.6)
    either = graph.math("MAXIMUM", visible, uncovered, 2)
    graph.set(output, "Alpha", graph.math("MULTIPLY", either, inputs.outputs["Alpha"], 1))
    return tree


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
