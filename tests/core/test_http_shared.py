"""One token and one PlayerUID for any number of threads, clients and processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from avatarsdk_core import profiles
from avatarsdk_core.client import Client
from avatarsdk_core.errors import AccessDenied, AnswerLost, AuthenticationError, AvatarSDKError, ServiceUnavailable
from avatarsdk_core.http import token as token_module
from avatarsdk_core.http import token_store
from avatarsdk_core.http.retry import Deadline
from avatarsdk_core.http.token import TokenSource
from avatarsdk_core.http.token_store import KeptToken, SharedTokens
from avatarsdk_core.models import Token
from avatarsdk_core.redaction import Secret
from avatarsdk_core.settings import Settings
from tests.canary import ACCESS_TOKEN, CLIENT_SECRET, PLAYER_UID, REFRESH_TOKEN
from tests.core.peers import CLIENT_ID, OAuthPeer
from tests.stopwatch import eventually

WHO: dict[str, Any] = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}


class Clock:
    """The clocks that tokens are judged by, so many seconds `ahead`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead = 0.0
        for module in (token_module, token_store):
            monkeypatch.setattr(module, "time", self)

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead

    def time(self) -> float:
        return time.time() + self.ahead


@pytest.fixture
def peer(httpserver: HTTPServer) -> OAuthPeer:
    return OAuthPeer(httpserver)


def in_threads(count: int, work: Any) -> list[BaseException]:
    """Runs `work` in so many threads at once; what they raised."""
    raised: list[BaseException] = []
    start = threading.Barrier(count)

    def run() -> None:
        start.wait()
        try:
            work()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_eight_threads_over_an_expiring_token_ask_once_and_never_unsigned(
    peer: OAuthPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)
    over = threading.Event()

    def watch() -> None:
        eventually(lambda: peer.served > 40)
        clock.ahead = peer.lifetime - 200  # it is still good, and renewed by whoever asks next
        eventually(lambda: len(peer.requests) > 1)
        served = peer.served
        eventually(lambda: peer.served > served + 40)
        over.set()

    with Client(root_url=peer.root, **WHO) as client:

        def work() -> None:
            while not over.is_set():
                list(client.avatars.list())

        threading.Thread(target=watch, daemon=True).start()
        assert in_threads(8, work) == []
    assert len(peer.requests) == 2  # the first, and the one that renewed it
    assert peer.unsigned == 0


def test_eight_threads_that_all_get_a_401_renew_the_token_once(peer: OAuthPeer) -> None:
    with Client(root_url=peer.root, **WHO) as client:
        list(client.avatars.list())
        peer.good_tokens.clear()
        assert in_threads(8, lambda: list(client.avatars.list())) == []
    assert (len(peer.requests), peer.unsigned) == (2, 0)
    assert peer.served <= 1 + 2 * 8


def test_clients_of_the_same_credentials_share_a_token_and_others_dont(peer: OAuthPeer) -> None:
    for _ in range(3):
        with Client(root_url=peer.root, **WHO) as client:
            list(client.avatars.list())
    assert len(peer.requests) == 1
    with Client(root_url=peer.root, token_store="memory", **WHO) as client:
        list(client.avatars.list())
    assert len(peer.requests) == 2
    with Client(root_url=peer.root.replace("localhost", "127.0.0.1"), **WHO) as client:
        list(client.avatars.list())
    assert len(peer.requests) == 3


IN_A_PROCESS = """
    import sys
    from avatarsdk_core.client import Client
    with Client(access=sys.argv[1]) as client:
        for _ in range(5):
            assert list(client.avatars.list()) == []
        print(client.http.player_uid)
"""


def in_processes(count: int, peer: OAuthPeer, access: str = "") -> list[str]:
    """Runs so many processes at once over one token store; what each printed."""
    environment = {**os.environ, "AVATARSDK_ROOT_URL": peer.root, "AVATARSDK_CLIENT_ID": CLIENT_ID}
    environment["AVATARSDK_CLIENT_SECRET"] = CLIENT_SECRET
    command = [sys.executable, "-c", textwrap.dedent(IN_A_PROCESS), access]
    running = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(count)
    ]
    told = []
    for process in running:
        out, err = process.stdout, process.stderr
        assert out is not None
        assert err is not None
        told.append(out.read().strip())
        assert (process.wait(300), err.read()) == (0, "")
        out.close()
        err.close()
    return told


