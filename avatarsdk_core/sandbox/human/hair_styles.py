"""The haircuts: which cards lie over one another, how they run, where on the scalp they are rooted.

Names are of the service's own set for metaperson_2.0; what each looks like there isn't documented.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from .model import Subtype

Trace = Literal["falling", "cropped", "combed", "fringe", "tail", "bun", "tuft", "crest"]
WISPY, CURLY = (3, 4, 4), (6, 7)  # columns of the strand texture


@dataclass(frozen=True)
class Layer:
    """Cards that lie at the same height over the skull.

    Attributes:
        count: how many; width: metres; lift: metres over the skull; columns: of the strand texture.
        shorter: by how many metres than the style's length.
        trace: how they run; empty for the style's own.
    """

    count: int
    width: float
    lift: float
    columns: tuple[int, ...]
    shorter: float = 0.0
    trace: Trace | None = None


@dataclass(frozen=True)
class Style:
    """A haircut.

    Attributes:
        trace: falling from a parting to `length` metres under the chin; cropped close to the skull; combed to the
            place `to`; and so on.
        crop: factor of the length of cropped hair.
        wave: metres that falling hair swings to its sides, every `wavelength` metres.
        points: of a card's middle line.
        top: roots lie in the middle of the head only, so many metres to each side.
        parted: with a row of roots along the parting.
        to: (back, up) metres from the crown where combed hair is gathered.
    """

    layers: tuple[Layer, ...]
    trace: Trace
    parting: float = 0.0
    length: float = 0.0
    crop: float = 1.0
    wave: float = 0.0
    wavelength: float = 0.07
    points: int = 13
    top: float = 0.0
    parted: bool = True
    to: tuple[float, float] = (0.06, -0.02)

    @property
    def long(self) -> bool:
        return self.trace == "falling"


_BOB_LAYERS = (
    Layer(150, 0.036, 0.004, (0, 1)),
    Layer(170, 0.030, 0.009, (0, 1, 2), 0.004),
    Layer(150, 0.024, 0.013, (2, 3), 0.010),
    Layer(70, 0.018, 0.016, (4, 5), 0.004),
)
_BOB = Style(_BOB_LAYERS, "falling", parting=0.022, length=0.012)
_CROP_LAYERS = (
    Layer(420, 0.015, 0.003, (1, 2)),
    Layer(400, 0.013, 0.006, (2, 3)),
    Layer(300, 0.012, 0.010, WISPY),
)
_SHORT = Style(_CROP_LAYERS, "cropped", parting=0.030)
_SLEEK = (
    Layer(260, 0.022, 0.003, (0, 1)),
    Layer(240, 0.018, 0.006, (1, 2)),
    Layer(140, 0.013, 0.008, (3, 4)),
)
_LONG_LAYERS = (
    Layer(150, 0.038, 0.004, (0, 1)),
    Layer(170, 0.032, 0.010, (0, 1, 2), 0.01),
    Layer(150, 0.026, 0.015, (2, 3), 0.03),
    Layer(80, 0.018, 0.018, (4, 5), 0.02),
)
_FRINGE = (Layer(46, 0.020, 0.006, (0, 1, 2), trace="fringe"), Layer(40, 0.014, 0.010, (2, 3, 4), trace="fringe"))
_OF_BOTH: Mapping[str, Style] = MappingProxyType(
    {
        "Haircut1": _SHORT,
        "Haircut2": Style(
            (Layer(700, 0.011, 0.0012, (3, 4, 5)), Layer(500, 0.010, 0.0026, (4, 5))), "cropped", crop=0.34, points=5
        ),
        "Haircut3": Style(_LONG_LAYERS, "falling", parting=0.002, length=0.20, points=25),
        "Haircut4": Style(_LONG_LAYERS, "falling", parting=0.024, length=0.13, wave=0.012, points=31),
        "Haircut5": Style((*_BOB_LAYERS, *_FRINGE), "falling", parting=0.0, length=0.02, parted=False),
        "Haircut6": Style((*_SLEEK, Layer(70, 0.020, 0.0, (0, 1, 2, 3), trace="tail")), "combed", length=0.30),
        "Haircut7": Style(
            (*_SLEEK, Layer(110, 0.022, 0.0, (0, 1, 2), trace="bun")), "combed", length=0.034, to=(0.030, 0.026)
        ),
        "Haircut8": Style(_SLEEK, "combed", to=(0.045, -0.125), length=0.0),
        "Haircut9": Style(
            (
                Layer(420, 0.034, 0.012, CURLY, trace="tuft"),
                Layer(420, 0.034, 0.026, CURLY, trace="tuft"),
                Layer(320, 0.030, 0.040, CURLY, trace="tuft"),
            ),
            "tuft",
            crop=1.0,
            points=7,
        ),
        "Haircut10": Style(
            (
                Layer(260, 0.012, 0.002, (2, 3), trace="cropped"),
                Layer(190, 0.016, 0.010, (1, 2, 3), trace="crest"),
                Layer(150, 0.013, 0.014, WISPY, trace="crest"),
            ),
            "cropped",
            crop=0.32,
            top=0.030,
        ),
        "Haircut11": Style((*_CROP_LAYERS, *_FRINGE[:1]), "cropped", parting=-0.020, crop=1.35),
        "Haircut12": Style(
            _LONG_LAYERS, "falling", parting=-0.028, length=0.075, wave=0.006, wavelength=0.05, points=25
        ),
        "Haircut_Afro_Fade": Style(
            (
                Layer(500, 0.010, 0.0014, (4, 5), trace="cropped"),
                Layer(260, 0.026, 0.010, CURLY, trace="tuft"),
                Layer(260, 0.024, 0.020, CURLY, trace="tuft"),
            ),
            "tuft",
            crop=0.34,
            points=7,
            top=0.066,
        ),
    }
)
NAMES = ("Haircut0", *_OF_BOTH)


def style(identity: str, subtype: Subtype) -> Style:
    """The style of a name of NAMES; Haircut0 is a bob on a female head and a short cut on a male one."""
    if identity == "Haircut0":
        return _BOB if subtype == "female" else _SHORT
    return _OF_BOTH[identity]
