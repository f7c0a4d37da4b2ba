"""Blendshape sets, levels of detail and the generated haircut: whole, exact, and the same in every file."""

from __future__ import annotations

import numpy as np
import pytest

from avatarsdk_core.catalog import blendshape_set
from avatarsdk_core.sandbox.formats.surface import surface
from avatarsdk_core.sandbox.human.body import Body, build_body, part_deltas
from avatarsdk_core.sandbox.human.compose import EMOTIONS, VISEMES, composed
from avatarsdk_core.sandbox.human.detail import LOD2_VERTICES, part_level
from avatarsdk_core.sandbox.human.garments import build_garment
from avatarsdk_core.sandbox.human.generated_hair import generated_shape
from avatarsdk_core.sandbox.human.modifications import BODY_SHAPE, FACE_MODIFICATIONS, change
from avatarsdk_core.sandbox.pipelines.metaperson.shapes import (
    SETS,
    part_shapes,
    reshaped_joints,
    shape_names,
    worn_shapes,
)


@pytest.fixture(scope="module")
def body() -> Body:
    return build_body("female")


def length(deltas: np.ndarray) -> np.ndarray:
    return np.linalg.norm(deltas, axis=1)


def test_all_sets_have_their_documented_names() -> None:
    for name in ("mobile_51", "visemes_14", "visemes_15"):
        assert set(shape_names(name)) == set(blendshape_set(name).names or ())
    known = {*blendshape_set("body_shape").known_names, *blendshape_set("body_shape").creator_names}
    assert set(shape_names("body_shape")) == known
    assert set(shape_names("face_modifications")) == set(blendshape_set("face_modifications").creator_names)


@pytest.mark.parametrize("lod", ["LOD1", "LOD2"])
def test_meshes_have_the_shapes_that_the_catalogue_lists(body: Body, lod: str) -> None:
    for part in ("AvatarHead", "AvatarTeethLower", "AvatarEyelashes"):
        assert set(part_shapes(body, part, "mobile_51", lod)) == set(blendshape_set("mobile_51").on_mesh(part, lod))
        assert set(part_shapes(body, part, "visemes_14", lod)) == set(blendshape_set("visemes_14").on_mesh(part, lod))
    assert len(part_shapes(body, "AvatarHead", "visemes_15", lod)) == 15
    for set_name in ("mobile_51", "visemes_15", "emotions"):
        assert part_shapes(body, "AvatarBody", set_name, lod) == {}


def test_silence_moves_nothing_and_every_other_viseme_moves_the_mouth_alone(body: Body) -> None:
    shapes = part_shapes(body, "AvatarHead", "visemes_15", "LOD1")
    eye = body.eyes["Left"].centre[1]
    above = body.parts["AvatarHead"].positions[:, 1] > eye + 0.02
    assert not shapes["sil"].any()
    for name in VISEMES:
        if name != "sil":
            assert 0.002 < length(shapes[name]).max() < 0.05, name
            assert length(shapes[name][above]).max() < 0.001, name


def test_a_mouth_opens_for_aa_closes_for_pp_and_rounds_for_ou(body: Body) -> None:
    head = body.parts["AvatarHead"]
    lips = np.flatnonzero(body.regions["AvatarHead"]["lips"] > 0.6)
    shapes = part_shapes(body, "AvatarHead", "visemes_15", "LOD1")

    def size(name: str, axis: int) -> float:
        return float(np.ptp((head.positions + shapes[name])[lips, axis]))

    assert size("aa", 1) > size("sil", 1) + 0.012
    assert size("ou", 0) < size("sil", 0) - 0.008
    assert size("ih", 0) > size("sil", 0) + 0.002
    assert size("PP", 1) < size("sil", 1)


def test_emotions_are_six_and_differ(body: Body) -> None:
    shapes = composed(body.parts["AvatarHead"], "emotions")
    assert set(shapes) == set(EMOTIONS)
    moved = np.stack([deltas.ravel() for deltas in shapes.values()])
    apart = np.linalg.norm(moved[:, None] - moved, axis=2)[np.triu_indices(len(moved), 1)]
    assert apart.min() > 0.2 * np.linalg.norm(moved, axis=1).min()


