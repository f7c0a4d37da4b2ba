# SPDX-License-Identifier: GPL-3.0-or-later
"""An import that fails at whatever stage leaves the file as it was: data-blocks, collections, what is worn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy
import pytest

from blender_addon import face, lods, marks, skeleton, wardrobe
from blender_addon.importing import ImportOptions, assemble, import_avatar, read_gltf, run
from blender_addon.materials import images, surfaces, visibility
from tests.blender.scene import contents

# Module, name of a pass in it: in the order in which an import goes through them.
STAGES: list[tuple[Any, str]] = [
    (read_gltf, "gltf_facts"),
    (read_gltf, "armature_of"),
    (read_gltf, "keep_only"),
    (run, "read_model"),
    (run, "understand"),
    (run, "check_levels"),
    (run, "new_avatar"),
    (run, "adopt"),
    (assemble, "shelf"),
    (skeleton, "arrange"),
    (assemble, "build_material"),
    (surfaces, "shared"),
    (images.ImageLoader, "load"),
    (face, "open_range"),
    (wardrobe, "make_wearable"),
    (run, "give_masks"),
    (lods, "connect_levels"),
    (visibility, "add_mask"),
    (visibility, "drive"),
    (face, "connect_shapes"),
    (face, "drive"),
    (run, "wear_first"),
]
_ONTO = {"add_mask", "wear_first", "connect_shapes", "connect_levels", "give_masks", "adopt", "shared"}
DRESSING = [*(stage for stage in STAGES if stage[1] in _ONTO), (visibility, "drive")]


class PlantedError(Exception):
    """Nothing of ours raises it."""


def plant(monkeypatch: pytest.MonkeyPatch, where: Any, name: str, *, at: int) -> list[int]:
    """Lets a pass fail the `at`-th time, once: what is tidied up afterwards may need it again. Its calls."""
    real: Callable[..., Any] = getattr(where, name)
    calls: list[int] = []

    def failing(*arguments: Any, **options: Any) -> Any:
        calls.append(1)
        if len(calls) == at:
            raise PlantedError(name)
        return real(*arguments, **options)

    monkeypatch.setattr(where, name, failing)
    return calls


def state() -> tuple[Any, ...]:
    """All that an import may touch of what was there before."""
    layer = bpy.context.view_layer
    drivers = {
        block.name_full: sorted(curve.data_path for curve in block.animation_data.drivers)
        for block in (*bpy.data.objects, *bpy.data.shape_keys)
        if block.animation_data
    }
    return (
        contents(),
        {collection.name: sorted(collection.objects.keys()) for collection in bpy.data.collections},
        sorted(bpy.context.scene.collection.objects.keys()),
        drivers,
        {obj.name: sorted(obj.keys()) for obj in bpy.data.objects},
        {obj.name: obj.get(marks.SHOWN) for obj in bpy.data.objects},
        {obj.name: (obj.hide_viewport, obj.hide_render) for obj in bpy.data.objects},
        {obj.name: [found.name for found in obj.modifiers] for obj in bpy.data.objects},
        {obj.name: obj.parent.name if obj.parent else "" for obj in bpy.data.objects},
        {
            material.name: sorted(node.name for node in material.node_tree.nodes)
            for material in bpy.data.materials
            if material.node_tree
        },
        {material.name: material.users for material in bpy.data.materials},
        {image.name: image.users for image in bpy.data.images},
        layer.objects.active.name if layer.objects.active else "",
        sorted(obj.name for obj in layer.objects if obj.select_get()),
    )


def mine() -> None:
    """Something of the user's own, selected and active."""
    cube = bpy.data.objects.new("Mine", bpy.data.meshes.new("Mine"))
    bpy.context.scene.collection.objects.link(cube)
    bpy.context.view_layer.objects.active = cube
    cube.select_set(True)
    bpy.context.view_layer.update()


@pytest.mark.parametrize(("where", "name"), STAGES, ids=[name for _, name in STAGES])
def test_into_a_file_of_the_users(composite: Path, monkeypatch: pytest.MonkeyPatch, where: Any, name: str) -> None:
    mine()
    before = state()
    calls = plant(monkeypatch, where, name, at=1)
    with pytest.raises(PlantedError):
        import_avatar(composite)
    assert calls
    bpy.context.view_layer.update()
    assert state() == before


@pytest.mark.parametrize(("where", "name"), DRESSING, ids=[name for _, name in DRESSING])
def test_onto_an_avatar_that_is_dressed(samples: Path, monkeypatch: pytest.MonkeyPatch, where: Any, name: str) -> None:
    """What it wears and hides is as before; then the same import works."""
    avatar = import_avatar(samples / "SYNTHETIC" / "composite_female_lod2_ARPI_gltf").avatar
    mine()
    before = state()
    plant(monkeypatch, where, name, at=1)
    outfit, onto = samples / "metaperson2" / "outfit_ARPI_lod1_female", ImportOptions(onto=avatar)
    with pytest.raises(PlantedError):
        import_avatar(outfit, onto)
    bpy.context.view_layer.update()
    assert state() == before
    monkeypatch.undo()
    assert import_avatar(outfit, onto).avatar == avatar
    assert lods.levels_in(avatar) == (1, 2)
