"""The sandbox's wardrobe: garments and glasses by the service's names, built for a body, with their textures.

Names are the service's own for metaperson_2.0; what most of them look like there isn't documented.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...errors import SandboxError
from . import fabrics, glasses, outfits, plain_fabrics
from .body import Body
from .bottoms import JEANS, Legs, trousers
from .decimate import Level
from .draft import Draft, Pattern, finished
from .look import Colour
from .masks import covered, visibility_mask
from .measures import Measures, measures
from .model import Material, Mesh
from .outfits import OUTFITS, one_mask, one_mesh, one_texture
from .plain_fabrics import Cloth
from .shoes import sneakers
from .tops import Cut, shirt

if TYPE_CHECKING:
    from PIL import Image

FABRIC_TYPES = (
    "Color",
    "Normal",
    "Roughness",
    "Metallic",
    "AO",
    "GltfMetallicRoughness",
    "UnityMetallicSmoothness",
    "RecoloringMask",
)
HEAD_REACH = 0.035  # a collar lies this near to the neck; the chin is farther from everything


@dataclass(frozen=True, eq=False)
class Garment:
    """A garment or a haircut for one body: one mesh on the body's 73 joints, with UVs of its own.

    `level`: its LOD2 where that is known from how it was built; else it has to be found by decimation.
    """

    identity: str
    category: str
    mesh: Mesh
    material: Material
    level: Level | None = None


@dataclass(frozen=True)
class _Design:
    category: str
    draft: Callable[[Body], Draft]
    paint: Callable[[Pattern, Measures, int], fabrics.Fabric]
    hides_neck: bool = False


def _top(cut: Cut, cloth: Cloth, *, hides_neck: bool = False) -> _Design:
    return _Design("outfits_top", partial(shirt, cut=cut), plain_fabrics.top(cut, cloth), hides_neck)


def _bottom(legs: Legs, cloth: Cloth) -> _Design:
    return _Design("outfits_bottom", partial(trousers, legs=legs), plain_fabrics.legs(cloth))


def _shoes(cloth: Cloth) -> _Design:
    return _Design("outfits_shoes", sneakers, plain_fabrics.shoes(cloth))


_TEE = Cut(sleeve=0.55, collar=False, loose=1.1, lower=0.012)
_LONG = Cut(sleeve=1.92, collar=False, loose=0.9, lower=0.006)
_TANK = Cut(sleeve=0.0, collar=False, loose=0.6, lower=0.035)
_JACKET = Cut(sleeve=1.90, loose=1.5)
_DESIGNS: Mapping[str, _Design] = MappingProxyType(
    {
        "polo_Getik": _Design("outfits_top", shirt, fabrics.polo, hides_neck=True),
        "t-shirt_Vardenis": _top(_TEE, Cloth((222, 220, 212), accent=(70, 96, 140), striped=True)),
        "longsleeve_Armaghan_red": _top(_LONG, Cloth((150, 38, 40))),
        "top_Khustup": _top(_TANK, Cloth((58, 62, 70), rough=0.72)),
        "jacket_Tavush": _top(_JACKET, Cloth((46, 38, 34), "leather", 0.46), hides_neck=True),
        "jeans_AZAT": _Design("outfits_bottom", trousers, fabrics.jeans),
        "pants_Dzoraget": _bottom(JEANS, Cloth((168, 146, 112), "twill")),
        "shorts_Gegharkunik": _bottom(Legs(length=0.50), Cloth((52, 58, 66))),
        "leggings_Khustup": _bottom(Legs(tight=True), Cloth((40, 44, 54), rough=0.62)),
        "sneakers_AZAT": _Design("outfits_shoes", sneakers, fabrics.sneakers),
        "shoes_Gndasar": _shoes(Cloth((96, 60, 36), "leather", 0.42, accent=(52, 40, 32))),
        "shoes_Zangezur": _shoes(Cloth((40, 44, 52), rough=0.85, accent=(228, 226, 220))),
    }
)
GARMENTS: Mapping[str, str] = MappingProxyType(
    {name: design.category for name, design in _DESIGNS.items()}
    | dict.fromkeys(OUTFITS, outfits.CATEGORY)
    | dict.fromkeys(glasses.GLASSES, glasses.CATEGORY)
)


def build_garment(body: Body, identity: str) -> Garment:
    """A garment of GARMENTS, fitted to `body`.

    Raises:
        SandboxError: there is no such garment.
    """
    if identity in glasses.GLASSES:
        return Garment(identity, glasses.CATEGORY, glasses.glasses_mesh(body, identity), glasses.MATERIAL)
    material = Material(alpha_mode="OPAQUE", metallic=1.0, roughness=1.0, double_sided=True)
    if identity in OUTFITS:
        return Garment(identity, outfits.CATEGORY, _outfit_mesh(body, identity), material)
    return Garment(identity, _design(identity).category, _pattern(body, identity).mesh, material)


def garment_texture_types(identity: str) -> tuple[str, ...]:
    """The types of texture that a garment has, as in the service's file names. Raises SandboxError."""
    if identity in glasses.GLASSES:
        return glasses.TEXTURE_TYPES
    if identity in OUTFITS:
        return (*FABRIC_TYPES, "BodyVisibilityMask", "HeadVisibilityMask")
    hides = ("BodyVisibilityMask", *(("HeadVisibilityMask",) if _design(identity).hides_neck else ()))
    return (*FABRIC_TYPES, *hides)


