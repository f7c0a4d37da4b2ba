"""The photo on the face: found by cheap signs (skin, two dark eyes over a mouth), projected from the front, blended.

There is no face detector: where the signs don't agree, nothing is projected and the painted face stands. The photo's
eyes stay out, because the avatar has eyes of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from .anatomy import MOUTH_CORNER, Anatomy, fold, smooth
from .arrays import Floats, floats
from .body import Body
from .look import Look, decoded, face_patch
from .texels import Texels, part_texels

EVENNESS = 0.40  # eye distances over which light counts as broad
SIZE = 1024  # pixels of the kept photo's longer side
_WIDTH = 96  # pixels of a face's width at which its features are looked for
_LUMA = np.array([0.299, 0.587, 0.114])
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
    inside = _within(patch)[np.arange(image.shape[0]) * len(patch) // image.shape[0]]
    inside = inside[:, np.arange(image.shape[1]) * patch.shape[1] // image.shape[1]]
    eyes = _eyes(image @ _LUMA, inside, closer * top, closer * left, closer * (right - left))
    if eyes is None:
        return None
    (x1, y1), (x2, y2) = eyes
    mouth = _mouth(image, (x1 + x2) / 2, (y1 + y2) / 2, x2 - x1)
    if mouth is None:
        return None
    scale = np.array([image.shape[1], image.shape[0]], dtype=float)
    pupil_left, pupil_right, lips = (
        ((np.array(point) + 0.5) / scale).tolist() for point in ((x2, y2), (x1, y1), mouth)
    )
    cheeks = image[round(y1 + 0.35 * (x2 - x1)) : round(mouth[1]), round(x1) : round(x2)].reshape(-1, 3)
    red, green, blue = np.median(cheeks, axis=0).astype(int).tolist()
    return Face((*pupil_left,), (*pupil_right,), (*lips,), (red, green, blue))


def _within(patch: NDArray[np.bool_]) -> NDArray[np.bool_]:
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
    redness = rows[:, 0] - 0.5 * (rows[:, 1] + rows[:, 2])
    dark = rows.mean(axis=1)
    score = (redness - redness.mean()) / (redness.std() + 1) - (dark - dark.mean()) / (dark.std() + 1)
    score = np.convolve(score, np.ones(3) / 3, "same")
    return x, float(low + int(score.argmax()))


def _mean(values: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    padded = np.pad(values, reach, mode="edge")
    total = np.cumsum(np.cumsum(np.pad(padded, ((1, 0), (1, 0))), axis=0), axis=1)
    size = 2 * reach + 1
    return (total[size:, size:] - total[:-size, size:] - total[size:, :-size] + total[:-size, :-size]) / size**2


def project(
    painted: Image.Image, photo: Image.Image, face: Face, body: Body, look: Look, *, kept: frozenset[str] = frozenset()
) -> Image.Image:
    """The head's colours with the photo's face on them.

    Args:
        kept: regions that stay painted: `eyes` (glasses), `mouth` (a smile), `jaw` (stubble), `lips` (recoloured).
    """
    size = painted.size
    texels = part_texels(body, "AvatarHead", size)
    near = np.flatnonzero(texels.positions[:, 2] > body.eyes["Left"].centre[2] - 0.03)
    weights = _weights(body, texels, near, kept)
    near, weights = near[weights > 0.004], weights[weights > 0.004]
    pixels = _evenly_lit(photo.convert("RGB"), face)
    sampled = _sampled(pixels, _to_photo(body, face, texels.positions[near], pixels.shape))
    # Over the brows only what is skin: no fringe of hair on the forehead.
    high = smooth(
        texels.positions[near, 1],
        float(body.eyes["Left"].centre[1]) + 0.024,
        float(body.eyes["Left"].centre[1]) + 0.032,
    )
    other = smooth(np.abs(sampled - floats(face.skin)).max(axis=1), 26, 58)
    weights = weights * (1 - high * other)
    tone = np.clip(floats(look.skin) / np.maximum(floats(face.skin), 1), 0.6, 1.7)
    toned = sampled * tone
    bright = (toned @ floats(_LUMA)) / float(floats(look.skin) @ floats(_LUMA))
    toned /= np.maximum(bright / (1.06 + 0.35 * (np.maximum(bright, 1.06) - 1.06)), 1)[:, None]  # no burnt-out shine
    result = texels.image(_lifted(texels, near, np.clip(toned, 0, 255)), empty=floats([0, 0, 0]))
    alpha = texels.image(_lifted(texels, near, weights[:, None])[:, 0], empty=0.0)[..., None]
    mixed = np.asarray(painted.convert("RGB"), dtype=np.float32) * (1 - alpha) + result * alpha
    return Image.fromarray(np.asarray(np.rint(np.clip(mixed, 0, 255)), dtype=np.uint8))


def _evenly_lit(photo: Image.Image, face: Face) -> Floats:
    """The photo with half of its broad light and shade taken out, as the service's enhance_lighting does."""
    apart = abs(face.left[0] - face.right[0]) * photo.width
    broad = np.asarray(photo.filter(ImageFilter.GaussianBlur(max(1.0, EVENNESS * apart))), dtype=np.float32)
    light = np.maximum(broad @ floats(_LUMA), 1) / max(float(floats(face.skin) @ floats(_LUMA)), 1)
    return floats(np.asarray(photo, dtype=np.float32) / np.sqrt(np.clip(light, 0.4, 2.2))[..., None])


