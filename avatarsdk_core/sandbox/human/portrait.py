"""A portrait photo of the sandbox's own human, so that the demo needs nobody's picture.

A small software renderer in numpy: parts are rasterised one by one into a depth buffer, lit by a window on the left and
a weak fill from the right, with a shadow map for what the face casts on itself, and filmed with a portrait lens.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from .arrays import floats
from .body import Body, build_body
from .garments import GARMENTS, build_garment, garment_texture
from .hair import HAIRCUTS, build_haircut, haircut_texture
from .look import DEFAULT_LOOKS, Look
from .model import Mesh, Skeleton, Subtype
from .paint import part_texture
from .pose import pose_mesh
from .raster import blend_corners, rasterise, sampled

_Floats = NDArray[np.float32]

SIZE = 512
_OVERSAMPLING = 2
_SHARP = 1024  # texels of head and cloth, as the demo's export has them: painted once for both
_SOFT = {"AvatarBody": 512, "AvatarLeftEyeball": 256, "AvatarRightEyeball": 256, "AvatarEyelashes": 256}
_CAMERA_DISTANCE = 1.5  # metres: nearer, a face looks bulging
_FRAME_HEIGHT = 0.42  # metres at the face's depth
_YAW = 7.0  # degrees that the shoulders are turned away; the eyes look into the lens
_SMILE = {"mouthSmileLeft": 0.32, "mouthSmileRight": 0.28, "cheekSquintLeft": 0.25, "cheekSquintRight": 0.25}
_KEY = np.array([-0.55, 0.55, 0.75])  # where light comes from, in camera axes
_FILL = np.array([0.8, 0.1, 0.6])
_KEY_COLOUR = np.array([1.0, 0.95, 0.88])
_FILL_COLOUR = np.array([0.22, 0.25, 0.30])
_AMBIENT = np.array([0.20, 0.205, 0.22])
_SHADOW_SIZE = 640
_SHADOW_BIAS = 0.007  # metres
_BACKGROUND = (np.array([0.50, 0.53, 0.55]), np.array([0.22, 0.24, 0.27]))  # linear light, middle and rim
_SHOWN = ("AvatarBody", "AvatarHead", "AvatarLeftEyeball", "AvatarRightEyeball", "AvatarEyelashes")
_SKIN = ("AvatarBody", "AvatarHead")
_MASKS = {"AvatarBody": "BodyVisibilityMask", "AvatarHead": "HeadVisibilityMask"}
_LAYERS = 40  # slices of what is translucent, blended from far to near


@dataclass(frozen=True, eq=False)
class _Surface:
    """A part before the camera: camera axes (X right, Y up, Z towards it), metres, the face at the origin."""

    name: str
    positions: _Floats
    normals: _Floats
    mesh: Mesh
    texture: _Floats  # (H, W, 4) linear light with alpha

    @property
    def translucent(self) -> bool:
        """Hair and lashes: cards, seen from both sides."""
        return self.name not in _SKIN and bool((self.texture[..., 3] < 0.5).any())


@dataclass(frozen=True, eq=False)
class _Pixels:
    """The N pixels that a surface covers: where they are (flat index), and what is there."""

    at: NDArray[np.int64]
    positions: _Floats
    normals: _Floats
    colour: _Floats
    alpha: _Floats


class FaceOn(Protocol):
    """Puts a photo's face on the colours of AvatarHead."""

    def on(self, head: Image.Image, body: Body) -> Image.Image: ...


def make_portrait(subtype: Subtype, look: Look | None = None, face: FaceOn | None = None) -> bytes:
    """A JPEG of 512 × 512 pixels: head and shoulders of the human with that look, the default's; always the same."""
    body = build_body(subtype)
    surfaces = list(_surfaces(body, look or DEFAULT_LOOKS[subtype], face))
    size = SIZE * _OVERSAMPLING
    shadows = _ShadowMap(surfaces)
    image = _background(size).reshape(-1, 3)
    depth = np.full(size * size, -np.inf, dtype=np.float32)
    for surface in surfaces:
        for pixels in _layers(surface, size):
            nearer = pixels.positions[:, 2] > depth[pixels.at]
            at, share = pixels.at[nearer], pixels.alpha[nearer, None]
            light = _shaded(surface, pixels, shadows)[nearer]
            image[at] = light * share + image[at] * (1 - share)
            solid = share[:, 0] > 0.5
            depth[at[solid]] = pixels.positions[nearer, 2][solid]
    return _developed(image.reshape(size, size, 3))


def _surfaces(body: Body, look: Look, face: FaceOn | None) -> Iterator[_Surface]:
    head = body.parts["AvatarHead"].positions
    middle = (head.min(axis=0) + head.max(axis=0)) / 2
    middle[1] -= 0.02  # room for the shoulders
    turn = _turn("y", _YAW)
    for name, bare_mesh, painted in _dressed(body, look, face):
        mesh = _posed(bare_mesh, body.skeleton)
        colours = np.asarray(np.asarray(painted.convert("RGBA")) / 255, dtype=np.float32)
        colours[..., :3] = _linear(colours[..., :3])
        positions = ((mesh.positions - middle) @ turn.T).astype(np.float32)
        yield _Surface(name, positions, (mesh.normals @ turn.T).astype(np.float32), mesh, colours)


