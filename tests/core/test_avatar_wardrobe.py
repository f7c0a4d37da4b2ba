"""What is worn together and what comes off."""

from __future__ import annotations

import pytest

from avatarsdk_core.avatar.wardrobe import gives_way, worn_at_first


@pytest.mark.parametrize(
    ("categories", "worn"),
    [
        (["haircuts", "haircuts", "haircuts"], [True, False, False]),
        (["outfits_top", "outfits_bottom", "outfits_shoes"], [True, True, True]),
        (["outfits", "outfits_top", "outfits"], [True, False, False]),
        (["outfits_shoes", "outfits", "glasses"], [True, False, True]),
        (["props", "props", None, None], [True, True, True, True]),
        ([], []),
    ],
)
def test_the_first_of_each_place_is_worn_at_first(categories: list[str | None], worn: list[bool]) -> None:
    assert worn_at_first(categories) == worn


def test_a_whole_outfit_and_its_kinds_take_each_others_place() -> None:
    assert gives_way("outfits", "outfits_top")
    assert gives_way("outfits_shoes", "outfits")
    assert not gives_way("outfits_top", "outfits_bottom")
    assert not gives_way("haircuts", "outfits")
    assert not gives_way("props", "props")
