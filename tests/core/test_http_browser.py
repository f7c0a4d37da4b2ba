"""The browser's way back: one answer, with our state, on 127.0.0.1 alone; everything else is refused."""

from __future__ import annotations

import base64
import hashlib
import socket
import threading
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from avatarsdk_core import profiles, signin
from avatarsdk_core.client import Client
from avatarsdk_core.errors import AccessDenied, AuthenticationError, Cancelled, DeadlineExceeded
from avatarsdk_core.http.browser import Redirect, authorization_request
from avatarsdk_core.http.retry import Deadline
from avatarsdk_core.settings import Settings
from tests.canary import CLIENT_SECRET, MARK
from tests.core.peers import CLIENT_ID, OAuthPeer
from tests.stopwatch import Stopwatch

CODE = f"code-{MARK}"
PLAIN_CODE = "code-of-a-test"  # in tests whose own browser logs it


def get(url: str, **query: str) -> requests.Response:
    return requests.get(f"{url}?{urlencode(query)}", timeout=60)


def test_the_request_carries_a_state_and_a_challenge_of_its_own() -> None:
    settings = Settings(root_url="https://service.example/", client_id="an id & more", grant="authorization_code")
    one, two = (authorization_request(settings, "http://127.0.0.1:5/callback") for _ in range(2))
    parts = urlsplit(one.url)
    query = {name: values[0] for name, values in parse_qs(parts.query, strict_parsing=True).items()}
    digest = base64.urlsafe_b64encode(hashlib.sha256(one.verifier.encode()).digest()).rstrip(b"=").decode()
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "https://service.example/o/authorize/"
    assert query == {
        "response_type": "code",
        "client_id": "an id & more",
        "redirect_uri": "http://127.0.0.1:5/callback",
        "scope": "read write",
        "state": one.state,
        "code_challenge": digest,
        "code_challenge_method": "S256",
    }
    assert len({one.state, two.state, one.verifier, two.verifier}) == 4
    assert one.verifier not in one.url
    assert one.state not in repr(one)
    assert (len(one.state) >= 43, len(one.verifier)) == (True, 64)


def test_only_an_answer_with_our_state_counts_and_only_the_first() -> None:
    with Redirect() as redirect:
        assert get(redirect.url, code="early", state="").status_code == 400  # nothing is expected yet
        redirect.expect("ours")
        for query in ({"code": "x"}, {"code": "x", "state": "theirs"}, {"code": "x", "state": "öurs"}):
            refused = get(redirect.url, **query)
            assert (refused.status_code, "wasn&#x27;t asked for here" in refused.text) == (400, True)
        assert requests.get(f"{redirect.url}?code=a&state=ours&state=theirs", timeout=60).status_code == 400
        assert get(redirect.url.replace("/callback", "/other"), code="x", state="ours").status_code == 404
        good = get(redirect.url, code=PLAIN_CODE, state="ours")
        assert (good.status_code, "You may close this page" in good.text) == (200, True)
        assert good.headers["Cache-Control"] == "no-store"
        assert get(redirect.url, code="second", state="ours").status_code == 400
        assert redirect.wait(Deadline(60)) == PLAIN_CODE
        assert PLAIN_CODE not in repr(redirect.wait(Deadline(60)))
    with pytest.raises(requests.ConnectionError):
        get(redirect.url, code=PLAIN_CODE, state="ours")


def test_a_foreign_host_name_and_other_methods_are_refused() -> None:
    with Redirect() as redirect:
        redirect.expect("ours")
        for headers in ({"Host": "evil.example"}, {"Host": f"localhost:{urlsplit(redirect.url).port}"}):
            refused = requests.get(f"{redirect.url}?code=x&state=ours", headers=headers, timeout=60)
            assert refused.status_code == 400
        assert requests.post(redirect.url, data={"code": "x", "state": "ours"}, timeout=60).status_code == 501
        with pytest.raises(DeadlineExceeded):
            redirect.wait(Deadline(0.1))


def test_the_listener_is_on_this_machine_alone() -> None:
    with Redirect() as redirect:
        address = redirect._server.socket.getsockname()
        assert address[0] == "127.0.0.1"
        assert urlsplit(redirect.url).hostname == "127.0.0.1"


def test_a_connection_that_says_nothing_holds_nobody_up() -> None:
    with Redirect() as redirect:
        redirect.expect("ours")
        silent = [socket.create_connection(("127.0.0.1", urlsplit(redirect.url).port)) for _ in range(3)]
        with Stopwatch() as watch:
            assert get(redirect.url, code=PLAIN_CODE, state="ours").status_code == 200
            assert redirect.wait(Deadline(60)) == PLAIN_CODE
    assert watch.seconds < 3
    for connection in silent:
        connection.close()


