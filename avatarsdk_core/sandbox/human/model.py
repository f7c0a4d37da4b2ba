"""What the sandbox's human is made of: plain arrays, glTF axes (metres, Y up, facing +Z, the left side at +X)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Subtype = Literal["female", "male"]


def as_subtype(name: str) -> Subtype:
    """The sex that a pipeline's subtype names: `male`, anything else is female."""
    return "male" if name == "male" else "female"


@dataclass(frozen=True, eq=False)
class Skeleton:
    """The joints of an export at rest (T-pose).

    Attributes:
        names: J joint names, parents before children (Avatar SDK names: Mixamo's without the prefix).
        parents: index of each joint's parent, -1 for Hips.
        rest: (J, 4, 4) float64, joint to avatar space; a joint's Y axis points along its bone.
    """

    names: tuple[str, ...]
    parents: tuple[int, ...]
    rest: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Mesh:
    """One primitive as glTF stores it.

    Attributes:
        positions, normals: (V, 3) float32.
        uvs: (V, 2) float32, v downwards as in glTF.
        triangles: (F, 3) uint32, counter-clockwise from outside.
        joints, weights: (V, 4) uint16 and float32; weights of a vertex sum to 1.
        targets: morph target name -> (V, 3) float32 deltas in metres.
    """

    positions: NDArray[np.float32]
    normals: NDArray[np.float32]
    uvs: NDArray[np.float32]
    triangles: NDArray[np.uint32]
    joints: NDArray[np.uint16]
    weights: NDArray[np.float32]
    targets: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)


@dataclass(frozen=True)
class Material:
    """The glTF material of a part; textures are named apart, by type (`Color`, `Normal`, …).

    Metallic and roughness hold where no GltfMetallicRoughness texture says otherwise.
    """

    alpha_mode: Literal["OPAQUE", "BLEND", "MASK"] = "OPAQUE"
    base_color: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0)
    metallic: float = 0.0
    roughness: float = 1.0
    double_sided: bool = False


@dataclass(frozen=True, eq=False)
class Part:
    """A mesh with its name in the file (`AvatarHead`, `outfit_top`, `haircut`, …) and its material.

    `asset` is the first part of its textures' file names, e.g. `AvatarHeadFemale`.
    """

    name: str
    asset: str
    mesh: Mesh
    material: Material


def joined(meshes: Sequence[Mesh]) -> Mesh:
    """The meshes as one; where one lacks a target, it stays still."""
    starts = np.cumsum([0, *(len(mesh.positions) for mesh in meshes)])
    names = dict.fromkeys(name for mesh in meshes for name in mesh.targets)

    def column(name: str) -> NDArray[np.float32]:
        return np.concatenate([mesh.targets.get(name, np.zeros_like(mesh.positions)) for mesh in meshes])

    return Mesh(
        positions=np.concatenate([mesh.positions for mesh in meshes]),
        normals=np.concatenate([mesh.normals for mesh in meshes]),
        uvs=np.concatenate([mesh.uvs for mesh in meshes]).astype(np.float32),
        triangles=np.concatenate(
            [mesh.triangles + np.uint32(start) for mesh, start in zip(meshes, starts, strict=False)]
        ),
        joints=np.concatenate([mesh.joints for mesh in meshes]),
        weights=np.concatenate([mesh.weights for mesh in meshes]),
        targets={name: column(name) for name in names},
    )
