"""Waiting: every state is shown, every end is told, and nobody is asked twice at once."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from avatarsdk_core.client import Client
from avatarsdk_core.errors import Cancelled, ComputationFailed, DeadlineExceeded, NotFound, ServiceUnreachable
from avatarsdk_core.models import Avatar, Export
from avatarsdk_core.resources import pace, waiting
from tests.stopwatch import Stopwatch

AVATAR = "0f1e2d3c-0000-4000-8000-000000000001"
EXPORT = "0f1e2d3c-0000-4000-8000-000000000002"


def states(service: HTTPServer, *statuses: str) -> list[float]:
    """The avatar passes through these statuses, one a question; an HTTP status stands for itself."""
    times: list[float] = []

    def handle(_: Request) -> Response:
        status = statuses[min(len(times), len(statuses) - 1)]
        times.append(time.monotonic())
        if status.isdigit():
            return Response('{"detail": "Not now."}', int(status))
        verbose = {"code": 7, "message": "no face\nfound"}
        return Response(json.dumps({"code": AVATAR, "status": status, "progress": 50, "status_verbose": verbose}))

    service.expect_request(f"/avatars/{AVATAR}/").respond_with_handler(handle)
    return times


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """For what isn't about time."""
    monkeypatch.setattr(pace, "_FIRST_SECONDS", 0.02)
    monkeypatch.setattr(pace, "_LEAST_SECONDS", 0.02)
    monkeypatch.setattr(pace, "EVERY_SECONDS", 0.1)
    monkeypatch.setattr(waiting, "EVERY_SECONDS", 0.1)


@pytest.mark.usefixtures("hasty")
def test_wait_shows_every_state_and_compares_without_case(client: Client, service: HTTPServer) -> None:
    states(service, "Queued", "Computing", "Pending", "COMPLETED")
    seen: list[str] = []
    avatar = client.avatars.wait(AVATAR, progress=lambda state: seen.append(state.status))
    assert seen == ["Queued", "Computing", "Pending", "COMPLETED"]
    assert avatar.is_completed


def test_a_state_that_is_known_needs_no_question(client: Client, service: HTTPServer) -> None:
    asked = states(service, "Completed")
    seen: list[str] = []
    created = Avatar(code=AVATAR, status="Uploading")
    started = time.monotonic()
    assert client.avatars.wait(created, progress=lambda state: seen.append(state.status)).is_completed
    assert seen == ["Uploading", "Completed"]
    assert len(asked) == 1
    assert asked[0] - started > 0.5
    assert client.avatars.wait(Avatar(code="x", status="Completed")).code == "x"
    assert len(asked) == 1


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("status", ["Failed", "Timed Out", "timed out"])
def test_a_failed_computation_says_why(client: Client, service: HTTPServer, status: str) -> None:
    states(service, "Computing", status)
    with pytest.raises(ComputationFailed, match=rf"ended as {status} \(no face found\): try another photo") as caught:
        client.avatars.wait(AVATAR)
    assert caught.value.status_verbose == {"code": 7, "message": "no face\nfound"}
    assert caught.value.detail == "no face found"


def test_wait_gives_up_after_its_time(client: Client, service: HTTPServer) -> None:
    states(service, "Computing")
    started = time.monotonic()
    with Stopwatch() as watch, pytest.raises(DeadlineExceeded, match="still Computing after 1 s"):
        client.avatars.wait(AVATAR, seconds=1)
    assert time.monotonic() - started > 0.9
    assert watch.seconds < 2


@pytest.mark.usefixtures("hasty")
def test_a_question_that_hangs_when_the_time_is_up_tells_the_last_state(client: Client, service: HTTPServer) -> None:
    asked: list[int] = []
    release = threading.Event()

    def handle(_: Request) -> Response:
        asked.append(1)
        if len(asked) > 1:
            release.wait(60)
        return Response(json.dumps({"code": AVATAR, "status": "Computing"}))

    service.expect_request(f"/avatars/{AVATAR}/").respond_with_handler(handle)
    with pytest.raises(DeadlineExceeded, match="still Computing after 1 s: ask again later"):
        client.avatars.wait(AVATAR, seconds=1)
    release.set()


def test_no_time_at_all_is_one_look(client: Client, service: HTTPServer) -> None:
    asked = states(service, "Computing")
    with pytest.raises(DeadlineExceeded, match="still Computing after 0 s"):
        client.avatars.wait(AVATAR, seconds=0)
    assert len(asked) == 1


def test_wait_is_cancelled_at_once_from_another_thread(client: Client, service: HTTPServer) -> None:
    states(service, "Computing")
    begun = threading.Event()
    with Stopwatch() as watch, pytest.raises(Cancelled):
        client.avatars.wait(AVATAR, cancel=watch.cancel_after(begun), progress=lambda _: begun.set())
    assert watch.seconds < 0.6, "less than any pause between two questions"


def test_a_wait_is_cancelled_while_its_question_hangs(client: Client, service: HTTPServer) -> None:
    asked, release = threading.Event(), threading.Event()

    def handle(_: Request) -> Response:
        asked.set()
        release.wait(60)
        return Response("{}")

    service.expect_request(f"/avatars/{AVATAR}/").respond_with_handler(handle)
    with Stopwatch() as watch, pytest.raises(Cancelled):
        client.avatars.wait(AVATAR, cancel=watch.cancel_after(asked))
    release.set()
    assert watch.seconds < 1


