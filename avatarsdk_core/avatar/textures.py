"""Texture file names, `<Asset>[_LOD2]_<Type>_<size>.<ext>`, and finding a part's textures among an export's files.

Older pipelines call them `<asset>_normal_map.png`, the avatar's own `normal_map.png` beside `model.jpg`, and name the
colour maps by the asset alone. Source of the naming: real metaperson_2.0 exports, API documentation "Export parameters"
(texture names, profiles) and "Export files".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .gltf_file import ImageSource

IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")

# Slot of a material -> texture types that may fill it, best first. Skin comes with Normal0, Normal1 or Normal2.
SLOT_TYPES: Mapping[str, tuple[str, ...]] = {
    "color": ("Color",),
    "normal": ("Normal", "Normal0", "Normal1", "Normal2"),
    "metallic_roughness": ("GltfMetallicRoughness",),
    "metallic_smoothness": ("UnityMetallicSmoothness",),
    "roughness": ("Roughness",),
    "metallic": ("Metallic",),
    "occlusion": ("AO",),
    "alpha": ("Alpha",),
    "body_mask": ("BodyVisibilityMask",),
    "head_mask": ("HeadVisibilityMask",),
    "recoloring_mask": ("RecoloringMask",),
    "lips_mask": ("LipsMask",),
    "root": ("Root",),
}

_SLOT_OF_TYPE = {kind: slot for slot, kinds in SLOT_TYPES.items() for kind in kinds}

# Only haircuts have these.
HAIR_TYPES = frozenset({"Depth", "Root", "Shade", "ScalpShade", "ScalpShadeAlpha", "ScalpShadeAOAlpha", "UniqueID"})
_TYPES = sorted(set(_SLOT_OF_TYPE) | HAIR_TYPES, key=len, reverse=True)
_NAME = re.compile(
    rf"^(?P<asset>.+?)(?:_(?P<lod>LOD\d))?_(?P<type>{'|'.join(_TYPES)})(?:_(?P<size>\d+K?))?$", re.IGNORECASE
)
_OLDER_TYPES = {
    "normal_map": "Normal",
    "roughness_map": "Roughness",
    "metallic_map": "Metallic",
    "body_visibility_mask": "BodyVisibilityMask",
    "lips_mask": "LipsMask",
}
_OLDER_NAME = re.compile(rf"^(?:(?P<asset>.+)_)?(?P<type>{'|'.join(_OLDER_TYPES)})$", re.IGNORECASE)
MODEL = "model"
"""The asset that an older avatar's own textures are of."""
_TEXTURE_FOLDER = re.compile(r"texture|image|maps?$", re.IGNORECASE)
_CANONICAL = {kind.lower(): kind for kind in _TYPES}


@dataclass(frozen=True)
class TextureName:
    """A texture's file name, taken apart. `lod` is `LOD2` or None, `pixels` 0 where the name gives no size."""

    asset: str
    lod: str | None
    type: str
    pixels: int


def parse_texture_name(name: str) -> TextureName | None:
    """The parts of a texture's file name, or None where it doesn't follow the naming."""
    stem = Path(name).stem
    if older := _OLDER_NAME.match(stem):
        return TextureName(older["asset"] or MODEL, None, _OLDER_TYPES[older["type"].lower()], 0)
    match = _NAME.match(stem)
    if match is None:
        return None
    size = match["size"] or "0"
    pixels = int(size[:-1]) * 1024 if size[-1] in "kK" else int(size)
    lod = match["lod"].upper() if match["lod"] else None
    return TextureName(match["asset"], lod, _CANONICAL[match["type"].lower()], pixels)


def asset_of(color_map: str) -> str:
    """The asset that a colour map is of, by its file name; "" where the name tells none."""
    if parsed := parse_texture_name(color_map):
        return "" if parsed.asset == MODEL else parsed.asset
    path = Path(color_map)
    return path.stem if path.suffix.lower() in IMAGE_SUFFIXES and path.stem.lower() != MODEL else ""


def slot_of_type(kind: str) -> str | None:
    """The material's slot that a texture of this type fills, None for types that fill none (`Depth`, …)."""
    return _SLOT_OF_TYPE.get(kind)


class TextureIndex:
    """Images of an export, found by asset and type whatever their case."""

    def __init__(self, images: Iterable[ImageSource]) -> None:
        self._found: dict[tuple[str, str], list[tuple[TextureName, ImageSource]]] = {}
        self._by_stem: dict[str, ImageSource] = {}
        for image in images:
            self._by_stem.setdefault(Path(image.name).stem.lower(), image)
            if parsed := parse_texture_name(image.name):
                self._found.setdefault((parsed.asset.lower(), parsed.type), []).append((parsed, image))

    def find(self, assets: Sequence[str], slot: str, lod: str | None) -> ImageSource | None:
        """The best image for `slot`: the first asset and type that has one, the part's own LOD, then the largest."""
        types = SLOT_TYPES[slot]
        for asset in assets:
            for kind in types:
                if candidates := self._found.get((asset.lower(), kind)):
                    return max(candidates, key=lambda entry: _fit(entry[0], lod))[1]
        return self._older_color(assets) if slot == "color" else None

    def _older_color(self, assets: Iterable[str]) -> ImageSource | None:
        """`<asset>.png`, or `<haircut>_model.png`."""
        stems = (stem for asset in assets for stem in (asset.lower(), f"{asset.lower()}_{MODEL}"))
        return next((self._by_stem[stem] for stem in stems if stem in self._by_stem), None)

    def has_types(self, assets: Iterable[str], types: Iterable[str]) -> bool:
        """Whether any of the assets has a texture of any of the types."""
        return any((asset.lower(), kind) in self._found for asset in assets for kind in types)


def _fit(name: TextureName, lod: str | None) -> tuple[int, int]:
    rank = 2 if name.lod == lod else 1 if name.lod is None or lod is None else 0
    return rank, name.pixels


def images_beside(model: Path) -> list[ImageSource]:
    """Image files in the model's folder and in its texture folders (`Textures`, `images`, …), in the order of names."""
    siblings = sorted(model.parent.iterdir(), key=lambda entry: entry.name)
    files = [entry for entry in siblings if entry.is_file()]
    for folder in siblings:
        if _TEXTURE_FOLDER.search(folder.name) and folder.is_dir() and not folder.is_symlink():
            files += sorted((entry for entry in folder.iterdir() if entry.is_file()), key=lambda entry: entry.name)
    return [ImageSource(file.name, file) for file in files if file.suffix.lower() in IMAGE_SUFFIXES]
