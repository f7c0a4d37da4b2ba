"""An export on the disk: which model files it holds, and what each is.

Three steps: `find_models` looks at the disk; somebody reads the files (a glTF tells its facts itself, others are read
by Blender); `understand` makes parts of what was read.

Layouts: a model file; a folder with one model and its textures (flat or `<identity>/`); a folder with one folder per
exported file, as `download_export` leaves it. Zips are unpacked before they come here.
Source: API documentation, "Export files", and the vendor's loaders.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from avatarsdk_core.errors import BundleError

from .blendshapes import FOLDER as BLENDSHAPES
from .colors import Color, read_colors
from .gltf_file import ImageSource, read_gltf
from .gltf_meshes import gltf_facts
from .meshes import ModelFacts
from .model_json import read_pipeline
from .parts import PERSON, SKIN, Part, Role, describe_parts
from .textures import IMAGE_SUFFIXES, images_beside

GLTF_SUFFIXES = (".glb", ".gltf", ".vrm")  # a VRM is a glb
# The same model in several formats is read from the first of these.
_WHOLE_SUFFIXES = (*GLTF_SUFFIXES, ".fbx", ".obj")
PLY_SUFFIX = ".ply"  # a mesh to a file: those of a folder make one model
MODEL_SUFFIXES = (*_WHOLE_SUFFIXES, PLY_SUFFIX)
FORMATS = "glb, gltf, fbx, obj or ply"
MANIFEST = "export.json"
_DEPTH = 4


@dataclass(frozen=True)
class ModelFile:
    """A model's file, not yet read, and what the export says of it (`category` None where it says nothing).

    A model of several PLY files has the first as its `path` and all of them in `plys`. `shape_folders` are the folders
    whose `blendshapes/` may be for it: its own, and those of the export that hold no model.
    """

    path: Path
    identity: str
    category: str | None = None
    plys: tuple[Path, ...] = ()
    shape_folders: tuple[Path, ...] = ()

    @property
    def is_gltf(self) -> bool:
        """Whether its facts can be read without Blender."""
        return self.path.suffix.lower() in GLTF_SUFFIXES


@dataclass(frozen=True)
class Export:
    """What lies on the disk: the export's name and its model files, at least one.

    `apart` are folders of it that hold no model: of static textures, of blendshapes, of a haircut that is a shape of
    the head. `code` is the avatar's code on the service, empty where nothing tells.
    """

    root: Path
    name: str
    files: tuple[ModelFile, ...]
    apart: tuple[Path, ...] = ()
    code: str = ""


@dataclass(frozen=True)
class Model:
    """A model of an export, understood: its file, and its meshes as parts."""

    file: ModelFile
    parts: tuple[Part, ...]

    @property
    def is_person(self) -> bool:
        """Whether it holds a head or body, and isn't only something to wear."""
        return any(part.role in PERSON for part in self.parts)

    @property
    def has_body(self) -> bool:
        """Whether it holds a body; a head-only export doesn't."""
        return any(part.role is Role.BODY for part in self.parts)


@dataclass(frozen=True)
class Bundle:
    """What an import works on: the person (or None, when only garments are there) and what is worn (`items`).

    The person's other levels of detail, where the export holds several, stand among the items.

    `colors` are those that the service measured (see `colors.read_colors`), `code` is the avatar's code on the service,
    `pipeline` made it (both empty where nothing tells). `assumed` tells, in plain words, what was decided by how it
    looks.
    """

    name: str
    person: Model | None
    items: tuple[Model, ...]
    colors: Mapping[str, Color] = field(default_factory=dict)
    code: str = ""
    assumed: tuple[str, ...] = ()
    pipeline: str = ""

    @property
    def models(self) -> tuple[Model, ...]:
        """All model files, the person first."""
        return ((self.person,) if self.person else ()) + self.items


def find_models(
    path: Path, name: str | None = None, *, manifest: Path | None = None, beside: Sequence[Path] = ()
) -> Export:
    """The model files at a path: a model file or an export folder. None is opened.

    Args:
        name: of the export, where the path's own name says nothing.
        manifest: folder of the export's list (`export.json`), where it isn't the path's.
        beside: further folders whose textures and blendshapes belong to it.

    Raises BundleError, naming the path and the way out, when there is no model, or only models of formats that can't
    be read.
    """
    if not path.exists():
        raise BundleError(f"{path}: there is no such file or folder.")
    try:
        files = sorted(_model_files(path))
        if not files:
            raise BundleError(_nothing_found(path))
    except OSError as error:
        raise BundleError(f"{error.filename or path}: can't be read ({error.strerror or error}).") from error
    listed = read_listing(manifest or (path if path.is_dir() else path.parent))
    identities = [(file, _identity(file, path)) for file in files]
    apart = (*_folders_without_model(path, files), *beside)
    root = [path] if path.is_dir() else []
    found = tuple(
        ModelFile(file, identity, listed.categories.get(identity), _plys(file, path), (file.parent, *apart, *root))
        for file, identity in identities
    )
    return Export(path, name or _bundle_name(path), found, apart, listed.code)