def garment_texture(
    body: Body, identity: str, texture_type: str, size: int, colour: Colour | None = None
) -> Image.Image | None:
    """A texture of a garment, `size` pixels square; None where the garment has none of that type.

    Args:
        texture_type: see garment_texture_types.
        colour: what its cloth is dyed to; None leaves it as it is.

    Raises:
        SandboxError: there is no such garment.
    """
    from PIL import Image

    if identity in glasses.GLASSES:
        return glasses.glasses_texture(identity, texture_type, size, colour)
    if identity in OUTFITS:
        return _outfit_texture(body, identity, texture_type, size, colour)
    design = _design(identity)
    if texture_type == "BodyVisibilityMask" or (texture_type == "HeadVisibilityMask" and design.hides_neck):
        part = "AvatarBody" if texture_type == "BodyVisibilityMask" else "AvatarHead"
        return Image.fromarray(visibility_mask(body.parts[part], _hidden(body, identity, part), size))
    fabric = _fabric(body, identity, size)
    return fabric.recoloured(colour) if colour and texture_type == "Color" else fabric.texture(texture_type)


def _outfit_texture(
    body: Body, identity: str, texture_type: str, size: int, colour: Colour | None
) -> Image.Image | None:
    is_mask = texture_type in ("BodyVisibilityMask", "HeadVisibilityMask")
    each = size if is_mask else max(1, size // 2)
    made = {name: garment_texture(body, name, texture_type, each, colour) for name in OUTFITS[identity]}
    found = {GARMENTS[name]: image for name, image in made.items() if image is not None}
    if not found:
        return None
    return one_mask(list(found.values())) if is_mask else one_texture(texture_type, size, found)


def _design(identity: str) -> _Design:
    try:
        return _DESIGNS[identity]
    except KeyError:
        known = ", ".join(GARMENTS)
        raise SandboxError(f"The sandbox has no garment {identity!r}; it has {known}") from None


@lru_cache(maxsize=32)
def _pattern(body: Body, identity: str) -> Pattern:
    return finished(_design(identity).draft(body))


@lru_cache(maxsize=8)
def _outfit_mesh(body: Body, identity: str) -> Mesh:
    return one_mesh({GARMENTS[name]: _pattern(body, name).mesh for name in OUTFITS[identity]})


@lru_cache(maxsize=6)
def _fabric(body: Body, identity: str, size: int) -> fabrics.Fabric:
    return _design(identity).paint(_pattern(body, identity), measures(body), size)


@lru_cache(maxsize=64)
def _hidden(body: Body, identity: str, part: str) -> NDArray[np.bool_]:
    pattern = _pattern(body, identity)
    reach = {"reach": HEAD_REACH} if part == "AvatarHead" else {}
    return covered(body.parts[part], pattern.mesh, pattern.openings, **reach)
