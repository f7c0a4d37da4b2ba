"""`model.json` beside an exported model: what the service measured and, where asked to, guessed of the photo.

The guesses are read by `read_guesses` alone, which is for a person who asks for them: never for a log, a file or a
panel. The subtype isn't told either: it says the sex.
Source: API documentation, "Model info".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FILE = "model.json"
_GUESSES = ("age", "gender", "race")
_MAX_BYTES = 1 << 20


@dataclass(frozen=True)
class Guess:
    """What was guessed of the person: `about` is age, gender or race; `confidence` 0…1, None where none is told."""

    about: str
    value: str = field(repr=False)
    confidence: float | None = field(default=None, repr=False)


def read_model_json(file: Path) -> Mapping[str, Any]:
    """All of it; a file that is missing, damaged or huge has nothing."""
    try:
        if file.stat().st_size > _MAX_BYTES:
            return {}
        content = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def read_pipeline(folders: Iterable[Path]) -> str:
    """The pipeline that made the model, by the first folder whose model.json tells; empty where none does."""
    found = (read_model_json(folder / FILE).get("pipeline") for folder in folders)
    return next((name for name in found if isinstance(name, str) and name), "")


def read_guesses(file: Path) -> tuple[Guess, ...]:
    """What a model.json guesses of the person, as far as the service was asked for it."""
    content = read_model_json(file)
    return tuple(
        Guess(name, content[name], _share(content.get(f"{name}_confidence")))
        for name in _GUESSES
        if isinstance(content.get(name), str) and content[name]
    )


def _share(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and 0 <= value <= 1 else None
