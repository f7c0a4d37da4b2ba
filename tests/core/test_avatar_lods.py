"""Which mesh stands for a thing at which level of detail."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from avatarsdk_core.avatar.lods import Mesh, levels_of, visibility_table

HEADS = [Mesh("head", "LOD1", 7419), Mesh("head", "LOD2", 1760)]


def shown(*meshes: Mesh) -> list[set[int]]:
    return [set(levels) for levels in levels_of(meshes).shown]


def test_one_level_needs_no_switch() -> None:
    levels = levels_of([HEADS[0], Mesh("teeth", "LOD1", 5)])
    assert levels.all == ()
    assert levels.shown == (frozenset(), frozenset())


def test_each_level_shows_its_own_mesh() -> None:
    assert levels_of(HEADS).all == (1, 2)
    assert shown(*HEADS) == [{1}, {2}]


def test_what_has_one_level_only_is_seen_at_all() -> None:
    assert shown(*HEADS, Mesh("shoes", "LOD2", 9), Mesh("hat", "", 9)) == [{1}, {2}, {1, 2}, {1, 2}]


def test_what_lacks_a_level_is_shown_by_the_nearest() -> None:
    body = [Mesh("body", f"LOD{level}", 9 - level) for level in (1, 2, 3)]
    shirt = [Mesh("shirt", "LOD1", 9), Mesh("shirt", "LOD3", 2)]
    assert shown(*body, *shirt) == [{1}, {2}, {3}, {1, 2}, {3}]


def test_an_unmarked_level_is_told_by_the_number_of_vertices() -> None:
    assert shown(Mesh("shirt", "", 12000), Mesh("shirt", "LOD2", 4000)) == [{1}, {2}]
    assert shown(Mesh("shirt", "LOD1", 12000), Mesh("shirt", "", 4000)) == [{1}, {2}]
    assert shown(Mesh("shirt", "", 4000), Mesh("shirt", "", 12000)) == [{2}, {1}]


def test_the_same_mesh_twice_is_no_level() -> None:
    assert levels_of([Mesh("shirt", "", 400), Mesh("shirt", "", 400)]).all == ()
    assert levels_of([Mesh("shirt", "LOD2", 400), Mesh("shirt", "LOD2", 400)]).all == ()


def test_hidden_either_way_is_hidden() -> None:
    table = visibility_table(frozenset({2}), (1, 2), worn=True)
    assert table == {2: 1.0, 3: 1.0, 4: 1.0, 5: 0.0}
    assert visibility_table(frozenset({2}), (1, 2), worn=False) == {2: 1.0, 3: 1.0, 4: 0.0, 5: 0.0}


@given(
    st.lists(
        st.builds(
            Mesh,
            thing=st.sampled_from(["head", "body", "shirt"]),
            lod=st.sampled_from(["", "LOD1", "LOD2", "LOD3"]),
            vertices=st.integers(1, 4),
        ),
        max_size=8,
    )
)
def test_every_thing_is_seen_at_every_level(meshes: list[Mesh]) -> None:
    levels = levels_of(meshes)
    for thing in {mesh.thing for mesh in meshes}:
        seen = [levels.shown[index] for index, mesh in enumerate(meshes) if mesh.thing == thing]
        assert frozenset().union(*seen) == frozenset(levels.all)
