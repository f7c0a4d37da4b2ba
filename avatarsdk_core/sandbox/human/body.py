"""The sandbox's human as the nine meshes and the skeleton of a real MetaPerson export, without textures.

AvatarHead is what lies on the head's UV islands of the source and some rings of the neck below, so that its rim lies
as low as in real exports; the rest of the skin is AvatarBody. Normals come from the uncut mesh, so that no seam shows
at the neck.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from avatarsdk_core.catalog import blendshape_set
from avatarsdk_core.sandbox.human import atlas
from avatarsdk_core.sandbox.human.cut import Piece, Posed, cut
from avatarsdk_core.sandbox.human.expressions import face_units
from avatarsdk_core.sandbox.human.eyes import Eye, cornea_mesh, eyeball_mesh
from avatarsdk_core.sandbox.human.figure import Figure, Posing, pose
from avatarsdk_core.sandbox.human.geometry import triangulate, vertex_normals
from avatarsdk_core.sandbox.human.lashes import LASHES
from avatarsdk_core.sandbox.human.model import Mesh, Skeleton, Subtype
from avatarsdk_core.sandbox.human.shape import Shape
from avatarsdk_core.sandbox.human.skeleton import INDEX, SIDES, orient
from avatarsdk_core.sandbox.human.source import Source, load_source
from avatarsdk_core.sandbox.human.weights import strongest_weights

# The source's averages are 1.59 and 1.73 m tall; real exports' templates are taller (female 1.72 m).
DEFAULT_SHAPES: Mapping[Subtype, Shape] = {
    "female": Shape("female", height=0.15, ideal_proportions=0.6),
    "male": Shape("male", height=0.08, ideal_proportions=0.6),
}
NECK_RINGS = 6  # brings the rim to the height and width of the real templates'
TEETH_UNITS = ("jawForward", "jawLeft", "jawOpen", "jawRight")
_LASHES_OF_A_LOD = (blendshape_set("mobile_51").on_mesh("AvatarEyelashes", lod) for lod in ("LOD1", "LOD2"))
LASH_UNITS = tuple(sorted(set().union(*_LASHES_OF_A_LOD)))
EYE_PARTS = {"Eyeball": eyeball_mesh, "Cornea": cornea_mesh}


@dataclass(frozen=True, eq=False)
class Body:
    """A human in T-pose: metres, Y up, facing +Z, standing on y = 0.

    Its parts' vertices, UVs and triangles are the same whatever its shape.

    Attributes:
        parts: `AvatarBody`, `AvatarHead`, … -> mesh, with its units of mobile_51 as targets.
        source_vertices: part -> (V,) the hm08 vertex that each vertex came from, -1 for generated ones.
        regions: part -> region (`lips`, `inside-mouth`, `ears`, `eyelids`, `fingernails`, `toenails`) -> (V,) share.
        figure: what it is made of; posing: how that was posed.
        base: (19158, 3) hm08 in T-pose, helper geometry (tights, skirt, hair) included.
        base_joints, base_weights: (19158, 4) its skin weights on the 73 joints.
        eyes: `Left` and `Right` -> fitted sphere.
    """

    subtype: Subtype
    skeleton: Skeleton
    parts: Mapping[str, Mesh]
    pieces: Mapping[str, Piece]
    source_vertices: Mapping[str, NDArray[np.int64]]
    regions: Mapping[str, Mapping[str, NDArray[np.float32]]]
    figure: Figure
    posing: Posing
    base_joints: NDArray[np.uint16]
    base_weights: NDArray[np.float32]

    @property
    def base(self) -> NDArray[np.float64]:
        return self.figure.vertices

    @property
    def eyes(self) -> Mapping[str, Eye]:
        return self.figure.eyes


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
    figure, posing = pose(source, shape)
    return _assembled(source, shape.subtype, figure, posing)


def reshaped(body: Body, change: Figure) -> Body:
    """The body with its points moved by `change`; its weights, UVs and triangles stay, face units are fitted anew."""
    return _assembled(load_source(), body.subtype, body.figure.plus(change), body.posing)


def part_deltas(body: Body, change: Figure) -> dict[str, NDArray[np.float32]]:
    """Part -> (V, 3) how far its vertices move when the body's points move by `change`."""
    deltas = {name: piece.follow(change.vertices).astype(np.float32) for name, piece in body.pieces.items()}
    after = body.figure.plus(change).eyes
    for side, kind, make in _eye_parts():
        name = f"Avatar{side}{kind}"
        moved = make(after[side], INDEX[f"{side}Eye"]).positions
        deltas[name] = moved - body.parts[name].positions
    return deltas


def _assembled(source: Source, subtype: Subtype, figure: Figure, posing: Posing) -> Body:
    skin_faces = source.group_faces("body")
    normals = vertex_normals(figure.vertices, triangulate(source.faces[skin_faces], figure.vertices))
    units = face_units(source, figure, normals, posing)
    posed = Posed(figure.vertices, normals, posing.weights, units)
    is_head = _head_faces(source, skin_faces)
    head, body = skin_faces[is_head], skin_faces[~is_head]
    rim = np.intersect1d(source.faces[head], source.faces[body])
    for deltas in posed.units.values():
        deltas[rim] = 0
    lashes, lower = source.group_faces(*LASHES), source.group_faces("helper-lower-teeth", "helper-tongue")
    upper = source.group_faces("helper-upper-teeth")
    pieces = {
        "AvatarBody": cut(source, posed, body, atlas.BODY),
        "AvatarHead": cut(source, posed, head, atlas.HEAD + atlas.NECK, posed.units),
        "AvatarEyelashes": cut(source, posed, lashes, atlas.EYELASHES, LASH_UNITS, subdivide=True),
        "AvatarTeethLower": cut(source, posed, lower, atlas.TEETH, TEETH_UNITS, subdivide=True),
        "AvatarTeethUpper": cut(source, posed, upper, atlas.TEETH, subdivide=True),
    }
    parts = {name: piece.mesh for name, piece in pieces.items()}
    origins = {name: piece.origin for name, piece in pieces.items()}
    for side, kind, make in _eye_parts():
        mesh = make(figure.eyes[side], INDEX[f"{side}Eye"])
        parts[f"Avatar{side}{kind}"] = mesh
        origins[f"Avatar{side}{kind}"] = np.full(len(mesh.positions), -1)
    joints, weights = strongest_weights(posing.weights)
    return Body(
        subtype=subtype,
        skeleton=orient(figure.joints),
        parts=dict(sorted(parts.items())),
        pieces=pieces,
        source_vertices=origins,
        regions={name: piece.regions for name, piece in pieces.items()},
        figure=figure,
        posing=posing,
        base_joints=joints,
        base_weights=weights,
    )


def _eye_parts() -> list[tuple[str, str, Callable[[Eye, int], Mesh]]]:
    return [(side, kind, make) for side in SIDES for kind, make in EYE_PARTS.items()]


def _head_faces(source: Source, faces: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of the skin's `faces` AvatarHead gets; its rim is one loop of 48 edges, as in a real export."""
    quads = source.faces[faces]
    on_island = atlas.islands_within(atlas.HEAD, source.uvs, source.uv_islands)
    head: NDArray[np.bool_] = on_island[source.face_uvs[faces, 0]]
    for _ in range(NECK_RINGS):
        rim = np.intersect1d(quads[head], quads[~head])
        head |= np.isin(quads, rim).any(axis=1)
    return head
