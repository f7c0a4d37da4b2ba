"""A picture of an older avatar: a small software renderer, seen from the front, lit from above."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from avatarsdk_core.sandbox.human.model import Mesh
from avatarsdk_core.sandbox.human.raster import blend_corners, rasterise
from avatarsdk_core.sandbox.pipelines.legacy.images import Images
from avatarsdk_core.sandbox.pipelines.legacy.paint import MODEL
from avatarsdk_core.sandbox.pipelines.legacy.person import Person
from avatarsdk_core.sandbox.pipelines.legacy.wardrobe import Worn

_Floats = NDArray[np.float32]

_OVERSAMPLING = 2
_BACKGROUND = 0.72
_MARGIN = 1.08
_LAYERS = 24  # slices of what is translucent, blended from far to near
_LIGHT = np.array([-0.35, 0.55, 0.76])
_FRAME = 0.34  # metres that are shown of a head; bodies are shown whole


def save_preview(person: Person, images: Images, target: Path, size: int, worn: Worn | None = None) -> None:
    """Write a PNG of `size` × `size` pixels, with the haircut `worn`."""
    shown = [(person.mesh(), _pixels(images.avatar(MODEL, (1024, 1024)).path), False)]
    if worn is not None:
        shown.append((worn.part.mesh, _pixels(images.haircut(worn.identity, (512, 512)).path), True))
    picture = rendered(shown, size * _OVERSAMPLING, person.skeleton is None)
    part = target.with_name(f".{target.name}.part")
    picture.resize((size, size), Image.Resampling.BOX).save(part, "PNG")
    part.replace(target)


def rendered(meshes: list[tuple[Mesh, _Floats, bool]], size: int, near: bool) -> Image.Image:
    """Meshes with their (H, W, 4) colours, and whether they are translucent; `near`: the head, else all."""
    first = meshes[0][0].positions
    low, high = first.min(axis=0), first.max(axis=0)
    centre, frame = (low + high) / 2, float(max(high[0] - low[0], high[1] - low[1])) * _MARGIN
    if near:
        frame = _FRAME
        centre[1] = max(p[0].positions[:, 1].max() for p in meshes) - frame / 2 / _MARGIN
    image = np.full((size * size, 3), _BACKGROUND, np.float32)
    depth = np.full(size * size, -np.inf, np.float32)
    for mesh, colours, translucent in meshes:
        screen = (mesh.positions[:, :2] - centre[:2]) * (1, -1) / frame + 0.5
        towards = mesh.positions[:, 2]
        triangles = mesh.triangles if translucent else _facing(screen, mesh.triangles)
        triangles = triangles[np.argsort(towards[triangles].mean(axis=1), kind="stable")]
        for layer in np.array_split(triangles, _LAYERS if translucent else 1):
            if len(layer):
                _draw(image, depth, mesh, colours, screen, layer, size, translucent)
    return Image.fromarray((np.clip(image, 0, 1) * 255 + 0.5).astype(np.uint8).reshape(size, size, 3))


def _draw(
    image: _Floats,
    depth: _Floats,
    mesh: Mesh,
    colours: _Floats,
    screen: NDArray[np.floating],
    triangles: NDArray[np.uint32],
    size: int,
    translucent: bool,
) -> None:
    raster = rasterise(screen, triangles, (size, size))
    covered = raster.covered
    at = np.flatnonzero(covered)
    corners, weights = triangles[raster.face[covered]], raster.barycentric[covered]
    towards = blend_corners(mesh.positions[:, 2:], corners, weights)[:, 0]
    nearer = towards > depth[at]
    at, corners, weights, towards = at[nearer], corners[nearer], weights[nearer], towards[nearer]
    normals = blend_corners(mesh.normals, corners, weights)
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-6)
    uvs = blend_corners(mesh.uvs, corners, weights)
    height, width = colours.shape[:2]
    texel = colours[
        np.clip((uvs[:, 1] * height).astype(np.int64), 0, height - 1),
        np.clip((uvs[:, 0] * width).astype(np.int64), 0, width - 1),
    ]
    lit = normals @ _LIGHT
    light = 0.45 + 0.6 * np.clip(np.abs(lit) if translucent else lit, 0, 1)  # cards are lit from both sides
    share = texel[:, 3:]
    image[at] = texel[:, :3] * light[:, None] * share + image[at] * (1 - share)
    solid = share[:, 0] > 0.5
    depth[at[solid]] = towards[solid]


def _facing(screen: NDArray[np.floating], triangles: NDArray[np.uint32]) -> NDArray[np.uint32]:
    a, b, c = (screen[triangles[:, corner]] for corner in range(3))
    one, other = b - a, c - a
    return np.asarray(triangles[one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0] < 0])


def _pixels(path: Path) -> _Floats:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGBA"), dtype=np.float32) / np.float32(255)
