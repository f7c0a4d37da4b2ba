# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing in and the form of a new avatar: what is drawn, what is sent; no secret gets into Blender's files."""

from __future__ import annotations

import itertools
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import bpy
import pytest

from avatarsdk_core.catalog import pipelines
from avatarsdk_core.creation.form import CHOICES, first_form
from avatarsdk_core.creation.offer import Offer, values
from avatarsdk_core.creation.presets import Preset, read_preset
from avatarsdk_core.creation.summary import Account
from avatarsdk_core.running_sandbox import RunningSandbox, announced
from avatarsdk_core.sandbox import Durations, Sandbox
from avatarsdk_core.worker.messages import Answer, Failure
from blender_addon import account, jobs, later, registration, signin_preferences
from blender_addon.creating import state
from blender_addon.creating.properties import property_name
from blender_addon.operators import create_presets
from blender_addon.panels import create as panel
from tests.blender.drawing import Recorder, draw
from tests.canary import Canary
from tests.core.test_photo import png

PATIENCE = 120.0
SECRET = "a-client-secret-that-nobody-may-see"
KINDS = [(name, sub) for name, facts in pipelines().items() for sub in facts.subtypes]


@pytest.fixture
def addon(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """The add-on, registered, with online access and folders of its own."""
    monkeypatch.setenv("AVATARSDK_AVATARS", str(tmp_path / "avatars"))
    monkeypatch.setattr(create_presets, "user_folder", lambda: tmp_path / "own")
    bpy.context.preferences.system.use_online_access = True
    registration.register()
    yield
    registration.unregister()
    bpy.context.preferences.system.use_online_access = False


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(durations=Durations(0, 0, 0, 0)) as service:
        yield service


@pytest.fixture
def there(sandbox: Sandbox) -> Iterator[None]:
    """A sandbox that the worker finds."""
    pair = sandbox.credentials.client
    with announced(RunningSandbox(sandbox.url, "client", pair.client_id, pair.client_secret)):
        yield


def until(happened: Callable[[], object]) -> None:
    """What Blender's timers do, till it happened."""
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end, f"it never happened: {account.message()} {jobs.jobs()}"
        later.run_all()
        jobs.tick()
        time.sleep(0.01)


def drawn(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """All panels of the form, on one layout after the other; the texts of all."""
    whole = Recorder()
    for cls in panel.CLASSES:
        part = draw(cls, monkeypatch)
        if part is not None:
            whole.texts += part.texts
            whole.buttons += part.buttons
            whole.props += part.props
    return whole


def signed_in(usage: dict[str, int] | None = None) -> None:
    """As if the worker had said so."""
    fields = {"root_url": "https://api.avatarsdk.com/", "profile": "default", "access": "developer"}
    told(Answer("0" * 16, {"account": fields, "usage": usage}))


def told(answer: Answer) -> None:
    """The worker's answer to who is signed in."""
    account._await(answer.id)
    account._told(answer)


def photo_file(folder: Path, width: int = 1200, height: int = 1600, name: str = "anna_k.png") -> str:
    path = folder / name
    path.write_bytes(png(width, height))
    return str(path)


def test_nothing_is_asked_before_somebody_looks(addon: None) -> None:
    assert (account.phase(), account.current()) == (account.UNKNOWN, Account())
    assert jobs.jobs() == ()


def test_offline_says_why_and_how_to_change_it(addon: None, monkeypatch: pytest.MonkeyPatch) -> None:
    bpy.context.preferences.system.use_online_access = False
    seen = drawn(monkeypatch)
    assert any("offline" in text for text in seen.texts)
    assert "use_online_access" in seen.props
    assert not bpy.ops.avatar_sdk.sign_in.poll()
    assert not bpy.ops.avatar_sdk.create.poll()


def test_going_offline_shuts_the_form_at_once(addon: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    signed_in()
    state.set_photo(photo_file(tmp_path))
    assert bpy.ops.avatar_sdk.create.poll()
    bpy.context.preferences.system.use_online_access = False
    assert not bpy.ops.avatar_sdk.create.poll()
    seen = drawn(monkeypatch)
    assert any("offline" in text for text in seen.texts)
    assert "pipeline" not in seen.props


def test_who_isnt_signed_in_is_led_to_the_preferences(addon: None, monkeypatch: pytest.MonkeyPatch) -> None:
    told(Answer("0" * 16, {}, True, Failure("SettingsError", "no profile")))
    seen = drawn(monkeypatch)
    assert "avatar_sdk.preferences" in [name for name, _, _ in seen.buttons]
    assert "avatar_sdk.create" not in [name for name, _, _ in seen.buttons]


def test_a_service_that_doesnt_answer_is_told_with_a_way_to_try_again(
    addon: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(Answer("0" * 16, {}, True, Failure("ServiceUnreachable", "api.avatarsdk.com doesn't answer")))
    seen = drawn(monkeypatch)
    assert "doesn't answer" in " ".join(seen.texts)
    assert "avatar_sdk.look_who" in [name for name, _, _ in seen.buttons]


@pytest.mark.parametrize(("name", "sub"), KINDS)
def test_every_kind_is_drawn_without_io_and_with_all_that_it_offers(
    addon: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, sub: str
) -> None:
    signed_in({"created": 12, "prepaid": 0, "to_pay": 3})
    state.set_photo(photo_file(tmp_path))
    state.set_form(first_form(name, sub))
    seen = drawn(monkeypatch)
    form = bpy.context.window_manager.avatar_sdk_create
    assert (form.pipeline, form.subtype, form.name) == (name, sub, "Anna k")
    for value in values(Offer(name, sub), "avatar_modifications"):
        field = property_name("avatar_modifications", value.name)
        assert value.always_on or {field, f"use_{field}"} & set(seen.props)
    offered = {cell.choice.name for grid in (*state.current().grids, *state.current().lists) for cell in grid.cells}
    assert offered <= {values["choice"] for button, _, values in seen.buttons if button == "avatar_sdk.choose"}
    assert "avatar_sdk.create" in [button for button, _, _ in seen.buttons]
    assert any("3 to be paid" in text for text in seen.texts) or "3 to be paid" in " ".join(seen.texts)


def test_a_click_chooses_and_another_one_takes_it_back(addon: None) -> None:
    signed_in()
    category = next(category for category in CHOICES if state.current().grids[0].category == category)
    name = state.current().grids[0].cells[0].choice.name
    assert bpy.ops.avatar_sdk.choose(category=category, choice=name) == {"FINISHED"}
    assert state.form().chosen(category) == (name,)
    assert state.current().grids[0].cells[0].on
    bpy.ops.avatar_sdk.choose(category=category, choice=name)
    assert state.form().chosen(category) == ()


def test_another_language_is_spoken_at_once(addon: None, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_in()
    before = state.current().grids[0].title
    monkeypatch.setattr("avatarsdk_core.wording._translate", lambda text: text if "{" in text else text.upper())
    assert state.current().grids[0].title == before
    monkeypatch.setattr("blender_addon.words.language", lambda: "de_DE")
    assert state.current().grids[0].title == before.upper()


def test_search_leaves_what_has_these_words(addon: None) -> None:
    signed_in()
    form = bpy.context.window_manager.avatar_sdk_create
    form.search_outfits_top = "jack tav"
    (tops,) = [grid for grid in state.current().grids if grid.category == "outfits_top"]
    assert [cell.choice.name for cell in tops.cells] == ["jacket_Tavush"]


def test_properties_speak_for_the_form_and_live_through_a_file_load(addon: None) -> None:
    form = bpy.context.window_manager.avatar_sdk_create
    form.pipeline = "body_0.3"
    form.subtype = "mobile"
    form.use_body_shape_height = True
    form.body_shape_height = 171.0
    form.gender = "female"
    form.avatar_modifications_remove_smile = True
    form.use_avatar_modifications_hair_color = True
    form.avatar_modifications_hair_color = (1.0, 0.0, 0.0)
    form.texture_size = "1024"
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    kept = state.form()
    assert kept.values["body_shape"] == {"height": 171.0, "gender": "female"}
    assert kept.values["avatar_modifications"]["remove_smile"] is True
    assert kept.values["avatar_modifications"]["hair_color"] == {"red": 255, "green": 0, "blue": 0}
    assert kept.export["texture_size"] == {"width": 1024, "height": 1024}
    form = bpy.context.window_manager.avatar_sdk_create
    assert (form.pipeline, form.gender, form.use_avatar_modifications_hair_color) == ("body_0.3", "female", True)
    form.use_body_shape_height = False
    form.gender = "AUTO"
    assert "body_shape" not in state.form().values


def test_a_kind_that_one_comes_back_to_is_as_it_was_left(addon: None) -> None:
    form = bpy.context.window_manager.avatar_sdk_create
    bpy.ops.avatar_sdk.choose(category="haircuts", choice="Haircut3")
    form.pipeline = "head_2.0"
    assert state.form().chosen("haircuts") == ()
    form.pipeline = "metaperson_2.0"
    assert (state.form().chosen("haircuts"), form.subtype) == (("Haircut3",), "female")


def test_a_photo_that_wont_do_is_told_and_stops_the_button(addon: None, tmp_path: Path) -> None:
    signed_in()
    path = tmp_path / "IMG_1.HEIC"
    path.write_bytes(b"\0\0\0\x18ftypheic" + bytes(20))
    with pytest.raises(RuntimeError, match="HEIC"):
        bpy.ops.avatar_sdk.photo(filepath=str(path))
    assert "another" in state.current().reason
    assert not bpy.ops.avatar_sdk.create.poll()
    bpy.ops.avatar_sdk.drop_photo(filepath=photo_file(tmp_path))
    assert state.current().reason == ""
    assert bpy.ops.avatar_sdk.create.poll()


def test_the_name_follows_the_photo_till_somebody_gives_one(addon: None, tmp_path: Path) -> None:
    form = bpy.context.window_manager.avatar_sdk_create
    form.photo = photo_file(tmp_path)
    assert form.name == "Anna k"
    form.name = "Heroine"
    form.photo = photo_file(tmp_path, name="other.png")
    assert form.name == "Heroine"


def test_presets_are_saved_loaded_and_shared(addon: None, tmp_path: Path) -> None:
    form = bpy.context.window_manager.avatar_sdk_create
    form.avatar_modifications_remove_smile = True
    wanted = state.form()
    bpy.ops.avatar_sdk.preset_save(title="  Game   girl ")
    assert create_presets.known() == (("Game girl", str(tmp_path / "own" / "presets" / "Game girl.json")),)
    bpy.ops.avatar_sdk.preset_export(filepath=str(tmp_path / "shared.json"))
    assert read_preset(tmp_path / "shared.json") == Preset("Game girl", wanted)
    form.pipeline = "head_1.2"
    assert state.preset_title() == ""
    bpy.ops.avatar_sdk.preset_load(path=create_presets.known()[0][1])
    assert (state.form(), state.preset_title()) == (wanted, "Game girl")
    (tmp_path / "foreign.json").write_text("{}", "utf-8")
    with pytest.raises(RuntimeError, match=r"foreign\.json"):
        bpy.ops.avatar_sdk.preset_import(filepath=str(tmp_path / "foreign.json"))
    assert state.form() == wanted
    bpy.ops.avatar_sdk.preset_remove(path=create_presets.known()[0][1])
    assert create_presets.known() == ()


def test_secrets_reach_the_worker_and_none_of_blenders_files(
    addon: None, sandbox: Sandbox, tmp_path: Path, canary: Canary
) -> None:
    pair = sandbox.credentials.client
    canary.watch(pair.client_secret)
    fields = bpy.context.window_manager.avatar_sdk_sign_in
    fields.way = "PAIR"
    fields.client_id, fields.client_secret, fields.root_url = pair.client_id, f" {pair.client_secret}\n", sandbox.url
    files = [tmp_path / "typed.blend", Path(bpy.utils.resource_path("USER")) / "config" / "userpref.blend"]
    bpy.ops.wm.save_as_mainfile(filepath=str(files[0]), compress=False)
    bpy.ops.wm.save_userpref()
    assert bpy.ops.avatar_sdk.sign_in() == {"FINISHED"}
    assert (fields.client_secret, fields.token) == ("", "")
    until(lambda: account.phase() != account.ASKING)
    assert account.phase() == account.SIGNED_IN, account.message()
    assert account.current().host == sandbox.url.split("/")[2]
    assert pair.client_secret not in repr(account.current())
    shown = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert pair.client_secret not in shown
    bpy.ops.wm.save_as_mainfile(filepath=str(files[0]), compress=False)
    bpy.ops.wm.save_userpref()
    journals = [path for path in jobs.board.home().folder.rglob("*") if path.is_file() and ".state" not in str(path)]
    for file in itertools.chain(files, journals):
        assert pair.client_secret.encode() not in file.read_bytes(), file
    bpy.ops.avatar_sdk.sign_out()
    until(lambda: account.phase() == account.SIGNED_OUT)
    assert "Signed out" in account.message()


def test_wrong_credentials_are_told_at_once_and_keep_nobody_signed_in(addon: None, sandbox: Sandbox) -> None:
    fields = bpy.context.window_manager.avatar_sdk_sign_in
    fields.client_id, fields.client_secret, fields.root_url = "nobody", SECRET, sandbox.url
    bpy.ops.avatar_sdk.sign_in()
    until(lambda: account.phase() != account.ASKING)
    assert account.phase() == account.SIGNED_OUT
    assert account.is_trouble()
    assert "check what you typed" in account.message()
    assert (fields.client_id, fields.client_secret, fields.root_url) == ("nobody", "", sandbox.url)
    fields.way = "TOKEN"
    assert account.message() == ""
    fields.way = "PAIR"


def test_one_click_signs_in_to_the_sandbox_and_a_photo_is_sent_as_chosen(
    addon: None, there: None, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signin_preferences._set_way(None, 2)
    until(lambda: account.sandbox() is not None)
    found = account.sandbox()
    assert found is not None
    assert found["urls"] == [sandbox.url]
    bpy.ops.avatar_sdk.sign_in_sandbox()
    until(lambda: account.phase() == account.SIGNED_IN)
    state.wanted()
    until(lambda: state.current().from_service)
    grids = {grid.category: grid for grid in state.current().grids}
    assert {"haircuts", "outfits_top", "outfits_bottom", "outfits_shoes", "glasses"} <= set(grids)
    state.set_form(state.form().with_choice("haircuts", "Haircut3", True).with_export("lod", "LOD2"))
    state.set_photo(photo_file(tmp_path))
    assert state.current().reason == ""
    assert any("Costs nothing" in line for line in state.current().summary)
    drawn(monkeypatch)
    job = state.begin()
    until(lambda: jobs.job(job) is not None and (jobs.job(job).avatar or jobs.job(job).failure))  # type: ignore[union-attr]
    sent = jobs.job(job)
    assert sent is not None
    assert sent.failure is None
    jobs.cancel(job)
    made = sandbox_avatar(sent.avatar)
    assert (made.name, made.pipeline) == ("Anna k", "metaperson_2.0")


def sandbox_avatar(code: str) -> object:
    """The avatar as the service has it, asked with the profile that the worker keeps."""
    from avatarsdk_core import Client

    with Client(profile="sandbox") as client:
        return client.avatars.get(code)


def test_a_phone_sends_a_photo_and_each_step_shows(
    addon: None, there: None, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    from avatarsdk_core import Client

    account.sign_in_sandbox()
    until(lambda: account.phase() == account.SIGNED_IN)
    assert bpy.ops.avatar_sdk.selfie() == {"FINISHED"}
    drawn(monkeypatch)
    until(lambda: state.selfie().qr)
    later.run_all()
    assert "camera" in " ".join(drawn(monkeypatch).texts)
    with Client(profile="sandbox") as client:
        (page,) = list(client.selfies.list())
        client.http.request("GET", client.selfies.page_url(page), accept="*/*")  # as a phone opens it
        until(lambda: state.selfie().visited)
        assert "The page is open" in " ".join(drawn(monkeypatch).texts)
        client.selfies.upload(page, png(900, 1200))
    until(lambda: state.selfie().code)
    assert state.photo() is not None
    assert state.name() == "My Avatar"
    assert "Photo by phone" in " ".join(drawn(monkeypatch).texts)
    assert state.current().reason == ""
    bpy.ops.avatar_sdk.no_photo()
    assert state.photo() is None


def test_an_answer_that_comes_late_signs_nobody_in_again(addon: None) -> None:
    signed_in()
    account._await("2" * 16)
    account._signed_out(Answer("2" * 16, {"words": "Signed out of the service."}))
    account._told_usage(Answer("0" * 16, {"account": {"root_url": "https://api.avatarsdk.com/"}}))
    assert account.phase() == account.SIGNED_OUT


def test_a_plan_that_lacks_a_kind_is_named(addon: None) -> None:
    signed_in()
    state._state.asked["metaperson_2.0", "female"] = "1" * 16
    state._told_offer(Answer("1" * 16, {}, True, Failure("AccessDenied", "no")))
    assert "Enterprise" in state.current().reason


@pytest.mark.skipif(os.name != "posix", reason="one clock for all is enough")
def test_drawing_costs_little(addon: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No look at the view makes it anew: drawing a hundred times calls the pure model not once."""
    signed_in()
    state.set_photo(photo_file(tmp_path))
    made: list[object] = []
    monkeypatch.setattr(state, "view", lambda now: made.append(now))
    for _ in range(100):
        drawn(monkeypatch)
    assert made == []


def test_a_dropped_picture_is_ours_only_where_our_tab_is_open(addon: None) -> None:
    handler = bpy.types.AVATAR_SDK_FH_photo
    sidebar = SimpleNamespace(type="UI", width=240, active_panel_category="Avatar SDK")
    folded = SimpleNamespace(type="UI", width=1, active_panel_category="Avatar SDK")
    other = SimpleNamespace(type="UI", width=240, active_panel_category="Tool")
    for regions, kind, ours in (
        ([sidebar], "VIEW_3D", True),
        ([folded], "VIEW_3D", False),
        ([other], "VIEW_3D", False),
        ([], "VIEW_3D", False),
        ([sidebar], "IMAGE_EDITOR", False),
    ):
        context = SimpleNamespace(area=SimpleNamespace(type=kind, regions=regions))
        assert handler.poll_drop(context) is ours
    assert handler.poll_drop(SimpleNamespace(area=None)) is False
    assert {".jpg", ".png", ".heic"} <= set(handler.bl_file_extensions.split(";"))
