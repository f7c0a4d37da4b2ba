# SPDX-License-Identifier: GPL-3.0-or-later
"""The gallery in Blender with the real worker and a sandbox full of avatars; and what is bundled and dropped."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import bpy
import pytest

import blender_addon
from avatarsdk_core.sandbox import Durations, Sandbox
from avatarsdk_core.worker.places import Home
from blender_addon import account as who
from blender_addon import file_handlers, jobs, later, marks, preferences, previews
from blender_addon.gallery import exporting, panel, state
from blender_addon.operators import sample
from tests.blender.drawing import Recorder, draw
from tests.canary import Canary

LIMIT = 240.0
SEEDED = 60


@pytest.fixture(scope="module")
def service(canary: Canary) -> Iterator[Sandbox]:
    with Sandbox(durations=Durations(0, 0, 0, 0)) as running:
        running.seed(SEEDED)
        canary.watch(running.credentials.developer.client_secret)
        yield running


@pytest.fixture
def addon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Registered, online, with folders of its own."""
    monkeypatch.setattr("blender_addon.jobs.board.home", lambda: Home(tmp_path / "home"))
    monkeypatch.setenv("AVATARSDK_AVATARS", str(tmp_path / "avatars"))
    system = bpy.context.preferences.system
    before, system.use_online_access = system.use_online_access, True
    blender_addon.register()
    yield
    blender_addon.unregister()
    system.use_online_access = before


