# SPDX-License-Identifier: GPL-3.0-or-later
"""Visibility masks of garments in the skin's materials, and their coarse twin for views that ignore a material.

In the material the mask image itself decides, sampled with the skin's own UVs: alpha = product over the garments of
(mask > 0.5, or 1 while the garment is hidden). Workbench and the Solid view don't evaluate materials: there a Mask
modifier hides the faces that lie under the garment with all their samples.

Both ask a property of the skin, which a driver makes follow the garment's switch. A material that had the driver itself
would serve one skin only: duplicates and overrides of an avatar share their materials.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import bpy

from avatarsdk_core.avatar.parts import PERSON, Role

from .. import marks
from ..drivers import drive
from .groups import Kind, group
from .images import pixels_of
from .nodes import Graph
from .surfaces import surface_node

if TYPE_CHECKING:  # the sidebar is drawn by way of here: numpy comes with the first mask
    import numpy as np

# On the skin, + part id of the garment:
_SHOWN = "avatar_sdk_mask_shown_"  # 1 while the garment is shown
_UNDER = "avatar_sdk_under_"  # name of the garment's vertex group
_MASKS = {Role.BODY: marks.BODY_MASK, Role.HEAD: marks.HEAD_MASK}


def give_mask(garment: bpy.types.Object, role: Role, image: bpy.types.Image) -> None:
    """Says which mask a garment has for the skin of this role; `connect_masks` puts it there."""
    garment[_MASKS[role]] = image


def connect_masks(avatar: marks.Avatar, seen: Mapping[int, frozenset[int]] | None = None) -> dict[str, dict[str, int]]:
    """Brings the masks of all skins of an avatar into line with its garments.

    Args:
        seen: session_uid of a part -> levels of detail at which it is seen, where there are several: a garment hides
            the skin that is seen together with it.

    Returns:
        garment name → skin name → faces hidden, of the masks that are new.
    """
    seen = seen or {}
    parts = marks.parts_of(avatar)
    hidden: dict[str, dict[str, int]] = {}
    for skin in _skins(parts):
        there, wanted = set(masks_on(skin)), {}
        for garment in parts:
            image = _mask_for(garment, skin, parts)
            if image and _together(seen.get(garment.session_uid), seen.get(skin.session_uid)):
                wanted[garment[marks.PART]] = garment, image
        for part in there - wanted.keys():
            remove_mask(skin, part)
        for part in wanted.keys() - there:
            garment, image = wanted[part]
            hidden.setdefault(garment.name, {})[skin.name] = add_mask(skin, garment, image)
        for part in wanted.keys() & there:
            _obey(skin, wanted[part][0])
    return hidden


def masks_on(skin: bpy.types.Object) -> dict[str, bpy.types.Image]:
    """The masks of a skin: part id of the garment → image."""
    prefix = marks.MASK_IMAGE
    return {name.removeprefix(prefix): image for name, image in skin.items() if name.startswith(prefix)}


def masks_in_force(skin: bpy.types.Object) -> list[bpy.types.Image]:
    """The masks of those garments that are shown."""
    from avatarsdk_core.avatar import masks

    return [image for part, image in masks_on(skin).items() if image and skin.get(_SHOWN + part, 0.0) > masks.THRESHOLD]


def add_mask(skin: bpy.types.Object, garment: bpy.types.Object, image: bpy.types.Image) -> int:
    """Hides the skin under a garment while the garment is shown.

    Returns:
        the number of the skin's faces whose centre the mask hides.
    """
    from avatarsdk_core.avatar import masks

    part = garment[marks.PART]
    skin[marks.MASK_IMAGE + part] = image
    skin[_SHOWN + part] = 1.0
    _obey(skin, garment)
    pixels = pixels_of(image)
    is_alpha = masks.speaks_through_alpha(pixels)
    for slot in skin.material_slots:
        shader = surface_node(slot.material) if slot.material else None
        if shader and shader.type == "GROUP" and "Alpha" in shader.inputs:  # a person's own material stays as it is
            _add_to_material(slot.material, shader, garment, image, "Alpha" if is_alpha else "Color")
    return _add_modifier(skin, garment, pixels[..., 3 if is_alpha else 0])


def _obey(skin: bpy.types.Object, garment: bpy.types.Object) -> None:
    """Lets all that hides the skin under a garment follow what the garment follows: its switch, or its leader's."""
    part = garment[marks.PART]
    drive(skin, f'["{_SHOWN}{part}"]', garment, f'["{marks.SHOWN}"]')
    for modifier in _modifiers_of(skin, part):
        drive(modifier, "show_viewport", garment, f'["{marks.SHOWN}"]')


def _modifiers_of(skin: bpy.types.Object, part: str) -> list[bpy.types.Modifier]:
    name = skin.get(_UNDER + part)
    return [found for found in skin.modifiers if name and found.type == "MASK" and found.vertex_group == name]


def tell_skins(garment: bpy.types.Object, shown: bool) -> None:
    """Gives the skins under a garment what their drivers will: they needn't wait for another's evaluation then."""
    name = _SHOWN + garment[marks.PART]
    for skin in marks.parts_of(garment):
        if name in skin:
            skin[name] = float(shown)
            skin.update_tag()


