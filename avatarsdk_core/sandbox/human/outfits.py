"""Outfits in one piece: a top, trousers and shoes as one mesh with one texture, each in its own quarter of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from .arrays import floats
from .model import Mesh, joined

if TYPE_CHECKING:
    from PIL import Image

Box = tuple[float, float, float, float]  # left, top, right, bottom, as shares of the texture

CATEGORY = "outfits"
PLACES: Mapping[str, Box] = MappingProxyType(
    {
        "outfits_top": (0.0, 0.0, 0.5, 0.5),
        "outfits_bottom": (0.5, 0.0, 1.0, 0.5),
        "outfits_shoes": (0.0, 0.5, 0.5, 1.0),
    }
)
OUTFITS: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "SEVAN": ("jacket_Tavush", "jeans_AZAT", "shoes_Gndasar"),
        "ARPI": ("polo_Getik", "pants_Dzoraget", "sneakers_AZAT"),
        "Gegharkunik": ("jacket_Tavush", "leggings_Khustup", "shoes_Zangezur"),
    }
)
# What lies in the quarter that no garment paints: rough cloth that is no metal, with a flat relief.
_EMPTY: Mapping[str, int | tuple[int, ...]] = MappingProxyType(
    {
        "Color": (128, 128, 128),
        "Normal": (128, 128, 255),
        "Roughness": 200,
        "Metallic": 0,
        "AO": 255,
        "GltfMetallicRoughness": (255, 200, 0),
        "UnityMetallicSmoothness": (0, 0, 0, 55),
        "RecoloringMask": 0,
    }
)


def one_mesh(garments: Mapping[str, Mesh]) -> Mesh:
    """The garments (category -> mesh) as one, their UVs in PLACES."""
    placed = []
    for category, mesh in garments.items():
        left, top, right, bottom = PLACES[category]
        uvs = floats([left, top]) + mesh.uvs * floats([right - left, bottom - top])
        placed.append(replace(mesh, uvs=uvs, targets={}))
    return joined(placed)


def one_texture(kind: str, size: int, garments: Mapping[str, Image.Image]) -> Image.Image:
    """The garments' textures (category -> image) of a type as one, `size` pixels square."""
    from PIL import Image

    some = next(iter(garments.values()))
    whole = Image.new(some.mode, (size, size), _EMPTY[kind])
    for category, image in garments.items():
        left, top, right, bottom = (round(share * size) for share in PLACES[category])
        whole.paste(image.resize((right - left, bottom - top)), (left, top))
    return whole


def one_mask(masks: Sequence[Image.Image]) -> Image.Image:
    """What all masks leave visible: skin that any garment hides is hidden."""
    from PIL import Image

    return Image.fromarray(np.min(np.stack([np.asarray(mask) for mask in masks]), axis=0))
