# SPDX-License-Identifier: GPL-3.0-or-later
"""`import_avatar`: an export on the disk becomes an avatar in the scene, whole or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path

import bpy

from avatarsdk_core.avatar.bundle import Bundle, understand
from avatarsdk_core.avatar.limits import check_polygons, check_textures
from avatarsdk_core.avatar.selection import lacking_lod, select_parts
from avatarsdk_core.errors import BundleError

from .. import hair, marks, upkeep
from ..draw_cache import nothing_comes_or_goes
from ..materials.images import ImageLoader
from . import where
from .adapt import drop_parts, drop_shapes, join_triangles, scale_model
from .aside import Aside, aside
from .assemble import adopt, give_masks, new_avatar, wear_first
from .levels import check_levels
from .options import ImportOptions
from .read import ReadModel, read_model
from .reimport import replace_in_place
from .report import ImportReport, found_in, keep_report
from .rollback import all_or_nothing, as_before, only_what_is_used
from .sources import open_export, open_template
from .texture_files import copy_textures

OneOrMore = str | PathLike[str] | Sequence[str | PathLike[str]]


@dataclass(frozen=True)
class ImportedAvatar:
    """What came of an import.

    Attributes:
        avatar: the avatar's id (see `marks`).
        collection, armature: its collection and armature (None for an unrigged model).
        parts: the objects that this import added or, re-imported in place, renewed.
        hidden_faces: garment name → skin part name → faces that its mask hides (counted at their centres).
        warnings: what couldn't be used, in plain words.
        notes: what the scene lacks for it to look right; nothing was changed.
        report: what was found, assumed, skipped and kept.
        replaced: whether it took the place of an avatar that was there.
    """

    avatar: str
    collection: bpy.types.Collection
    armature: bpy.types.Object | None
    parts: tuple[bpy.types.Object, ...]
    hidden_faces: dict[str, dict[str, int]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    report: ImportReport = field(default_factory=ImportReport)
    replaced: bool = False


def import_avatar(path: OneOrMore, options: ImportOptions | None = None) -> ImportedAvatar:
    """Imports an export: a folder, a zip, or a model's file (.glb, .gltf, .fbx, .obj, .ply).

    Several paths are pieces of one export: its zips, say, or a model's file and its `blendshapes.zip`. Needs no window
    and no network. The scene must be in object mode. The avatar goes into the context's scene; what is selected and
    active there stays so (the operator selects the new avatar).

    Raises:
        BundleError: the path is no export that can be read, or more than the limits allow; the message names it and
            the way out.
        ArchiveError: a zip is damaged or unsafe.
        In both cases the file is as it was.
    """
    paths = [Path(path)] if isinstance(path, str | PathLike) else [Path(one) for one in path]
    try:
        return _import(paths, options or ImportOptions())
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        raise BundleError(
            f"{', '.join(map(str, paths))}: can't be imported: {error.strerror or error}{place}; is the temporary "
            f"folder {tempfile.gettempdir()} full? TMPDIR names another."
        ) from error


def _import(paths: list[Path], options: ImportOptions) -> ImportedAvatar:
    if bpy.context.mode != "OBJECT":
        raise BundleError(
            f"Blender is in {bpy.context.mode.lower().replace('_', ' ')} mode; switch to object mode first."
        )
    with (
        open_export(paths) as opened,
        open_template(options.template) as template,
        all_or_nothing(),
        only_what_is_used(),
        aside() as apart,
    ):
        export = opened.export
        read = {file.path: read_model(file, template, options.limits) for file in export.files}
        bundle = understand(export, [found.facts for found in read.values()])
        for path_left_out in read.keys() - {model.file.path for model in bundle.models}:
            _discard(read[path_left_out])
        check_levels(bundle, read)
        found = found_in(bundle.models)
        bundle, skipped = _as_wished(bundle, read, options)
        report = ImportReport(found, bundle.assumed, (*opened.skipped, *skipped))
        return _assemble(bundle, read, options, report, apart)


def _discard(read: ReadModel) -> None:
    """A file without a mesh may still have brought an armature."""
    if read.armature:
        bpy.data.objects.remove(read.armature)


def _as_wished(bundle: Bundle, read: dict[Path, ReadModel], options: ImportOptions) -> tuple[Bundle, tuple[str, ...]]:
    """The bundle without what the options leave out, and what that is. Raises BundleError."""
    check_polygons(bundle.name, sum(_polygons(one) for one in read.values()), options.limits)
    everything = [part for model in bundle.models for part in model.parts]
    chosen = select_parts(everything, options.parts, options.lod)
    if not chosen.kept:
        raise BundleError(f"{bundle.name}: nothing of it is wanted ({'; '.join(chosen.skipped)}).")
    told = [*chosen.skipped, *filter(None, [lacking_lod(chosen.kept, options.lod)])]
    models = []
    for model in bundle.models:
        parts = tuple(part for part in model.parts if any(part is one for one in chosen.kept))
        one = read[model.file.path]
        drop_parts(one, {part.key for part in model.parts} - {part.key for part in parts})
        if not parts:
            _discard(one)
            continue
        for number, part in enumerate(parts):
            if dropped := drop_shapes(one.objects[part.key], part, options.shapes):
                told.append(f"{part.name}: {len(dropped)} shape keys not wanted")
                kept = tuple(name for name in part.targets if name not in dropped)
                parts = (*parts[:number], replace(part, targets=kept), *parts[number + 1 :])
        if options.quads:
            for data in {one.objects[part.key].data for part in parts}:
                join_triangles(data)
        models.append(replace(model, parts=parts))
    for model in models:
        images = [image for part in model.parts for image in (*part.textures.values(), *part.likely_masks.values())]
        check_textures(model.file.path.name, images, options.limits)
    person = next((model for model in models if model.is_person), None)
    items = tuple(model for model in models if model is not person)
    return replace(bundle, person=person, items=items), tuple(told)


def _polygons(read: ReadModel) -> int:
    return sum(len(obj.data.polygons) for obj in read.objects.values())


def _assemble(
    bundle: Bundle, read: dict[Path, ReadModel], options: ImportOptions, report: ImportReport, apart: Aside
) -> ImportedAvatar:
    images = ImageLoader()
    old = where.replaced_avatar(bundle, options)
    onto = where.wearer(bundle, options, read) if old is None else None
    factor = where.scale_of(old or onto, options)
    for one in read.values():
        scale_model(one, factor)
    place = where.home("" if old else options.collection, apart.usual)
    collection = onto or new_avatar(bundle, options.name or bundle.name, place)
    apart.include([collection, *(where.collections_of(old or onto))])
    if onto is None:
        marks.mark(collection, code=options.code or bundle.code, scale=factor)
        file = (bundle.person or bundle.models[0]).file.path
        marks.mark(collection, pipeline=bundle.pipeline, format=file.suffix.lower().lstrip("."))
    avatar = marks.avatar_id(collection)
    added = [
        (model, adopt(collection, model, read[model.file.path], images, bundle.colors, options.quality))
        for model in bundle.models
    ]
    parts = tuple(obj for _, objects in added for obj in objects)
    with as_before(avatar, parts), nothing_comes_or_goes():
        for model, objects in added:
            give_masks(model, objects, images)
        hidden = upkeep.connect(avatar, parts)
        wear_first(parts)
        bpy.context.view_layer.update()
    told = [warning for model in bundle.models for warning in read[model.file.path].warnings]
    if options.textures == "copy":
        told += copy_textures(parts)
    if old is not None:
        replaced = replace_in_place(old, collection)
        avatar, collection, parts, hidden = marks.avatar_id(old), old, replaced.parts, replaced.hidden
        report = ImportReport(report.found, report.assumed, report.skipped, replaced.kept)
        told += replaced.warnings
        upkeep.connect(avatar)
    warnings = tuple(dict.fromkeys([*told, *images.warnings]))
    notes = tuple(filter(None, [hair.lacking_bounces(bpy.context.scene, avatar)]))
    armature = marks.armature_of(avatar)
    keep_report(collection, report, warnings, notes)
    return ImportedAvatar(
        avatar, collection, armature, parts, hidden, warnings, notes, report, replaced=old is not None
    )
