"""The fixture for users' own tests, as they use it: by a line in their conftest.py."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_a_users_tests_get_a_sandbox_and_a_client(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["avatarsdk_core.sandbox.pytest_fixture"]\n')
    (tmp_path / "test_mine.py").write_text(
        "def test_one(avatarsdk_client, avatarsdk_sandbox):\n"
        "    player = avatarsdk_client.players.create(comment='mine')\n"
        "    assert [found.code for found in avatarsdk_client.players.list()] == [player.code]\n"
        "    assert avatarsdk_sandbox.url.startswith('http://127.0.0.1:')\n"
        "def test_two(avatarsdk_client):\n"
        "    assert list(avatarsdk_client.avatars.list()) == []\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout
