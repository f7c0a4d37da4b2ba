"""Avatars of the older pipelines, computed in this process once for all tests."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from avatarsdk_core.avatar.ply import PlyMesh, read_ply
from avatarsdk_core.sandbox.pipelines import pipeline
from avatarsdk_core.sandbox.pipelines.contract import ComputeJob, ExportJob, ResultJob
from avatarsdk_core.sandbox.records import ExportFile
from tests.sandbox.service_api import picture

SMALL = {"width": 256, "height": 128}  # textures: quick to paint
SQUARE = {"width": 128, "height": 128}


@dataclass(frozen=True)
class Export:
    """`folder` holds a folder for each file, unpacked, with its static files."""

    folder: Path
    files: tuple[ExportFile, ...]

    def names(self, identity: str) -> list[str]:
        return sorted(path.name for path in (self.folder / identity).iterdir())

    def gltf(self, identity: str = "avatar") -> dict[str, Any]:
        return json.loads((self.folder / identity / "model.gltf").read_text())


@dataclass(frozen=True)
class LegacyAvatar:
    pipeline: str
    subtype: str
    folder: Path

    def export(self, **parameters: Any) -> Export:
        made = Path(tempfile.mkdtemp(dir=self.folder))
        textures = self.folder.parent / "shelf"
        job = ExportJob(self.subtype, None, parameters, self.folder, made / "zips", textures)
        files = pipeline(self.pipeline).export(job)
        for file in files:
            with zipfile.ZipFile(made / "zips" / f"{file.identity}.zip") as archive:
                assert all(name.startswith(f"{file.identity}/") for name in archive.namelist())
                archive.extractall(made)
            for static in file.static_files:
                (made / file.identity / Path(static).name).write_bytes((textures / static).read_bytes())
        return Export(made, tuple(files))

    def result(self, kind: str, **options: Any) -> Path | None:
        return pipeline(self.pipeline).result(ResultJob(self.subtype, None, self.folder, kind, **options))

    def unpacked(self, kind: str, **options: Any) -> dict[str, bytes]:
        path = self.result(kind, **options)
        assert path is not None
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    def ply(self, kind: str, name: str = "model.ply", **options: Any) -> PlyMesh:
        target = Path(tempfile.mkdtemp(dir=self.folder)) / "read.ply"
        target.write_bytes(self.unpacked(kind, **options)[name])
        return read_ply(target)

    def info(self) -> dict[str, Any]:
        return json.loads((self.folder / "model_info.json").read_text())


class LegacyAvatars:
    """Computes an avatar the first time that it is asked for."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._made: dict[str, LegacyAvatar] = {}

    def __call__(self, pipeline_name: str, subtype: str, parameters: Any = None) -> LegacyAvatar:
        key = json.dumps([pipeline_name, subtype, parameters])
        if key not in self._made:
            self._made[key] = self.fresh(pipeline_name, subtype, parameters)
        return self._made[key]

    def fresh(self, pipeline_name: str, subtype: str, parameters: Any = None) -> LegacyAvatar:
        """Another one of the same photo."""
        folder = Path(tempfile.mkdtemp(dir=self._root))
        (folder / "photo.jpg").write_bytes(picture())
        pipeline(pipeline_name).compute(ComputeJob(subtype, parameters, folder))
        return LegacyAvatar(pipeline_name, subtype, folder)


def height(points: np.ndarray) -> float:
    return float(np.ptp(points[:, 1]))
