# SPDX-License-Identifier: GPL-3.0-or-later
"""What Blender has been told about, so that what an add-on leaves behind can be found."""

from __future__ import annotations

import importlib
import logging
import sys
import types
from collections.abc import Iterator
from typing import Any

import bpy
import bpy.utils.previews

OURS = ("bl_ext.user_default.avatar_sdk", "blender_addon")
CARRIERS = ("WindowManager", "Scene", "Object", "Collection", "Armature", "Mesh", "Material", "Screen", "ViewLayer")


def snapshot() -> dict[str, list[str]]:
    """Everything that registering can add, as texts that can be compared."""
    keymaps = bpy.context.window_manager.keyconfigs.addon
    return {
        "classes": sorted(name for name in dir(bpy.types) if not name.startswith("_")),
        "menu entries": sorted(menu_entries()),
        "handlers": sorted(handlers()),
        "timers": sorted(timers()),
        "properties": sorted(
            f"{carrier}.{prop.identifier}"
            for carrier in CARRIERS
            for prop in getattr(bpy.types, carrier).bl_rna.properties
        ),
        "previews": sorted(map(str, bpy.utils.previews._uuid_open)),
        "keymap items": sorted(
            f"{keymap.name} {item.idname}"
            for keymap in (keymaps.keymaps if keymaps else ())
            for item in keymap.keymap_items
        ),
        "preset paths": sorted(bpy.utils.preset_paths("operator/import_scene.avatar_sdk")),
        "log level": [str(logging.getLogger("avatarsdk_core").level)],
        "children": children(),
    }


def left_behind(before: dict[str, list[str]]) -> dict[str, list[str]]:
    """What is there now and wasn't before, and the other way round."""
    now = snapshot()
    changed = {kind: sorted(set(now[kind]) ^ set(before[kind])) for kind in now}
    return {kind: names for kind, names in changed.items() if names}


def menu_entries() -> Iterator[str]:
    """Functions that were appended to anybody's menu, header or panel."""
    for name in dir(bpy.types):
        draw = getattr(getattr(bpy.types, name, None), "draw", None)
        for function in getattr(draw, "_draw_funcs", ()):
            if function.__qualname__ != f"{name}.draw":  # its own, which joins the list with the first entry
                yield f"{name}: {function.__module__}.{function.__qualname__}"


def handlers() -> Iterator[str]:
    """Functions in the lists of bpy.app.handlers."""
    for name in dir(bpy.app.handlers):
        found = getattr(bpy.app.handlers, name)
        if isinstance(found, list):
            yield from (f"{name}: {function.__module__}.{function.__qualname__}" for function in found)


def timers() -> Iterator[str]:
    """Functions of our modules that Blender's timers call."""
    for name, module in list(sys.modules.items()):
        if name.startswith(OURS):
            for function in vars(module).values():
                if isinstance(function, types.FunctionType) and bpy.app.timers.is_registered(function):
                    yield f"{name}.{function.__qualname__}"


def children() -> list[str]:
    """Processes that this one has started and that still run (Linux)."""
    import os
    from pathlib import Path

    task = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    return task.read_text().split() if task.is_file() else []


def wake_everything(module: str) -> None:
    """Has the add-on do what begins when somebody looks: the gallery, the size of the cache, a picture."""
    parts: Any = {
        name: importlib.import_module(f"{module}.{name}")
        for name in ("later", "cache_size", "previews", "gallery.state")
    }
    parts["gallery.state"].begin()
    parts["cache_size"].words()
    parts["previews"].icon(f"{parts['previews'].__file__[: -len('previews.py')]}sample/sample_avatar.jpg")
    bpy.app.timers.register(parts["later"]._tick, persistent=True)
    parts["later"].run_all()
