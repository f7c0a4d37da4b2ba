"""Packing: models with their textures, and blendshape deltas, as the zips that the service delivers.

`<identity>.zip` holds a folder `<identity>/`. Textures are in the model's file, or beside it in the folder, or, where
they are the same in every export, left to the static files that are fetched apart and put into that folder.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from avatarsdk_core.catalog import blendshape_set
from avatarsdk_core.sandbox.gltf import Texture, write_gltf
from avatarsdk_core.sandbox.human.model import Mesh, Skeleton
from avatarsdk_core.sandbox.pipelines.metaperson.items import Item
from avatarsdk_core.sandbox.pipelines.metaperson.plan import AVATAR, BLENDSHAPES
from avatarsdk_core.sandbox.records import ExportFile
from avatarsdk_core.sandbox.texture_files import TextureFile, TextureShelf

_COMPRESSED = frozenset({".jpg", ".png", ".webp"})


@dataclass(frozen=True)
class Packer:
    """Packs one export. `folder` gets the archives, `work` is scratch inside it."""

    folder: Path
    work: Path
    shelf: TextureShelf
    skeleton: Skeleton

    def avatar(self, items: Sequence[Item], model_format: str) -> ExportFile:
        return self._model(AVATAR, None, model_format, items)

    def asset(self, item: Item) -> ExportFile:
        """A garment or haircut in a file of its own, with the whole skeleton."""
        return self._model(item.identity, item.category.name, item.category.format, [item])

    def blendshapes(self, name: str, meshes: Mapping[str, Mesh]) -> ExportFile:
        """Deltas as headerless little-endian float32 triples: `blendshapes/<mesh>/<set>/<shape>.bin`."""
        root = self.work / name
        for mesh_name, mesh in meshes.items():
            for shape in blendshape_set(name).names or ():
                if shape in mesh.targets:
                    path = root / "blendshapes" / mesh_name / name / f"{shape}.bin"
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(mesh.targets[shape].astype("<f4").tobytes())
        return self._zipped(ExportFile(name, BLENDSHAPES), root)

    def _model(self, identity: str, category: str | None, model_format: str, items: Sequence[Item]) -> ExportFile:
        """One model with its textures; whether these are embedded is the say of the first item's category."""
        items = [item for item in items if len(item.part.mesh.triangles)]  # a part that clothes hide wholly is gone
        embed = items[0].category.textures.embed if items else False
        textures = {item.part.name: self._textures(item) for item in items}
        unique = {texture.name: texture for found in textures.values() for texture in found}
        root = self.work / identity
        root.mkdir(parents=True)
        model = write_gltf(
            [item.part for item in items],
            self.skeleton,
            {name: {texture.type: _entry(texture, embed) for texture in found} for name, found in textures.items()},
            binary=model_format == "glb",
            embed=embed,
        )
        for name, data in model.items():
            (root / name).write_bytes(data)
        beside = [] if embed else list(unique.values())
        for texture in beside:
            if texture.shelf is None:
                shutil.copyfile(texture.path, root / texture.name)
        static_files = tuple(texture.shelf for texture in beside if texture.shelf is not None)
        return self._zipped(ExportFile(identity, category, static_files), root)

    def _textures(self, item: Item) -> list[TextureFile]:
        wanted = item.category.textures
        made = (self.shelf.texture(item.painter, kind, wanted) for kind in wanted.types)
        return [texture for texture in made if texture is not None]

    def _zipped(self, file: ExportFile, root: Path) -> ExportFile:
        """Zip the folder: what is compressed already is stored as it is."""
        with zipfile.ZipFile(
            self.folder / f"{file.identity}.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=4
        ) as archive:
            for path in sorted(path for path in root.rglob("*") if path.is_file()):
                stored = zipfile.ZIP_STORED if path.suffix in _COMPRESSED else None
                archive.write(path, f"{root.name}/{path.relative_to(root).as_posix()}", compress_type=stored)
        shutil.rmtree(root)
        return file


def _entry(texture: TextureFile, embed: bool) -> Texture:
    return Texture(texture.name, texture.path.read_bytes() if embed else b"")
