"""Blendshapes, straight from an avatar of a pipeline without export parameters."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Literal

from avatarsdk_core.errors import NoFileError
from avatarsdk_core.models import Avatar
from avatarsdk_core.resources import endpoints
from avatarsdk_core.resources.endpoints import with_query
from avatarsdk_core.resources.resource import FileProgress, Resource, Target, code_of, whole


class Blendshapes(Resource):
    """`client.blendshapes`: for avatars that were created with export parameters, use `client.exports`."""

    def download(
        self,
        avatar: Avatar | str,
        target: Target,
        *,
        fmt: Literal["ply", "fbx", "bin"] = "ply",
        lod: int | None = None,
        progress: FileProgress | None = None,
        cancel: threading.Event | None = None,
    ) -> Path | None:
        """Fetch all blendshapes to the file `target`, or return None where the avatar has none (the service's 204).

        Args:
            fmt: a zip of PLY files, one FBX, or a zip of `.bin` files (deltas: x, y, z as little-endian float32).
            lod: as for meshes.
        """
        url = self._given(avatar, "blendshapes") or endpoints.GET_BLENDSHAPES.at(code=code_of(avatar))
        url = with_query(url, {"fmt": None if fmt == "ply" else fmt, "lod": whole(lod)})
        try:
            return self._save(url, target, progress, cancel)
        except NoFileError:
            return None
