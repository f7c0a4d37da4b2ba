# SPDX-License-Identifier: GPL-3.0-or-later
"""Our materials as other programs know them: a Principled BSDF with plain textures.

Blender's exporters look into no group of ours. Where a material's colour is its texture's, the texture goes along as it
is; where it is recoloured, has hair grown over it or its alpha in another image, the colours are computed here, by the
formulas of `avatarsdk_core.avatar.recolor`, into an image of its own.
"""

from __future__ import annotations

import math
from typing import Any

import bpy
import numpy as np

from avatarsdk_core.avatar import recolor

from . import compat
from .materials.groups import Kind
from .materials.groups.library import kind_of
from .materials.images import pixels_of
from .materials.nodes import Graph
from .materials.recoloring import COLORS, LIPS, Inputs, color_inputs_of
from .materials.surfaces import surface_node

_CLEAR = 0.05  # alpha of a cornea where refraction can't be told
_ROUGH = {Kind.EYELASHES: 0.8, Kind.CORNEA: 0.05}


def plain_materials(copy: bpy.types.Object, source: bpy.types.Object) -> dict[bpy.types.ID, bpy.types.ID]:
    """Gives a copied part plain materials in place of those that are ours. Returns new material → the old one."""
    made: dict[bpy.types.ID, bpy.types.ID] = {}
    for index, slot in enumerate(copy.material_slots):
        node = surface_node(slot.material) if slot.material else None
        kind = kind_of(node.node_tree) if node is not None and node.type == "GROUP" else None
        if kind is None:
            continue  # a person's own material: theirs to judge
        plain = _Plain(slot.material, node, kind, source).build()
        made[plain] = source.material_slots[index].material
        own = slot.material not in {found.material for found in source.material_slots}
        old, slot.material = slot.material, plain
        if own and old.users == 0:  # the copy that lost its masks
            bpy.data.materials.remove(old)
    return made