def test_five_processes_ask_for_one_token(peer: OAuthPeer) -> None:
    in_processes(5, peer)
    assert (len(peer.requests), peer.unsigned, peer.served) == (1, 0, 25)
    peer.good_tokens.clear()  # refused from now on, though nobody's clock says so
    in_processes(3, peer)
    assert (len(peer.requests), peer.unsigned) == (2, 0)


@pytest.fixture
def players(peer: OAuthPeer) -> list[str]:
    """PlayerUIDs that were registered; lists are refused without one."""
    registered: list[str] = []
    plain = peer.resource

    def register(request: Request) -> Response:
        assert request.headers.get("Authorization", "").startswith("Bearer ")
        assert "X-PlayerUID" not in request.headers
        registered.append(f"{PLAYER_UID}-{len(registered)}")
        return Response(json.dumps({"code": registered[-1]}), 201, content_type="application/json")

    def listed(request: Request) -> Response:
        if request.headers.get("X-PlayerUID") not in registered:
            return Response('{"detail": "no player"}', 403)
        return plain(request)

    peer.server.expect_request("/players/", method="POST").respond_with_handler(register)
    peer.server.expect_request("/avatars/mine/", method="GET").respond_with_handler(listed)
    return registered


def test_a_player_is_registered_once_by_threads_clients_and_processes(peer: OAuthPeer, players: list[str]) -> None:
    with Client(root_url=peer.root, access="client", **WHO) as client:
        assert in_threads(8, lambda: client.http.request("GET", "avatars/mine/")) == []
    with Client(root_url=peer.root, access="client", **WHO) as client:
        client.http.request("GET", "avatars/mine/")
        assert client.http.player_uid == players[0]
    assert set(in_processes(3, peer, "client")) == set(players)
    assert len(players) == 1


def test_processes_that_start_at_once_register_one_player(peer: OAuthPeer, players: list[str]) -> None:
    assert set(in_processes(4, peer, "client")) == {f"{PLAYER_UID}-0"}
    assert len(players) == 1
    assert len(peer.requests) == 1


def test_a_player_whose_registration_was_lost_is_not_registered_again_by_the_same_call(
    raw_server: Any, peer: OAuthPeer
) -> None:
    asked: list[bytes] = []

    def hang_up(connection: Any) -> None:
        asked.append(b"")  # the request was read, and nothing is answered

    root = raw_server(hang_up)
    token_url = f"{peer.root}o/token/"
    with (
        Client(root_url=root, token_url=token_url, access="client", **WHO) as client,
        pytest.raises(AnswerLost, match="/players/"),
    ):
        list(client.avatars.list())
    assert len(asked) == 1


def test_no_player_is_registered_unasked_nor_over_one_that_is_given(peer: OAuthPeer, players: list[str]) -> None:
    with Client(root_url=peer.root, **WHO) as client, pytest.raises(AccessDenied):
        client.http.request("GET", "avatars/mine/")
    with (
        Client(root_url=peer.root, access="client", player_uid="other", **WHO) as client,
        pytest.raises(AccessDenied),
    ):
        client.http.request("GET", "avatars/mine/")
    assert players == []


def test_without_locks_and_on_a_read_only_folder_requests_still_work(
    peer: OAuthPeer, own_profiles: Path, caplog: pytest.LogCaptureFixture
) -> None:
    own_profiles.parent.mkdir(parents=True)
    own_profiles.with_name("profiles.state").write_text("a file where the folder should be")
    with Client(root_url=peer.root, **WHO) as client:
        list(client.avatars.list())
        list(client.avatars.list())
    assert len(peer.requests) == 1
    assert "Not shared between processes: Can't" in caplog.text


@pytest.fixture
def shared() -> SharedTokens:
    return SharedTokens(Settings(root_url="https://service.example/", client_id="i", client_secret="s", profile="p"))


def asked(source: TokenSource) -> str:
    return source.get(Deadline(60))


@pytest.mark.parametrize(
    ("got_ago", "ends_in", "believed"),
    [
        (10, 36000, True),
        (35000, 1000, True),
        (35800, 200, False),  # within the margin
        (40000, -4000, False),  # over
        (-7200, 43200, False),  # from the future: this clock or the writer's is wrong
    ],
)
def test_a_shared_token_is_believed_only_while_it_can_be_good(
    shared: SharedTokens, got_ago: float, ends_in: float, believed: bool
) -> None:
    now = time.time()
    shared.save(KeptToken(Secret(ACCESS_TOKEN), Secret(""), now - got_ago, now + ends_in))
    source = TokenSource(lambda *_: Token(access_token="new", expires_in=36000), shared)
    assert asked(source) == (ACCESS_TOKEN if believed else "new")