def remove_mask(skin: bpy.types.Object, part: str) -> None:
    """Takes back what `add_mask` did for the garment with the part id `part`; nothing where it did nothing."""
    twins = [other for other in bpy.data.objects if other != skin and _SHOWN + part in other]
    for slot in skin.material_slots:
        if any(slot.material == one.material for twin in twins for one in twin.material_slots):
            continue  # a duplicate that shares it still has the garment
        tree = slot.material.node_tree if slot.material and not slot.material.library else None
        for node in [node for node in tree.nodes if node.get(marks.PART) == part] if tree else []:
            _remove_node(tree, node)
    for modifier in _modifiers_of(skin, part):
        modifier.driver_remove("show_viewport")
        skin.modifiers.remove(modifier)
    name = skin.pop(_UNDER + part, None)
    if name and not any(twin.data == skin.data for twin in twins) and (found := skin.vertex_groups.get(name)):
        skin.vertex_groups.remove(found)
    if _SHOWN + part in skin:
        skin.driver_remove(f'["{_SHOWN}{part}"]')
        del skin[_SHOWN + part]
    skin.pop(marks.MASK_IMAGE + part, None)


def _skins(parts: list[bpy.types.Object]) -> list[bpy.types.Object]:
    roles = {str(role) for role in _MASKS}
    return [part for part in parts if part.get(marks.ROLE) in roles and part.type == "MESH" and part.data.uv_layers]


def _mask_for(
    garment: bpy.types.Object, skin: bpy.types.Object, parts: list[bpy.types.Object]
) -> bpy.types.Image | None:
    """The garment's mask for this skin. Older avatars are one mesh, whose face makes it the head."""
    role = Role(skin[marks.ROLE])
    others = PERSON - {Role.HEAD}
    if role is Role.HEAD and not any(part.get(marks.ROLE) in others for part in parts):
        role = Role.BODY
    image: bpy.types.Image | None = garment.get(_MASKS[role])
    return image if marks.SHOWN in garment else None


def _together(one: frozenset[int] | None, other: frozenset[int] | None) -> bool:
    return not one or not other or bool(one & other)


def _remove_node(tree: bpy.types.NodeTree, node: bpy.types.Node) -> None:
    alpha = node.inputs["Alpha"]
    for target in [link.to_socket for link in node.outputs["Alpha"].links]:
        if alpha.links:
            tree.links.new(alpha.links[0].from_socket, target)
        else:
            target.default_value = alpha.default_value
    for name in ("Mask", "Shown"):
        for source in [link.from_node for link in node.inputs[name].links]:
            tree.nodes.remove(source)
    tree.nodes.remove(node)


def _add_to_material(
    material: bpy.types.Material,
    shader: bpy.types.Node,
    garment: bpy.types.Object,
    image: bpy.types.Image,
    channel: str,
) -> None:
    part = garment[marks.PART]
    if any(node.get(marks.PART) == part for node in material.node_tree.nodes):
        return  # a material that several skins share
    graph = Graph(material.node_tree)
    count = sum(1 for node in material.node_tree.nodes if node.type == "GROUP" and node.get(marks.PART))
    texture = graph.image(image, 3, 5 + count, f"Mask of {garment.name}")
    node = graph.add("ShaderNodeGroup", 1, 5 + count, f"Under {garment.name}")
    node.node_tree = group(Kind.VISIBILITY_MASK)
    node[marks.PART] = part
    graph.set(node, "Mask", texture.outputs[channel])
    graph.set(node, "Shown", graph.object_property(_SHOWN + part, 2, 5 + count, f"{garment.name} is worn"))
    alpha = shader.inputs["Alpha"]
    graph.set(node, "Alpha", alpha.links[0].from_socket if alpha.links else alpha.default_value)
    graph.set(shader, "Alpha", node.outputs["Alpha"])
    material.surface_render_method = "DITHERED"


def _add_modifier(skin: bpy.types.Object, garment: bpy.types.Object, mask: np.ndarray) -> int:
    import numpy as np

    from avatarsdk_core.avatar import masks

    mesh, part = skin.data, garment[marks.PART]
    corners, uvs = triangles(mesh)
    hidden = masks.hidden_faces(mask, uvs)
    covered = masks.hidden_faces(mask, uvs, conservative=True)
    removable = np.flatnonzero(masks.removable_vertices(covered, corners, len(mesh.vertices)))
    if len(removable):
        vertices = skin.vertex_groups.new(name=f"Under {garment.name}")
        skin[_UNDER + part] = vertices.name
        vertices.add(removable.tolist(), 1.0, "REPLACE")
        modifier = skin.modifiers.new(vertices.name, "MASK")
        modifier.vertex_group = vertices.name
        modifier.invert_vertex_group = True
        modifier.show_render = False
        modifier.show_in_editmode = False
        # First in the stack: hidden vertices need no deforming.
        skin.modifiers.move(len(skin.modifiers) - 1, 0)
        _obey(skin, garment)
    return int(hidden.sum())


def triangles(mesh: bpy.types.Mesh) -> tuple[np.ndarray, np.ndarray]:
    """Vertices (F, 3) and corner UVs (F, 3, 2) of the mesh's triangles."""
    import numpy as np

    mesh.calc_loop_triangles()
    count = len(mesh.loop_triangles)
    loops, vertices = np.empty(count * 3, np.int32), np.empty(count * 3, np.int32)
    mesh.loop_triangles.foreach_get("loops", loops)
    mesh.loop_triangles.foreach_get("vertices", vertices)
    uvs = np.empty(len(mesh.loops) * 2, np.float32)
    mesh.uv_layers.active.uv.foreach_get("vector", uvs)
    return vertices.reshape(-1, 3), uvs.reshape(-1, 2)[loops].reshape(-1, 3, 2)
