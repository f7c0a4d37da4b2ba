"""The person that an older avatar shows: the photo's colours on a body of the shape that was asked for."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from avatarsdk_core.sandbox.human.body import DEFAULT_SHAPES, Body, build_body, reshaped
from avatarsdk_core.sandbox.human.figure import pose
from avatarsdk_core.sandbox.human.look import Look
from avatarsdk_core.sandbox.human.model import Mesh, Skeleton, Subtype
from avatarsdk_core.sandbox.human.shape import features_of
from avatarsdk_core.sandbox.human.source import load_source
from avatarsdk_core.sandbox.pipelines.legacy.kinds import Avatar
from avatarsdk_core.sandbox.pipelines.legacy.paint import Tint
from avatarsdk_core.sandbox.pipelines.legacy.physique import MEASURES, physique
from avatarsdk_core.sandbox.pipelines.legacy.topology import Topology, build_topology
from avatarsdk_core.sandbox.pipelines.likeness import Likeness, kept_face
from avatarsdk_core.sandbox.pipelines.wishes import Wishes, read_wishes

COMPUTATION_FILE = "computation.json"
# What makes a face look drawn: large eyes, a small nose and chin.
_CARTOON = {
    **{f"{side}-eye-scale-incr": 1.6 for side in "lr"},
    "nose-scale-vert-decr": 0.3,
    "chin-width-decr": 0.4,
    "head-invertedtriangular": 0.5,
}
_MOST_CARTOON, _MOST_CARICATURE = 1.5, 5.0
EXAGGERATION = 0.2  # of what makes a face its own, for each unit of caricature_amount: useful up to 5


@dataclass(frozen=True, eq=False)
class Person:
    """One avatar, ready to be written.

    Attributes:
        body: the human whose parts the avatar's mesh is made of.
        topology: the maps to the one mesh, of the template that is wanted.
        offset: (3,) metres that are added to every vertex: heads and busts are centred, as animated_face's files are.
        likeness: the photo's face, where it shows one.
    """

    avatar: Avatar
    wishes: Wishes
    look: Look
    body: Body
    topology: Topology
    offset: tuple[float, float, float]
    likeness: Likeness | None

    @property
    def skeleton(self) -> Skeleton | None:
        """Whole bodies have one."""
        return self.body.skeleton if self.topology.template.kind == "body" else None

    @property
    def has_default_shape(self) -> bool:
        """Whether everybody of that subtype has this body."""
        return self.body is build_body(self.body.subtype)

    @property
    def tint(self) -> Tint:
        key = "parametric_eyes_texture"
        glare = (self.wishes.on(key) or self.avatar.always(key)) and self.wishes.values.get("add_glare") is not False
        teeth, sclera = self.wishes.colour("teeth_color"), self.wishes.colour("eye_sclera_color")
        return Tint(self.look, teeth, sclera, glare, self.likeness)

    def mesh(self, level: int = 0) -> Mesh:
        """The avatar's mesh; its targets are ARKit's units."""
        return self.placed(self.topology.mesh(self.body, level))

    def placed(self, mesh: Mesh) -> Mesh:
        """A mesh that fits the body, moved to where the avatar is."""
        return replace(mesh, positions=mesh.positions + np.array(self.offset, dtype=np.float32))


def write_computation(look: Look, parameters: Any, folder: Path) -> None:
    """Keep what was found in the photo, and what was asked for."""
    content = {"look": asdict(look), "parameters": parameters}
    (folder / COMPUTATION_FILE).write_text(json.dumps(content), encoding="utf-8")


def load_person(avatar: Avatar, folder: Path, template: str = "") -> Person:
    """The avatar that was computed in `folder`. `template`: see `Avatar.template`."""
    content = json.loads((folder / COMPUTATION_FILE).read_text(encoding="utf-8"))
    wishes = read_wishes(content["parameters"])
    look = wishes.applied(Look(**{name: tuple(colour) for name, colour in content["look"].items()}))
    body = body_of(avatar, wishes)
    topology = build_topology(avatar.template(wishes, template if avatar.is_body else ""))
    offset = (0.0, 0.0, 0.0)
    if topology.template.kind != "body":
        points = topology.mesh(body).positions
        middle = (points.min(axis=0) + points.max(axis=0)) / 2
        offset = (0.0, -float(middle[1]), -float(middle[2]))
    likeness = kept_face(folder, painted_lips=wishes.colour("lips_color") is not None)
    return Person(avatar, wishes, look, body, topology, offset, likeness)


def body_of(avatar: Avatar, wishes: Wishes) -> Body:
    """The human with the measures and the exaggeration that were asked for."""
    human = avatar.human(wishes)
    measures = tuple((name, wishes.number(name)) for name in MEASURES if avatar.is_body and wishes.number(name) > 0)
    cartoon = wishes.number("cartoonish_v0.3") or wishes.number("cartoonish_v1.0")
    caricature = wishes.number("caricature_amount")
    return _body(human, measures, _within(cartoon, _MOST_CARTOON), _within(caricature, _MOST_CARICATURE))


def _within(value: float, most: float) -> float:
    return min(max(value, 0.0), most)


@lru_cache(maxsize=8)
def _body(human: Subtype, measures: tuple[tuple[str, float], ...], cartoon: float, caricature: float) -> Body:
    body = build_body(human)
    if cartoon or caricature:
        shape = DEFAULT_SHAPES[human]
        features = dict(features_of(shape))
        for name, amount in features.items():
            features[name] = amount * (1 + EXAGGERATION * caricature * (name != "jawOpen"))  # a mouth stays closed
        for name, amount in _CARTOON.items():
            features[name] = features.get(name, 0.0) + cartoon * amount
        after, _ = pose(load_source(), replace(shape, features=features))
        body = reshaped(body, after.plus(body.figure, -1.0))
    return reshaped(body, physique(human, measures)) if measures else body
