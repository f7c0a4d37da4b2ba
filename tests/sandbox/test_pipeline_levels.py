"""Levels of detail of the older pipelines: their counts, and one vertex order for all files of a level."""

from __future__ import annotations

import numpy as np
import pytest

from avatarsdk_core.catalog import subtype
from avatarsdk_core.sandbox.pipelines.contract import ParameterError
from tests.sandbox.legacy_avatars import LegacyAvatars

LEVELLED = [
    ("animated_face", "base/legacy", 9),
    ("head_1.2", "base/legacy", 8),
    ("head_2.0", "head/mobile", 8),
    ("body_0.3", "female", 8),
]


@pytest.mark.parametrize(("pipeline", "name", "count"), LEVELLED)
def test_counts_fall_from_level_to_level_as_the_documented_ones_do(
    legacy: LegacyAvatars, pipeline: str, name: str, count: int
) -> None:
    """Vertices come within 1 %, triangles within 20 % of the documentation's tables."""
    avatar = legacy(pipeline, name, {})
    documented = [lod.total for lod in subtype(pipeline, name).lods.values()]
    clouds = [avatar.ply("mesh", lod=level) for level in range(count)]
    vertices, triangles = [len(ply.points) for ply in clouds], [len(ply.sizes) for ply in clouds]
    assert len(documented) == count
    assert vertices == sorted(set(vertices), reverse=True)
    assert triangles == sorted(set(triangles), reverse=True)
    for ours, theirs in zip(vertices, documented, strict=True):
        assert ours == pytest.approx(theirs.vertices, rel=0.01)
    for ours, theirs in zip(triangles, documented, strict=True):
        assert ours == pytest.approx(theirs.faces, rel=0.2)


@pytest.mark.parametrize("level", [0, 3, 8])
def test_mesh_point_cloud_and_blendshapes_of_a_level_share_one_vertex_order(legacy: LegacyAvatars, level: int) -> None:
    avatar = legacy("animated_face", "base/legacy")
    mesh, cloud = avatar.ply("mesh", lod=level), avatar.ply("pointcloud", lod=level)
    assert np.array_equal(mesh.points, cloud.points)
    deltas = avatar.unpacked("blendshapes", fmt="bin", lod=level)
    assert all(len(content) == 12 * len(mesh.points) for content in deltas.values())
    moved = avatar.ply("blendshapes", "blendshapes/model/legacy_45/JawOpen.ply", lod=level)
    opened = np.frombuffer(deltas["blendshapes/model/legacy_45/JawOpen.bin"], "<f4").reshape(-1, 3)
    assert np.allclose(moved.points - mesh.points, opened, atol=1e-6)
    chin = np.argmax(np.linalg.norm(opened, axis=1))
    assert opened[chin, 1] < -0.01
    assert mesh.points[chin, 1] < 0


def test_the_last_level_of_animated_face_has_no_teeth(legacy: LegacyAvatars) -> None:
    """Teeth are what the head hides: with the mouth closed they lie behind the lips, before the throat."""
    avatar = legacy("animated_face", "base/legacy")
    left, top, right, bottom = 0.165, 0.845, 0.475, 0.995

    def in_teeth(level: int) -> int:
        uvs = avatar.ply("mesh", lod=level).uvs
        assert uvs is not None
        u, v = uvs.reshape(-1, 3, 2)[..., 0], 1 - uvs.reshape(-1, 3, 2)[..., 1]
        return int(((u > left) & (u < right) & (v > top) & (v < bottom)).all(axis=1).sum())

    assert in_teeth(7) > 50
    assert in_teeth(8) == 0


@pytest.mark.parametrize(("pipeline", "name", "count"), LEVELLED)
def test_a_level_that_there_is_not_is_refused_with_those_that_there_are(
    legacy: LegacyAvatars, pipeline: str, name: str, count: int
) -> None:
    with pytest.raises(ParameterError, match=f"has no level {count}; there is 0 to {count - 1}"):
        legacy(pipeline, name, {}).result("mesh", lod=count)


def test_bodies_of_all_measures_have_one_topology(legacy: LegacyAvatars) -> None:
    plain = legacy("body_0.3", "mobile", {})
    large = legacy("body_0.3", "mobile", {"body_shape": {"height": 174, "weight": 86, "waist": 98}})
    one, other = (avatar.ply("mesh", lod=5) for avatar in (plain, large))
    assert np.array_equal(one.corners, other.corners)
    assert np.array_equal(one.uvs, other.uvs)
    assert np.abs(one.points - other.points).max() > 0.03
