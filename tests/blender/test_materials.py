# SPDX-License-Identifier: GPL-3.0-or-later
"""Materials: node groups of ours with named inputs, one a kind; recolouring equals the formulas."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest

from avatarsdk_core.avatar import recolor
from blender_addon import compat
from blender_addon.importing import ImportOptions, import_avatar
from blender_addon.materials.groups import Kind, group
from blender_addon.materials.groups.library import kind_of
from blender_addon.materials.images import pixels_of
from blender_addon.materials.surfaces import surface_node
from tests.blender.sandbox_exports import SandboxExports


def shown_colors(kind: Kind, colors: np.ndarray, **inputs: tuple[float, ...] | float) -> np.ndarray:
    """sRGB colours (N, 3) as a recolouring group gives them out, seen by a render of one pixel each."""
    count = len(colors)
    image = bpy.data.images.new("colours", count, 1, float_buffer=True)
    image.colorspace_settings.name = "Non-Color"
    linear = [(*recolor.to_linear(color), 1.0) for color in colors.tolist()]
    image.pixels.foreach_set(np.array(linear, np.float32).ravel())
    bpy.ops.mesh.primitive_plane_add(size=2)
    plane = bpy.context.object
    plane.scale = (count, 1, 1)
    material = bpy.data.materials.new("test")
    compat.use_nodes(material)
    tree = material.node_tree
    tree.nodes.clear()
    texture = tree.nodes.new("ShaderNodeTexImage")
    texture.image, texture.interpolation = image, "Closest"
    node = tree.nodes.new("ShaderNodeGroup")
    node.node_tree = group(kind)
    emission, output = tree.nodes.new("ShaderNodeEmission"), tree.nodes.new("ShaderNodeOutputMaterial")
    tree.links.new(texture.outputs["Color"], node.inputs["Color"])
    for name, value in inputs.items():
        node.inputs[name].default_value = (*recolor.to_linear(value), 1.0) if isinstance(value, tuple) else value
    tree.links.new(node.outputs["Color"], emission.inputs["Color"])
    tree.links.new(emission.outputs[0], output.inputs["Surface"])
    plane.data.materials.append(material)
    return _rendered(count)


def _rendered(count: int) -> np.ndarray:
    pixels = _render(count * 3, 4, ortho_scale=2.0 * count)[1, 1::3]
    return np.where(pixels <= 0.0031308, pixels * 12.92, 1.055 * np.maximum(pixels, 0) ** (1 / 2.4) - 0.055)


def _render(width: int, height: int, *, ortho_scale: float) -> np.ndarray:
    """Scene-linear colours (height, width, 3), from the bottom up, of what lies on the floor."""
    scene = bpy.context.scene
    camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    camera.data.type, camera.data.ortho_scale = "ORTHO", ortho_scale
    camera.location = (0, 0, 5)
    scene.collection.objects.link(camera)
    scene.camera = camera
    scene.render.engine, scene.cycles.samples = "CYCLES", 1
    scene.cycles.use_denoising = False
    scene.cycles.filter_width = 0.01
    scene.render.resolution_x, scene.render.resolution_y = width, height
    scene.render.resolution_percentage = 100
    scene.view_settings.view_transform = "Raw"
    path = Path(bpy.app.tempdir) / "colours.exr"
    scene.render.filepath = str(path)
    scene.render.image_settings.file_format = "OPEN_EXR"
    scene.render.image_settings.color_depth = "32"
    bpy.ops.render.render(write_still=True)
    result = bpy.data.images.load(str(path))
    pixels = np.array(result.pixels[:], np.float32).reshape(height, width, -1)[..., :3]
    bpy.data.images.remove(result)
    return pixels


COLORS = np.array(
    [(0.05, 0.05, 0.05), (0.71, 0.56, 0.46), (0.9, 0.8, 0.7), (0.4, 0.2, 0.1), (0.3, 0.6, 0.2)], np.float32
)


@pytest.mark.parametrize("target", [(0.35, 0.22, 0.15), (0.9, 0.75, 0.68), (0.2, 0.5, 0.9), recolor.DEFAULT_SKIN])
def test_skin_is_recoloured_by_the_formula(target: tuple[float, float, float]) -> None:
    shown = shown_colors(Kind.RECOLOR_SKIN, COLORS, Factor=1.0, Target=target, Default=recolor.DEFAULT_SKIN)
    np.testing.assert_allclose(shown, recolor.skin(COLORS, target), atol=0.004)


@pytest.mark.parametrize("target", [(0.75, 0.5, 0.25), (0.02, 0.02, 0.02), (0.15, 0.1, 0.05), (1.0, 1.0, 1.0)])
def test_hair_is_recoloured_by_the_formula(target: tuple[float, float, float]) -> None:
    average = (0.45, 0.35, 0.3)
    shown = shown_colors(Kind.RECOLOR_HAIR, COLORS, Factor=1.0, Target=target, Average=average)
    np.testing.assert_allclose(shown, recolor.hair(COLORS, target, average), atol=0.004)


LIPS = {"additional_textures": ["lips_mask"], "texture_size": {"width": 512, "height": 512}, "lod": 6, "format": "gltf"}


def test_lips_are_recoloured_below_their_mask_alone(sandbox_exports: SandboxExports) -> None:
    (head,) = import_avatar(sandbox_exports("head_2.0", "head/mobile", None, **LIPS)).parts
    node = surface_node(head.active_material)
    mask = node.inputs["Lips Mask"].links[0].from_node.image
    assert mask.colorspace_settings.name == "Non-Color"
    own = tuple(node.inputs["Own Lips Colour"].default_value)
    assert own == tuple(node.inputs["Lips Colour"].default_value)
    assert own[0] > 1.5 * own[1], "lips are red"
    white = pixels_of(mask)[..., 0].reshape(64, 8, 64, 8)  # 512 texels, 64 pixels
    inside, near = white.min(axis=(1, 3)) > 0.9, white.max(axis=(1, 3)) > 0
    away = ~(near | np.roll(near, 1, 0) | np.roll(near, -1, 0) | np.roll(near, 1, 1) | np.roll(near, -1, 1))
    before = texture_as_shown(head, 64)
    node.inputs["Recolour Lips"].default_value = 1.0
    node.inputs["Lips Colour"].default_value = (0.02, 0.02, 0.6, 1.0)
    after = texture_as_shown(head, 64)
    lips = after[inside]
    assert len(lips) > 5
    assert away.sum() > 2000
    assert lips[:, 2].mean() > 3 * lips[:, 0].mean(), "blue"
    np.testing.assert_allclose(after[away], before[away], atol=0.01)


def texture_as_shown(obj: bpy.types.Object, size: int) -> np.ndarray:
    """Scene-linear colours (size, size, 3), from the bottom up, of a material's Base Color across the UV square."""
    material = obj.active_material.copy()
    node = surface_node(material)
    node.node_tree = tree = node.node_tree.copy()
    emission = tree.nodes.new("ShaderNodeEmission")
    shader = next(found for found in tree.nodes if found.type == "BSDF_PRINCIPLED")
    tree.links.new(shader.inputs["Base Color"].links[0].from_socket, emission.inputs["Color"])
    tree.links.new(emission.outputs[0], next(found for found in tree.nodes if found.type == "GROUP_OUTPUT").inputs[0])
    for other in bpy.context.scene.objects:
        other.hide_render = True
    bpy.ops.mesh.primitive_plane_add(size=1)
    bpy.context.object.data.materials.append(material)
    return _render(size, size, ortho_scale=1.0)


