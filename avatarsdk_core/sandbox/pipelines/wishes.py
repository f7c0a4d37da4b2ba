"""What an avatar's computation parameters ask for, whatever form they have. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from avatarsdk_core.catalog import ComputationParameters
from avatarsdk_core.catalog.values import CHANNELS
from avatarsdk_core.sandbox.human.look import Colour, Look


@dataclass(frozen=True)
class Wishes:
    """Names by enumerable category; `values`: modification, shape modification or measure -> value."""

    haircuts: tuple[str, ...] = ()
    blendshapes: tuple[str, ...] = ()
    textures: tuple[str, ...] = ()
    model_info: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)

    def colour(self, name: str) -> Colour | None:
        """A colour that was asked for."""
        given = self.values.get(name)
        if not isinstance(given, Mapping):
            return None
        red, green, blue = (int(given[channel]) for channel in CHANNELS)
        return red, green, blue

    def size(self, name: str) -> tuple[int, int] | None:
        """A size in pixels that was asked for: width and height."""
        given = self.values.get(name)
        return (int(given["width"]), int(given["height"])) if isinstance(given, Mapping) else None

    def number(self, name: str) -> float:
        """A number that was asked for, else 0."""
        return float(self.values.get(name) or 0.0)

    def on(self, name: str) -> bool:
        return self.values.get(name) is True

    def applied(self, look: Look) -> Look:
        """The photo's look with the colours that were asked for."""
        colours = {"lips": "lips_color", "iris": "eye_iris_color", "hair": "hair_color"}
        asked = {name: colour for name, key in colours.items() if (colour := self.colour(key)) is not None}
        return replace(look, **asked)


def read_wishes(parameters: Any) -> Wishes:
    """Expects parameters that were checked when they came; None stands for `{}`."""
    entries = ComputationParameters.from_json(parameters or {}).entries()

    def names(category: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(entry.name for entry in entries if entry.category == category))

    return Wishes(
        haircuts=names("haircuts"),
        blendshapes=names("blendshapes"),
        textures=names("additional_textures"),
        model_info=names("model_info"),
        values={entry.name: entry.value for entry in entries if not entry.listed},
    )
