"""The face: features that the data has, and a texture layout that gives the face its texels without folding."""

from __future__ import annotations

import numpy as np
import pytest

from avatarsdk_core.sandbox.human.atlas import FACE, Lens
from avatarsdk_core.sandbox.human.body import Body, build_body
from avatarsdk_core.sandbox.human.features import FEATURES
from avatarsdk_core.sandbox.human.modifications import MODIFICATIONS
from avatarsdk_core.sandbox.human.paint_lashes import _strip_coordinates
from avatarsdk_core.sandbox.human.raster import rasterise
from avatarsdk_core.sandbox.human.shape import Shape, shape_vertices
from avatarsdk_core.sandbox.human.source import load_source
from avatarsdk_core.sandbox.human.texels import part_texels


@pytest.fixture(scope="module", params=["female", "male"])
def body(request: pytest.FixtureRequest) -> Body:
    return build_body(request.param)


def test_the_data_has_every_feature_and_no_other_detail() -> None:
    named = {name for features in FEATURES.values() for name in features}
    targets = load_source().targets
    assert named <= set(targets)
    for shapes in MODIFICATIONS.values():
        for shape in shapes.values():
            named |= {*shape.targets, *(f"{side}-{name}" for name in shape.both for side in "lr")}
    assert named <= set(targets)
    details = {name for name in targets if "-" in name and "young" not in name and "measure" not in name}
    assert details <= named


@pytest.mark.parametrize("subtype", ["female", "male"])
def test_features_are_small_shares_that_change_the_face_and_leave_the_body(subtype: str) -> None:
    assert max(abs(share) for share in FEATURES[subtype].values()) <= 0.8
    source = load_source()
    plain = shape_vertices(source, Shape(subtype, features={}))
    moved = np.linalg.norm(shape_vertices(source, Shape(subtype)) - plain, axis=1)
    chin = plain[source.points["Head.head"]].mean(axis=0)[1] - 0.05
    assert 0.003 < moved.max() < 0.02
    assert moved[plain[:, 1] < chin - 0.10].max(initial=0) < 0.002


def test_both_sides_get_the_same_share_of_a_feature() -> None:
    for features in FEATURES.values():
        for name, share in features.items():
            if name.startswith("l-"):
                assert features[f"r-{name[2:]}"] == share


@pytest.mark.parametrize("lens", [*FACE, Lens(middle=0.0, width=0.05, strength=20.0)])
def test_a_lens_maps_the_unit_interval_onto_itself_without_turning_back(lens: Lens) -> None:
    values = np.linspace(0, 1, 1001)
    placed = lens(values)
    assert placed[[0, -1]].tolist() == [0.0, 1.0]
    assert np.diff(placed).min() > 0
    assert values[np.diff(placed).argmax()] == pytest.approx(lens.middle, abs=0.01)


def test_no_triangle_of_the_heads_layout_lies_on_another(body: Body) -> None:
    """Together they cover as much of the texture as they have area."""
    mesh = body.parts["AvatarHead"]
    a, b, c = mesh.uvs[mesh.triangles].astype(np.float64).transpose(1, 0, 2)
    doubled = (b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]
    covered = rasterise(mesh.uvs, mesh.triangles, (2048, 2048)).covered.mean()
    assert np.abs(doubled).sum() / 2 == pytest.approx(covered, abs=0.002)


def test_the_stretched_layout_turns_no_triangle_over(body: Body) -> None:
    mesh = body.parts["AvatarHead"]
    face = (mesh.uvs[mesh.triangles][..., 1] < 0.83).all(axis=1)
    a, b, c = mesh.uvs[mesh.triangles[face]].astype(np.float64).transpose(1, 0, 2)
    doubled = (b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]
    assert (np.sign(doubled) == np.sign(doubled[0])).all()


def test_around_eyes_and_mouth_a_texel_of_1k_is_finer_than_half_a_millimetre(body: Body) -> None:
    texels = part_texels(body, "AvatarHead", (1024, 1024))
    eye = body.eyes["Left"]
    near = np.linalg.norm(texels.positions - eye.centre, axis=1) < 2 * eye.radius
    assert np.median(texels.pitch[near], axis=0).max() < 0.0004
    assert np.median(texels.pitch[texels.regions["lips"] > 0.5], axis=0).max() < 0.0005
    assert np.median(texels.pitch, axis=0).max() < 0.0008, "the rest isn't starved"


def test_the_tips_of_lashes_are_painted_as_tips(body: Body) -> None:
    mesh, eye = body.parts["AvatarEyelashes"], body.eyes["Left"]
    _, _, out = _strip_coordinates(body, mesh.positions, mesh)
    away = np.linalg.norm(np.abs(mesh.positions * [1, 0, 0]) + mesh.positions * [0, 1, 1] - eye.centre, axis=1)
    tips = away > 1.32 * eye.radius
    assert tips.sum() > 50
    assert out[tips].min() > 0.5
