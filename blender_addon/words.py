# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts that are made in code, in the language of Blender's interface.

Blender translates by itself what it is told as it is: labels, descriptions and items of properties, operators and
panels, and literals in `layout.label(text=…)` and `report(…)`. What is put together first has to come through here.
"""

from __future__ import annotations

from collections.abc import Callable

import bpy

from avatarsdk_core import wording
from avatarsdk_core.wording import mark

from . import translations

__all__ = ["CONTEXT", "iface", "language", "mark", "register", "report", "tip", "unregister"]


CONTEXT = "Avatar SDK"  # where our words mean what we mean: Blender's Face is one of a mesh, its Light shines


def iface(text: str, /, **values: object) -> str:
    """A label: translated, then its `{fields}` filled in. The text is a literal, or one that `mark` has told of."""
    return _filled(_translated(bpy.app.translations.pgettext_iface, text), values)


def tip(text: str, /, **values: object) -> str:
    """The same for tooltips, and for the reason why something is greyed."""
    return _filled(_translated(bpy.app.translations.pgettext_tip, text), values)


def report(text: str, /, **values: object) -> str:
    """The same for `Operator.report`."""
    return _filled(_translated(bpy.app.translations.pgettext_rpt, text), values)


def language() -> str:
    """Of the interface now: what keeps translated texts makes them anew when it changes."""
    return str(bpy.app.translations.locale)


def register() -> None:
    """Tells Blender our dictionaries, and the core who translates."""
    bpy.app.translations.register(__package__, translations.dictionaries())
    wording.speak(iface)


def unregister() -> None:
    """Takes both back."""
    wording.speak()
    bpy.app.translations.unregister(__package__)


def _translated(look_up: Callable[..., str], text: str) -> str:
    """As we say it, else as Blender does, in languages that we have no words for."""
    own = look_up(text, CONTEXT)
    return own if own != text else look_up(text)


def _filled(text: str, values: dict[str, object]) -> str:
    return text.format(**values) if values else text
