# SPDX-License-Identifier: GPL-3.0-or-later
"""Portraits of an avatar with expressions on: rendered from the avatar itself, in a scene of their own that goes again.

All of them are one picture of many heads, which is then cut: Cycles reads the textures once. The heads stand far apart
in depth, which an orthographic camera doesn't see, so that none throws a shadow onto another.
"""

from __future__ import annotations

import math
import os
import struct
import tempfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import bmesh
import bpy
from mathutils import Matrix, Vector

from avatarsdk_core.avatar.expressions import Expression, Slider, apply
from avatarsdk_core.avatar.parts import Role
from avatarsdk_core.transfer.files import rename

from . import compat, face, face_values, marks

if TYPE_CHECKING:
    import numpy as np

SIZE = 128  # pixels, both ways
SAMPLES = 8
AT_ONCE = 12  # heads in one picture
_WIDTH = 1.55  # of a portrait: times the head's
_APART = 10.0  # times a portrait's width from one head to the next in depth
_BACKGROUND = (0.23, 0.25, 0.28)


def render(
    avatar: marks.Avatar, wanted: Mapping[str, Expression], folder: Path, *, size: int, samples: int
) -> dict[str, Path]:
    """Renders a portrait for each expression into `folder`, as `<key>.png`; the user's scenes stay as they are.

    The avatar is at rest, however it is posed and animated, and wears what it wears. Its linked or animated face is no
    obstacle: copies are rendered.

    Args:
        wanted: file's name without its suffix → expression; shapes that the head doesn't have are left out.
        folder: made where it isn't there.
        size: pixels of a portrait, which is square.

    Returns the files. Raises FaceError for an avatar whose head has no shape keys, OSError where they can't be written,
    RuntimeError where Cycles is switched off or fails.
    """
    head = face_values.head_of(avatar)
    if head is None:
        raise face_values.FaceError(face_values.NO_SHAPES, "This avatar's head has no shape keys")
    folder.mkdir(parents=True, exist_ok=True)
    done: dict[str, Path] = {}
    names = list(wanted)
    for start in range(0, len(names), AT_ONCE):
        chosen = names[start : start + AT_ONCE]
        for name, pixels in zip(
            chosen, _portraits(head, [wanted[name] for name in chosen], size, samples), strict=True
        ):
            done[name] = folder / f"{name}.png"
            _save(pixels, done[name])
    return done


