# SPDX-License-Identifier: GPL-3.0-or-later
"""Levels of detail of one avatar side by side: one armature, a switch for the viewport and one for renders."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import bpy
import numpy as np
import pytest

from avatarsdk_core.errors import BundleError
from blender_addon import lods, marks, upkeep, wardrobe
from blender_addon.importing import ImportOptions, import_avatar
from tests.blender.sandbox_exports import SandboxExports
from tests.blender.scene import contents, evaluated_points, fed_by, mask_node

LEVELS = (1, 2)


def template(samples: Path, level: int) -> Path:
    return samples / "metaperson2" / f"template_lod{level}_female"


def outfit(samples: Path, level: int) -> Path:
    return samples / "metaperson2" / f"outfit_ARPI_lod{level}_female"


def somebody(exports: SandboxExports, level: int) -> Path:
    """A person of the sandbox's."""
    blendshapes = {"list": ["mobile_51"], "embed": True}
    return exports(
        "metaperson_2.0", "female", format="glb", lod=f"LOD{level}", blendshapes=blendshapes, textures={"list": []}
    )


@pytest.fixture(scope="module")
def both_file(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """LOD1 with its outfit, then LOD2 with its own: a .blend, and the avatar's id."""
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    first = import_avatar(template(samples, 1))
    onto = ImportOptions(onto=first.avatar)
    for export in (outfit(samples, 1), template(samples, 2), outfit(samples, 2)):
        assert import_avatar(export, onto).avatar == first.avatar
    file = tmp_path_factory.mktemp("levels") / "both.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(file), compress=False)
    return file, first.avatar


@pytest.fixture
def both(both_file: tuple[Path, str]) -> str:
    """The avatar with both levels, saved and opened again."""
    file, avatar = both_file
    bpy.ops.wm.open_mainfile(filepath=str(file))
    return avatar


def part(avatar: str, role: str, level: int) -> bpy.types.Object:
    (found,) = (obj for obj in marks.parts_of(avatar, role) if obj[marks.LOD] == f"LOD{level}")
    return found


def hidden(obj: bpy.types.Object) -> tuple[bool, bool]:
    bpy.context.view_layer.update()
    return obj.hide_viewport, obj.hide_render


def test_a_level_joins_the_avatar_that_it_is_of(both: str) -> None:
    assert len(bpy.data.armatures) == 1
    assert lods.levels_in(both) == LEVELS
    assert {obj.parent for obj in marks.parts_of(both)} == {marks.armature_of(both)}
    assert part(both, "head", 2).name == "AvatarHead_LOD2"
    assert len(marks.worn(both)) == 1, "one garment, one switch"


def test_viewport_and_render_have_a_level_each(both: str) -> None:
    for viewport, render in itertools.product(LEVELS, LEVELS):
        lods.show_level(both, viewport=viewport, render=render)
        for role, level in itertools.product(("head", "body", "garment"), LEVELS):
            assert hidden(part(both, role, level)) == (level != viewport, level != render), (role, level)


def test_a_garment_hidden_in_either_way_is_hidden(both: str) -> None:
    (switch,) = marks.worn(both)
    garments = [part(both, "garment", level) for level in LEVELS]
    for level in LEVELS:
        lods.show_level(both, viewport=level, render=level)
        for shown in (False, True):
            wardrobe.show(garments[1] if level == 1 else switch, shown)
            expected = [not (shown and own == level) for own in LEVELS]
            assert [hidden(garment)[0] for garment in garments] == expected
            assert [hidden(garment)[1] for garment in garments] == expected


def test_each_level_has_its_own_masks(both: str) -> None:
    garments = {level: part(both, "garment", level) for level in LEVELS}
    for level in LEVELS:
        body = part(both, "body", level)
        node = mask_node(body)  # one garment's, not both
        assert node[marks.PART] == garments[level][marks.PART]
        assert ("LOD2" in node.inputs["Mask"].links[0].from_node.image.name) == (level == 2)
    (switch,) = marks.worn(both)
    for shown in (False, True):
        wardrobe.show(switch, shown)
        bpy.context.view_layer.update()
        for level in LEVELS:
            body = part(both, "body", level)
            assert fed_by(body, mask_node(body).inputs["Shown"]) == float(shown)


def test_levels_can_be_animated(both: str) -> None:
    armature = marks.armature_of(both)
    assert armature is not None
    for frame, level in ((1, 2), (10, 1)):
        armature[marks.RENDER_LOD] = level
        armature.keyframe_insert(f'["{marks.RENDER_LOD}"]', frame=frame)
    for frame, level in ((1, 2), (10, 1)):
        bpy.context.scene.frame_set(frame)
        assert [part(both, "head", own).hide_render for own in LEVELS] == [own != level for own in LEVELS]


def test_no_driver_needs_python(both: str) -> None:
    kinds = {
        curve.driver.type
        for obj in marks.parts_of(both)
        for curve in (obj.animation_data.drivers if obj.animation_data else ())
    }
    assert kinds == {"SUM"}


def reads() -> dict[tuple[str, str], set[tuple[str, str]]]:
    """Data-block and path of each driven property → those that its driver reads."""
    found = {}
    for block in (*bpy.data.objects, *bpy.data.shape_keys):
        for curve in block.animation_data.drivers if block.animation_data else ():
            targets = [variable.targets[0] for variable in curve.driver.variables]
            found[block.name, curve.data_path] = {_place(target.id, target.data_path) for target in targets}
    return found


def _place(obj: bpy.types.Object, path: str) -> tuple[str, str]:
    keys = path.removeprefix("data.shape_keys.")
    return (obj.name, path) if keys == path else (obj.data.shape_keys.name, keys)


def test_no_driver_reads_what_another_one_writes(both: str) -> None:
    """Blender was seen to miss a change now and then where one driver waits for another."""
    before = reads()
    assert len(before) > 30
    assert {place for read in before.values() for place in read} & before.keys() == set()
    upkeep.connect(both)
    assert reads() == before


def test_a_garment_that_lost_its_leader_obeys_its_own_switch(both: str) -> None:
    bpy.data.objects.remove(part(both, "garment", 1))
    upkeep.tidy(both)
    assert {place for read in reads().values() for place in read} & reads().keys() == set()
    lods.show_level(both, viewport=2, render=2)
    garment, body = part(both, "garment", 2), part(both, "body", 2)
    for shown in (True, False):
        garment[marks.SHOWN] = shown  # as a slider or an animation does
        garment.update_tag()
        assert hidden(garment) == (not shown, not shown)
        assert fed_by(body, mask_node(body).inputs["Shown"]) == float(shown)


def test_the_other_heads_keys_follow(sandbox_exports: SandboxExports) -> None:
    first, second = (somebody(sandbox_exports, level) for level in LEVELS)
    avatar = import_avatar(first).avatar
    assert import_avatar(second, ImportOptions(onto=avatar)).avatar == avatar
    heads = [part(avatar, "head", level) for level in LEVELS]
    heads[0].data.shape_keys.key_blocks["jawOpen"].value = 0.6
    bpy.context.view_layer.update()
    assert heads[1].data.shape_keys.key_blocks["jawOpen"].value == pytest.approx(0.6)
    teeth = [obj for obj in marks.parts_of(avatar, "teeth") if obj.data.shape_keys]
    assert len(teeth) == 2
    for obj in teeth:
        assert obj.data.shape_keys.key_blocks["jawOpen"].value == pytest.approx(0.6)


def test_both_levels_from_one_folder_are_one_avatar(samples: Path, tmp_path: Path) -> None:
    for level in LEVELS:
        shutil.copytree(template(samples, level), tmp_path / "export" / f"avatar{3 - level}")
        shutil.copytree(outfit(samples, level), tmp_path / "export" / f"outfit{level}")
    imported = import_avatar(tmp_path / "export")
    assert len(bpy.data.armatures) == 1
    assert lods.levels_in(imported.avatar) == LEVELS
    assert [len(marks.parts_of(imported.avatar, role)) for role in ("head", "body", "garment")] == [2, 2, 2]
    assert not hidden(part(imported.avatar, "garment", 1))[0]
    assert {skin for by_skin in imported.hidden_faces.values() for skin in by_skin} == {
        "AvatarBody",
        "AvatarHead",
        "AvatarBody_LOD2",
        "AvatarHead_LOD2",
    }


def test_two_persons_in_one_folder_are_refused(samples: Path, tmp_path: Path, sandbox_exports: SandboxExports) -> None:
    shutil.copytree(template(samples, 1), tmp_path / "a")
    shutil.copytree(somebody(sandbox_exports, 2), tmp_path / "b")
    before = contents()
    with pytest.raises(BundleError, match="two persons"):
        import_avatar(tmp_path)
    assert contents() == before


def test_another_person_at_another_level_stays_an_avatar_of_its_own(
    samples: Path, sandbox_exports: SandboxExports
) -> None:
    first = import_avatar(template(samples, 1))
    other = import_avatar(somebody(sandbox_exports, 2), ImportOptions(onto=first.avatar))
    assert other.avatar != first.avatar
    assert lods.levels_in(first.avatar) == ()


def test_what_has_one_level_is_seen_at_both_and_masks_both(samples: Path) -> None:
    avatar = import_avatar(template(samples, 1)).avatar
    for export in (template(samples, 2), outfit(samples, 2)):
        import_avatar(export, ImportOptions(onto=avatar))
    (garment,) = marks.worn(avatar)
    for level in LEVELS:
        lods.show_level(avatar, viewport=level)
        assert not hidden(garment)[0]
        assert mask_node(part(avatar, "body", level))[marks.PART] == garment[marks.PART]


def test_a_level_stands_where_the_other_stands(both: str) -> None:
    for side in ("left", "right"):
        eyes = [obj for obj in marks.parts_of(both, "eyeball") if obj[marks.SIDE] == side]
        assert len(eyes) == 2
        middles = [(points.min(axis=0) + points.max(axis=0)) / 2 for points in map(evaluated_points, eyes)]
        np.testing.assert_allclose(*middles, atol=0.0005)


def test_a_level_that_is_not_there_is_refused(both: str, samples: Path) -> None:
    with pytest.raises(ValueError, match="LODs 1, 2"):
        lods.show_level(both, viewport=3)
    alone = import_avatar(template(samples, 1))
    with pytest.raises(ValueError, match="one LOD only"):
        lods.show_level(alone.avatar, render=2)
