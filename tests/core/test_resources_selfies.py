"""Waiting for a photo from a phone: what is asked, and what ends it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from avatarsdk_core.client import Client
from avatarsdk_core.errors import Cancelled, DeadlineExceeded, NotFound
from avatarsdk_core.resources import selfies, waiting
from tests.stopwatch import Stopwatch

CODE = "0f1e2d3c-0000-4000-8000-000000000003"


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selfies, "_EVERY_SECONDS", 0.05)
    monkeypatch.setattr(waiting, "EVERY_SECONDS", 0.05)


class Page:
    """A selfie that is visited and gets its photo after so many looks."""

    def __init__(self, service: HTTPServer, visited: int, uploaded: int, **fields: Any) -> None:
        self.looks = self.photos = 0
        self.visited, self.uploaded, self.fields = visited, uploaded, fields
        service.expect_request(f"/selfies/{CODE}/").respond_with_handler(self.selfie)
        service.expect_request(f"/selfies/{CODE}/file/").respond_with_handler(self.photo)

    def selfie(self, _: Request) -> Response:
        self.looks += 1
        state = {"code": CODE, "upload_page_visited": self.looks > self.visited, **self.fields}
        return Response(json.dumps(state))

    def photo(self, _: Request) -> Response:
        self.photos += 1
        return Response(b"jpeg") if self.looks > self.uploaded else Response('{"detail": "Not found."}', 404)


def test_the_photo_is_looked_for_once_the_page_was_visited(client: Client, service: HTTPServer) -> None:
    page = Page(service, visited=7, uploaded=9)
    seen: list[bool] = []
    client.selfies.wait(CODE, progress=lambda state: seen.append(state.upload_page_visited))
    assert seen == [False] * 7 + [True] * 3
    assert (page.looks, page.photos) == (10, 7)  # at every second look, and from the visit on


def test_a_photo_that_came_by_another_way_is_found_too(client: Client, service: HTTPServer) -> None:
    page = Page(service, visited=1000, uploaded=3)
    client.selfies.wait(CODE)
    assert page.looks == 5, "two looks late at the most"


def test_a_page_that_has_ended_is_not_waited_for(client: Client, service: HTTPServer) -> None:
    Page(service, 0, 1000, expires=(datetime.now(UTC) - timedelta(minutes=1)).isoformat())
    with pytest.raises(DeadlineExceeded, match="ended without a photo: make a new one"):
        client.selfies.wait(CODE)


def test_throttling_and_a_service_that_is_away_are_waited_out(client: Client, service: HTTPServer) -> None:
    answers: list[Callable[[], Response]] = [
        lambda: Response(json.dumps({"code": CODE, "upload_page_visited": True})),
        lambda: Response("{}", 429, headers={"Retry-After": "1"}),
        lambda: Response("", 501),
    ]
    asked: list[int] = []

    def handle(_: Request) -> Response:
        asked.append(1)
        return answers[len(asked) - 1 if len(asked) <= 3 else 0]()

    service.expect_request(f"/selfies/{CODE}/").respond_with_handler(handle)
    service.expect_request(f"/selfies/{CODE}/file/").respond_with_handler(
        lambda _: Response(b"jpeg") if len(asked) > 3 else Response("{}", 404)
    )
    assert client.selfies.wait(CODE).upload_page_visited
    assert len(asked) == 4


def test_cancelling_and_what_is_not_there_end_it_at_once(client: Client, service: HTTPServer) -> None:
    Page(service, 0, 1000)
    begun = threading.Event()
    with Stopwatch() as watch, pytest.raises(Cancelled):
        client.selfies.wait(CODE, cancel=watch.cancel_after(begun), progress=lambda _: begun.set())
    assert watch.seconds < 1
    service.expect_request("/selfies/other/").respond_with_json({"detail": "Not found."}, status=404)
    with pytest.raises(NotFound):
        client.selfies.wait("other")
