"""The photo's face on the head's colours, without a seam: the paint keeps its colour, the photo gives the detail.

What is broad in the photo (its light, its white balance, a tan) is divided out of it, and what is left is laid over
what is broad in the painted skin. So both agree where one fades into the other, whatever the photo's colours are. Only
what hangs together with the cheeks is taken: no hair, no background. Eyes and brows stay painted, because the avatar
has its own, and so does a mouth that shows its teeth, because the avatar's is closed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from .anatomy import MOUTH_CORNER, Anatomy, fold, smooth
from .arrays import Floats, floats
from .body import Body
from .likeness import LUMA, Face, within
from .look import grown
from .paint_hair import brow_mask
from .raster import sampled
from .texels import Texels, part_texels

BROAD = 0.45  # eye distances over which light and colour count as broad
_APART = 64  # pixels between the pupils, in which the photo is looked at
_AROUND = (1.6, 1.7, 2.3)  # eye distances to the sides, above and below the pupils that are looked at
_FEATHER = 0.16  # eye distances from an edge of the skin to where the photo counts whole
_TEETH_SHARE = 0.05  # of the mouth's surroundings: so much white is teeth
_COLOURFULNESS = 0.6  # how much of its own hue a detail keeps
_BROW = 0.86  # of the light around: what is darker above an eye is its brow
_DARKEST, _BRIGHTEST = 0.42, 1.22  # of the skin around: no burnt-out shine, no holes


def project(
    painted: Image.Image, photo: Image.Image, face: Face, body: Body, *, kept: frozenset[str] = frozenset()
) -> Image.Image:
    """The head's colours with the photo's face on them.

    Args:
        painted: the texture of AvatarHead.
        kept: regions that stay painted: `eyes` (glasses), `mouth` (a smile), `jaw` (stubble), `lips` (recoloured).
    """
    seen = _Seen(photo.convert("RGB"), face)
    if seen.teeth:
        kept = kept | {"mouth"}
    texels = part_texels(body, "AvatarHead", painted.size)
    near = np.flatnonzero(texels.positions[:, 2] > body.eyes["Left"].centre[2] - 0.03)
    places = seen.places(body, texels.positions[near])
    weights = _weights(body, texels, near, kept) * sampled(seen.certain[..., None], places)[:, 0]
    taken = weights > 0.004
    near, places, weights = near[taken], places[taken], weights[taken]
    colours = np.asarray(painted.convert("RGB"), dtype=np.float32)
    broad = _broad_skin(body, texels, colours).reshape(-1, 3)[texels.at[near]]
    wanted = np.clip(broad * sampled(seen.detail, places), 0, 255)
    own = colours.reshape(-1, 3)[texels.at[near]]
    full = np.zeros((len(texels.positions), 3), dtype=np.float32)
    full[near] = (wanted - own) * weights[:, None]
    result = colours + texels.image(full)
    return Image.fromarray(np.asarray(np.rint(np.clip(result, 0, 255)), dtype=np.uint8))


class _Seen:
    """What the photo shows around its face, all in one size.

    Attributes:
        detail: (H, W, 3) each channel's share of what it is around there.
        certain: (H, W) 1 on skin, 0 at its edges and beyond them.
        teeth: whether the mouth shows them.
    """

    def __init__(self, photo: Image.Image, face: Face) -> None:
        size = np.array([photo.width, photo.height])
        left, right, self._mouth = (np.array(point) * size for point in (face.left, face.right, face.mouth))
        apart = max(float(np.hypot(*(left - right))), 1.0)
        side, above, below = _AROUND
        middle = (left + right) / 2
        box = (middle[0] - side * apart, middle[1] - above * apart, middle[0] + side * apart, middle[1] + below * apart)
        self._corner, self._scale = np.array(box[:2]), _APART / apart
        shape = (round(2 * side * _APART), round((above + below) * _APART))
        crop = photo.transform(shape, Image.Transform.EXTENT, box, Image.Resampling.BICUBIC)
        self._eyes = (left - self._corner) * self._scale, (right - self._corner) * self._scale
        self._lips = (self._mouth - self._corner) * self._scale
        pixels = np.maximum(np.asarray(crop, dtype=np.float32), 1)
        skin = self._skin(pixels, face, _inside(shape, box, size))
        self.teeth = self._shows_teeth(pixels, face)
        around = blurred(pixels, skin.astype(np.float32), BROAD * _APART)
        detail = _less_colourful(floats(pixels / np.maximum(around, 1)))
        shine = 1 + (_BRIGHTEST - 1) * np.tanh((np.maximum(detail, 1) - 1) / (_BRIGHTEST - 1))
        self.detail = floats(np.where(detail > 1, shine, np.maximum(detail, _DARKEST)))
        self.certain = self._certain(skin & ~self._brows(detail @ floats(LUMA)))

    def places(self, body: Body, points: Floats) -> Floats:
        """(N, 2) pixels: the affine map that puts both pupils and the mouth where the photo has them."""
        eye, mouth = body.eyes["Left"].centre, Anatomy(body).vertex(MOUTH_CORNER)
        known = np.array([[eye[0], eye[1], 1], [-eye[0], eye[1], 1], [0, float(mouth[1]), 1]])
        wanted = np.array([*self._eyes, self._lips]) - 0.5
        return floats(np.column_stack([points[:, :2], np.ones(len(points))]) @ np.linalg.solve(known, wanted))

    def _skin(self, pixels: Floats, face: Face, inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """The skin that hangs together with the cheeks. Hair and walls of its hue are darker or lighter by a step."""
        tone = floats(face.skin)
        light = np.maximum(pixels @ floats(LUMA), 1)[..., None]
        hue = pixels / light * float(tone @ floats(LUMA)) - tone
        share = light[..., 0] / float(tone @ floats(LUMA))
        alike = (np.abs(hue) < 0.17 * tone.max()).all(axis=-1) & (share > 0.55) & (share < 1.6) & inside
        y, x = np.mgrid[0 : pixels.shape[0], 0 : pixels.shape[1]]
        seed = np.zeros_like(alike)
        for eye in self._eyes:
            cheek = eye + 0.45 * (self._lips - eye) * [0.3, 1.0]
            seed |= np.hypot(x - cheek[0], y - cheek[1]) < 0.16 * _APART
        return grown(seed, alike)

    def _brows(self, light: Floats) -> NDArray[np.bool_]:
        """What is dark above the eyes, though thin brows over light skin are hardly darker than a shadow."""
        y, x = np.mgrid[0 : light.shape[0], 0 : light.shape[1]]
        band = np.zeros(light.shape, dtype=bool)
        for eye in self._eyes:
            rise, aside = (eye[1] - y) / _APART, np.abs(x - eye[0]) / _APART
            band |= (rise > 0.15) & (rise < 0.55) & (aside < 0.45)
        return band & (light < _BROW)

    def _certain(self, skin: NDArray[np.bool_]) -> Floats:
        """Lips and nostrils count as skin, for they lie within it; eyes and brows don't."""
        y, x = np.mgrid[0 : skin.shape[0], 0 : skin.shape[1]]
        eyes = (self._eyes[0] + self._eyes[1]) / 2
        lips = np.hypot((x - self._lips[0]) / 0.52, (y - self._lips[1]) / 0.30) < _APART
        nose = eyes + 0.62 * (self._lips - eyes)
        nose_tip = np.hypot((x - nose[0]) / 0.36, (y - nose[1]) / 0.22) < _APART
        whole = Image.fromarray(((skin | (lips | nose_tip) & within(skin)) * 255).astype(np.uint8))
        reach = _FEATHER * _APART
        closed = whole.filter(ImageFilter.MaxFilter(5)).filter(ImageFilter.MinFilter(5))  # moles, single hairs
        shrunk = closed.filter(ImageFilter.MinFilter(2 * round(reach / 2) + 1))
        soft = np.asarray(shrunk.filter(ImageFilter.GaussianBlur(reach)), dtype=np.float32) / 255
        return smooth(floats(soft), 0.45, 1.0)

    def _shows_teeth(self, pixels: Floats, face: Face) -> bool:
        """Whether much of the mouth is as light as skin but has hardly any colour."""
        y, x = np.mgrid[0 : pixels.shape[0], 0 : pixels.shape[1]]
        mouth = pixels[np.hypot((x - self._lips[0]) / 0.42, (y - self._lips[1]) / 0.2) < _APART]
        pale = np.ptp(mouth, axis=1) / mouth.max(axis=1) < 0.45 * max(np.ptp(face.skin), 1) / max(face.skin)
        light = mouth @ floats(LUMA) > 0.6 * float(floats(face.skin) @ floats(LUMA))
        return bool((pale & light).mean() > _TEETH_SHARE)