class _Plain:
    """A plain material under construction."""

    def __init__(self, old: bpy.types.Material, node: bpy.types.Node, kind: Kind, obj: bpy.types.Object) -> None:
        self.old, self.node, self.kind, self.obj = old, node, kind, obj
        self.new = bpy.data.materials.new(f"{old.name}_plain")
        compat.use_nodes(self.new)
        self.new.node_tree.nodes.clear()
        self.new.use_backface_culling = old.use_backface_culling
        self.new.surface_render_method = old.surface_render_method
        self.new.diffuse_color = old.diffuse_color
        self.graph = Graph(self.new.node_tree)
        self.shader = self.graph.add("ShaderNodeBsdfPrincipled", 1)

    def build(self) -> bpy.types.Material:
        self.graph.set(self.graph.add("ShaderNodeOutputMaterial", 0), "Surface", self.shader.outputs[0])
        if self.kind is Kind.CORNEA:
            self.shader.inputs["Base Color"].default_value = (1.0, 1.0, 1.0, 1.0)
            self.shader.inputs["Alpha"].default_value = _CLEAR
        else:
            self._color()
        self.shader.inputs["Roughness"].default_value = _ROUGH.get(self.kind, self.number("Roughness", 0.6))
        self.shader.inputs["Metallic"].default_value = self.number("Metallic", 0.0)
        self._metallic_roughness()
        if normal := self.image("Normal Map"):
            texture = self.graph.image(_own(normal), 3, 3, "Normal")
            strength = self.number("Normal Strength", 1.0)
            bump = self.graph.add("ShaderNodeNormalMap", 2, 3, Color=texture.outputs["Color"], Strength=strength)
            self.graph.set(self.shader, "Normal", bump.outputs["Normal"])
        return self.new

    def number(self, name: str, absent: float) -> float:
        """The value of a group's input, or of the object's property that feeds it."""
        socket = self.node.inputs.get(name)
        if socket is None:
            return absent
        if socket.is_linked and (source := socket.links[0].from_node).type == "ATTRIBUTE":
            return float(self.obj.get(source.attribute_name, absent))
        return float(socket.default_value)

    def image(self, name: str) -> bpy.types.Image | None:
        """The image that a group's input samples, directly or by a channel of it."""
        socket = self.node.inputs.get(name)
        link = socket.links[0] if socket is not None and socket.is_linked else None
        while link and link.from_node.type in {"SEPARATE_COLOR", "MATH"}:
            inputs = [one.links[0] for one in link.from_node.inputs if one.is_linked]
            link = inputs[0] if inputs else None
        return link.from_node.image if link and link.from_node.type == "TEX_IMAGE" else None

    def _color(self) -> None:
        image, shown = self.image("Color"), self.node.inputs["Color"].default_value
        if self.kind is Kind.EYELASHES:
            image = None
        alpha = self.image("Alpha")
        if image is None and alpha is None:
            self.shader.inputs["Base Color"].default_value = self._plain_color(tuple(shown))
            self.shader.inputs["Alpha"].default_value = self.number("Alpha", 1.0)
            return
        texture = self.graph.image(self._baked(image, alpha, tuple(shown)), 3, 0, "Color")
        self.graph.set(self.shader, "Base Color", texture.outputs["Color"])
        if alpha is not None:
            self.graph.set(self.shader, "Alpha", texture.outputs["Alpha"])

    def _plain_color(self, linear: tuple[float, ...]) -> tuple[float, ...]:
        color = np.array(recolor.to_srgb(linear[:3]), np.float32)[None, None]
        red, green, blue = recolor.to_linear(self._recolored(color)[0, 0].tolist())
        return red, green, blue, 1.0

    def _baked(self, image: Any, alpha: Any, shown: tuple[float, ...]) -> bpy.types.Image:
        """The image to sample: the texture's own, or one with what the group does to it."""
        if image is not None and alpha in (None, image) and not self._changes_colors():
            return _own(image)
        size = (image or alpha).size[:]
        pixels = np.ones((size[1], size[0], 4), np.float32)
        if image is not None:
            there = pixels_of(image)
            pixels[..., : there.shape[2]] = there if there.shape[2] > 2 else there[..., :1]
        else:
            pixels[..., :3] = recolor.to_srgb(shown[:3])
        pixels[..., :3] = self._recolored(pixels[..., :3])
        if alpha is not None and alpha != image:
            through_alpha = self.node.inputs["Alpha"].links[0].from_socket.name == "Alpha"
            there = pixels_of(alpha)
            pixels[..., 3] = _at(there[..., 3 if through_alpha and there.shape[2] == 4 else 0], size)
        elif alpha is None:
            pixels[..., 3] = 1.0
        return _new_image(f"{(image or alpha).name}_baked", pixels)

    def _changes_colors(self) -> bool:
        changes = any(self._factor(names) > 0 for names in color_inputs_of(self.node, self.kind))
        grown = self.number("Haircut", 0.0) > 0 and self.image("Haircut Texture") is not None
        shaded = self.kind is Kind.HAIR and (
            (self.image("Occlusion") is not None and self.number("Occlusion Strength", 0.0) > 0)
            or (self.image("Root") is not None and self.number("Root Darkening", 0.0) > 0)
        )
        return changes or grown or shaded

    def _recolored(self, colors: np.ndarray) -> np.ndarray:
        """sRGB colours (H, W, 3) as the material shows them."""
        if self.kind is Kind.SKIN:
            return self._skin(colors)
        names = COLORS.get(self.kind)
        if names and (factor := self._factor(names)) > 0:
            turned = recolor.hair(colors, self._srgb(names[0]), self._srgb(names[2]))
            colors = _mixed(colors, turned, factor * self._takes_color(colors))
        return self._shaded(colors) if self.kind is Kind.HAIR else colors

    def _skin(self, plain: np.ndarray) -> np.ndarray:
        """Skin, lips and the hair that is grown on it."""
        size, colors = (plain.shape[1], plain.shape[0]), plain
        if (factor := self._factor(COLORS[Kind.SKIN])) > 0:
            turned = recolor.skin(plain, self._srgb("Skin Colour"), self._srgb("Own Colour"))
            colors = _mixed(plain, turned, np.float32(factor))
        if (lips := self._factor(LIPS)) > 0 and (mask := self.image("Lips Mask")):
            turned = recolor.skin(plain, self._srgb("Lips Colour"), self._srgb("Own Lips Colour"))
            colors = _mixed(colors, turned, lips * _at(pixels_of(mask)[..., :1], size))
        if (grown := self.number("Haircut", 0.0)) > 0 and (hair := self.image("Haircut Texture")):
            there = pixels_of(hair)
            cover = there[..., 3:] if there.shape[2] == 4 else np.ones((*there.shape[:2], 1), np.float32)
            colors = _mixed(colors, _at(there[..., :3], size), grown * _at(cover, size))
        return colors

    def _takes_color(self, colors: np.ndarray) -> Any:
        """How far a texel takes the colour that is wished for: (H, W, 1) or a number."""
        if self.kind is Kind.CLOTH and (mask := self.image("Recolouring Mask")):
            return _at(pixels_of(mask)[..., :1], (colors.shape[1], colors.shape[0]))
        if self.kind is Kind.EYEBALL:
            linear = _linear(colors)
            high, low = linear.max(axis=2, keepdims=True), linear.min(axis=2, keepdims=True)
            return np.clip(((high - low) / np.maximum(high, 1e-9) - 0.25) * 5.0, 0.0, 1.0)
        return np.float32(1.0)

    def _shaded(self, colors: np.ndarray) -> np.ndarray:
        """Hair as dark as its occlusion and its roots make it."""
        size = colors.shape[1], colors.shape[0]
        light: Any = np.float32(1.0)
        if occlusion := self.image("Occlusion"):
            shadow = _at(pixels_of(occlusion)[..., :1], size)
            light = light + self.number("Occlusion Strength", 1.0) * (shadow - 1.0)
        if root := self.image("Root"):
            light = light * (1.0 - self.number("Root Darkening", 0.0) * _at(pixels_of(root)[..., :1], size))
        return _srgb(_linear(colors) * light)

    def _factor(self, names: Inputs) -> float:
        """How much of the colour that is wished for; nothing where it is the one that is there."""
        wished, own = (self.node.inputs[name].default_value[:3] for name in (names[0], names[2]))
        return self.number(names[1], 0.0) if math.dist(wished, own) > recolor.SAME else 0.0

    def _srgb(self, name: str) -> tuple[float, ...]:
        return recolor.to_srgb(self.node.inputs[name].default_value[:3])

    def _metallic_roughness(self) -> None:
        rough: Any = self.image("Roughness")
        metal: Any = self.image("Metallic")
        if rough is None and metal is None:
            return
        if rough == metal and self._is_smoothness():
            there = pixels_of(rough)
            pixels = np.ones((*there.shape[:2], 4), np.float32)
            pixels[..., 1] = 1.0 - (there[..., 3] if there.shape[2] == 4 else 1.0)
            pixels[..., 2] = there[..., 0]
            rough = metal = _new_image(f"{rough.name}_roughness", pixels, data=True)
            self._packed(rough)
        elif rough == metal:
            self._packed(_own(rough))
        else:
            for name, image in (("Roughness", rough), ("Metallic", metal)):
                if image is not None:
                    self.graph.set(self.shader, name, self.graph.image(_own(image), 3, 2, name).outputs["Color"])

    def _is_smoothness(self) -> bool:
        return self.node.inputs["Roughness"].links[0].from_node.type == "MATH"

    def _packed(self, image: bpy.types.Image) -> None:
        texture = self.graph.image(image, 3, 2, "Metallic and roughness")
        split = self.graph.add("ShaderNodeSeparateColor", 2, 2, Color=texture.outputs["Color"])
        self.graph.set(self.shader, "Roughness", split.outputs["Green"])
        self.graph.set(self.shader, "Metallic", split.outputs["Blue"])


