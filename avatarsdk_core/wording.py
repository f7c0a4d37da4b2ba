"""Sentences for people, in the language of the program around the core; English where nobody says otherwise.

Errors aren't among them: they are the same in logs, on the command line and in every language, so that they can be
looked for.
"""

from __future__ import annotations

from collections.abc import Callable


def _english(text: str) -> str:
    return text


_translate: Callable[[str], str] = _english


def say(text: str, /, **values: object) -> str:
    """The text in the language of the day, then its `{fields}` filled in.

    Args:
        text: English, a literal: `scripts/collect_strings.py` lists it for translators.
        values: of the fields, as `str.format` takes them; no noun that would have to be bent.
    """
    translated = _translate(text)
    return translated.format(**values) if values else translated


def mark(text: str) -> str:
    """The text as it is: told to translators here, translated where it is shown."""
    return text


def speak(translate: Callable[[str], str] | None = None) -> None:
    """Has `say` translate by this function; by none without one."""
    global _translate
    _translate = translate or _english