def join_exports(exports: Sequence[Export], root: Path, name: str, beside: Sequence[Path] = ()) -> Export:
    """Several pieces of one export (its zips, say) as one. A file that stands in two of them counts once.

    `beside` are further folders whose textures and blendshapes belong to it.
    """
    apart = tuple(dict.fromkeys([*(folder for export in exports for folder in export.apart), *beside]))
    files = {file.path: file for export in exports for file in export.files}
    joined = tuple(
        replace(file, shape_folders=tuple(dict.fromkeys([*file.shape_folders, *apart]))) for file in files.values()
    )
    return Export(root, name, joined, apart, next((export.code for export in exports if export.code), ""))


def holds_model(folder: Path) -> bool:
    """Whether a folder holds a model's file, as deep as `find_models` looks."""
    return next(_model_files(folder), None) is not None


def understand(export: Export, facts: Sequence[ModelFacts]) -> Bundle:
    """The export's files, read: `facts` are those of `export.files`, in their order. A file without a mesh is left out.

    Several persons may be one at several levels of detail: the finest is the bundle's, the others are items. Whether
    they look alike is for whoever has their geometry to find out.

    Raises BundleError when none has a mesh, or more than one is a person, and not as levels of one.
    """
    loose = _loose_images(export)
    read = [(_model(file, found, loose), found) for file, found in zip(export.files, facts, strict=True)]
    read = [(model, found) for model, found in read if found.meshes]
    if not read:
        raise BundleError(f"{export.root}: its model has no mesh; choose another export.")
    persons = [(model, _sizes(model, found)) for model, found in read if model.is_person]
    if len(persons) > 1 and not _may_be_levels([sizes for _, sizes in persons]):
        names = ", ".join(_below(export.root, model.file.path) for model, _ in persons)
        raise BundleError(f"{export.root}: holds {len(persons)} avatars ({names}); choose one of them.")
    people = [model for model, _ in sorted(persons, key=lambda person: -max(person[1].values(), default=0))]
    items = (*people[1:], *(model for model, _ in read if not model.is_person))
    folders = dict.fromkeys([*(model.file.path.parent for model in [*people[:1], *items]), export.root])
    person = people[0] if people else None
    assumed = _assumed([*people[:1], *items])
    return Bundle(export.name, person, items, read_colors(folders), export.code, assumed, read_pipeline(folders))


def _assumed(models: Sequence[Model]) -> tuple[str, ...]:
    parts = [part for model in models for part in model.parts if part.assumed]
    return tuple(f"{part.name}: taken for {part.category or part.role}: {part.assumed}" for part in parts)


def _sizes(model: Model, facts: ModelFacts) -> dict[Role, int]:
    """Vertices of the parts that tell a person's level of detail."""
    vertices = {mesh.key: mesh.vertices for mesh in facts.meshes}
    return {part.role: vertices[part.key] for part in model.parts if part.role in SKIN}


def _may_be_levels(persons: Sequence[Mapping[Role, int]]) -> bool:
    """Whether all have the same parts, and each part as many sizes as there are persons."""
    roles = set(persons[0])
    same = all(set(sizes) == roles for sizes in persons)
    return bool(roles) and same and all(len({sizes[role] for sizes in persons}) == len(persons) for role in roles)


def read_bundle(path: Path, name: str | None = None) -> Bundle:
    """Understands an export of glTF files without Blender. Raises BundleError, as the steps above do."""
    export = find_models(path, name)
    for file in export.files:
        if not file.is_gltf:
            raise BundleError(f"{file.path}: only Blender reads this format; import it there.")
    return understand(export, [gltf_facts(read_gltf(file.path)) for file in export.files])


def folders_in(path: Path) -> list[Path]:
    """The folder and those in it, as deep as models are looked for, without hidden ones."""
    return list(_folders(path))