def _own(image: bpy.types.Image) -> bpy.types.Image:
    """The image, packed: a copy where it lies beside the file."""
    if image.packed_file is not None:
        return image
    copy = image.copy()
    try:
        copy.pack()
    except RuntimeError:  # its file is gone: the importer named it as missing
        bpy.data.images.remove(copy)
        return image
    return copy


def _new_image(name: str, pixels: np.ndarray, *, data: bool = False) -> bpy.types.Image:
    height, width = pixels.shape[:2]
    image = bpy.data.images.new(name, width, height, alpha=True, is_data=data)
    image.pixels.foreach_set(np.ascontiguousarray(pixels, np.float32).ravel())
    image.update()
    image.pack()
    return image


def _at(values: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """An image's values at the texels of an image of another size (width, height): the nearest ones."""
    rows, columns = (
        np.arange(count) * there // count for count, there in zip(size[::-1], values.shape[:2], strict=True)
    )
    return values[rows[:, None], columns]


def _mixed(first: np.ndarray, second: np.ndarray, share: Any) -> np.ndarray:
    """Two sRGB colours mixed as the node groups do it: as light."""
    light = _linear(first)
    return _srgb(light + (_linear(second) - light) * share)


def _linear(srgb: np.ndarray) -> np.ndarray:
    low = srgb <= 0.04045
    return np.where(low, srgb / 12.92, ((np.maximum(srgb, 0.0) + 0.055) / 1.055) ** 2.4).astype(np.float32)


def _srgb(linear: np.ndarray) -> np.ndarray:
    low = linear <= 0.0031308
    return np.where(low, linear * 12.92, 1.055 * np.maximum(linear, 0.0) ** (1 / 2.4) - 0.055).astype(np.float32)
