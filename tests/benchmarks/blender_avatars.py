# SPDX-License-Identifier: GPL-3.0-or-later
"""What avatars cost in a scene: blendshapes from files, playback with drivers, a change of clothes, fifty of them.

    python -m tests.benchmarks.blender_avatars [SAMPLES] [--only shapes|playback|slider|wardrobe|fifty]

With a Python that has bpy. Each pair is measured in turns in one process. Goals: 65 blendshapes from `.bin` at least
50 times as fast as a loop over vertices; playback at most 1.35 times the same keys keyed directly; a slider of the
head at most 1.1 times as long as on the same export brought in by Blender's bare importer; a change of clothes under
masks of 4096² within 50 ms; from the 2nd to the 50th avatar of a scene what is ours of an import slows down at most
1.3 times, the whole of it at most as much as Blender's bare importer, and images are there once.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import logging
import os
import shutil
import statistics
import struct
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path
from unittest import mock

import bpy
import numpy as np
from PIL import Image

from avatarsdk_core.avatar.blendshapes import read_blendshapes
from avatarsdk_core.avatar.parts import Role
from avatarsdk_core.avatar.ply import read_ply
from blender_addon import compat, marks, wardrobe
from blender_addon.importing import ImportOptions, import_avatar
from blender_addon.importing.shapes import add_shapes, z_up
from tests.benchmarks.table import Row, show

SHAPES = 65
FRAMES = 120
AVATARS = 50


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("samples", nargs="?", type=Path)
    parser.add_argument("--only", choices=sorted(MEASURES), action="append")
    arguments = parser.parse_args()
    samples = arguments.samples or Path(os.environ.get("AVATARSDK_SAMPLES", "../shared/avatars"))
    logging.disable(logging.INFO)
    print(f"Blender {bpy.app.version_string}")
    rows = [row for name in arguments.only or MEASURES for row in MEASURES[name](samples)]
    show(rows)


def shapes(samples: Path) -> list[Row]:
    """The head's point cloud and 65 blendshapes onto a mesh that is there, against the loop that everybody writes."""
    cloud = samples / "metaperson2" / "pointcloud_lod1_female"
    real = sorted((cloud / "blendshapes" / "AvatarHead").rglob("*.bin"))
    files = {f"{number} {file.stem}": file for number, file in enumerate(islice(cycle(real), SHAPES))}
    head = cloud / "AvatarHead.ply"

    def ours(obj: bpy.types.Object) -> None:
        points = read_ply(head).points
        obj.data.vertices.foreach_set("co", z_up(points).reshape(-1))
        add_shapes(obj, read_blendshapes(files, points))

    def loop(obj: bpy.types.Object) -> None:
        points = read_ply(head).points.tolist()
        for vertex, (x, y, z) in zip(obj.data.vertices, points, strict=True):
            vertex.co = (x, -z, y)
        obj.shape_key_add(name="Basis", from_mix=False)
        for name, file in files.items():
            key = obj.shape_key_add(name=name, from_mix=False)
            content = file.read_bytes()
            for index, (x, y, z) in enumerate(points):
                dx, dy, dz = struct.unpack_from("<3f", content, index * 12)
                key.data[index].co = (x + dx, -(z + dz), y + dy)

    vertices = len(read_ply(head).points)
    times: dict[str, list[float]] = {"ours": [], "loop": []}
    for _ in range(5):
        made = {}
        for name, action in (("ours", ours), ("loop", loop)):
            obj = _mesh(vertices)
            times[name].append(_seconds(lambda action=action, obj=obj: action(obj)))
            made[name] = obj
        for one, other in zip(*(made[name].data.shape_keys.key_blocks for name in made), strict=True):
            one_points, other_points = (np.array([point.co[:] for point in key.points]) for key in (one, other))
            assert np.abs(one_points - other_points).max() < 1e-6, one.name
    mine, theirs = (statistics.median(times[name][1:]) for name in ("ours", "loop"))
    detail = f"{theirs / mine:.0f} times as fast; ours {mine * 1000:.1f} ms, loop {theirs * 1000:.0f} ms"
    return [Row(f"cloud and {SHAPES} blendshapes of {vertices:,} vertices ÷ loop", mine / theirs, 1 / 50, detail)]


def playback(samples: Path) -> list[Row]:
    """Playback of each real export that has shape keys for more than the head."""
    return [_playback(label, export) for label, export in _faces(samples)]


def _faces(samples: Path) -> list[tuple[str, Path]]:
    return [
        ("head", samples / "metaperson2" / "head_only_lod2_female"),
        ("clothed", samples / "SYNTHETIC" / "composite_female_lod2_ARPI_gltf"),
    ]


