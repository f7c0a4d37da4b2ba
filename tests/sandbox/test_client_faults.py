"""What the core answers to each fault that a network or a service can have: one line for each, none left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from avatarsdk_core.client import Client
from avatarsdk_core.errors import (
    AnswerLost,
    ArchiveError,
    AuthenticationError,
    AvatarSDKError,
    ProtocolError,
    ServiceError,
    ServiceUnavailable,
    ServiceUnreachable,
    Throttled,
    TransferError,
)
from avatarsdk_core.models import Export
from avatarsdk_core.sandbox import Sandbox
from avatarsdk_core.sandbox.faults import KINDS
from avatarsdk_core.transfer import pace
from avatarsdk_core.transfer.download import download
from avatarsdk_core.transfer.export import download_export
from tests.sandbox.service_api import Api
from tests.stopwatch import Stopwatch

FILES = "*/file/"
ELSEWHERE = "http://127.0.0.2:1/"  # a foreign host that nobody listens on
SECONDS = 40.0  # of a request that will not succeed, and that ends by itself before
SHORT = 4.0  # of one that only its deadline ends
SLOW_SECONDS = 1.5  # without bytes, until a file is asked for once more and then given up


@dataclass(frozen=True)
class Case:
    """A fault, what is done under it, and what comes of it: success where `error` is None."""

    fault: str
    act: str  # list, create, file, export, or the export asked for afresh
    error: type[AvatarSDKError] | None = None
    says: str = ""
    options: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        options = "-".join(f"{name}={value}" for name, value in self.options.items())
        return f"{self.fault}-{options}-{self.act}" if options else f"{self.fault}-{self.act}"


def case(fault: str, act: str, error: type[AvatarSDKError] | None = None, says: str = "", **options: Any) -> Case:
    return Case(fault, act, error, says, options)


CASES = [
    # Before the service looks at a request
    case("latency", "list", seconds=0.05),
    case("stall", "list", ServiceError, "4 s"),
    case("reset", "list", times=1),
    case("reset", "list", ServiceUnreachable),
    case("reset", "create", AnswerLost),
    case("reset", "file", times=2),
    case("throttled", "list", times=2, seconds=0),
    case("throttled", "list", times=1, seconds=0, form="date"),
    case("throttled", "list", Throttled, "60 s", seconds=60),
    case("throttled", "file", times=2, seconds=0),
    case("unavailable", "list", times=2),
    case("unavailable", "list", ServiceUnavailable),
    case("unavailable", "create", ServiceUnavailable, times=1),
    case("html-error", "list", times=1),
    case("html-error", "list", ServiceUnavailable, "502"),
    case("captive-portal", "list", ProtocolError, "JSON"),
    case("captive-portal", "export", TransferError, ""),
    case("expired-token", "list", times=1),
    case("expired-token", "file", times=1),
    case("revoked-credentials", "list", AuthenticationError, "AVATARSDK_CLIENT_SECRET"),
    case("redirect", "list", ServiceUnreachable, "", to=ELSEWHERE),
    case("redirect", "list", ProtocolError, "redirects", to="self"),
    case("redirect", "create", ProtocolError, "redirected", status=307, to=ELSEWHERE),
    # Ranges: the first answer breaks off, so that the rest is asked for
    case("ignored-range", "file"),
    case("range-refused", "file", times=1),
    case("changed-etag", "file"),
    case("wrong-content-range", "file", times=1),
    # What an answer says
    case("malformed-json", "list", ProtocolError, "JSON"),
    *(case("surprising-json", "list", ProtocolError, "", form=form) for form in ("null", "object", "string", "number")),
    *(case("surprising-json", "list", ProtocolError, "", form=form) for form in ("empty", "deep", "binary")),
    *(case("surprising-json", "list", form=form) for form in ("nulls", "extra")),
    case("wrong-type", "file", type="application/octet-stream"),
    case("wrong-type", "file", TransferError, "web page"),
    case("gzip-bomb", "list", ProtocolError, "", megabytes=200),
    case("gzip-bomb", "file", TransferError, "", megabytes=64, path=FILES),
    case("weak-etag", "file"),
    case("no-validator", "file"),
    case("foreign-links", "list", to=ELSEWHERE),
    case("foreign-links", "afresh", AvatarSDKError, "127.0.0.2", to=ELSEWHERE),
    case("endless-pages", "list", ProtocolError, ""),
    case("clock-skew", "list", seconds=1e6),
    # Archives
    case("truncated-zip", "export", ArchiveError),
    case("damaged-zip", "export", ArchiveError),
    case("slipping-zip", "export", ArchiveError, "slipped"),
    case("slipping-zip", "export", ArchiveError, "", entry="/etc/slipped.txt"),
    case("zip-bomb", "export", ArchiveError, "", megabytes=400),
    # The wire
    case("lost-answer", "create", AnswerLost),
    case("lost-answer", "list", times=1),
    case("truncated", "list", times=1, at=10),
    case("truncated", "file", times=3),
    case("truncated", "file", TransferError, "", at=0),
    case("reset-in-body", "file", times=3, at=9000),
    case("stall-in-body", "file", TransferError, "stopped after 200 of", at=100),
    case("drip", "list", ServiceError, "4 s"),
    case("over-long", "file", path=FILES),
    case("wrong-length", "list", text="many"),
    case("wrong-length", "file", TransferError, "many", text="many"),
    case("wrong-length", "export", AvatarSDKError, "", by=-10, path=FILES),
    case("wrong-length", "file", times=1, by=10),
    case("no-length", "file"),
    case("chunked", "file"),
    case("chunked", "file", times=1, at=5000),
    case("garbled", "list", ServiceUnreachable),
    case("garbled", "list", times=1),
]


@pytest.fixture(scope="module")
def finished(service: Sandbox) -> Export:
    """A small export, computed before anything goes wrong."""
    api = Api.signed_in(service, service.credentials.developer)
    avatar = api.wait(api.create().json()["url"])
    (export,) = api("GET", avatar["exports"]).json()
    return Export.from_json(api.wait(export["url"]))


@pytest.fixture
def sdk(service: Sandbox) -> Iterator[Client]:
    keys = service.credentials.developer
    with Client(root_url=service.url, client_id=keys.client_id, client_secret=keys.client_secret) as client:
        client.http.request_seconds = 300.0
        next(iter(client.avatars.list()))  # signed in before anything goes wrong
        yield client
    service.faults.clear()


def acts(
    client: Client, export: Export, folder: Path, broken_first: Callable[[], None]
) -> dict[str, Callable[[], Any]]:
    def file() -> None:
        broken_first()
        whole = download(client.http, export.files[0].file, folder / "avatar.zip", seconds=client.http.request_seconds)
        assert (folder / "avatar.zip").stat().st_size == whole > 10_000

    return {
        "list": lambda: [avatar.code for avatar in client.avatars.list()],
        "create": client.players.create,
        "file": file,
        "afresh": lambda: download_export(client, client.exports.get(export), folder / "export", cache=None),
        "export": lambda: download_export(client, export, folder / "export", cache=None),
    }


def test_no_fault_is_left_out() -> None:
    assert {case.fault for case in CASES} == KINDS.keys()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_each_fault_is_overcome_or_answered(
    case: Case, service: Sandbox, sdk: Client, finished: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken_first() -> None:
        if "range" in case.fault or case.fault == "changed-etag":  # they concern the rest of a file
            service.faults.add("truncated", times=1, at=5000, path=FILES)

    if case.error is not None:
        monkeypatch.setattr("avatarsdk_core.http.retry._BASE_SECONDS", 0.01)
        monkeypatch.setattr(pace, "SLOW_SECONDS", SLOW_SECONDS)
        sdk.http.request_seconds = SHORT if case.fault in ("stall", "drip") else SECONDS
    service.faults.add(case.fault, **case.options)
    act = acts(sdk, finished, tmp_path, broken_first)[case.act]
    if case.error is None:
        act()
        assert service.faults.fired.get(case.fault)
        return
    with Stopwatch() as watch, pytest.raises(case.error) as caught:
        act()
    line = str(caught.value)
    assert case.says in line
    assert "\n" not in line.strip()
    assert watch.seconds < 10
    service.faults.clear()
    assert list(tmp_path.iterdir()) == [], "nothing half-written is left"
    assert [avatar.code for avatar in sdk.avatars.list()], "the same client goes on when the fault is over"
