"""The colours that the service measured on the person: `model.json` beside an exported model.

Only its colours are read here; see `model_json` for the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from .model_json import FILE, read_model_json

_CHANNELS = ("red", "green", "blue")

Color = tuple[float, float, float]


def read_colors(folders: Iterable[Path]) -> dict[str, Color]:
    """Name (`skin_color`, `hair_color`, …) → sRGB colour in 0..1, of the first folder whose model.json has it.

    A file that is missing or damaged has no colours.
    """
    found: dict[str, Color] = {}
    for folder in folders:
        for name, value in read_model_json(folder / FILE).items():
            if name.endswith("_color") and name not in found and (color := _color(value)):
                found[name] = color
    return found


def _color(value: object) -> Color | None:
    if not isinstance(value, dict):
        return None
    channels = [value.get(name) for name in _CHANNELS]
    if not all(isinstance(number, int | float) and 0 <= number <= 255 for number in channels):
        return None
    red, green, blue = (float(number) / 255 for number in channels if number is not None)
    return red, green, blue