def _model_files(path: Path) -> Iterator[Path]:
    if path.is_file():
        if path.suffix.lower() in MODEL_SUFFIXES:
            yield path
        return
    for folder in _folders(path):
        models = [entry for entry in folder.iterdir() if entry.suffix.lower() in _WHOLE_SUFFIXES and entry.is_file()]
        stems: dict[str, Path] = {}
        for model in sorted(models, key=lambda entry: _WHOLE_SUFFIXES.index(entry.suffix.lower())):
            stems.setdefault(model.stem, model)  # model.glb beside model.gltf is the same model twice
        yield from stems.values()
        if not models:
            yield from _ply_files(folder)[:1]


def _plys(file: Path, root: Path) -> tuple[Path, ...]:
    """The PLY files of the model that `file` is the first of; one that was chosen itself is alone."""
    if file.suffix.lower() != PLY_SUFFIX:
        return ()
    return (file,) if file == root else tuple(_ply_files(file.parent))


def _ply_files(folder: Path) -> list[Path]:
    return sorted(entry for entry in folder.iterdir() if entry.suffix.lower() == PLY_SUFFIX and entry.is_file())


def _folders(path: Path, depth: int = 0) -> Iterator[Path]:
    yield path
    if depth < _DEPTH:
        for entry in path.iterdir():
            hidden = entry.name.startswith((".", "__MACOSX")) or entry.name == BLENDSHAPES
            if entry.is_dir() and not entry.is_symlink() and not hidden:
                yield from _folders(entry, depth + 1)


def _nothing_found(path: Path) -> str:
    if path.is_file():
        return f"{path}: not a model; choose a model's file ({FORMATS}), an export's zip, or its folder."
    if zips := sorted(file.name for file in path.rglob("*.zip")):
        return f"{path}: holds zips and no model itself ({', '.join(zips[:3])}); unpack it, and choose its folder."
    return f"{path}: holds no model ({FORMATS}); choose the folder that the export was unpacked into."


def _identity(file: Path, root: Path) -> str:
    if file.stem.lower() != "model":
        return "avatar" if file.suffix.lower() == PLY_SUFFIX else file.stem
    return file.parent.name if file.parent != root else "avatar"


def _folders_without_model(root: Path, models: Sequence[Path]) -> list[Path]:
    """Folders of an export that hold no model, with those in them."""
    if not root.is_dir():
        return []
    folders = sorted(entry for entry in root.iterdir() if entry.is_dir() and not entry.is_symlink())
    free = [folder for folder in folders if not any(folder in model.parents for model in models)]
    return [inner for folder in free for inner in _folders(folder, depth=1)]


def _below(root: Path, file: Path) -> str:
    return str(file.relative_to(root)) if file.is_relative_to(root) else file.name


def _loose_images(export: Export) -> list[ImageSource]:
    try:
        images = [image for folder in export.apart for image in sorted(folder.iterdir()) if image.is_file()]
    except OSError as error:
        raise BundleError(f"{error.filename or export.root}: can't be read ({error.strerror or error}).") from error
    return [ImageSource(image.name, image) for image in images if image.suffix.lower() in IMAGE_SUFFIXES]


def _model(file: ModelFile, facts: ModelFacts, loose: Sequence[ImageSource]) -> Model:
    try:
        beside = [*images_beside(file.path), *loose]
    except OSError as error:
        raise BundleError(f"{error.filename or file.path}: can't be read ({error.strerror or error}).") from error
    return Model(file, tuple(describe_parts(facts, beside, file.identity, file.category)))


@dataclass(frozen=True)
class Listing:
    """What an export's list (`export.json`) says: identity -> category, identity -> archive, the avatar's code."""

    categories: Mapping[str, str | None] = field(default_factory=dict)
    archives: Mapping[str, str] = field(default_factory=dict)
    code: str = ""


def read_listing(folder: Path) -> Listing:
    """The list in an export's folder; an empty one where there is none that can be read."""
    try:
        content: Any = json.loads((folder / MANIFEST).read_bytes())
        entries = {str(entry["identity"]): entry for entry in content["files"]}
        categories = {name: entry.get("category") for name, entry in entries.items()}
        archives = {name: str(entry["file"]) for name, entry in entries.items() if entry.get("file")}
        return Listing(categories, archives, str(content.get("avatar_code") or ""))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Listing()


def _bundle_name(path: Path) -> str:
    generic = {"model", "avatar"}
    if path.is_file() and path.stem.lower() in generic:
        path = path.parent
    if path.name.lower() in generic and path.parent.name:
        path = path.parent
    return path.stem if path.is_file() else path.name or "Avatar"