def _playback(label: str, export: Path) -> Row:
    """Two avatars in two scenes, each moved frame by frame in turns: one with our drivers, one keyed everywhere."""
    _empty()
    driven, keyed = (import_avatar(export) for _ in range(2))
    scenes = []
    for imported in (driven, keyed):
        scene = bpy.data.scenes.new(imported.collection.name)
        bpy.context.scene.collection.children.unlink(imported.collection)
        scene.collection.children.link(imported.collection)
        scenes.append(scene)
    followers = 0
    for part in keyed.parts:
        keys = part.data.shape_keys
        if keys and keys.animation_data:
            followers += len(keys.animation_data.drivers)
            for curve in list(keys.animation_data.drivers):
                keys.animation_data.drivers.remove(curve)
            _key(part)
    for imported in (driven, keyed):
        _key(next(part for part in imported.parts if part[marks.ROLE] == Role.HEAD))
    times: list[list[float]] = [[], []]
    for frame in range(1, FRAMES + 1):
        for scene, taken in zip(scenes, times, strict=True):
            taken.append(_seconds(lambda scene=scene, frame=frame: scene.frame_set(frame)))
    for part, other in zip(driven.parts, keyed.parts, strict=True):
        assert np.abs(_points(part, scenes[0]) - _points(other, scenes[1])).max() < 1e-5, part.name
    mine, plain = (statistics.median(taken[10:]) for taken in times)
    heads = len(next(part for part in driven.parts if part[marks.ROLE] == Role.HEAD).data.shape_keys.key_blocks) - 1
    detail = f"{heads} keys, {followers} driven; {mine * 1000:.2f} and {plain * 1000:.2f} ms a frame"
    return Row(f"playback with drivers ÷ keyed directly, {label}", mine / plain, 1.35, detail)


def slider(samples: Path) -> list[Row]:
    """One slider of the head, until the scene is up to date, in turns with the same on a bare import.

    There the head alone moves; `detail` tells what it takes there to set the key by hand on all meshes that have it.
    """
    return [_slider(label, export, key) for label, export in _faces(samples) for key in ("jawOpen", "eyeBlinkLeft")]


def _slider(label: str, export: Path, name: str) -> Row:
    _empty()
    model = next(file for file in sorted(export.rglob("*")) if file.suffix in (".glb", ".gltf"))
    places: dict[str, tuple[bpy.types.ViewLayer, list[bpy.types.ShapeKey]]] = {}
    for way in ("ours", "bare", "by hand"):
        scene = bpy.data.scenes.new(way)
        bpy.context.window.scene = scene
        with contextlib.redirect_stdout(io.StringIO()):
            if way == "ours":
                import_avatar(export)
            else:
                compat.import_gltf(model)
        meshes = [obj for obj in scene.objects if obj.type == "MESH" and obj.data.shape_keys]
        meshes.sort(key=lambda obj: -len(obj.data.vertices))  # the head first
        keys = [found for obj in meshes if (found := obj.data.shape_keys.key_blocks.get(name))]
        places[way] = scene.view_layers[0], keys if way == "by hand" else keys[:1]

    def move(way: str, value: float) -> None:
        layer, keys = places[way]
        for key in keys:
            key.value = value
        layer.update()

    times: dict[str, list[float]] = {way: [] for way in places}
    for turn in range(300):
        for way, taken in times.items():
            taken.append(_seconds(lambda way=way, turn=turn: move(way, turn % 10 / 10)))
    ours, bare, by_hand = (statistics.median(taken[20:]) * 1000 for taken in times.values())
    detail = f"{ours:.3f} ÷ {bare:.3f} ms; by hand {by_hand:.3f} ms"
    return Row(f"slider {name} ÷ bare import, {label}", ours / bare, 1.1, detail)


def change(samples: Path) -> list[Row]:
    """Two outfits with masks of 4096² on the real body, one taken for the other, until the scene is up to date."""
    _empty()
    with tempfile.TemporaryDirectory(prefix="avatar-sdk-") as folder:
        clothed = shutil.copytree(samples / "SYNTHETIC" / "composite_female_lod2_ARPI_gltf", Path(folder) / "clothed")
        outfit = shutil.copytree(samples / "metaperson2" / "outfit_ARPI_lod2_female", Path(folder) / "outfit")
        for mask in (*clothed.glob("*VisibilityMask*"), *outfit.glob("*VisibilityMask*")):
            with Image.open(mask) as image:
                large = image.resize((4096, 4096))
            mask.chmod(0o600)
            large.save(mask.with_name(mask.name.replace("1K", "4K")))
            if mask.is_relative_to(outfit):
                mask.unlink()
            else:  # the glTF names it
                large.save(mask)
        first = import_avatar(clothed)
        second = import_avatar(outfit, ImportOptions(onto=first.avatar))
    garments = [next(part for part in imported.parts if marks.SHOWN in part) for imported in (first, second)]
    sizes = {tuple(image.size) for image in bpy.data.images if "Visibility" in image.name}
    assert sizes == {(4096, 4096)}, sizes
    times = []
    for garment in islice(cycle(garments), 20):
        times.append(_seconds(lambda garment=garment: (wardrobe.put_on(garment), bpy.context.view_layer.update())))
        assert [bool(other[marks.SHOWN]) for other in garments] == [other == garment for other in garments]
        assert [other.hide_viewport for other in garments] == [other != garment for other in garments]
    detail = f"worst of 20 {max(times) * 1000:.1f} ms"
    return [Row("change of outfits with masks of 4096², ms", statistics.median(times) * 1000, 50.0, detail)]


