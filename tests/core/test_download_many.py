"""Many files at once: whole, in order of urgency, reported on, throttled together, cancelled and paused together."""

from __future__ import annotations

import hashlib
import socket
import threading
import time
from pathlib import Path

import pytest

from avatarsdk_core.errors import Cancelled, NotFound, ProtocolError, Throttled, TransferError
from avatarsdk_core.http.session import HttpSession
from avatarsdk_core.transfer.download import Download, Downloaded, Priority, Progress, download_files, is_part
from tests.core.file_service import Asked, FileService, Reply, content
from tests.stopwatch import Stopwatch


def ask(service: FileService, folder: Path, count: int = 6, size: int = 100_000) -> list[Download]:
    """`count` files of different lengths and contents on the service, to be fetched into `folder`."""
    for number in range(count):
        service.files[f"{number}.zip"] = content(size + 1000 * number, number)
    return [Download(service.url(f"{number}.zip"), folder / f"{number}.zip") for number in range(count)]


def assert_whole(service: FileService, folder: Path) -> None:
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == service.files


def test_files_arrive_whole_and_hashed_a_few_at_once(
    http: HttpSession, file_service: FileService, tmp_path: Path
) -> None:
    downloads = ask(file_service, tmp_path, 20)
    file_service.first_byte = 0.02
    results = download_files(http, downloads, connections=4)
    assert_whole(file_service, tmp_path)
    for result, item in zip(results, downloads, strict=True):
        body = file_service.files[item.target.name]
        assert (result.path, result.size, result.received) == (item.target, len(body), len(body))
        assert result.sha256 == hashlib.sha256(body).hexdigest()
        assert result.etag is not None
    assert 2 <= file_service.most <= 4
    assert len(file_service.asked) == 20


def test_nothing_to_fetch_is_done_at_once(http: HttpSession) -> None:
    assert download_files(http, []) == []


def test_empty_and_tiny_files(http: HttpSession, file_service: FileService, tmp_path: Path) -> None:
    file_service.files = {"empty": b"", "one": b"1"}
    sizes = [
        result.size
        for result in download_files(
            http, [Download(file_service.url(name), tmp_path / name) for name in file_service.files]
        )
    ]
    assert sizes == [0, 1]
    assert_whole(file_service, tmp_path)


def test_the_avatar_comes_first_then_what_is_shown(
    http: HttpSession, file_service: FileService, tmp_path: Path
) -> None:
    first, second, third, fourth = ask(file_service, tmp_path, 4)
    urgent = [
        first,
        Download(second.url, second.target, priority=Priority.SHOWN),
        third,
        Download(fourth.url, fourth.target, priority=Priority.AVATAR),
    ]
    download_files(http, urgent, connections=1)
    assert [asked.path for asked in file_service.asked] == ["3.zip", "1.zip", "0.zip", "2.zip"]


def test_reports_come_in_the_callers_thread_and_add_up(
    http: HttpSession, file_service: FileService, tmp_path: Path
) -> None:
    downloads = ask(file_service, tmp_path, 5, 400_000)
    file_service.rate = 100_000  # until a report shows it, at the beginning and with the last file

    def rule(asked: Asked, _: Reply) -> None:
        if asked.path == "4.zip":
            file_service.rate = 100_000

    file_service.rule = rule
    states: list[Progress] = []
    standing: list[Downloaded] = []
    threads = set()

    def report(state: Progress) -> None:
        states.append(state)
        threads.add(threading.current_thread())
        if state.done:
            file_service.rate = 2e6 if state.total is None else None

    def done(result: Downloaded) -> None:
        assert result.path.read_bytes() == file_service.files[result.path.name]
        standing.append(result)
        threads.add(threading.current_thread())

    results = download_files(http, downloads, progress=report, done=done, connections=2)
    assert threads == {threading.current_thread()}
    assert sorted(standing, key=lambda result: result.path) == results
    whole = sum(map(len, file_service.files.values()))
    assert (states[-1].done, states[-1].total) == (whole, whole)
    assert [file.state for file in states[-1].files] == ["done"] * 5
    assert [state.done for state in states] == sorted(state.done for state in states)
    early = next(state for state in states if 0 < state.done < whole)
    assert early.total is None  # nobody told the lengths of those that wait
    assert {file.state for file in early.files} >= {"downloading", "waiting"}
    known = [state for state in states[:-1] if state.total is not None]
    assert known
    assert all(0 < state.rate < 20e6 and state.seconds_left is not None for state in known)


def test_one_file_that_is_told_to_wait_makes_all_wait(
    http: HttpSession, file_service: FileService, tmp_path: Path
) -> None:
    refused: list[float] = []
    noticed = threading.Event()

    def rule(asked: Asked, reply: Reply) -> Reply | None:
        if asked.path == "1.zip" and asked.number == 1:
            refused.append(time.monotonic())
            return Reply(429, {"Retry-After": "1"}, b"{}")
        if refused:
            noticed.wait(60)  # what is on its way isn't answered before the refusal is read
        return None

    def report(state: Progress) -> None:
        if state.waiting:
            waits.append(state.waiting)
            noticed.set()

    waits: list[float] = []
    file_service.rule, file_service.first_byte = rule, 0.1
    download_files(http, ask(file_service, tmp_path, 8), connections=2, progress=report)
    assert_whole(file_service, tmp_path)
    later = [asked.at - refused[0] for asked in file_service.asked if asked.at > refused[0]]
    assert sum(seconds < 1 for seconds in later) <= 1  # it was on its way
    assert sum(seconds >= 1 for seconds in later) >= 5
    assert 0 < max(waits) <= 1.25


