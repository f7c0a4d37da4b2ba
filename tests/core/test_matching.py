"""Which part takes which part's place, and which parts are wanted."""

from __future__ import annotations

from avatarsdk_core.avatar.matching import PartKey, match_parts
from avatarsdk_core.avatar.meshes import MaterialFacts
from avatarsdk_core.avatar.parts import Part, Role
from avatarsdk_core.avatar.selection import ALL_PARTS, PartGroup, lacking_lod, select_parts

UPPER, LOWER = (PartKey("teeth", piece=f"AvatarTeeth{name}", identity="avatar") for name in ("Upper", "Lower"))
TOP = PartKey("garment", "outfits_top", "polo", piece="outfit_top", lod="LOD1")


def part(role: Role, lod: str | None = None, identity: str = "avatar", name: str = "x") -> Part:
    return Part(0, name, role, None, identity, lod, None, (), {}, MaterialFacts())


def test_the_same_parts_meet_in_any_order() -> None:
    there = [UPPER, LOWER, TOP]
    assert match_parts(there, there[::-1]) == {0: 2, 1: 1, 2: 0}


def test_another_garment_takes_no_garments_place() -> None:
    assert match_parts([TOP], [PartKey("garment", "outfits_top", "shirt", piece="outfit_top", lod="LOD1")]) == {}


def test_another_level_of_detail_takes_the_place_only_when_its_own_is_not_there() -> None:
    low = PartKey("garment", "outfits_top", "polo", piece="outfit_top", lod="LOD2")
    assert match_parts([TOP], [low]) == {0: 0}
    assert match_parts([TOP, low], [low]) == {0: 1}
    assert match_parts([TOP], [low, TOP]) == {1: 0}


def test_a_person_has_one_head_whatever_it_is_called() -> None:
    assert match_parts([PartKey("head", piece="model")], [PartKey("head", piece="AvatarHead")]) == {0: 0}
    assert match_parts([UPPER, LOWER], [PartKey("teeth", piece="teeth")]) == {}


def test_what_is_not_wanted_is_told() -> None:
    parts = [part(Role.HEAD), part(Role.HAIR, name="wavy")]
    chosen = select_parts(parts, ALL_PARTS - {PartGroup.HAIR})
    assert chosen.kept == (parts[0],)
    assert chosen.skipped == ("wavy: hair not wanted",)


def test_a_level_of_detail_leaves_out_only_what_there_is_twice() -> None:
    high, low, other = part(Role.HEAD, "LOD1"), part(Role.HEAD, "LOD2"), part(Role.HAIR, "LOD1", "wavy")
    chosen = select_parts([high, low, other], lod="LOD2")
    assert chosen.kept == (low, other)
    assert chosen.skipped == ("x: LOD1, LOD2 was wanted",)
    assert lacking_lod(chosen.kept, "LOD2") == "1 parts come as LOD1 only, not as LOD2"
    assert lacking_lod(chosen.kept, "") == ""
