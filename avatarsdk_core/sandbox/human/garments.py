"""The sandbox's wardrobe: garments by the service's documented names, built for a body, with their textures.

Names: MetaPerson 2.0's FAQ (`polo_Getik`, `jeans_AZAT`, `sneakers_AZAT`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...errors import SandboxError
from . import fabrics
from .body import Body
from .bottoms import jeans
from .decimate import Level
from .draft import Draft, Pattern, finished
from .look import Colour
from .masks import covered, visibility_mask
from .measures import Measures, measures
from .model import Material, Mesh
from .shoes import sneakers
from .tops import polo

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


_DESIGNS: Mapping[str, _Design] = MappingProxyType(
    {
        "polo_Getik": _Design("outfits_top", polo, fabrics.polo, hides_neck=True),
        "jeans_AZAT": _Design("outfits_bottom", jeans, fabrics.jeans),
        "sneakers_AZAT": _Design("outfits_shoes", sneakers, fabrics.sneakers),
    }
)
GARMENTS: Mapping[str, str] = MappingProxyType({name: design.category for name, design in _DESIGNS.items()})


def build_garment(body: Body, identity: str) -> Garment:
    """A garment of GARMENTS, fitted to `body`.

    Raises:
        SandboxError: there is no such garment.
    """
    material = Material(alpha_mode="OPAQUE", metallic=1.0, roughness=1.0, double_sided=True)
    return Garment(identity, _design(identity).category, _pattern(body, identity).mesh, material)


def garment_texture_types(identity: str) -> tuple[str, ...]:
    """The types of texture that a garment has, as in the service's file names. Raises SandboxError."""
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

    design = _design(identity)
    if texture_type == "BodyVisibilityMask" or (texture_type == "HeadVisibilityMask" and design.hides_neck):
        part = "AvatarBody" if texture_type == "BodyVisibilityMask" else "AvatarHead"
        return Image.fromarray(visibility_mask(body.parts[part], _hidden(body, identity, part), size))
    fabric = _fabric(body, identity, size)
    return fabric.recoloured(colour) if colour and texture_type == "Color" else fabric.texture(texture_type)


def _design(identity: str) -> _Design:
    try:
        return _DESIGNS[identity]
    except KeyError:
        known = ", ".join(_DESIGNS)
        raise SandboxError(f"The sandbox has no garment {identity!r}; it has {known}") from None


@lru_cache(maxsize=12)
def _pattern(body: Body, identity: str) -> Pattern:
    return finished(_design(identity).draft(body))


@lru_cache(maxsize=6)
def _fabric(body: Body, identity: str, size: int) -> fabrics.Fabric:
    return _design(identity).paint(_pattern(body, identity), measures(body), size)


@lru_cache(maxsize=12)
def _hidden(body: Body, identity: str, part: str) -> NDArray[np.bool_]:
    pattern = _pattern(body, identity)
    reach = {"reach": HEAD_REACH} if part == "AvatarHead" else {}
    return covered(body.parts[part], pattern.mesh, pattern.openings, **reach)
