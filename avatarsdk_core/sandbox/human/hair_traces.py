"""How cards run that neither fall nor are cropped: combed to a place, tied, over the forehead, curled, on end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from .cloth import Floats, unit
from .hair_growth import Head, cropped, falling, roots
from .hair_styles import Layer, Style, Trace

_BROW_GAP = 0.030  # metres below the hairline at which a fringe ends, of the way to the eyes
_ON_NECK, _ON_SHOULDERS = 0.006, 0.034  # metres that long hair keeps off the skin: clothes and collars lie on it


def traced(head: Head, style: Style, layer: Layer, random: np.random.Generator) -> tuple[Floats, Floats, Floats]:
    """The cards of a layer.

    Returns:
        (N, K, 3) middle lines, (N, K, 3) which way is outwards, (N,) how far behind the hairline each is rooted.
    """
    trace = layer.trace or style.trace
    if trace in _TIED:
        lines = _TIED[trace](head, style, layer, random)
        inner = lines.mean(axis=0) if trace == "tail" else lines.mean(axis=(0, 1))
        return lines, lines - inner, np.full(len(lines), 0.03)
    start, depth = _rooted(head, style, layer, trace, random)
    lines = _TRACES[trace](head, style, layer, start, random)
    if style.long and trace == "falling":
        lines = _waved(head, style, lines, random)
        lines = _off_the_body(head, lines)
    inner = head.centre + np.array([0, 0.06, 0]) if trace == "crest" else head.axis(lines)
    return lines, lines - inner, depth


def _rooted(head: Head, style: Style, layer: Layer, trace: Trace, random: np.random.Generator) -> tuple[Floats, Floats]:
    if trace == "fringe":
        return _front_row(head, layer.count, random)
    many = trace in ("crest", "tuft") and style.top
    start, depth = roots(head, style, layer.count * (3 if many else 1), random)
    if many:
        high = start[:, 1] > head.ear_top + 0.035
        inside = (np.abs(start[:, 0]) < style.top) & high
        start, depth = start[inside][: layer.count], depth[inside][: layer.count]
    return start, depth


def _front_row(head: Head, count: int, random: np.random.Generator) -> tuple[Floats, Floats]:
    """Roots in the first centimetres behind the forehead's hairline."""
    corners, depths = head.points[head.triangles], head.depths[head.triangles].mean(axis=1)
    centre = corners.mean(axis=1)
    front = (depths > 0.004) & (depths < 0.045) & (centre[:, 2] > head.centre[2] + 0.02)
    front &= np.abs(centre[:, 0]) < 0.052
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1) * front
    chosen = random.choice(len(area), count, p=area / area.sum())
    return centre[chosen] + random.normal(0, 0.002, (count, 3)), depths[chosen]


def _combed(head: Head, style: Style, layer: Layer, start: Floats, random: np.random.Generator) -> Floats:
    """Over the skull to one place."""
    goal = _gathered(head, style)
    if style.length == 0:  # nothing is tied: the hair ends side by side
        spread = np.stack([np.clip(start[:, 0], -0.05, 0.05), np.zeros(len(start)), np.zeros(len(start))], axis=1)
        goals = goal + spread + random.normal(0, 0.008, start.shape)
    else:
        goals = goal + random.normal(0, 0.004, start.shape)
    share = np.linspace(0, 1, style.points)[None, :, None]
    away, towards = unit(start - head.centre)[:, None], unit(goals - head.centre)[:, None]
    # Not through the ears: the way leads up a little first.
    low = np.clip((head.ear_top + 0.01 - start[:, 1]) / 0.05, 0, 1)[:, None, None]
    if style.length == 0:  # far to go: from the forehead over the top too
        low = np.maximum(low, np.clip((start[:, 2] - head.centre[2]) / 0.05, 0, 1.4)[:, None, None])
    over = np.array([0.0, 0.55, 0.0]) * low * np.sin(np.pi * share)
    directions = unit(away * (1 - share) + towards * share + over)
    lines = head.centre + directions * 0.1
    flat = lines.reshape(-1, 3)
    lift = layer.lift * random.uniform(0.7, 1.2, (len(start), 1)) * np.sin(np.clip(share[..., 0] * 4, 0, 1) * np.pi / 2)
    height = head.radius(flat, head.skull).reshape(len(start), -1) + 0.0012 + lift
    lines = head.centre + directions * height[..., None]
    lines[:, 0] = start
    return lines


