"""Textures, straight from an avatar of a pipeline without export parameters."""

from __future__ import annotations

import builtins
import threading
from pathlib import Path

from avatarsdk_core.models import Avatar, Texture
from avatarsdk_core.resources import endpoints
from avatarsdk_core.resources.resource import FileProgress, Resource, Target, code_of


class Textures(Resource):
    """`client.textures`: for avatars that were created with export parameters, use `client.exports`."""

    def list(self, avatar: Avatar | str) -> builtins.list[Texture]:
        """All textures: "model" is the default one, the others were asked for by `additional_textures`."""
        return [*map(Texture.from_json, self._walk(endpoints.LIST_TEXTURES.at(code=code_of(avatar))))]

    def download_default(
        self,
        avatar: Avatar | str,
        target: Target,
        *,
        progress: FileProgress | None = None,
        cancel: threading.Event | None = None,
    ) -> Path:
        """Fetch the default texture, a JPEG, to the file `target`."""
        url = self._given(avatar, "texture") or endpoints.GET_TEXTURE.at(code=code_of(avatar))
        return self._save(url, target, progress, cancel)

    def download(
        self,
        avatar: Avatar | str,
        texture: Texture | str,
        target: Target,
        *,
        progress: FileProgress | None = None,
        cancel: threading.Event | None = None,
    ) -> Path:
        """Fetch a texture, given itself or by its identity, to the file `target`: a JPEG or a PNG."""
        identity, url = (texture.identity, texture.file) if isinstance(texture, Texture) else (texture, "")
        url = url or endpoints.GET_TEXTURE_FILE.at(code=code_of(avatar), identity=identity)
        return self._save(url, target, progress, cancel)
