"""Meshes and point clouds, straight from an avatar of a pipeline without export parameters."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Literal

from avatarsdk_core.models import Avatar
from avatarsdk_core.resources import endpoints
from avatarsdk_core.resources.endpoints import with_query
from avatarsdk_core.resources.resource import FileProgress, Resource, Target, code_of, whole


class Meshes(Resource):
    """`client.meshes`: for avatars that were created with export parameters, use `client.exports`.

    Raises, besides what `transfer.download.download` raises: NotFound before the avatar is completed, InvalidRequest
    for a level of detail that its pipeline doesn't have.
    """

    def download(
        self,
        avatar: Avatar | str,
        target: Target,
        *,
        lod: int | None = None,
        fmt: Literal["ply", "gltf"] | None = None,
        progress: FileProgress | None = None,
        cancel: threading.Event | None = None,
    ) -> Path:
        """Fetch the mesh to the file `target`: a zip with `model.ply`, binary PLY in metres.

        Args:
            lod: level of detail from 0, the densest, to 8 (animated_face) or 7; None for the densest.
            fmt: file format in the zip; the documentation is sure of PLY alone.
        """
        url = self._given(avatar, "mesh") or endpoints.GET_MESH.at(code=code_of(avatar))
        return self._save(with_query(url, {"lod": whole(lod), "fmt": fmt}), target, progress, cancel)

    def download_pointcloud(
        self,
        avatar: Avatar | str,
        target: Target,
        *,
        lod: int | None = None,
        progress: FileProgress | None = None,
        cancel: threading.Event | None = None,
    ) -> Path:
        """Fetch the vertices alone to the file `target`: a zip with a PLY. They fit any mesh of the same topology."""
        url = endpoints.GET_POINTCLOUD.at(code=code_of(avatar))
        return self._save(with_query(url, {"lod": whole(lod)}), target, progress, cancel)
