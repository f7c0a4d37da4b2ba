"""docs/python.md: all that it shows runs, one example after the other, as a reader would paste it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from avatarsdk_core import errors
from avatarsdk_core.sandbox import Sandbox
from tests.sandbox.service_api import picture


def test_the_examples_run(
    project: Path, service: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = project / "docs" / "python.md"
    examples = re.findall(r"^```python\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert len(examples) >= 8
    (tmp_path / "me.jpg").write_bytes(picture())
    monkeypatch.chdir(tmp_path)
    pair = service.credentials.client
    for name, value in {
        "ROOT_URL": service.url,
        "ACCESS": "client",
        "CLIENT_ID": pair.client_id,
        "CLIENT_SECRET": pair.client_secret,
    }.items():
        monkeypatch.setenv(f"AVATARSDK_{name}", value)
    namespace: dict[str, Any] = {}
    for example in examples:
        exec(compile(example, str(page), "exec"), namespace)
    said = capsys.readouterr().out
    for words in (
        "Completed 100",
        "'avatar'",
        "outfits_shoes",
        "Rgb(red=",
        "400 {'parameters'",
        "is a GIF",
        "GET /avatars/",
    ):
        assert words in said, said
    for name in ("my-avatar", "avatar.zip", "head.zip", "head.jpg", "visemes.zip", "preview.png", "qr.png"):
        assert (tmp_path / name).exists(), name
    assert "no blendshapes" not in said


def test_the_errors_named_are_those_there_are(project: Path) -> None:
    rows = re.findall(r"^\| (`\w+`[^|]*) \|", (project / "docs" / "python.md").read_text("utf-8"), re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert len(named) > 15
    assert [name for name in named if not hasattr(errors, name)] == []
