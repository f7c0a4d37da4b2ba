# SPDX-License-Identifier: GPL-3.0-or-later
"""Materials of an avatar's parts: skin, eyes, teeth, lashes, hair, cloth. One function a rule of the table.

Source of the rules: real metaperson_2.0 exports (which maps come with which part, what G, B, R and A hold), glTF 2.0
section 3.9 (metallic-roughness), and for the cornea its refractive index of 1.376.
"""

from __future__ import annotations

from collections.abc import Callable

import bpy

from avatarsdk_core.avatar.parts import Part, Role

from .. import compat
from .images import ImageLoader, mean_color
from .nodes import Graph

CORNEA_IOR = 1.376
HAIR_ROUGHNESS = 0.55
LASH_CARD_ALPHA = 0.6


def build_material(part: Part, images: ImageLoader, name: str) -> bpy.types.Material:
    """A new material for the part, named `name`, with all textures that the export has for it."""
    material = bpy.data.materials.new(name)
    compat.use_nodes(material)
    material.node_tree.nodes.clear()
    material.use_backface_culling = False
    surface = _Surface(part, images, material)
    _RULES.get(part.role, _plain)(surface)
    if surface.color is not None and part.role is not Role.EYELASHES:
        material.diffuse_color = mean_color(surface.color.image)
    return material


def output_shader(material: bpy.types.Material) -> bpy.types.Node | None:
    """The Principled BSDF that a material of ours ends in."""
    return next((node for node in material.node_tree.nodes if node.type == "BSDF_PRINCIPLED"), None)


class _Surface:
    """What the rules share: the part's textures as nodes, a Principled BSDF, the output."""

    def __init__(self, part: Part, images: ImageLoader, material: bpy.types.Material) -> None:
        self.part, self.images, self.material = part, images, material
        self.graph = Graph(material.node_tree)
        self.output = self.graph.add("ShaderNodeOutputMaterial", -1)
        self.row = 0.0

    def texture(self, slot: str, *, color: bool = False, packed_channels: bool = False) -> bpy.types.Node | None:
        source = self.part.textures.get(slot)
        label = f"{self.part.name}_{slot}"
        image = self.images.load(source, label, color=color, packed_channels=packed_channels) if source else None
        if image is None:
            return None
        node = self.graph.image(image, 4, self.row, slot.replace("_", " ").capitalize())
        self.row += 1
        return node

    def principled(self) -> bpy.types.Node:
        """Principled BSDF with colour, roughness, metalness and normal as far as the export has them."""
        shader = self.graph.add("ShaderNodeBsdfPrincipled", 0, 0)
        self.graph.set(self.output, "Surface", shader.outputs[0])
        facts = self.part.material
        shader.inputs["Base Color"].default_value = (*facts.base_color[:3], 1.0)
        shader.inputs["Metallic"].default_value = facts.metallic if facts.metallic < 1 else 0.0
        shader.inputs["Roughness"].default_value = facts.roughness if facts.roughness < 1 else 0.6
        self._color(shader)
        self._metallic_roughness(shader)
        self._normal(shader)
        return shader

    def _color(self, shader: bpy.types.Node) -> None:
        node = self.texture("color", color=True)
        if node is None:
            return
        self.color = node
        self.graph.set(shader, "Base Color", node.outputs["Color"])
        occlusion = self.texture("occlusion")
        if occlusion is not None and self.part.role is Role.HAIR:
            mix = self.graph.add("ShaderNodeMix", 2, 0, "Occlusion")
            mix.data_type, mix.blend_type = "RGBA", "MULTIPLY"
            mix.inputs[0].default_value = 1.0
            self.graph.tree.links.new(node.outputs["Color"], mix.inputs[6])
            self.graph.tree.links.new(occlusion.outputs["Color"], mix.inputs[7])
            self.graph.set(shader, "Base Color", mix.outputs[2])

    color: bpy.types.Node | None = None

    def _metallic_roughness(self, shader: bpy.types.Node) -> None:
        if node := self.texture("metallic_roughness"):
            split = self.graph.add("ShaderNodeSeparateColor", 2, 1, Color=node.outputs["Color"])
            self.graph.set(shader, "Roughness", split.outputs["Green"])
            self.graph.set(shader, "Metallic", split.outputs["Blue"])
        elif node := self.texture("metallic_smoothness", packed_channels=True):
            split = self.graph.add("ShaderNodeSeparateColor", 2, 1, Color=node.outputs["Color"])
            self.graph.set(shader, "Metallic", split.outputs["Red"])
            self.graph.set(shader, "Roughness", self.graph.math("SUBTRACT", 1.0, node.outputs["Alpha"], 2, 1.6))
        else:
            for slot in ("roughness", "metallic"):
                if node := self.texture(slot):
                    self.graph.set(shader, slot.capitalize(), node.outputs["Color"])

    def _normal(self, shader: bpy.types.Node) -> None:
        if node := self.texture("normal"):
            bump = self.graph.add("ShaderNodeNormalMap", 2, 2, Color=node.outputs["Color"])
            self.graph.set(shader, "Normal", bump.outputs["Normal"])

    def alpha(self, shader: bpy.types.Node, value: object) -> None:
        """Dithered alpha: sorts with everything, unlike blending."""
        self.graph.set(shader, "Alpha", value)
        self.material.surface_render_method = "DITHERED"


