"""The sandbox's human as the nine meshes and the skeleton of a real MetaPerson export, without textures.

AvatarHead is what lies on the head's UV islands of the source and some rings of the neck below, so that its rim lies
as low as in real exports; the rest of the skin is AvatarBody. Normals come from the uncut mesh, so that no seam shows
at the neck.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from avatarsdk_core.sandbox.human import atlas
from avatarsdk_core.sandbox.human.cut import Posed, cut, moving_units
from avatarsdk_core.sandbox.human.expressions import LID_GAP, face_units
from avatarsdk_core.sandbox.human.eyes import Eye, cornea_mesh, eyeball_mesh, fit_eye, keep_off
from avatarsdk_core.sandbox.human.geometry import triangulate, vertex_normals
from avatarsdk_core.sandbox.human.lashes import LASHES
from avatarsdk_core.sandbox.human.model import Mesh, Skeleton, Subtype
from avatarsdk_core.sandbox.human.pose import t_pose
from avatarsdk_core.sandbox.human.shape import Shape, shape_vertices
from avatarsdk_core.sandbox.human.skeleton import INDEX, SIDES, locate_joints, orient
from avatarsdk_core.sandbox.human.source import Source, load_source
from avatarsdk_core.sandbox.human.weights import joint_weights, skin, strongest_weights

# The source's averages are 1.59 and 1.73 m tall; real exports' templates are taller (female 1.72 m).
DEFAULT_SHAPES: Mapping[Subtype, Shape] = {
    "female": Shape("female", height=0.15, ideal_proportions=0.6),
    "male": Shape("male", height=0.08, ideal_proportions=0.6),
}
NECK_RINGS = 6  # brings the rim to the height and width of the real templates'
ANKLE_DEPTH = -0.035  # z of the ankles in the real templates
FACE_REACH = 0.12  # metres from the left eye that hold both eyes' lids
TEETH_UNITS = ("jawForward", "jawLeft", "jawOpen", "jawRight")


@dataclass(frozen=True, eq=False)
class Body:
    """A human in T-pose: metres, Y up, facing +Z, standing on y = 0.

    Attributes:
        parts: `AvatarBody`, `AvatarHead`, … -> mesh.
        source_vertices: part -> (V,) the hm08 vertex that each vertex came from, -1 for generated ones.
        regions: part -> region (`lips`, `inside-mouth`, `ears`, `eyelids`, `fingernails`, `toenails`) -> (V,) share.
        base: (19158, 3) hm08 in T-pose, helper geometry (tights, skirt, hair) included.
        base_joints, base_weights: (19158, 4) its skin weights on the 73 joints.
        eyes: `Left` and `Right` -> fitted sphere.
    """

    subtype: Subtype
    skeleton: Skeleton
    parts: Mapping[str, Mesh]
    source_vertices: Mapping[str, NDArray[np.int64]]
    regions: Mapping[str, Mapping[str, NDArray[np.float32]]]
    base: NDArray[np.float64]
    base_joints: NDArray[np.uint16]
    base_weights: NDArray[np.float32]
    eyes: Mapping[str, Eye]


@lru_cache(maxsize=4)
def build_body(subtype: Subtype) -> Body:
    """The young adult of that subtype that the sandbox shows by default."""
    return shape_body(DEFAULT_SHAPES[subtype])


def shape_body(shape: Shape) -> Body:
    """The human of that shape, posed, cut and named as a real export.

    Raises:
        SandboxError: the package's human.npz can't be read.
    """
    source = load_source()
    posed, skeleton, eyes = _pose(source, shape)
    skin_faces = source.group_faces("body")
    is_head = _head_faces(source, skin_faces)
    head, body = skin_faces[is_head], skin_faces[~is_head]
    rim = np.intersect1d(source.faces[head], source.faces[body])
    for deltas in posed.units.values():
        deltas[rim] = 0
    lashes, lower = source.group_faces(*LASHES), source.group_faces("helper-lower-teeth", "helper-tongue")
    upper = source.group_faces("helper-upper-teeth")
    lash_units = moving_units(posed, source.group_vertices(*LASHES))
    pieces = {
        "AvatarBody": cut(source, posed, body, atlas.BODY),
        "AvatarHead": cut(source, posed, head, atlas.HEAD + atlas.NECK, posed.units),
        "AvatarEyelashes": cut(source, posed, lashes, atlas.EYELASHES, lash_units, subdivide=True),
        "AvatarTeethLower": cut(source, posed, lower, atlas.TEETH, TEETH_UNITS, subdivide=True),
        "AvatarTeethUpper": cut(source, posed, upper, atlas.TEETH, subdivide=True),
    }
    parts = {name: piece.mesh for name, piece in pieces.items()}
    origins = {name: piece.origin for name, piece in pieces.items()}
    for side, eye in eyes.items():
        for name, make in (("Eyeball", eyeball_mesh), ("Cornea", cornea_mesh)):
            mesh = make(eye, INDEX[f"{side}Eye"])
            parts[f"Avatar{side}{name}"] = mesh
            origins[f"Avatar{side}{name}"] = np.full(len(mesh.positions), -1)
    joints, weights = strongest_weights(posed.weights)
    return Body(
        subtype=shape.subtype,
        skeleton=skeleton,
        parts=dict(sorted(parts.items())),
        source_vertices=origins,
        regions={name: piece.regions for name, piece in pieces.items()},
        base=posed.vertices,
        base_joints=joints,
        base_weights=weights,
        eyes=eyes,
    )


def _head_faces(source: Source, faces: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of the skin's `faces` AvatarHead gets; its rim is one loop of 48 edges, as in a real export."""
    quads = source.faces[faces]
    on_island = atlas.islands_within(atlas.HEAD, source.uvs, source.uv_islands)
    head: NDArray[np.bool_] = on_island[source.face_uvs[faces, 0]]
    for _ in range(NECK_RINGS):
        rim = np.intersect1d(quads[head], quads[~head])
        head |= np.isin(quads, rim).any(axis=1)
    return head


