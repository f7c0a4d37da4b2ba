"""Creating exactly once, waiting, paging, models that grow."""

from __future__ import annotations

import json
import pickle
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from avatarsdk_core import errors
from avatarsdk_core.client import Client
from avatarsdk_core.errors import (
    ApiError,
    ComputationError,
    NotFoundError,
    OperationCancelledError,
    PhotoError,
    ProtocolError,
    SettingsError,
    WaitTimeoutError,
)
from avatarsdk_core.http.origin import followed
from avatarsdk_core.http.pages import next_url
from avatarsdk_core.http.retry import next_delay, parse_retry_after
from avatarsdk_core.models import Avatar, Export, Token, to_json
from avatarsdk_core.settings import Settings
from tests.core.test_photo import jpeg

AVATAR = "0f1e2d3c-0000-4000-8000-000000000001"


class Creating:
    """A service that stores the avatar, but whose answer to the first POST is lost behind a proxy (502)."""

    def __init__(self, stores: bool) -> None:
        self.stores = stores
        self.posts: list[Request] = []
        self.looks: list[str] = []

    def post(self, request: Request) -> Response:
        _ = request.form, request.files
        self.posts.append(request)
        return Response("bad gateway", 502)

    def list(self, request: Request) -> Response:
        self.looks.append(request.args["description"])
        others = [{"code": "other", "description": "somebody else's"}]
        if self.stores and len(self.looks) > 1:
            others.append({"code": AVATAR, "description": self.posts[0].form["description"]})
        return Response(json.dumps(others))


def creating(service: HTTPServer, stores: bool) -> Creating:
    state = Creating(stores)
    service.expect_request("/avatars/", method="POST").respond_with_handler(state.post)
    service.expect_request("/avatars/", method="GET").respond_with_handler(state.list)
    return state


def test_a_create_whose_answer_was_lost_is_found_by_its_tag(client: Client, service: HTTPServer) -> None:
    state = creating(service, stores=True)
    avatar = client.avatars.create(photo=jpeg(), name="Ann", description="my text")
    assert avatar.code == AVATAR
    assert len(state.posts) == 1
    assert state.posts[0].form["description"].startswith("my text [avatarsdk ")
    assert state.looks[0] in state.posts[0].form["description"]


def test_a_create_that_never_arrived_is_an_error_and_not_repeated(client: Client, service: HTTPServer) -> None:
    state = creating(service, stores=False)
    with pytest.raises(ApiError, match="502"):
        client.avatars.create(photo=jpeg(), name="Ann")
    assert (len(state.posts), len(state.looks)) == (1, 4)


def test_create_sends_json_texts_and_a_neutral_file_name(client: Client, service: HTTPServer, tmp_path: Path) -> None:
    seen: list[Request] = []
    photos: list[tuple[str | None, bytes]] = []

    def handle(request: Request) -> Response:
        photos.append((request.files["photo"].filename, request.files["photo"].read()))
        seen.append(request)
        return Response(json.dumps({"code": AVATAR, "status": "Uploading"}), 201)

    service.expect_request("/avatars/", method="POST").respond_with_handler(handle)
    path = tmp_path / "Ann Smith 1990.jpg"
    path.write_bytes(jpeg())
    client.avatars.create(
        photo=path, name="A", pipeline="metaperson_2.0", parameters={}, export_parameters=[{"format": "glb"}]
    )
    form = seen[0].form
    assert (form["pipeline"], form["parameters"], form["export_parameters"]) == (
        "metaperson_2.0",
        "{}",
        '[{"format": "glb"}]',
    )
    assert "pipeline_subtype" not in form
    assert photos == [("photo.jpg", jpeg())]


def test_a_bad_photo_is_found_before_anything_is_sent(client: Client) -> None:
    with pytest.raises(PhotoError):
        client.avatars.create(photo=b"%PDF", name="A")
    assert client.traffic.requests == 0


