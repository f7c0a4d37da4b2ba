# SPDX-License-Identifier: GPL-3.0-or-later
"""The add-on's preferences: the cache is counted outside of drawing and cleared, the log and the worker follow."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import bpy
import pytest

import blender_addon
from avatarsdk_core.transfer.cache import Cache
from blender_addon import cache_size, later, preferences
from tests.blender.drawing import Recorder


@pytest.fixture
def addon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AVATARSDK_AVATARS", str(tmp_path / "avatars"))
    monkeypatch.setenv("AVATARSDK_CACHE", str(tmp_path / "cache"))
    blender_addon.register()
    yield
    blender_addon.unregister()


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What a person set; without installing the extension Blender has no entry for it."""
    values = SimpleNamespace(log_level="INFO", cache_limit=777, cache_folder="", avatars_folder="", use_drop=True)
    monkeypatch.setattr(preferences, "preferences", lambda: values)
    return values


def test_clearing_empties_the_cache_and_leaves_avatars(addon: None, tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    for number in range(3):
        cache.put_bytes(f"key {number}", bytes(1_000_000) + bytes([number]))
    avatar = tmp_path / "avatars" / "Ann" / "model.glb"
    avatar.parent.mkdir(parents=True)
    avatar.write_bytes(b"hers")
    assert cache_size.words() == "Counting the cache…"
    later.run_all()
    assert cache_size.words() == "3 MB in the cache"
    assert bpy.ops.avatar_sdk.clear_cache() == {"FINISHED"}
    assert cache.info().entries == 0
    assert avatar.read_bytes() == b"hers"
    cache_size.words()
    later.run_all()
    assert cache_size.words() == "0 MB in the cache"


def test_the_worker_is_told_folders_limit_and_log_unless_the_environment_says_otherwise(
    chosen: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("AVATARSDK_CACHE", raising=False)
    monkeypatch.delenv("AVATARSDK_LOG_LEVEL", raising=False)
    chosen.cache_folder = str(tmp_path / "mine")
    told = preferences.worker_environment()
    assert told == {
        "AVATARSDK_LOG_LEVEL": "INFO",
        "AVATARSDK_CACHE_LIMIT": "777MB",
        "AVATARSDK_CACHE": str(tmp_path / "mine"),
    }
    monkeypatch.setenv("AVATARSDK_CACHE", "/elsewhere")
    assert "AVATARSDK_CACHE" not in preferences.worker_environment()


def test_the_log_level_holds_while_the_add_on_is_on(chosen: SimpleNamespace) -> None:
    log = logging.getLogger("avatarsdk_core")
    before = log.level
    blender_addon.register()
    assert log.level == logging.INFO
    blender_addon.unregister()
    assert log.level == before


@pytest.mark.parametrize("is_online", [True, False])
def test_the_preferences_draw_the_switch_of_the_network_and_what_it_means(
    addon: None, chosen: SimpleNamespace, is_online: bool
) -> None:
    system = bpy.context.preferences.system
    before, system.use_online_access = system.use_online_access, is_online
    layout = Recorder()
    preferences.AvatarSDKPreferences._draw_network(chosen, layout, bpy.context)
    system.use_online_access = before
    assert layout.props == ["use_online_access"]
    assert any("offline" in text for text in layout.texts) is not is_online
