"""Iterating a list walks its pages, however the service writes them, and never leaves the service."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from avatarsdk_core.client import Client
from avatarsdk_core.errors import ProtocolError
from avatarsdk_core.http.pages import next_url

PAGE = "https://api.example/avatars/?page=1"


def test_lists_walk_their_pages_and_keep_the_filter(client: Client, service: HTTPServer) -> None:
    root = service.url_for("/avatars/")
    first = f'<{root}?description=x>; rel="first", <{root}?description=x&page=2>; rel="next"'
    service.expect_request("/avatars/", query_string="description=x").respond_with_json(
        [{"code": "a"}], headers={"Link": first}
    )
    service.expect_request("/avatars/", query_string="description=x&page=2").respond_with_json([{"code": "b"}])
    assert [avatar.code for avatar in client.avatars.list(description="x")] == ["a", "b"]


@pytest.mark.parametrize("link", [None, '<{root}>; rel="first", <{root}?page=1>; rel="last"'])
def test_both_forms_of_a_single_page_are_one_page(client: Client, service: HTTPServer, link: str | None) -> None:
    headers = {"Link": link.format(root=service.url_for("/avatars/"))} if link else {}
    service.expect_oneshot_request("/avatars/").respond_with_json([{"code": "a"}], headers=headers)
    assert [avatar.code for avatar in client.avatars.list()] == ["a"]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    total=st.integers(0, 7),
    size=st.integers(1, 3),
    single=st.booleans(),
    relative=st.booleans(),
    extra=st.sampled_from(["", "prev", "last"]),
)
def test_every_item_comes_once_and_in_order(
    client: Client, service: HTTPServer, total: int, size: int, single: bool, relative: bool, extra: str
) -> None:
    pages = max(1, -(-total // size))
    root = "" if relative else service.url_for("/avatars/")
    asked: list[int] = []

    def handle(request: Request) -> Response:
        page = int(request.args.get("page", "1"))
        asked.append(page)
        links = [f'<{root}>; rel="first"'] + ([f'<{root}?page={pages}>; rel="{extra}"'] if extra else [])
        if page < pages:
            links.append(f'<{root}?page={page + 1}>; rel="next"')
        items = [{"code": str(number)} for number in range(total)][(page - 1) * size : page * size]
        headers = {} if pages == 1 and not single else {"Link": ", ".join(links)}
        return Response(json.dumps(items), headers=headers)

    service.clear_all_handlers()
    service.expect_request("/o/token/", method="POST").respond_with_json({"access_token": "t", "expires_in": 36000})
    service.expect_request("/avatars/").respond_with_handler(handle)
    assert [avatar.code for avatar in client.avatars.list()] == [str(number) for number in range(total)]
    assert asked == [*range(1, pages + 1)]


def test_pages_are_fetched_when_they_are_needed(client: Client, service: HTTPServer) -> None:
    link = f'<{service.url_for("/avatars/")}?page=2>; rel="next"'
    service.expect_oneshot_request("/avatars/").respond_with_json(
        [{"code": "a"}, {"code": "b"}], headers={"Link": link}
    )
    avatars = client.avatars.list()
    before = client.traffic.requests
    assert [next(avatars).code, next(avatars).code] == ["a", "b"]
    assert client.traffic.requests - before == 2  # a token and one page


@pytest.mark.parametrize(
    ("target", "words"),
    [("/avatars/", "in a circle"), ("https://evil.example/", "another host"), ("//evil.example/x", "another host")],
)
def test_pages_in_a_circle_or_elsewhere_are_refused(
    client: Client, service: HTTPServer, target: str, words: str
) -> None:
    service.expect_request("/avatars/").respond_with_json([], headers={"Link": f'<{target}>; rel="next"'})
    with pytest.raises(ProtocolError, match=words):
        list(client.avatars.list())


def test_the_same_machine_by_another_name_is_another_host(client: Client, service: HTTPServer) -> None:
    elsewhere = service.url_for("/avatars/?page=2").replace("localhost", "127.0.0.1")
    assert elsewhere != service.url_for("/avatars/?page=2")
    service.expect_request("/avatars/").respond_with_json(
        [{"code": "a"}], headers={"Link": f'<{elsewhere}>; rel="next"'}
    )
    with pytest.raises(ProtocolError, match="another host"):
        list(client.avatars.list())


def test_a_foreign_next_page_matters_only_when_it_is_reached(client: Client, service: HTTPServer) -> None:
    link = '<https://evil.example/>; rel="next"'
    service.expect_request("/avatars/").respond_with_json([{"code": "a"}], headers={"Link": link})
    assert next(client.avatars.list()).code == "a"


def test_the_same_page_under_ever_new_addresses_is_refused(client: Client, service: HTTPServer) -> None:
    def handle(request: Request) -> Response:
        page = int(request.args.get("page", "1"))
        return Response('[{"code": "a"}]', headers={"Link": f'<?page={page + 1}>; rel="next"'})

    service.expect_request("/avatars/").respond_with_handler(handle)
    with pytest.raises(ProtocolError, match="same page again and again"):
        list(client.avatars.list())


@pytest.mark.parametrize("page", [{}, "words", 5, None])
def test_a_page_that_is_no_list_is_refused(client: Client, service: HTTPServer, page: Any) -> None:
    service.expect_request("/avatars/").respond_with_json(page)
    with pytest.raises(ProtocolError, match="where a list was expected"):
        list(client.avatars.list())


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        (None, None),
        ("", None),
        ("nonsense", None),
        ("string", None),
        ('<http://x/?a=1,2>; rel="next"', "http://x/?a=1,2"),
        ("<u1>; rel=first, <u2>; rel=next", "https://api.example/avatars/u2"),
        ('<?page=2>; title="a, b"; REL="last next"', "https://api.example/avatars/?page=2"),
        ("<u1>; rel=prev", None),
        ("<u1> rel=next", None),
        ("<>; rel=next", None),
        ("<mailto:a@b>; rel=next", None),
        ("<http://[::1>; rel=next", None),
        ("<http:///x>; rel=next", None),
    ],
)
def test_link_headers(link: str | None, expected: str | None) -> None:
    assert next_url(link, PAGE) == expected


@given(st.text(alphabet=st.sampled_from('<>;=", relnxtpv?/:hs0[]%\\')) | st.text())
def test_any_link_header_is_an_address_or_none(link: str) -> None:
    url = next_url(link, PAGE)
    assert url is None or url.startswith(("http://", "https://"))


@given(st.lists(st.sampled_from(["first", "prev", "last"]), unique=True), st.integers(0, 3), st.integers(2, 99))
def test_the_next_page_is_found_wherever_it_stands(others: list[str], place: int, page: int) -> None:
    links = [f'<https://api.example/avatars/?a=1,2&page=1>; rel="{name}"' for name in others]
    links.insert(place, f'<https://api.example/avatars/?a=1,2&page={page}>; rel="next"')
    assert next_url(", ".join(links), PAGE) == f"https://api.example/avatars/?a=1,2&page={page}"