def _portraits(
    head: bpy.types.Object, expressions: Sequence[Expression], size: int, samples: int
) -> Iterator[np.ndarray]:
    """Pixels (size, size, 4) of each, from below to above."""
    columns = math.ceil(math.sqrt(len(expressions)))
    rows = math.ceil(len(expressions) / columns)
    margin = max(1, size // 32)  # what is cut off: the renderer blends a pixel with those around it
    place = size + 2 * margin
    with _scene() as scene, tempfile.TemporaryDirectory(prefix="avatar-sdk-") as folder:
        width = _fill(scene, head, expressions, columns, place / size)
        _light(scene)
        _camera(scene, width, columns, rows)
        _settings(scene, samples, (columns * place, rows * place), str(Path(folder) / "heads.png"))
        bpy.ops.render.render(scene=scene.name, write_still=True)
        sheet = _pixels(scene.render.filepath)
    for number in range(len(expressions)):
        row, column = divmod(number, columns)
        low, left = (rows - 1 - row) * place + margin, column * place + margin
        yield sheet[low : low + size, left : left + size]


@contextmanager
def _scene() -> Iterator[bpy.types.Scene]:
    """A scene that goes again with all that is in it, and with the picture that Blender makes for renders."""
    kinds = (bpy.data.objects, bpy.data.meshes, bpy.data.lights, bpy.data.cameras, bpy.data.worlds, bpy.data.images)
    before = [{block.session_uid for block in kind} for kind in kinds]
    scene = bpy.data.scenes.new("Expressions")
    try:
        yield scene
    finally:
        bpy.data.scenes.remove(scene)
        for kind, known in zip(kinds, before, strict=True):
            for block in [block for block in kind if block.session_uid not in known]:
                kind.remove(block)


def _fill(
    scene: bpy.types.Scene, head: bpy.types.Object, expressions: Sequence[Expression], columns: int, larger: float
) -> float:
    """Puts the heads there, the first at the upper left. Returns the width of one's place, in metres.

    Args:
        larger: times a portrait's width that such a place is.
    """
    stand = _stand_of(head).inverted_safe()
    copies = [(_copy(scene, part, stand), part) for part in _shown(head)]
    low, high, width = _frame(next(copy for copy, part in copies if part.get(marks.ROLE) == Role.HEAD))
    centre = Vector(((low.x + high.x) / 2, (low.y + high.y) / 2, high.z - 0.49 * width))
    width *= larger
    half = width / 2
    still = {copy: _still(scene, copy, centre, half) for copy, _ in copies if not copy.data.shape_keys}
    for number, expression in enumerate(expressions):
        row, column = divmod(number, columns)
        place = Matrix.Translation(Vector((column * width, number * _APART * width, -row * width)) - centre)
        values = _values(expression, head)
        for copy, part in copies:
            for key in face.shapes_of(copy):
                key.value = values.get(key.name, part.data.shape_keys.key_blocks[key.name].value)
            _place(scene, copy, still.get(copy) or _still(scene, copy, centre, half), place)
    for copy, _ in copies:
        scene.collection.objects.unlink(copy)
    return width


def _shown(head: bpy.types.Object) -> list[bpy.types.Object]:
    """What of the avatar a render shows; of one whose head is hidden there, all that belongs to this head."""
    parts = [part for part in marks.parts_of(head) if part.type == "MESH"]
    shown = [part for part in parts if not part.hide_render]
    if any(part.get(marks.ROLE) == Role.HEAD for part in shown):
        return shown
    level = head.get(marks.LOD)
    return [part for part in parts if part == head or (part.get(marks.LOD) == level and part.get(marks.SHOWN, True))]


def _stand_of(head: bpy.types.Object) -> Matrix:
    """Where the avatar stands: an avatar at this place faces us, upright."""
    armature = marks.armature_of(head)
    if armature is not None:
        return armature.matrix_world.copy()
    rows = list(head.get(marks.PLACED, ()))
    placed = Matrix([rows[at : at + 4] for at in range(0, 16, 4)]) if len(rows) == 16 else Matrix.Identity(4)
    return head.matrix_world @ placed.inverted_safe()


def _copy(scene: bpy.types.Scene, part: bpy.types.Object, stand: Matrix) -> bpy.types.Object:
    """A copy at rest that nothing moves or drives."""
    copy = part.copy()
    copy.data = part.data.copy()
    for block in (copy, copy.data, copy.data.shape_keys):
        if block is not None and block.animation_data:
            block.animation_data_clear()
    for modifier in [modifier for modifier in copy.modifiers if modifier.type == "ARMATURE"]:
        copy.modifiers.remove(modifier)
    copy.parent = None
    copy.matrix_parent_inverse.identity()
    copy.matrix_basis = stand @ part.matrix_world
    copy.hide_render = copy.hide_viewport = False
    copy.show_only_shape_key = False
    scene.collection.objects.link(copy)
    return copy


def _frame(head: bpy.types.Object) -> tuple[Vector, Vector, float]:
    """Lowest and highest corner of a head, and how wide its portrait is.

    A head's mesh may reach down to the chest: only as much of it as the skull is high tells how large the person is.
    """
    points = [head.matrix_basis @ vertex.co for vertex in head.data.vertices]
    top = max(point.z for point in points)
    skull = [point for point in points if point.z > top - 0.75 * (top - min(point.z for point in points))]
    low, high = (Vector(pick(point[axis] for point in skull) for axis in range(3)) for pick in (min, max))
    return low, high, _WIDTH * (high.x - low.x)


def _values(expression: Expression, head: bpy.types.Object) -> dict[str, float]:
    """Each shape key's value with that expression on: what belongs to the person stays as it is."""
    now = {key.name: Slider(key.value, key.slider_min, key.slider_max) for key in face.shapes_of(head)}
    return {name: slider.value for name, slider in now.items()} | dict(apply(expression, now).values)


def _still(scene: bpy.types.Scene, copy: bpy.types.Object, centre: Vector, half: float) -> bpy.types.Mesh:
    """A copy's mesh as it looks now, where it stands, cut to what its portrait shows: it mustn't reach into others."""
    scene.view_layers[0].update()
    graph = scene.view_layers[0].depsgraph
    mesh = bpy.data.meshes.new_from_object(copy.evaluated_get(graph), preserve_all_data_layers=True, depsgraph=graph)
    mesh.transform(copy.matrix_basis)
    shape = bmesh.new()
    shape.from_mesh(mesh)
    for side in (Vector((1, 0, 0)), Vector((-1, 0, 0)), Vector((0, 0, 1)), Vector((0, 0, -1))):
        parts = [*shape.verts, *shape.edges, *shape.faces]
        bmesh.ops.bisect_plane(shape, geom=parts, plane_co=centre + half * side, plane_no=side, clear_outer=True)
    shape.to_mesh(mesh)
    shape.free()
    return mesh


def _place(scene: bpy.types.Scene, copy: bpy.types.Object, mesh: bpy.types.Mesh, matrix: Matrix) -> None:
    """One that stays, with the properties that materials ask an object for."""
    shown = copy.copy()
    shown.modifiers.clear()
    shown.data = mesh
    shown.matrix_basis = matrix
    scene.collection.objects.link(shown)


def _light(scene: bpy.types.Scene) -> None:
    for turn, tilt, strength in ((-38.0, 50.0, 2.6), (55.0, 70.0, 0.7)):
        light = bpy.data.lights.new("Sun", "SUN")
        light.energy, light.angle = strength, math.radians(20)
        lamp = bpy.data.objects.new("Sun", light)
        lamp.rotation_euler = (math.radians(tilt), 0.0, math.radians(turn))
        scene.collection.objects.link(lamp)
    world = bpy.data.worlds.new("Expressions")
    scene.world = world
    background = next(node for node in compat.world_nodes(world).nodes if node.type == "BACKGROUND")
    background.inputs["Color"].default_value = (0.8, 0.85, 0.95, 1.0)
    background.inputs["Strength"].default_value = 0.55


def _camera(scene: bpy.types.Scene, width: float, columns: int, rows: int) -> None:
    data = bpy.data.cameras.new("Portraits")
    data.type, data.sensor_fit = "ORTHO", "HORIZONTAL"
    data.ortho_scale = columns * width
    data.clip_start, data.clip_end = 0.001 * width, (AT_ONCE + 2) * _APART * width
    camera = bpy.data.objects.new("Portraits", data)
    camera.location = ((columns - 1) * width / 2, -_APART * width, -(rows - 1) * width / 2)
    camera.rotation_euler = (math.radians(90), 0.0, 0.0)
    scene.collection.objects.link(camera)
    scene.camera = camera


def _settings(scene: bpy.types.Scene, samples: int, resolution: tuple[int, int], file: str) -> None:
    if not hasattr(scene, "cycles"):
        raise RuntimeError("Pictures are rendered by Cycles: enable it in Preferences › Add-ons")
    render, cycles = scene.render, scene.cycles
    render.engine = "CYCLES"
    cycles.samples, cycles.use_denoising, cycles.use_adaptive_sampling = samples, True, False
    cycles.max_bounces, cycles.transparent_max_bounces = 1, 16  # hair cards lie in many layers
    render.resolution_x, render.resolution_y = resolution
    render.resolution_percentage = 100
    render.film_transparent = True
    render.use_file_extension = False
    render.filepath = file
    render.image_settings.file_format, render.image_settings.color_mode = "PNG", "RGBA"
    scene.view_settings.view_transform = "Standard"


def _pixels(file: str) -> np.ndarray:
    import numpy as np

    image = bpy.data.images.load(file)
    pixels = np.empty(image.size[0] * image.size[1] * 4, np.float32)
    image.pixels.foreach_get(pixels)
    return pixels.reshape(image.size[1], image.size[0], 4)


def _save(pixels: np.ndarray, file: Path) -> None:
    """Writes a PNG, whole or not at all, over the background. Raises OSError."""
    import numpy as np

    colors = pixels[::-1, :, :3] * pixels[::-1, :, 3:] + np.array(_BACKGROUND) * (1 - pixels[::-1, :, 3:])
    data = (np.clip(colors, 0, 1) * 255 + 0.5).astype(np.uint8)
    rows = np.concatenate([np.zeros((len(data), 1), np.uint8), data.reshape(len(data), -1)], axis=1)
    header = struct.pack(">IIBBBBB", data.shape[1], data.shape[0], 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows.tobytes())), (b"IEND", b""))
    png = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    try:
        part.write_bytes(png)
        rename(part, file)
    finally:
        part.unlink(missing_ok=True)
