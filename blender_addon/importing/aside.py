# SPDX-License-Identifier: GPL-3.0-or-later
"""A view layer of its own for an import, so that a full scene makes it no slower.

Whenever objects come or go Blender builds its dependency graph of the view layer anew, and an importer's operator or a
mode switch does that several times: 130 ms each in a scene of fifty avatars. A view layer in which everything else is
excluded has a graph of the new avatar alone. What people look at is brought up to date once, by Blender, when it next
looks. Their selection and active object are of their own view layer: an import doesn't touch them.

It is a view layer and not a scene: the scene's frame, units and frame rate hold, and the windows' cameras and local
views stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import bpy

_NAME = "Avatar SDK import"


@dataclass(frozen=True)
class Aside:
    """The view layer that an import works in, and the one that its caller looks at."""

    layer: bpy.types.ViewLayer
    usual: bpy.types.ViewLayer

    def include(self, collections: Iterable[bpy.types.Collection]) -> None:
        """Lets collections of the scene take part, those in them too."""
        if self.layer == self.usual:
            return
        wanted = list(collections)
        self._include(self.layer.layer_collection, wanted)

    def _include(self, parent: bpy.types.LayerCollection, wanted: list[bpy.types.Collection]) -> None:
        for child in parent.children:
            if child.collection in wanted:
                child.exclude = False  # takes those in it along
            else:
                self._include(child, wanted)


def is_rendering() -> bool:
    """Whether a render runs in a window."""
    return bool(bpy.app.is_job_running("RENDER"))


@contextmanager
def aside() -> Iterator[Aside]:
    """The context's view layer is an empty one inside the block, but for objects right in the scene's collection.

    While something is rendered it is the usual one: the render goes through the scene's layers as they are.
    """
    scene, usual = bpy.context.scene, bpy.context.view_layer
    if is_rendering():
        yield Aside(usual, usual)
        return
    layer = scene.view_layers.new(_NAME)
    try:
        for child in layer.layer_collection.children:
            child.exclude = True
        with _seen_by_the_window(scene, layer):
            yield Aside(layer, usual)
    finally:
        scene.view_layers.remove(layer)


@contextmanager
def _seen_by_the_window(scene: bpy.types.Scene, layer: bpy.types.ViewLayer) -> Iterator[None]:
    """Mode switches take the active object from the window, whatever the context was told."""
    windows = list(bpy.context.window_manager.windows)
    before = [(window, window.scene, window.view_layer) for window in windows]
    window = bpy.context.window or next(iter(windows), None)
    place = {"scene": scene, "view_layer": layer}
    if bpy.context.window is None and window is not None:  # in a timer
        place["window"] = window
    try:
        if window is not None:
            if window.scene != scene:
                window.scene = scene
            window.view_layer = layer
        with bpy.context.temp_override(**place):
            yield
    finally:
        for one, its_scene, its_layer in before:
            if one.scene != its_scene:
                one.scene = its_scene
            if one.view_layer != its_layer:
                one.view_layer = its_layer
