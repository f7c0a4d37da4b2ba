"""What `avatarsdk doctor` finds out by trying."""

from __future__ import annotations

import pytest

from avatarsdk_core.cli import doctor
from avatarsdk_core.errors import SettingsError
from avatarsdk_core.vault import keychain


class Chain:
    """A keychain that answers, or refuses to."""

    kind = "keychain"
    place = "the keychain (a test's)"

    def __init__(self, refusal: str = "") -> None:
        self.refusal = refusal
        self.asked: list[str] = []

    def get(self, key: str) -> str | None:
        self.asked.append(key)
        if self.refusal:
            raise SettingsError(self.refusal)
        return None


def found(monkeypatch: pytest.MonkeyPatch, chain: Chain | None, why: str = "") -> tuple[str, str]:
    monkeypatch.setattr(keychain, "find_keychain", lambda: (chain, why))
    finding = doctor._keychain()
    return finding.verdict, finding.words


def test_the_keychain_is_really_read(monkeypatch: pytest.MonkeyPatch) -> None:
    chain = Chain()
    assert found(monkeypatch, chain) == ("ok", "the keychain (a test's) can be read")
    assert len(chain.asked) == 1


def test_a_keychain_that_is_there_and_refuses_is_no_good_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(monkeypatch, Chain("The keychain can't be read: it is locked")) == (
        "warning",
        "The keychain can't be read: it is locked",
    )


def test_where_there_is_none_it_says_why_and_what_is_done_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    state, text = found(monkeypatch, None, "no such thing")
    assert state == "warning"
    assert text == "none that can be used (no such thing): secrets go to a file that only you can read"
