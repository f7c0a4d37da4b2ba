"""Hair in one surface with the head, as a scan of a person has it: the scalp stands off the skull."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from avatarsdk_core.sandbox.human.anatomy import Anatomy, fold, scalp, smooth
from avatarsdk_core.sandbox.human.body import Body
from avatarsdk_core.sandbox.human.geometry import vertex_normals
from avatarsdk_core.sandbox.human.model import Mesh
from avatarsdk_core.sandbox.human.texels import Texels

FADE = 0.022  # metres from the hairline to full height


def raised_scalp(body: Body, height: float) -> Mesh:
    """The head with its hair `height` metres high, fading in from the hairline."""
    head = body.parts["AvatarHead"]
    count = len(head.positions)
    at_vertices = Texels(
        size=(count, 1),
        source=np.arange(count),
        at=np.arange(count),
        positions=head.positions,
        normals=head.normals,
        openness=np.ones(count, np.float32),
        regions=body.regions["AvatarHead"],
        pitch=np.zeros((count, 2), np.float32),
    )
    depth = scalp(Anatomy(body), fold(head.positions), at_vertices)
    grown = height * smooth(depth, 0.0, FADE)
    crown = smooth(head.normals[:, 1], -0.2, 0.9)
    raised = head.positions + head.normals * (grown * (0.6 + 0.4 * crown))[:, None]
    normals = head.normals.copy()
    moved = grown > 0
    _, point = np.unique(head.positions, axis=0, return_inverse=True)  # a seam's vertices share their normal
    point = point.ravel()
    welded = np.zeros((point.max() + 1, 3))
    welded[point] = raised
    normals[moved] = vertex_normals(welded, point[head.triangles])[point][moved]
    return replace(head, positions=raised.astype(np.float32), normals=normals.astype(np.float32))