def states(service: HTTPServer, *statuses: str) -> list[float]:
    """The avatar passes through these statuses, one a poll."""
    times: list[float] = []

    def handle(_: Request) -> Response:
        status = statuses[min(len(times), len(statuses) - 1)]
        times.append(time.monotonic())
        verbose = {"code": 7, "message": "no face\nfound"}
        return Response(json.dumps({"code": AVATAR, "status": status, "progress": 50, "status_verbose": verbose}))

    service.expect_request(f"/avatars/{AVATAR}/").respond_with_handler(handle)
    return times


def test_wait_shows_every_state_and_compares_without_case(client: Client, service: HTTPServer) -> None:
    states(service, "Queued", "Computing", "Pending", "COMPLETED")
    seen: list[str] = []
    avatar = client.avatars.wait(AVATAR, progress=lambda state: seen.append(state.status))
    assert seen == ["Queued", "Computing", "Pending", "COMPLETED"]
    assert avatar.is_completed


@pytest.mark.parametrize("status", ["Failed", "Timed Out", "timed out"])
def test_a_failed_computation_says_why(client: Client, service: HTTPServer, status: str) -> None:
    states(service, "Computing", status)
    with pytest.raises(ComputationError, match=rf"ended as {status} \(no face found\): try another photo"):
        client.avatars.wait(AVATAR)


def test_wait_gives_up_after_its_time(client: Client, service: HTTPServer) -> None:
    states(service, "Computing")
    with pytest.raises(WaitTimeoutError, match="still Computing after 1 s"):
        client.avatars.wait(AVATAR, seconds=1)


def test_wait_is_cancelled_at_once(client: Client, service: HTTPServer) -> None:
    states(service, "Computing")
    cancel = threading.Event()
    threading.Timer(0.7, cancel.set).start()
    started = time.monotonic()
    with pytest.raises(OperationCancelledError):
        client.avatars.wait(AVATAR, cancel=cancel)
    assert time.monotonic() - started < 1


def test_a_deleted_avatar_ends_the_wait(client: Client, service: HTTPServer) -> None:
    service.expect_request(f"/avatars/{AVATAR}/").respond_with_json({"detail": "Not found."}, status=404)
    with pytest.raises(NotFoundError):
        client.avatars.wait(AVATAR)


def test_lists_walk_their_pages_and_keep_the_filter(client: Client, service: HTTPServer) -> None:
    root = service.url_for("/avatars/")
    first = f'<{root}?description=x>; rel="first", <{root}?description=x&page=2>; rel="next"'
    service.expect_request("/avatars/", query_string="description=x").respond_with_json(
        [{"code": "a"}], headers={"Link": first}
    )
    service.expect_request("/avatars/", query_string="description=x&page=2").respond_with_json([{"code": "b"}])
    assert [avatar.code for avatar in client.avatars.list(description="x")] == ["a", "b"]


@pytest.mark.parametrize(("target", "words"), [("/avatars/", "in a circle"), ("https://evil.example/", "another host")])
def test_pages_in_a_circle_or_elsewhere_are_refused(
    client: Client, service: HTTPServer, target: str, words: str
) -> None:
    url = target if target.startswith("https") else service.url_for(target)
    service.expect_request("/avatars/").respond_with_json([], headers={"Link": f'<{url}>; rel="next"'})
    with pytest.raises(ProtocolError, match=words):
        list(client.avatars.list())


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        (None, None),
        ("", None),
        ("nonsense", None),
        ('<http://x/?a=1,2>; rel="next"', "http://x/?a=1,2"),
        ("<u1>; rel=first, <u2>; rel=next", "u2"),
        ('<u1>; title="a, b"; REL="last next"', "u1"),
        ("<u1>; rel=prev", None),
        ("<u1> rel=next", None),
    ],
)
def test_link_headers(link: str | None, expected: str | None) -> None:
    assert next_url(link) == expected


