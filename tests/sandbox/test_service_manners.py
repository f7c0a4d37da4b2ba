"""Manners over HTTP: CORS, Link, HEAD and OPTIONS, sizes, ranges, limits of uploads."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import pytest
import requests

from avatarsdk_core.sandbox import Sandbox
from avatarsdk_core.sandbox.limits import LIMIT
from tests.sandbox.service_api import INSTANT, Api, picture

ORIGIN = {"Origin": "http://localhost:9000"}


def test_a_browser_may_send_what_the_samples_send(service: Sandbox) -> None:
    asked = {
        **ORIGIN,
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "authorization,x-playeruid,x-user-agent",
    }
    for path in ("avatars/", "o/token/", "avatars/x/exports/y/files/avatar/file/", "nowhere/"):
        answer = requests.options(service.url + path, headers=asked, timeout=300)
        assert answer.status_code == 200
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "PATCH" in answer.headers["Access-Control-Allow-Methods"]
        allowed = answer.headers["Access-Control-Allow-Headers"].lower()
        assert all(name in allowed for name in ("authorization", "x-playeruid", "x-user-agent"))


def test_a_browser_may_read_what_it_needs_also_of_errors(service: Sandbox, developer: Api) -> None:
    for answer in (
        developer("GET", "avatars/", headers=ORIGIN),
        developer("GET", "avatars/unknown/", headers=ORIGIN),
        requests.get(service.url + "avatars/", headers=ORIGIN, timeout=300),
        requests.get(service.url + "nowhere/", headers=ORIGIN, timeout=300),
    ):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        exposed = answer.headers["Access-Control-Expose-Headers"].lower()
        for name in ("link", "retry-after", "x-file-size", "content-length", "content-encoding"):
            assert name in exposed


def test_answers_say_what_is_allowed(developer: Api) -> None:
    answer = developer("GET", "avatars/")
    assert answer.headers["Allow"] == "GET, POST, HEAD, OPTIONS"
    assert answer.headers["Vary"].startswith("Accept, Cookie")
    head = developer("HEAD", "avatars/")
    assert (head.status_code, head.content) == (200, b"")
    options = developer("OPTIONS", "avatars/count/")
    assert (options.status_code, options.headers["Allow"]) == (200, "GET, HEAD, OPTIONS")


def test_files_tell_their_size_and_come_in_ranges(developer: Api) -> None:
    avatar = developer.wait(developer.create().json()["url"])
    export = developer.wait(developer("GET", avatar["exports"]).json()[0]["url"])
    url = export["files"][0]["file"]
    whole = developer("GET", url)
    assert whole.headers["X-File-Size"] == whole.headers["Content-Length"] == str(len(whole.content))
    assert whole.headers["Content-Disposition"] == 'attachment; filename="avatar.zip"'
    part = developer("GET", url, headers={"Range": "bytes=10-19", "If-Range": whole.headers["ETag"]})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    plain = requests.get(url, params={"access_token": developer.token}, timeout=300)
    assert plain.content == whole.content
    assert int(developer("GET", avatar["thumbnail"]).headers["X-File-Size"]) > 0


def test_one_page_has_links_only_by_the_switch() -> None:
    with Sandbox(durations=INSTANT, single_page_links=True) as service:
        api = Api.signed_in(service, service.credentials.developer)
        answer = api("GET", "avatars/?status=completed&description=fb")
        base = service.url + "avatars/?description=fb"
        assert answer.headers["Link"] == (
            f'<{base}&status=completed>; rel="first", <{base}&page=1&status=completed>; rel="last"'
        )
    with Sandbox(durations=INSTANT) as service:
        api = Api.signed_in(service, service.credentials.developer)
        assert "Link" not in api("GET", "avatars/?status=completed&description=fb").headers


def test_a_link_never_holds_the_token() -> None:
    with Sandbox(durations=INSTANT, single_page_links=True) as service:
        api = Api.signed_in(service, service.credentials.developer)
        answer = requests.get(f"{service.url}players/?access_token={api.token}&comment=x", timeout=300)
        assert answer.links["last"]["url"] == f"{service.url}players/?comment=x&page=1"


def test_a_body_that_says_it_is_too_large_is_refused_at_once(service: Sandbox, developer: Api) -> None:
    address = urlsplit(service.url)
    with socket.create_connection((address.hostname, address.port), timeout=300) as connection:
        request = (
            f"POST /avatars/ HTTP/1.1\r\nHost: {address.netloc}\r\nAuthorization: Bearer {developer.token}\r\n"
            f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {LIMIT + 1}\r\n\r\n"
        )
        connection.sendall(request.encode())
        answer = connection.makefile("rb").readline()
    assert b" 413 " in answer


def test_a_body_that_grows_too_large_is_refused(developer: Api) -> None:
    def endless() -> object:
        yield b'--x\r\nContent-Disposition: form-data; name="photo"; filename="p.jpg"\r\n\r\n'
        for _ in range(LIMIT // 1_000_000 + 2):
            yield b"\0" * 1_000_000

    try:
        answer = developer(
            "POST", "avatars/", data=endless(), headers={"Content-Type": "multipart/form-data; boundary=x"}
        )
    except requests.ConnectionError:
        return  # it hung up in the middle of our sending, which is as good
    assert answer.status_code == 413
    assert "larger than" in answer.json()["detail"]


def test_photo_and_selfie_together_are_one_too_many(developer: Api) -> None:
    answer = developer(
        "POST",
        "avatars/",
        data={"name": "x", "pipeline": "metaperson_2.0", "selfie": "y"},
        files={"photo": ("p.jpg", picture())},
    )
    assert answer.status_code == 400
    assert "not both" in answer.json()["photo"][0]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_other_methods_are_named_with_those_that_there_are(developer: Api, method: str) -> None:
    answer = developer(method, "avatars/")
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "POST", "HEAD", "OPTIONS"}
