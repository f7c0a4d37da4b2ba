"""Trousers from a waistband under the shirt: straight down to the shoes, or short, or tight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .body import Body
from .cloth import Floats, Hang, Sheet, body_suit, clipped, divided, joint, rims, skin_of, smoothed
from .draft import Draft, hemmed
from .geometry import vertex_normals
from .measures import Measures, measures

LEG_SLOPE = 0.075  # how fast a leg narrows downwards
CUFF = 0.045  # above the ankle joint: there the leg is round; the cloth is drawn down to the hem from here


@dataclass(frozen=True)
class Legs:
    """How trousers are cut: `length`: share of the way from crotch to ankle; `tight`: they lie on the skin."""

    length: float = 1.0
    tight: bool = False

    def hem(self, size: Measures) -> float:
        """Height of the lower edge on the body suit."""
        low, high = float(size.ankle[1]) + CUFF, float(size.hip[1])
        return high - (high - low) * self.length


JEANS = Legs()


def trousers(body: Body, legs: Legs = JEANS) -> Draft:
    """Seams at the sides, inside the legs and in the middle."""
    size = measures(body)
    sheet = clipped(body_suit(body), lambda p: size.waist - p[:, 1])
    sheet = clipped(sheet, lambda p: p[:, 1] - legs.hem(size))
    sheet = clipped(sheet, lambda p: 0.35 - np.abs(p[:, 0]))  # hands may hang this low in other poses
    sheet = _fitted(body, sheet, size, legs)
    sheet, _ = divided(sheet, size.inseam)
    sheet, _ = divided(sheet, lambda p: p[:, 0])
    middle = sheet.rest[sheet.triangles].mean(axis=1)
    front, left = size.inseam(middle) > 0, middle[:, 0] > 0
    facing, turned = sheet.positions[:, :2], sheet.positions[:, :2] * [-1, 1]
    draft = Draft.of(sheet)
    for name, chosen, guess in (
        ("front", front & left, facing),
        ("front", front & ~left, facing),
        ("back", ~front & left, turned),
        ("back", ~front & ~left, turned),
    ):
        draft = draft.with_piece(name, np.flatnonzero(chosen), guess)
    for rim in rims(sheet.triangles):
        draft = hemmed(draft, rim, depth=0.0025, length=0.014)
    return draft


def _fitted(body: Body, sheet: Sheet, size: Measures, legs: Legs) -> Sheet:
    skin, rest = skin_of(body), sheet.rest
    crotch = size.hip[1] - 0.07 * (size.hip[1] - size.ankle[1])
    fall = np.clip((crotch - rest[:, 1]) / (crotch - size.ankle[1]), 0, 1)
    positions = smoothed(sheet, 4)
    ease = 0.005 + 0.004 * np.clip(fall * 6, 0, 1) + 0.012 * fall
    if legs.tight:
        ease = np.full(len(rest), 0.0035)
    positions = positions + vertex_normals(positions, sheet.triangles) * ease[:, None]
    if legs.length == 1.0 and not legs.tight:
        positions = _drawn_down(positions, size)
    for side, sign in () if legs.tight else (("Left", 1.0), ("Right", -1.0)):
        own = rest[:, 0] * sign > 0
        centres = [joint(body, f"{side}{name}") for name in ("UpLeg", "Leg", "Foot")]
        axis = np.array([[y, x, z] for x, y, z in centres])
        share = np.clip((crotch - 0.02 - rest[:, 1]) / 0.12, 0, 1) * own
        positions = Hang(axis, LEG_SLOPE).applied(positions, own & (rest[:, 1] < crotch), share)
    for rounds in (10, 6, 3, 1):
        positions = smoothed(sheet.moved(positions), rounds)
        positions = skin.pushed(positions, np.minimum(ease, 0.004 + 0.006 * fall))
        positions = _apart(positions, rest, crotch)
    return Sheet(positions, rest, smoothed(sheet, 10, values=sheet.weights), sheet.triangles)


def _drawn_down(positions: Floats, size: Measures) -> Floats:
    """Lower legs lengthened, so that their round lower end reaches the hem."""
    low, high = size.ankle[1] + CUFF, size.knee[1] - 0.08
    stretch = (high - size.trouser_hem) / (high - low)
    y = positions[:, 1]
    result = positions.copy()
    result[:, 1] = np.where(y < high, high - (high - y) * stretch, y)
    return result


def _apart(positions: Floats, rest: Floats, crotch: float) -> Floats:
    """The legs' inner sides held off each other."""
    side = np.sign(rest[:, 0])
    gap = np.clip((crotch - 0.01 - rest[:, 1]) / 0.05, 0, 1) * 0.002
    result = positions.copy()
    result[:, 0] = side * np.maximum(positions[:, 0] * side, gap)
    return result