def test_models_keep_what_they_do_not_know_and_accept_null() -> None:
    data = {"code": "a", "status": "Dreaming", "mesh": None, "progress": None, "shiny": [1], "created_on": "nonsense"}
    avatar = Avatar.from_json(data)
    assert (avatar.status, avatar.is_final, avatar.mesh, avatar.progress) == ("Dreaming", False, None, 0)
    assert avatar.extra == {"shiny": [1]}
    assert to_json(avatar)["shiny"] == [1]
    moment = Avatar.from_json({"code": "a", "created_on": "2019-10-01T08:16:03.831260Z"}).created_on
    assert moment == datetime(2019, 10, 1, 8, 16, 3, 831260, UTC)
    export = Export.from_json({"code": "e", "files": [{"identity": "i", "file": "u", "static_files": None}]})
    assert export.files[0].static_files == ()


@pytest.mark.parametrize("data", [None, [], "x", {}, {"code": ""}, {"code": None}, {"code": 5}])
def test_an_object_that_nothing_can_be_done_with_is_a_protocol_error(data: object) -> None:
    with pytest.raises(ProtocolError):
        Avatar.from_json(data)


def test_retry_after_as_seconds_and_date() -> None:
    now = datetime(2026, 11, 23, 10, tzinfo=UTC)
    date = "Mon, 23 Nov 2026 10:00:30 GMT"
    assert parse_retry_after("12") == 12
    assert parse_retry_after(date, lambda: now) == 30
    assert parse_retry_after(date, lambda: now + timedelta(hours=1)) == 0
    assert parse_retry_after("soon") is None


def test_delays_grow_are_jittered_and_end() -> None:
    delays = [next_delay(attempt, 503, None, 100, lambda: 1.0) for attempt in range(1, 7)]
    assert delays == [0.4, 0.8, 1.6, 3.2, 6.4, None]
    assert next_delay(1, 503, None, 100, lambda: 0.0) == 0.2
    assert next_delay(1, 404, None, 100) is None
    assert next_delay(3, None, None, 100) is None
    assert next_delay(1, 429, 50, 10) is None


@pytest.mark.parametrize(
    ("url", "root"),
    [
        ("http://api.example.com/x", "https://api.example.com/"),
        ("https://127.0.0.1/x", "https://api.example.com/"),
        ("https://user:pass@api.example.com/", "https://api.example.com/"),
        ("file:///etc/passwd", "http://127.0.0.1:1/"),
        ("http://other.example/", "http://127.0.0.1:1/"),
        ("https://[::1", "https://api.example.com/"),
    ],
)
def test_urls_that_are_never_followed(url: str, root: str) -> None:
    with pytest.raises(ProtocolError):
        followed(url, root)


def test_settings_come_from_arguments_then_environment_at_the_moment_of_asking() -> None:
    environ = {
        "AVATARSDK_CLIENT_ID": "env-id",
        "AVATARSDK_CLIENT_SECRET": "canary",
        "AVATARSDK_ROOT_URL": "https://e/v1",
    }
    settings = Settings.resolve(client_id="mine", environ=environ)
    assert (settings.client_id, settings.root_url) == ("mine", "https://e/v1/")
    assert settings.token_url == "https://e/v1/o/token/"
    assert "canary" not in repr(settings)
    assert pickle.loads(pickle.dumps(settings)) == settings
    with pytest.raises(SettingsError, match="set AVATARSDK_CLIENT_SECRET"):
        Settings.resolve(environ={"AVATARSDK_CLIENT_ID": "i"})


def test_tokens_and_players_keep_their_secrets_out_of_reprs() -> None:
    assert "canary" not in repr(Token(access_token="canary"))


def test_every_error_is_of_the_tree_and_pickles() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    assert len(kinds) > 15
    for kind in kinds:
        assert issubclass(kind, errors.AvatarSDKError)
        again = pickle.loads(pickle.dumps(kind("one line")))
        assert (type(again), str(again)) == (kind, "one line")
    thrown = pickle.loads(pickle.dumps(NotFoundError("m", 404, "d", "u")))
    assert (thrown.status, thrown.detail, thrown.url) == (404, "d", "u")
