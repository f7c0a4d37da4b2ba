# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the worker's files are: the extension's own folder, which updates of it leave alone."""

from __future__ import annotations

from pathlib import Path

import bpy

from avatarsdk_core.worker.places import Home


def home() -> Home:
    """The folder need not exist yet."""
    package = __package__.rpartition(".")[0]
    try:
        folder = bpy.utils.extension_path_user(package)
    except ValueError:  # run from a checkout, not as an installed extension
        folder = bpy.utils.user_resource("DATAFILES", path="avatar_sdk")
    return Home(Path(folder))
