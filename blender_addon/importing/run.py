# SPDX-License-Identifier: GPL-3.0-or-later
"""`import_avatar`: an export on the disk becomes an avatar in the scene, whole or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import bpy

from avatarsdk_core.avatar.bundle import Bundle, Export, ModelFile, find_models, holds_model, understand
from avatarsdk_core.avatar.parts import SKIN, Role
from avatarsdk_core.errors import BundleError

from .. import hair, marks
from ..materials.images import ImageLoader
from ..materials.surfaces import Quality
from ..materials.visibility import remove_mask
from .assemble import adopt, connect_face, connect_masks, new_avatar, wear_first
from .read import ReadModel, read_model
from .rollback import all_or_nothing, only_what_is_used


@dataclass(frozen=True)
class ImportOptions:
    """How to import.

    Attributes:
        name: what the avatar is called; empty: the export's name.
        template: an export with faces (folder, zip or file) that a point cloud is put on: same pipeline, sex and LOD.
        quality: of the materials: `full`, or `simple` without relief, roughness maps and scattering.
        onto: id of an avatar in the scene that an outfit or haircut without a person of its own is put on, or a head
            without a body, where that avatar has a body without a head.
    """

    name: str = ""
    onto: str = ""
    template: str | Path = ""
    quality: Quality = "full"


@dataclass(frozen=True)
class ImportedAvatar:
    """What came of an import.

    Attributes:
        avatar: the avatar's id (see `marks`).
        collection, armature: its collection and armature (None for an unrigged model).
        parts: the objects that this import added.
        hidden_faces: garment name → skin part name → faces that its mask hides (counted at their centres).
        warnings: what couldn't be used, in plain words.
        notes: what the scene lacks for it to look right; nothing was changed.
    """

    avatar: str
    collection: bpy.types.Collection
    armature: bpy.types.Object | None
    parts: tuple[bpy.types.Object, ...]
    hidden_faces: dict[str, dict[str, int]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def import_avatar(path: str | Path, options: ImportOptions | None = None) -> ImportedAvatar:
    """Imports an export: a folder, a zip, or a model's file (.glb, .gltf, .fbx, .obj, .ply).

    Needs no window and no network. The scene must be in object mode.

    Raises:
        BundleError: the path is no export that can be read; the message names it and the way out.
        ArchiveError: a zip is damaged or unsafe.
        In both cases nothing is left in the file.
    """
    try:
        return _import(Path(path), options or ImportOptions())
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        raise BundleError(
            f"{path}: can't be imported: {error.strerror or error}{place}; is the temporary folder "
            f"{tempfile.gettempdir()} full? TMPDIR names another."
        ) from error


def _import(path: Path, options: ImportOptions) -> ImportedAvatar:
    if bpy.context.mode != "OBJECT":
        raise BundleError(
            f"Blender is in {bpy.context.mode.lower().replace('_', ' ')} mode; switch to object mode first."
        )
    with (
        _unpacked(path) as export,
        _template(options.template) as template,
        all_or_nothing(),
        only_what_is_used(),
    ):
        read = {file.path: read_model(file, template) for file in export.files}
        bundle = understand(export, [found.facts for found in read.values()])
        for path_left_out in read.keys() - {model.file.path for model in bundle.models}:
            _discard(read[path_left_out])
        return _assemble(bundle, read, options)


def _discard(read: ReadModel) -> None:
    """A file without a mesh may still have brought an armature."""
    if read.armature:
        bpy.data.objects.remove(read.armature)


def _assemble(bundle: Bundle, read: dict[Path, ReadModel], options: ImportOptions) -> ImportedAvatar:
    images = ImageLoader()
    collection = _wearer(bundle, options) or new_avatar(bundle, options.name or bundle.name, _parent_collection())
    avatar = marks.avatar_id(collection)
    added = [
        (model, adopt(collection, model, read[model.file.path], images, bundle.colors, options.quality))
        for model in bundle.models
    ]
    parts = tuple(obj for _, objects in added for obj in objects)
    hidden: dict[str, dict[str, int]] = {}
    with _masks_or_none(avatar, parts):
        for model, objects in added:
            hidden.update(connect_masks(avatar, model, objects, images))
        if bundle.person:
            connect_face(avatar)
        wear_first(parts)
        bpy.context.view_layer.update()
    told = [warning for model in bundle.models for warning in read[model.file.path].warnings]
    warnings = tuple(dict.fromkeys([*told, *images.warnings]))
    notes = tuple(filter(None, [hair.lacking_bounces(bpy.context.scene, avatar)]))
    return ImportedAvatar(avatar, collection, marks.armature_of(avatar), parts, hidden, warnings, notes)


@contextmanager
def _masks_or_none(avatar: str, parts: Sequence[bpy.types.Object]) -> Iterator[None]:
    """An avatar that was there before is dressed whole or not at all: its masks go when the block fails."""
    try:
        yield
    except BaseException:
        for skin in marks.parts_of(avatar, *SKIN):
            for part in parts:
                remove_mask(skin, part[marks.PART])
        raise


def _wearer(bundle: Bundle, options: ImportOptions) -> bpy.types.Collection | None:
    if not options.onto or (bundle.person and bundle.person.has_body):
        return None
    collection = marks.collection_of(options.onto)
    if collection is None:
        raise BundleError(f"There is no avatar {options.onto!r} in this file to put {bundle.name} on.")
    if bundle.person and (marks.parts_of(options.onto, Role.HEAD) or not marks.parts_of(options.onto, Role.BODY)):
        return None  # a head goes on a body that has none
    if not collection.is_editable:
        raise BundleError(f"{collection.name} is linked from another file: make it local to put {bundle.name} on it.")
    return collection


def _parent_collection() -> bpy.types.Collection:
    """The active collection, where things can be put into it and seen in it; else the scene's own."""
    active = bpy.context.view_layer.active_layer_collection
    usable = active is not None and not active.exclude and active.collection.is_editable
    return active.collection if usable else bpy.context.scene.collection


@contextmanager
def _unpacked(path: Path) -> Iterator[Export]:
    """The export at a path; zips (the path itself, or those in its folder) are unpacked into a temporary folder."""
    zips = _zips(path)
    if not zips:
        yield find_models(path)
        return
    from avatarsdk_core.transfer.unpack import unpack

    with tempfile.TemporaryDirectory(prefix="avatar-sdk-") as folder:
        try:
            for file in zips:
                unpack(file, Path(folder) / file.stem, threads=1)  # no thread inside Blender
            yield find_models(Path(folder), name=path.stem if path.is_file() else path.name)
        except BundleError as error:  # in the words of the person, who knows the zip and not where it was unpacked
            raise BundleError(str(error).replace(folder, str(path))) from error


@contextmanager
def _template(path: str | Path) -> Iterator[ModelFile | None]:
    """The one model of a template's export. Raises BundleError when it holds several."""
    if not path:
        yield None
        return
    with _unpacked(Path(path)) as export:
        if len(export.files) > 1 or export.files[0].plys:
            raise BundleError(f"{path}: no template; choose an export of one avatar as glb, gltf, fbx or obj.")
        yield export.files[0]


def _zips(path: Path) -> list[Path]:
    if path.is_file():
        return [path] if path.suffix.lower() == ".zip" else []
    if not path.is_dir():
        return []
    zips = sorted(path.glob("*.zip"))
    return zips if zips and not holds_model(path) else []
