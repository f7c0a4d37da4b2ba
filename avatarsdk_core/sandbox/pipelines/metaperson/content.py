"""From an avatar and its export parameters to the files of an export.

The plan says what is wanted; this builds the meshes, does to them what the flags say, has the textures painted, and
packs one archive for the avatar and one for each asset and blendshape set that isn't embedded in it.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from avatarsdk_core.sandbox.human.body import build_body
from avatarsdk_core.sandbox.human.model import Mesh, as_subtype
from avatarsdk_core.sandbox.human.skeleton import orient
from avatarsdk_core.sandbox.pipelines.contract import ExportJob
from avatarsdk_core.sandbox.pipelines.likeness import kept_face
from avatarsdk_core.sandbox.pipelines.metaperson.archives import Packer
from avatarsdk_core.sandbox.pipelines.metaperson.assets import available
from avatarsdk_core.sandbox.pipelines.metaperson.avatar_parts import (
    avatar_items,
    generated_deltas,
    generated_painter,
    with_face,
    with_generated_hair,
)
from avatarsdk_core.sandbox.pipelines.metaperson.computed import computed_look
from avatarsdk_core.sandbox.pipelines.metaperson.items import Item
from avatarsdk_core.sandbox.pipelines.metaperson.mesh_edits import (
    baked,
    lowest,
    raised,
    raised_skeleton,
    without_hidden,
)
from avatarsdk_core.sandbox.pipelines.metaperson.names import GENERATED
from avatarsdk_core.sandbox.pipelines.metaperson.plan import HAIRCUTS, LOD2, ExportPlan, resolve
from avatarsdk_core.sandbox.pipelines.metaperson.shapes import reshaped_joints
from avatarsdk_core.sandbox.pipelines.metaperson.wardrobe import combined_name, wardrobe_items
from avatarsdk_core.sandbox.records import ExportFile
from avatarsdk_core.sandbox.texture_files import TextureShelf

_HEAD = "AvatarHead"
_MASKS = {"AvatarBody": "BodyVisibilityMask", _HEAD: "HeadVisibilityMask"}
_MASK_SIZE = 1024  # cutting whole triangles needs no finer mask
_Targets = Mapping[str, NDArray[np.float32]]


def build_export(job: ExportJob) -> list[ExportFile]:
    """Write `<identity>.zip` for each file of the export.

    Raises:
        ParameterError: what was checked when the request came is checked again here.
    """
    subtype = as_subtype(job.subtype)
    plan = resolve(job.parameters, available(subtype))
    look = computed_look(job.avatar_folder)
    body = build_body(subtype)
    work = job.folder / "work"
    shelf = TextureShelf(job.textures, job.avatar_folder / "textures")

    hair = plan.categories.get(HAIRCUTS)
    generated = hair is not None and GENERATED in hair.identities
    colour = (hair.color if hair is not None else None) or look.hair
    worn = [_edited(item, plan, {}) for item in wardrobe_items(body, plan, look)]
    own = []
    for item in avatar_items(body, plan.avatar, look):
        extra: _Targets = {}
        if item.identity == _HEAD:
            item = with_face(item, body, kept_face(job.avatar_folder, painted_lips="lips" in plan.avatar.colors))
        if generated and item.identity == _HEAD:
            item = with_generated_hair(item, body, colour, plan.finalize)
            extra = generated_deltas(body)
        own.append(_cut(_edited(item, plan, extra), worn, plan, shelf))
    skeleton = orient(reshaped_joints(subtype, plan.blendshapes.values))
    if plan.finalize:
        up = -lowest(item.part.mesh for item in (*own, *worn))
        own, worn = ([_with_mesh(item, raised(item.part.mesh, up)) for item in items] for items in (own, worn))
        skeleton = raised_skeleton(skeleton, up)

    embedded = [item for item in worn if item.category.embed]
    named = [_renamed(item, combined_name(item, embedded)) for item in embedded]
    packer = Packer(job.folder, work, shelf, skeleton, plan)
    files = [packer.avatar([*own, *named])]
    files += [packer.asset(_renamed(item, item.identity)) for item in worn if not item.category.embed]
    if generated and hair is not None and not hair.embed and not plan.finalize:
        files.append(packer.pictures(GENERATED, HAIRCUTS, generated_painter(body, colour), hair.textures))
    if not plan.blendshapes.embed:
        files += [packer.blendshapes(name, [*own, *worn]) for name in plan.blendshapes.sets]
    shutil.rmtree(work, ignore_errors=True)
    return files


def _edited(item: Item, plan: ExportPlan, extra: _Targets) -> Item:
    """Fixed deformations baked in, the morph targets of the sets that are wanted, at the category's LOD.

    `extra`: targets beside the sets (the generated haircut), which finalize bakes in.
    """
    mesh = item.part.mesh
    lod = item.category.lod
    targets: dict[str, NDArray[np.float32]] = {}
    for set_name in plan.blendshapes.sets:
        targets |= item.shapes(set_name, lod)
    for set_name, weights in plan.blendshapes.values.items():
        if any(weights.values()):
            mesh = baked(mesh, item.shapes(set_name, "LOD1"), weights)
    if extra and plan.finalize:
        mesh = baked(mesh, extra, dict.fromkeys(extra, 1.0))
    elif extra:
        targets |= extra
    mesh = replace(mesh, targets=targets)
    return _with_mesh(item, item.level().of(mesh) if lod == LOD2 else mesh)


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


def _with_mesh(item: Item, mesh: Mesh) -> Item:
    return replace(item, part=replace(item.part, mesh=mesh))


def _renamed(item: Item, name: str) -> Item:
    return replace(item, part=replace(item.part, name=name))
