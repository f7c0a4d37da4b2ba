"""Exports of head_1.2, head_2.0 and body_0.3: one archive for the avatar, one for each asset that isn't embedded.

`<identity>.zip` holds a folder `<identity>/` with `model.<format>` and its textures, those left out that are the same
in every export: they are fetched apart, as static files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from avatarsdk_core.sandbox.formats.fbx import is_embedded
from avatarsdk_core.sandbox.formats.ply import ply_mesh, ply_points
from avatarsdk_core.sandbox.human.model import Material, Mesh, Part
from avatarsdk_core.sandbox.pipelines.contract import MODEL_INFO_FILE, ExportJob
from avatarsdk_core.sandbox.pipelines.legacy.archives import write_zip
from avatarsdk_core.sandbox.pipelines.legacy.images import ImageFile, Images
from avatarsdk_core.sandbox.pipelines.legacy.kinds import Avatar
from avatarsdk_core.sandbox.pipelines.legacy.models import model_files
from avatarsdk_core.sandbox.pipelines.legacy.paint import MODEL
from avatarsdk_core.sandbox.pipelines.legacy.person import Person, load_person
from avatarsdk_core.sandbox.pipelines.legacy.plan import ExportPlan, Form, resolve
from avatarsdk_core.sandbox.pipelines.legacy.shapes import shape_set, with_sets
from avatarsdk_core.sandbox.pipelines.legacy.wardrobe import Worn, haircut, outfit
from avatarsdk_core.sandbox.records import ExportFile

AVATAR = "avatar"
SKIN = Material(metallic=0.0, roughness=0.55)
_COMBINED_NAMES = {"haircuts": "haircut", "outfits": "outfit"}
_Images = tuple[ImageFile, ...]


def build_export(avatar: Avatar, job: ExportJob, available: Mapping[str, Sequence[str]]) -> list[ExportFile]:
    """Write `<identity>.zip` for each file of the export into the job's folder. Raises ParameterError."""
    plan = resolve(avatar, job.parameters, available)
    person = load_person(avatar, job.avatar_folder, plan.template)
    images = Images(person, job.avatar_folder / "textures", job.textures)
    job.folder.mkdir(parents=True, exist_ok=True)
    return list(_Export(person, plan, images, job).files())


def avatar_part(person: Person, mesh: Mesh) -> Part:
    """The avatar's own mesh, named as what it mostly is."""
    name = "AvatarBody" if person.topology.template.kind == "body" else "AvatarHead"
    return Part(name, "model", mesh, SKIN)


@dataclass(frozen=True)
class _Export:
    person: Person
    plan: ExportPlan
    images: Images
    job: ExportJob

    def files(self) -> Iterator[ExportFile]:
        plan = self.plan
        mesh = self.person.mesh(plan.lod)
        sets = plan.blendshapes.identities
        embedded = plan.blendshapes.embed and not plan.avatar.pointclouds
        own = avatar_part(self.person, with_sets(mesh, sets if embedded else ()))
        worn = [(haircut(self.person, name), plan.haircuts) for name in plan.haircuts.identities]
        if self.person.topology.template.kind == "body":
            worn += [(outfit(self.person, name), plan.outfits) for name in plan.outfits.identities]
        inside = [(item, form) for item, form in worn if form.embed]
        yield self._model(AVATAR, None, plan.avatar, own, self._own_images(), inside)
        for item, form in worn:
            if not form.embed:
                yield self._model(item.identity, item.category, form, item.part, self._worn_images(item, form), [])
        if not embedded:
            yield from (self._shapes(name, mesh) for name in sets)

    def _own_images(self) -> _Images:
        form = self.plan.avatar
        return tuple(self.images.avatar(kind, form.texture_size) for kind in (MODEL, *form.textures))

    def _worn_images(self, item: Worn, form: Form) -> _Images:
        if item.category == "haircuts":
            return (self.images.haircut(item.identity, form.texture_size, form.color),)
        return tuple(self.images.outfit(item.identity, kind, form.texture_size) for kind in (MODEL, *form.textures))

    def _model(
        self,
        identity: str,
        category: str | None,
        form: Form,
        part: Part,
        images: _Images,
        inside: Sequence[tuple[Worn, Form]],
    ) -> ExportFile:
        """A model with what is embedded in it; textures go in, beside it, or are left to the static files."""
        parts, textures = [part], {part.name: images}
        beside = [] if form.embed_textures else list(images)
        for item, own in inside:
            name = _combined_name(item, inside)
            parts.append(replace(item.part, name=name))
            textures[name] = self._worn_images(item, own)
            beside += [] if form.embed_textures else textures[name]
        if form.pointclouds:
            beside = []
        model = model_files(
            parts,
            self.person.skeleton,
            textures,
            form.format,
            embed=form.embed_textures,
            pointcloud=form.pointclouds,
        )
        entries = {f"{identity}/{name}": content for name, content in model.items()}
        if form.format == "fbx" and form.embed_textures:
            (fbx,) = model.values()
            every = {image.name: image for found in textures.values() for image in found}
            beside = [replace(image, shelf=None) for image in every.values() if not is_embedded(image.path, fbx)]
        for image in beside:
            if image.shelf is None:
                entries[f"{identity}/{image.name}"] = image.path.read_bytes()
        if category is None:
            entries[f"{identity}/model.json"] = (self.job.avatar_folder / MODEL_INFO_FILE).read_bytes()
        write_zip(self._zip(identity), entries)
        return ExportFile(identity, category, tuple(image.shelf for image in beside if image.shelf is not None))

    def _shapes(self, name: str, mesh: Mesh) -> ExportFile:
        write_zip(self._zip(name), shape_files(mesh, name, self.plan.blendshapes, f"{name}/"))
        return ExportFile(name, "blendshapes")

    def _zip(self, identity: str) -> Path:
        return self.job.folder / f"{identity}.zip"


def shape_files(mesh: Mesh, name: str, form: Form, top: str = "") -> Iterator[tuple[str, bytes]]:
    """`blendshapes/model/<set>/<shape>.<ext>`: deltas (`bin`), or the moved mesh or its points (all other formats)."""
    for shape, deltas in shape_set(mesh, name).items():
        path = f"{top}blendshapes/model/{name}/{shape}"
        moved = replace(mesh, positions=mesh.positions + deltas, targets={})
        if form.format == "bin":
            yield f"{path}.bin", deltas.astype("<f4").tobytes()
        elif form.pointclouds:
            yield f"{path}.ply", ply_points(moved.positions)
        elif form.format in ("obj", "fbx"):
            part = Part(shape, "model", moved, SKIN)
            for file, content in model_files([part], None, {}, form.format).items():
                yield f"{path}{Path(file).suffix}", content
        else:
            yield f"{path}.ply", ply_mesh(moved)


def _combined_name(item: Worn, inside: Sequence[tuple[Worn, Form]]) -> str:
    """`haircut`, `outfit`; with the identity where the file has several, to tell them apart."""
    name = _COMBINED_NAMES[item.category]
    several = sum(other.category == item.category for other, _ in inside) > 1
    return f"{name}_{item.identity}" if several else name
