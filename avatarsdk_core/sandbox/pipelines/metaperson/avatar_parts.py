"""The avatar's own parts as they are exported: their meshes, who paints them, what their textures are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from avatarsdk_core.sandbox.human.body import Body
from avatarsdk_core.sandbox.human.detail import part_level
from avatarsdk_core.sandbox.human.generated_hair import generated_shape, generated_texture
from avatarsdk_core.sandbox.human.look import Colour, Look
from avatarsdk_core.sandbox.human.model import Material, Part
from avatarsdk_core.sandbox.human.paint import part_texture
from avatarsdk_core.sandbox.pipelines.likeness import Likeness
from avatarsdk_core.sandbox.pipelines.metaperson.computed import look_digest
from avatarsdk_core.sandbox.pipelines.metaperson.items import Item
from avatarsdk_core.sandbox.pipelines.metaperson.names import GENERATED, part_naming
from avatarsdk_core.sandbox.pipelines.metaperson.plan import LOD2, Category
from avatarsdk_core.sandbox.pipelines.metaperson.shapes import part_shapes
from avatarsdk_core.sandbox.texture_files import Naming, Paint, Painter

GENERATED_SHAPE = "Haircut"
_CORNEA = Material(alpha_mode="BLEND", base_color=(1.0, 1.0, 1.0, 0.0), metallic=0.0, roughness=0.05)
_MATERIALS = {
    "AvatarLeftCornea": _CORNEA,
    "AvatarRightCornea": _CORNEA,
    "AvatarEyelashes": Material(alpha_mode="BLEND", metallic=0.0, roughness=1.0, double_sided=True),
}
_OPAQUE = Material(metallic=0.0, roughness=1.0)  # a metallic-roughness texture sets both to 1
_TEETH = ("AvatarTeethUpper", "AvatarTeethLower")
_TEETH_BORDER = 0.365  # share of their texture's height, between the boxes of `atlas.TEETH`


def avatar_items(body: Body, category: Category, look: Look) -> list[Item]:
    """The parts that the category lists, in its order. Colours asked for take the place of the photo's."""
    look = replace(look, **category.colors)
    return [_item(body, name, category, look) for name in category.identities]


def with_face(head: Item, body: Body, likeness: Likeness | None) -> Item:
    """The head painted with the photo's face, where the photo shows one."""

    def paint(kind: str, size: int) -> Image.Image | None:
        image = head.painter.paint(kind, size)
        return image if image is None or likeness is None or kind != "Color" else likeness.on(image, body)

    return replace(head, painter=replace(head.painter, paint=paint))


def with_generated_hair(head: Item, body: Body, colour: Colour, finalize: bool) -> Item:
    """The head with the generated haircut: as a shape and a texture beside its own, or for good."""
    painter = generated_painter(body, colour)
    if not finalize:
        return replace(head, pictures={f"{GENERATED}_Color": (painter, "Color")})

    def paint(kind: str, size: int) -> Image.Image | None:
        image = head.painter.paint(kind, size)
        hair = generated_texture(body, kind, size, colour) if kind == "Color" else None
        if image is None or hair is None:
            return image
        return Image.alpha_composite(image.convert("RGBA"), hair).convert("RGB")

    variant = f"{head.painter.variant}-{GENERATED}-{'-'.join(map(str, colour))}"
    return replace(head, painter=replace(head.painter, paint=paint, variant=variant))


def generated_painter(body: Body, colour: Colour) -> Painter:
    naming = Naming(
        "haircuts", GENERATED, GENERATED, changing=frozenset({"Color", "Alpha"}), transparent=frozenset({"Color"})
    )
    paint: Paint = partial(generated_texture, body, colour=colour)
    return Painter(naming, paint, variant="-".join(map(str, colour)))


def generated_deltas(body: Body) -> dict[str, NDArray[np.float32]]:
    return {GENERATED_SHAPE: generated_shape(body)}


def _item(body: Body, name: str, category: Category, look: Look) -> Item:
    lod2 = category.lod == LOD2
    painter = Painter(
        naming=part_naming(name, body.subtype, lod2=lod2),
        paint=partial(_paint, body, name, look),
        variant=look_digest(look),
    )
    part = Part(name, painter.naming.asset, replace(body.parts[name], targets={}), _MATERIALS.get(name, _OPAQUE))

    def shapes(set_name: str, lod: str) -> Mapping[str, NDArray[np.float32]]:
        return part_shapes(body, name, set_name, lod)

    return Item(name, part, painter, category, shapes, partial(part_level, body.subtype, name), {})


def _paint(body: Body, name: str, look: Look, kind: str, size: int) -> Image.Image | None:
    if name not in _TEETH:
        return part_texture(body, name, kind, (size, size), look)
    upper, lower = (part_texture(body, part, kind, (size, size), look) for part in _TEETH)
    if upper is not None and lower is not None:
        # One texture for both rows of teeth, as in real exports: each painter colours its own half.
        below = (0, round(_TEETH_BORDER * size), size, size)
        upper.paste(lower.crop(below), below)
    return upper
