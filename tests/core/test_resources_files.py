"""Files from the service: where they are asked for, and what becomes of the one that is there already."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from avatarsdk_core.client import Client
from avatarsdk_core.errors import NotFound
from avatarsdk_core.models import Avatar, Export, ExportFile, Haircut, StaticResource, Texture
from avatarsdk_core.resources.resource import FileProgress

CODE = "0f1e2d3c-0000-4000-8000-000000000001"


@pytest.fixture
def asked(service: HTTPServer) -> list[str]:
    """Paths asked for, with their queries; each is answered with its own path."""
    paths: list[str] = []

    def handle(request: Request) -> Response:
        paths.append(request.full_path.rstrip("?"))
        return Response(paths[-1], mimetype="application/octet-stream")

    service.expect_request(re.compile(r"/(?!o/).*")).respond_with_handler(handle)
    return paths


Call = Callable[[Client, Path, str], Path | None]
EXPORT_URL = f"/avatars/{CODE}/exports/e/"


def export(root: str) -> Export:
    file = ExportFile(identity="afro", file=f"{root}/given/afro/", static_files=(f"{root}/given/texture%20a.png",))
    return Export(code="e", avatar_code=CODE, files=(file,), public_file=f"{root}/public/avatar.zip")


CALLS: dict[str, tuple[Call, str]] = {
    "a mesh by its avatar's URL": (
        lambda c, to, root: c.meshes.download(Avatar(code=CODE, mesh=f"{root}/given/mesh/?sig=1"), to, lod=3),
        "/given/mesh/?sig=1&lod=3",
    ),
    "a mesh by code": (lambda c, to, _: c.meshes.download(CODE, to, fmt="gltf"), f"/avatars/{CODE}/mesh/?fmt=gltf"),
    "a mesh of an avatar that has no URL for it": (
        lambda c, to, _: c.meshes.download(Avatar(code=CODE), to),
        f"/avatars/{CODE}/mesh/",
    ),
    "blendshapes": (
        lambda c, to, _: c.blendshapes.download(CODE, to, fmt="bin", lod=0),
        f"/avatars/{CODE}/blendshapes/?fmt=bin&lod=0",
    ),
    "a texture by its URL": (
        lambda c, to, root: c.textures.download(CODE, Texture(identity="x", file=f"{root}/given/x/"), to),
        "/given/x/",
    ),
    "a texture by name": (
        lambda c, to, _: c.textures.download(CODE, "a/b", to),
        f"/avatars/{CODE}/textures/a%2Fb/file/",
    ),
    "a haircut by its URL": (
        lambda c, to, root: c.haircuts.download_mesh(CODE, Haircut(identity="h", mesh=f"{root}/given/h/"), to),
        "/given/h/",
    ),
    "a haircut that has no URL for it": (
        lambda c, to, _: c.haircuts.download_texture(CODE, Haircut(identity="h"), to),
        f"/avatars/{CODE}/haircuts/h/texture/",
    ),
    "an export's file by name": (lambda c, to, root: c.exports.download_file(export(root), "afro", to), "/given/afro/"),
    "an export's file that it doesn't list": (
        lambda c, to, root: c.exports.download_file(export(root), "avatar", to),
        f"{EXPORT_URL}files/avatar/file/",
    ),
    "a static file by name": (
        lambda c, to, root: c.exports.download_static_file(export(root), "afro", "texture a.png", to),
        "/given/texture%20a.png",
    ),
    "a static file by URL": (
        lambda c, to, root: c.exports.download_static_file(export(root), "afro", f"{root}/given/t.png", to),
        "/given/t.png",
    ),
    "a static file that it doesn't list": (
        lambda c, to, root: c.exports.download_static_file(export(root), "afro", "other.png", to),
        f"{EXPORT_URL}files/afro/static_files/other.png",
    ),
    "a public file": (lambda c, to, root: c.exports.download_public(export(root), to), "/public/avatar.zip"),
    "a static resource": (
        lambda c, to, root: c.static_resources.download(
            StaticResource("female", "avatar", "A", "LOD1", "2K.jpg", "base", "Color", f"{root}/given/c.jpg"), to
        ),
        "/given/c.jpg",
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_file_is_fetched_from_where_it_is(
    client: Client, service: HTTPServer, asked: list[str], tmp_path: Path, name: str
) -> None:
    call, expected = CALLS[name]
    target = tmp_path / "file"
    assert call(client, target, service.url_for("").rstrip("/")) == target
    assert len(asked) == 1
    assert asked[0].replace("%2F", "/") == expected.replace("%20", " ").replace("%2F", "/")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_blendshapes_that_there_are_not_are_none_and_an_older_file_stays(
    client: Client, service: HTTPServer, tmp_path: Path
) -> None:
    service.expect_request(f"/avatars/{CODE}/blendshapes/").respond_with_data("", 204)
    older = tmp_path / "shapes.zip"
    older.write_bytes(b"older")
    assert client.blendshapes.download(CODE, older) is None
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"older"]


def test_a_file_of_an_unfinished_avatar_is_not_found_and_nothing_is_left(
    client: Client, service: HTTPServer, tmp_path: Path
) -> None:
    service.expect_request(f"/avatars/{CODE}/mesh/").respond_with_json({"detail": "Not found."}, status=404)
    with pytest.raises(NotFound, match="not computed yet"):
        client.meshes.download(CODE, tmp_path / "mesh.zip")
    assert [*tmp_path.iterdir()] == []


def test_progress_tells_bytes(client: Client, service: HTTPServer, tmp_path: Path) -> None:
    service.expect_request(f"/avatars/{CODE}/mesh/").respond_with_data(b"x" * 100_000)
    seen: list[tuple[int, int | None]] = []
    progress: FileProgress = lambda done, total: seen.append((done, total))  # noqa: E731
    client.meshes.download(CODE, tmp_path / "mesh.zip", progress=progress)
    assert seen[-1] == (100_000, 100_000)
