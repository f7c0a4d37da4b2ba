# SPDX-License-Identifier: GPL-3.0-or-later
"""One switch a garment: it hides the garment and gives the skin back."""

from __future__ import annotations

from pathlib import Path

import bpy
import pytest

from blender_addon import marks, wardrobe
from blender_addon.importing import import_avatar
from tests.blender.scene import evaluated_faces, fed_by, mask_node


def shown_input(skin: bpy.types.Object) -> float:
    """The input `Shown` of the mask in the skin's material, as the renderer sees it."""
    return fed_by(skin, mask_node(skin).inputs["Shown"])


def test_taking_a_garment_off_and_putting_it_on_again(composite: Path) -> None:
    imported = import_avatar(composite)
    (outfit,) = marks.worn(imported.avatar)
    skin = bpy.data.objects["AvatarBody"]
    covered = evaluated_faces(skin)
    for shown in (False, True, False, True):
        wardrobe.show(outfit, shown)
        bpy.context.view_layer.update()
        assert outfit.hide_viewport is not shown
        assert outfit.hide_render is not shown
        assert (evaluated_faces(skin) == covered) is shown
        assert shown_input(skin) == pytest.approx(float(shown))
    assert covered < len(skin.data.polygons)


def test_a_switch_survives_saving(composite: Path, tmp_path: Path) -> None:
    imported = import_avatar(composite)
    avatar = imported.avatar
    wardrobe.show(marks.worn(avatar)[0], shown=False)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "a.blend"))
    (outfit,) = marks.worn(avatar)
    assert outfit.hide_viewport
    wardrobe.show(outfit, shown=True)
    bpy.context.view_layer.update()
    assert not outfit.hide_viewport


def test_only_what_is_worn_has_a_switch(composite: Path) -> None:
    imported = import_avatar(composite)
    with pytest.raises(ValueError, match="AvatarHead"):
        wardrobe.show(bpy.data.objects["AvatarHead"], shown=False)
    assert [obj.name for obj in marks.worn(imported.avatar)] == ["ARPI"]
