# SPDX-License-Identifier: GPL-3.0-or-later
"""What enabling the add-on loads: nothing that only an import or a request needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
# Blender loads some of them itself: they are taken out first, so that who asks for them again is seen.
SCRIPT = """
import sys
import bpy
HEAVY = ("numpy", "requests", "requests_oauthlib", "oauthlib", "urllib3", "keyring", "PIL", "asyncio")
for name in [name for name in sys.modules if name.partition(".")[0] in HEAVY]:
    del sys.modules[name]
class Refused:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in HEAVY:
            raise AssertionError(f"enabling the add-on imports {name}")
sys.meta_path.insert(0, Refused())
sys.path.insert(0, sys.argv[1])
import blender_addon
blender_addon.register()
blender_addon.unregister()
print("light", flush=True)
import os
os._exit(0)
"""


def test_enabling_loads_neither_numpy_nor_a_network_library() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(PROJECT)], capture_output=True, text=True, check=False, timeout=300
    )
    assert (done.returncode, done.stdout.split()[-1:]) == (0, ["light"]), done.stderr[-2000:]
