"""An avatar of the older pipelines: a head, a bust or a body in one mesh, with all parts in one texture.

Everything is made by maps from the human's own vertices (joined, cut, refined or decimated), and those are found on
the subtype's default shape: so an avatar of whatever measures has the same topology, and mesh, point cloud and
blendshapes of a level share one vertex order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from avatarsdk_core.sandbox.human.arrays import floats
from avatarsdk_core.sandbox.human.body import Body, build_body
from avatarsdk_core.sandbox.human.clip import Clip, clip
from avatarsdk_core.sandbox.human.decimate import Collapses, collapses
from avatarsdk_core.sandbox.human.model import Mesh, joined
from avatarsdk_core.sandbox.human.outfits import Box
from avatarsdk_core.sandbox.human.pose import pose_mesh
from avatarsdk_core.sandbox.human.refine import AnyLevel, refine
from avatarsdk_core.sandbox.human.skeleton import INDEX
from avatarsdk_core.sandbox.human.stored_maps import WAYS as STORED
from avatarsdk_core.sandbox.pipelines.legacy.scalp import raised_scalp
from avatarsdk_core.sandbox.pipelines.legacy.shapes import glances
from avatarsdk_core.sandbox.pipelines.legacy.template import Kind, Template

_FACE = ("AvatarHead", "AvatarLeftEyeball", "AvatarRightEyeball", "AvatarTeethUpper", "AvatarTeethLower")
TEETH = ("AvatarTeethUpper", "AvatarTeethLower")
HEAD_LAYOUT: Mapping[str, Box] = MappingProxyType(
    {
        "AvatarHead": (0.0, 0.0, 1.0, 0.84),
        "AvatarLeftEyeball": (0.005, 0.845, 0.155, 0.995),
        "AvatarRightEyeball": (0.005, 0.845, 0.155, 0.995),
        "AvatarTeethUpper": (0.165, 0.845, 0.315, 0.995),
        "AvatarTeethLower": (0.325, 0.845, 0.475, 0.995),
    }
)
BODY_LAYOUT: Mapping[str, Box] = MappingProxyType(
    {
        **{name: (left / 2, top, right / 2, bottom) for name, (left, top, right, bottom) in HEAD_LAYOUT.items()},
        "AvatarBody": (0.5, 0.0, 1.0, 1.0),
    }
)
_PARTS: Mapping[Kind, tuple[str, ...]] = {"head": _FACE, "bust": (*_FACE, "AvatarBody"), "body": (*_FACE, "AvatarBody")}
NECK_CUT = 0.2  # of the way from the neck's joint to the head's
BUST_DEPTH = 0.11  # metres below the shoulder joints
ARM_LENGTH = 0.05  # metres that stay of an arm, from its joint
ROUNDNESS = 0.3  # how much higher a curved bust ends at the shoulders, as a share of its depth
NEEDLE = 1e-3  # metres


# The patterns whose way down the package holds, and how far: below what any level of detail has.
WAYS: Mapping[tuple[Kind, bool], int] = MappingProxyType(
    {("head", False): 1500, ("bust", False): 2450, ("bust", True): 2450, ("body", False): 4200}
)


@dataclass(frozen=True, eq=False)
class Topology:
    """The maps that make one mesh of a body.

    Attributes:
        layout: part -> its place in the texture.
        triangles: of all parts joined; cut: what is left of them.
        pattern: the mesh of the default human, on which levels of detail are found.
    """

    template: Template
    layout: Mapping[str, Box]
    triangles: NDArray[np.uint32]
    cut: Clip | None
    pattern: Mesh

    def mesh(self, body: Body, level: int = 0) -> Mesh:
        """The mesh at a level of detail; its targets are ARKit's units."""
        return _level(self.template, level).of(self._whole(body))

    def _whole(self, body: Body) -> Mesh:
        mesh = replace(_joined(body, self.template, self.layout), triangles=self.triangles)
        return mesh if self.cut is None else self.cut.of(mesh)


@lru_cache(maxsize=12)
def build_topology(template: Template) -> Topology:
    """The maps for that template. Those of both subtypes, with hair or without, are the same."""
    layout = HEAD_LAYOUT if template.kind == "head" else BODY_LAYOUT
    triangles, cut, mesh = pattern(template.kind, template.curved)
    return Topology(template, layout, triangles, cut, mesh)


