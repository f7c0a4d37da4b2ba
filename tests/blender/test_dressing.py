# SPDX-License-Identifier: GPL-3.0-or-later
"""One avatar in another's clothes: rebound, fitted, masked; and clothes that go for good."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest
from mathutils.bvhtree import BVHTree

from blender_addon import dressing, marks, upkeep, wardrobe
from blender_addon.importing import ImportOptions, import_avatar
from tests.blender.sandbox_exports import DRESSED, SandboxExports
from tests.blender.scene import evaluated_faces, evaluated_points
from tests.blender.test_safe_deletions import broken

CLOTHES = DRESSED | {
    "textures": {"list": ["Color", "BodyVisibilityMask"], "profile": "1K.jpg"},
    "outfits_top": {"list": ["polo_Getik"], "embed": False},
}
HEAVY = {"body_shape": {"height": 173.0, "weight": 85.0}}


@pytest.fixture(scope="module")
def file_of_two(sandbox_exports: SandboxExports, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dressed woman, and beside her a taller and heavier one without clothes, who stands elsewhere."""
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    import_avatar(sandbox_exports("metaperson_2.0", "female", **CLOTHES), ImportOptions(name="Owner"))
    bare = {key: DRESSED[key] for key in ("format", "textures", "blendshapes")}
    other = import_avatar(sandbox_exports("metaperson_2.0", "female", HEAVY, **bare), ImportOptions(name="Wearer"))
    assert other.armature is not None
    other.armature.location = (1.0, 0.4, 0.2)
    other.armature.rotation_euler = (0.0, 0.0, 0.5)
    file = tmp_path_factory.mktemp("two") / "two.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(file))
    return file


@pytest.fixture
def two(file_of_two: Path) -> tuple[bpy.types.Object, bpy.types.Object]:
    """Their armatures."""
    bpy.ops.wm.open_mainfile(filepath=str(file_of_two))
    return bpy.data.objects["Owner"], bpy.data.objects["Wearer"]


def inside(garment: bpy.types.Object, skin: bpy.types.Object) -> float:
    """Which share of a garment's vertices lies below the skin."""
    for modifier in [found for found in skin.modifiers if found.type == "MASK"]:
        skin.modifiers.remove(modifier)
    points = evaluated_points(skin)
    assert len(points) == len(skin.data.vertices)
    skin.data.calc_loop_triangles()
    surface = BVHTree.FromPolygons(points.tolist(), [tuple(face.vertices) for face in skin.data.loop_triangles])
    count = 0
    cloth = evaluated_points(garment)
    for point in cloth.tolist():
        place, normal, _, _ = surface.find_nearest(point)
        count += bool((np.array(point) - np.array(place)) @ np.array(normal) < 0)
    return count / len(cloth)


def test_an_avatar_is_dressed_in_anothers_clothes(two: tuple[bpy.types.Object, bpy.types.Object]) -> None:
    owner, wearer = two
    (top,) = (item for item in marks.worn(owner) if item[marks.CATEGORY] == "outfits_top")
    (skin,) = marks.parts_of(wearer, "body")
    whole = evaluated_faces(skin)
    made = dressing.dress(wearer, top)
    assert made in marks.worn(wearer)
    assert made[marks.PART] != top[marks.PART]
    assert made.data != top.data
    assert [slot.material for slot in made.material_slots] == [slot.material for slot in top.material_slots]
    assert {modifier.object for modifier in made.modifiers if modifier.type == "ARMATURE"} == {wearer}
    assert evaluated_faces(skin) < whole, "the skin below is masked"
    assert evaluated_faces(marks.parts_of(owner, "body")[0]) < len(skin.data.polygons), "the owner's stays masked"
    assert broken() == []
    wardrobe.show(made, shown=False)
    bpy.context.view_layer.update()
    assert evaluated_faces(skin) == whole
    assert (made.hide_viewport, top.hide_viewport) == (True, False), "each has its own switch"
    wardrobe.show(made, shown=True)
    wardrobe.show(top, shown=False)
    bpy.context.view_layer.update()
    assert (made.hide_render, top.hide_render) == (False, True)


def test_it_takes_the_wearers_shape(two: tuple[bpy.types.Object, bpy.types.Object]) -> None:
    owner, wearer = two
    (top,) = (item for item in marks.worn(owner) if item[marks.CATEGORY] == "outfits_top")
    (hers,), (his,) = marks.parts_of(owner, "body"), marks.parts_of(wearer, "body")
    made = dressing.dress(wearer, top)
    assert inside(made, his) <= inside(top, hers) + 0.02, "no more of it is below the skin than on its owner"
    wearer.pose.bones["LeftArm"].rotation_mode = "XYZ"
    before = evaluated_points(made)
    wearer.pose.bones["LeftArm"].rotation_euler = (0.0, 0.0, 0.6)
    bpy.context.view_layer.update()
    assert np.abs(evaluated_points(made) - before).max() > 0.05, "it moves with the wearer's bones"


def test_hair_and_glasses_come_along_and_what_is_there_is_put_on(
    two: tuple[bpy.types.Object, bpy.types.Object],
) -> None:
    owner, wearer = two
    for item in marks.worn(owner):
        made = dressing.dress(wearer, item)
        assert dressing.dress(wearer, item) == made, "it isn't copied again"
        assert dressing.dress(wearer, made) == made
    assert sorted(item[marks.CATEGORY] for item in marks.worn(wearer)) == ["glasses", "haircuts", "outfits_top"]
    shape = {key.name: key.value for key in marks.parts_of(wearer, "body")[0].data.shape_keys.key_blocks[1:]}
    name = next(name for name in shape if name.lower() == "waist")
    for leader in marks.parts_of(wearer, "head", "body"):
        curve = leader.data.shape_keys.animation_data
        if not curve or not any(name in driver.data_path for driver in curve.drivers):
            leader.data.shape_keys.key_blocks[name].value = 0.5
            break
    bpy.context.view_layer.update()
    (top,) = (item for item in marks.worn(wearer) if item[marks.CATEGORY] == "outfits_top")
    assert top.data.shape_keys.key_blocks[name].value == pytest.approx(0.5), "the wearer's shapes move it"
    (own,) = (item for item in marks.worn(owner) if item[marks.CATEGORY] == "outfits_top")
    assert own.data.shape_keys.key_blocks[name].value == 0


