# SPDX-License-Identifier: GPL-3.0-or-later
"""Textures of an export as images of the .blend: packed, each once, with the colour space of what they hold."""

from __future__ import annotations

import hashlib
import zlib
from typing import TYPE_CHECKING

import bpy

from avatarsdk_core.avatar.gltf_file import ImageSource
from avatarsdk_core.avatar.image_header import image_size

if TYPE_CHECKING:
    import numpy as np


def pixels_of(image: bpy.types.Image) -> np.ndarray:
    """The image's pixels (H, W, C) in 0..1, as its file has them, rows from the bottom up."""
    width, height = image.size
    import numpy as np

    pixels = np.empty(width * height * image.channels, np.float32)
    image.pixels.foreach_get(pixels)
    return pixels.reshape(height, width, image.channels)


SIZE = "avatar_sdk_size"  # on an image of ours: width and height in pixels, known without decoding it
_MARK = "avatar_sdk_image"  # digest, colour space and alpha mode that an image of ours was loaded with


class ImageLoader:
    """Loads an import's images, each once a file. `warnings` lists, in plain words, those that couldn't be used."""

    def __init__(self) -> None:
        self._loaded: dict[str, bpy.types.Image | None] = {
            image[_MARK]: image for image in bpy.data.images if _MARK in image and image.library is None
        }
        self.warnings: list[str] = []

    def load(
        self,
        source: ImageSource,
        label: str,
        *,
        color: bool = False,
        packed_channels: bool = False,
        decoded: bool = False,
    ) -> bpy.types.Image | None:
        """The image, or None where its file can't be read or isn't an image.

        Args:
            label: name for an image that brings none.
            color: sRGB colour, not data.
            packed_channels: alpha is a channel of its own and must not dim the others.
            decoded: its pixels are read right away; what can't be decoded is left out.
        """
        try:
            content = source.read()
        except OSError as error:
            self.warnings.append(f"Texture {source.name or label} can't be read ({error.strerror}).")
            return None
        space = "sRGB" if color else "Non-Color"
        alpha = "CHANNEL_PACKED" if packed_channels else "STRAIGHT"
        key = f"{hashlib.sha256(content).hexdigest()}:{space}:{alpha}"
        known = self._loaded.get(key)
        if key not in self._loaded or (known is not None and not _is_untouched(known, content, space)):
            image = self._loaded[key] = self._new(source.name or label, content, space, alpha)
            if image is not None:
                image[_MARK] = key
        image = self._loaded[key]
        if decoded and image is not None and not image.size[0]:
            self._loaded[key] = None
            self._leave_out(image)
        return self._loaded[key]

    def _new(self, name: str, content: bytes, space: str, alpha: str) -> bpy.types.Image | None:
        image = bpy.data.images.new(name, 1, 1)
        image.pack(data=content, data_len=len(content))
        image.source = "FILE"
        image.colorspace_settings.name = space
        image.alpha_mode = alpha
        # Asking for the size would decode it, which is half of what a whole import costs; drawing does that in time.
        if not _looks_whole(content) and not image.size[0]:
            self._leave_out(image)
            return None
        image[SIZE] = image_size(content) or tuple(image.size)
        return image

    def _leave_out(self, image: bpy.types.Image) -> None:
        self.warnings.append(f"Texture {image.name} isn't an image that Blender can read; it is left out.")
        bpy.data.images.remove(image)


def _is_untouched(image: bpy.types.Image, content: bytes, space: str) -> bool:
    """Whether an image is still what was loaded: not painted on, not replaced, not read as something else."""
    packed = image.packed_file
    return (
        packed is not None
        and packed.size == len(content)
        and not image.is_dirty
        and image.colorspace_settings.name == space
    )


def _looks_whole(content: bytes) -> bool:
    """Whether it begins and ends as a JPEG, a PNG or a WebP does."""
    size = image_size(content)
    if size is None or not all(size):
        return False
    if content.startswith(b"\xff\xd8\xff"):
        return b"\xff\xd9" in content[-64:]
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return b"IEND" in content[-64:] and _is_sound_png(content)
    is_webp = content.startswith(b"RIFF") and content[8:12] == b"WEBP"
    return is_webp and len(content) >= int.from_bytes(content[4:8], "little") + 8


def _is_sound_png(content: bytes) -> bool:
    """Whether all chunks have the checksums that they should have."""
    offset = 8
    while offset + 12 <= len(content):
        length = int.from_bytes(content[offset : offset + 4], "big")
        end = offset + 8 + length
        if zlib.crc32(content[offset + 4 : end]) != int.from_bytes(content[end : end + 4], "big"):
            return False
        offset = end + 4
    return True
