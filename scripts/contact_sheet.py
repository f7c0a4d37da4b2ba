# SPDX-License-Identifier: GPL-3.0-or-later
"""Render what the sandbox makes, exported and imported as a user would, into the docs' pictures.

    python scripts/contact_sheet.py [--out docs/pictures]

`sandbox_wardrobe.jpg`: every haircut on both bodies; garments, outfits and glasses, standing and sitting.
`sandbox_pipelines.jpg`: the older pipelines, one in each column.

Needs the project's Python with bpy and the extra `sandbox`. Same code, same picture (but for the renderer's noise).
"""

from __future__ import annotations

import argparse
import math
import os
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import bpy
from mathutils import Vector
from PIL import Image

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from avatarsdk_core.sandbox.human.hair import HAIRCUTS  # noqa: E402
from avatarsdk_core.sandbox.human.portrait import make_portrait  # noqa: E402
from avatarsdk_core.sandbox.pipelines import pipeline  # noqa: E402
from avatarsdk_core.sandbox.pipelines.contract import ComputeJob, ExportJob, ResultJob  # noqa: E402
from blender_addon import marks  # noqa: E402
from blender_addon.importing import ImportedAvatar, ImportOptions, import_avatar  # noqa: E402
from blender_addon.stage import build_stage  # noqa: E402

TILE, SAMPLES, COLUMNS = 190, 8, 7
SUITS = (
    ("female", "Haircut6", "t-shirt_Vardenis", "shorts_Gegharkunik", "shoes_Zangezur", "glasses_01"),
    ("male", "Haircut1", "longsleeve_Armaghan_red", "pants_Dzoraget", "shoes_Gndasar", "glasses_02"),
    ("female", "Haircut7", "jacket_Tavush", "leggings_Khustup", "sneakers_AZAT", "glasses_03"),
    ("male", "Haircut_Afro_Fade", "polo_Getik", "jeans_AZAT", "sneakers_AZAT", ""),
    ("female", "Haircut4", "top_Khustup", "leggings_Khustup", "shoes_Zangezur", ""),
    ("female", "Haircut5", "polo_Getik", "jeans_AZAT", "sneakers_AZAT", ""),
    ("male", "Haircut2", "t-shirt_Vardenis", "pants_Dzoraget", "shoes_Gndasar", "glasses_01"),
)


OUTFITS = (("female", "SEVAN"), ("male", "ARPI"), ("female", "Gegharkunik"))
OLDER = (
    ("animated_face", "base/legacy"),
    ("head_1.2", "base/static"),
    ("head_2.0", "bust/mobile"),
    ("body_0.3", "male"),
)
ARMS_DOWN = {"LeftArm": ((0, 1, 0), 62), "RightArm": ((0, 1, 0), -62)}
SITTING = ARMS_DOWN | {
    **{f"{side}UpLeg": ((1, 0, 0), -85) for side in ("Left", "Right")},
    **{f"{side}Leg": ((1, 0, 0), 85) for side in ("Left", "Right")},
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=PROJECT / "docs" / "pictures", metavar="DIR")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="avatarsdk-sheet-") as scratch:
        folder = Path(scratch)
        _save([*_older(folder / "older")], options.out / "sandbox_pipelines.jpg", len(OLDER))
        tiles = [*_haircuts(folder, "female"), *_haircuts(folder, "male"), *_suits(folder)]
        _save(tiles, options.out / "sandbox_wardrobe.jpg", COLUMNS)
    return 0


