# SPDX-License-Identifier: GPL-3.0-or-later
"""What Blender is told about, in order; taken back in the opposite order.

Each room says what it brings: `CLASSES`, and `register()`/`unregister()` for menus, properties, timers and the like.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import ModuleType

import bpy

from . import (
    account,
    draw_cache,
    expression_shelf,
    file_handlers,
    garment_pictures,
    jobs,
    later,
    look_properties,
    menus,
    preferences,
    previews,
    signin_preferences,
    upkeep,
    words,
)
from .creating import properties as create_properties
from .creating import state as create_state
from .gallery import exporting, filters
from .gallery import operators as gallery_operators
from .gallery import panel as gallery_panel
from .operators import assets as asset_operators
from .operators import body as body_operators
from .operators import (
    create,
    create_presets,
    hair_bounces,
    import_export,
    light_rig,
    make_editable,
    prepare_export,
    sample,
    sign_in,
)
from .operators import expression_actions as expression_action_operators
from .operators import expressions as expression_operators
from .operators import face as face_operators
from .operators import info as info_operators
from .operators import jobs as job_operators
from .operators import look as look_operators
from .operators import wardrobe as wardrobe_operators
from .panels import assets as asset_panel
from .panels import body as body_panel
from .panels import create as create_panel
from .panels import export as export_panel
from .panels import expressions as expressions_panel
from .panels import face as face_panel
from .panels import import_report, info, lod, sidebar
from .panels import jobs as jobs_panel
from .panels import look as look_panel
from .panels import wardrobe as wardrobe_panel

ROOMS: tuple[ModuleType, ...] = (
    words,
    later,
    draw_cache,
    preferences,
    previews,
    import_report,
    import_export,
    sample,
    hair_bounces,
    prepare_export,
    light_rig,
    make_editable,
    upkeep,
    file_handlers,
    menus,
    garment_pictures,
    look_properties,
    wardrobe_operators,
    look_operators,
    body_operators,
    asset_operators,
    sidebar,
    wardrobe_panel,
    body_panel,
    look_panel,
    lod,
    info_operators,
    info,
    asset_panel,
    export_panel,
    jobs,
    job_operators,
    account,
    sign_in,
    signin_preferences,
    create_state,
    create_properties,
    create,
    create_presets,
    create_panel,
    expression_shelf,
    face_operators,
    expression_operators,
    expression_action_operators,
    face_panel,
    expressions_panel,
    jobs_panel,
    filters,
    gallery_operators,
    exporting,
    gallery_panel,
)

_undo: list[Callable[[], object]] = []  # how to take back what is registered now, the latest last


def register() -> None:
    """Registers everything, or nothing when it fails."""
    try:
        for room in ROOMS:
            _register_room(room)
    except Exception:
        unregister()
        raise


def unregister() -> None:
    """Takes back what is registered, all of it even when a part of it is gone already."""
    failures: list[Exception] = []
    while _undo:
        try:
            _undo.pop()()
        except Exception as error:  # the rest must still go
            failures.append(error)
    if failures:
        raise failures[0]


def _register_room(room: ModuleType) -> None:
    for cls in getattr(room, "CLASSES", ()):
        bpy.utils.register_class(cls)
        _undo.append(partial(bpy.utils.unregister_class, cls))
    if hasattr(room, "register"):
        room.register()
        _undo.append(room.unregister)
