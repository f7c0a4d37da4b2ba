"""All textures of the avatar's own parts, as the service delivers them: one image per part and type."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .arrays import Floats, floats
from .body import Body
from .look import Look
from .paint_eyes import eye_colour, eye_normal, eye_roughness
from .paint_lashes import eyelash_image
from .paint_mouth import teeth_colour, teeth_height, teeth_roughness
from .paint_relief import body_height, body_roughness, head_height, head_roughness, normal_map
from .paint_skin import body_colour, head_colour
from .texels import part_texels

_Painter = Callable[[Body, str, tuple[int, int], Look], NDArray[np.generic]]

TEXTURE_TYPES = ("Color", "Normal", "GltfMetallicRoughness", "Roughness", "Metallic", "UnityMetallicSmoothness")


def part_texture_types(part: str) -> tuple[str, ...]:
    """The types of texture that a part has: none for corneas, only colours with alpha for eyelashes."""
    if part == "AvatarEyelashes":
        return ("Color",)
    return TEXTURE_TYPES if part in _COLOUR else ()


def part_texture(body: Body, part: str, texture_type: str, size: tuple[int, int], look: Look) -> Image.Image | None:
    """Paint one texture of `size` = (width, height) pixels; None where that part has no texture of that type.

    Colours are sRGB, all else is linear; normals have green upwards. Corneas have no texture, eyelashes only a Color
    with alpha.
    """
    if part == "AvatarEyelashes":
        return _to_image(eyelash_image(body, size)) if texture_type == "Color" else None
    if part not in _COLOUR:
        return None
    if texture_type == "Color":
        return _to_image(_COLOUR[part](body, part, size, look))
    if texture_type == "Normal":
        return _to_image(_normals(body, part, size))
    pack = _PACKINGS.get(texture_type)
    return None if pack is None else _to_image(pack(_roughness(body, part, size)))


def _paint_skin(body: Body, part: str, size: tuple[int, int], look: Look) -> NDArray[np.uint8]:
    texels = part_texels(body, part, size)
    values = (head_colour if part == "AvatarHead" else body_colour)(body, texels, look)
    return texels.image(_to_bytes(values), empty=_to_bytes(floats(look.skin) / np.float32(255)))


def _paint_eye(body: Body, part: str, size: tuple[int, int], look: Look) -> Floats:
    return eye_colour(size, look)


def _paint_teeth(body: Body, part: str, size: tuple[int, int], look: Look) -> Floats:
    texels = part_texels(body, part, size)
    values = teeth_colour(texels, part == "AvatarTeethUpper")
    return texels.image(values, empty=np.asarray(values.mean(axis=0)))


_COLOUR: dict[str, _Painter] = {
    "AvatarHead": _paint_skin,
    "AvatarBody": _paint_skin,
    "AvatarLeftEyeball": _paint_eye,
    "AvatarRightEyeball": _paint_eye,
    "AvatarTeethLower": _paint_teeth,
    "AvatarTeethUpper": _paint_teeth,
}


@lru_cache(maxsize=8)
def _normals(body: Body, part: str, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Relief doesn't depend on the look: kept for the next avatar."""
    if part.endswith("Eyeball"):
        return _to_bytes(eye_normal(size))
    texels = part_texels(body, part, size)
    if part.startswith("AvatarTeeth"):
        height = teeth_height(texels, part == "AvatarTeethUpper")
    else:
        height = (head_height if part == "AvatarHead" else body_height)(body, texels)
    return _to_bytes(normal_map(texels, height))


@lru_cache(maxsize=8)
def _roughness(body: Body, part: str, size: tuple[int, int]) -> NDArray[np.uint8]:
    if part.endswith("Eyeball"):
        return _to_bytes(eye_roughness(size))
    texels = part_texels(body, part, size)
    if part.startswith("AvatarTeeth"):
        rough = teeth_roughness(texels, part == "AvatarTeethUpper")
    else:
        rough = (head_roughness if part == "AvatarHead" else body_roughness)(body, texels)
    return _to_bytes(texels.image(rough, empty=0.5))


def _gltf(rough: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """glTF's packing: roughness in green, metallic in blue; red is free for occlusion, of which there is none."""
    return np.stack([np.full_like(rough, 255), rough, np.zeros_like(rough)], axis=-1)


def _unity(rough: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Metallic in red (and green and blue), smoothness in alpha."""
    nothing = np.zeros_like(rough)
    return np.stack([nothing, nothing, nothing, 255 - rough], axis=-1)


_PACKINGS: dict[str, Callable[[NDArray[np.uint8]], NDArray[np.uint8]]] = {
    "GltfMetallicRoughness": _gltf,
    "Roughness": lambda rough: rough,
    "Metallic": np.zeros_like,
    "UnityMetallicSmoothness": _unity,
}


def _to_bytes(values: Floats) -> NDArray[np.uint8]:
    return (np.clip(values, 0, 1) * 255 + 0.5).astype(np.uint8)


def _to_image(values: NDArray[np.generic]) -> Image.Image:
    return Image.fromarray(values if values.dtype == np.uint8 else _to_bytes(np.asarray(values, dtype=np.float32)))