def _dressed(body: Body, look: Look, face: FaceOn | None) -> Iterator[tuple[str, Mesh, Image.Image]]:
    """The head and what is worn near it, each with its colours; skin under cloth is transparent."""
    top = next(name for name, category in GARMENTS.items() if category == "outfits_top")
    haircut = next(iter(HAIRCUTS))
    for part in _SHOWN:
        size = _SOFT.get(part, _SHARP)
        painted = part_texture(body, part, "Color", (size, size), look)
        if painted is None:
            continue
        painted = (painted if face is None or part != "AvatarHead" else face.on(painted, body)).convert("RGBA")
        mask = garment_texture(body, top, _MASKS[part], _SHARP) if part in _MASKS else None
        if mask is not None:
            painted.putalpha(mask.convert("L").resize(painted.size))
        yield part, body.parts[part], painted
    cloth = garment_texture(body, top, "Color", _SHARP)
    hair = haircut_texture(body, haircut, "Color", _SHARP, look)
    if cloth is not None:
        yield top, build_garment(body, top).mesh, cloth
    if hair is not None:
        yield haircut, build_haircut(body, haircut).mesh, hair


def _posed(mesh: Mesh, skeleton: Skeleton) -> Mesh:
    """Arms down, a hint of a smile, and looking at us. Normals follow as the tips of short needles do."""
    needle = 1e-3
    smiling = mesh.positions + sum(share * mesh.targets[name] for name, share in _SMILE.items() if name in mesh.targets)
    base = pose_mesh(replace(mesh, positions=smiling.astype(np.float32)), skeleton, _POSE)
    tips = pose_mesh(replace(mesh, positions=(smiling + needle * mesh.normals).astype(np.float32)), skeleton, _POSE)
    return replace(mesh, positions=base.astype(np.float32), normals=((tips - base) / needle).astype(np.float32))


def _turn(axis: str, degrees: float) -> NDArray[np.float64]:
    sine, cosine = np.sin(np.radians(degrees)), np.cos(np.radians(degrees))
    if axis == "y":
        return np.array([[cosine, 0, sine], [0, 1, 0], [-sine, 0, cosine]])
    return np.array([[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1]])


_POSE = {
    "LeftShoulder": _turn("z", -8),
    "RightShoulder": _turn("z", 8),
    "LeftArm": _turn("z", -66),
    "RightArm": _turn("z", 66),
    "Head": _turn("z", 2.5),
    "LeftEye": _turn("y", -_YAW) @ _turn("z", -2.5),
    "RightEye": _turn("y", -_YAW) @ _turn("z", -2.5),
}


def _layers(surface: _Surface, size: int) -> Iterator[_Pixels]:
    """A surface through the lens, its triangles from far to near: the nearest owns a pixel of its layer."""
    positions = surface.positions
    scale = _CAMERA_DISTANCE / _FRAME_HEIGHT
    away = _CAMERA_DISTANCE - positions[:, 2]
    screen = np.column_stack([0.5 + scale * positions[:, 0] / away, 0.5 - scale * positions[:, 1] / away])
    triangles: NDArray[np.integer] = surface.mesh.triangles
    if surface.name in _SKIN:  # cloth and hair have no inside that their outside would always hide
        triangles = _facing(screen, triangles)
    triangles = triangles[np.argsort(positions[triangles, 2].mean(axis=1), kind="stable")]
    for layer in np.array_split(triangles, _LAYERS if surface.translucent else 1):
        if len(layer):
            yield _pixels(surface, screen, layer, size)


def _pixels(surface: _Surface, screen: NDArray[np.floating], triangles: NDArray[np.integer], size: int) -> _Pixels:
    positions = surface.positions
    raster = rasterise(screen, triangles, (size, size))
    covered = raster.covered
    corners, weights = triangles[raster.face[covered]], raster.barycentric[covered]
    normals = blend_corners(surface.normals, corners, weights)
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-6)
    normals[normals[:, 2] < -0.1] *= -1  # the inside of cloth and hair
    uvs = blend_corners(surface.mesh.uvs, corners, weights)
    height, width = surface.texture.shape[:2]
    colours = sampled(surface.texture, floats(uvs * floats([width, height]) - 0.5))
    return _Pixels(
        np.flatnonzero(covered), blend_corners(positions, corners, weights), normals, colours[:, :3], colours[:, 3]
    )


def _facing(screen: NDArray[np.floating], triangles: NDArray[np.integer]) -> NDArray[np.integer]:
    first, second, third = (screen[triangles[:, corner]] for corner in range(3))
    one, two = second - first, third - first
    return np.asarray(triangles[one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0] < 0])