def test_waiting_beyond_the_deadline_is_not_begun(http: HttpSession, file_service: FileService, tmp_path: Path) -> None:
    file_service.rule = lambda asked, reply: Reply(429, {"Retry-After": "3600"}, b'{"detail": "Throttled."}')
    with Stopwatch() as watch, pytest.raises(Throttled, match="try again in 60 min"):
        download_files(http, ask(file_service, tmp_path), seconds=60)
    assert watch.seconds < 2
    assert list(tmp_path.iterdir()) == []


def test_being_told_to_wait_again_and_again_ends(http: HttpSession, file_service: FileService, tmp_path: Path) -> None:
    file_service.rule = lambda asked, reply: Reply(429, {"Retry-After": "0"}, b"{}")
    with pytest.raises(Throttled):
        download_files(http, ask(file_service, tmp_path, 2), connections=2, seconds=60)
    assert 5 <= len(file_service.asked) <= 12


def test_a_failure_keeps_what_is_whole(http: HttpSession, file_service: FileService, tmp_path: Path) -> None:
    downloads = ask(file_service, tmp_path, 3)
    file_service.rule = lambda asked, reply: (
        Reply(404, {}, b'{"detail": "Not found."}') if asked.path == "2.zip" else None
    )
    with pytest.raises(NotFound, match=r"2\.zip answered 404: Not found\."):
        download_files(http, downloads, connections=1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0.zip", "1.zip"]
    assert (tmp_path / "1.zip").read_bytes() == file_service.files["1.zip"]


def test_cancel_ends_everything_within_a_second(http: HttpSession, file_service: FileService, tmp_path: Path) -> None:
    file_service.rate = 1000
    begun = threading.Event()
    with Stopwatch() as watch, pytest.raises(Cancelled):
        download_files(
            http,
            ask(file_service, tmp_path, 8),
            cancel=watch.cancel_after(begun),
            progress=lambda state: begun.set() if state.done else None,
        )
    assert watch.seconds < 1
    assert list(tmp_path.iterdir()) == []
    assert not [thread for thread in threading.enumerate() if thread.name == "avatarsdk-download"]


def test_an_exception_of_the_callers_ends_everything(
    http: HttpSession, file_service: FileService, tmp_path: Path
) -> None:
    def done(_: Downloaded) -> None:
        raise KeyError("the caller's own")

    file_service.rate = 200_000
    with pytest.raises(KeyError):
        download_files(http, ask(file_service, tmp_path, 4), done=done, connections=3)
    assert not [path.name for path in tmp_path.iterdir() if is_part(path.name)]


def test_a_pause_holds_everything_and_does_not_count(
    http: HttpSession, file_service: FileService, tmp_path: Path
) -> None:
    downloads = ask(file_service, tmp_path, 2, 600_000)
    file_service.rate = 1e6
    pause = threading.Event()
    states: list[tuple[float, Progress]] = []

    def report(state: Progress) -> None:
        now = time.monotonic()
        states.append((now, state))
        if len(states) == 2:
            pause.set()
            threading.Timer(5.2, pause.clear).start()

    download_files(http, downloads, progress=report, pause=pause, seconds=5)
    assert_whole(file_service, tmp_path)
    paused = [(at, state) for at, state in states if state.paused]
    assert paused[-1][0] - paused[0][0] > 4
    assert paused[-1][1].done - paused[2][1].done < 100_000


def test_two_files_for_one_place_are_refused(http: HttpSession, file_service: FileService, tmp_path: Path) -> None:
    one, two = ask(file_service, tmp_path, 2)
    with pytest.raises(TransferError, match=r"0\.zip'.*a place of its own"):
        download_files(http, [one, Download(two.url, one.target)])


def test_a_folder_in_the_place_of_a_file_is_found_before_anything_comes(
    http: HttpSession, file_service: FileService, tmp_path: Path
) -> None:
    (item,) = ask(file_service, tmp_path, 1)
    item.target.mkdir()
    with pytest.raises(TransferError, match=r"Can't write .*0\.zip': a folder of that name is there"):
        download_files(http, [item])
    assert file_service.asked == []


def test_a_redirect_that_is_not_encrypted_is_not_followed(
    http: HttpSession, file_service: FileService, tmp_path: Path
) -> None:
    file_service.rule = lambda asked, reply: Reply(302, {"Location": "http://files.example.com/0.zip"}, b"")
    with pytest.raises(ProtocolError, match=r"files\.example\.com/0\.zip, which isn't encrypted: not followed"):
        download_files(http, ask(file_service, tmp_path, 1))


def test_files_and_folders_are_written_through_when_asked_to(
    http: HttpSession, file_service: FileService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    monkeypatch.setattr(
        "os.fsync", lambda descriptor: synced.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
    )
    download_files(http, ask(file_service, tmp_path, 2), sync=True)
    assert [is_part(name) for name in synced] == [True, True, False]
    assert synced[2] == tmp_path.name


def test_cancel_leaves_a_thread_behind_that_waits_for_a_connection(http: HttpSession, tmp_path: Path) -> None:
    """Nothing can wake a thread that connects to a peer which doesn't answer; nobody waits for it either."""
    deaf = socket.create_server(("127.0.0.1", 0), backlog=0)
    full = [socket.socket() for _ in range(4)]
    for one in full:  # until the queue is full and further connections hang
        one.setblocking(False)
        one.connect_ex(deaf.getsockname())
    begun = threading.Event()
    url = f"http://127.0.0.1:{deaf.getsockname()[1]}/a.zip"
    with Stopwatch() as watch, pytest.raises(Cancelled):
        download_files(
            http,
            [Download(url, tmp_path / "a.zip")],
            cancel=watch.cancel_after(begun),
            progress=lambda _: begun.set(),
        )
    assert watch.seconds < 1.3
    assert list(tmp_path.iterdir()) == []
    for one in (*full, deaf):
        one.close()
