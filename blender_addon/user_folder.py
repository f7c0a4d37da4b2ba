# SPDX-License-Identifier: GPL-3.0-or-later
"""The folder of the extension's own files, which updates of it and other .blend files leave alone."""

from __future__ import annotations

from pathlib import Path

import bpy


def user_folder() -> Path:
    """The folder; it need not exist yet."""
    try:
        return Path(bpy.utils.extension_path_user(__package__))
    except ValueError:  # run from a checkout, not as an installed extension
        return Path(bpy.utils.user_resource("DATAFILES", path="avatar_sdk"))
