# SPDX-License-Identifier: GPL-3.0-or-later
"""A rendered picture of an avatar: the whole figure beside a portrait, arms relaxed, on a small stage."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix, Vector

from avatarsdk_core.avatar.parts import Role

from . import marks
from .stage import add_camera, build_stage, person_bounds

HEIGHT = 768
FIGURE_ASPECT, PORTRAIT_ASPECT = 1 / 2, 5 / 6
SAMPLES = 16
ARM_ANGLE = 62.0  # degrees that the arms hang below the T-pose


def render_picture(avatar: str, file: Path, *, height: int = HEIGHT, samples: int = SAMPLES) -> None:
    """Renders the avatar into a PNG with Cycles and leaves the stage in the scene, its portrait camera active.

    Args:
        file: the PNG; its folder exists.
        height: pixels; the width follows (4 : 3 with a figure and a portrait).
    """
    scene = bpy.context.scene
    _set_up(scene, samples)
    with _arms_down(marks.armature_of(avatar)), tempfile.TemporaryDirectory(prefix="avatar-sdk-") as folder:
        stage = build_stage(avatar, scene)
        views = _views(avatar, stage, height)
        shots = []
        for index, (camera, width) in enumerate(views):
            scene.camera = camera
            scene.render.resolution_x, scene.render.resolution_y = width, height
            scene.render.filepath = str(Path(folder) / f"{index}.png")
            bpy.ops.render.render(write_still=True)
            shots.append(Path(scene.render.filepath))
        joined = Path(folder) / "joined.png"
        _join(shots, joined)
        scene.render.filepath = ""
        file.write_bytes(joined.read_bytes())


def _set_up(scene: bpy.types.Scene, samples: int) -> None:
    scene.render.engine = "CYCLES"
    scene.cycles.samples = samples
    scene.cycles.use_denoising = True
    scene.cycles.max_bounces = 4
    scene.cycles.transparent_max_bounces = 32  # hair cards lie in many layers
    scene.render.resolution_percentage = 100
    scene.render.image_settings.file_format = "PNG"
    scene.view_settings.view_transform = "Standard"  # colours as the textures have them


def _views(avatar: str, stage: bpy.types.Collection, height: int) -> list[tuple[bpy.types.Object, int]]:
    """Cameras and picture widths: a figure where there is a body or clothes, a portrait where there is a head."""
    views = []
    head, whole = person_bounds(avatar, Role.HEAD), person_bounds(avatar)
    if whole and (head is None or person_bounds(avatar, Role.BODY, Role.GARMENT)):
        low, high = whole
        width = round(height * FIGURE_ASPECT)
        margin = Vector((0.0, 0.0, (high - low).z * 0.04))
        camera = add_camera(stage, "Figure", low - margin, high + margin, lens=70, turn=12, aspect=width / height)
        views.append((camera, width))
    if head:
        width = round(height * PORTRAIT_ASPECT)
        eyes = head[0].lerp(head[1], 0.65).z
        low, high = _portrait_box(avatar, *head)
        camera = add_camera(stage, "Portrait", low, high, lens=80, turn=-14, aspect=width / height, eye_height=eyes)
        views.append((camera, width))
    return views


def _portrait_box(avatar: str, low: Vector, high: Vector) -> tuple[Vector, Vector]:
    """Head and shoulders: from the head's mesh, which may reach down the neck, and the hair around it."""
    hair = person_bounds(avatar, Role.HAIR)
    top = max(high.z, hair[1].z) if hair else high.z
    size = max(high.x - low.x, 0.16)
    centre = (low + high) / 2
    bottom = top - 1.95 * size
    return Vector((centre.x - 0.8 * size, low.y, bottom)), Vector((centre.x + 0.8 * size, high.y, top + 0.25 * size))


@contextmanager
def _arms_down(armature: bpy.types.Object | None) -> Iterator[None]:
    """Lets the arms hang while the block runs; pose and keys stay as they were."""
    bones = [armature.pose.bones.get(name) for name in ("LeftArm", "RightArm")] if armature else []
    before = [(bone, bone.matrix_basis.copy()) for bone in bones if bone]
    for bone, basis in before:
        rest = bone.bone.matrix_local.to_3x3()
        if rest.col[1].z > -0.5:  # an export in A-pose hangs them already
            side = 1.0 if bone.name.startswith("Left") else -1.0
            turn = Matrix.Rotation(math.radians(ARM_ANGLE) * side, 3, "Y")
            bone.matrix_basis = basis @ (rest.inverted() @ turn @ rest).to_4x4()
    bpy.context.view_layer.update()
    try:
        yield
    finally:
        for bone, basis in before:
            bone.matrix_basis = basis
        bpy.context.view_layer.update()


def _join(shots: list[Path], file: Path) -> None:
    """Puts pictures of one height side by side."""
    rows = []
    for shot in shots:
        image = bpy.data.images.load(str(shot))
        width, height = image.size
        pixels = np.empty(width * height * 4, np.float32)
        image.pixels.foreach_get(pixels)
        rows.append(pixels.reshape(height, width, 4))
        bpy.data.images.remove(image)
    pixels = np.concatenate(rows, axis=1)
    joined = bpy.data.images.new("Joined", pixels.shape[1], pixels.shape[0])
    joined.pixels.foreach_set(np.ascontiguousarray(pixels).ravel())
    joined.filepath_raw = str(file)
    joined.file_format = "PNG"
    joined.save()
    bpy.data.images.remove(joined)
