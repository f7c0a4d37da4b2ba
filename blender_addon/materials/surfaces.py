# SPDX-License-Identifier: GPL-3.0-or-later
"""Materials of an avatar's parts: which node group a part gets, and which of its textures go where.

Source of the rules: real metaperson_2.0 exports (which maps come with which part, what G, B, R and A hold), and glTF
2.0 section 3.9 (metallic-roughness).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import bpy

from avatarsdk_core.avatar.colors import Color
from avatarsdk_core.avatar.parts import Part, Role

from .. import compat
from .groups import Kind, group
from .images import ImageLoader, pixels_of
from .nodes import Graph
from .sharing import shared

Quality = Literal["full", "simple"]

LASH_CARD_ALPHA = 0.6
_KINDS = {
    Role.BODY: Kind.SKIN,
    Role.HEAD: Kind.SKIN,
    Role.EYELASHES: Kind.EYELASHES,
    Role.CORNEA: Kind.CORNEA,
    Role.EYEBALL: Kind.EYEBALL,
    Role.TEETH: Kind.TEETH,
    Role.HAIR: Kind.HAIR,
    Role.GARMENT: Kind.CLOTH,
    Role.GLASSES: Kind.GLASSES,
}
_JEWELLERY = frozenset({"earrings", "necklaces"})
# Where the service measured the colour that a texture has; and the group's input for the colour that is wished for.
_MEASURED = {Kind.SKIN: "skin_color", Kind.HAIR: "hair_color", Kind.EYEBALL: "eye_iris_color"}
_LIPS = "lips_color"
_WISHED = {
    Kind.SKIN: "Skin Colour",
    Kind.HAIR: "Hair Colour",
    Kind.EYEBALL: "Iris Colour",
    Kind.CLOTH: "Cloth Colour",
}
# In views that show one colour a material.
_FIXED = {
    Kind.EYELASHES: (0.0, 0.0, 0.0, 0.5),
    Kind.CORNEA: (1.0, 1.0, 1.0, 0.05),
    Kind.SKIN: (0.6, 0.42, 0.33, 1.0),
    Kind.TEETH: (0.8, 0.77, 0.7, 1.0),
}


def kind_of_part(part: Part) -> Kind:
    """Which node group a part's material is made of."""
    if part.role is Role.CORNEA and "color" in part.textures:
        return Kind.PLAIN  # the photo's iris, opaque
    if part.is_anything:
        return Kind.PLAIN
    if part.category in _JEWELLERY:
        return Kind.JEWELLERY
    return _KINDS.get(part.role, Kind.PLAIN)


def build_material(
    part: Part, images: ImageLoader, name: str, *, colors: Mapping[str, Color] | None = None, quality: Quality = "full"
) -> bpy.types.Material:
    """A material for the part, named `name` if it is new, with the textures that the export has for it.

    Args:
        colors: what the service measured on the person (see `colors.read_colors`).
        quality: `simple` leaves out relief, roughness maps and scattering.
    """
    material = bpy.data.materials.new(name)
    compat.use_nodes(material)
    material.node_tree.nodes.clear()
    material.use_backface_culling = False
    surface = _Surface(part, images, material, quality)
    surface.build(colors or {})
    return material if surface.kind is Kind.SKIN else shared(material, part.name)


def surface_node(material: bpy.types.Material) -> bpy.types.Node | None:
    """The node whose shader a material gives out."""
    outputs = (
        [node for node in material.node_tree.nodes if node.type == "OUTPUT_MATERIAL"] if material.node_tree else []
    )
    links = [link for output in outputs for link in output.inputs["Surface"].links]
    return links[0].from_node if links else None


