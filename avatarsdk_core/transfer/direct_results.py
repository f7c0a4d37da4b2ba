"""What a pipeline without exports delivers, as a folder like an export's, so that importers understand it.

`avatar/model.ply`, its textures and `avatar/blendshapes/`; for each haircut a folder with its mesh and its texture.
Point clouds stay out: they are the meshes' own vertices once more.
"""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from avatarsdk_core.errors import NotFound, TransferError
from avatarsdk_core.transfer.beside import beside
from avatarsdk_core.transfer.names import is_safe_name
from avatarsdk_core.transfer.unpack import unpack

if TYPE_CHECKING:
    from avatarsdk_core.client import Client
    from avatarsdk_core.models import Avatar

MANIFEST = "export.json"


def download_results(
    client: Client,
    avatar: Avatar,
    folder: Path,
    told: Callable[[str], None],
    cancel: threading.Event | None = None,
) -> Path:
    """All that there is of a completed avatar; `folder` appears whole or not at all.

    Args:
        told: called with the name of each thing before it is fetched.

    Raises:
        TransferError, ArchiveError, ServiceError
        Cancelled: `cancel` was set.
    """
    work = beside(folder)
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise TransferError(f"{str(folder)!r} exists and isn't an empty folder: choose another place")
        work.mkdir(parents=True)
        _Results(client, avatar, work, told, cancel).fetch()
        if folder.exists():
            folder.rmdir()
        work.rename(folder)
    except OSError as error:
        raise TransferError(f"Can't write the avatar to {str(folder)!r}: {error.strerror or error}") from None
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return folder


class _Results:
    """Brings them into a work folder, one after the other."""

    def __init__(
        self,
        client: Client,
        avatar: Avatar,
        work: Path,
        told: Callable[[str], None],
        cancel: threading.Event | None,
    ) -> None:
        self.client, self.avatar, self.work, self.told, self.cancel = client, avatar, work, told, cancel

    def fetch(self) -> None:
        into = self.work / "avatar"
        self.told("mesh")
        self._unpacked(self.client.meshes.download(self.avatar, self._archive, cancel=self.cancel), into, "avatar")
        self.told("texture")
        self.client.textures.download_default(self.avatar, into / "model.jpg", cancel=self.cancel)
        for texture in self.client.textures.list(self.avatar):
            if texture.identity != "model":
                self.told(texture.identity)
                target = into / _safe(f"{texture.identity}.png")
                self.client.textures.download(self.avatar, texture, target, cancel=self.cancel)
        self.told("blendshapes")
        archive = self.client.blendshapes.download(self.avatar, self._archive, cancel=self.cancel)
        if archive is not None:
            self._unpacked(archive, into / "blendshapes", "blendshapes")
        self._write_list(self._haircuts())

    @property
    def _archive(self) -> Path:
        return self.work / "archive.zip"

    def _haircuts(self) -> list[str]:
        try:
            found = list(self.client.haircuts.list(self.avatar))
        except NotFound:
            return []
        for haircut in found:
            self.told(haircut.identity)
            name = _safe(haircut.identity)
            archive = self.client.haircuts.download_mesh(self.avatar, haircut, self._archive, cancel=self.cancel)
            self._unpacked(archive, self.work / name, name)
            for mesh in (self.work / name).glob("*.ply"):
                mesh.rename(mesh.with_name("model.ply"))  # by which importers know the folder's name for the asset's
            texture = self.work / name / f"{name}.png"
            self.client.haircuts.download_texture(self.avatar, haircut, texture, cancel=self.cancel)
        return [haircut.identity for haircut in found]

    def _write_list(self, haircuts: list[str]) -> None:
        """What is what, as in an export's folder."""
        files = [{"identity": "avatar", "category": None}, *({"identity": n, "category": "haircuts"} for n in haircuts)]
        text = json.dumps({"avatar_code": self.avatar.code, "files": files}, indent=2)
        (self.work / MANIFEST).write_text(text + "\n", "utf-8")

    def _unpacked(self, archive: Path, into: Path, identity: str) -> None:
        unpack(archive, into, identity=identity)
        archive.unlink()


def _safe(name: str) -> str:
    if not is_safe_name(name):
        raise TransferError(f"The service calls a file {name!r}, which is no safe file name: not stored")
    return name