@pytest.mark.parametrize("name", list(BODY_SHAPE))
def test_body_shapes_show_and_keep_head_and_body_together(body: Body, name: str) -> None:
    deltas = part_deltas(body, change("female", "body_shape", name))
    assert max(length(part).max() for part in deltas.values()) > 0.009
    trunk, head = body.parts["AvatarBody"], body.parts["AvatarHead"]
    rows = [[tuple(row) for row in np.rint(part.positions * 1e6).astype(int).tolist()] for part in (trunk, head)]
    index = {place: number for number, place in enumerate(rows[0])}
    pairs = [(index[place], number) for number, place in enumerate(rows[1]) if place in index]
    assert len(pairs) >= 48
    of_body, of_head = np.array(pairs).T
    np.testing.assert_allclose(deltas["AvatarBody"][of_body], deltas["AvatarHead"][of_head], atol=1e-6)


@pytest.mark.parametrize("name", list(FACE_MODIFICATIONS))
def test_face_modifications_show_on_the_face(body: Body, name: str) -> None:
    deltas = part_deltas(body, change("female", "face_modifications", name))
    assert 0.0015 < length(deltas["AvatarHead"]).max() < 0.04


def test_scale_enlarges_everything_by_a_tenth_skeleton_included(body: Body) -> None:
    deltas = part_deltas(body, change("female", "body_shape", "Scale"))
    for part, moved in deltas.items():
        np.testing.assert_allclose(moved, 0.1 * body.parts[part].positions, atol=2e-5)
    joints = reshaped_joints("female", {"body_shape": {"Scale": 0.5}})
    np.testing.assert_allclose(joints, 1.05 * body.figure.joints, atol=1e-9)


def test_clothes_follow_the_shape_of_the_body(body: Body) -> None:
    polo = build_garment(body, "polo_Getik").mesh
    shapes = worn_shapes(body, polo, "body_shape")
    assert {"Body", "Chest", "Scale", "Waist"} <= set(shapes)
    np.testing.assert_allclose(shapes["Scale"], 0.1 * polo.positions, atol=0.006)
    assert worn_shapes(body, polo, "mobile_51") == {}


@pytest.mark.parametrize("part", list(LOD2_VERTICES))
def test_lod2_is_an_index_map_with_about_the_documented_vertices(body: Body, part: str) -> None:
    mesh, level = body.parts[part], part_level("female", part)
    coarse = level.of(mesh)
    assert 0.9 * LOD2_VERTICES[part] < len(coarse.positions) <= 1.01 * LOD2_VERTICES[part] + 1
    assert len(coarse.triangles) < 0.6 * len(mesh.triangles)
    for name in ("positions", "uvs", "weights", "joints"):
        np.testing.assert_array_equal(getattr(coarse, name), getattr(mesh, name)[level.kept])
    for name, deltas in coarse.targets.items():
        np.testing.assert_array_equal(deltas, mesh.targets[name][level.kept])


def test_no_gap_opens_at_the_neck_in_lod2(body: Body) -> None:
    def rim(lod2: bool) -> set[tuple[int, ...]]:
        parts = [body.parts[name] for name in ("AvatarBody", "AvatarHead")]
        if lod2:
            parts = [part_level("female", name).of(body.parts[name]) for name in ("AvatarBody", "AvatarHead")]
        places = [{tuple(place) for place in np.rint(part.positions * 1e6).astype(int).tolist()} for part in parts]
        return places[0] & places[1]

    assert len(rim(lod2=False)) == 48
    assert rim(lod2=True) == rim(lod2=False)


def test_the_generated_haircut_lifts_the_scalp_and_leaves_face_ears_and_neck(body: Body) -> None:
    deltas = generated_shape(body)
    head = body.parts["AvatarHead"]
    assert 0.012 < length(deltas).max() < 0.05
    eye = body.eyes["Left"].centre
    face = (head.positions[:, 2] > eye[2] - 0.02) & (head.positions[:, 1] < eye[1] + 0.03)
    assert not deltas[face].any()
    assert length(deltas[body.regions["AvatarHead"]["ears"] > 0.6]).max() < 1e-3


def test_welded_surfaces_have_a_point_for_a_place_and_quads_where_the_source_has_them(body: Body) -> None:
    mesh = body.parts["AvatarHead"]
    split, welded = surface(mesh, split=True, quads=False), surface(mesh, split=False, quads=True)
    assert len(split.points) == len(mesh.positions)
    assert len(welded.points) < len(mesh.positions)
    np.testing.assert_array_equal(mesh.positions[welded.points[welded.point_of]], mesh.positions)
    triangles, quads = welded.faces
    assert len(triangles) + 2 * len(quads) == len(mesh.triangles)
    assert len(quads) > 0.9 * len(mesh.triangles) / 2


def test_every_set_has_shapes(body: Body) -> None:
    for set_name in SETS:
        assert part_shapes(body, "AvatarHead", set_name, "LOD1")
