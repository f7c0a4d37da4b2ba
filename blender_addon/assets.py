# SPDX-License-Identifier: GPL-3.0-or-later
"""Data-blocks in Blender's Asset Browser, by a button and never unasked: catalog, tags, metadata, picture."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import bpy

from avatarsdk_core.asset_catalogs import catalog_id, write_catalogs

AVATARS = "Avatar SDK/Avatars"
HAIRCUTS = "Avatar SDK/Haircuts"
OUTFITS = "Avatar SDK/Outfits"
ACCESSORIES = "Avatar SDK/Accessories"
EXPRESSIONS = "Avatar SDK/Expressions"

TAG = "Avatar SDK"


def mark_asset(
    block: bpy.types.ID,
    *,
    catalog: str,
    tags: Iterable[str] = (),
    description: str = "",
    author: str = "",
    license: str = "",  # noqa: A002  (Blender's own name for it)
    copyright: str = "",  # noqa: A002
    preview: Path | None = None,
) -> None:
    """Shows a data-block in the Asset Browser, or brings its entry up to date: what is given replaces what is there.

    The catalog is written into the catalog file of the asset library that the saved .blend lies in, else beside it.
    Of a file that was never saved it is known by its id alone until something is marked again.

    Args:
        catalog: path of the catalog, one of the constants of this module or another.
        tags: besides our own.
        preview: a picture's file; None lets Blender render one.

    Raises:
        ValueError: the data-block is linked, or its kind can't be an asset.
        BlenderError: the catalog file can't be read or written; then nothing is marked.
    """
    if block.library is not None:
        raise ValueError(f"{block.name} is linked from another file: mark it there, or make it editable here first")
    folder = library_folder()
    identity = write_catalogs(folder, [catalog]).ids[catalog] if folder else catalog_id(catalog)
    block.asset_mark()
    data = block.asset_data
    if data is None:
        raise ValueError(f"Blender takes no {block.bl_rna.name} into the Asset Browser: {block.name}")
    data.catalog_id = identity
    for name, value in (
        ("description", description),
        ("author", author),
        ("license", license),
        ("copyright", copyright),
    ):
        if value:
            setattr(data, name, value)
    for tag in (TAG, *tags):
        data.tags.new(tag, skip_if_exists=True)
    _give_preview(block, preview)
    refresh_browsers()


def unmark_asset(block: bpy.types.ID) -> None:
    """Takes a data-block out of the Asset Browser; the data-block stays. Nothing where it isn't in it."""
    if block.asset_data is not None and block.library is None:
        block.asset_clear()
        refresh_browsers()


def library_folder() -> Path | None:
    """Where the catalogs of this .blend belong: its asset library's folder, else its own; None before it is saved."""
    if not bpy.data.filepath:
        return None
    own = Path(bpy.data.filepath).resolve().parent
    roots = [
        Path(library.path).resolve() for library in bpy.context.preferences.filepaths.asset_libraries if library.path
    ]
    around = [root for root in roots if own.is_relative_to(root)]
    return max(around, key=lambda root: len(root.parts), default=own)


def refresh_browsers() -> None:
    """Lets open Asset Browsers read catalogs and assets again."""
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.ui_type == "ASSETS":
                region = next(found for found in area.regions if found.type == "WINDOW")
                with bpy.context.temp_override(window=window, area=area, region=region):
                    if bpy.ops.asset.library_refresh.poll():
                        bpy.ops.asset.library_refresh()


def _give_preview(block: bpy.types.ID, picture: Path | None) -> None:
    if picture is None:
        block.asset_generate_preview()
        return
    with bpy.context.temp_override(id=block):
        bpy.ops.ed.lib_id_load_custom_preview(filepath=str(picture))
