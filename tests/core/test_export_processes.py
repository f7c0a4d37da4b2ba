"""Several processes at one export's folder, some of them killed: each file once, nothing half, nothing lost."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.core.export_folders import names, on_disk, whole_files
from tests.core.file_peer import Peer, serving
from tests.stopwatch import eventually

DRIVER = Path(__file__).with_name("export_driver.py")
KILLS = int(os.environ.get("AVATARSDK_TEST_KILLS", "12"))  # a hundred take a minute


@pytest.fixture
def peer() -> Iterator[Peer]:
    with serving() as running:
        yield running


def driver(mode: str, peer: Peer, data: dict[str, Any], folder: Path, *rest: str) -> subprocess.Popen[str]:
    described = folder.with_name(f"{folder.name}.json")
    described.write_text(json.dumps(data))
    command = [sys.executable, str(DRIVER), mode, peer.url, str(described), str(folder), *rest]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )


def told(process: subprocess.Popen[str], line: str) -> str:
    """Have the driver fork a download; how it ended."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()
    while (answer := process.stdout.readline().strip()).startswith("["):  # what the download itself told
        pass
    return answer


@pytest.mark.parametrize("locks", [(), ("lease",)], ids=["locks", "no locks"])
def test_four_processes_fetch_each_file_once(peer: Peer, tmp_path: Path, locks: tuple[str, ...]) -> None:
    data = peer.export()
    peer.chunk, peer.seconds_per_chunk = 4_000, 0.02
    running = [driver("once", peer, data, tmp_path / "out", *locks) for _ in range(4)]
    answers = [process.communicate(timeout=300)[0] for process in running]
    assert [process.returncode for process in running] == [0] * 4
    assert set(peer.asked.values()) == {1}
    assert sorted(len(json.loads(answer)) for answer in answers) == [0, 0, 0, 8]
    assert on_disk(tmp_path / "out") == peer.content(data)
    assert names(tmp_path) == ["out", "out.json"]


@pytest.mark.parametrize("locks", [(), ("lease",)], ids=["locks", "no locks"])
def test_when_the_process_at_work_is_killed_another_goes_on(peer: Peer, tmp_path: Path, locks: tuple[str, ...]) -> None:
    data = peer.export(size=60_000)
    peer.chunk, peer.seconds_per_chunk = 5_000, 60  # a static file in one chunk
    running = [driver("once", peer, data, tmp_path / "out", "tell", *locks) for _ in range(3)]
    worker = tmp_path / "out.worker"
    eventually(lambda: list(tmp_path.glob(".out.*/downloads/*.static")) and worker.exists())
    os.kill(int(worker.read_text()), signal.SIGKILL)
    peer.hurry()
    for process in running:
        process.communicate(timeout=300)
    assert sorted(process.returncode for process in running) == [-9, 0, 0]
    assert on_disk(tmp_path / "out") == peer.content(data)
    assert names(tmp_path) == ["out", "out.json", "out.worker"]


@pytest.mark.parametrize("locks", [(), ("lease",)], ids=["locks", "no locks"])
def test_killed_at_any_moment_one_more_run_makes_it_whole(peer: Peer, tmp_path: Path, locks: tuple[str, ...]) -> None:
    """Kill −9 at random moments: never half a folder, and no file that was whole is fetched again."""
    data = peer.export(parts=3, size=60_000)
    content = peer.content(data)
    peer.chunk, peer.seconds_per_chunk = 15_000, 0.03
    folder = tmp_path / "out"
    process = driver("kills", peer, data, folder, *locks)
    dice = random.Random(5)
    ends: Counter[str] = Counter()
    for _ in range(KILLS):
        ends[told(process, f"{dice.uniform(0.0, 0.2)}")] += 1
        whole = whole_files(tmp_path)
        finished = folder.exists()
        assert not finished or on_disk(folder) == content
        peer.reset()
        assert told(process, "run") == "done"
        assert on_disk(folder) == content
        assert names(tmp_path) == ["out", "out.json"]
        assert sum(peer.asked.values()) <= (0 if finished else len(peer.files) - len(whole))
        shutil.rmtree(folder)
        shutil.rmtree(os.environ["AVATARSDK_CACHE"], ignore_errors=True)
    process.communicate(timeout=300)
    assert ends["killed"] > KILLS / 3


def test_killed_while_it_mends_nothing_of_a_person_s_is_lost(peer: Peer, tmp_path: Path) -> None:
    data = peer.export(parts=3, size=60_000)
    content = peer.content(data)
    folder = tmp_path / "out"
    process = driver("kills", peer, data, folder)
    assert told(process, "run") == "done"
    (folder / "notes.txt").write_text("mine")
    peer.chunk, peer.seconds_per_chunk = 15_000, 0.03
    dice = random.Random(7)
    ends: Counter[str] = Counter()
    for number in range(max(8, KILLS // 4)):
        shutil.rmtree(folder / "top_1")
        (folder / "avatar/model.glb").write_bytes(b"edited %d" % number)
        (folder / "top_2/top_2_Normal0.jpg").unlink()
        shutil.rmtree(os.environ["AVATARSDK_CACHE"], ignore_errors=True)
        ends[told(process, f"{dice.uniform(0.0, 0.15)}")] += 1
        assert told(process, "run") == "done"
        assert on_disk(folder) == content | {"notes.txt": b"mine"}
        edits = [path.read_bytes() for path in (tmp_path / "out.edited").rglob("model*.glb")]
        assert b"edited %d" % number in edits
        assert len(edits) == number + 1
        assert names(tmp_path) == ["out", "out.edited", "out.json"]
    process.communicate(timeout=300)
    assert ends["killed"] > 2