def test_an_avatar_that_is_not_there_is_not_waited_for(client: Client, service: HTTPServer) -> None:
    states(service, "404")
    with pytest.raises(NotFound, match="answered 404"):
        client.avatars.wait(AVATAR)


@pytest.mark.usefixtures("hasty")
def test_an_avatar_that_was_deleted_meanwhile_ends_the_wait(client: Client, service: HTTPServer) -> None:
    states(service, "Computing", "404")
    with pytest.raises(NotFound, match=f"avatar {AVATAR} is gone: it was deleted while it was waited for") as caught:
        client.avatars.wait(AVATAR)
    assert (caught.value.status, caught.value.path) == (404, f"/avatars/{AVATAR}/")


@pytest.mark.usefixtures("hasty")
def test_a_network_that_comes_back_does_not_end_a_wait(
    client: Client, service: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = states(service, "Computing", "Completed")
    ask, failures = client.http.request, iter([ServiceUnreachable("no network")] * 3)

    def flaky(method: str, url: str, **options: object) -> object:
        if len(asked) == 1 and (failure := next(failures, None)):
            raise failure
        return ask(method, url, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(client.http, "request", flaky)
    assert client.avatars.wait(AVATAR).is_completed
    assert next(failures, None) is None


@pytest.mark.usefixtures("hasty")
def test_a_network_that_stays_away_ends_it(
    client: Client, service: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "PATIENCE_SECONDS", 0.35)

    def gone(*_: object, **__: object) -> object:
        raise ServiceUnreachable("no network")

    monkeypatch.setattr(client.http, "request", gone)
    with pytest.raises(ServiceUnreachable):
        client.avatars.wait(Avatar(code=AVATAR, status="Queued"))


@pytest.mark.usefixtures("hasty")
def test_throttling_is_waited_out_as_told(client: Client, service: HTTPServer) -> None:
    times: list[float] = []

    def handle(_: Request) -> Response:
        times.append(time.monotonic())
        if len(times) == 2:
            return Response('{"detail": "Request was throttled."}', 429, headers={"Retry-After": "2"})
        return Response(json.dumps({"code": AVATAR, "status": "Computing" if len(times) < 3 else "Completed"}))

    service.expect_request(f"/avatars/{AVATAR}/").respond_with_handler(handle)
    assert client.avatars.wait(AVATAR).is_completed
    assert len(times) == 3
    assert times[2] - times[1] >= 2


@pytest.mark.usefixtures("hasty")
def test_throttling_beyond_one_requests_patience_is_waited_out_too(
    client: Client, service: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Retry-After longer than a request may take is no reason to give a wait of an hour up."""
    monkeypatch.setattr(client.http, "request_seconds", 3.0)
    times: list[float] = []

    def handle(_: Request) -> Response:
        times.append(time.monotonic())
        if len(times) == 2:
            return Response("{}", 429, headers={"Retry-After": "4"})
        return Response(json.dumps({"code": AVATAR, "status": "Computing" if len(times) < 3 else "Completed"}))

    service.expect_request(f"/avatars/{AVATAR}/").respond_with_handler(handle)
    assert client.avatars.wait(AVATAR).is_completed
    assert times[2] - times[1] >= 4


def together(work: list[Callable[[], object]]) -> None:
    threads = [threading.Thread(target=one) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
        assert not thread.is_alive()


@pytest.mark.usefixtures("hasty")
def test_never_more_than_one_question_at_once_about_one_avatar(client: Client, service: HTTPServer) -> None:
    guard = threading.Lock()
    inside, most, asked = 0, 0, 0

    def handle(_: Request) -> Response:
        nonlocal inside, most, asked
        with guard:
            inside, asked = inside + 1, asked + 1
            most = max(most, inside)
            status = "Completed" if asked > 5 else "Computing"
        time.sleep(0.05)
        with guard:
            inside -= 1
        return Response(json.dumps({"code": AVATAR, "status": status, "avatar_code": AVATAR}))

    service.expect_request(f"/avatars/{AVATAR}/").respond_with_handler(handle)
    service.expect_request(f"/avatars/{AVATAR}/exports/{EXPORT}/").respond_with_handler(handle)
    export = Export(code=EXPORT, avatar_code=AVATAR, status="Queued")
    waits: list[Callable[[], object]] = [lambda: client.avatars.wait(AVATAR), lambda: client.exports.wait(export)]
    together([*waits, *waits])
    assert most == 1
    assert asked > 5


def test_turns_leave_nothing_behind() -> None:
    turns = waiting.Turns()
    with turns.turn("a", None):
        cancel = threading.Event()
        cancel.set()
        with pytest.raises(Cancelled), turns.turn("a", cancel):
            pass
    assert turns._locks == {}


def test_on_the_real_clock_the_end_is_noticed_soon_and_cheaply(client: Client, service: HTTPServer) -> None:
    """Six seconds of even progress."""
    began = time.monotonic()
    asked: list[float] = []

    def handle(_: Request) -> Response:
        asked.append(watch.seconds)
        share = (time.monotonic() - began) / 6
        status = "Completed" if share >= 1 else "Computing"
        return Response(json.dumps({"code": AVATAR, "status": status, "progress": min(99, int(100 * share))}))

    service.expect_request(f"/avatars/{AVATAR}/").respond_with_handler(handle)
    with Stopwatch() as watch:
        threading.Timer(began + 6 - time.monotonic(), watch.restart).start()
        client.avatars.wait(Avatar(code=AVATAR, status="Uploading"))
    late = asked[-1]
    print(f"{late:.2f} s late after {len(asked)} requests")
    assert late < 2.5
    assert len(asked) <= 5