def test_without_the_factor_colours_stay() -> None:
    shown = shown_colors(Kind.RECOLOR_SKIN, COLORS, Factor=0.0, Target=(0.1, 0.9, 0.1))
    np.testing.assert_allclose(shown, COLORS, atol=0.002)


@pytest.mark.parametrize("kind", [Kind.RECOLOR_SKIN, Kind.RECOLOR_HAIR])
def test_the_texture_is_as_it_is_where_its_own_colour_is_wished_for(kind: Kind) -> None:
    """Also for hair so dark that the formula would darken it."""
    own = {"Default" if kind is Kind.RECOLOR_SKIN else "Average": (0.05, 0.03, 0.02)}
    shown = shown_colors(kind, COLORS, Factor=1.0, Target=(0.05, 0.03, 0.02), **own)
    np.testing.assert_allclose(shown, COLORS, atol=0.002)


def test_each_part_gets_the_group_of_its_kind(composite: Path) -> None:
    imported = import_avatar(composite)
    kinds = {part["avatar_sdk_role"]: kind_of(surface_node(part.active_material).node_tree) for part in imported.parts}
    assert kinds == {
        "body": Kind.SKIN,
        "head": Kind.SKIN,
        "cornea": Kind.CORNEA,
        "eyeball": Kind.EYEBALL,
        "eyelashes": Kind.EYELASHES,
        "teeth": Kind.TEETH,
        "garment": Kind.CLOTH,
    }


