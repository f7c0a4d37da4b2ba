"""Haircuts, straight from an avatar of a pipeline without export parameters."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

from avatarsdk_core.models import Avatar, Haircut
from avatarsdk_core.resources import endpoints
from avatarsdk_core.resources.endpoints import Endpoint
from avatarsdk_core.resources.resource import FileProgress, Resource, Target, code_of


class Haircuts(Resource):
    """`client.haircuts`: for avatars that were created with export parameters, use `client.exports`.

    A haircut is given itself or by its identity.
    """

    def list(self, avatar: Avatar | str) -> Iterator[Haircut]:
        """The haircuts that were asked for when the avatar was created, page by page."""
        url = self._own(self._given(avatar, "haircuts"), endpoints.LIST_HAIRCUTS, code=code_of(avatar))
        return map(Haircut.from_json, self._walk(url))

    def get(self, avatar: Avatar | str, identity: str) -> Haircut:
        """One haircut."""
        url = endpoints.GET_HAIRCUT.at(code=code_of(avatar), identity=identity)
        return Haircut.from_json(self._ask(endpoints.GET_HAIRCUT, url).json())

    def download_mesh(
        self,
        avatar: Avatar | str,
        haircut: Haircut | str,
        target: Target,
        *,
        progress: FileProgress | None = None,
        cancel: threading.Event | None = None,
    ) -> Path:
        """Fetch the mesh to the file `target`: a zip with a binary PLY."""
        url = self._part(avatar, haircut, endpoints.GET_HAIRCUT_MESH, "mesh")
        return self._save(url, target, progress, cancel)

    def download_pointcloud(
        self,
        avatar: Avatar | str,
        haircut: Haircut | str,
        target: Target,
        *,
        progress: FileProgress | None = None,
        cancel: threading.Event | None = None,
    ) -> Path:
        """Fetch the vertices alone, fitted to this avatar, to the file `target`: a zip with a PLY.

        A haircut's mesh is the same for all avatars: fetch it once, and these for each.
        """
        url = self._part(avatar, haircut, endpoints.GET_HAIRCUT_POINTCLOUD, "pointcloud")
        return self._save(url, target, progress, cancel)

    def download_texture(
        self,
        avatar: Avatar | str,
        haircut: Haircut | str,
        target: Target,
        *,
        progress: FileProgress | None = None,
        cancel: threading.Event | None = None,
    ) -> Path:
        """Fetch the texture, a PNG, to the file `target`."""
        url = self._part(avatar, haircut, endpoints.GET_HAIRCUT_TEXTURE, "texture")
        return self._save(url, target, progress, cancel)

    def download_all_pointclouds(
        self,
        avatar: Avatar | str,
        target: Target,
        *,
        progress: FileProgress | None = None,
        cancel: threading.Event | None = None,
    ) -> Path:
        """Fetch the point clouds of all haircuts to the file `target`: a zip of PLY files."""
        url = endpoints.GET_ALL_HAIRCUT_POINTCLOUDS.at(code=code_of(avatar))
        return self._save(url, target, progress, cancel)

    def preview(self, avatar: Avatar | str, haircut: Haircut | str) -> bytes:
        """A picture of the haircut, as an image file."""
        endpoint = endpoints.GET_HAIRCUT_PREVIEW
        return self._picture(endpoint, self._part(avatar, haircut, endpoint, "preview"))

    def _part(self, avatar: Avatar | str, haircut: Haircut | str, endpoint: Endpoint, field: str) -> str:
        identity = haircut.identity if isinstance(haircut, Haircut) else haircut
        return self._given(haircut, field) or endpoint.at(code=code_of(avatar), identity=identity)
