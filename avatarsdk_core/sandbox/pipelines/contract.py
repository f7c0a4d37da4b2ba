"""What a pipeline of the sandbox is: what it offers, and how it computes, delivers and exports avatars.

The server process asks only what is quick; whatever paints or builds meshes runs in the worker process. Jobs are plain
values, so that they can cross over to it as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from avatarsdk_core.sandbox.records import ExportFile

COMPUTED_FILE = "computed.json"
MODEL_INFO_FILE = "model_info.json"
RESULTS_FOLDER = "results"
RESULT_KINDS = (
    "mesh",
    "pointcloud",
    "texture",
    "blendshapes",
    "haircut_mesh",
    "haircut_pointcloud",
    "haircut_texture",
    "haircut_preview",
    "haircut_pointclouds",
)


class ParameterError(ValueError):
    """The parameters make no sense; the text names the key and what is allowed."""


@dataclass(frozen=True)
class HaircutEntry:
    """A haircut of an avatar as its listing shows it; `gender`: male, female or unisex."""

    identity: str
    gender: str


@dataclass(frozen=True)
class Computed:
    """What direct results an avatar has; the computation leaves it in the avatar's folder.

    Attributes:
        textures: identities, `model` (the default texture) first.
        haircuts: in the order of the listing.
        blendshapes: names of sets.
    """

    textures: tuple[str, ...] = ()
    haircuts: tuple[HaircutEntry, ...] = ()
    blendshapes: tuple[str, ...] = ()

    def write(self, folder: Path) -> None:
        (folder / COMPUTED_FILE).write_text(json.dumps(asdict(self)), encoding="utf-8")


def computed(folder: Path) -> Computed:
    """What the computation of the avatar in `folder` left."""
    stored = json.loads((folder / COMPUTED_FILE).read_text(encoding="utf-8"))
    return Computed(
        textures=tuple(stored["textures"]),
        haircuts=tuple(HaircutEntry(**entry) for entry in stored["haircuts"]),
        blendshapes=tuple(stored["blendshapes"]),
    )


@dataclass(frozen=True)
class ComputeJob:
    """`parameters`: the computation parameters as the request had them, None for the pipeline's defaults.

    `folder` holds the photo and gets everything that is computed of it.
    """

    subtype: str
    parameters: Any
    folder: Path


@dataclass(frozen=True)
class ResultJob:
    """A direct result: `kind` of RESULT_KINDS, `identity` a haircut's or texture's, `fmt` and `lod` as in the query.

    An empty `fmt` and a `lod` of None mean the defaults.
    """

    subtype: str
    parameters: Any
    folder: Path
    kind: str
    identity: str = ""
    fmt: str = ""
    lod: int | None = None


@dataclass(frozen=True)
class ExportJob:
    """`computation` and `parameters`: the avatar's and the export's, as the requests had them.

    `avatar_folder` holds what was computed; `folder` is new and gets `<identity>.zip` for each file; `textures` is the
    shelf of this pipeline's textures that outlast the export.
    """

    subtype: str
    computation: Any
    parameters: Any
    avatar_folder: Path
    folder: Path
    textures: Path


class Pipeline(Protocol):
    """One pipeline's content. The first group is for the server process, the second for the worker."""

    @property
    def name(self) -> str: ...

    @property
    def has_exports(self) -> bool:
        """Whether `export_parameters` belong to its requests."""
        ...

    def computable(self, subtype: str) -> Mapping[str, Mapping[str, Sequence[str]]]:
        """Category -> group -> names of the computation parameters that take effect."""
        ...

    def available(self, subtype: str) -> Mapping[str, Sequence[str]]:
        """Category of export parameters -> identities; every category is there, some are empty."""
        ...

    def texture_types(self, category: str) -> Sequence[str]:
        """Names that `textures.list` (or `additional_textures`) of the category may have."""
        ...

    def check_export(self, subtype: str, parameters: Any) -> None:
        """Raises ParameterError for one object of export parameters that can't be made."""
        ...

    def static_resources(self, subtype: str) -> Mapping[str, Any]:
        """Category -> asset -> LOD -> "textures" -> profile -> variant -> type -> path below the shelf."""
        ...

    def compute(self, job: ComputeJob) -> None:
        """Write thumbnail, COMPUTED_FILE, MODEL_INFO_FILE and what the pipeline itself needs. Raises PhotoError."""
        ...

    def preview(self, subtype: str, folder: Path) -> None:
        """Write `preview.png` of a computed avatar."""
        ...

    def result(self, job: ResultJob) -> Path | None:
        """The file to deliver, None when this avatar hasn't any. Raises ParameterError for a bad fmt or lod."""
        ...

    def export(self, job: ExportJob) -> list[ExportFile]:
        """Write the export's archives. Raises ParameterError."""
        ...

    def static_texture(self, path: str, textures: Path) -> Path | None:
        """A lasting texture by its path below the shelf, painted if need be; None when there is no such texture."""
        ...
