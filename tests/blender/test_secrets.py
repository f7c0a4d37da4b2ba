# SPDX-License-Identifier: GPL-3.0-or-later
"""No secret in anything that Blender, the add-on and its worker leave behind: every file is looked through."""

from __future__ import annotations

import importlib.util
import json
import os
import stat
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest
import requests

from avatarsdk_core.sandbox import Durations, Sandbox
from tests.canary import Canary, Leak
from tests.sandbox.blender_side import HEAD
from tests.sandbox.service_api import picture

SCRIPT = Path(__file__).with_name("secrets_script.py")
KINDS = {  # of what must have been written, or this looks through nothing
    "scene": "*.blend",
    "preferences": "userpref.blend",
    "startup file": "startup.blend",
    "journal": "journal.jsonl",
    "what the worker told": "told/*.jsonl",
    "preset": "Mine*",
    "profile": "profiles.toml",
}


@pytest.fixture(scope="module")
def service(canary: Canary) -> Iterator[Sandbox]:
    with Sandbox(durations=Durations(0, 0, 0.5, 0)) as running:
        canary.watch(running.credentials.developer.client_secret)
        yield running


class Day:
    """What a Blender left behind: its folders, and what it told."""

    def __init__(self, folder: Path, told: dict[str, Any], secrets: list[str]) -> None:
        self.folder, self.told = folder, told
        state = folder / ".local" / "state" / "avatarsdk" / "state"  # where secrets are kept that no keychain takes
        self.vaults = [path for path in self.files() if path.parent == state]
        self.secrets = [*secrets, *(token for path in self.vaults for token in tokens_in(path))]

    def files(self) -> list[Path]:
        return [path for path in sorted(self.folder.rglob("*")) if path.is_file() and not path.is_symlink()]

    def leaks(self) -> list[Leak]:
        """Secrets in files other than the vault's, in process lists, and in what a person copies."""
        looker = Canary(self.secrets[0])
        looker.watch(*self.secrets)
        for path in self.files():
            if path not in self.vaults and path.suffix not in (".py", ".pyc"):
                looker.look(path.read_bytes(), str(path.relative_to(self.folder)))
        looker.look(json.dumps(self.told, ensure_ascii=False), "what was told")
        return looker.take()


def tokens_in(path: Path) -> list[str]:
    """Texts in a file of the vault that are long enough to be secrets."""

    def texts(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            for name, each in value.items():
                if name in ("access_token", "refresh_token", "client_secret", "token") or isinstance(each, dict | list):
                    yield from texts(each)
        elif isinstance(value, list):
            for each in value:
                yield from texts(each)
        elif isinstance(value, str) and value:
            yield value

    return list(texts(json.loads(path.read_text("utf-8"))))


@pytest.fixture(scope="module", params=["pair", "token"])
def day(
    request: pytest.FixtureRequest, extension_zip: Path, service: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> Day:
    """Of one who signs in with id and secret, and of one who has a token."""
    keys = service.credentials.developer
    form = {"grant_type": "client_credentials", "client_id": keys.client_id, "client_secret": keys.client_secret}
    token = requests.post(f"{service.url}o/token/", data=form, timeout=300).json()["access_token"]
    home = tmp_path_factory.mktemp("home")
    photo = tmp_path_factory.mktemp("photo") / "me.jpg"
    photo.write_bytes(picture())
    given = {
        "way": request.param,
        "root_url": service.url,
        "client_id": keys.client_id,
        "client_secret": keys.client_secret,
        "token": token,
        "export": HEAD,
    }
    spec = importlib.util.find_spec("bpy")
    assert spec
    assert spec.origin
    packages = Path(spec.origin).parent.parent
    out = home / "avatars"
    out.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AVATARSDK", "XDG"))}
    ran = subprocess.run(
        # -S: site-packages without its .pth files, hence without the checkout's core
        [sys.executable, "-S", "-I", str(SCRIPT), str(packages), str(extension_zip), str(photo), str(out)],
        env={
            **kept,
            "HOME": str(home),
            "TMPDIR": str(make(home / "tmp")),
            "BLENDER_USER_RESOURCES": str(make(home / "blender")),
        },
        cwd=home,
        input=json.dumps(given) + "\n",
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert ran.returncode == 0, f"{ran.stdout[-2000:]}\n{ran.stderr[-3000:]}"
    told = json.loads(ran.stdout.splitlines()[-1])
    told["output"] = ran.stdout + ran.stderr
    return Day(home, told, [keys.client_secret, token])


def make(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_the_day_was_a_whole_one_and_left_a_file_of_each_kind(day: Day) -> None:
    assert day.told["phase"] == "in", day.told["message"]
    assert day.told["states"] == ["done", "failed"]
    assert day.told["preset"] == ["FINISHED"]
    assert [kind for kind, pattern in KINDS.items() if not list(day.folder.rglob(pattern))] == []


def test_secrets_are_in_the_vault_which_only_their_owner_may_read(day: Day) -> None:
    assert day.vaults
    assert {stat.S_IMODE(path.stat().st_mode) for path in day.vaults} == {0o600}
    kept = "".join(path.read_text("utf-8") for path in day.vaults)
    assert any(secret in kept for secret in day.secrets[:2])


def test_no_file_no_process_list_and_nothing_that_is_copied_shows_a_secret(day: Day) -> None:
    assert day.leaks() == []


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_secret_in_a_file_of_any_kind_would_be_found(day: Day, kind: str) -> None:
    file = next(day.folder.rglob(KINDS[kind]))
    whole = file.read_bytes()
    try:
        for secret in day.secrets:
            for shown in (secret, quote_plus(secret), b64encode(f"id:{secret}".encode()).decode()):
                file.write_bytes(whole + shown.encode())
                assert [leak.place for leak in day.leaks()] == [str(file.relative_to(day.folder))]
    finally:
        file.write_bytes(whole)