def test_what_nobody_wears_and_what_is_linked_is_refused(composite: Path) -> None:
    imported = import_avatar(composite)
    (head,) = marks.parts_of(imported.avatar, "head")
    (outfit,) = marks.worn(imported.avatar)
    stranger = bpy.data.objects.new("Cube", None)
    with pytest.raises(ValueError, match="AvatarHead is no garment"):
        dressing.dress(imported.avatar, head)
    with pytest.raises(ValueError, match="Cube belongs to no avatar"):
        dressing.dress(stranger, outfit)
    with pytest.raises(ValueError, match="AvatarHead is no garment"):
        dressing.remove(head)


def test_a_garment_is_removed_for_good(composite: Path) -> None:
    imported = import_avatar(composite)
    (outfit,) = marks.worn(imported.avatar)
    (skin,) = marks.parts_of(imported.avatar, "body")
    assert dressing.remove(outfit) == ["ARPI"]
    assert not marks.worn(imported.avatar)
    assert "ARPI" not in bpy.data.objects
    assert "ARPI" not in bpy.data.meshes
    assert evaluated_faces(skin) == len(skin.data.polygons)
    assert broken() == []
    assert not [name for name in skin.keys() if "mask" in name or "under" in name]  # noqa: SIM118


def test_levels_come_along_as_far_as_the_wearer_has_them_and_go_together(samples: Path) -> None:
    real = samples / "metaperson2"
    owner = import_avatar(real / "template_lod1_female").avatar
    for export in ("template_lod2_female", "outfit_ARPI_lod1_female", "outfit_ARPI_lod2_female"):
        import_avatar(real / export, ImportOptions(onto=owner))
    wearer = import_avatar(real / "template_lod2_female", ImportOptions(name="Other")).avatar
    (outfit,) = marks.worn(owner)
    made = dressing.dress(wearer, outfit)
    assert [item[marks.LOD] for item in dressing.levels_of(made)] == ["LOD2"]
    assert len(dressing.remove(outfit)) == 2
    assert marks.worn(owner) == []
    assert not made.hide_render
    assert broken() == []


@pytest.mark.parametrize("linked", [False, True])
def test_a_duplicates_garment_goes_and_the_first_ones_mask_stays(composite: Path, linked: bool) -> None:
    imported = import_avatar(composite)
    root, (skin,) = imported.armature, marks.parts_of(imported.avatar, "body")
    assert root is not None
    covered = evaluated_faces(skin)
    nodes = len(skin.active_material.node_tree.nodes)
    for obj in imported.collection.all_objects:
        obj.select_set(True)
    bpy.context.view_layer.objects.active = root
    bpy.ops.object.duplicate(linked=linked)
    twin = bpy.context.object
    upkeep.tidy(twin)
    dressing.remove(marks.worn(twin)[0])
    assert len(marks.worn(root)) == 1
    assert evaluated_faces(skin) == covered
    assert len(skin.active_material.node_tree.nodes) == nodes, "they share the material"
    assert evaluated_faces(marks.parts_of(twin, "body")[0]) == len(skin.data.polygons)
    assert broken() == []


def test_a_mask_for_other_uvs_hides_nothing(composite: Path, sandbox_exports: SandboxExports) -> None:
    """A real export's outfit on a body of the sandbox, whose UVs are laid out otherwise: it keeps arms and legs."""
    owner = import_avatar(composite)
    bare = {key: DRESSED[key] for key in ("format", "textures", "blendshapes")}
    other = import_avatar(sandbox_exports("metaperson_2.0", "female", HEAVY, **bare))
    (outfit,) = marks.worn(owner.avatar)
    assert outfit[marks.BODY_MASK]
    worn = dressing.dress(other.avatar, outfit)
    assert marks.BODY_MASK not in worn
    (skin,) = marks.parts_of(other.avatar, "body")
    assert evaluated_faces(skin) == len(skin.data.loop_triangles)


def test_a_mask_fits_another_level_of_the_same_template(composite: Path, samples: Path) -> None:
    owner = import_avatar(composite)
    other = import_avatar(samples / "metaperson2" / "template_lod1_female")
    worn = dressing.dress(other.avatar, marks.worn(owner.avatar)[0])
    assert worn[marks.BODY_MASK]
    (skin,) = marks.parts_of(other.avatar, "body")
    assert evaluated_faces(skin) < len(skin.data.loop_triangles)


def test_cloth_lies_above_a_skin_that_it_was_not_made_for(composite: Path, sandbox_exports: SandboxExports) -> None:
    wearer = import_avatar(composite)
    owner = import_avatar(sandbox_exports("metaperson_2.0", "female", **CLOTHES))
    worn = dressing.dress(
        wearer.avatar, next(one for one in marks.worn(owner.avatar) if one[marks.CATEGORY] == "outfits_top")
    )
    (skin,) = marks.parts_of(wearer.avatar, "body")
    assert inside(worn, skin) < 0.02  # 0.011; by the joints alone, shoulders and arms showed