def _save(tiles: list[Image.Image], target: Path, columns: int) -> None:
    rows = -(-len(tiles) // columns)
    sheet = Image.new("RGB", (TILE * columns, TILE * rows), "white")
    for index, tile in enumerate(tiles):
        sheet.paste(tile, (index % columns * TILE, index // columns * TILE))
    sheet.save(target, quality=82)
    print(f"{target}: {len(tiles)} pictures", flush=True)


def _haircuts(folder: Path, subtype: str) -> Iterator[Image.Image]:
    """All haircuts on one head, each shown in its turn."""
    worn = {"haircuts": list(HAIRCUTS), "outfits_top": ["t-shirt_Vardenis"]}
    imported = _imported(folder / f"hair_{subtype}", subtype, worn)
    for identity in HAIRCUTS:
        for part in imported.parts:
            part.driver_remove("hide_render")
            part.hide_render = part[marks.CATEGORY] == "haircuts" and part.name.split(".")[0] != identity
        yield _shot(imported, folder, portrait=True)


def _suits(folder: Path) -> Iterator[Image.Image]:
    for number, (subtype, hair, top, bottom, shoes, glasses) in enumerate(SUITS):
        worn = {"haircuts": [hair], "outfits_top": [top], "outfits_bottom": [bottom], "outfits_shoes": [shoes]}
        imported = _imported(folder / str(number), subtype, worn | ({"glasses": [glasses]} if glasses else {}))
        _posed(imported, SITTING if number == 0 else ARMS_DOWN)
        yield _shot(imported, folder, portrait=False)
    for subtype, outfit in OUTFITS:
        imported = _imported(folder / outfit, subtype, {"haircuts": ["Haircut8"], "outfits": [outfit]})
        for pose in (ARMS_DOWN, SITTING):
            _posed(imported, pose)
            yield _shot(imported, folder, portrait=False)


def _posed(imported: ImportedAvatar, turns: Mapping[str, tuple[tuple[int, int, int], float]]) -> None:
    """Bones turned about axes of the world (Blender's), by degrees."""
    assert imported.armature is not None
    for name, (axis, degrees) in turns.items():
        bone = imported.armature.pose.bones[name]
        to_bone = (imported.armature.matrix_world @ bone.bone.matrix_local).to_3x3().inverted()
        bone.rotation_mode = "AXIS_ANGLE"
        bone.rotation_axis_angle = (math.radians(degrees), *(to_bone @ Vector(axis)).normalized())
    bpy.context.view_layer.update()


def _older(folder: Path) -> Iterator[Image.Image]:
    for name, subtype in OLDER:
        imported = _imported_older(folder / name, name, subtype)
        yield _shot(imported, folder, portrait=name != "body_0.3")


def _imported_older(folder: Path, name: str, subtype: str) -> ImportedAvatar:
    """An avatar of an older pipeline with its first haircut and outfit; animated_face has direct results alone."""
    made, own, export = pipeline(name), folder / "avatar", folder / "export"
    own.mkdir(parents=True)
    (own / "photo.jpg").write_bytes(make_portrait("male" if subtype == "male" else "female"))
    made.compute(ComputeJob(subtype, {}, own))
    if not made.has_exports:
        archive = made.result(ResultJob(subtype, {}, own, "mesh", fmt="glb"))
        assert archive is not None
        zips = [archive]
    else:
        available = made.available(subtype)
        parameters: dict[str, Any] = {"format": "glb", "embed": True, "embed_textures": True}
        hair = [] if name == "head_1.2" else list(available["haircuts"])[:1]
        parameters |= {
            key: {"list": names}
            for key, names in (("haircuts", hair), ("outfits", list(available["outfits"])[:1]))
            if names
        }
        files = made.export(ExportJob(subtype, {}, parameters, own, folder / "zips", folder / "shelf"))
        zips = [folder / "zips" / f"{file.identity}.zip" for file in files]
    for path in zips:
        with zipfile.ZipFile(path) as opened:
            opened.extractall(export)
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    return import_avatar(export, ImportOptions())


def _imported(folder: Path, subtype: str, worn: dict[str, list[str]]) -> ImportedAvatar:
    """An avatar of the sandbox's own portrait, exported with those assets, in an empty scene."""
    meta, own, zips = pipeline("metaperson_2.0"), folder / "avatar", folder / "zips"
    own.mkdir(parents=True)
    zips.mkdir()
    (own / "photo.jpg").write_bytes(make_portrait("male" if subtype == "male" else "female"))
    meta.compute(ComputeJob(subtype, {}, own))
    parameters: dict[str, Any] = {"format": "glb", "textures": {"embed": True, "profile": "1K.jpg"}}
    textures = {"list": ["Color", "Normal", "GltfMetallicRoughness"]}
    parameters |= {category: {"list": names, "textures": textures} for category, names in worn.items()}
    meta.export(ExportJob(subtype, {}, parameters, own, zips, folder.parent / "shelf"))
    with zipfile.ZipFile(zips / "avatar.zip") as archive:
        archive.extractall(folder / "export")
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    return import_avatar(folder / "export", ImportOptions())


def _shot(imported: ImportedAvatar, folder: Path, *, portrait: bool) -> Image.Image:
    scene = bpy.context.scene
    if "Stage" not in bpy.data.collections:
        build_stage(imported.parts[0][marks.AVATAR], scene)
    camera = bpy.data.objects.get("Sheet") or bpy.data.objects.new("Sheet", bpy.data.cameras.new("Sheet"))
    if not camera.users_collection:
        scene.collection.objects.link(camera)
    height = max((part.matrix_world @ Vector(corner)).z for part in imported.parts for corner in part.bound_box)
    target = Vector((0, 0, height - 0.17)) if portrait else Vector((0, 0, height * 0.5))
    towards = Vector((-0.55, -1.0, 0.08)).normalized()
    camera.data.lens = 60
    camera.location = target + towards * (0.85 if portrait else 3.3)
    camera.rotation_euler = (-towards).to_track_quat("-Z", "Y").to_euler()
    scene.camera = camera
    scene.render.engine = "CYCLES"
    scene.cycles.samples, scene.cycles.use_denoising, scene.cycles.transparent_max_bounces = SAMPLES, True, 24
    scene.view_settings.view_transform = "Standard"
    scene.render.resolution_x = scene.render.resolution_y = TILE
    scene.render.filepath = str(folder / "tile.png")
    bpy.ops.render.render(write_still=True)
    with Image.open(folder / "tile.png") as tile:
        return tile.convert("RGB")


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # Blender's own end can hang once an add-on was loaded