@pytest.fixture
def account(addon: None, service: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The credentials of the account with the seeded avatars."""
    keys = service.credentials.developer
    monkeypatch.setenv("AVATARSDK_ROOT_URL", service.url)
    monkeypatch.setenv("AVATARSDK_CLIENT_ID", keys.client_id)
    monkeypatch.setenv("AVATARSDK_CLIENT_SECRET", keys.client_secret)


def until(happened: Callable[[], object]) -> None:
    end = time.monotonic() + LIMIT
    while not happened():
        assert time.monotonic() < end, state.gallery().trouble
        jobs.tick()
        later.run_all()
        time.sleep(0.005)


def on_disk(name: str = "Ann") -> Path:
    """The sample avatar as an export in the avatars folder."""
    folder = preferences.avatars_folder() / name
    shutil.unpack_archive(sample.FILE, folder)
    shutil.copy(sample.FILE.with_suffix(".jpg"), folder / "thumbnail.jpg")
    return folder


def drawing(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """What the gallery's panel shows; I/O meanwhile fails the test."""
    found = draw(panel.VIEW3D_PT_avatar_sdk_gallery, monkeypatch)
    assert found is not None
    return found


def test_the_whole_account_is_listed_in_pages_with_pictures_of_the_page_alone(
    account: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    state.begin()
    until(lambda: len(state.gallery().cards) == SEEDED and not state.gallery().listing)
    assert (state.gallery().page.pages, len(state.gallery().page.cards)) == (3, 24)
    until(lambda: all(card.picture for card in state.gallery().page.cards if card.is_completed))
    shown = {card.key for card in state.gallery().page.cards}
    assert {card.key for card in state.gallery().cards if card.picture} <= shown
    filters = bpy.context.window_manager.avatar_sdk_gallery
    filters.status = "Failed"
    assert {card.status for card in state.gallery().page.cards} == {"Failed"}
    filters.status = "*"
    filters.search = "no such person"
    assert state.gallery().page.matching == 0
    assert "No avatar matches" in drawing(monkeypatch).texts
    filters.search = ""
    bpy.ops.avatar_sdk.gallery_page(page=2)
    assert len(state.gallery().page.cards) == SEEDED - 48


def test_an_avatar_is_renamed_and_deleted_on_the_service(account: None) -> None:
    state.begin()
    until(lambda: state.gallery().cards and not state.gallery().listing)
    key = next(card.key for card in state.gallery().cards if card.is_completed)
    assert bpy.ops.avatar_sdk.gallery_rename("EXEC_DEFAULT", key=key, name="Zoë") == {"FINISHED"}
    until(lambda: state.card(key).name == "Zoë")
    bpy.ops.avatar_sdk.gallery_refresh()
    until(lambda: not state.gallery().listing)
    assert state.card(key).name == "Zoë"
    assert bpy.ops.avatar_sdk.gallery_delete("EXEC_DEFAULT", key=key) == {"FINISHED"}
    until(lambda: state.card(key) is None)


def test_an_avatar_of_the_service_becomes_a_job_and_an_export_with_other_clothes_too(account: None) -> None:
    state.begin()
    until(lambda: state.gallery().cards and not state.gallery().listing)
    card = next(one for one in state.gallery().cards if one.is_completed and one.pipeline == "metaperson_2.0")
    assert bpy.ops.avatar_sdk.gallery_import(key=card.key) == {"FINISHED"}
    (collecting,) = jobs.jobs()
    assert (collecting.kind, collecting.title) == ("collect", card.name)
    jobs.cancel(collecting.id)
    operator = SimpleNamespace(
        subtype="female",
        format="glb",
        lod="LOD2",
        assets=[
            SimpleNamespace(category="outfits_top", name="polo_Getik", is_chosen=True),
            SimpleNamespace(category="haircuts", name="Haircut1", is_chosen=False),
        ],
    )
    asked = exporting.AVATAR_SDK_OT_gallery_export._parameters(operator, "metaperson_2.0")
    assert asked["outfits_top"] == {"list": ["polo_Getik"]}
    assert "haircuts" not in asked
    assert (asked["format"], asked["lod"]) == ("glb", "LOD2")


def test_what_a_job_brings_is_in_the_gallery_without_a_refresh(
    account: None, service: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawing(monkeypatch)
    until(lambda: state.gallery().cards and not state.gallery().listing)
    before = len(state.gallery().cards)
    card = next(one for one in state.gallery().cards if one.is_completed and one.pipeline == "metaperson_2.0")
    assert not card.folders
    jobs.start(
        "collect", title="", avatar=card.code, folder=str(preferences.avatars_folder()), name="Ann", auto_import=False
    )

    def it_is_shown() -> bool:
        state.begin()  # as every drawing does
        found = state.card(card.key)
        return found is not None and bool(found.folders)

    until(it_is_shown)
    assert len(state.gallery().cards) == before


def test_the_gallery_works_offline_with_what_is_on_the_disk(addon: None, monkeypatch: pytest.MonkeyPatch) -> None:
    bpy.context.preferences.system.use_online_access = False
    on_disk()
    state.begin()
    until(lambda: state.gallery().cards)
    (card,) = state.gallery().cards
    assert (card.name, card.on_service) == ("Ann", False)
    assert jobs.jobs() == ()
    first = drawing(monkeypatch)
    assert "Offline: avatars of this disk" in first.texts
    state.choose(card.key)
    until(lambda: card.picture in previews._icons)  # without a window icons have no ids
    labels = [text for _, text, _ in drawing(monkeypatch).buttons]
    assert "Import" in labels
    assert not {"Rename…", "Delete…", "Export Again…"} & set(labels)
    assert bpy.ops.avatar_sdk.gallery_import(key=card.key) == {"FINISHED"}
    assert bpy.context.object.type == "ARMATURE"


def test_going_online_and_offline_begins_anew_by_itself(
    account: None, service: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = bpy.context.preferences.system
    system.use_online_access = False
    on_disk()

    def shown() -> int:
        drawing(monkeypatch)  # as Blender does, again and again
        return 0 if state.gallery().listing else len(state.gallery().cards)

    until(lambda: shown() == 1)
    system.use_online_access = True
    until(lambda: shown() > SEEDED // 2)
    asked = state.gallery().who
    for _ in range(5):
        drawing(monkeypatch)
        jobs.tick()
        later.run_all()
    assert state.gallery().who == asked
    assert not state.gallery().listing
    system.use_online_access = False
    until(lambda: shown() == 1)


def test_who_signed_out_sees_the_disk_and_why(addon: None, monkeypatch: pytest.MonkeyPatch) -> None:
    on_disk()
    who._to(who.SIGNED_OUT, "")
    until(lambda: drawing(monkeypatch) and state.gallery().cards)
    assert "Signed out: avatars of this disk" in drawing(monkeypatch).texts
    assert not state.gallery().listing
    assert not state.gallery().trouble


def test_many_avatars_on_the_disk_are_read_a_few_at_a_time(addon: None) -> None:
    bpy.context.preferences.system.use_online_access = False
    for number in range(50):
        folder = preferences.avatars_folder() / f"Person {number}"
        folder.mkdir(parents=True)
        (folder / "export.json").write_text('{"files": []}', "utf-8")
    steps = state._scanning()
    for _ in range(10):
        next(steps)
        assert state.gallery().cards == ()
    assert sum(1 for _ in steps) >= 39
    assert len(state.gallery().cards) == 50


def test_the_sample_avatar_stands_at_the_cursor_without_a_network(addon: None) -> None:
    bpy.context.preferences.system.use_online_access = False
    bpy.context.scene.cursor.location = (1.0, 2.0, 3.0)
    assert bpy.ops.object.avatar_sdk_sample_add() == {"FINISHED"}
    root = bpy.context.object
    assert tuple(root.matrix_world.translation) == pytest.approx((1.0, 2.0, 3.0))
    avatar = marks.avatar_id(root)
    assert len(marks.worn(avatar)) == 5
    head = marks.parts_of(avatar, "head")[0]
    assert len(head.data.shape_keys.key_blocks) > 50


def test_the_sample_avatar_is_small_enough_to_be_bundled() -> None:
    assert sum(file.stat().st_size for file in sample.FILE.parent.glob("sample_avatar.*")) <= 5_000_000


def test_files_can_be_dropped_into_the_view_unless_the_preference_says_no(
    addon: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    handled = ";".join(cls.bl_file_extensions for cls in file_handlers.CLASSES)
    assert set(handled.split(";")) == {".glb", ".gltf", ".fbx", ".obj", ".ply"}
    view = SimpleNamespace(area=SimpleNamespace(type="VIEW_3D"), mode="OBJECT")
    for cls in file_handlers.CLASSES:
        assert cls.poll_drop(view)
        assert not cls.poll_drop(SimpleNamespace(area=SimpleNamespace(type="IMAGE_EDITOR"), mode="OBJECT"))
        assert not cls.poll_drop(SimpleNamespace(area=SimpleNamespace(type="VIEW_3D"), mode="EDIT_MESH"))
        assert not cls.poll_drop(SimpleNamespace(area=None, mode="OBJECT"))
    monkeypatch.setattr(preferences, "preferences", lambda: SimpleNamespace(use_drop=False))
    assert not any(cls.poll_drop(view) for cls in file_handlers.CLASSES)


def test_pictures_are_bounded_and_read_outside_of_drawing(
    addon: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "LIMIT", 3)
    files = [Path(shutil.copy(sample.FILE.with_suffix(".jpg"), tmp_path / f"{number}.jpg")) for number in range(5)]
    assert [previews.icon(file) for file in files] == [0] * 5
    later.run_all()
    assert list(previews._icons) == list(previews._collection) == [str(file) for file in files[2:]]
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    previews.icon(tmp_path / "broken.jpg")
    previews.icon(tmp_path / "missing.jpg")
    later.run_all()
    assert previews.icon(tmp_path / "broken.jpg") == previews.icon(tmp_path / "missing.jpg") == 0
    assert not previews._wanted
