# SPDX-License-Identifier: GPL-3.0-or-later
"""Each kind of material, rendered: what it shows is what was looked at once, in every Blender.

A picture is kept as 8 × 8 mean colours in goldens/pictures.json, which is compared with tolerance;
AVATARSDK_WRITE_GOLDENS=1 writes it anew, AVATARSDK_PICTURES=FOLDER keeps the renders: look at them then.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import bpy
import numpy as np
import pytest
from mathutils import Vector

from blender_addon import compat, marks
from blender_addon.importing import ImportedAvatar, import_avatar
from blender_addon.materials.groups import Kind, group
from blender_addon.stage import add_camera, build_stage, person_bounds
from tests.blender.golden_exports import SANDBOX
from tests.blender.sandbox_exports import SandboxExports

KEPT = Path(__file__).with_name("goldens") / "pictures.json"
PIXELS, BLOCKS, SAMPLES = 96, 8, 12
MEAN, WORST = 0.02, 0.12  # how far all blocks together, and one, may be off; colours go from 0 to 1
SURFACES = [Kind.SKIN, Kind.EYEBALL, Kind.CORNEA, Kind.TEETH, Kind.HAIR, Kind.CLOTH, Kind.GLASSES, Kind.JEWELLERY]


@pytest.fixture
def dressed(sandbox_exports: SandboxExports) -> ImportedAvatar:
    pipeline, subtype, computation, parameters = SANDBOX["metaperson glb LOD2"]
    imported = import_avatar(sandbox_exports(pipeline, subtype, computation, **parameters))
    build_stage(imported.avatar, bpy.context.scene)
    return imported


def rendered(
    name: str, low: Sequence[float], high: Sequence[float], tmp_path: Path, *, turn: float = -10
) -> np.ndarray:
    """sRGB colours (H, W, 3), as the Standard view transform shows them, of what is in the box."""
    scene = bpy.context.scene
    stage = scene.collection
    scene.camera = add_camera(stage, name, Vector(low), Vector(high), lens=90, turn=turn, aspect=1.0)
    scene.render.engine = "CYCLES"
    scene.cycles.samples, scene.cycles.use_denoising = SAMPLES, True
    scene.cycles.transparent_max_bounces = 32
    scene.render.resolution_x = scene.render.resolution_y = PIXELS
    scene.render.resolution_percentage = 100
    scene.view_settings.view_transform = "Standard"
    scene.render.image_settings.file_format = "PNG"
    scene.render.image_settings.color_mode = "RGB"
    file = tmp_path / f"{name}.png"
    scene.render.filepath = str(file)
    bpy.ops.render.render(write_still=True)
    if folder := os.environ.get("AVATARSDK_PICTURES"):
        shutil.copy(file, Path(folder) / f"{name}_{bpy.app.version[0]}.{bpy.app.version[1]}.png")
    image = bpy.data.images.load(str(file))
    pixels = np.empty(PIXELS * PIXELS * image.channels, np.float32)
    image.pixels.foreach_get(pixels)
    return pixels.reshape(PIXELS, PIXELS, -1)[::-1, :, :3]


def compare(name: str, picture: np.ndarray) -> None:
    size = PIXELS // BLOCKS
    found = picture.reshape(BLOCKS, size, BLOCKS, size, 3).mean(axis=(1, 3))
    kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    if os.environ.get("AVATARSDK_WRITE_GOLDENS"):
        kept[name] = np.round(found * 255).astype(int).ravel().tolist()
        lines = [
            f"{json.dumps(key)}: {json.dumps(value, separators=(',', ':'))}" for key, value in sorted(kept.items())
        ]
        KEPT.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    apart = np.abs(found - np.array(kept[name]).reshape(BLOCKS, BLOCKS, 3) / 255)
    assert apart.mean() < MEAN, f"{name}: {apart.mean():.3f} off"
    assert apart.max() < WORST, f"{name}: a part of it is {apart.max():.3f} off"


def around(avatar: str, role: str, reach: float) -> tuple[Vector, Vector]:
    """A box around the middle of the front of a part, `reach` metres wide and high."""
    low, high = person_bounds(avatar, role) or (Vector(), Vector())
    middle = Vector(((low.x + high.x) / 2, low.y, (low.z + high.z) / 2))
    return middle - Vector((reach / 2, 0, reach / 2)), middle + Vector((reach / 2, 0.01, reach / 2))


def hide(imported: ImportedAvatar, *roles: str) -> None:
    for part in imported.parts:
        if part[marks.ROLE] in roles:
            part[marks.SHOWN] = False
            part.update_tag()
    bpy.context.view_layer.update()


def test_face_with_skin_and_hair(dressed: ImportedAvatar, tmp_path: Path) -> None:
    hide(dressed, "glasses")
    low, high = person_bounds(dressed.avatar, "head") or (Vector(), Vector())
    compare("face", rendered("face", low, high + Vector((0, 0, 0.02)), tmp_path, turn=-14))


def test_eye_through_its_cornea_below_lashes(dressed: ImportedAvatar, tmp_path: Path) -> None:
    hide(dressed, "glasses")
    low, high = around(dressed.avatar, "eyeball", 0.05)
    side = Vector((0.03, 0, 0))
    compare("eye", rendered("eye", low + side, high + side, tmp_path))


def test_teeth_in_an_open_mouth(dressed: ImportedAvatar, tmp_path: Path) -> None:
    head = next(part for part in dressed.parts if part[marks.ROLE] == "head")
    head.data.shape_keys.key_blocks["jawOpen"].value = 1.0
    bpy.context.view_layer.update()
    low, high = around(dressed.avatar, "teeth", 0.07)
    compare("teeth", rendered("teeth", low, high, tmp_path))


def test_hair_from_behind(dressed: ImportedAvatar, tmp_path: Path) -> None:
    low, high = person_bounds(dressed.avatar, "hair") or (Vector(), Vector())
    compare("hair", rendered("hair", low, high, tmp_path, turn=150))


def test_glasses_that_let_the_eyes_be_seen(dressed: ImportedAvatar, tmp_path: Path) -> None:
    picture = rendered("glasses", *around(dressed.avatar, "glasses", 0.15), tmp_path)
    compare("glasses", picture)


def test_cloth(dressed: ImportedAvatar, tmp_path: Path) -> None:
    low, high = around(dressed.avatar, "garment", 0.5)
    up = Vector((0, 0, 0.45))
    compare("cloth", rendered("cloth", low + up, high + up, tmp_path, turn=15))


def test_each_group_by_itself_on_a_ball(tmp_path: Path) -> None:
    """With the inputs that a new material has, before a grey wall."""
    scene = bpy.context.scene
    build_stage("", scene)
    for index, kind in enumerate(SURFACES):
        bpy.ops.mesh.primitive_uv_sphere_add(radius=0.1, location=(index % 4 * 0.25, 0, 0.3 - index // 4 * 0.25))
        bpy.ops.object.shade_smooth()
        material = bpy.data.materials.new(kind)
        compat.use_nodes(material)
        tree = material.node_tree
        tree.nodes.clear()
        node, output = tree.nodes.new("ShaderNodeGroup"), tree.nodes.new("ShaderNodeOutputMaterial")
        node.node_tree = group(kind)
        if "Color" in node.inputs:
            node.inputs["Color"].default_value = (0.5, 0.2, 0.12, 1.0)
        tree.links.new(node.outputs["Surface"], output.inputs["Surface"])
        bpy.context.object.data.materials.append(material)
    compare("balls", rendered("balls", (-0.1, -0.1, -0.2), (0.9, 0.1, 0.5), tmp_path, turn=0))


def test_no_skin_pokes_through_clothes_in_views_without_materials(composite: Path) -> None:
    """Seen from the front and from behind: where skin is met first, no cloth lies closely below it."""
    import_avatar(composite)
    bpy.context.view_layer.update()
    graph = bpy.context.evaluated_depsgraph_get()
    poked = covered = 0
    for y in (-1.0, 1.0):
        for x in np.arange(-0.28, 0.28, 0.01):
            for z in np.arange(0.1, 1.4, 0.01):
                hits = _hits(graph, Vector((float(x), y, float(z))), Vector((0, -y, 0)))
                roles = [role for role, _ in hits]
                covered += roles[:1] == ["garment"]
                poked += len(hits) > 1 and roles[:2] == ["body", "garment"] and abs(hits[1][1] - hits[0][1]) < 0.01
    assert covered > 3000
    assert poked < covered * 0.005, f"{poked} of {covered}"


def _hits(graph: bpy.types.Depsgraph, start: Vector, direction: Vector) -> list[tuple[str, float]]:
    """Role and depth (metres) of the first two surfaces on a ray."""
    found, at = [], start
    while len(found) < 2:
        hit, place, _, _, obj, _ = bpy.context.scene.ray_cast(graph, at, direction)
        if not hit:
            break
        found.append((str(obj.original.get(marks.ROLE, "")), (place - start).length))
        at = place + direction * 1e-5
    return found
