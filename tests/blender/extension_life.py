# SPDX-License-Identifier: GPL-3.0-or-later
"""Run by test_extension.py in a process of its own: `SITE_PACKAGES EXTENSION.zip EXPORT UPDATE.zip`.

The last two may be empty. Tells one line of JSON.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

MODULE = "bl_ext.user_default.avatar_sdk"


def main(packages: str, archive: str, export: str, update: str) -> None:
    sys.path.append(packages)
    import bpy

    told: dict[str, Any] = {}
    loaded = set(sys.modules)
    sys.path.append(str(Path(__file__).parent))
    import registered

    before = registered.snapshot()
    start = time.perf_counter()
    install(archive)
    told["install seconds"] = time.perf_counter() - start
    told["installed"] = state()
    if export:
        result = bpy.ops.import_scene.avatar_sdk(filepath=export)
        types = [thing.type for thing in bpy.context.scene.objects]
        told["imported"] = {
            "result": sorted(result),
            "armatures": types.count("ARMATURE"),
            "meshes": types.count("MESH"),
        }
    network = ("requests", "urllib3", "oauthlib", "requests_oauthlib")
    told["network"] = [name for name in network if name in sys.modules and name not in loaded]
    told["core"] = core()
    if update:
        told["kept before"] = leave_things()
        install(update)
        told["kept after"] = kept_things()
        told["updated core"] = core()
        told["updated panel"] = bpy.types.VIEW3D_PT_avatar_sdk.bl_label
    bpy.ops.preferences.addon_disable(module=MODULE)
    told["disabled"] = state()
    told["left"] = [registered.left_behind(before)]
    for load_file in (False, True, True):
        bpy.ops.preferences.addon_enable(module=MODULE)
        if load_file:
            bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
        told["while enabled"] = registered.left_behind(before)
        registered.wake_everything(MODULE)
        bpy.ops.preferences.addon_disable(module=MODULE)
        told["left"].append(registered.left_behind(before))
    bpy.ops.preferences.addon_enable(module=MODULE)
    told["enabled again"] = state()
    bpy.ops.extensions.package_uninstall(repo_index=user_repository(), pkg_id="avatar_sdk")
    told["removed"] = state()
    print(json.dumps(told), flush=True)
    os._exit(0)


def install(archive: str) -> None:
    import bpy

    bpy.ops.extensions.package_install_files(filepath=archive, repo="user_default", enable_on_install=True)


def state() -> dict[str, bool]:
    """Whether the operator, its entry in File › Import and the preferences' entry are there."""
    import bpy

    drawn = getattr(bpy.types.TOPBAR_MT_file_import.draw, "_draw_funcs", [])
    return {
        "operator": hasattr(bpy.types, "IMPORT_SCENE_OT_avatar_sdk"),
        "menu": any(function.__module__.startswith(MODULE) for function in drawn),
        "enabled": MODULE in bpy.context.preferences.addons,
    }


def core() -> dict[str, Any]:
    """The core that is imported, and the packages installed beside it."""
    package = importlib.import_module("avatarsdk_core")
    assert package.__file__
    beside = Path(package.__file__).parent.parent
    return {
        "folder": str(beside),
        "words": package.__doc__,
        "installed": sorted(path.name for path in beside.iterdir()),
        "sandbox": importlib.util.find_spec("avatarsdk_core.sandbox") is not None,
    }


def leave_things() -> dict[str, Any]:
    """Settings, a job and a preset, as a person would have them when an update comes."""
    import bpy

    from avatarsdk_core.worker.journal import Journal
    from avatarsdk_core.worker.messages import Asked, Now, Taken

    preferences = bpy.context.preferences.addons[MODULE].preferences
    preferences.cache_limit, preferences.avatars_folder, preferences.log_level = 777, "/avatars/of/mine", "INFO"
    place = importlib.import_module(f"{MODULE}.jobs.home").home().job("0123456789abcdef")
    place.folder.mkdir(parents=True)
    journal = Journal(place.journal)
    asked = Asked(place.id, "create", "Me", {}, time.time())
    for message in (asked, Taken(1, "another"), Now("computing", "Computing", 0.5)):
        journal.write(message)
    presets = importlib.import_module(f"{MODULE}.operators.create_presets").presets_folder()
    presets.mkdir(parents=True, exist_ok=True)
    bpy.ops.avatar_sdk.preset_save("EXEC_DEFAULT", title="Mine")
    importlib.import_module(f"{MODULE}.jobs").register()  # which looks for journals, as at the next start
    return kept_things()


def kept_things() -> dict[str, Any]:
    """Those of them that are there now, as the add-on shows them."""
    import bpy

    preferences = bpy.context.preferences.addons[MODULE].preferences
    jobs, presets = (importlib.import_module(f"{MODULE}.{name}") for name in ("jobs", "operators.create_presets"))
    importlib.import_module(f"{MODULE}.later").run_all()
    presets.look_again()
    return {
        "settings": [preferences.cache_limit, preferences.avatars_folder, preferences.log_level],
        "jobs": [[job.title, job.state] for job in jobs.jobs()],
        "presets": [title for title, _ in presets.known()],
    }


def user_repository() -> int:
    import bpy

    repositories = bpy.context.preferences.extensions.repos
    return next(index for index, repository in enumerate(repositories) if repository.module == "user_default")


if __name__ == "__main__":
    main(*sys.argv[1:])