class _Surface:
    """One material under construction: a group of ours, and the part's textures wired to its inputs."""

    def __init__(self, part: Part, images: ImageLoader, material: bpy.types.Material, quality: Quality) -> None:
        self.part, self.images, self.material = part, images, material
        self.kind, self.simple = kind_of_part(part), quality == "simple"
        self.graph = Graph(material.node_tree)
        self.output = self.graph.add("ShaderNodeOutputMaterial", -1)
        self.node = self.graph.add("ShaderNodeGroup", 0)
        self.node.node_tree = group(self.kind)
        self.node.width = 240
        self.row = 0.0
        self.is_averaged = False  # whether the colour of the texture is asked for
        self.are_lips_averaged = False

    def build(self, colors: Mapping[str, Color]) -> None:
        self.graph.set(self.output, "Surface", self.node.outputs["Surface"])
        self._factors()
        self.is_averaged = self.kind not in _FIXED and _MEASURED.get(self.kind, "") not in colors
        has_lips = self.kind is Kind.SKIN and "lips_mask" in self.part.textures
        self.are_lips_averaged = has_lips and _LIPS not in colors
        color = self._connect("color", "Color", color=True)
        if not self.simple:
            self._metallic_roughness()
            self._connect("normal", "Normal Map")
        self._alpha(color)
        if self.kind is Kind.HAIR:
            self._connect("occlusion", "Occlusion")
            self._connect("root", "Root")
        if self.kind is Kind.SKIN and (hair := self._texture("haircut_color", color=True)):
            self.graph.set(self.node, "Haircut Texture", hair.outputs["Color"])
            self.graph.set(self.node, "Haircut Alpha", hair.outputs["Alpha"])
        if has_lips and (mask := self._connect("lips_mask", "Lips Mask")):
            self._lips(color, mask, colors)
        if self.kind is Kind.CLOTH:
            self._connect("recoloring_mask", "Recolouring Mask")
        if self.simple and "Subsurface" in self.node.inputs:
            self.node.inputs["Subsurface"].default_value = 0.0
        self._colors(color, colors)

    def _factors(self) -> None:
        """The file's factors, where they say more than glTF's (and FBX's) silence, which is 1."""
        facts, inputs = self.part.material, self.node.inputs
        if "Color" in inputs and self.kind is not Kind.EYELASHES:
            inputs["Color"].default_value = (*facts.base_color[:3], 1.0)
        if "Metallic" in inputs and facts.metallic < 1:
            inputs["Metallic"].default_value = facts.metallic
        if "Roughness" in inputs and facts.roughness < 1 and self.kind not in (Kind.HAIR, Kind.CORNEA):
            inputs["Roughness"].default_value = facts.roughness

    def _texture(self, slot: str, *, color: bool = False, packed_channels: bool = False) -> bpy.types.Node | None:
        source = self.part.textures.get(slot)
        label = f"{self.part.name}_{slot}"
        if source is None:
            return None
        decoded = (slot == "color" and self.is_averaged) or (slot in ("color", "lips_mask") and self.are_lips_averaged)
        image = self.images.load(source, label, color=color, packed_channels=packed_channels, decoded=decoded)
        if image is None:
            return None
        node = self.graph.image(image, 3, self.row, slot.replace("_", " ").capitalize())
        self.row += 1
        return node

    def _connect(self, slot: str, name: str, *, color: bool = False) -> bpy.types.Node | None:
        """A texture's colour into an input of the group, where both are there."""
        if name not in self.node.inputs:
            return None
        texture = self._texture(slot, color=color)
        if texture is not None and not (self.kind is Kind.EYELASHES and slot == "color"):
            self.graph.set(self.node, name, texture.outputs["Color"])
        return texture

    def _metallic_roughness(self) -> None:
        if self.kind is Kind.HAIR or "Metallic" not in self.node.inputs:
            return  # hair is never metallic, and its maps come with roughness for another shading model
        if node := self._texture("metallic_roughness"):
            split = self.graph.add("ShaderNodeSeparateColor", 1.5, self.row - 1, Color=node.outputs["Color"])
            self.graph.set(self.node, "Roughness", split.outputs["Green"])
            self.graph.set(self.node, "Metallic", split.outputs["Blue"])
        elif node := self._texture("metallic_smoothness", packed_channels=True):
            split = self.graph.add("ShaderNodeSeparateColor", 1.5, self.row - 1, Color=node.outputs["Color"])
            self.graph.set(self.node, "Metallic", split.outputs["Red"])
            rough = self.graph.math("SUBTRACT", 1.0, node.outputs["Alpha"], 1.5, self.row - 0.4)
            self.graph.set(self.node, "Roughness", rough)
        else:
            self._connect("roughness", "Roughness")
            self._connect("metallic", "Metallic")

    def _alpha(self, color: bpy.types.Node | None) -> None:
        """Dithered wherever light may pass: that sorts with everything, unlike blending."""
        facts, own = self.part.material, color.outputs["Alpha"] if color else None
        value: object = None
        if self.kind is Kind.EYELASHES:  # LOD1: cards without texture, a little transparent
            value = own or LASH_CARD_ALPHA
        elif self.kind is Kind.HAIR:
            alpha = self._texture("alpha")
            value = alpha.outputs["Color"] if alpha else own
        elif self.kind is Kind.GLASSES:
            value = own
        elif self.kind is Kind.PLAIN and self.part.role is not Role.CORNEA and facts.alpha_mode != "OPAQUE":
            value = own or facts.base_color[3]
        if value is not None:
            self.graph.set(self.node, "Alpha", value)
        clear = self.kind is Kind.CORNEA
        self.material.surface_render_method = "BLENDED" if clear else "DITHERED"

    def _lips(self, color: bpy.types.Node | None, mask: bpy.types.Node, measured: Mapping[str, Color]) -> None:
        """The lips' own colour: as measured, else the texture's mean below the mask."""
        from avatarsdk_core.avatar import recolor  # with numpy: not before an avatar is imported

        srgb = measured.get(_LIPS)
        if self.are_lips_averaged and color is not None:
            srgb = recolor.average_below(pixels_of(color.image), pixels_of(mask.image))
        if srgb is not None:
            for name in ("Own Lips Colour", "Lips Colour"):
                self.node.inputs[name].default_value = (*recolor.to_linear(srgb), 1.0)

    def _colors(self, color: bpy.types.Node | None, measured: Mapping[str, Color]) -> None:
        """The colour that the part has, for recolouring and for views that show one colour a material."""
        from avatarsdk_core.avatar import recolor

        srgb = measured.get(_MEASURED.get(self.kind, ""))
        if srgb is None and self.kind is Kind.SKIN:
            srgb = recolor.DEFAULT_SKIN
        if self.is_averaged and color is not None:
            srgb = recolor.average(pixels_of(color.image)[::8, ::8])
        linear = (*recolor.to_linear(srgb), 1.0) if srgb else tuple(self.part.material.base_color)
        self.material.diffuse_color = _FIXED.get(self.kind, linear)
        if srgb and self.kind in _WISHED:
            self.node.inputs["Own Colour"].default_value = linear
            self.node.inputs[_WISHED[self.kind]].default_value = linear
