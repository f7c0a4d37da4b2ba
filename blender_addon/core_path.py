# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the core is: the extension's bundled wheel, an installed package, or the checkout around this folder."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path


def ensure_core() -> None:
    """Makes `import avatarsdk_core` work. Raises ImportError with one clear line where the core is nowhere."""
    if __name__.startswith("bl_ext."):
        _forget_older_modules()
    if importlib.util.find_spec("avatarsdk_core") is not None:
        return
    checkout = Path(__file__).resolve().parent.parent
    if not (checkout / "avatarsdk_core" / "__init__.py").is_file():
        raise ImportError(
            "avatarsdk_core is missing: install the extension's zip (it brings the core), "
            "or keep blender_addon beside avatarsdk_core as in the checkout."
        )
    sys.path.append(str(checkout))


def _forget_older_modules() -> None:
    """An update of the extension brings other files, but Python keeps what it has loaded of the ones before.

    Runs when the extension is imported or reloaded, before any module of it holds a part of the core.
    """
    own = __name__.rpartition(".")[0] + "."
    for name in list(sys.modules):
        if name.partition(".")[0] == "avatarsdk_core" or (name.startswith(own) and name != __name__):
            del sys.modules[name]
