# SPDX-License-Identifier: GPL-3.0-or-later
"""Textures of an avatar as files beside the .blend, in place of packed ones."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

import bpy

FOLDER = "textures"
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f]')


def copy_textures(parts: Iterable[bpy.types.Object], folder: Path | None = None) -> list[str]:
    """Writes the packed images of the parts' materials into the folder `textures` beside the .blend.

    Args:
        folder: where the .blend will be, when that isn't where it is now.

    Returns warnings: a .blend that was never saved has no place for them, so they stay packed. Raises OSError; then
    files that were written are gone and the images packed as before.
    """
    if folder is None and not bpy.data.filepath:
        return ["The .blend was never saved: textures are packed into it, there is no folder to copy them to."]
    place = (folder or Path(bpy.data.filepath).parent) / FOLDER
    written: list[Path] = []
    images = _packed_images(parts)
    try:
        files = [_write(image, place, written) for image in images]
    except BaseException:
        for file in written:
            file.unlink(missing_ok=True)
        raise
    for image, file in zip(images, files, strict=True):
        # Relative to the file as it is called now: saving it elsewhere makes the path relative to there.
        image.filepath_raw = bpy.path.relpath(str(file)) if bpy.data.filepath else f"//{FOLDER}/{file.name}"
        image.unpack(method="REMOVE")
    return []


def _packed_images(parts: Iterable[bpy.types.Object]) -> list[bpy.types.Image]:
    parts = list(parts)
    materials = {slot.material for obj in parts for slot in obj.material_slots if slot.material}
    found = [getattr(node, "image", None) for material in materials for node in material.node_tree.nodes]
    found += [value for obj in parts for _, value in obj.items() if isinstance(value, bpy.types.Image)]  # masks
    images = {image.session_uid: image for image in found if image}
    return [image for image in images.values() if image.packed_file and image.library is None]


def _write(image: bpy.types.Image, folder: Path, written: list[Path]) -> Path:
    """The file of that content, called as the image where that name is free."""
    content = bytes(image.packed_file.data)
    name = Path(_UNSAFE.sub("_", image.name)).name or "texture"
    name = name if Path(name).suffix else f"{name}{_suffix(content)}"
    file = folder / name
    if file.exists() and file.read_bytes() != content:
        file = file.with_name(f"{file.stem}_{hashlib.sha256(content).hexdigest()[:8]}{file.suffix}")
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        written.append(file)
        file.write_bytes(content)
    return file


def _suffix(content: bytes) -> str:
    return ".png" if content.startswith(b"\x89PNG") else ".webp" if content.startswith(b"RIFF") else ".jpg"