def _plain(surface: _Surface) -> None:
    """Anything else: as glTF says, alpha dithered."""
    shader = surface.principled()
    facts = surface.part.material
    if facts.alpha_mode != "OPAQUE":
        value = surface.color.outputs["Alpha"] if surface.color else facts.base_color[3]
        surface.alpha(shader, value)
    surface.material.diffuse_color = facts.base_color


def _opaque(surface: _Surface) -> None:
    """Teeth, outfits: opaque, whatever their texture's alpha holds."""
    surface.principled()


def _eyeball(surface: _Surface) -> None:
    """Opaque too; most of an eye's gloss is the cornea's, and a second one would grey the pupil."""
    shader = surface.principled()
    shader.inputs["Specular IOR Level"].default_value = 0.2


def _skin(surface: _Surface) -> None:
    """Body and head: opaque with a little subsurface scattering. Masks come later and join at Alpha."""
    shader = surface.principled()
    shader.inputs["Subsurface Weight"].default_value = 0.12
    shader.inputs["Subsurface Scale"].default_value = 0.01
    shader.inputs["Subsurface Radius"].default_value = (1.0, 0.35, 0.2)
    surface.material.diffuse_color = (0.6, 0.42, 0.33, 1.0)
    surface.material.surface_render_method = "DITHERED"


def _eyelashes(surface: _Surface) -> None:
    """LOD2: shape in the texture's alpha. LOD1: cards without texture, black, a little transparent."""
    shader = surface.graph.add("ShaderNodeBsdfPrincipled", 0, 0, Base_Color=(0.0, 0.0, 0.0, 1.0), Roughness=0.8)
    shader.inputs["Specular IOR Level"].default_value = 0.1
    surface.graph.set(surface.output, "Surface", shader.outputs[0])
    texture = surface.texture("color", color=True)
    surface.alpha(shader, texture.outputs["Alpha"] if texture else LASH_CARD_ALPHA)
    surface.material.diffuse_color = (0.0, 0.0, 0.0, 0.5)


def _cornea(surface: _Surface) -> None:
    """With a texture it is the photo's iris, opaque. Without one it is a clear, glossy film that casts no shadow."""
    if "color" in surface.part.textures:
        surface.principled()
        return
    graph = surface.graph
    fresnel = graph.add("ShaderNodeFresnel", 2, 0, IOR=CORNEA_IOR)
    clear = graph.add("ShaderNodeBsdfTransparent", 2, 1)
    gloss = graph.add("ShaderNodeBsdfGlossy", 2, 2, Roughness=0.05)
    mix = graph.add("ShaderNodeMixShader", 0, 0, Fac=fresnel.outputs[0])
    graph.set(mix, 1, clear.outputs[0])
    graph.set(mix, 2, gloss.outputs[0])
    graph.set(surface.output, "Surface", mix.outputs[0])
    surface.material.surface_render_method = "BLENDED"
    surface.material.diffuse_color = (1.0, 1.0, 1.0, 0.05)


def _hair(surface: _Surface) -> None:
    """Hair cards: two-sided, shape in the alpha of the colour map (or a map of its own), never metallic."""
    shader = surface.principled()
    for name, value in (("Metallic", 0.0), ("Roughness", HAIR_ROUGHNESS)):
        for link in list(shader.inputs[name].links):
            surface.graph.tree.links.remove(link)
        shader.inputs[name].default_value = value
    shader.inputs["Specular IOR Level"].default_value = 0.3
    alpha = surface.texture("alpha")
    if alpha is not None:
        surface.alpha(shader, alpha.outputs["Color"])
    elif surface.color is not None:
        surface.alpha(shader, surface.color.outputs["Alpha"])


def _glasses(surface: _Surface) -> None:
    """Frame and lenses in one texture: alpha of the PNG."""
    shader = surface.principled()
    if surface.color is not None:
        surface.alpha(shader, surface.color.outputs["Alpha"])


_RULES: dict[Role, Callable[[_Surface], None]] = {
    Role.BODY: _skin,
    Role.HEAD: _skin,
    Role.EYELASHES: _eyelashes,
    Role.CORNEA: _cornea,
    Role.EYEBALL: _eyeball,
    Role.TEETH: _opaque,
    Role.GARMENT: _opaque,
    Role.HAIR: _hair,
    Role.GLASSES: _glasses,
}
