"""Having an avatar exported by a sandbox, and reading what is delivered: zips, glTF, static files."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.sandbox.service_api import Api


@dataclass(frozen=True)
class Delivered:
    """One file of an export: its DTO, its zip, and its static files fetched."""

    dto: dict[str, Any]
    archive: bytes
    static: dict[str, bytes]

    @property
    def names(self) -> list[str]:
        with zipfile.ZipFile(io.BytesIO(self.archive)) as archive:
            return archive.namelist()

    def entry(self, name: str) -> bytes:
        with zipfile.ZipFile(io.BytesIO(self.archive)) as archive:
            return archive.read(f"{self.dto['identity']}/{name}")

    @cached_property
    def gltf(self) -> dict[str, Any]:
        """The glTF's JSON, whichever the format."""
        model = next(name for name in self.names if name.endswith((".glb", ".gltf"))).split("/")[1]
        data = self.entry(model)
        if model.endswith(".glb"):
            data = data[20 : 20 + struct.unpack_from("<I", data, 12)[0]]
        return dict(json.loads(data))

    @property
    def parts(self) -> dict[str, dict[str, Any]]:
        """Node name -> mesh."""
        return {node["name"]: self.gltf["meshes"][node["mesh"]] for node in self.gltf["nodes"] if "mesh" in node}

    def triangles(self, part: str) -> int:
        return int(self._accessor(part)["count"]) // 3

    def lowest(self) -> float:
        bounds = (
            self.gltf["accessors"][mesh["primitives"][0]["attributes"]["POSITION"]] for mesh in self.parts.values()
        )
        return min(accessor["min"][1] for accessor in bounds)

    @property
    def images(self) -> list[str]:
        return [image.get("uri", "(embedded)") for image in self.gltf.get("images", [])]

    def material(self, part: str) -> dict[str, Any]:
        return dict(self.gltf["materials"][self.parts[part]["primitives"][0]["material"]])

    def _accessor(self, part: str) -> dict[str, Any]:
        return dict(self.gltf["accessors"][self.parts[part]["primitives"][0]["indices"]])

    def unpack(self, folder: Path) -> Path:
        """As a client does: the zip's folder, with the static files in it. Returns the model's path."""
        with zipfile.ZipFile(io.BytesIO(self.archive)) as archive:
            archive.extractall(folder)
        for name, data in self.static.items():
            (folder / self.dto["identity"] / name).write_bytes(data)
        return next(path for path in (folder / self.dto["identity"]).iterdir() if path.suffix in (".glb", ".gltf"))


@dataclass(frozen=True)
class Studio:
    """A Completed avatar, and how to have it exported."""

    api: Api
    avatar: dict[str, Any]

    def export(self, **parameters: Any) -> dict[str, Delivered]:
        created = self.api("POST", self.avatar["exports"], data={"export_parameters": json.dumps(parameters)})
        assert created.status_code == 201, created.text
        export = self.api.wait(created.json()["url"])
        assert export["status"] == "Completed", export
        return {file["identity"]: self._delivered(file) for file in export["files"]}

    def _delivered(self, file: dict[str, Any]) -> Delivered:
        archive = self.api("GET", file["file"])
        assert archive.headers["Content-Type"] == "application/zip"
        static = {}
        for url in file["static_files"]:
            answer = self.api("GET", url)
            assert answer.status_code == 200, url
            static[url.rpartition("/")[2]] = answer.content
        return Delivered(file, archive.content, static)
