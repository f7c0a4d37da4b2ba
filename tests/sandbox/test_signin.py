"""Signing in at the real sandbox, by every grant; a test plays the browser and the person in front of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import pytest
import requests

from avatarsdk_core import signin
from avatarsdk_core.client import Client
from avatarsdk_core.errors import AccessDenied, AuthenticationError, DeadlineExceeded, SettingsError
from avatarsdk_core.sandbox import Sandbox
from tests.canary import Canary
from tests.stopwatch import eventually


@pytest.fixture(scope="module")
def service(canary: Canary) -> Iterator[Sandbox]:
    with Sandbox() as running:
        pairs = (running.credentials.developer, running.credentials.client)
        canary.watch(running.user.password, *(pair.client_secret for pair in pairs))
        yield running


class _Form(HTMLParser):
    """The fields of a page's form, as a browser would send them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.action: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = dict(attributes)
        if tag == "form":
            self.action = values.get("action") or ""
        elif tag == "input" and values.get("name"):
            self.fields[str(values["name"])] = values.get("value") or ""


class Person:
    """Opens the page, fills it in and presses a button; `pages` are the texts that were seen."""

    def __init__(self, username: str, password: str, decision: str = "allow") -> None:
        self.username, self.password, self.decision = username, password, decision
        self.pages: list[str] = []
        self._thread: threading.Thread | None = None

    def __call__(self, url: str) -> bool:
        self._thread = threading.Thread(target=self._browse, args=(url,))
        self._thread.start()
        return True

    def join(self) -> None:
        assert self._thread is not None
        self._thread.join(10)

    def _browse(self, url: str) -> None:
        with requests.Session() as browser:
            page = browser.get(url, timeout=300)
            form = _Form(page.text)
            assert form.action is not None
            filled = {"username": self.username, "password": self.password, "decision": self.decision}
            answer = browser.post(urljoin(page.url, form.action) or url, data=form.fields | filled, timeout=300)
            self.pages = [page.text, answer.text]


def sign_in(service: Sandbox, person: Person, **arguments: Any) -> signin.Account:
    pair = service.credentials.client
    try:
        return signin.login(
            "me",
            keep="file",
            grant="authorization_code",
            root_url=service.url,
            open_browser=person,
            **{"client_id": pair.client_id, "client_secret": pair.client_secret, **arguments},
        )
    finally:
        person.join()


def test_in_the_browser_with_state_and_pkce(service: Sandbox) -> None:
    person = Person(service.user.username, service.user.password)
    account = sign_in(service, person)
    assert "Thank you. You may close this page" in person.pages[1]
    assert (account.grant, account.access, account.player_uid != "") == ("authorization_code", "client", True)
    with Client(profile="me") as client:
        assert list(client.avatars.list()) == []
        assert client.traffic.requests == 1  # token and PlayerUID were kept
        assert signin.whoami(client).access == "client"


def test_in_the_browser_as_a_public_application(service: Sandbox) -> None:
    person = Person(service.user.username, service.user.password)
    assert sign_in(service, person, client_secret="").profile == "me"


def test_a_person_who_says_no(service: Sandbox) -> None:
    person = Person(service.user.username, service.user.password, "deny")
    with pytest.raises(AccessDenied, match=r"refused in the browser: The user said no\."):
        sign_in(service, person)
    with pytest.raises(SettingsError):
        Client(profile="me")


def test_a_wrong_password_stays_on_the_page_until_the_time_is_up(service: Sandbox) -> None:
    person = Person(service.user.username, "wrong-one")
    with pytest.raises(DeadlineExceeded, match="Nobody signed in within 1 s"):
        sign_in(service, person, seconds=1.0)
    eventually(lambda: len(person.pages) > 1)  # a browser may be slower than the second
    assert "wrong password" in person.pages[1]


@pytest.mark.parametrize("client_auth", ["basic", "form"])
def test_with_a_users_password_refreshed_and_revoked(service: Sandbox, client_auth: str) -> None:
    pair = service.credentials.developer
    arguments: dict[str, Any] = {
        "root_url": service.url,
        "client_id": pair.client_id,
        "client_secret": pair.client_secret,
        "client_auth": client_auth,
        "username": service.user.username,
    }
    account = signin.login("mine", keep="file", password=service.user.password, **arguments)
    assert (account.grant, account.access) == ("password", "developer")
    with Client(profile="mine") as client:
        first = client.http.tokens.get(signin.Deadline(5))
        client.http.tokens.reject(first)  # renewed by the refresh token: the password isn't kept
        assert list(client.avatars.list()) == []
        token = client.http.tokens.get(signin.Deadline(5))
        assert token != first
    with Client(root_url=service.url, token=token) as given:
        assert list(given.avatars.list()) == []
        done = signin.logout("mine")
        assert (done.revoked, done.words) == (True, f"Signed out of {service.url} (profile mine).")
        with pytest.raises(AuthenticationError):
            list(given.avatars.list())


def test_with_an_applications_credentials_and_with_a_token(service: Sandbox) -> None:
    for pair, access in ((service.credentials.developer, "developer"), (service.credentials.client, "client")):
        pair_of = {"client_id": pair.client_id, "client_secret": pair.client_secret}
        account = signin.login("app", keep="file", root_url=service.url, **pair_of)  # type: ignore[arg-type]
        assert account.access == access
        with Client(profile="app") as client:
            assert list(client.avatars.list()) == []
            token = client.http.tokens.get(signin.Deadline(5))
        account = signin.login("token", keep="file", root_url=service.url, token=token)
        assert (account.grant, account.access, account.token_expires_at) == ("token", access, None)
        with Client(profile="token") as client:
            assert account.kept_in == signin.whoami(client).kept_in
            assert account.kept_in.startswith("files in ")
            assert list(client.avatars.list()) == []
    with pytest.raises(AuthenticationError, match="401"):
        signin.login("bad", keep="file", root_url=service.url, token="x" * 30)