@lru_cache(maxsize=4)
def pattern(kind: Kind, curved: bool) -> tuple[NDArray[np.uint32], Clip | None, Mesh]:
    """The triangles of all parts, what is cut off them, and the mesh that is left of the default human."""
    body = build_body("female")
    template = Template("female", kind, (), curved=curved)
    whole = _joined(body, template, HEAD_LAYOUT if kind == "head" else BODY_LAYOUT)
    if kind == "body":
        return whole.triangles, None, whole
    in_t_pose = np.concatenate([body.parts[name].positions for name in _PARTS[kind]])
    cut = clip(whole, _kept(body, template, whole.positions, in_t_pose))
    return whole.triangles, cut, cut.of(whole)


@lru_cache(maxsize=4)
def way_down(kind: Kind, curved: bool) -> Collapses:
    """The collapses of that pattern: those that the package holds, or, if the human has changed since, new ones."""
    _, _, mesh = pattern(kind, curved)
    return STORED.read(Collapses, way_name(kind, curved), mesh) or collapses(mesh, WAYS[kind, curved])


def way_name(kind: Kind, curved: bool) -> str:
    return f"{kind}_curved" if curved else kind


@lru_cache(maxsize=64)
def _level(template: Template, index: int) -> AnyLevel:
    topology, count = build_topology(template), template.counts[index]
    if count > len(topology.pattern.positions):
        return refine(topology.pattern, count)
    way = way_down(template.kind, template.curved)
    bare = template.toothless_last and index == len(template.counts) - 1
    triangles = topology.pattern.triangles
    return way.level(_without_teeth(topology.pattern, topology.layout) if bare else triangles, count)


def _joined(body: Body, template: Template, layout: Mapping[str, Box]) -> Mesh:
    """All parts in one mesh, their texture coordinates in their boxes; eyeballs turn with the eyeLook units."""
    meshes = []
    for name in _PARTS[template.kind]:
        mesh = body.parts[name]
        if name == "AvatarHead" and template.hair:
            mesh = raised_scalp(body, template.hair)
        if template.kind == "bust":
            mesh = _arms_down(body, mesh)
        if name.endswith("Eyeball"):
            mesh = replace(mesh, targets=glances(body, "Left" if "Left" in name else "Right", mesh))
        left, top, right, bottom = layout[name]
        uvs = floats([left, top]) + mesh.uvs * floats([right - left, bottom - top])
        meshes.append(replace(mesh, uvs=uvs))
    return joined(meshes)


def _arms_down(body: Body, mesh: Mesh) -> Mesh:
    """As a bust stands. Normals follow as the tips of short needles do."""
    tips = replace(mesh, positions=mesh.positions + np.float32(NEEDLE) * mesh.normals)
    base, ends = (pose_mesh(each, body.skeleton, _ARMS_DOWN) for each in (mesh, tips))
    normals = ends - base
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
    return replace(mesh, positions=base.astype(np.float32), normals=normals.astype(np.float32))


def _about_z(degrees: float) -> NDArray[np.float64]:
    sine, cosine = np.sin(np.radians(degrees)), np.cos(np.radians(degrees))
    return np.array([[cosine, -sine, 0.0], [sine, cosine, 0.0], [0.0, 0.0, 1.0]])


_ARMS_DOWN = {
    "LeftShoulder": _about_z(-8),
    "RightShoulder": _about_z(8),
    "LeftArm": _about_z(-62),
    "RightArm": _about_z(62),
}


def _kept(
    body: Body, template: Template, points: NDArray[np.float32], in_t_pose: NDArray[np.float32]
) -> NDArray[np.float64]:
    """(V,) positive where the mesh is: above the neck's middle, or within the outline of a bust with stumps of arms."""
    rest = {name: body.skeleton.rest[INDEX[name], :3, 3] for name in ("Neck", "Head", "LeftArm")}
    if template.kind == "head":
        along = rest["Head"] - rest["Neck"]
        point = rest["Neck"] + NECK_CUT * along
        return np.asarray((points - point) @ (along / np.linalg.norm(along)))
    arm = rest["LeftArm"]
    stumps = 1 - np.abs(in_t_pose[:, 0]) / (arm[0] + ARM_LENGTH)
    depth = rest["Neck"][1] - arm[1] + BUST_DEPTH
    down = (rest["Neck"][1] - points[:, 1]) / depth
    rounded = ROUNDNESS * (points[:, 0] / arm[0]) ** 2 if template.curved else 0.0
    return np.asarray(np.minimum(stumps, 1 - down - rounded))


def _without_teeth(whole: Mesh, layout: Mapping[str, Box]) -> NDArray[np.uint32]:
    left, top, _, _ = layout[TEETH[0]]
    _, _, right, bottom = layout[TEETH[1]]
    u, v = whole.uvs.T
    inside = (u > left) & (u < right) & (v > top) & (v < bottom)
    return np.asarray(whole.triangles[~inside[whole.triangles].any(axis=1)])
