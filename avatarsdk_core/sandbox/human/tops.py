"""Shirts and jackets: sleeves of any length or none, a folded collar or a round neck, a straight hem."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .body import Body
from .cloth import (
    Floats,
    Hang,
    Ints,
    Sheet,
    Skin,
    body_suit,
    clipped,
    divided,
    joint,
    resampled,
    rims,
    skin_of,
    smoothed,
    strip,
    unit,
)
from .draft import Draft, hemmed
from .geometry import vertex_normals
from .measures import Measures, measures
from .skeleton import INDEX

FOLD, COLLAR_STAND = 0.0022, 0.026
NECK_REACH = 0.085  # metres from the middle to where a round neck meets the shoulder


@dataclass(frozen=True)
class Cut:
    """How a shirt is cut.

    Attributes:
        sleeve: its length in upper arms, 0 for none, up to 2 for one that reaches the wrist.
        collar: folded; without it the neck is round and hemmed.
        loose: factor of how far the cloth stands off.
        lower: metres by which the round neck lies lower.
    """

    sleeve: float = 0.60
    collar: bool = True
    loose: float = 1.0
    lower: float = 0.0

    def end(self, size: Measures) -> float:
        """x where the left sleeve ends."""
        below = max(self.sleeve - 1, 0) * size.lower_arm
        return float(size.arm[0] + min(self.sleeve, 1) * size.upper_arm + below)


POLO = Cut()


def shirt(body: Body, cut: Cut = POLO) -> Draft:
    """The shirt, its seams told by rest positions (see `measures`)."""
    size = measures(body)
    sheet = _cut(body_suit(body), size, cut)
    sheet = _seamed(_fitted(body, sheet, size, cut), size)
    draft = Draft.of(sheet)
    for name, chosen, guess in _pieces(sheet, size):
        if len(chosen):
            draft = draft.with_piece(name, chosen, guess)
    loops = sorted(rims(sheet.triangles), key=lambda loop: float(np.abs(sheet.positions[loop, 0].mean())))
    middle = sorted(loops[:2], key=lambda loop: float(sheet.positions[loop, 1].max()))  # the hem and the neck
    for loop in (*loops[2:], *(middle[:1] if cut.collar else middle)):
        draft = hemmed(draft, loop, depth=FOLD, length=0.014)
    return _collared(body, draft, sheet, middle[1]) if cut.collar else draft


def _cut(suit: Sheet, size: Measures, cut: Cut) -> Sheet:
    sheet = clipped(suit, lambda p: p[:, 1] - size.shirt_hem)
    sheet = clipped(sheet, lambda p: _neckline(p, size, cut))
    if not cut.sleeve:
        sheet = clipped(sheet, lambda p: -size.armhole(p * [1, 1, 1]) - 0.004)
        return clipped(sheet, lambda p: -size.armhole(p * [-1, 1, 1]) - 0.004)
    return clipped(sheet, lambda p: cut.end(size) - np.abs(p[:, 0]))


def _neckline(points: Floats, size: Measures, cut: Cut) -> Floats:
    """Positive below the neckline, which lies lower in the middle: the shoulders stay covered."""
    drop = cut.lower * np.clip(1 - (points[:, 0] / NECK_REACH) ** 2, 0, 1) * (points[:, 2] > size.side_seam)
    return size.neckline(points + np.stack([0 * drop, drop, 0 * drop], axis=1))


def _seamed(sheet: Sheet, size: Measures) -> Sheet:
    """Vertices along the seams. Only now: the thin triangles that this makes would disturb the smoothing."""
    sheet, _ = divided(sheet, lambda p: p[:, 2] - size.side_seam)
    sheet, _ = divided(sheet, size.armhole)
    sheet, _ = divided(sheet, lambda p: size.armhole(p * [-1, 1, 1]))
    return sheet


def _fitted(body: Body, sheet: Sheet, size: Measures, cut: Cut) -> Sheet:
    skin = skin_of(body)
    rest = sheet.rest
    sleeve = np.clip((np.abs(rest[:, 0]) - size.arm[0]) / (0.6 * size.upper_arm), 0, 1)
    fall = np.clip((size.arm[1] - 0.05 - rest[:, 1]) / (size.arm[1] - 0.05 - size.shirt_hem), 0, 1)
    wrist = np.clip((np.abs(rest[:, 0]) - size.arm[0] - size.upper_arm) / size.lower_arm, 0, 1)
    ease = (0.007 + 0.011 * fall + 0.010 * sleeve - 0.006 * wrist) * cut.loose
    positions = smoothed(sheet, 4)
    positions = positions + vertex_normals(positions, sheet.triangles) * ease[:, None]
    torso = (sleeve <= 0) & (rest[:, 1] < size.arm[1] - 0.02)
    share = np.clip((size.arm[1] - 0.04 - rest[:, 1]) / 0.10, 0, 1) * (sleeve <= 0)
    axis = np.array([[2.0, 0.0, size.side_seam], [0.0, 0.0, size.side_seam]])
    positions = Hang(axis, size.shirt_slope).applied(positions, torso, share)
    for rounds in (10, 6, 3):
        positions = smoothed(sheet.moved(positions), rounds)
        positions = skin.pushed(positions, 0.45 * ease + 0.002)
    positions = smoothed(sheet.moved(positions), 2)
    weights = smoothed(sheet, 24, values=sheet.weights)
    return Sheet(positions, rest, _still_placket(weights, rest, size), sheet.triangles)


def _still_placket(weights: Floats, rest: Floats, size: Measures) -> Floats:
    """The placket goes with the chest alone: pulled by both arms it would crease, and its buttons with it."""
    pulling = [INDEX[side + name] for side in ("Left", "Right") for name in ("Shoulder", "Arm", "ForeArm")]
    pulled = np.clip((np.abs(rest[:, 0]) - 0.035) / 0.05, 0, 1)
    pulled = np.where(rest[:, 2] > size.side_seam, pulled * pulled * (3 - 2 * pulled), 1)
    still = weights.copy()
    still[:, pulling] *= pulled[:, None]
    still[:, INDEX["Spine2"]] += (weights - still).sum(axis=1)
    return still


def _pieces(sheet: Sheet, size: Measures) -> list[tuple[str, Ints, Floats]]:
    middle = sheet.rest[sheet.triangles].mean(axis=1)
    front = middle[:, 2] > size.side_seam
    left, right = size.armhole(middle) > 0, size.armhole(middle * [-1, 1, 1]) > 0
    facing, turned = sheet.positions[:, :2], sheet.positions[:, :2] * [-1, 1]
    return [
        ("front", np.flatnonzero(front & ~left & ~right), facing),
        ("back", np.flatnonzero(~front & ~left & ~right), turned),
        ("sleeve", np.flatnonzero(front & left), facing),
        ("sleeve", np.flatnonzero(~front & left), turned),
        ("sleeve", np.flatnonzero(front & right), facing),
        ("sleeve", np.flatnonzero(~front & right), turned),
    ]


def _collared(body: Body, draft: Draft, shirt: Sheet, rim: Ints) -> Draft:
    """The collar: a stand around the neck that folds over into two leaves whose tips meet in front."""
    points = shirt.positions[rim]
    start = int(np.argmax(points[:, 2] - 4 * np.abs(points[:, 0])))
    base, before, after, share = resampled(points, 96, start=start)
    weights = shirt.weights[rim[before]] * (1 - share[:, None]) + shirt.weights[rim[after]] * share[:, None]
    up = unit(joint(body, "Head") - joint(body, "Neck") + [0, 0.06, 0])
    centre = base[:-1].mean(axis=0)
    out = base - centre
    out = unit(out - np.outer(out @ up, up))
    turn = np.linspace(0, 1, len(base))  # once round from the front
    front = np.abs(2 * turn - 1) ** 6  # 1 at the opening in front, 0 at the back
    sideways = np.sign(0.5 - turn) * np.sign(base[len(base) // 4, 0])
    opening = np.outer(sideways * front * -0.0012, [1.0, 0, 0])
    stand = COLLAR_STAND * (1 - 0.45 * front)
    leaf = 0.042 + 0.022 * np.abs(2 * turn - 1) ** 8

    neck = skin_of(body)
    cloth = Skin(shirt.positions, vertex_normals(shirt.positions, shirt.triangles))
    # The lowest row hides under the shirt, so that no gap shows along the seam.
    inside = [base + opening - up * 0.004 - out * 0.002]
    for t in (0.15, 0.45, 0.75, 0.95):
        row = base + opening + up * (stand * t)[:, None]
        inside.append(_snug(neck, row, 0.0065, 0.009, t * (1 - front)))
    inside = [inside[0], *_evened(inside[1:])]
    top = inside[-1] + up * 0.002
    fall = unit(out * 0.50 - up * 0.87 + np.outer(sideways * front * 0.50, [1.0, 0, 0]))
    outside = [top + out * 0.002]
    for t in (0.06, 0.2, 0.4, 0.6, 0.8, 1.0):
        row = top + out * 0.0045 + fall * (leaf * t)[:, None]
        row = neck.pushed(cloth.pushed(row, 0.0035), 0.007)
        outside.append(row)
    outside = _evened(outside)
    turned = [outside[-1] - out * 0.002 + up * 0.001, outside[-2] - out * 0.0022]
    rows = [*turned[::-1], *outside[::-1], *inside[::-1]]
    if base[len(base) // 4, 0] < 0:  # the rim runs the other way
        rows = [row[::-1] for row in rows]
        weights = weights[::-1]
    shares = [_even(weights, 40)] * len(rows)
    for index in range(len(turned) + len(outside) - 1):  # the leaf moves with the shirt that it lies on
        shares[index] = _even(shirt.weights[cloth.nearest(rows[index])], 40)
    sheet, flat = strip(rows, shares)
    return draft.with_sheet("collar", sheet, flat).with_opening(top)


def _snug(skin: Skin, row: Floats, least: float, most: float, share: Floats) -> Floats:
    """A row held off the skin by `least`, and by a `share` drawn to it where it stands off by more than `most`."""
    index = skin.nearest(row)
    height = ((row - skin.points[index]) * skin.normals[index]).sum(axis=1)
    drawn = row - skin.normals[index] * (np.clip(height - most, 0, 0.03) * share)[:, None]
    return skin.pushed(drawn, least)


def _evened(rows: list[Floats]) -> list[Floats]:
    """Rows smoothed along themselves, their ends kept."""
    grid = np.stack(rows)
    for _ in range(12):
        grid[:, 1:-1] += 0.5 * ((grid[:, :-2] + grid[:, 2:]) / 2 - grid[:, 1:-1])
    return list(grid)


def _even(values: Floats, rounds: int) -> Floats:
    """Values smoothed along a closed row, whose last is its first."""
    for _ in range(rounds):
        padded = np.concatenate([values[-2:-1], values, values[1:2]])
        values = (padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4
    return values
