"""Haircuts and outfits of the older pipelines: their names, and the sandbox's own assets that stand in for them.

The service's haircuts of these names are its own; the sandbox grows the nearest of its styles. Outfits of body_0.3 are
documented by numbers alone; here each is a whole set of the sandbox's garments in one mesh, `…_lowpoly` a coarser one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from avatarsdk_core.errors import SandboxError
from avatarsdk_core.sandbox.human.body import build_body
from avatarsdk_core.sandbox.human.decimate import collapses
from avatarsdk_core.sandbox.human.garments import GARMENTS, build_garment, garment_texture
from avatarsdk_core.sandbox.human.hair import build_haircut, haircut_texture
from avatarsdk_core.sandbox.human.look import Look
from avatarsdk_core.sandbox.human.model import Material, Mesh, Part
from avatarsdk_core.sandbox.human.outfits import PLACES, one_mesh
from avatarsdk_core.sandbox.human.worn_levels import LOWPOLY_SHARE, joined_level
from avatarsdk_core.sandbox.pipelines.legacy.names import GENERATED, LOWPOLY, garments_of, style_of
from avatarsdk_core.sandbox.pipelines.legacy.paint import MODEL, Size, paint, pixels, visibility
from avatarsdk_core.sandbox.pipelines.legacy.person import Person

if TYPE_CHECKING:
    from PIL import Image

HAIR_SIZE = (2048, 2048)
OUTFIT_SIZE = (4096, 4096)
OUTFIT_TEXTURES = ("normal_map", "roughness_map", "metallic_map", "body_visibility_mask")
CLOSE = 40  # vertices off the count whose triangles are as many as asked for
LEAST = 64  # pixels that painters need
_FABRIC_TYPES = {"normal_map": "Normal", "roughness_map": "Roughness", "metallic_map": "Metallic"}


@dataclass(frozen=True, eq=False)
class Worn:
    """A haircut or an outfit on one person. `category`: of export parameters."""

    identity: str
    category: str
    part: Part


def haircut(person: Person, identity: str) -> Worn:
    """A haircut of `all_haircuts` on the person's head."""
    made = build_haircut(person.body, style_of(identity))
    mesh = replace(made.mesh, targets={})
    faces = person.wishes.number("generated_haircut_faces_count")
    if identity == GENERATED and 0 < faces < len(mesh.triangles):
        mesh = _thinned(mesh, int(faces))
    return Worn(identity, "haircuts", Part(identity, identity, person.placed(mesh), made.material))


def haircut_image(person: Person, identity: str, size: Size, look: Look) -> Image.Image:
    """Its RGBA colours. Painted square; another shape is what was asked for."""
    painted = haircut_texture(person.body, style_of(identity), "Color", max(*size, LEAST), look)
    if painted is None:
        raise SandboxError(f"The sandbox has no colours for its haircut {style_of(identity)}")
    return painted if painted.size == size else painted.resize(size)


def _thinned(mesh: Mesh, faces: int) -> Mesh:
    """The mesh with at most so many triangles, nearly as many."""
    low, high = max(3, int(faces / len(mesh.triangles) * len(mesh.positions))), len(mesh.positions)
    way = collapses(mesh, low)
    best = way.level(mesh.triangles, low)
    while high - low > CLOSE:
        middle = (low + high) // 2
        level = way.level(mesh.triangles, middle)
        if len(level.triangles) <= faces:
            low, best = middle, level
        else:
            high = middle
    return best.of(mesh)


def outfit(person: Person, identity: str) -> Worn:
    """An outfit of `outfit_names` on the person's body: one mesh, one texture."""
    mesh = _outfit_mesh(person, identity.removesuffix(LOWPOLY))
    if identity.endswith(LOWPOLY):
        names = garments_of(identity.removesuffix(LOWPOLY))
        mesh = joined_level(person.body, names, LOWPOLY_SHARE).of(mesh)
    material = Material(metallic=0.0, roughness=0.8, double_sided=True)
    return Worn(identity, "outfits", Part(identity, identity, person.placed(mesh), material))


@lru_cache(maxsize=8)
def _outfit_mesh(person: Person, identity: str) -> Mesh:
    return one_mesh({GARMENTS[name]: build_garment(person.body, name).mesh for name in garments_of(identity)})


def outfit_image(person: Person, identity: str, kind: str, size: Size) -> Image.Image:
    """`kind`: `model` (the colours), or one of OUTFIT_TEXTURES. The mask is in the avatar's texture coordinates."""
    from PIL import Image

    is_mask = kind == "body_visibility_mask"
    width, height = size[0], max(1, size[1] // 2 if is_mask else size[1])
    drawn = (max(width, LEAST), max(height, LEAST))
    names = garments_of(identity)
    image = _outfit_mask(person, names, drawn) if is_mask else _outfit_fabric(person, names, kind, drawn)
    return image if drawn == (width, height) else image.resize((width, height), Image.Resampling.NEAREST)


def _outfit_mask(person: Person, names: Sequence[str], size: Size) -> Image.Image:
    masks: dict[str, list[Image.Image]] = {}
    for part, texture in (("AvatarBody", "BodyVisibilityMask"), ("AvatarHead", "HeadVisibilityMask")):
        found = (garment_texture(person.body, name, texture, 1024) for name in names)
        masks[part] = [mask for mask in found if mask is not None]
    return visibility(masks, person.topology.layout, size)


def _outfit_fabric(person: Person, names: Sequence[str], kind: str, size: Size) -> Image.Image:
    from PIL import Image

    mode, empty = ("L", 128) if kind in ("roughness_map", "metallic_map") else ("RGB", (128, 128, 255))
    whole = Image.new(mode, size, empty)
    for name in names:
        left, top, right, bottom = pixels(PLACES[GARMENTS[name]], size)
        fabric = garment_texture(person.body, name, _FABRIC_TYPES.get(kind, "Color"), max(right - left, LEAST))
        if fabric is not None:
            whole.paste(fabric.convert(mode).resize((right - left, bottom - top)), (left, top))
    return whole


def avatar_image(person: Person, kind: str, size: Size) -> Image.Image:
    """A texture of the avatar itself: see `paint`. Painted on the default shape, whose texture coordinates all have."""
    if kind == MODEL and person.wishes.on("slightly_cartoonish_texture"):
        kind = "slightly_cartoonish_texture"
    return paint(build_body(person.body.subtype), person.topology.layout, kind, size, person.tint)
