# SPDX-License-Identifier: GPL-3.0-or-later
"""At rest each vertex of a garment stays within 0.1 mm of its place in the file, after its skeleton is aligned.

The place is read from the file itself, by numpy: nothing of the importer takes part.
"""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest
from pygltflib import GLTF2

from blender_addon import marks
from blender_addon.importing import ImportOptions, import_avatar
from tests.blender.sandbox_exports import DRESSED, SandboxExports
from tests.blender.scene import evaluated_points

TOLERANCE = 1e-4  # metres


def in_file(file: Path) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Positions (V, 3) by node, and joints' places by name, at rest: Blender's axes."""
    gltf = GLTF2().load(str(file))
    binary = gltf.binary_blob()
    parents = {child: index for index, node in enumerate(gltf.nodes) for child in node.children or ()}

    def world(index: int) -> np.ndarray:
        own = _matrix(gltf.nodes[index])
        return world(parents[index]) @ own if index in parents else own

    points = {}
    for node in gltf.nodes:
        if node.mesh is None:
            continue
        accessor = gltf.accessors[gltf.meshes[node.mesh].primitives[0].attributes.POSITION]
        view = gltf.bufferViews[accessor.bufferView]
        start = (view.byteOffset or 0) + (accessor.byteOffset or 0)
        stride = view.byteStride or 12
        raw = np.frombuffer(binary, np.uint8, stride * (accessor.count - 1) + 12, start)
        rows = np.lib.stride_tricks.as_strided(raw, (accessor.count, 12), (stride, 1))
        points[node.name] = np.ascontiguousarray(rows).view(np.float32)  # a skinned mesh ignores its node's transform
    joints = {gltf.nodes[index].name: world(index)[:3, 3] for skin in gltf.skins for index in skin.joints}
    up = np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]])
    return {name: at @ up.T for name, at in points.items()}, {name: up @ at for name, at in joints.items()}


def _matrix(node: object) -> np.ndarray:
    if node.matrix:  # type: ignore[attr-defined]
        return np.array(node.matrix).reshape(4, 4).T  # type: ignore[attr-defined]
    x, y, z, w = node.rotation or (0, 0, 0, 1)  # type: ignore[attr-defined]
    turn = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )
    matrix = np.eye(4)
    matrix[:3, :3] = turn * np.array(node.scale or (1, 1, 1))  # type: ignore[attr-defined]
    matrix[:3, 3] = node.translation or (0, 0, 0)  # type: ignore[attr-defined]
    return matrix


def stays(file: Path, node: str, worn: bpy.types.Object) -> None:
    """Compares a worn thing with its file: every vertex, moved as its skeleton was."""
    points, joints = in_file(file)
    armature = worn.parent
    there = {bone.name: np.array(armature.matrix_world @ bone.head_local) for bone in armature.data.bones}
    shared = [name for name in joints if name in there]
    assert len(shared) > 20
    offset = np.median([there[name] - joints[name] for name in shared], axis=0)
    expected = points[node] + offset
    found = evaluated_points(worn)
    assert len(found) == len(expected)
    apart = np.linalg.norm(found - expected, axis=1)
    assert apart.max() < TOLERANCE, f"{node}: {apart.max() * 1000:.3f} mm"


@pytest.mark.parametrize("lod", [1, 2])
@pytest.mark.parametrize("body", [1, 2])
def test_real_garments(samples: Path, lod: int, body: int) -> None:
    real = samples / "metaperson2"
    person = import_avatar(real / f"template_lod{body}_female")
    worn = import_avatar(real / f"outfit_ARPI_lod{lod}_female", ImportOptions(onto=person.avatar))
    assert worn.parts[0].parent == person.armature
    stays(real / f"outfit_ARPI_lod{lod}_female" / f"outfit_ARPI_LOD{lod}.glb", "ARPI", worn.parts[0])


def test_garments_of_the_sandbox(sandbox_exports: SandboxExports) -> None:
    """All in files of their own, hair and glasses too, each with a skeleton of its own."""
    folder = sandbox_exports("metaperson_2.0", "female", **DRESSED)
    imported = import_avatar(folder)
    items = [part for part in imported.parts if marks.SHOWN in part]
    assert {str(item[marks.CATEGORY]) for item in items} == {
        *("outfits_top", "haircuts", "glasses"),
    }
    for item in items:
        identity = str(item[marks.IDENTITY])
        (file,) = (folder / identity).glob("*.glb")
        (node,) = in_file(file)[0]
        stays(file, node, item)
