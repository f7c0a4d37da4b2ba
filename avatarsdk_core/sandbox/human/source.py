"""MakeHuman's base mesh hm08 with its targets, weights and joints, as `scripts/build_sandbox_human.py` distilled it.

Units and axes are the source's: decimetres, Y up, facing +Z, the left side at +X, standing in A-pose.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from avatarsdk_core.errors import SandboxError

DELTA_UNIT = 1e-3


@dataclass(frozen=True, eq=False)
class Target:
    """A sparse morph: `deltas` (N, 3) int16 in DELTA_UNIT decimetres at `vertices` (N,)."""

    vertices: NDArray[np.uint16]
    deltas: NDArray[np.int16]


@dataclass(frozen=True, eq=False)
class Source:
    """The distilled data.

    Attributes:
        vertices: (19158, 3) float32; 0..13379 are the body's skin, the rest helper geometry and joint cubes.
        uvs: (21334, 2), v upwards.
        uv_islands: (21334,) which connected island of the atlas each of them lies in.
        faces, face_uvs: (F, 4) indices into vertices and uvs.
        face_groups: (F,) index into group_names, MakeHuman's groups (`body`, `helper-tights`, …).
        targets: macro targets, detail targets of the face and the 52 ARKit units by name.
        bones: bone of the Mixamo rig -> (vertices, weights); sums per vertex differ from 1.
        points: joint cube (`joint-l-eye`) or bone end (`LeftArm.head`) -> the vertices whose mean it is.
        regions: region (`lips`, …) -> (21334,) uint8, how much each UV vertex belongs to it.
    """

    vertices: NDArray[np.float32]
    uvs: NDArray[np.float64]
    uv_islands: NDArray[np.uint8]
    faces: NDArray[np.int64]
    face_uvs: NDArray[np.int64]
    face_groups: NDArray[np.uint8]
    group_names: tuple[str, ...]
    targets: Mapping[str, Target]
    bones: Mapping[str, tuple[NDArray[np.uint16], NDArray[np.float64]]]
    points: Mapping[str, NDArray[np.int64]]
    regions: Mapping[str, NDArray[np.uint8]]

    def group_faces(self, *names: str) -> NDArray[np.int64]:
        """Indices of the faces in the groups `names`."""
        wanted = [self.group_names.index(name) for name in names]
        return np.flatnonzero(np.isin(self.face_groups, wanted))

    def group_vertices(self, *names: str) -> NDArray[np.int64]:
        """Indices of the vertices that the faces of those groups use."""
        return np.unique(self.faces[self.group_faces(*names)])

    def dense(self, name: str) -> NDArray[np.float64]:
        """(19158, 3) deltas of a target in decimetres."""
        target = self.targets[name]
        deltas = np.zeros(self.vertices.shape)
        deltas[target.vertices] = target.deltas * DELTA_UNIT
        return deltas


@lru_cache(maxsize=1)
def load_source() -> Source:
    """Read the package's `human.npz`.

    Raises:
        SandboxError: the file is missing or damaged.
    """
    resource = files(__package__) / "human.npz"
    try:
        with resource.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
            data = {name: archive[name] for name in archive.files}
    except (OSError, ValueError) as error:
        raise SandboxError(
            f"The sandbox's human {resource} can't be read ({error}); reinstall avatarsdk-core[sandbox]"
        ) from error
    slices = {kind: _slices(data, kind) for kind in ("target", "bone", "point")}
    return Source(
        vertices=data["vertices"],
        uvs=data["uvs"].astype(np.float64),
        uv_islands=data["uv_islands"],
        faces=data["faces"].astype(np.int64),
        face_uvs=data["face_uvs"].astype(np.int64),
        face_groups=data["face_groups"],
        group_names=tuple(data["group_names"].tolist()),
        targets={
            name: Target(data["target_vertices"][part], data["target_deltas"][part])
            for name, part in slices["target"].items()
        },
        bones={
            name: (data["bone_vertices"][part], data["bone_weights"][part] / 65535.0)
            for name, part in slices["bone"].items()
        },
        points={name: data["point_vertices"][part].astype(np.int64) for name, part in slices["point"].items()},
        regions=dict(zip(data["region_names"].tolist(), data["regions"], strict=True)),
    )


def _slices(data: Mapping[str, NDArray[np.generic]], kind: str) -> dict[str, slice]:
    offsets = data[f"{kind}_offsets"].tolist()
    names = data[f"{kind}_names"].tolist()
    return {name: slice(start, stop) for name, start, stop in zip(names, offsets[:-1], offsets[1:], strict=True)}
