"""The examples of docs/command_line.md, run as they stand there, from the first to the last."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from avatarsdk_core.sandbox import Sandbox
from tests.sandbox.cli_runs import Terminal
from tests.sandbox.service_api import INSTANT

MANUAL = (Path(__file__).resolve().parents[2] / "docs" / "command_line.md").read_text("utf-8")
SECTIONS = re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", MANUAL, re.MULTILINE | re.DOTALL)
BLOCKS = [
    (title, kind.strip(), text)
    for title, body in SECTIONS
    for kind, text in re.findall(r"^```sh([^\n]*)\n(.*?)^```", body, re.MULTILINE | re.DOTALL)
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, portrait: bytes) -> Path:
    here = tmp_path_factory.mktemp("terminal")
    (here / "me.jpg").write_bytes(portrait)
    return here


@pytest.fixture(scope="module")
def service() -> Iterator[Sandbox]:
    with Sandbox(durations=INSTANT) as running:
        yield running


@pytest.mark.parametrize(("title", "kind", "script"), BLOCKS, ids=lambda value: value[:30])
def test_the_manual_s_examples_run(service: Sandbox, folder: Path, title: str, kind: str, script: str) -> None:
    keys = service.credentials.developer if kind == "developer" else service.credentials.client
    done = Terminal.at(service, keys, folder).bash(script)
    print(done.stdout, done.stderr)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert "Error" not in done.stderr


def test_what_the_manual_promises_stands_on_the_disk(folder: Path) -> None:
    assert (folder / "my-avatar" / "avatar" / "model.glb").is_file()
    assert (folder / "my-avatar" / "export.json").is_file()
    assert {path.name for path in (folder / "downloaded").iterdir()} >= {"avatar", "export.json"}
    assert (folder / "preview.png").read_bytes().startswith(b"\x89PNG")
    assert (folder / "face" / "avatar" / "model.ply").read_bytes().startswith(b"ply")
    assert (folder / "selfie.jpg").stat().st_size > 1000
    left = {path.name for path in folder.iterdir() if path.name.startswith(".") or path.suffix == ".part"}
    assert left == set()