def _pose(source: Source, shape: Shape) -> tuple[Posed, Skeleton, Mapping[str, Eye]]:
    vertices = shape_vertices(source, shape)
    body = source.group_vertices("body")
    eye_vertices = {side: source.group_vertices(f"helper-{side[0].lower()}-eye") for side in SIDES}

    def point(name: str) -> NDArray[np.float64]:
        return np.asarray(vertices[source.points[name]].mean(axis=0))

    centres = {side: fit_eye(vertices[indices]).centre for side, indices in eye_vertices.items()}
    crown = vertices[body[vertices[body, 1].argmax()]]
    positions = locate_joints(point, centres, crown)
    weights = joint_weights(source, vertices, positions)

    rotations, translations = t_pose(positions)
    ankles = [INDEX[f"{side}Foot"] for side in SIDES]
    moved_ankles = np.einsum("jik,jk->ji", rotations[ankles], positions[ankles]) + translations[ankles]
    translations[:, 2] += ANKLE_DEPTH - moved_ankles[:, 2].mean()
    translations[:, 1] -= skin(vertices, weights, rotations, translations)[body, 1].min()
    vertices = skin(vertices, weights, rotations, translations)
    positions = np.einsum("jik,jk->ji", rotations, positions) + translations
    eyes = {side: fit_eye(vertices[indices]) for side, indices in eye_vertices.items()}

    # Only skin around the eyes can touch them.
    face = body[np.linalg.norm(vertices[body] - eyes["Left"].centre, axis=1) < FACE_REACH]
    vertices[face] = keep_off(eyes.values(), vertices[face], np.full(len(face), LID_GAP))
    normals = vertex_normals(vertices, triangulate(source.faces[source.group_faces("body")], vertices))
    units = face_units(source, vertices, normals, weights, rotations, face, eyes)
    return Posed(vertices, normals, weights, units), orient(positions), eyes