def _less_colourful(detail: Floats) -> Floats:
    """Shadows of a photo have the colours of its lights: they are no colours of the skin."""
    light = np.maximum(detail @ floats(LUMA), 1e-3)[..., None]
    return floats(light * (np.maximum(detail, 1e-3) / light) ** _COLOURFULNESS)


def _inside(shape: tuple[int, int], box: tuple[float, ...], size: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Which pixels of the looked-at box the photo has."""
    x = np.linspace(box[0], box[2], shape[0])
    y = np.linspace(box[1], box[3], shape[1])
    return np.asarray(((y >= 0) & (y < size[1]))[:, None] & ((x >= 0) & (x < size[0]))[None, :])


def _broad_skin(body: Body, texels: Texels, colours: Floats) -> Floats:
    """(H, W, 3) the painted skin of the face without its features."""
    shares = 1 - np.maximum.reduce(
        [
            smooth(texels.regions["lips"], 0.0, 0.3),
            smooth(texels.regions["inside-mouth"], 0.0, 0.1),
            brow_mask(body, texels),
        ]
    )
    shares *= smooth(texels.openness, 0.5, 0.8)
    return blurred(colours, texels.image(floats(shares)), BROAD * _eye_pixels(body, texels))


def _eye_pixels(body: Body, texels: Texels) -> float:
    """The eyes' distance in pixels of the head's texture."""
    front = texels.normals[:, 2] > 0.8
    return float(2 * body.eyes["Left"].centre[0] / np.median(texels.pitch[front, 0]))


def blurred(values: Floats, shares: Floats, radius: float) -> Floats:
    """(H, W, 3) means around each pixel of what has a share; where nothing near has one, the mean of all."""
    small = max(1, int(radius / 6))  # a broad mean needs no fine pixels
    height, width = shares.shape
    size = (max(1, width // small), max(1, height // small))

    def mean(channel: Floats) -> Floats:
        image = Image.fromarray(floats(channel)).resize(size, Image.Resampling.BOX)
        image = Image.fromarray(_gaussian(np.asarray(image, dtype=np.float32), radius / small))
        return np.asarray(image.resize((width, height), Image.Resampling.BILINEAR), dtype=np.float32)

    weight = mean(shares)
    total = max(float(shares.sum()), 1e-6)
    whole = (values * shares[..., None]).sum(axis=(0, 1)) / total
    channels = [
        (mean(values[..., index] * shares) + 1e-3 * whole[index]) / (weight + 1e-3) for index in range(values.shape[2])
    ]
    return floats(np.stack(channels, axis=-1))


def _gaussian(values: Floats, sigma: float) -> Floats:
    reach = max(1, round(3 * sigma))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    kernel /= kernel.sum()
    for axis in (0, 1):
        padding = [(reach, reach) if axis == each else (0, 0) for each in (0, 1)]
        padded = np.pad(values, padding)
        values = np.apply_along_axis(np.convolve, axis, padded, kernel, "valid")
    return floats(values)


def _weights(body: Body, texels: Texels, near: NDArray[np.int64], kept: frozenset[str]) -> Floats:
    """How much of the photo each texel takes: all in the middle of the face, nothing at its edge and on what is hidden
    from the front."""
    points, normals = texels.positions[near], texels.normals[near]
    eye, mouth = floats(body.eyes["Left"].centre), Anatomy(body).vertex(MOUTH_CORNER)
    folded = fold(points)
    middle_y = float(eye[1] - 0.022)
    oval = np.hypot(points[:, 0] / 0.062, (points[:, 1] - middle_y) / 0.080)
    weight = smooth(floats(oval), 1.0, 0.55) * smooth(normals[:, 2], 0.15, 0.55)
    weight *= 1 - smooth(texels.regions["inside-mouth"][near], 0.1, 0.4)
    around = np.hypot((folded[:, 0] - eye[0]) / 0.023, (folded[:, 1] - eye[1]) / 0.0135)
    weight *= smooth(floats(around), 0.85, 1.35)
    weight *= 1 - smooth(brow_mask(body, texels)[near], 0.0, 0.3)
    if "eyes" in kept:
        weight *= smooth(floats(np.abs(points[:, 1] - eye[1])), 0.022, 0.036)
    if "mouth" in kept:
        weight *= smooth(floats(np.hypot(points[:, 0] / 0.052, (points[:, 1] - mouth[1]) / 0.036)), 0.6, 1.2)
    if "jaw" in kept:
        weight *= smooth(points[:, 1], float(mouth[1]), float(mouth[1]) + 0.022)
    lips = smooth(texels.regions["lips"][near], 0.0, 0.6)
    return floats(weight * (1 - (1.0 if "lips" in kept else 0.35) * lips))
