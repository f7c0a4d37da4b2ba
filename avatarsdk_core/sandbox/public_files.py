"""`/public/{export code}/…`: the files of an export that was asked to be public; its code is the only key."""

from __future__ import annotations

import mimetypes
import zipfile
from pathlib import PurePosixPath

from starlette.requests import Request
from starlette.responses import Response

from avatarsdk_core.sandbox.answers import file_answer, not_found
from avatarsdk_core.sandbox.lookup import status_of_export
from avatarsdk_core.sandbox.records import Avatar, Export
from avatarsdk_core.sandbox.service import Service, service_of
from avatarsdk_core.sandbox.state import StateFolder
from avatarsdk_core.sandbox.status import COMPLETED

ARCHIVE = "avatar.zip"
_MODELS = frozenset({".glb", ".gltf", ".fbx", ".obj", ".ply"})
_TYPES = {".glb": "model/gltf-binary", ".gltf": "model/gltf+json", ".bin": "application/octet-stream"}


def public_name(state: StateFolder, export: Export) -> str:
    """The name of a Completed export's public file; empty for one that isn't public.

    `make_public` publishes the archive of the avatar, `make_public_direct` the model that is in it.
    """
    if _asked(export, "make_public_direct"):
        names = _entries(state, export)
        return next((name for name in names if PurePosixPath(name).suffix in _MODELS), ARCHIVE)
    return ARCHIVE if _asked(export, "make_public") else ""


def serve(request: Request) -> Response:
    """Without sign-in."""
    service = service_of(request)
    export = service.store.export_by_code(request.path_params["export_code"])
    avatar = service.store.avatar(export.avatar_code) if export is not None else None
    if export is None or avatar is None or not _is_out(service, avatar, export):
        raise not_found()
    name = request.path_params["filename"]
    path = service.state.export(avatar.code, export.code) / ARCHIVE
    if name == ARCHIVE:
        return file_answer(path, ARCHIVE)
    if not _asked(export, "make_public_direct") or name not in _entries(service.state, export):
        raise not_found()
    with zipfile.ZipFile(path) as archive:
        data = archive.read(_folder(archive) + name)
    suffix = PurePosixPath(name).suffix
    media_type = _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Response(data, media_type=media_type, headers={"X-File-Size": str(len(data))})


def _is_out(service: Service, avatar: Avatar, export: Export) -> bool:
    asked = _asked(export, "make_public") or _asked(export, "make_public_direct")
    return asked and status_of_export(service, avatar, export) == COMPLETED


def _asked(export: Export, flag: str) -> bool:
    return isinstance(export.parameters, dict) and export.parameters.get(flag) is True


def _entries(state: StateFolder, export: Export) -> list[str]:
    """The files in the archive's folder."""
    path = state.export(export.avatar_code, export.code) / ARCHIVE
    if not path.is_file():
        return []
    with zipfile.ZipFile(path) as archive:
        folder = _folder(archive)
        return [name.removeprefix(folder) for name in archive.namelist() if name.startswith(folder)]


def _folder(archive: zipfile.ZipFile) -> str:
    return f"{archive.namelist()[0].partition('/')[0]}/"