def fifty(samples: Path) -> list[Row]:
    """Fifty clothed avatars, one after the other into one scene; and fifty times the bare importer's in another.

    Blender's importer slows down with the scene: bare it brings all of it up to date again and again, and in ours it
    still looks through the whole file for each mesh. After an import Blender brings the scene up to date once.
    """
    export = samples / "SYNTHETIC" / "composite_female_lod2_ARPI_gltf"
    _empty()
    bare = [_seconds(lambda: compat.import_gltf(export / "model.gltf")) for _ in range(AVATARS)]
    _empty()
    times, inside, updates, images, sizes = [], [], [], [], []
    blenders = compat.import_gltf

    def timed(*path: Path) -> set[str]:
        inside.append(_seconds(lambda: blenders(*path)))
        return {"FINISHED"}

    with (
        tempfile.TemporaryDirectory(prefix="avatar-sdk-") as folder,
        mock.patch.object(compat, "import_gltf", timed),
    ):
        for number in range(1, AVATARS + 1):
            times.append(_seconds(lambda: import_avatar(export)))
            updates.append(_seconds(bpy.context.view_layer.update))
            images.append(len(bpy.data.images))
            if number in (1, AVATARS):
                file = Path(folder) / f"{number}.blend"
                bpy.ops.wm.save_as_mainfile(filepath=str(file), copy=True, compress=True)
                sizes.append(file.stat().st_size)
    assert len(inside) == AVATARS
    ours = [whole - part for whole, part in zip(times, inside, strict=True)]
    whole = [one + update for one, update in zip(times, updates, strict=True)]
    early, late, whole_early, whole_late, update_late, bare_early, bare_late = (
        statistics.median(some) * 1000
        for some in (ours[1:4], ours[-3:], whole[1:4], whole[-3:], updates[-3:], bare[1:4], bare[-3:])
    )
    later = (sizes[1] - sizes[0]) / (AVATARS - 1)
    grown = (
        f"{whole_early:.0f} → {whole_late:.0f} ms, of that the update {update_late:.0f}; "
        f"bare importer {bare_early:.0f} → {bare_late:.0f} ms"
    )
    files = f"{sizes[0] / 1e6:.1f} MB the first, {later / 1e6:.2f} MB each later one"
    return [
        Row(f"what is ours of avatar {AVATARS} ÷ of avatar 2", late / early, 1.3, f"{early:.0f} → {late:.0f} ms"),
        Row("the whole with one update, against bare", whole_late / whole_early / (bare_late / bare_early), 1.0, grown),
        Row("images of all ÷ images of one", images[-1] / images[0], 1.0, f"{images[-1]} images"),
        Row("later avatar ÷ first, bytes in the file", later / sizes[0], 0.25, files),
    ]


MEASURES: dict[str, Callable[[Path], list[Row]]] = {
    "shapes": shapes,
    "playback": playback,
    "slider": slider,
    "wardrobe": change,
    "fifty": fifty,
}


def _empty() -> None:
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)


def _mesh(vertices: int) -> bpy.types.Object:
    mesh = bpy.data.meshes.new("cached")
    mesh.vertices.add(vertices)
    obj = bpy.data.objects.new("cached", mesh)
    bpy.context.scene.collection.objects.link(obj)
    return obj


def _seconds(action: Callable[[], object]) -> float:
    with contextlib.redirect_stdout(io.StringIO()):
        began = time.perf_counter()
        action()
        return time.perf_counter() - began


def _key(part: bpy.types.Object) -> None:
    """Two keyframes for every shape key, each with a pace of its own by its name."""
    for key in list(part.data.shape_keys.key_blocks)[1:]:
        for frame, value in ((1, 0.0), (FRAMES, (sum(key.name.encode()) % 7 + 1) / 20)):
            key.value = value
            key.keyframe_insert("value", frame=frame)


def _points(part: bpy.types.Object, scene: bpy.types.Scene) -> np.ndarray:
    graph = scene.view_layers[0].depsgraph
    mesh = part.evaluated_get(graph).data
    points = np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", points)
    return points


if __name__ == "__main__":
    main()
    sys.stdout.flush()
