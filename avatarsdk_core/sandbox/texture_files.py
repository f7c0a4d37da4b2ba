"""Textures as files: their names, their sizes, how they are encoded, and the shelf where the lasting ones are kept."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

_MASK_TYPES = ("BodyVisibilityMask", "HeadVisibilityMask", "RecoloringMask")
_SMALL_ASSETS = ("AvatarEyes", "AvatarEyelashes", "AvatarLeftCornea", "AvatarRightCornea")
_SKIN_ASSETS = ("AvatarBody", "AvatarHead", "AvatarTeeth")
_ENCODINGS: dict[str, dict[str, Any]] = {
    ".jpg": {"format": "JPEG", "quality": 90},
    ".png": {"format": "PNG", "compress_level": 4},
    ".webp": {"format": "WEBP", "quality": 90},
}


@dataclass(frozen=True)
class Textures:
    """`types`: names wanted; `size`: 4096, 2048 or 1024; `extension`: png, jpg or webp; `embed`: into the file."""

    types: tuple[str, ...]
    size: int
    extension: str
    embed: bool


Paint = Callable[[str, int], Image.Image | None]


@dataclass(frozen=True)
class Painter:
    """An asset that can be painted: `paint(texture type, size)` gives an image, or None for a type it hasn't.

    `category` and `folder` say where its lasting textures lie; `changing`: types that differ between exports, because
    they follow the photo or a colour that was asked for, and `variant` tells one such look from another;
    `transparent`: types whose images have alpha.
    """

    category: str
    folder: str
    asset: str
    paint: Paint
    changing: frozenset[str] = frozenset()
    variant: str = ""
    transparent: frozenset[str] = frozenset({"UnityMetallicSmoothness"})


@dataclass(frozen=True)
class TextureFile:
    """A painted texture on disk. `shelf`: its path on the shelf, None when it is of one avatar only."""

    type: str
    path: Path
    shelf: str | None

    @property
    def name(self) -> str:
        return self.path.name


class TextureShelf:
    """Paints each texture once and keeps it, the lasting ones as `<category>/<folder>/<file name>` for everybody."""

    def __init__(self, shelf: Path, own: Path) -> None:
        """`own`: the folder for textures of the avatar at hand alone."""
        self._shelf = shelf
        self._own = own

    def texture(self, painter: Painter, kind: str, wanted: Textures) -> TextureFile | None:
        """The file of one texture, painted when it isn't there; None when the asset has no such texture."""
        size = pixels(painter.asset, wanted.size)
        lasting = kind not in painter.changing
        folder = self._shelf / painter.category / painter.folder if lasting else self._own / painter.variant
        extension = "png" if kind in painter.transparent else wanted.extension  # as in real exports
        name = file_name(painter.asset, kind, size, extension)
        if not (folder / name).is_file():
            image = painter.paint(kind, size)
            if image is None:
                return None
            _save(image, folder / name, kind)
        return TextureFile(kind, folder / name, f"{painter.category}/{painter.folder}/{name}" if lasting else None)


def pixels(asset: str, profile: int) -> int:
    """The side of an asset's textures: that of the profile, half of it for eyes and lashes (512 with 1K)."""
    return profile // 2 if asset in _SMALL_ASSETS else profile


def file_name(asset: str, kind: str, size: int, extension: str) -> str:
    """As in real exports: `AvatarHeadFemale_Normal1_1K.jpg`, `AvatarEyes_Color_512.jpg`, `polo_Getik_Color_2K.png`."""
    shown_kind = "Normal1" if kind == "Normal" and asset.startswith(_SKIN_ASSETS) else kind
    shown_size = f"{size // 1024}K" if size >= 1024 else str(size)
    return f"{asset}_{shown_kind}_{shown_size}.{extension}"


def _save(image: Image.Image, path: Path, kind: str) -> None:
    """Write beside and rename: a texture on the shelf is whole or absent."""
    options = dict(_ENCODINGS[path.suffix])
    if path.suffix == ".jpg" and kind != "Color":
        options["subsampling"] = 0  # channels that are data aren't blurred as colour may be
    if kind in _MASK_TYPES and "quality" in options:
        options["quality"] = 98  # a mask is read at a threshold: its edge must not ring
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{uuid.uuid4().hex}.part")
    image.save(part, **options)
    part.replace(path)
