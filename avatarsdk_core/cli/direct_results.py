"""What a pipeline without exports delivers, as a folder that an importer understands.

`model.ply`, `model.jpg`, `<texture>.…`, `blendshapes/`, and of each haircut `<name>.ply`, `<name>_model.png` and
`cloud_<name>.ply`: the names that the vendor's own loaders use.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from avatarsdk_core.cli.common import Invocation
from avatarsdk_core.errors import NotFound, TransferError
from avatarsdk_core.transfer.beside import beside
from avatarsdk_core.transfer.names import is_safe_name
from avatarsdk_core.transfer.unpack import unpack

if TYPE_CHECKING:
    from avatarsdk_core.client import Client
    from avatarsdk_core.models import Avatar


def download_results(invocation: Invocation, client: Client, avatar: Avatar, folder: Path) -> Path:
    """All that there is of a completed avatar; `folder` appears whole or not at all.

    Raises TransferError, ArchiveError, ServiceError.
    """
    work = beside(folder)
    try:
        work.mkdir(parents=True)
        with invocation.steps(client).step("Download the avatar") as told:
            _Results(client, avatar, work, lambda name: told(None, name)).fetch()
        if folder.exists():
            folder.rmdir()
        work.rename(folder)
    except OSError as error:
        raise TransferError(f"Can't write the avatar to {str(folder)!r}: {error.strerror or error}") from None
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return folder


class _Results:
    def __init__(self, client: Client, avatar: Avatar, work: Path, told) -> None:  # type: ignore[no-untyped-def]
        self.client, self.avatar, self.work, self.told = client, avatar, work, told

    def fetch(self) -> None:
        self.told("mesh")
        self._unpacked(self.client.meshes.download(self.avatar, self.work / "mesh.part"), self.work / "mesh")
        for file in (self.work / "mesh").iterdir():
            file.rename(self.work / file.name)
        (self.work / "mesh").rmdir()
        self.told("texture")
        self.client.textures.download_default(self.avatar, self.work / "model.jpg")
        for texture in self.client.textures.list(self.avatar):
            if texture.identity != "model":
                self.told(texture.identity)
                self.client.textures.download(self.avatar, texture, self.work / _safe(f"{texture.identity}.png"))
        self.told("blendshapes")
        archive = self.client.blendshapes.download(self.avatar, self.work / "blendshapes.part")
        if archive is not None:
            self._unpacked(archive, self.work / "blendshapes")
        self._haircuts()

    def _haircuts(self) -> None:
        haircuts = self.client.haircuts
        try:
            found = haircuts.list(self.avatar)
        except NotFound:
            return
        for haircut in found:
            self.told(haircut.identity)
            name = _safe(haircut.identity)
            archive = haircuts.download_mesh(self.avatar, haircut, self.work / "haircut.part")
            self._unpacked(archive, self.work / "haircut")
            for file in (self.work / "haircut").rglob("*.ply"):
                file.rename(self.work / f"{name}.ply")
            shutil.rmtree(self.work / "haircut")
            cloud = haircuts.download_pointcloud(self.avatar, haircut, self.work / "cloud.part")
            self._unpacked(cloud, self.work / "cloud")
            for file in (self.work / "cloud").rglob("*.ply"):
                file.rename(self.work / f"cloud_{name}.ply")
            shutil.rmtree(self.work / "cloud")
            haircuts.download_texture(self.avatar, haircut, self.work / f"{name}_model.png")

    def _unpacked(self, archive: Path, into: Path) -> None:
        unpack(archive, into)
        archive.unlink()


def _safe(name: str) -> str:
    if not is_safe_name(name):
        raise TransferError(f"The service calls a file {name!r}, which is no safe file name: not stored")
    return name
