"""Runs inside Blender's Python: `launch_addon.py -- ADDON_FOLDER CORE_PARENT COMMAND …` → `headless.main([COMMAND …])`.

The add-on's modules import each other relatively, so that its folder is loaded as a package here. The core is the one
that calls, whatever else is installed; its folder then goes to the very end of the path, because in a Blender program
nothing beside it may shadow Blender's own numpy or requests.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import shutil
import sys
import traceback
from pathlib import Path


def main(arguments: list[str]) -> int:
    addon, core, *command = arguments
    sys.path.insert(0, core)
    importlib.import_module("avatarsdk_core")
    sys.path.append(sys.path.pop(0))
    init = Path(addon) / "__init__.py"
    spec = importlib.util.spec_from_file_location("avatar_sdk", init, submodule_search_locations=[addon])
    assert spec is not None
    assert spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules["avatar_sdk"] = package
    spec.loader.exec_module(package)
    return int(importlib.import_module("avatar_sdk.headless").main(command))


if __name__ == "__main__":
    try:
        code = main(sys.argv[sys.argv.index("--") + 1 :])
    except Exception:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    if blender := sys.modules.get("bpy"):
        shutil.rmtree(blender.app.tempdir, ignore_errors=True)
    os._exit(code)  # Blender's own end, which removes that folder, can crash or hang once an add-on was loaded