def _gathered(head: Head, style: Style) -> Floats:
    back, up = style.to
    place = head.crown + np.array([0.0, up, -back])
    return np.asarray(head.centre + unit(place - head.centre) * (head.radius(place[None], head.skull)[0] + 0.006))


def _tail(head: Head, style: Style, layer: Layer, random: np.random.Generator) -> Floats:
    """From where the hair is tied: out, and down the back."""
    knot = _gathered(head, style)
    out = unit((knot - head.centre) * [1, 0.4, 1])
    t = np.linspace(0, 1, max(style.points, 21))[None, :, None]
    length = style.length * random.uniform(0.75, 1.0, (layer.count, 1, 1))
    angle = random.uniform(0, 2 * np.pi, (layer.count, 1, 1))
    radius = 0.017 * np.sqrt(random.random((layer.count, 1, 1)))
    ring = radius * np.concatenate([np.cos(angle), 0 * angle, np.sin(angle)], axis=2)
    swell = 0.45 + 1.1 * np.sin(np.clip(t * 1.15, 0, 1) * np.pi) ** 0.8
    arch = out * (0.055 * np.sin(np.clip(t * 2.2, 0, 1) * np.pi / 2)) + [0, 0.018, 0] * np.sin(
        np.clip(t * 4, 0, 1) * np.pi
    )
    drop = np.clip(t - 0.06, 0, 1) ** 1.15
    lines = knot + arch - np.array([0, 1.0, 0]) * length * drop + ring * swell
    return _off_the_body(head, lines)


def _bun(head: Head, style: Style, layer: Layer, random: np.random.Generator) -> Floats:
    """Arcs around a ball on the place where the hair is gathered; `length` is its radius."""
    knot = _gathered(head, style)
    out = unit(knot - head.centre)
    middle = knot + out * style.length * 0.62
    first = unit(np.cross(out, random.normal(0, 1, (layer.count, 3))))
    second = np.cross(out, first)
    tilt = random.uniform(-0.75, 0.95, (layer.count, 1, 1))
    turn = random.uniform(0, 2 * np.pi, (layer.count, 1, 1))
    t = turn + np.linspace(0, 2.4, style.points)[None, :, None]
    level = np.sqrt(1 - np.clip(tilt, -0.98, 0.98) ** 2)
    around = first[:, None] * np.cos(t) + second[:, None] * np.sin(t)
    size = style.length * random.uniform(0.93, 1.06, (layer.count, 1, 1))
    return np.asarray(middle + size * (around * level + out * (tilt + 0.15 * np.sin(2 * t))))


def _fringe(head: Head, style: Style, layer: Layer, start: Floats, random: np.random.Generator) -> Floats:
    """Forward over the forehead, down to above the brows."""
    count = len(start)
    # The ends lie on an arc over the brows, a little to the side that the hair is parted to.
    lean = np.sign(style.parting or 1.0) * (0.012 if style.parting else 0.0)
    x = np.clip(start[:, 0] * 0.95 + lean, -0.055, 0.055) + random.normal(0, 0.003, count)
    y = head.hairline - _BROW_GAP * random.uniform(0.75, 1.05, count) - 0.004 * (np.abs(x) / 0.05) ** 2
    ends = np.stack([x, y, np.full(count, head.centre[2] + 0.10)], axis=1)
    share = np.linspace(0, 1, style.points)[None, :, None]
    away, towards = unit(start - head.centre)[:, None], unit(ends - head.centre)[:, None]
    directions = unit(away * (1 - share) + towards * share)
    height = head.radius((head.centre + directions * 0.1).reshape(-1, 3), head.skull).reshape(count, -1)
    bulge = (
        layer.lift
        * (0.35 + np.sin(np.clip(share[..., 0] * 1.1, 0, 1) * np.pi * 0.75))
        * random.uniform(0.8, 1.2, (count, 1))
    )
    lines = head.centre + directions * (height + 0.002 + bulge)[..., None]
    lines[:, 0] = start
    return np.asarray(lines)


