"""Avatars, and what is computed straight from one: textures, haircuts, facts about the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from avatarsdk_core.models.base import (
    Computed,
    Model,
    Rgb,
    colour,
    mapping,
    moment,
    numbers,
    optional_flag,
    optional_number,
    optional_text,
    shares,
    text,
    whole_number,
)


@dataclass(frozen=True, kw_only=True)
class Avatar(Computed):
    """An avatar. The URL fields are None until it is completed, or where its pipeline has no such thing; no repr shows
    them.

    Attributes: `progress` 0…100 of the current status; `status_verbose` {"code", "message"}, mostly for Failed.
    """

    readers: ClassVar = {
        **dict.fromkeys(("code", "url", "status", "name", "description", "pipeline"), text),
        **dict.fromkeys(("created_on", "ctime"), moment),
        "progress": whole_number,
        "status_verbose": mapping,
        **dict.fromkeys(("mesh", "texture", "haircuts", "blendshapes"), optional_text),
        **dict.fromkeys(("thumbnail", "preview", "model_info", "exports"), optional_text),
    }
    required = ("code",)

    code: str
    url: str = field(default="", repr=False)
    name: str = ""
    description: str = ""
    pipeline: str = ""
    created_on: datetime | None = None
    ctime: datetime | None = None
    progress: int = 0
    status_verbose: Mapping[str, Any] = field(default_factory=dict)
    mesh: str | None = field(default=None, repr=False)
    texture: str | None = field(default=None, repr=False)
    haircuts: str | None = field(default=None, repr=False)
    blendshapes: str | None = field(default=None, repr=False)
    thumbnail: str | None = field(default=None, repr=False)
    preview: str | None = field(default=None, repr=False)
    model_info: str | None = field(default=None, repr=False)
    exports: str | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class Texture(Model):
    """A texture of an avatar: `identity` ("model" is the default one) and the URL of its `file`."""

    readers: ClassVar = {"identity": text, "file": text}
    required = ("identity",)

    identity: str
    file: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class Haircut(Model):
    """A haircut of an avatar, fitted to its head. `gender` is male, female or unisex; the others are URLs."""

    readers: ClassVar = {
        **dict.fromkeys(("identity", "gender", "url"), text),
        **dict.fromkeys(("model", "mesh", "pointcloud", "texture", "preview"), optional_text),
    }
    required = ("identity",)

    identity: str
    gender: str = ""
    url: str = field(default="", repr=False)
    model: str | None = field(default=None, repr=False)
    mesh: str | None = field(default=None, repr=False)
    pointcloud: str | None = field(default=None, repr=False)
    texture: str | None = field(default=None, repr=False)
    preview: str | None = field(default=None, repr=False)


def _points(value: Any) -> tuple[tuple[float, float, float], ...]:
    """X, Y, Z one after the other, as the service sends them, or in threes, as `to_json` writes them → points."""
    items = value if isinstance(value, list) else []
    flat = numbers([number for item in items for number in (item if isinstance(item, list) else [item])])
    return tuple((flat[i], flat[i + 1], flat[i + 2]) for i in range(0, len(flat) - 2, 3))


_GUESSES = ("age", "gender", "race")
_COLOURS = ("hair_color", "skin_color", "lips_color", "eye_iris_color", "eye_sclera_color", "eyebrows_color")
_REMOVALS = ("remove_smile", "remove_glasses", "remove_stubble")


@dataclass(frozen=True, kw_only=True)
class ModelInfo(Model):
    """What was asked for by `model_info`; None or empty where it wasn't. Guesses about the person are not in the repr.

    Attributes:
        age, gender, race: "child" or "not_child", "male" or "female", …, each with its confidence 0…1.
        races: race → confidence.
        hair_color, …: measured colours.
        haircut_name: the haircut that suits best, or "absolutely_bald"; haircut_full_info: haircut → weight.
        facial_landmarks_68: 68 points of X, Y, Z; NaN where one is missing.
        body_shape_coeffs_10: coefficients of the SMPL body model.
        remove_smile, …: whether that was done to the photo.
    """

    readers: ClassVar = {
        **dict.fromkeys(("pipeline", "pipeline_subtype"), text),
        **dict.fromkeys((*_GUESSES, "haircut_name"), optional_text),
        **{f"{name}_confidence": optional_number for name in _GUESSES},
        **dict.fromkeys(("races", "haircut_full_info"), shares),
        **dict.fromkeys(_COLOURS, colour),
        **dict.fromkeys(_REMOVALS, optional_flag),
        "facial_landmarks_68": _points,
        "body_shape_coeffs_10": numbers,
    }

    pipeline: str = ""
    pipeline_subtype: str = ""
    age: str | None = field(default=None, repr=False)
    age_confidence: float | None = field(default=None, repr=False)
    gender: str | None = field(default=None, repr=False)
    gender_confidence: float | None = field(default=None, repr=False)
    race: str | None = field(default=None, repr=False)
    race_confidence: float | None = field(default=None, repr=False)
    races: Mapping[str, float] = field(default_factory=dict, repr=False)
    hair_color: Rgb | None = None
    skin_color: Rgb | None = field(default=None, repr=False)
    lips_color: Rgb | None = None
    eye_iris_color: Rgb | None = None
    eye_sclera_color: Rgb | None = None
    eyebrows_color: Rgb | None = None
    haircut_name: str | None = None
    haircut_full_info: Mapping[str, float] = field(default_factory=dict)
    facial_landmarks_68: tuple[tuple[float, float, float], ...] = field(default=(), repr=False)
    body_shape_coeffs_10: tuple[float, ...] = field(default=(), repr=False)
    remove_smile: bool | None = None
    remove_glasses: bool | None = None
    remove_stubble: bool | None = None
