"""Direct results: what an avatar's own URLs deliver. Each is made once and kept in the avatar's folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from avatarsdk_core.sandbox.formats.ply import ply_mesh, ply_points
from avatarsdk_core.sandbox.pipelines.contract import RESULTS_FOLDER, Computed, ParameterError, ResultJob, computed
from avatarsdk_core.sandbox.pipelines.legacy.archives import write_zip
from avatarsdk_core.sandbox.pipelines.legacy.export import avatar_part, shape_files
from avatarsdk_core.sandbox.pipelines.legacy.images import Images
from avatarsdk_core.sandbox.pipelines.legacy.kinds import Avatar
from avatarsdk_core.sandbox.pipelines.legacy.models import model_files
from avatarsdk_core.sandbox.pipelines.legacy.paint import MODEL
from avatarsdk_core.sandbox.pipelines.legacy.person import Person, load_person
from avatarsdk_core.sandbox.pipelines.legacy.plan import Form, check_format
from avatarsdk_core.sandbox.pipelines.legacy.preview import save_preview
from avatarsdk_core.sandbox.pipelines.legacy.shapes import with_sets
from avatarsdk_core.sandbox.pipelines.legacy.wardrobe import haircut

Entries = Iterator[tuple[str, bytes]]

FORMATS = {"mesh": ("ply", "obj", "gltf", "glb", "fbx"), "blendshapes": ("ply", "bin", "fbx")}
_FOR_ALL = "haircut_pointclouds"
_PREVIEW_SIZE = 512


def result(avatar: Avatar, job: ResultJob) -> Path | None:
    """The file asked for; None where this avatar has none. Raises ParameterError for a bad fmt or lod."""
    allowed = FORMATS.get(job.kind, ())
    fmt = job.fmt or "ply"
    if allowed and fmt not in allowed:
        raise ParameterError(f"fmt: {fmt!r} is no format here; use one of: {', '.join(allowed)}.")
    check_format(fmt)
    avatar.check_lod(job.lod or 0)
    if not _exists(computed(job.folder), job):
        return None
    if job.kind in ("texture", "haircut_texture"):
        images = _images(_person(avatar, job), job)
        return (images.avatar(job.identity or MODEL) if job.kind == "texture" else images.haircut(job.identity)).path
    name = "_".join(part for part in (job.kind, job.identity, fmt if allowed else "", str(job.lod or 0)) if part)
    target = job.folder / RESULTS_FOLDER / (name + (".png" if job.kind == "haircut_preview" else ".zip"))
    if not target.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        person = _person(avatar, job)
        if job.kind == "haircut_preview":
            worn = haircut(person, job.identity)
            save_preview(person, _images(person, job), target, _PREVIEW_SIZE, worn)
        else:
            write_zip(target, _ENTRIES[job.kind](person, job, fmt))
    return target


def _exists(has: Computed, job: ResultJob) -> bool:
    haircuts = {entry.identity for entry in has.haircuts}
    if job.kind == "texture":
        return (job.identity or MODEL) in has.textures
    if job.kind == "blendshapes":
        return bool(has.blendshapes)
    if job.kind == _FOR_ALL:
        return bool(haircuts)
    return not job.kind.startswith("haircut_") or job.identity in haircuts


def _person(avatar: Avatar, job: ResultJob) -> Person:
    return load_person(avatar, job.folder)


def _images(person: Person, job: ResultJob) -> Images:
    """Direct results have no static files: all textures are the avatar's own."""
    return Images(person, job.folder / "textures", job.folder / "textures" / "lasting")


def _mesh(person: Person, job: ResultJob, fmt: str) -> Entries:
    part = avatar_part(person, replace(person.mesh(job.lod or 0), targets={}))
    if fmt == "ply":  # names its texture, which is had apart
        yield "model.ply", ply_mesh(part.mesh, f"{MODEL}.jpg")
        return
    image = _images(person, job).avatar(MODEL)
    embed = fmt in ("glb", "fbx")
    yield from model_files([part], person.skeleton, {part.name: [image]}, fmt, embed=embed).items()
    if not embed:
        yield image.name, image.path.read_bytes()


def _pointcloud(person: Person, job: ResultJob, fmt: str) -> Entries:
    yield "model.ply", ply_points(person.mesh(job.lod or 0).positions)


def _blendshapes(person: Person, job: ResultJob, fmt: str) -> Entries:
    """As FBX one model with all shapes in it; else a file for each: deltas, or the points moved."""
    mesh, sets = person.mesh(job.lod or 0), computed(job.folder).blendshapes
    if fmt == "fbx":
        yield from model_files([avatar_part(person, with_sets(mesh, sets))], person.skeleton, {}, "fbx").items()
        return
    form = Form((), fmt, embed=False, pointclouds=fmt == "ply")
    for name in sets:
        yield from shape_files(mesh, name, form)


def _haircut_mesh(person: Person, job: ResultJob, fmt: str) -> Entries:
    mesh = haircut(person, job.identity).part.mesh
    yield f"{job.identity}.ply", ply_mesh(mesh, f"{job.identity}.png")


def _haircut_pointcloud(person: Person, job: ResultJob, fmt: str) -> Entries:
    yield _cloud(person, job.identity)


def _haircut_pointclouds(person: Person, job: ResultJob, fmt: str) -> Entries:
    for entry in computed(job.folder).haircuts:
        yield _cloud(person, entry.identity)


def _cloud(person: Person, identity: str) -> tuple[str, bytes]:
    return f"cloud_{identity}.ply", ply_points(haircut(person, identity).part.mesh.positions)


_ENTRIES: Mapping[str, Callable[[Person, ResultJob, str], Entries]] = {
    "mesh": _mesh,
    "pointcloud": _pointcloud,
    "blendshapes": _blendshapes,
    "haircut_mesh": _haircut_mesh,
    "haircut_pointcloud": _haircut_pointcloud,
    _FOR_ALL: _haircut_pointclouds,
}
