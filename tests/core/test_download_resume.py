"""What came is kept: across breaks, runs and kill −9, also of a file that came in several ranges at once."""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from avatarsdk_core.errors import Cancelled, TransferError
from avatarsdk_core.file_lock import lock_descriptor
from avatarsdk_core.http.session import HttpSession
from avatarsdk_core.transfer.download import Download, Downloaded, Progress, download_files, is_part, remove_parts
from avatarsdk_core.transfer.file_version import FileVersion
from avatarsdk_core.transfer.part import Part
from avatarsdk_core.transfer.ranges import Facts
from tests.core.file_service import CHUNK, Asked, FileService, Reply, content

BIG = 6 << 20
SCRIPT = """
import sys
from pathlib import Path
from avatarsdk_core.client import Client
from avatarsdk_core.transfer.download import Download, download_files

folder, *urls = sys.argv[1:]
with Client(root_url="http://127.0.0.1:9/", client_id="i", client_secret="s") as client:
    print("begun", flush=True)
    download_files(client.http, [Download(url, Path(folder) / url.rsplit("/", 1)[-1]) for url in urls], resume=True)
print("done", flush=True)
"""


def parts(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if is_part(path.name) and path.suffix == ".part"]


def cut(http: HttpSession, service: FileService, downloads: list[Download], after: int, connections: int = 1) -> None:
    """A run that is cancelled when so many bytes have come, of a service that sends few more until then."""
    cancel = threading.Event()

    def report(state: Progress) -> None:
        if state.done >= after:
            cancel.set()

    service.most_sent = service.sent + after + 3 * CHUNK
    with pytest.raises(Cancelled):
        download_files(http, downloads, progress=report, cancel=cancel, resume=True, connections=connections)
    service.most_sent = None


def one(service: FileService, folder: Path, size: int = BIG) -> list[Download]:
    service.files["a.zip"] = content(size)
    return [Download(service.url("a.zip"), folder / "a.zip")]


