"""Skin weights on the 73 joints, from the source rig's 52 bones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatarsdk_core.sandbox.human.geometry import mesh_edges
from avatarsdk_core.sandbox.human.skeleton import INDEX, NAMES, SIDES
from avatarsdk_core.sandbox.human.source import Source

INFLUENCES = 4
NECK = [INDEX[name] for name in ("Neck", "Neck1", "Neck2")]
NECK_MARGIN = 2  # rings of vertices beyond those that the neck moves, which its smoothing may reach
NECK_STEPS = 12


def joint_weights(source: Source, vertices: NDArray[np.float64], joints: NDArray[np.float64]) -> NDArray[np.float64]:
    """(V, 73) weights, each row summing to 1 over at most four joints.

    Args:
        vertices, joints: the person in the pose of the source, where neck and forearm are straight enough to tell how
            far along the bone a vertex lies.
    """
    dense: NDArray[np.float64] = np.zeros((len(vertices), len(NAMES)))
    for bone, (indices, shares) in source.bones.items():
        dense[indices, INDEX[bone]] = shares
    dense /= dense.sum(axis=1, keepdims=True)
    _spread(dense, vertices, joints, ("Neck", "Neck1", "Neck2"), "Head")
    for side in SIDES:
        chain = (f"{side}ForeArm", f"{side}ForeArm1", f"{side}ForeArm2")
        _spread(dense, vertices, joints, chain, f"{side}Hand")
    _smooth_neck(dense, source)
    kept, weights = strongest_weights(dense)
    dense[:] = 0
    np.add.at(dense, (np.arange(len(dense))[:, None], kept), weights)
    return dense


def strongest_weights(dense: NDArray[np.float64]) -> tuple[NDArray[np.uint16], NDArray[np.float32]]:
    """(V, 4) joints and weights of (V, J) dense weights, strongest first, summing to 1; unused places are 0, 0."""
    strongest = np.argsort(-dense, axis=1, kind="stable")[:, :INFLUENCES]
    weights = np.take_along_axis(dense, strongest, axis=1)
    weights = weights / weights.sum(axis=1, keepdims=True)
    return np.where(weights > 0, strongest, 0).astype(np.uint16), weights.astype(np.float32)


def _spread(
    dense: NDArray[np.float64],
    vertices: NDArray[np.float64],
    joints: NDArray[np.float64],
    chain: tuple[str, ...],
    end: str,
) -> None:
    """Share the weight of the chain's first joint among the chain, by how far along the bone a vertex lies.

    Each joint weighs fully half-way to the next one and fades linearly to its neighbours' middles.
    """
    columns = [INDEX[name] for name in chain]
    start, stop = joints[columns[0]], joints[INDEX[end]]
    axis = (stop - start) / np.dot(stop - start, stop - start)
    along = (vertices - start) @ axis
    marks = np.array([(joints[column] - start) @ axis for column in columns] + [1.0])
    middles = (marks[:-1] + marks[1:]) / 2
    total = dense[:, columns[0]].copy()
    for place, column in enumerate(columns):
        dense[:, column] = total * np.interp(along, middles, np.eye(len(middles))[place])


def _smooth_neck(dense: NDArray[np.float64], source: Source) -> None:
    """Soften the weights around the neck: the source's change from ring to ring, and the throat creases."""
    edges, _ = mesh_edges(source.faces)
    neck = dense[:, NECK].sum(axis=1) > 0
    for _ in range(NECK_MARGIN):
        touching = edges[neck[edges].any(axis=1)]
        neck[touching] = True
    edges = edges[neck[edges].any(axis=1)]
    ends = np.concatenate([edges, edges[:, ::-1]])
    degree = np.bincount(ends[:, 0], minlength=len(dense))[neck, None]
    columns = np.flatnonzero(dense[neck].any(axis=0))
    for _ in range(NECK_STEPS):
        weights = dense[:, columns]
        around = np.zeros_like(weights)
        np.add.at(around, ends[:, 0], weights[ends[:, 1]])
        dense[np.ix_(neck, columns)] = (weights[neck] + around[neck] / np.maximum(degree, 1)) / 2


def skin(
    points: NDArray[np.float64],
    weights: NDArray[np.float64],
    rotations: NDArray[np.float64],
    translations: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Linear blend skinning: each point moved by the weighted mean of its joints' rotations and translations.

    Args:
        points: (V, 3); weights: (V, J); rotations: (J, 3, 3); translations: (J, 3), none for deltas.
    """
    blended = (weights @ rotations.reshape(-1, 9)).reshape(-1, 3, 3)
    moved = np.einsum("vij,vj->vi", blended, points)
    return np.asarray(moved if translations is None else moved + weights @ translations)