@pytest.mark.parametrize("text", ["", "nonsense", "[]", "{}", '{"access_token": 3}', '{"access_token": " b"}', "null"])
def test_a_damaged_store_costs_a_token_and_nothing_else(shared: SharedTokens, text: str) -> None:
    shared.write(text)
    assert asked(TokenSource(lambda *_: Token(access_token="new"), shared)) == "new"
    kept = shared.load()
    assert kept is not None
    assert kept.value == "new"


def test_a_laptop_that_slept_renews_its_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """The monotonic clock stands still meanwhile, the wall clock doesn't."""
    tokens = iter(["one", "two"])
    source = TokenSource(lambda *_: Token(access_token=next(tokens), expires_in=36000))
    assert asked(source) == "one"
    awake = time.time
    monkeypatch.setattr(token_module.time, "time", lambda: awake() + 40000)
    assert asked(source) == "two"


def test_a_token_that_is_still_good_outlives_a_service_that_is_down() -> None:
    answers: Iterator[Any] = iter(
        [Token(access_token="one", expires_in=3600), ServiceUnavailable("down"), Token(access_token="two")]
    )

    def fetch(*_: Any) -> Token:
        answer = next(answers)
        if isinstance(answer, AvatarSDKError):
            raise answer
        return answer  # type: ignore[no-any-return]

    source = TokenSource(fetch)
    assert asked(source) == "one"
    held = source._held
    assert held is not None
    source._held = type(held)(held.value, 0.0, 0.0, held.good_until)  # its margin has begun
    assert asked(source) == "one"
    source.reject("one")
    assert asked(source) == "two"


def test_a_refused_token_of_long_ago_doesnt_bring_a_refused_one_back() -> None:
    tokens = iter(["one", "two", "three"])
    source = TokenSource(lambda *_: Token(access_token=next(tokens), expires_in=3600))
    assert asked(source) == "one"
    source.reject("one")
    source.reject("long ago")
    assert asked(source) == "two"


def test_a_refresh_token_is_kept_for_a_profile_alone() -> None:
    for profile, expected in (("p", REFRESH_TOKEN), ("", "")):
        settings = Settings(root_url="https://service.example/", client_id=f"i{profile}", profile=profile)
        store = SharedTokens(settings)
        now = time.time()
        store.save(KeptToken(Secret(ACCESS_TOKEN), Secret(REFRESH_TOKEN), now, now + 100))
        kept = store.load()
        assert kept is not None
        assert (kept.value, kept.refresh) == (ACCESS_TOKEN, expected)


def test_another_secret_is_never_let_through_by_a_token_that_is_kept(peer: OAuthPeer) -> None:
    with Client(root_url=peer.root, **WHO) as client:
        list(client.avatars.list())
    wrong = {**WHO, "client_secret": "wrong"}
    with Client(root_url=peer.root, **wrong) as client, pytest.raises(AuthenticationError, match="invalid_client"):
        list(client.avatars.list())
    assert len(peer.requests) == 2


def test_threads_that_wait_share_a_refusal_too(peer: OAuthPeer, monkeypatch: pytest.MonkeyPatch) -> None:
    plain, waiting = TokenSource.get, []

    def get(*arguments: Any) -> str:
        waiting.append(1)
        return plain(*arguments)

    monkeypatch.setattr(TokenSource, "get", get)
    peer.hold = lambda: (eventually(lambda: len(waiting) >= 8), time.sleep(0.3))
    with Client(root_url=peer.root, client_id=CLIENT_ID, client_secret="wrong") as client:
        raised = in_threads(8, lambda: list(client.avatars.list()))
        assert [type(error) for error in raised] == [AuthenticationError] * 8
        assert len(peer.requests) == 1
        with pytest.raises(AuthenticationError):
            list(client.avatars.list())
    assert len(peer.requests) == 2  # who asks later is answered anew


def test_the_names_of_files_tell_nothing(own_profiles: Path, peer: OAuthPeer) -> None:
    with Client(root_url=peer.root, **WHO) as client:
        list(client.avatars.list())
    here = profiles.places()
    assert here is not None
    names = [path.name for path in here.state.iterdir()]
    assert len(names) == 1
    assert CLIENT_ID not in names[0]
    assert (here.state / names[0]).stat().st_mode & 0o777 == 0o600
