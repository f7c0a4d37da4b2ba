"""FBX, written by Blender in a headless process: from a glTF, by the add-on's command `fbx`."""

from __future__ import annotations

import shutil
from pathlib import Path

from avatarsdk_core.errors import BlenderError
from avatarsdk_core.headless_blender import Blender, addon_folder, find_blender, run_addon

PROGRAM = "blender"


def fbx_available() -> bool:
    """Whether there is a Blender to write FBX with, and the add-on that does it."""
    try:
        _blender()
        with addon_folder(None):
            return True
    except BlenderError:
        return False


def write_fbx(model: Path, target: Path, *, embed: bool, quads: bool = False) -> None:
    """The FBX of a glTF with its images beside it. `embed`: images in the file, else referred to by their names.

    `quads`: pairs of triangles become quads.

    Raises:
        BlenderError: there is no Blender, or it failed.
    """
    with addon_folder(None) as addon:
        flags = ["--textures", "embed" if embed else "refer", *(["--quads"] if quads else [])]
        run_addon(_blender(), addon, ["fbx", str(model), "--out", str(target), *flags])


def is_embedded(image: Path, model: bytes) -> bool:
    """Whether an FBX holds an image. Blender embeds what a surface of FBX can show: colours and normals, no masks."""
    return image.read_bytes() in model


def _blender() -> Blender:
    """This Python's bpy, else the program `blender`. Raises BlenderError."""
    try:
        return find_blender(None)
    except BlenderError:
        if shutil.which(PROGRAM) is None:
            raise
        return find_blender(PROGRAM)