def _tufts(head: Head, style: Style, layer: Layer, start: Floats, random: np.random.Generator) -> Floats:
    """Short curls that lie in shells over the skull, every way."""
    count = len(start)
    normal = unit(start - head.axis(start))
    along = unit(np.cross(normal, random.normal(0, 1, (count, 3))))
    t = np.linspace(-0.5, 0.5, style.points)[None, :, None]
    reach = 0.036 * random.uniform(0.8, 1.2, (count, 1, 1))
    edge = np.clip((start[:, 1] - head.ear_top + 0.03) / 0.06, 0.25, 1)[:, None, None]  # thinner at the nape
    lift = layer.lift * random.uniform(0.75, 1.15, (count, 1, 1)) * edge
    bulge = 0.010 * (1 - (2 * t) ** 2)
    return np.asarray(start[:, None] + normal[:, None] * (lift + bulge) + along[:, None] * reach * t)


def _crest(head: Head, style: Style, layer: Layer, start: Floats, random: np.random.Generator) -> Floats:
    """On end, leaning to the middle and back a little."""
    count = len(start)
    height = (0.040 + 0.014 * random.random((count, 1, 1))) * np.clip(
        1 - np.abs(start[:, :1, None]) / (style.top * 1.25), 0.35, 1
    )
    t = np.linspace(0, 1, style.points)[None, :, None]
    ahead = np.clip((start[:, 2:3, None] - head.centre[2]) / 0.08, 0, 1)
    lean = np.stack([-0.5 * start[:, 0] / 0.03 * 0.4, np.zeros(count), np.full(count, -0.35)], axis=1)[:, None]
    up = unit(start - head.centre)[:, None]
    rise = height * (0.75 + 0.35 * ahead)
    return np.asarray(start[:, None] + up * rise * t + lean * rise * t * t * 0.7)


def _waved(head: Head, style: Style, lines: Floats, random: np.random.Generator) -> Floats:
    """Falling hair that swings from side to side, more towards its ends; neighbours swing together."""
    if not style.wave:
        return lines
    step = np.linalg.norm(np.diff(lines, axis=1), axis=2)
    way = np.concatenate([np.zeros((len(lines), 1)), step.cumsum(axis=1)], axis=1)
    out = unit((lines - head.axis(lines)) * [1, 0.2, 1])
    aside = unit(np.cross([0.0, 1.0, 0.0], out))
    azimuth = np.arctan2(out[:, -1, 0], out[:, -1, 2])[:, None]
    phase = 2 * np.pi * way / style.wavelength + 2.5 * np.sin(3 * azimuth) + random.normal(0, 0.5, (len(lines), 1))
    grow = style.wave * np.clip((way - 0.05) / 0.10, 0, 1)
    return np.asarray(
        lines + aside * (grow * np.sin(phase))[..., None] + out * (0.6 * grow * (1 + np.cos(phase)))[..., None]
    )


def _off_the_body(head: Head, lines: Floats) -> Floats:
    """Hair that hangs lower than the jaw lies on neck and shoulders instead of in them."""
    low = lines[..., 1] < head.jaw + 0.01
    if not low.any():
        return lines
    result = lines.copy()
    depth = np.clip((head.jaw - lines[low][:, 1]) / 0.07, 0, 1)
    result[low] = head.skin.pushed(lines[low], _ON_NECK + (_ON_SHOULDERS - _ON_NECK) * depth)
    return result


_TRACES: Mapping[Trace, Callable[[Head, Style, Layer, Floats, np.random.Generator], Floats]] = MappingProxyType(
    {
        "falling": falling,
        "cropped": cropped,
        "combed": _combed,
        "fringe": _fringe,
        "tuft": _tufts,
        "crest": _crest,
    }
)
_TIED: Mapping[Trace, Callable[[Head, Style, Layer, np.random.Generator], Floats]] = MappingProxyType(
    {"tail": _tail, "bun": _bun}
)
