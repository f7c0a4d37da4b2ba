"""Creating: exactly once, from a photo or a selfie, with nothing in it that tells more than the face."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from avatarsdk_core.catalog import ComputationParameters, MetaPersonExportParameters
from avatarsdk_core.client import Client
from avatarsdk_core.errors import InvalidRequest, ParametersError, PhotoError, ServiceUnavailable, Throttled
from avatarsdk_core.models import Selfie
from avatarsdk_core.photo import read_photo
from avatarsdk_core.resources import once
from avatarsdk_core.resources.new_avatar import new_avatar
from tests.core.test_photo import jpeg

AVATAR = "0f1e2d3c-0000-4000-8000-000000000001"


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once, "_LOOK_DELAYS", (0.01, 0.02, 0.03, 0.04))


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
    with pytest.raises(ServiceUnavailable, match="502"):
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
    assert photos == [("photo.jpg", read_photo(path).data)]


def test_a_bad_photo_is_found_before_anything_is_sent(client: Client) -> None:
    with pytest.raises(PhotoError):
        client.avatars.create(photo=b"%PDF", name="A")
    assert client.traffic.requests == 0


def test_a_create_that_was_refused_is_not_looked_for(client: Client, service: HTTPServer) -> None:
    service.expect_oneshot_request("/avatars/", method="POST").respond_with_json(
        {"parameters": ["unknown name 'haircut'"]}, status=400
    )
    with pytest.raises(InvalidRequest, match="unknown name 'haircut'") as caught:
        client.avatars.create(photo=jpeg(), name="A")
    assert caught.value.fields == {"parameters": ("unknown name 'haircut'",)}


def test_a_throttled_create_says_when_to_come_back_and_is_not_repeated(client: Client, service: HTTPServer) -> None:
    service.expect_oneshot_request("/avatars/", method="POST").respond_with_json(
        {"detail": "Request was throttled."}, status=429, headers={"Retry-After": "33"}
    )
    with pytest.raises(Throttled, match="try again in 33 s") as caught:
        client.avatars.create(photo=jpeg(), name="A")
    assert caught.value.retry_after == 33


def test_no_more_than_the_newest_avatars_are_looked_through(client: Client, service: HTTPServer) -> None:
    """A service that doesn't know the filter answers with all it has, page by page."""
    pages: list[int] = []

    def handle(request: Request) -> Response:
        page = int(request.args.get("page", "1"))
        pages.append(page)
        items = [{"code": f"{page}-{number}"} for number in range(100)]
        return Response(json.dumps(items), headers={"Link": f'<?page={page + 1}>; rel="next"'})

    service.expect_request("/avatars/", method="POST").respond_with_data("", 504)
    service.expect_request("/avatars/", method="GET").respond_with_handler(handle)
    with pytest.raises(ServiceUnavailable):
        client.avatars.create(photo=jpeg(), name="A")
    assert max(pages) == 2


def test_an_export_whose_answer_was_lost_is_found_by_its_comment(client: Client, service: HTTPServer) -> None:
    posts: list[Request] = []

    def post(request: Request) -> Response:
        _ = request.form
        posts.append(request)
        return Response("", 502)

    def get(_: Request) -> Response:
        made = {"code": "e2", "comment": posts[0].form["comment"], "status": "Queued"}
        return Response(json.dumps([{"code": "e1", "comment": None, "status": "Completed"}, made]))

    service.expect_request(f"/avatars/{AVATAR}/exports/", method="POST").respond_with_handler(post)
    service.expect_request(f"/avatars/{AVATAR}/exports/", method="GET").respond_with_handler(get)
    export = client.exports.create(AVATAR, MetaPersonExportParameters(format="glb"), "mine")
    assert (export.code, len(posts)) == ("e2", 1)
    form = posts[0].form
    assert form["comment"] == form["export_comment"]
    assert form["comment"].startswith("mine [avatarsdk ")
    assert form["parameters"] == form["export_parameters"] == '{"format": "glb"}'


def test_an_avatar_is_made_from_a_selfie_without_a_photo(client: Client, service: HTTPServer) -> None:
    seen: list[tuple[dict[str, str], list[str]]] = []

    def handle(request: Request) -> Response:
        seen.append((request.form.to_dict(), [*request.files]))
        return Response(json.dumps({"code": AVATAR, "status": "Uploading"}), 201)

    service.expect_request("/avatars/", method="POST").respond_with_handler(handle)
    for selfie in ("the-code", Selfie(code="the-code")):
        client.avatars.create(selfie=selfie, name="A")
    assert [(form["selfie"], files) for form, files in seen] == [("the-code", [])] * 2


@pytest.mark.parametrize("source", ["path", "text", "bytes", "file"])
def test_a_photo_is_a_path_bytes_or_a_file(tmp_path: Path, source: str) -> None:
    path = tmp_path / "me.jpg"
    path.write_bytes(jpeg())
    with path.open("rb") as file:
        given = {"path": path, "text": str(path), "bytes": jpeg(), "file": file}[source]
        photo = new_avatar(name="A", photo=given).photo
    assert photo == read_photo(io.BytesIO(jpeg()))


def test_the_request_can_be_seen_without_sending_it() -> None:
    new = new_avatar(
        name="A", photo=jpeg(), pipeline="metaperson_2.0", parameters=ComputationParameters(model_info=["age"])
    )
    assert new.form == {
        "name": "A",
        "description": "",
        "pipeline": "metaperson_2.0",
        "parameters": '{"model_info": {"plus": ["age"]}}',
    }
    assert new.files["photo"][0] == "photo.jpg"
    assert "\\xff" not in repr(new)


@pytest.mark.parametrize("sources", [{}, {"photo": b"x", "selfie": "s"}])
def test_neither_or_both_of_photo_and_selfie_is_an_error_before_anything_is_sent(
    client: Client, sources: dict[str, object]
) -> None:
    with pytest.raises(ParametersError, match="from a photo or from a selfie"):
        client.avatars.create(name="A", **sources)  # type: ignore[arg-type]
    assert client.traffic.requests == 0


def test_a_list_that_may_not_be_read_leaves_the_lost_answer_as_the_news(client: Client, service: HTTPServer) -> None:
    service.expect_request("/avatars/", method="POST").respond_with_data("", 502)
    service.expect_request("/avatars/", method="GET").respond_with_json({"detail": "No."}, status=403)
    with pytest.raises(ServiceUnavailable, match="502"):
        client.avatars.create(photo=jpeg(), name="A")