def test_a_second_avatar_uses_the_groups_that_are_there(samples: Path) -> None:
    head = samples / "metaperson2" / "head_only_lod2_female"
    import_avatar(head)
    before = sorted(tree.name for tree in bpy.data.node_groups)
    import_avatar(head)
    assert sorted(tree.name for tree in bpy.data.node_groups) == before


def test_colours_that_were_measured_are_where_recolouring_begins(samples: Path) -> None:
    imported = import_avatar(samples / "metaperson2" / "head_only_lod2_female")
    (head,) = (part for part in imported.parts if part["avatar_sdk_role"] == "head")
    inputs = surface_node(head.active_material).inputs
    measured = (*recolor.to_linear((210 / 255, 166 / 255, 146 / 255)), 1.0)
    assert tuple(inputs["Own Colour"].default_value) == pytest.approx(measured, abs=1e-5)
    assert tuple(inputs["Skin Colour"].default_value) == pytest.approx(measured, abs=1e-5)
    assert inputs["Recolour"].default_value == 1


def test_simple_materials_leave_out_what_is_slow(samples: Path) -> None:
    imported = import_avatar(samples / "metaperson2" / "head_only_lod2_female", ImportOptions(quality="simple"))
    (head,) = (part for part in imported.parts if part["avatar_sdk_role"] == "head")
    node = surface_node(head.active_material)
    assert node.inputs["Color"].is_linked
    assert not node.inputs["Normal Map"].is_linked
    assert not node.inputs["Roughness"].is_linked
    assert node.inputs["Subsurface"].default_value == 0


def test_two_avatars_share_what_is_the_same(samples: Path) -> None:
    outfit = samples / "metaperson2" / "outfit_ARPI_lod2_female"
    (first,) = import_avatar(outfit).parts
    images = len(bpy.data.images)
    (second,) = import_avatar(outfit).parts
    assert second.active_material == first.active_material
    assert len(bpy.data.images) == images


def test_skin_is_each_avatars_own(samples: Path) -> None:
    head = samples / "metaperson2" / "head_only_lod2_female"
    heads = [
        part for _ in range(2) for part in import_avatar(head).parts if part["avatar_sdk_role"] in ("head", "teeth")
    ]
    materials = {part.active_material for part in heads}
    assert len(materials) == 2 + 2, "two skins; upper teeth and lower teeth are shared by both"
    assert len({node.image for skin in materials for node in skin.node_tree.nodes if node.type == "TEX_IMAGE"}) < 12


def test_what_somebody_changed_is_not_taken_for_a_new_avatar(samples: Path) -> None:
    outfit = samples / "metaperson2" / "outfit_ARPI_lod2_female"
    (first,) = import_avatar(outfit).parts
    surface_node(first.active_material).inputs["Recolour"].default_value = 0.7
    (second,) = import_avatar(outfit).parts
    assert second.active_material != first.active_material
    assert surface_node(second.active_material).inputs["Recolour"].default_value == 1
    image = next(node.image for node in first.active_material.node_tree.nodes if node.type == "TEX_IMAGE")
    image.pixels[0] = 0.123
    (third,) = import_avatar(outfit).parts
    used = {node.image for node in third.active_material.node_tree.nodes if node.type == "TEX_IMAGE"}
    assert image not in used
