# SPDX-License-Identifier: GPL-3.0-or-later
"""Colours and surfaces of an avatar are fields that take keyframes, one for all that shows the same thing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy
import pytest

from blender_addon import look, look_lead, marks, registration, upkeep
from blender_addon.materials.recoloring import surface_of
from blender_addon.materials.surfaces import surface_node
from blender_addon.panels.look import VIEW3D_PT_avatar_sdk_look
from tests.blender.drawing import Recorder, draw
from tests.blender.test_wardrobe_panel import choose, dressed, twin_of


@pytest.fixture(autouse=True)
def addon() -> Iterator[None]:
    registration.register()
    yield
    registration.unregister()


def drawn_fields(root: bpy.types.Object, monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, str]]:
    """Owner and property of everything that the Look panel draws for an avatar."""
    fields: list[tuple[object, str]] = []
    plain = Recorder.prop

    def prop(self: Recorder, data: object, name: str, **options: object) -> None:
        fields.append((data, name))
        plain(self, data, name, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Recorder, "prop", prop)
        draw(VIEW3D_PT_avatar_sdk_look, monkeypatch, obj=root)
    return fields


def test_every_field_of_look_takes_keyframes_that_play_back(composite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = dressed(composite)
    fields = drawn_fields(root, monkeypatch)
    assert len(fields) > 6
    for data, name in fields:
        value = getattr(data, name)
        for frame, part in ((1, 0.2), (11, 0.6)):
            setattr(data, name, (part, part / 2, 0.1, 1.0) if hasattr(value, "__len__") else part)
            assert data.keyframe_insert(name, frame=frame), (data, name)  # what I over the field does
    seen = []
    for frame in (1, 11):
        bpy.context.scene.frame_set(frame)
        graph = bpy.context.evaluated_depsgraph_get()
        seen.append({part.name: evaluated_look(part, graph) for part in marks.parts_of(root)})
    first, last = seen
    for part in marks.parts_of(root, "head", "body"):
        assert first[part.name]["Skin Colour"] == pytest.approx((0.2, 0.1, 0.1, 1.0))
        assert last[part.name]["Skin Colour"] == pytest.approx((0.6, 0.3, 0.1, 1.0)), "the body follows the head"
        assert (first[part.name]["Detail"], last[part.name]["Detail"]) == pytest.approx((0.2, 0.6))
    for part in (*marks.worn(root), *marks.parts_of(root, "eyeball")):
        before, after = first[part.name], last[part.name]
        assert before["solid"] == pytest.approx((0.2, 0.1, 0.1)), "Solid view too"
        assert after["solid"] == pytest.approx((0.6, 0.3, 0.1)), part.name


def evaluated_look(part: bpy.types.Object, graph: bpy.types.Depsgraph) -> dict[str, Any]:
    """Input → value of a part's surface, as Blender shows it now."""
    material = part.active_material.evaluated_get(graph)
    found = surface_node(material)
    values = {socket.name: getattr(socket, "default_value", None) for socket in found.inputs} if found else {}
    plain = {name: tuple(value) if hasattr(value, "__len__") else value for name, value in values.items()}
    return {**plain, "solid": tuple(material.diffuse_color[:3])}


def test_a_colour_that_is_wished_for_shows_at_once_and_none_leaves_the_texture(composite: Path) -> None:
    root = dressed(composite)
    (head,) = marks.parts_of(root, "head")
    node, _ = surface_of(head)
    assert node.inputs["Recolour"].default_value == 1.0
    assert tuple(node.inputs["Skin Colour"].default_value) == tuple(node.inputs["Own Colour"].default_value)
    assert look_lead.leading_input(head, "Skin Colour") == node.inputs["Skin Colour"]
    (body,) = marks.parts_of(root, "body")
    assert look_lead.leading_input(body, "Skin Colour") == node.inputs["Skin Colour"], "one field for all of the skin"


def test_what_two_avatars_share_is_drawn_as_a_property_until_it_is_one_avatars_own(
    composite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = dressed(composite)
    two = twin_of(one)
    choose(one)
    (hers,), (his,) = marks.worn(one), marks.worn(two)
    assert (hers, "avatar_sdk_color") in drawn_fields(one, monkeypatch)
    assert bpy.ops.object.avatar_sdk_own_look() == {"FINISHED"}
    assert hers.active_material != his.active_material
    shown = drawn_fields(one, monkeypatch)
    assert all(name == "default_value" for _, name in shown), shown
    before = look.color_of(his)
    look.set_color(hers, (0.9, 0.1, 0.1))
    assert look.color_of(his) == before
    assert not bpy.ops.object.avatar_sdk_own_look.poll(), "nothing is shared any more"


def test_without_a_head_the_body_leads(composite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = dressed(composite)
    (head,), (body,) = marks.parts_of(root, "head"), marks.parts_of(root, "body")
    assert body.active_material.node_tree.animation_data.drivers
    bpy.data.objects.remove(head)
    upkeep.tidy(root)
    assert look_lead.leading_input(body, "Skin Colour") is not None
    look.set_color(body, (0.5, 0.1, 0.1))
    bpy.context.view_layer.update()
    graph = bpy.context.evaluated_depsgraph_get()
    assert evaluated_look(body, graph)["Skin Colour"] == pytest.approx((0.5, 0.1, 0.1, 1.0))
