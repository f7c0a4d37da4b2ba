"""Packing: models with their textures, and blendshape deltas, as the zips that the service delivers.

`<identity>.zip` holds a folder `<identity>/`. Textures are in the model's file, or beside it in the folder, or, where
they are the same in every export, left to the static files that are fetched apart and put into that folder.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from avatarsdk_core.sandbox.formats.fbx import is_embedded, write_fbx
from avatarsdk_core.sandbox.formats.obj import obj_model
from avatarsdk_core.sandbox.formats.ply import ply_mesh, ply_points
from avatarsdk_core.sandbox.formats.surface import surface
from avatarsdk_core.sandbox.gltf import Texture, write_gltf
from avatarsdk_core.sandbox.human.model import Mesh, Part, Skeleton
from avatarsdk_core.sandbox.pipelines.metaperson.items import Item
from avatarsdk_core.sandbox.pipelines.metaperson.plan import AVATAR, BLENDSHAPES, GLTF_FORMATS, ExportPlan
from avatarsdk_core.sandbox.pipelines.metaperson.shapes import shape_names
from avatarsdk_core.sandbox.records import ExportFile
from avatarsdk_core.sandbox.texture_files import Painter, TextureFile, Textures, TextureShelf

_COMPRESSED = frozenset({".jpg", ".png", ".webp"})
_MODEL = "model"


@dataclass(frozen=True)
class Packer:
    """Packs one export. `folder` gets the archives, `work` is scratch inside it."""

    folder: Path
    work: Path
    shelf: TextureShelf
    skeleton: Skeleton
    plan: ExportPlan

    def avatar(self, items: Sequence[Item]) -> ExportFile:
        return self._model(AVATAR, None, self.plan.avatar.format, items)

    def asset(self, item: Item) -> ExportFile:
        """A garment, haircut or glasses in a file of its own, with the whole skeleton."""
        return self._model(item.identity, item.category.name, item.category.format, [item])

    def blendshapes(self, name: str, items: Sequence[Item]) -> ExportFile:
        """A set as `.bin` files, in the vertex order of the models of this export."""
        root = self.work / name
        root.mkdir(parents=True)
        self._write_shapes(root, name, items)
        return self._zipped(ExportFile(name, BLENDSHAPES), root)

    def pictures(self, identity: str, category: str, painter: Painter, wanted: Textures) -> ExportFile:
        """Textures without a model: those of the generated haircut, which is a shape of the head."""
        root = self.work / identity
        root.mkdir(parents=True)
        for kind in dict.fromkeys(("Color", *wanted.types)):
            texture = self.shelf.texture(painter, kind, wanted)
            if texture is not None:
                shutil.copyfile(texture.path, root / texture.name)
        return self._zipped(ExportFile(identity, category), root)

    def _model(self, identity: str, category: str | None, model_format: str, items: Sequence[Item]) -> ExportFile:
        """One model with its textures; whether these are embedded is the say of the first item's category."""
        items = [item for item in items if len(item.part.mesh.triangles)]  # a part that clothes hide wholly is gone
        embed = items[0].category.textures.embed if items else False
        textures = {item.part.name: self._textures(item) for item in items}
        unique = {texture.name: texture for found in textures.values() for texture in found}
        root = self.work / identity
        root.mkdir(parents=True)
        points = [item for item in items if item.category.pointclouds]
        solid = [item for item in items if not item.category.pointclouds]
        for item in points:
            (root / f"{item.part.name}.ply").write_bytes(ply_points(item.part.mesh.positions))
        if solid:
            self._write_model(root, model_format, solid, textures, embed=embed)
        inside = model_format in (*GLTF_FORMATS, "fbx")
        if self.plan.blendshapes.embed and (points or not inside):
            for name in self.plan.blendshapes.sets:
                self._write_shapes(root, name, points if inside else items)
        beside = [] if embed else list(unique.values())
        if embed and solid and model_format == "fbx":
            model = (root / f"{_MODEL}.fbx").read_bytes()
            beside = [replace(t, shelf=None) for t in unique.values() if not is_embedded(t.path, model)]
        for texture in beside:
            if texture.shelf is None:
                shutil.copyfile(texture.path, root / texture.name)
        static_files = tuple(texture.shelf for texture in beside if texture.shelf is not None)
        return self._zipped(ExportFile(identity, category, static_files), root)

    def _write_model(
        self,
        root: Path,
        model_format: str,
        items: Sequence[Item],
        textures: Mapping[str, Sequence[TextureFile]],
        *,
        embed: bool,
    ) -> None:
        parts = [self._part(item) for item in items]
        split, quads = self.plan.split_vertices, self.plan.export_quads
        colours = {name: _colour(found) for name, found in textures.items()}
        if model_format in GLTF_FORMATS:
            entries = _entries(textures, embed=embed)
            files = write_gltf(parts, self.skeleton, entries, binary=model_format == "glb", embed=embed, name=_MODEL)
        elif model_format == "obj":
            known = {name: colour for name, colour in colours.items() if colour}
            files = obj_model(parts, known, _MODEL, split=split, quads=quads)
        elif model_format == "ply":
            files = {
                f"{part.name}.ply": ply_mesh(part.mesh, colours[part.name], split=split, quads=quads) for part in parts
            }
        else:
            files = {f"{_MODEL}.fbx": self._fbx(parts, textures, embed=embed)}
        for name, data in files.items():
            (root / name).write_bytes(data)

    def _part(self, item: Item) -> Part:
        """As models hold it: without the sets that go into files of their own; a generated haircut always stays."""
        if self.plan.blendshapes.embed:
            return item.part
        apart = {name for set_name in self.plan.blendshapes.sets for name in shape_names(set_name)}
        targets = {name: deltas for name, deltas in item.part.mesh.targets.items() if name not in apart}
        return replace(item.part, mesh=replace(item.part.mesh, targets=targets))

    def _fbx(self, parts: Sequence[Part], textures: Mapping[str, Sequence[TextureFile]], *, embed: bool) -> bytes:
        """What Blender makes of the glTF, in a folder of its own with the images beside."""
        scratch = self.work / "fbx"
        scratch.mkdir(parents=True)
        entries = _entries(textures, embed=False)
        for name, data in write_gltf(parts, self.skeleton, entries, binary=False, embed=False).items():
            (scratch / name).write_bytes(data)
        for texture in {texture.name: texture for found in textures.values() for texture in found}.values():
            shutil.copyfile(texture.path, scratch / texture.name)
        target = scratch / f"{_MODEL}.fbx"
        write_fbx(scratch / f"{_MODEL}.gltf", target, embed=embed, quads=self.plan.export_quads)
        data = target.read_bytes()
        shutil.rmtree(scratch)
        return data

    def _write_shapes(self, root: Path, name: str, items: Sequence[Item]) -> None:
        """Deltas as headerless little-endian float32 triples: `blendshapes/<mesh>/<set>/<shape>.bin`."""
        for item in items:
            mesh = item.part.mesh
            points = self._written_points(item, mesh)
            for shape in shape_names(name):
                if shape in mesh.targets:
                    path = root / BLENDSHAPES / item.part.name / name / f"{shape}.bin"
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(mesh.targets[shape][points].astype("<f4").tobytes())

    def _written_points(self, item: Item, mesh: Mesh) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """The vertices as the item's own file has them: PLY and OBJ weld them at seams unless told otherwise."""
        model_format = self.plan.avatar.format if item.category.embed else item.category.format
        welded = model_format in ("obj", "ply") and not self.plan.split_vertices and not item.category.pointclouds
        return surface(mesh, split=not welded, quads=False).points

    def _textures(self, item: Item) -> list[TextureFile]:
        wanted = item.category.textures
        made = [(kind, item.painter, kind) for kind in wanted.types]
        made += [(kind, painter, of_painter) for kind, (painter, of_painter) in item.pictures.items()]
        found = [(kind, self.shelf.texture(painter, of_painter, wanted)) for kind, painter, of_painter in made]
        return [replace(texture, type=kind) for kind, texture in found if texture is not None]

    def _zipped(self, file: ExportFile, root: Path) -> ExportFile:
        """Zip the folder: what is compressed already is stored as it is; the same content gives the same bytes."""
        with zipfile.ZipFile(self.folder / f"{file.identity}.zip", "w", compresslevel=4) as archive:
            for path in sorted(path for path in root.rglob("*") if path.is_file()):
                entry = zipfile.ZipInfo(f"{root.name}/{path.relative_to(root).as_posix()}")
                entry.external_attr = 0o644 << 16
                stored = path.suffix in _COMPRESSED
                kind = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
                archive.writestr(entry, path.read_bytes(), kind, 4)
        shutil.rmtree(root)
        return file


def _colour(textures: Sequence[TextureFile]) -> str:
    return next((texture.name for texture in textures if texture.type == "Color"), "")


def _entries(textures: Mapping[str, Sequence[TextureFile]], *, embed: bool) -> dict[str, dict[str, Texture]]:
    return {
        name: {texture.type: Texture(texture.name, texture.path.read_bytes() if embed else b"") for texture in found}
        for name, found in textures.items()
    }