@pytest.mark.parametrize(
    ("query", "kind", "words"),
    [
        ({"error": "access_denied"}, AccessDenied, "The sign-in was refused in the browser"),
        ({"error": "server_error", "error_description": "<b>Oh\nno</b>"}, AuthenticationError, "<b>Oh no</b>"),
        ({}, AuthenticationError, "no code came"),
    ],
)
def test_a_refusal_is_told_and_shown_without_its_markup(
    query: dict[str, str], kind: type[Exception], words: str
) -> None:
    with Redirect() as redirect:
        redirect.expect("ours")
        page = get(redirect.url, state="ours", **query)
        assert (page.status_code, "was refused" in page.text, "<b>" in page.text) == (200, True, False)
        with pytest.raises(kind, match=words) as caught:
            redirect.wait(Deadline(60))
    assert "\n" not in str(caught.value)


def test_waiting_ends_with_the_time_and_at_once_when_cancelled() -> None:
    with Redirect() as redirect:
        redirect.expect("ours")
        get(redirect.url, code="x", state="theirs")
        with pytest.raises(
            DeadlineExceeded, match=r"within 0 s \(an answer to another sign-in came, and was refused\)"
        ):
            redirect.wait(Deadline(0.2))
        begun = threading.Event()
        begun.set()
        with Stopwatch() as watch, pytest.raises(Cancelled):
            redirect.wait(Deadline(600), watch.cancel_after(begun))
        assert watch.seconds < 1


@pytest.fixture(params=["http", "https"])
def peer(request: pytest.FixtureRequest) -> OAuthPeer:
    """Whose page says yes at once."""
    server: HTTPServer = request.getfixturevalue("https" if request.param == "https" else "httpserver")
    found = OAuthPeer(server, gives_refresh=True)

    def allow(asked: Request) -> Response:
        found.challenges[CODE] = (asked.args["code_challenge"], asked.args["redirect_uri"])
        query = urlencode({"code": CODE, "state": asked.args["state"]})
        return Response(status=302, headers={"Location": f"{asked.args['redirect_uri']}?{query}"})

    server.expect_request("/o/authorize/").respond_with_handler(allow)
    server.expect_request("/players/").respond_with_json([])
    return found


def browse(url: str) -> bool:
    """A browser, in a thread of its own as a browser is a program of its own."""
    threading.Thread(target=lambda: requests.get(url, timeout=60), daemon=True).start()
    return True


@pytest.mark.parametrize("secret", [CLIENT_SECRET, ""], ids=["confidential", "public"])
def test_signing_in_by_browser_and_renewing_by_its_refresh_token(peer: OAuthPeer, secret: str) -> None:
    peer.secret = secret
    told: list[str] = []
    account = signin.login(
        "me",
        keep="file",
        grant="authorization_code",
        root_url=peer.root,
        client_id=CLIENT_ID,
        client_secret=secret,
        on_url=told.append,
        open_browser=browse,
    )
    assert (account.profile, account.grant, account.access) == ("me", "authorization_code", "developer")
    assert told[0].startswith(f"{peer.root}o/authorize/?response_type=code&client_id={CLIENT_ID}")
    with Client(profile="me") as client:
        list(client.avatars.list())
        peer.good_tokens.clear()
        list(client.avatars.list())
        peer.good_tokens.clear()
        list(client.avatars.list())  # by the second refresh token: the first was good for once
    grants = [form["grant_type"] for form in peer.requests]
    assert grants == ["authorization_code", "refresh_token", "refresh_token"]
    assert [form.get("client_id") for form in peer.requests] == [None if secret else CLIENT_ID] * 3
    peer.good_tokens.clear()
    peer.good_refresh.clear()
    with (
        Client(profile="me") as client,
        pytest.raises(AuthenticationError, match=r"Not signed in at .* or no longer: avatarsdk login --profile me"),
    ):
        list(client.avatars.list())


def test_nothing_is_kept_when_the_person_says_no(peer: OAuthPeer) -> None:
    def deny(url: str) -> bool:
        query = parse_qs(urlsplit(url).query)
        return browse(f"{query['redirect_uri'][0]}?error=access_denied&state={query['state'][0]}")

    with pytest.raises(AccessDenied, match="refused in the browser"):
        signin.login(
            "me", keep="file", grant="authorization_code", root_url=peer.root, client_id=CLIENT_ID, open_browser=deny
        )
    assert (peer.requests, profiles.available()) == ([], [])
