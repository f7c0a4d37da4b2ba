# SPDX-License-Identifier: GPL-3.0-or-later
"""An export becomes a .blend, without a window.

    blender --background --python scripts/import_avatar.py -- EXPORT --out FILE.blend [--render FILE.png]
    python scripts/import_avatar.py -- EXPORT --out FILE.blend          (Python of the bpy wheel)

Runs from a checkout with nothing of ours installed; it needs numpy alone, which Blender brings.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

try:
    import bpy  # noqa: F401
except ModuleNotFoundError:
    sys.exit("Error: Blender's Python module bpy is missing: run this with Blender, or pip install bpy.")

from blender_addon import headless

if __name__ == "__main__":
    sys.exit(headless.main(["import", *headless.script_arguments()]))