class _ShadowMap:
    """Depth as the key light sees it; soft, because the light is a window."""

    def __init__(self, surfaces: list[_Surface]) -> None:
        self._right, self._up, self._towards = _axes(_KEY)
        self._depth = np.full(_SHADOW_SIZE * _SHADOW_SIZE, -np.inf, dtype=np.float32)
        for surface in surfaces:
            if not surface.translucent:
                self._cast(surface)

    def _seen(self, points: _Floats) -> tuple[_Floats, _Floats]:
        screen = np.column_stack([points @ self._right, -(points @ self._up)]) / (2 * _FRAME_HEIGHT) + 0.5
        return screen.astype(np.float32), (points @ self._towards).astype(np.float32)

    def _cast(self, surface: _Surface) -> None:
        screen, towards = self._seen(surface.positions)
        order = np.argsort(towards[surface.mesh.triangles].mean(axis=1), kind="stable")
        triangles = surface.mesh.triangles[order]
        raster = rasterise(screen, triangles, (_SHADOW_SIZE, _SHADOW_SIZE))
        covered = raster.covered
        corners, weights = triangles[raster.face[covered]], raster.barycentric[covered]
        depth = blend_corners(towards[:, None], corners, weights)[:, 0]
        at = np.flatnonzero(covered)
        self._depth[at] = np.maximum(self._depth[at], depth)

    def lit(self, points: _Floats) -> _Floats:
        """(N, 1) 0 in the shadow … 1 in the light."""
        screen, towards = self._seen(points)
        pixel = np.clip(screen * _SHADOW_SIZE, 4, _SHADOW_SIZE - 5).astype(np.int64)
        lit = np.zeros(len(points), dtype=np.float32)
        offsets = [(dx, dy) for dx in (-4, -2, 0, 2, 4) for dy in (-4, -2, 0, 2, 4)]
        for dx, dy in offsets:
            caster = self._depth[(pixel[:, 1] + dy) * _SHADOW_SIZE + pixel[:, 0] + dx]
            lit += caster < towards + _SHADOW_BIAS
        return np.asarray(lit[:, None] / len(offsets), dtype=np.float32)


def _axes(towards: NDArray[np.floating]) -> tuple[NDArray[np.floating], NDArray[np.floating], NDArray[np.floating]]:
    towards = towards / np.linalg.norm(towards)
    right = np.cross([0.0, 1.0, 0.0], towards)
    right /= np.linalg.norm(right)
    return right, np.cross(towards, right), towards


def _shaded(surface: _Surface, pixels: _Pixels, shadows: _ShadowMap) -> _Floats:
    """Light that reaches the lens: wrapped diffuse (light bleeds through skin) and a highlight."""
    eye = surface.name.endswith("Eyeball")
    lit = shadows.lit(pixels.positions)
    wrap = np.array([0.30, 0.18, 0.14]) if surface.name in _SKIN else np.zeros(3)
    key = _KEY / np.linalg.norm(_KEY)
    fill = _FILL / np.linalg.norm(_FILL)
    facing = (pixels.normals @ key)[:, None]
    diffuse = np.clip((facing + wrap) / (1 + wrap), 0, None) * lit * _KEY_COLOUR * 0.95
    diffuse = diffuse + np.clip(pixels.normals @ fill, 0, None)[:, None] * _FILL_COLOUR
    sky = (0.65 + 0.35 * pixels.normals[:, 1])[:, None] * _AMBIENT
    view = np.array([0, 0, _CAMERA_DISTANCE]) - pixels.positions
    half = view / np.linalg.norm(view, axis=1, keepdims=True) + key
    half /= np.linalg.norm(half, axis=1, keepdims=True)
    gloss, strength = (300.0, 1.2) if eye else (18.0, 0.06)
    highlight = strength * np.clip((pixels.normals * half).sum(axis=1), 0, 1)[:, None] ** gloss
    if eye:  # the lids and lashes above shade the white
        diffuse, sky = diffuse * 0.8, sky * 0.75
    return np.asarray(pixels.colour * (diffuse + sky) + highlight * (lit if not eye else 1.0), dtype=np.float32)


def _background(size: int) -> _Floats:
    """A wall out of focus, brighter behind the head."""
    y, x = np.mgrid[0:size, 0:size] / size
    away = np.clip(np.hypot(x - 0.42, (y - 0.4) * 0.9) / 0.8, 0, 1)[..., None] ** 1.3
    middle, rim = _BACKGROUND
    return np.asarray(middle * (1 - away) + rim * away, dtype=np.float32)


def _linear(srgb: _Floats) -> _Floats:
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4).astype(np.float32)


def _developed(light: _Floats) -> bytes:
    """Tone curve, size and JPEG. The highlights roll off as on film, so that a forehead doesn't burn out."""
    light = np.where(light > 0.7, 0.7 + 0.3 * np.tanh((light - 0.7) / 0.3), light)
    srgb = np.where(light <= 0.0031308, light * 12.92, 1.055 * np.clip(light, 1e-6, None) ** (1 / 2.4) - 0.055)
    picture = Image.fromarray((np.clip(srgb, 0, 1) * 255 + 0.5).astype(np.uint8))
    picture = picture.resize((SIZE, SIZE), Image.Resampling.LANCZOS).filter(ImageFilter.GaussianBlur(0.4))
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=92)
    return stream.getvalue()
