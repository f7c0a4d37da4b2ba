"""Where a photo shows a face, found by cheap signs: skin, two dark eyes over a mouth.

There is no face detector: where the signs don't agree, nothing is projected and the painted face stands.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .look import decoded, face_patch

SIZE = 1024  # pixels of the kept photo's longer side
_WIDTH = 96  # pixels of a face's width at which its features are looked for
LUMA = np.array([0.299, 0.587, 0.114])
_FUR = 0.155  # unevenness of cheeks: smooth skin has 0.04, the smile of a small portrait 0.12, a tabby 0.20
_MOUTH_BELOW = (0.75, 1.45)  # eye distances from the eyes' line to the mouth


@dataclass(frozen=True)
class Face:
    """Where a face is, in shares of the photo's width and height: pupils (avatar's left and right), mouth, skin."""

    left: tuple[float, float]
    right: tuple[float, float]
    mouth: tuple[float, float]
    skin: tuple[int, int, int]


def find_face(photo: bytes) -> Face | None:
    """The face of a portrait, None where the photo shows nothing that is surely one. Raises PhotoError."""
    patch = face_patch(photo)
    if patch is None:
        return None
    rows, columns = np.nonzero(patch)
    top, bottom = np.quantile(rows, [0.01, 0.99])
    left, right = np.quantile(columns, [0.03, 0.97])
    if right - left < 10 or not 0.75 < (bottom - top) / (right - left) < 2.6 or patch.mean() < 0.008:
        return None
    # Small faces are looked at closer.
    closer = int(np.clip(_WIDTH // (right - left), 1, 6))
    image = decoded(photo, closer * max(patch.shape))
    inside = within(patch)[np.arange(image.shape[0]) * len(patch) // image.shape[0]]
    inside = inside[:, np.arange(image.shape[1]) * patch.shape[1] // image.shape[1]]
    eyes = _eyes(image @ LUMA, inside, closer * top, closer * left, closer * (right - left))
    if eyes is None:
        return None
    (x1, y1), (x2, y2) = eyes
    mouth = _mouth(image, (x1 + x2) / 2, (y1 + y2) / 2, x2 - x1)
    if mouth is None or _unevenness(image @ LUMA, (x1, y1), (x2, y2), mouth[1]) > _FUR:
        return None
    scale = np.array([image.shape[1], image.shape[0]], dtype=float)
    pupil_left, pupil_right, lips = (
        ((np.array(point) + 0.5) / scale).tolist() for point in ((x2, y2), (x1, y1), mouth)
    )
    cheeks = image[round(y1 + 0.35 * (x2 - x1)) : round(mouth[1]), round(x1) : round(x2)].reshape(-1, 3)
    red, green, blue = np.median(cheeks, axis=0).astype(int).tolist()
    return Face((*pupil_left,), (*pupil_right,), (*lips,), (red, green, blue))


def within(patch: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The patch with its holes, eyes and mouth, without what is beside it."""
    before = np.maximum.accumulate(patch, axis=1)
    after = np.maximum.accumulate(patch[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(before & after)


def _eyes(
    luma: NDArray[np.float64], inside: NDArray[np.bool_], top: float, left: float, width: float
) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """The darkest place of each upper half of the face, where both are level and darker than the cheeks below."""
    blur = max(1, round(0.04 * width))
    soft = _mean(luma, blur)
    inside = _mean(inside.astype(np.float64), 2 * blur) > 0.999  # a dark wall shines into the edge of what is bright
    first, last = round(top + 0.10 * width), round(top + 0.90 * width)
    found = []
    for start, end in ((0.12, 0.45), (0.55, 0.88)):
        low, high = round(left + start * width), round(left + end * width)
        window = np.where(inside[first:last, low:high], soft[first:last, low:high], 255.0)
        if window.size == 0 or min(window.shape) < 3:
            return None
        row, column = (int(value) for value in np.unravel_index(int(window.argmin()), window.shape))
        row += _lower_dip(window[row:, column], round(0.26 * width))
        found.append((float(low + column), float(first + row)))
    (x1, y1), (x2, y2) = found
    apart = x2 - x1
    if not (abs(y2 - y1) < 0.25 * apart and 0.30 * width < apart < 0.75 * width):
        return None
    cheek = soft[min(round((y1 + y2) / 2 + 0.55 * apart), len(soft) - 1), [round(x1), round(x2)]].mean()
    dark = max(soft[round(y), round(x)] for x, y in found)
    return (found[0], found[1]) if dark < 0.88 * cheek else None


def _lower_dip(column: NDArray[np.float64], reach: int) -> int:
    """How far below a dark place another one lies: the brow is dark as well as the eye, which is the lower."""
    part = column[: reach + 1]
    dips = np.flatnonzero((part[1:-1] < part[:-2]) & (part[1:-1] <= part[2:])) + 1
    dark = [dip for dip in dips.tolist() if part[dip] < part[0] + 25]
    return int(dark[-1]) if dark else 0


def _mouth(image: NDArray[np.float64], x: float, y: float, apart: float) -> tuple[float, float] | None:
    """The row between nose and chin that is reddest and darkest across the middle."""
    low, high = round(y + _MOUTH_BELOW[0] * apart), round(y + _MOUTH_BELOW[1] * apart)
    half = max(2, round(0.28 * apart))
    strip = image[low:high, max(0, round(x) - half) : round(x) + half]
    if strip.shape[0] < 4 or strip.shape[1] < 3:
        return None
    rows = strip.mean(axis=1)
    dark = rows.mean(axis=1)
    redness = (rows[:, 0] - 0.5 * (rows[:, 1] + rows[:, 2])) / np.maximum(dark, 1)  # dark skin's lips are red too
    score = (redness - redness.mean()) / (redness.std() + 0.01) - (dark - dark.mean()) / (dark.std() + 1)
    score = np.convolve(score, np.ones(3) / 3, "same")
    return x, float(low + int(score.argmax()))


def _unevenness(
    luma: NDArray[np.float64], right: tuple[float, float], left: tuple[float, float], mouth: float
) -> float:
    """How much the cheeks' light changes over a 24th of the eyes' distance, as a share of it."""
    apart = left[0] - right[0]
    step = max(1, round(apart / 24))
    changes = []
    for x, y in (right, left):
        top, bottom = (round(y + share * (mouth - y)) for share in (0.4, 0.75))
        cheek = luma[top:bottom, max(0, round(x - 0.15 * apart)) : round(x + 0.15 * apart)]
        rows, columns = (size // step for size in cheek.shape)
        if min(rows, columns) < 2:
            return 0.0
        blocks = cheek[: rows * step, : columns * step].reshape(rows, step, columns, step).mean(axis=(1, 3))
        steps = np.abs(np.diff(blocks, axis=0)).mean() + np.abs(np.diff(blocks, axis=1)).mean()
        changes.append(float(steps / max(blocks.mean(), 1)))
    return sum(changes) / 2


def _mean(values: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    padded = np.pad(values, reach, mode="edge")
    total = np.cumsum(np.cumsum(np.pad(padded, ((1, 0), (1, 0))), axis=0), axis=1)
    size = 2 * reach + 1
    return (total[size:, size:] - total[:-size, size:] - total[size:, :-size] + total[:-size, :-size]) / size**2
