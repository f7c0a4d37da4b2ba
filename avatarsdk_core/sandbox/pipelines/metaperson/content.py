"""From an avatar and its export parameters to the files of an export.

The plan says what is wanted; this builds the meshes, does to them what the flags say, has the textures painted, and
packs one archive for the avatar and one for each asset and blendshape set that isn't embedded in it.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from avatarsdk_core.catalog import blendshape_set
from avatarsdk_core.sandbox.human.body import build_body
from avatarsdk_core.sandbox.human.model import Mesh, Skeleton, as_subtype
from avatarsdk_core.sandbox.pipelines.contract import ExportJob
from avatarsdk_core.sandbox.pipelines.metaperson.archives import Packer
from avatarsdk_core.sandbox.pipelines.metaperson.assets import available
from avatarsdk_core.sandbox.pipelines.metaperson.avatar_parts import avatar_items
from avatarsdk_core.sandbox.pipelines.metaperson.computed import computed_look
from avatarsdk_core.sandbox.pipelines.metaperson.items import Item
from avatarsdk_core.sandbox.pipelines.metaperson.mesh_edits import (
    baked,
    lowest,
    raised,
    raised_skeleton,
    with_targets,
    without_hidden,
)
from avatarsdk_core.sandbox.pipelines.metaperson.plan import ExportPlan, resolve
from avatarsdk_core.sandbox.pipelines.metaperson.wardrobe import combined_name, wardrobe_items
from avatarsdk_core.sandbox.records import ExportFile
from avatarsdk_core.sandbox.texture_files import TextureShelf

_MASKS = {"AvatarBody": "BodyVisibilityMask", "AvatarHead": "HeadVisibilityMask"}
_MASK_SIZE = 1024  # cutting whole triangles needs no finer mask


def build_export(job: ExportJob) -> list[ExportFile]:
    """Write `<identity>.zip` for each file of the export.

    Raises:
        ParameterError: what was checked when the request came is checked again here.
    """
    plan = resolve(job.parameters, available(job.subtype))
    look = computed_look(job.avatar_folder)
    body = build_body(as_subtype(job.subtype))
    work = job.folder / "work"
    shelf = TextureShelf(job.textures, job.avatar_folder / "textures")

    worn = wardrobe_items(body, plan, look)
    own = [_shaped(_cut(item, worn, plan, shelf), plan) for item in avatar_items(body, plan.avatar, look)]
    skeleton = body.skeleton
    if plan.finalize:
        own, worn, skeleton = _grounded(own, worn, skeleton)

    embedded = [item for item in worn if item.category.embed]
    named = [_renamed(item, combined_name(item, embedded)) for item in embedded]
    packer = Packer(job.folder, work, shelf, skeleton)
    files = [packer.avatar([*own, *named], plan.avatar.format)]
    files += [packer.asset(_renamed(item, item.identity)) for item in worn if not item.category.embed]
    if not plan.blendshapes.embed:
        whole = {item.identity: item.part.mesh for item in avatar_items(body, plan.avatar, look)}
        files += [packer.blendshapes(name, whole) for name in plan.blendshapes.sets]
    shutil.rmtree(work, ignore_errors=True)
    return files


def _cut(item: Item, worn: Sequence[Item], plan: ExportPlan, shelf: TextureShelf) -> Item:
    """The body and the head without the skin that clothes hide, as far as the flags ask for it."""
    kind = _MASKS.get(item.identity)
    if kind is None or not (plan.finalize or item.category.apply_masks):
        return item
    cutting = [other for other in worn if plan.finalize or other.category.apply_masks]
    masks = [mask for other in cutting if (mask := _mask(other, kind, shelf)) is not None]
    return _with_mesh(item, without_hidden(item.part.mesh, masks))


def _mask(item: Item, kind: str, shelf: TextureShelf) -> NDArray[np.float32] | None:
    texture = shelf.texture(item.painter, kind, replace(item.category.textures, size=_MASK_SIZE))
    if texture is None:
        return None
    with Image.open(texture.path) as image:
        return np.asarray(image.convert("L"), dtype=np.float32) / np.float32(255)


def _shaped(item: Item, plan: ExportPlan) -> Item:
    """Fixed deformations baked in; the morph targets of the sets that are wanted, and no others."""
    mesh = item.part.mesh
    for weights in plan.blendshapes.values.values():
        mesh = baked(mesh, weights)
    sets = plan.blendshapes.sets if plan.blendshapes.embed else ()
    names = [name for set_name in sets for name in blendshape_set(set_name).names or ()]
    return _with_mesh(item, with_targets(mesh, names))


def _grounded(own: list[Item], worn: list[Item], skeleton: Skeleton) -> tuple[list[Item], list[Item], Skeleton]:
    """Everything moved so that the lowest point, sole or foot, is at y = 0."""
    up = -lowest(item.part.mesh for item in (*own, *worn))
    own, worn = ([_with_mesh(item, raised(item.part.mesh, up)) for item in items] for items in (own, worn))
    return own, worn, raised_skeleton(skeleton, up)


def _with_mesh(item: Item, mesh: Mesh) -> Item:
    return replace(item, part=replace(item.part, mesh=mesh))


def _renamed(item: Item, name: str) -> Item:
    return replace(item, part=replace(item.part, name=name))
