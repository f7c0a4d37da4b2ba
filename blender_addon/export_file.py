# SPDX-License-Identifier: GPL-3.0-or-later
"""Avatars as one file for other programs: prepared (see `export_copy`), written by Blender's own exporter, tidied up.

from bl_ext.user_default.avatar_sdk import export_file  # or: from blender_addon import export_file
export_file.write("anna.glb", [bpy.context.object])
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from os import PathLike
from pathlib import Path

import bpy

from avatarsdk_core.errors import AvatarSDKError

from . import compat, export_copy, marks
from .export_copy import ExportOptions, Prepared

FORMATS = {".glb": compat.export_gltf, ".fbx": compat.export_fbx}


def write(
    path: str | PathLike[str], avatars: Sequence[marks.Avatar], options: ExportOptions | None = None
) -> tuple[Prepared, ...]:
    """Writes avatars to a .glb or .fbx. The scene and its selection stay as they were; so does the file when it fails.

    Returns:
        what was prepared, for its numbers and warnings: its objects are gone again.

    Raises:
        AvatarSDKError: the path names no format of these, nothing can be written there, or Blender's exporter failed.
        ValueError: an avatar shows nothing, or hasn't the level of detail.
    """
    file, options = Path(path), options or ExportOptions()
    exporter = FORMATS.get(file.suffix.lower())
    if exporter is None:
        raise AvatarSDKError(f"{file.name}: avatars are exported as {' or '.join(FORMATS)}; end the name with one.")
    try:
        with tempfile.TemporaryDirectory(prefix=".avatar-sdk-", dir=file.parent) as folder:
            part = Path(folder) / file.name
            with _prepared(avatars, options) as prepared:
                try:
                    exporter(part, animation=not options.at_rest)
                except RuntimeError as error:
                    raise AvatarSDKError(f"{file}: Blender's exporter failed: {str(error).strip()}") from error
            if not part.is_file():
                raise AvatarSDKError(f"{file}: Blender's exporter wrote nothing; its console says why.")
            part.replace(file)
    except OSError as error:
        raise AvatarSDKError(f"{file}: can't be written: {error.strerror or error}; choose another folder.") from error
    return tuple(prepared)


@contextlib.contextmanager
def _prepared(avatars: Sequence[marks.Avatar], options: ExportOptions) -> Iterator[list[Prepared]]:
    """The avatars' copies, selected and with the avatars' own names, inside the block."""
    layer = bpy.context.view_layer
    selected, active = list(bpy.context.selected_objects), layer.objects.active
    prepared: list[Prepared] = []
    try:
        for avatar in avatars:
            prepared.append(export_copy.prepare(avatar, options))
        for obj in selected:
            obj.select_set(False)
        for one in prepared:
            if any(obj.name not in layer.objects for obj in one.objects):  # its avatar's collection is excluded
                bpy.context.scene.collection.children.link(one.collection)
            for obj in one.objects:
                obj.select_set(True)
            layer.objects.active = one.objects[0]
        with _names_of_the_avatars(prepared):
            yield prepared
    finally:
        for one in prepared:
            export_copy.discard(one)
        layer.update()
        for obj in selected:
            obj.select_set(True)
        layer.objects.active = active


@contextlib.contextmanager
def _names_of_the_avatars(prepared: Sequence[Prepared]) -> Iterator[None]:
    """Inside the block the copies have the names of what they stand for; of two that want the same, the first."""
    pairs = [pair for one in prepared for pair in one.sources.items()]
    before = [(block, block.name) for pair in pairs for block in pair]
    wanted: dict[tuple[type, str], bpy.types.ID] = {}
    for copy, source in pairs:
        wanted.setdefault((type(copy), source.name), copy)
    try:
        for _, source in pairs:
            if source.library is None:
                source.name = "avatar_sdk_away"
        for (_, name), copy in wanted.items():
            copy.name = name
        yield
    finally:
        for copy, _ in pairs:
            copy.name = "avatar_sdk_copy"
        for block, name in before:
            if block.library is None and block not in dict(pairs):
                block.name = name
