# SPDX-License-Identifier: GPL-3.0-or-later
"""Exports that the sandbox makes, each once a session: a folder for each file, as `download_export` leaves them."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from avatarsdk_core.sandbox.pipelines import pipeline
from avatarsdk_core.sandbox.pipelines.contract import ComputeJob, ExportJob, ResultJob

PHOTO = (224, 178, 150)  # one colour: the avatar's measures don't depend on it


class SandboxExports:
    """Makes an export the first time that it is asked for, below `root`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._computed: dict[str, Path] = {}
        self._exports: dict[str, Path] = {}

    def __call__(
        self, name: str, subtype: str, computation: Mapping[str, Any] | None = None, **parameters: Any
    ) -> Path:
        """The folder of an export.

        Args:
            name: the pipeline's.
            computation: parameters of the avatar, the pipeline's defaults when not given.
            parameters: of the export.
        """
        key = json.dumps([name, subtype, computation, parameters], sort_keys=True)
        if key not in self._exports:
            self._exports[key] = self._export(name, subtype, computation, parameters)
        return self._exports[key]

    def results(self, name: str, subtype: str, lod: int, mesh: str = "ply", shapes: str = "bin") -> Path:
        """The folder of an avatar's direct results: mesh and blendshapes in those formats, texture."""
        key = json.dumps([name, subtype, lod, mesh, shapes])
        if key not in self._exports:
            self._exports[key] = self._results(name, subtype, lod, mesh, shapes)
        return self._exports[key]

    def computed(self, name: str, subtype: str, computation: Mapping[str, Any] | None = None) -> Path:
        """The folder of a computed avatar."""
        key = json.dumps([name, subtype, computation], sort_keys=True)
        if key not in self._computed:
            self._computed[key] = folder = self._new("computed")
            photo = io.BytesIO()
            Image.new("RGB", (320, 400), PHOTO).save(photo, "JPEG")
            (folder / "photo.jpg").write_bytes(photo.getvalue())
            pipeline(name).compute(ComputeJob(subtype, computation, folder))
        return self._computed[key]

    def _export(self, name: str, subtype: str, computation: Any, parameters: dict[str, Any]) -> Path:
        computed = self.computed(name, subtype, computation)
        zips, folder, shelf = self._new("zips"), self._new("export"), self._root / f"shelf {name}"
        maker = pipeline(name)
        maker.check_export(subtype, parameters)
        files = maker.export(ExportJob(subtype, computation, parameters, computed, zips, shelf))
        for file in files:
            with zipfile.ZipFile(zips / f"{file.identity}.zip") as archive:
                archive.extractall(folder)
            for static in file.static_files:
                source = maker.static_texture(static, shelf)
                assert source is not None, static
                shutil.copy(source, folder / file.identity)
        listed = [{"identity": file.identity, "category": file.category} for file in files]
        (folder / "export.json").write_text(json.dumps({"files": listed}))
        shutil.rmtree(zips)
        return folder

    def _results(self, name: str, subtype: str, lod: int, mesh: str, shapes: str) -> Path:
        computed, folder = self.computed(name, subtype), self._new("results")
        for kind, fmt, into in (("mesh", mesh, folder), ("blendshapes", shapes, folder / "blendshapes")):
            archive = pipeline(name).result(ResultJob(subtype, None, computed, kind, lod=lod, fmt=fmt))
            assert archive is not None
            with zipfile.ZipFile(archive) as opened:
                opened.extractall(into)
        texture = pipeline(name).result(ResultJob(subtype, None, computed, "texture", identity="model"))
        assert texture is not None
        shutil.copy(texture, folder / "model.jpg")
        return folder

    def _new(self, kind: str) -> Path:
        folder = self._root / f"{kind} {len(list(self._root.iterdir()))}"
        folder.mkdir()
        return folder


# A dressed woman, each thing in a file of its own, with the shapes that move what lies on her: one for several tests.
DRESSED: Mapping[str, Any] = {
    "format": "glb",
    "textures": {"list": []},
    "blendshapes": {"list": ["body_shape", "face_modifications"], "embed": True},
    "outfits_top": {"list": ["polo_Getik"], "embed": False},
    "haircuts": {"list": ["Haircut1"], "embed": False},
    "glasses": {"list": ["glasses_03"], "embed": False},
}
