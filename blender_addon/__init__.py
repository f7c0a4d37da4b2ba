# SPDX-License-Identifier: GPL-3.0-or-later
"""The extension "Avatar SDK": photos become avatars, exports become rigged characters."""

from .core_path import ensure_core

ensure_core()

from .registration import register, unregister  # noqa: E402  (the core must be found first)

__all__ = ["register", "unregister"]
