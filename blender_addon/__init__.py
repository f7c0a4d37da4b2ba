# SPDX-License-Identifier: GPL-3.0-or-later
"""The extension "Avatar SDK": photos become avatars, exports become rigged characters."""

import gc

from .core_path import ensure_core

ensure_core()

_collects = gc.isenabled()
gc.disable()  # a collection of all that Blender has loaded, amid our imports, costs a tenth of them and finds nothing
try:
    from .registration import register, unregister  # (the core must be found first)
finally:
    if _collects:
        gc.enable()

__all__ = ["register", "unregister"]
