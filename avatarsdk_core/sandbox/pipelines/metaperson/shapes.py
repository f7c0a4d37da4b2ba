"""The blendshapes of an avatar's parts and of what it wears, set by set, as the catalogue lists them mesh by mesh."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from avatarsdk_core.catalog import blendshape_set
from avatarsdk_core.sandbox.human.body import Body, build_body, part_deltas
from avatarsdk_core.sandbox.human.compose import composed, mixes
from avatarsdk_core.sandbox.human.figure import Figure
from avatarsdk_core.sandbox.human.model import Mesh, Subtype
from avatarsdk_core.sandbox.human.modifications import MODIFICATIONS, change

SETS = ("mobile_51", "visemes_14", "visemes_15", "emotions", "body_shape", "face_modifications")
STILL = 1e-5  # metres; a shape that moves a mesh less isn't one of its shapes
NEAREST = 4  # vertices of the skin that a garment's vertex follows
Deltas = NDArray[np.float32]


def shape_names(set_name: str) -> tuple[str, ...]:
    """The shapes of a set of SETS, in their order."""
    listed = blendshape_set(set_name).names
    return tuple(listed or mixes(set_name) or MODIFICATIONS[set_name])


def part_shapes(body: Body, part: str, set_name: str, lod: str) -> dict[str, Deltas]:
    """Shape -> (V, 3) on a part of the body at LOD1 that the set has there at `lod`."""
    mesh = body.parts[part]
    if set_name in MODIFICATIONS:
        moved = {name: _part_change(body.subtype, set_name, name)[part] for name in MODIFICATIONS[set_name]}
        return _moving(moved)
    if set_name == "emotions":
        return _moving(composed(mesh, set_name))
    names = blendshape_set("visemes_14" if set_name == "visemes_15" else set_name).on_mesh(part, lod)
    if set_name == "mobile_51":
        return {name: mesh.targets[name] for name in names if name in mesh.targets}
    silent = ("sil",) if set_name == "visemes_15" and part != "AvatarEyelashes" else ()
    return {name: deltas for name, deltas in composed(mesh, set_name).items() if name in (*names, *silent) and names}


def worn_shapes(body: Body, mesh: Mesh, set_name: str) -> dict[str, Deltas]:
    """Shape -> (V, 3) on something worn: it follows the skin under it; faces it leaves alone."""
    if set_name not in MODIFICATIONS:
        return {}
    nearest, shares = _tie(body, mesh)
    moved = {}
    for name in MODIFICATIONS[set_name]:
        skin = _skin(_part_change(body.subtype, set_name, name))
        moved[name] = np.einsum("vk,vkc->vc", shares, skin[nearest]).astype(np.float32)
    return _moving(moved)


def reshaped_joints(subtype: Subtype, values: Mapping[str, Mapping[str, float]]) -> NDArray[np.float64]:
    """(73, 3) where the joints lie when shapes are set for good."""
    joints = build_body(subtype).figure.joints
    for set_name, weights in values.items():
        for name, weight in weights.items() if set_name in MODIFICATIONS else ():
            if name in MODIFICATIONS[set_name]:
                joints = joints + weight * change(subtype, set_name, name).joints
    return joints


@lru_cache(maxsize=64)
def _part_change(subtype: Subtype, set_name: str, name: str) -> Mapping[str, Deltas]:
    figure: Figure = change(subtype, set_name, name)
    return part_deltas(build_body(subtype), figure)


def _moving(shapes: Mapping[str, Deltas]) -> dict[str, Deltas]:
    return {name: deltas for name, deltas in shapes.items() if np.abs(deltas).max(initial=0) > STILL}


def _skin(parts: Mapping[str, Deltas]) -> Deltas:
    return np.concatenate([parts["AvatarBody"], parts["AvatarHead"]])


@lru_cache(maxsize=24)
def _tie(body: Body, mesh: Mesh) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """(V, NEAREST) the vertices of the skin that each vertex follows, and how much."""
    places = np.concatenate([body.parts["AvatarBody"].positions, body.parts["AvatarHead"].positions]).astype(float)
    nearest, shares = [], []
    for start in range(0, len(mesh.positions), 512):
        points = mesh.positions[start : start + 512].astype(float)
        squares = (points**2).sum(1)[:, None] - 2 * points @ places.T + (places**2).sum(1)
        found = np.argpartition(squares, NEAREST, axis=1)[:, :NEAREST]
        found.sort(axis=1)  # argpartition leaves the order open
        away = np.maximum(np.take_along_axis(squares, found, axis=1), 0)
        weight = 1 / (away + 1e-6)
        nearest.append(found)
        shares.append(weight / weight.sum(axis=1, keepdims=True))
    return np.concatenate(nearest), np.concatenate(shares)
