# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws panels on a layout that records, checks what is drawn against what is registered, and refuses I/O meanwhile."""

from __future__ import annotations

import builtins
import io
import os
import socket
import subprocess
from types import SimpleNamespace
from typing import Any

import bpy
import pytest


class _Button:
    """What `layout.operator` returns: takes only properties that the operator has."""

    def __init__(self, operator: str) -> None:
        module, name = operator.split(".")
        known = getattr(getattr(bpy.ops, module), name).get_rna_type().properties
        object.__setattr__(self, "_known", {prop.identifier for prop in known})
        object.__setattr__(self, "values", {})

    def __setattr__(self, name: str, value: Any) -> None:
        assert name in self._known, f"no property {name}"
        self.values[name] = value


class Recorder:
    """A layout. `texts`: all that a person reads; `buttons`: (operator, text, values, enabled)."""

    def __init__(self, root: Recorder | None = None) -> None:
        self.root = root or self
        self.enabled = True
        if root is None:
            self.texts: list[str] = []
            self.buttons: list[tuple[str, str, dict[str, Any]]] = []
            self.props: list[str] = []
            self.icons: list[int] = []

    def _part(self, **_options: Any) -> Recorder:
        return Recorder(self.root)

    column = row = box = split = grid_flow = column_flow = _part

    def panel(self, _name: str, default_closed: bool = False) -> tuple[Recorder, Recorder]:
        return Recorder(self.root), Recorder(self.root)  # drawn as if it were open

    def label(self, text: str = "", icon: str = "NONE", **_options: Any) -> None:
        _known_icon(icon)
        self.root.texts.append(text)

    def operator(self, name: str, text: str | None = None, icon: str = "NONE", **_options: Any) -> Any:
        _known_icon(icon)
        button = _Button(name)
        self.root.buttons.append((name, text or "", button.values))
        if text:
            self.root.texts.append(text)
        return button

    def prop(self, data: Any, name: str, text: str | None = None, icon: str = "NONE", **_options: Any) -> None:
        _known_icon(icon)
        self.root.props.append(name)
        if name.startswith('["'):  # a custom property
            data[name[2:-2]]
            self.root.texts.append(name if text is None else text)
            return
        assert name in data.bl_rna.properties, f"{data} has no {name}"
        getattr(data, name)
        self.root.texts.append(data.bl_rna.properties[name].name if text is None else text)

    def template_icon(self, icon_value: int, scale: float = 1.0) -> None:
        self.root.icons.append(icon_value)

    def menu(self, name: str, text: str | None = None, icon: str = "NONE", **_options: Any) -> None:
        _known_icon(icon)
        assert hasattr(bpy.types, name), f"no menu {name}"
        self.root.texts.append(text or "")

    def popover(self, name: str, text: str | None = None, icon: str = "NONE", **_options: Any) -> None:
        _known_icon(icon)
        assert hasattr(bpy.types, name), f"no panel {name}"
        self.root.texts.append(text or "")

    def template_list(
        self, name: str, _id: str, data: Any, prop: str, active: Any, index: str, **_options: Any
    ) -> None:
        assert hasattr(bpy.types, name), f"no list {name}"
        getattr(data, prop), getattr(active, index)

    def separator(self, **_options: Any) -> None:
        """Nothing to read."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"the recorder knows no layout.{name}: teach it")


def _known_icon(name: str) -> None:
    icons = bpy.types.UILayout.bl_rna.functions["label"].parameters["icon"].enum_items
    assert name in icons, f"this Blender has no icon {name}"


def refuse(*_arguments: Any, **_options: Any) -> Any:
    raise AssertionError("I/O while a panel is drawn")


def draw(
    panel: type, monkeypatch: pytest.MonkeyPatch, width: int = 300, obj: bpy.types.Object | None = None
) -> Recorder | None:
    """Draws it as the 3D View would; None where its poll says no."""
    preferences = bpy.context.preferences
    context = SimpleNamespace(
        window_manager=bpy.context.window_manager,
        preferences=preferences,
        region=SimpleNamespace(width=width),
        scene=bpy.context.scene,
        area=None,
        object=obj,
        selected_objects=[obj] if obj else [],
    )
    layout = Recorder()
    with monkeypatch.context() as patch:
        for place, names in (
            (builtins, ("open",)),
            (io, ("open",)),
            (os, ("open", "stat", "scandir", "listdir")),
            (socket, ("socket", "create_connection")),
            (subprocess, ("Popen",)),
        ):
            for name in names:
                patch.setattr(place, name, refuse)
        poll = getattr(panel, "poll", None)
        if poll is not None and not poll(context):
            return None
        panel.draw(SimpleNamespace(layout=layout), context)  # type: ignore[attr-defined]
    return layout
