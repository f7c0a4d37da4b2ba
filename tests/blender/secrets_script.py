# SPDX-License-Identifier: GPL-3.0-or-later
"""A person's day in a Blender of its own, run by test_secrets.py: `SITE_PACKAGES EXTENSION.zip PHOTO OUT`.

Signed in by id and secret (the way `pair`) or by token, an avatar made and imported, a job that fails, a preset, all
of it saved, and secrets typed into the form and left there. Service and keys come by stdin. Tells one line of JSON.
"""

from __future__ import annotations

import importlib
import json
import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

MODULE = "bl_ext.user_default.avatar_sdk"
LIMIT = 240.0


def our(name: str) -> Any:
    return importlib.import_module(f"{MODULE}.{name}")


def until(happened: Callable[[], object]) -> None:
    end = time.monotonic() + LIMIT
    while not happened():
        if time.monotonic() > end:
            raise TimeoutError(our("jobs").jobs())
        our("jobs").tick()
        time.sleep(0.002)


def state_of(job: str) -> str:
    return next((view.state for view in our("jobs").jobs() if view.id == job), "gone")


def type_in(way: str, keys: dict[str, str]) -> None:
    """As into the form of the preferences."""
    import bpy

    form = bpy.context.window_manager.avatar_sdk_sign_in
    form.way = "PAIR" if way == "pair" else "TOKEN"
    for name in ("root_url", *(("client_id", "client_secret") if way == "pair" else ("token",))):
        setattr(form, name, keys[name])


def processes() -> list[str]:
    """Command line and environment of this Blender and of its worker."""
    import bpy  # noqa: F401  (what it does to this process counts too)

    found = []
    for pid in (os.getpid(), our("jobs.board")._parent.worker_pid):
        for name in ("cmdline", "environ"):
            about = Path(f"/proc/{pid}/{name}")
            found.append(about.read_bytes().decode("utf-8", "replace") if about.exists() else "")
    return found


def save(out: Path, name: str) -> None:
    import bpy

    for compress in (False, True):
        bpy.ops.wm.save_as_mainfile(filepath=str(out / f"{name}{compress:d}.blend"), compress=compress, copy=True)
    bpy.ops.wm.save_userpref()
    bpy.ops.wm.save_homefile()


def main(packages: str, archive: str, photo: str, folder: str) -> None:
    keys = json.loads(sys.stdin.readline())
    sys.path.append(packages)
    import bpy

    out = Path(folder)
    bpy.ops.extensions.package_install_files(filepath=archive, repo="user_default", enable_on_install=True)
    bpy.context.preferences.system.use_online_access = True
    bpy.context.preferences.addons[MODULE].preferences.log_level = "DEBUG"
    jobs, account = our("jobs"), our("account")
    told: dict[str, Any] = {}
    type_in(keys["way"], keys)
    save(out, "typed")
    told["sign in"] = sorted(bpy.ops.avatar_sdk.sign_in())
    until(lambda: account.phase() not in (account.ASKING, account.UNKNOWN))
    told["phase"], told["message"] = account.phase(), account.message()
    kind = {"pipeline": "metaperson_2.0", "pipeline_subtype": "female"}
    asked = {**kind, "export_parameters": keys["export"], "folder": folder}
    good = jobs.start("create", title="Me", name="Me", photo=photo, **asked)
    bad = jobs.start("create", title="No", name="No", photo=str(out / "no such photo.jpg"), **asked)
    until(lambda: jobs.job(good).avatar)
    told["processes"] = processes()
    shutil.copytree(our("jobs.home").home().sessions, out / "told")  # they go when the worker does
    until(lambda: state_of(good) in ("done", "failed") and state_of(bad) == "failed")
    told["states"] = [state_of(good), state_of(bad)]
    told["details"] = [jobs.details(good), jobs.details(bad)]
    our("operators.create_presets").presets_folder().mkdir(parents=True, exist_ok=True)
    told["preset"] = sorted(bpy.ops.avatar_sdk.preset_save("EXEC_DEFAULT", title="Mine"))
    type_in("pair", keys)
    type_in("token", keys)
    save(out, "kept")
    print(json.dumps(told), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
