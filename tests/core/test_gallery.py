"""The gallery's decisions: which cards there are, and which of them a page shows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from avatarsdk_core.gallery.cards import Card, OnDisk, Query, card_of, merged, page_of, pipelines, statuses
from avatarsdk_core.gallery.disk import scan


def cards(count: int) -> tuple[Card, ...]:
    """So many cards of the service: one a minute, names that repeat, three statuses, two pipelines."""
    return tuple(
        card_of(
            {
                "code": f"{number:08x}-0000",
                "name": f"Person {number % 100}",
                "status": ("Completed", "Failed", "Computing")[number % 3],
                "pipeline": ("metaperson_2.0", "head_1.2")[number % 2],
                "created_on": f"2026-01-{1 + number // 1440:02}T{number // 60 % 24:02}:{number % 60:02}:00+00:00",
            }
        )
        for number in range(count)
    )


def export(folder: Path, **told: object) -> Path:
    """A folder with a manifest."""
    folder.mkdir(parents=True)
    (folder / "export.json").write_text(json.dumps({"version": 2, "files": [], **told}), "utf-8")
    return folder


def test_pages_hold_24_cards_and_the_last_one_the_rest() -> None:
    page = page_of(cards(2000), Query(page=83))
    assert (page.number, page.pages, page.matching, len(page.cards)) == (83, 84, 2000, 8)
    assert page_of(cards(2000), Query()).cards[0].code == "000007cf-0000"


@pytest.mark.parametrize(("asked", "given"), [(-1, 0), (5, 1)])
def test_a_page_that_is_not_there_is_the_nearest(asked: int, given: int) -> None:
    assert page_of(cards(30), Query(page=asked)).number == given


def test_nothing_that_matches_is_one_empty_page() -> None:
    page = page_of(cards(30), Query(search="nobody"))
    assert (page.cards, page.number, page.pages, page.matching) == ((), 0, 1, 0)


def test_search_takes_every_word_of_the_name_and_the_beginning_of_the_code() -> None:
    found = page_of(cards(200), Query(search="PERSON 17")).cards
    assert {card.name for card in found} == {"Person 17"}
    assert len(found) == 2
    assert [card.code for card in page_of(cards(200), Query(search="0000002a")).cards] == ["0000002a-0000"]


def test_status_and_pipeline_filter_together() -> None:
    page = page_of(cards(600), Query(status="Failed", pipeline="head_1.2"))
    assert page.matching == 100
    assert {(card.status, card.pipeline) for card in page.cards} == {("Failed", "head_1.2")}


def test_oldest_first_puts_those_without_a_date_last() -> None:
    undated = Card("x", "X")
    page = page_of((undated, *cards(3)), Query(sort="oldest"))
    assert [card.key for card in page.cards] == ["00000000-0000", "00000001-0000", "00000002-0000", "x"]


def test_names_are_sorted_without_case() -> None:
    named = [Card(name, name) for name in ("beta", "Alpha", "gamma")]
    assert [card.name for card in page_of(named, Query(sort="name")).cards] == ["Alpha", "beta", "gamma"]


def test_what_can_be_filtered_by_is_what_occurs() -> None:
    assert statuses(cards(30)) == ("Completed", "Computing", "Failed")
    assert pipelines(cards(30)) == ("head_1.2", "metaperson_2.0")
    assert statuses([Card("x", "X")]) == ()


def test_texts_that_repeat_are_kept_once() -> None:
    first, _, _, fourth = (card.status for card in cards(4))
    assert first is fourth


def test_an_avatar_on_the_service_and_on_the_disk_is_one_card() -> None:
    online = cards(2)
    disk = [OnDisk("/a", "A", online[0].code), OnDisk("/b", "B", online[0].code, picture="/b/thumbnail.jpg")]
    found = {card.key: card for card in merged(online, [*disk, OnDisk("/c", "C")], {online[1].code: "/p.jpg"})}
    assert found.keys() == {online[0].code, online[1].code, "/c"}
    assert found[online[0].code].folders == ("/a", "/b")
    assert found[online[0].code].name == "Person 0"
    assert found[online[0].code].picture == "/b/thumbnail.jpg"
    assert found[online[1].code].picture == "/p.jpg"
    assert not found["/c"].on_service
    assert found["/c"].is_completed


def test_the_disk_tells_what_its_manifests_say(tmp_path: Path) -> None:
    folder = export(tmp_path / "Ann 12345678 (2)", avatar_code="12345678-aa", created_on="2026-01-01T00:00:00Z")
    (folder / "thumbnail.jpg").write_bytes(b"jpeg")
    loose = tmp_path / "loose" / "avatar"
    loose.mkdir(parents=True)
    (loose / "model.glb").write_bytes(b"glb")
    (tmp_path / "nothing" / "deeper").mkdir(parents=True)
    found = [entry for entry in scan(tmp_path) if entry is not None]
    assert [(entry.name, entry.code) for entry in found] == [("Ann", "12345678-aa"), ("loose", "")]
    assert found[0].picture == str(folder / "thumbnail.jpg")
    assert found[0].created == "2026-01-01T00:00:00Z"


def test_a_group_of_exports_in_a_folder_is_found(tmp_path: Path) -> None:
    export(tmp_path / "team" / "Ann", avatar_code="a")
    export(tmp_path / "team" / "Bob", avatar_code="b")
    assert [entry.code for entry in scan(tmp_path) if entry] == ["a", "b"]


@pytest.mark.parametrize("text", ["", "[]", "{", '{"files": 3}', "[" * 100_000])
def test_a_damaged_manifest_hides_its_folder_and_no_other(tmp_path: Path, text: str) -> None:
    export(tmp_path / "good", avatar_code="a")
    (export(tmp_path / "bad") / "export.json").write_text(text, "utf-8")
    assert [entry.name for entry in scan(tmp_path) if entry] == ["good"]


def test_hidden_folders_set_aside_files_and_links_are_no_avatars(tmp_path: Path) -> None:
    for name in (".ann.0123abcd.download", "ann.edited"):
        export(tmp_path / name)
    export(tmp_path / "real")
    (tmp_path / "link").symlink_to(tmp_path / "real", target_is_directory=True)
    assert [entry.name for entry in scan(tmp_path) if entry] == ["real"]


def test_a_folder_that_is_not_there_has_no_avatars(tmp_path: Path) -> None:
    assert list(scan(tmp_path / "nowhere")) == []


def test_a_scan_goes_folder_by_folder(tmp_path: Path) -> None:
    for number in range(20):
        export(tmp_path / f"{number:02}")
    steps = scan(tmp_path)
    first = next(steps)
    assert first is not None
    assert first.name == "00"