def test_the_next_run_goes_on_where_the_last_was_cut(
    http: HttpSession, file_service: FileService, tmp_path: Path
) -> None:
    downloads = one(file_service, tmp_path)
    cut(http, file_service, downloads, BIG // 3)
    assert len(parts(tmp_path)) == 1
    (result,) = download_files(http, downloads, resume=True)
    assert (tmp_path / "a.zip").read_bytes() == file_service.files["a.zip"]
    assert result.received <= BIG - BIG // 3
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_a_break_in_one_file_costs_only_what_is_missing(
    http: HttpSession, file_service: FileService, tmp_path: Path
) -> None:
    def rule(asked: Asked, reply: Reply) -> None:
        reply.cut = 1_000_000 if asked.number < 4 else None

    file_service.rule = rule
    (result,) = download_files(http, one(file_service, tmp_path))
    assert result.received == BIG
    assert [asked.range for asked in file_service.asked] == [None, *(f"bytes={n}000000-" for n in (1, 2, 3))]


def test_a_file_that_changed_between_runs_is_begun_anew(
    http: HttpSession, file_service: FileService, tmp_path: Path
) -> None:
    downloads = one(file_service, tmp_path)
    cut(http, file_service, downloads, BIG // 3)
    file_service.files["a.zip"] = content(BIG, seed=1)
    (result,) = download_files(http, downloads, resume=True)
    assert (tmp_path / "a.zip").read_bytes() == file_service.files["a.zip"]
    assert result.received == BIG
    assert parts(tmp_path) == []


def test_a_part_that_is_whole_is_checked_with_one_byte(
    http: HttpSession, file_service: FileService, tmp_path: Path
) -> None:
    downloads = one(file_service, tmp_path)
    cut(http, file_service, downloads, BIG // 3)
    (part,) = parts(tmp_path)
    part.write_bytes(file_service.files["a.zip"])
    (result,) = download_files(http, downloads, resume=True)
    assert (result.received, result.size) == (1, BIG)
    assert (tmp_path / "a.zip").read_bytes() == file_service.files["a.zip"]


def test_a_part_spoilt_on_the_disk_is_found_out_where_a_digest_is_known(
    http: HttpSession, file_service: FileService, tmp_path: Path
) -> None:
    downloads = one(file_service, tmp_path)
    cut(http, file_service, downloads, BIG // 3)
    (part,) = parts(tmp_path)
    with part.open("r+b") as file:
        file.write(b"spoilt")
    digest = hashlib.sha256(file_service.files["a.zip"]).hexdigest()
    download_files(http, [Download(downloads[0].url, downloads[0].target, sha256=digest)], resume=True)
    assert (tmp_path / "a.zip").read_bytes() == file_service.files["a.zip"]


CHANGES: list[bytes | dict[str, object]] = [
    b"",
    b"{",
    b"[]",
    b'{"url": 1}',
    b"\xff" * 100,
    {"ranges": []},
    {"ranges": [[0, 10], [5, 20]]},
    {"ranges": [[5, 5]]},
    {"ranges": [[-5, 5]]},
    {"ranges": [[0, 10**9]]},
    {"ranges": "all"},
    {"facts": {}},
    {"facts": {"total": "many", "tag": "x", "digests": []}},
    {"facts": {"total": 300_000, "tag": "x", "digests": [["nonsense", "00"]]}},
    {"facts": {"total": 300_000, "tag": None, "digests": []}},
]


@pytest.mark.parametrize("note", CHANGES, ids=str)
def test_a_damaged_note_costs_the_part_only(
    http: HttpSession, file_service: FileService, tmp_path: Path, note: bytes | dict[str, object]
) -> None:
    downloads = one(file_service, tmp_path, 300_000)
    cut(http, file_service, downloads, 50_000)
    (part,) = parts(tmp_path)
    path = part.with_name(part.name + ".json")
    changed = note if isinstance(note, bytes) else json.dumps({**json.loads(path.read_text()), **note}).encode()
    path.write_bytes(changed)
    download_files(http, downloads, resume=True)
    assert (tmp_path / "a.zip").read_bytes() == file_service.files["a.zip"]
    assert parts(tmp_path) == []


def test_a_part_of_before_the_machine_was_switched_off_is_not_trusted(
    http: HttpSession, file_service: FileService, tmp_path: Path
) -> None:
    downloads = one(file_service, tmp_path, 300_000)
    cut(http, file_service, downloads, 50_000)
    (part,) = parts(tmp_path)
    note = part.with_name(part.name + ".json")
    note.write_text(json.dumps({**json.loads(note.read_text()), "boot": "another"}))
    (result,) = download_files(http, downloads, resume=True)
    assert result.received == 300_000


def test_a_part_that_somebody_writes_is_left_alone(
    http: HttpSession, file_service: FileService, tmp_path: Path
) -> None:
    downloads = one(file_service, tmp_path, 300_000)
    cut(http, file_service, downloads, 50_000)
    (part,) = parts(tmp_path)
    with part.with_name(part.name + ".json").open("r+b") as held:
        assert lock_descriptor(held.fileno())
        assert remove_parts(tmp_path) == []
        (result,) = download_files(http, downloads, resume=True)
        assert result.received == 300_000
        assert parts(tmp_path) == [part]
    assert remove_parts(tmp_path) == [part.name]
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_a_large_slow_file_comes_in_ranges_side_by_side(
    http: HttpSession, file_service: FileService, tmp_path: Path
) -> None:
    downloads = one(file_service, tmp_path)
    file_service.rate = 1e6  # slow enough to be split on a busy machine too
    (result,) = download_files(http, downloads)
    assert (tmp_path / "a.zip").read_bytes() == file_service.files["a.zip"]
    assert result.received == BIG
    assert file_service.most > 1
    assert sum(asked.sent > 200_000 for asked in file_service.asked) > 1
    assert [asked.range is None for asked in file_service.asked].count(True) == 1


@pytest.mark.parametrize("left_out", ["ETag", "Accept-Ranges"])
def test_a_file_comes_in_one_piece_where_its_parts_cannot_be_told_to_belong_together(
    http: HttpSession, file_service: FileService, tmp_path: Path, left_out: str
) -> None:
    def rule(asked: Asked, reply: Reply) -> None:
        reply.headers[left_out] = ""

    downloads = one(file_service, tmp_path)
    file_service.rule, file_service.rate = rule, 8e6
    download_files(http, downloads)
    assert (tmp_path / "a.zip").read_bytes() == file_service.files["a.zip"]
    assert len(file_service.asked) == 1


def test_ranges_that_are_promised_and_then_ignored(
    http: HttpSession, file_service: FileService, tmp_path: Path
) -> None:
    def rule(asked: Asked, reply: Reply) -> Reply | None:
        body = file_service.files["a.zip"]
        return None if asked.range is None else Reply(200, {**reply.headers, "Content-Range": ""}, body)

    downloads = one(file_service, tmp_path)
    file_service.rule, file_service.rate = rule, 8e6
    download_files(http, downloads)
    assert (tmp_path / "a.zip").read_bytes() == file_service.files["a.zip"]
    assert parts(tmp_path) == []


def test_ranges_side_by_side_that_are_always_wrong(
    http: HttpSession, file_service: FileService, tmp_path: Path
) -> None:
    def rule(asked: Asked, reply: Reply) -> None:
        if asked.range is not None:
            reply.headers["Content-Range"] = f"bytes 0-{len(reply.body) - 1}/{BIG}"

    downloads = one(file_service, tmp_path)
    file_service.rule, file_service.rate = rule, 8e6
    download_files(http, downloads)
    assert (tmp_path / "a.zip").read_bytes() == file_service.files["a.zip"]


def test_a_connection_whose_answer_was_left_unread_serves_nobody_else(
    http: HttpSession, file_service: FileService, tmp_path: Path
) -> None:
    downloads = one(file_service, tmp_path)
    file_service.rate = 4e6
    download_files(http, downloads)  # what another range brings is left unread
    for number in range(12):
        file_service.files[f"{number}.zip"] = content(50_000, number)
    file_service.rate = None
    names = [f"{number}.zip" for number in range(12)]
    for name in names:
        download_files(http, [Download(file_service.url(name), tmp_path / name)])
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == file_service.files
    assert [len(file_service.requests(name)) for name in names] == [1] * 12


def test_a_file_that_changes_while_its_ranges_come(
    http: HttpSession, file_service: FileService, tmp_path: Path
) -> None:
    def rule(asked: Asked, reply: Reply) -> None:
        if asked.range is not None and asked.number == 2:
            file_service.files["a.zip"] = content(BIG, seed=1)
            file_service.rate = None
            reply.status, reply.body = 200, file_service.files["a.zip"]
            reply.headers.update({"ETag": '"new"', "Content-Range": ""})

    downloads = one(file_service, tmp_path)
    file_service.rule, file_service.rate = rule, 1e6
    download_files(http, downloads)
    assert (tmp_path / "a.zip").read_bytes() == content(BIG, seed=1)


def test_a_file_that_always_changes_is_given_up(
    http: HttpSession, file_service: FileService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("avatarsdk_core.http.retry._BASE_SECONDS", 0.01)

    def rule(asked: Asked, reply: Reply) -> Reply:
        tag = {**reply.headers, "ETag": f'"{asked.number}"', "Content-Range": ""}
        return Reply(200, tag, file_service.files["a.zip"], cut=400_000)

    file_service.rule = rule
    with pytest.raises(TransferError, match="changes again and again"):
        download_files(http, one(file_service, tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_ranges_side_by_side_are_resumed_by_the_next_run(
    http: HttpSession, file_service: FileService, tmp_path: Path
) -> None:
    downloads = one(file_service, tmp_path)
    file_service.rate = 1e6  # slow enough to be split on a busy machine too
    cut(http, file_service, downloads, BIG // 2, connections=4)
    file_service.rate = None
    (part,) = parts(tmp_path)
    ranges = json.loads(part.with_name(part.name + ".json").read_text())["ranges"]
    assert len(ranges) > 1
    there = sum(end - start for start, end in ranges)
    (result,) = download_files(http, downloads, resume=True)
    assert (tmp_path / "a.zip").read_bytes() == file_service.files["a.zip"]
    assert result.received <= BIG - there + 1


def run(folder: Path, service: FileService) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", SCRIPT, str(folder), *(service.url(name) for name in service.files)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.mark.skipif(os.name == "nt", reason="no signals there")
def test_after_kill_9_at_any_moment_one_more_run_fetches_only_what_is_missing(
    http: HttpSession, file_service: FileService, tmp_path: Path
) -> None:
    for number in range(12):
        file_service.files[f"{number}.zip"] = content(300_000 + 9 * number, number)
    file_service.files["big.zip"] = content(BIG)
    file_service.rate = 5e6
    lost = random.Random(4)
    for _ in range(4):
        process = run(tmp_path, file_service)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(lost.random() * 0.5)
        process.send_signal(signal.SIGKILL)
        process.wait()
    standing = {path.name for path in tmp_path.iterdir() if not is_part(path.name)}
    there = sum(len(file_service.files[name]) for name in standing)
    before = len(file_service.asked)
    missing = [Download(file_service.url(name), tmp_path / name) for name in file_service.files if name not in standing]
    results: list[Downloaded] = download_files(http, missing, resume=True)
    remove_parts(tmp_path)  # of files that later runs fetched once more
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == file_service.files
    assert not {asked.path for asked in file_service.asked[before:]} & standing
    assert sum(result.received for result in results) <= sum(map(len, file_service.files.values())) - there


def test_two_processes_on_the_same_files_spoil_nothing(file_service: FileService, tmp_path: Path) -> None:
    for number in range(6):
        file_service.files[f"{number}.zip"] = content(400_000 + number, number)
    file_service.rate = 4e6
    processes = [run(tmp_path, file_service) for _ in range(3)]
    assert [process.communicate()[0].split()[-1] for process in processes] == ["done"] * 3
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == file_service.files


def test_bytes_count_only_when_they_are_written_and_hashed(tmp_path: Path) -> None:
    version = FileVersion(Part.new(tmp_path / "a.zip"), tmp_path / "a.zip", "https://example.com/a.zip")
    version.begin(Facts(total=4 << 20, tag='"v"'))
    (stretch,) = version.stretches

    class Disk(io.BytesIO):
        def write(self, data: object) -> int:
            assert (version.done, version.digests.position) == (0, 0)
            half = version.split(stretch, 1 << 20)
            assert half is not None
            assert half.start > 1 << 20, "what is being written isn't given away"
            assert b'"ranges": []' in next(tmp_path.glob("*.json")).read_bytes()
            return super().write(data)  # type: ignore[arg-type]

    version.write(Disk(), stretch, bytes(1 << 20))
    assert version.done == version.digests.position == 1 << 20
    assert not version.complete
    version.part.remove()
