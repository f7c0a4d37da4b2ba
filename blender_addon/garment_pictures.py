# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of what is in a wardrobe: drawn once a session from mesh and texture, bit by bit, never while a panel draws.

A picture belongs to a part's id, which survives undo, renaming and saving. It is coloured as the material is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import bpy
import bpy.utils.previews

from . import later, marks
from .materials.images import pixels_of
from .materials.recoloring import color_inputs, surface_of
from .materials.visibility import triangles

if TYPE_CHECKING:  # numpy comes with the first picture
    import numpy as np

    from avatarsdk_core.avatar.thumbnail import Look, Thumbnail

LIMIT = 128  # pictures
_WORK = "wardrobe pictures"
_TEXTURE = 256  # pixels that a texture is reduced to

_collection: Any = None  # Blender's own dictionary of previews
_drawn: dict[str, Thumbnail] = {}  # part id -> picture before it is coloured; the one shown longest ago first
_colored: dict[str, tuple[float, ...]] = {}  # part id -> colours that its icon has now
_wanted: dict[str, None] = {}


def icon(item: bpy.types.Object) -> int:
    """The icon id of an item's picture; 0 until it is there. Draws nothing: what is missing is drawn soon."""
    part = str(item.get(marks.PART, ""))
    if part and _colored.get(part) != _colors(item):
        if not _wanted:
            later.soon(_WORK, _make_wanted())
        _wanted[part] = None
    return int(_collection[part].icon_id) if _collection is not None and part in _collection else 0


def register() -> None:
    """Nothing: the collection comes with the first picture."""


def unregister() -> None:
    """Gives all pictures back."""
    global _collection
    for kept in (_drawn, _colored, _wanted):
        kept.clear()
    if _collection is not None:
        bpy.utils.previews.remove(_collection)
        _collection = None


def picture_of(item: bpy.types.Object) -> Thumbnail:
    """An item's picture before it is coloured, at rest and without shape keys."""
    import numpy as np

    from avatarsdk_core.avatar.thumbnail import thumbnail

    mesh = item.data
    corners, uvs = triangles(mesh) if mesh.uv_layers else _without_uvs(mesh)
    points = np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", points)
    return thumbnail(points.reshape(-1, 3), corners, uvs, _look_of(item))


def _make_wanted() -> Iterator[None]:
    global _collection
    if _collection is None:
        _collection = bpy.utils.previews.new()
    while _wanted:
        part = next(iter(_wanted))
        del _wanted[part]
        found = (obj for obj in bpy.data.objects if obj.get(marks.PART) == part and obj.type == "MESH")
        item = next(found, None)
        if item is not None:
            _make(part, item)
        yield


def _make(part: str, item: bpy.types.Object) -> None:
    from avatarsdk_core.avatar.recolor import to_srgb
    from avatarsdk_core.avatar.thumbnail import SIZE

    drawn = _drawn.pop(part, None)
    _drawn[part] = drawn if drawn is not None else picture_of(item)
    while len(_drawn) > LIMIT:
        _forget(next(iter(_drawn)))
    if part not in _collection:
        _collection.new(part).image_size = (SIZE, SIZE)
    colors = _colors(item)
    pixels = _drawn[part].pixels()
    if colors:
        pixels = _drawn[part].pixels(to_srgb(colors[3:6]), to_srgb(colors[:3]), colors[6])
    _collection[part].image_pixels_float = pixels.reshape(-1)
    _colored[part] = colors


def _forget(part: str) -> None:
    _drawn.pop(part, None)
    _colored.pop(part, None)
    if part in _collection:
        del _collection[part]


def _colors(item: bpy.types.Object) -> tuple[float, ...]:
    """The colour that an item has by itself, the one that it is recoloured to, and how far; empty for others."""
    names, found = color_inputs(item), surface_of(item)
    if names is None or found is None:
        return ()
    wished, factor, own = (found[0].inputs[name].default_value for name in names)
    return (*own[:3], *wished[:3], factor) if factor > 0 else (*own[:3], *own[:3], 0.0)


def _look_of(item: bpy.types.Object) -> Look:
    import numpy as np

    from avatarsdk_core.avatar.recolor import to_srgb
    from avatarsdk_core.avatar.thumbnail import Look

    found = surface_of(item)
    node = found[0] if found else None
    color = _image_at(node, "Color") or _any_image(item)
    if color is None:
        plain = item.active_material.diffuse_color[:3] if item.active_material else (0.8, 0.8, 0.8)
        texture = np.empty((1, 1, 4), np.float32)
        texture[0, 0] = (*to_srgb(plain), 1.0)
    else:
        texture = _small(color)
    alpha = _image_at(node, "Alpha")
    if alpha is not None and alpha != color:
        texture = texture.copy()
        texture[..., 3] = _fitted(_small(alpha)[..., 0], texture.shape[:2])
    elif not _is_cut_out(node):
        texture = np.concatenate([texture[..., :3], np.ones_like(texture[..., 3:])], axis=-1)
    mask = _image_at(node, "Recolouring Mask")
    return Look(texture, _small(mask)[..., 0] if mask is not None else None)


def _is_cut_out(node: bpy.types.Node | None) -> bool:
    return node is None or ("Alpha" in node.inputs and node.inputs["Alpha"].is_linked)


def _image_at(node: bpy.types.Node | None, name: str) -> bpy.types.Image | None:
    socket = node.inputs.get(name) if node is not None else None
    source = socket.links[0].from_node if socket is not None and socket.is_linked else None
    image: bpy.types.Image | None = source.image if source is not None and source.type == "TEX_IMAGE" else None
    return image


def _any_image(item: bpy.types.Object) -> bpy.types.Image | None:
    """Of a person's own material the first texture."""
    tree = item.active_material.node_tree if item.active_material else None
    return next((node.image for node in tree.nodes if node.type == "TEX_IMAGE" and node.image), None) if tree else None


def _small(image: bpy.types.Image) -> np.ndarray:
    """Pixels (h, w, 4) of an image made small; the image itself isn't kept decoded."""
    import numpy as np

    copy = image.copy()
    try:
        width, height = copy.size
        if not width or not height:
            return np.ones((1, 1, 4), np.float32)
        if max(width, height) > _TEXTURE:
            shrink = _TEXTURE / max(width, height)
            copy.scale(max(1, round(width * shrink)), max(1, round(height * shrink)))
        pixels = pixels_of(copy)
    finally:
        bpy.data.images.remove(copy)
    if pixels.shape[-1] == 4:
        return pixels
    first = pixels[..., :3] if pixels.shape[-1] == 3 else np.repeat(pixels[..., :1], 3, axis=-1)
    return np.concatenate([first, np.ones_like(first[..., :1])], axis=-1)


def _fitted(values: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    import numpy as np

    rows, columns = (np.arange(size) * values.shape[axis] // size for axis, size in enumerate(shape))
    return np.asarray(values[rows[:, None], columns])


def _without_uvs(mesh: bpy.types.Mesh) -> tuple[np.ndarray, np.ndarray]:
    import numpy as np

    mesh.calc_loop_triangles()
    vertices = np.empty(len(mesh.loop_triangles) * 3, np.int32)
    mesh.loop_triangles.foreach_get("vertices", vertices)
    return vertices.reshape(-1, 3), np.zeros((len(vertices) // 3, 3, 2), np.float32)
