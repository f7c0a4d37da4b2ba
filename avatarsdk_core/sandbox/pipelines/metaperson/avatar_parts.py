"""The avatar's own parts as they are exported: their materials, and who paints their textures."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PIL import Image

from avatarsdk_core.sandbox.human.body import Body
from avatarsdk_core.sandbox.human.look import Look
from avatarsdk_core.sandbox.human.model import Material, Part
from avatarsdk_core.sandbox.human.paint import part_texture
from avatarsdk_core.sandbox.pipelines.metaperson.computed import look_digest
from avatarsdk_core.sandbox.pipelines.metaperson.items import Item
from avatarsdk_core.sandbox.pipelines.metaperson.plan import AVATAR, Category
from avatarsdk_core.sandbox.texture_files import Painter

# Parts -> the asset that their textures are named after, as in real exports; `{}` is the subtype.
_ASSETS = {
    "AvatarBody": "AvatarBody{}",
    "AvatarHead": "AvatarHead{}",
    "AvatarLeftEyeball": "AvatarEyes",
    "AvatarRightEyeball": "AvatarEyes",
    "AvatarTeethLower": "AvatarTeeth",
    "AvatarTeethUpper": "AvatarTeeth",
}
_CORNEA = Material(alpha_mode="BLEND", base_color=(1.0, 1.0, 1.0, 0.0), metallic=0.0, roughness=0.05)
_MATERIALS = {
    "AvatarLeftCornea": _CORNEA,
    "AvatarRightCornea": _CORNEA,
    "AvatarEyelashes": Material(alpha_mode="BLEND", metallic=0.0, roughness=1.0, double_sided=True),
}
_OPAQUE = Material(metallic=0.0, roughness=1.0)  # a metallic-roughness texture sets both to 1
_TEETH = ("AvatarTeethUpper", "AvatarTeethLower")
_TEETH_BORDER = 0.365  # share of their texture's height, between the boxes of `atlas.TEETH`
# The photo decides these; everything else is the same for every avatar of a subtype.
_OF_THE_PHOTO = {
    "AvatarBody": frozenset({"Color"}),
    "AvatarHead": frozenset({"Color"}),
    "AvatarLeftEyeball": frozenset({"Color"}),
    "AvatarRightEyeball": frozenset({"Color"}),
}


def avatar_items(body: Body, category: Category, look: Look) -> list[Item]:
    """The parts that the category lists, in its order. Colours asked for take the place of the photo's."""
    look = replace(look, **category.colors)
    return [_item(body, name, category, look) for name in category.identities]


def _item(body: Body, name: str, category: Category, look: Look) -> Item:
    subtype = body.subtype.capitalize()
    asset = _ASSETS.get(name, name).format(subtype)
    painter = Painter(
        category=AVATAR,
        folder=asset if asset.endswith(subtype) else asset + subtype,
        asset=asset,
        paint=partial(_paint, body, name, look),
        changing=_OF_THE_PHOTO.get(name, frozenset()),
        variant=look_digest(look),
        transparent=Painter.transparent | ({"Color"} if name == "AvatarEyelashes" else set()),
    )
    return Item(name, Part(name, asset, body.parts[name], _MATERIALS.get(name, _OPAQUE)), painter, category)


def _paint(body: Body, name: str, look: Look, kind: str, size: int) -> Image.Image | None:
    if name not in _TEETH:
        return part_texture(body, name, kind, (size, size), look)
    upper, lower = (part_texture(body, part, kind, (size, size), look) for part in _TEETH)
    if upper is not None and lower is not None:
        # One texture for both rows of teeth, as in real exports: each painter colours its own half.
        below = (0, round(_TEETH_BORDER * size), size, size)
        upper.paste(lower.crop(below), below)
    return upper
