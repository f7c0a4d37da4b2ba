# SPDX-License-Identifier: GPL-3.0-or-later
"""The interface in other languages than English. Each language is a package of its own: English → translated."""

from __future__ import annotations

from . import de

# Blender looks a text up in the context of what shows it: buttons of operators have one of their own.
_CONTEXTS = ("*", "Operator", "Avatar SDK")


def dictionaries() -> dict[str, dict[tuple[str, str], str]]:
    """For `bpy.app.translations.register`: language → (context, English) → translated."""
    return {
        language: {(context, english): translated for context in _CONTEXTS for english, translated in messages.items()}
        for language, messages in (("de", de.MESSAGES),)
    }