def _lifted(texels: Texels, near: NDArray[np.int64], values: Floats) -> Floats:
    full = np.zeros((len(texels.positions), values.shape[1]), dtype=np.float32)
    full[near] = values
    return full


def _weights(body: Body, texels: Texels, near: NDArray[np.int64], kept: frozenset[str]) -> Floats:
    """How much of the photo each texel takes: all in the middle of the face, nothing at its edge and on what is hidden
    from the front."""
    points, normals = texels.positions[near], texels.normals[near]
    eye, mouth = floats(body.eyes["Left"].centre), Anatomy(body).vertex(MOUTH_CORNER)
    folded = fold(points)
    middle_y = float(eye[1] - 0.022)
    oval = np.hypot(points[:, 0] / 0.060, (points[:, 1] - middle_y) / 0.080)
    weight = smooth(floats(oval), 1.0, 0.62) * smooth(normals[:, 2], 0.20, 0.55)
    weight *= 1 - smooth(texels.regions["inside-mouth"][near], 0.1, 0.4)
    around = np.hypot((folded[:, 0] - eye[0]) / 0.023, (folded[:, 1] - eye[1]) / 0.0135)
    weight *= smooth(floats(around), 0.85, 1.35)
    if "eyes" in kept:
        weight *= smooth(floats(np.abs(points[:, 1] - eye[1])), 0.022, 0.036)
    if "mouth" in kept:
        weight *= smooth(floats(np.hypot(points[:, 0] / 0.042, (points[:, 1] - mouth[1]) / 0.024)), 0.8, 1.3)
    if "jaw" in kept:
        weight *= smooth(points[:, 1], float(mouth[1]), float(mouth[1]) + 0.022)
    lips = smooth(texels.regions["lips"][near], 0.0, 0.6)
    return floats(weight * (1 - (1.0 if "lips" in kept else 0.35) * lips))


def _to_photo(body: Body, face: Face, points: Floats, shape: tuple[int, ...]) -> Floats:
    """(N, 2) pixel places: the affine map that puts both pupils and the mouth where the photo has them."""
    anatomy = Anatomy(body)
    eye, mouth = body.eyes["Left"].centre, anatomy.vertex(MOUTH_CORNER)
    known = np.array([[eye[0], eye[1], 1], [-eye[0], eye[1], 1], [0, float(mouth[1]), 1]])
    scale = np.array([shape[1], shape[0]], dtype=float)
    wanted = np.array([face.left, face.right, face.mouth]) * scale - 0.5
    matrix = np.linalg.solve(known, wanted)
    return floats(np.column_stack([points[:, :2], np.ones(len(points))]) @ matrix)


def _sampled(pixels: Floats, places: Floats) -> Floats:
    """Bilinear; beyond the edge the edge's colour."""
    height, width = pixels.shape[:2]
    x, y = np.clip(places[:, 0], 0, width - 1.001), np.clip(places[:, 1], 0, height - 1.001)
    left, top = x.astype(int), y.astype(int)
    dx, dy = (x - left)[:, None], (y - top)[:, None]
    upper = pixels[top, left] * (1 - dx) + pixels[top, left + 1] * dx
    lower = pixels[top + 1, left] * (1 - dx) + pixels[top + 1, left + 1] * dx
    return floats(upper * (1 - dy) + lower * dy)
