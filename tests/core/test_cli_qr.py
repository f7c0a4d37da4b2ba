"""A QR code in the terminal: the same modules as the code itself, whatever the terminal can show."""

from __future__ import annotations

import io
import re

import pytest

from avatarsdk_core.cli.selfies_commands import qr_code

URL = "http://127.0.0.1:8721/selfies/a5c7e3f4-c7e2-4831-9a19-0d89fa6998b6/upload/"
segno = pytest.importorskip("segno")


class _Output(io.StringIO):
    def __init__(self, encoding: str, terminal: bool) -> None:
        super().__init__()
        self._encoding, self._terminal = encoding, terminal

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding

    def isatty(self) -> bool:
        return self._terminal


def modules(border: int) -> list[list[bool]]:
    return [[bool(module) for module in row] for row in segno.make(URL, error="l").matrix_iter(border=border)]


def test_half_blocks_are_the_code_s_modules() -> None:
    drawn = qr_code(URL, _Output("utf-8", terminal=False)).splitlines()
    dark = {" ": (True, True), "█": (False, False), "▀": (False, True), "▄": (True, False)}
    rows: list[list[bool]] = []
    for line in drawn:
        pairs = [dark[mark] for mark in line]
        rows += [[upper for upper, _ in pairs], [lower for _, lower in pairs]]
    wanted = modules(border=4)
    assert rows[: len(wanted)] == wanted


def test_without_half_blocks_two_characters_make_a_module() -> None:
    drawn = qr_code(URL, _Output("ascii", terminal=False))
    assert drawn.isascii()
    rows = [[line[place : place + 2] == "  " for place in range(0, len(line), 2)] for line in drawn.splitlines()]
    assert rows == modules(border=2)


def test_a_terminal_s_own_colours_don_t_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    coloured = qr_code(URL, _Output("utf-8", terminal=True))
    assert all(line.startswith("\x1b[97;40m") and line.endswith("\x1b[0m") for line in coloured.splitlines())
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == qr_code(URL, _Output("utf-8", terminal=False))
    assert max(len(re.sub(r"\x1b\[[0-9;]*m", "", line)) for line in coloured.splitlines()) <= 80
