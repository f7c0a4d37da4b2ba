# SPDX-License-Identifier: GPL-3.0-or-later
"""Run inside a Blender with windows, by test_first_day.py: `-- EXTENSION.zip OUT PHOTO`, with a sandbox announced.

A first day by mouse and keyboard alone: online, signed in to the sandbox, a photo from the disk, hair, Create, the
progress, the avatar, undo and redo, saved and opened again. Leaves OUT/first_day.json and a picture of each step.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy

sys.path.insert(0, str(Path(__file__).parent))

import hand
from jobs_script import MODULE, objects, picture, until

told: dict[str, Any] = {}


def our(name: str) -> Any:
    """A module of the add-on."""
    return importlib.import_module(f"{MODULE}.{name}")


def preferences() -> dict[str, Any]:
    found = hand.area_of("PREFERENCES")
    assert found is not None
    return found


def file_names() -> dict[str, Any]:
    found = hand.area_of("FILE_BROWSER", "EXECUTE")
    assert found is not None
    return found


def steps(out: Path, photo: Path) -> Iterator[float]:
    yield from open_sidebar(out)
    yield from sign_in(out)
    yield from choose(out, photo)
    yield from create(out)
    yield from save(out)


def open_sidebar(out: Path) -> Iterator[float]:
    """N, and our tab."""
    yield from hand.hover(hand.view)
    if not hand.view()["area"].spaces.active.show_region_ui:
        yield from hand.keys("n")
    yield 1.0
    hand.sidebar()["region"].active_panel_category = "Avatar SDK"
    yield 1.0
    picture(out, "1 offline")


def sign_in(out: Path) -> Iterator[float]:
    """The switch in the panel, the preferences, the sandbox."""
    account = our("account")
    yield from hand.push(hand.sidebar, "use_online_access")
    told["online"] = bpy.app.online_access
    yield from until(lambda: account.phase() == account.SIGNED_OUT, "asked who is signed in")
    yield from hand.push(hand.sidebar, "bpy.ops.avatar_sdk.preferences")
    yield from until(lambda: hand.area_of("PREFERENCES"), "the preferences")
    yield 1.5
    yield from hand.push(preferences, "way", across=(0.9,))
    yield from until(account.sandbox, "looked for a sandbox")
    yield 0.5
    picture(out, "2 sandbox found")
    yield from hand.push(preferences, "bpy.ops.avatar_sdk.sign_in_sandbox")
    yield from until(lambda: account.phase() == account.SIGNED_IN, "signed in")
    yield 1.0
    picture(out, "3 signed in")
    with bpy.context.temp_override(**preferences()):
        bpy.ops.screen.back_to_previous()
    yield 1.0


def choose(out: Path, photo: Path) -> Iterator[float]:
    """A photo by Blender's file browser, and hair."""
    state, panel = our("creating.state"), our("panels.create")
    yield from until(lambda: state.current().from_service, "what the account has")
    drawn = counted(panel.VIEW3D_PT_avatar_sdk_create_look)
    yield from hand.unfold(hand.sidebar, drawn)
    yield from hand.push(hand.sidebar, "bpy.ops.avatar_sdk.photo")
    yield from pick_file(photo)
    yield from until(state.photo, "the photo")
    yield from hand.push(
        hand.sidebar, 'bpy.ops.avatar_sdk.choose(category="haircuts", choice="Haircut3"', across=(0.75,)
    )
    told["chosen"] = state.form().chosen("haircuts")
    state.set_form(state.form().with_export("lod", "LOD2").with_export("texture_profile", "1K.jpg"))  # quick
    yield 0.5
    picture(out, "4 photo and hair")


def create(out: Path) -> Iterator[float]:
    """Create, watch, there it is; taken back and brought again."""
    jobs = our("jobs")
    told["before"] = objects()
    yield from hand.push(hand.sidebar, "bpy.ops.avatar_sdk.create()", start=80)
    yield from hand.scroll(hand.sidebar, 80)  # to the jobs
    shown: list[str] = []

    def it_is_done() -> bool:
        now = jobs.jobs()[0] if jobs.jobs() else None
        if now is not None and now.words not in shown:
            shown.append(now.words)
            if now.progress:
                picture(out, f"5 progress {len(shown)}")
        return now is not None and now.state == "done"

    yield from until(it_is_done, "the avatar")
    told["shown"] = shown
    yield 1.0
    told["arrived"] = objects()
    with bpy.context.temp_override(**hand.view()):
        bpy.ops.view3d.view_selected()
    yield 1.0
    picture(out, "6 arrived")
    yield from hand.hover(hand.view)
    yield from hand.keys("ctrl+z")
    yield 0.6
    told["undone"] = objects()
    picture(out, "7 undone")
    yield from hand.keys("ctrl+shift+z")
    yield 0.6
    told["redone"] = objects()


def save(out: Path) -> Iterator[float]:
    """Ctrl S, and Ctrl O on what was saved."""
    blend = out / "first_day.blend"
    blend.unlink(missing_ok=True)
    yield from hand.hover(hand.view)
    yield from hand.keys("ctrl+s")
    yield from pick_file(blend)
    yield from until(lambda: blend.is_file() and bpy.data.filepath == str(blend), "saved")
    told["saved"] = objects()
    for obj in list(bpy.data.objects):
        bpy.data.objects.remove(obj)
    yield from hand.hover(hand.view)
    yield from hand.keys("ctrl+o")
    yield from pick_file(blend)
    yield from until(lambda: objects() == told["saved"], "opened again")
    yield 1.5
    picture(out, "8 opened again")
    told["jobs"] = [view.state for view in our("jobs").jobs()]


def pick_file(file: Path) -> Iterator[float]:
    """In Blender's file browser: the folder and the name are there as if somebody had gone there; the button."""
    yield from until(lambda: hand.area_of("FILE_BROWSER", "EXECUTE"), "a file browser")
    yield 1.5
    chosen = file_names()["area"].spaces.active.params
    chosen.directory, chosen.filename = str(file.parent).encode(), file.name
    yield 1.0
    yield from hand.push(file_names, "bpy.ops.file.execute", across=(0.95,))
    yield 1.0


def counted(panel: Any) -> Any:
    """How often this panel is drawn from now on."""
    times = [0]

    def draw(_panel: object, _context: object) -> None:
        times[0] += 1

    panel.append(draw)

    def drawings() -> int:
        return times[0]

    return drawings


def main(extension: str, folder: str, photo: str) -> None:
    shown = bpy.context.preferences.view
    shown.show_splash = False
    # This screen has no window manager, that would put a second window where it can be seen.
    shown.filebrowser_display_type = shown.preferences_display_type = "SCREEN"
    out = Path(folder)
    bpy.ops.extensions.package_install_files(filepath=extension, repo="user_default", enable_on_install=True)
    work = steps(out, Path(photo))
    began = time.monotonic()

    def step() -> float | None:
        try:
            return next(work)
        except StopIteration:
            pass
        except Exception:
            told["error"] = traceback.format_exc()
            picture(out, "error")
        told["seconds"] = round(time.monotonic() - began)
        (out / "first_day.json").write_text(json.dumps(told, indent=2), "utf-8")
        bpy.ops.wm.quit_blender()
        return None

    bpy.app.timers.register(step, first_interval=1.0, persistent=True)


if __name__ == "__main__":
    main(*sys.argv[sys.argv.index("--") + 1 :])
