"""Textures as files: their names, their sizes, how they are encoded, and the shelf where the lasting ones are kept."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL import Image

_MASK_TYPES = ("BodyVisibilityMask", "HeadVisibilityMask", "RecoloringMask")
_SMALL_ASSETS = ("AvatarEyes", "AvatarEyelashes", "AvatarLeftCornea", "AvatarRightCornea")
_SKIN_ASSETS = ("AvatarBody", "AvatarHead", "AvatarTeeth")
_ENCODINGS: dict[str, dict[str, Any]] = {
    ".jpg": {"format": "JPEG", "quality": 90},
    ".png": {"format": "PNG", "compress_level": 4},
    ".webp": {"format": "WEBP", "quality": 90},
}

Paint = Callable[[str, int], "Image.Image | None"]


@dataclass(frozen=True)
class Textures:
    """`types`: names wanted; `size`: 4096, 2048 or 1024; `extension`: png, jpg or webp; `embed`: into the file."""

    types: tuple[str, ...]
    size: int
    extension: str
    embed: bool


@dataclass(frozen=True)
class Naming:
    """How an asset's textures are called and where they lie.

    Attributes:
        category, folder: where the lasting ones lie on the shelf.
        asset: first part of the file names.
        changing: types that differ between exports, because they follow the photo or a colour that was asked for.
        transparent: types whose images have alpha.
        lod2: whether the asset is at LOD2; of_lod: types whose names then say so.
    """

    category: str
    folder: str
    asset: str
    changing: frozenset[str] = frozenset()
    transparent: frozenset[str] = frozenset({"UnityMetallicSmoothness"})
    lod2: bool = False
    of_lod: frozenset[str] = frozenset({"BodyVisibilityMask", "HeadVisibilityMask"})

    def pixels(self, profile: int) -> int:
        """The side of the textures: that of the profile, half of it for eyes and lashes (512 with 1K)."""
        return profile // 2 if self.asset in _SMALL_ASSETS else profile

    def file_name(self, kind: str, profile: int, extension: str) -> str:
        """As in real exports: `AvatarHeadFemale_Normal1_1K.jpg`, `ARPI_LOD2_BodyVisibilityMask_1K.jpg`, …"""
        size = self.pixels(profile)
        asset = f"{self.asset}_LOD2" if self.lod2 and kind in self.of_lod else self.asset
        if kind == "Normal" and self.asset.startswith(_SKIN_ASSETS):
            kind = "Normal2" if self.lod2 else "Normal1"
        elif kind in self.transparent:
            extension = "png"  # as in real exports
        shown_size = f"{size // 1024}K" if size >= 1024 else str(size)
        return f"{asset}_{kind}_{shown_size}.{extension}"

    def shelf_path(self, kind: str, profile: int, extension: str) -> str:
        return f"{self.category}/{self.folder}/{self.file_name(kind, profile, extension)}"


@dataclass(frozen=True)
class Painter:
    """An asset that can be painted: `paint(texture type, size)` gives an image, or None for a type it hasn't.

    `variant` tells the textures of one look from those of another, for the types that change.
    """

    naming: Naming
    paint: Paint
    variant: str = ""


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
        naming = painter.naming
        lasting = kind not in naming.changing
        folder = self._shelf / naming.category / naming.folder if lasting else self._own / painter.variant
        name = naming.file_name(kind, wanted.size, wanted.extension)
        if not (folder / name).is_file():
            image = painter.paint(kind, naming.pixels(wanted.size))
            if image is None:
                return None
            save_texture(image, folder / name, kind)
        shelf = naming.shelf_path(kind, wanted.size, wanted.extension) if lasting else None
        return TextureFile(kind, folder / name, shelf)


def save_texture(image: Image.Image, path: Path, kind: str) -> None:
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
