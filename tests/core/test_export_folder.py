"""An export arrives as a folder, whole or not at all, with a manifest that holds no secret."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from avatarsdk_core.client import Client
from avatarsdk_core.errors import ArchiveError, NotFound, TransferError
from avatarsdk_core.models import Export, ExportFile
from avatarsdk_core.transfer.export import ExportProgress, download_export


def zipped(**entries: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return stream.getvalue()


@pytest.fixture
def export(service: HTTPServer) -> Export:
    """An avatar packed nested, with a static file, and a top packed flat."""
    service.expect_request("/f/avatar/file/").respond_with_data(zipped(avatar__model_dot_glb=b"glTF avatar"))
    service.expect_request("/f/top/file/").respond_with_data(zipped(model_dot_glb=b"glTF top"))
    service.expect_request("/static/Normal_2K.jpg").respond_with_data(b"normal")
    return Export.from_json(
        {
            "code": "e",
            "avatar_code": "a",
            "status": "Completed",
            "url": service.url_for("/e/"),
            "files": [
                {"identity": "top", "category": "outfits_top", "file": service.url_for("/f/top/file/")},
                {
                    "identity": "avatar",
                    "category": None,
                    "file": service.url_for("/f/avatar/file/") + "?signature=canary",
                    "static_files": [service.url_for("/static/Normal_2K.jpg") + "?signature=canary"],
                },
            ],
        }
    )


def test_nested_and_flat_archives_and_static_files_lie_by_identity(
    client: Client, export: Export, tmp_path: Path
) -> None:
    seen: list[ExportProgress] = []
    folder = download_export(client, export, tmp_path / "out", progress=seen.append)
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert files == ["avatar/Normal_2K.jpg", "avatar/model.glb", "export.json", "top/model.glb"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    text = (folder / "export.json").read_text()
    assert "canary" not in text
    manifest = json.loads(text)
    assert [entry["identity"] for entry in manifest["files"]] == ["avatar", "top"]
    sizes = {name: file["bytes"] for name, file in manifest["files"][0]["files"].items()}
    assert sizes == {"Normal_2K.jpg": 6, "model.glb": 11}
    assert seen[0].name == "avatar"
    assert seen[-1].number == seen[-1].count == 3


def test_a_missing_file_leaves_no_folder(client: Client, service: HTTPServer, export: Export, tmp_path: Path) -> None:
    missing = ExportFile(identity="hair", category="haircuts", file=service.url_for("/none"))
    broken = replace(export, files=(*export.files, missing))
    service.expect_request("/none").respond_with_json({"detail": "Not found."}, status=404)
    with pytest.raises(NotFound):
        download_export(client, broken, tmp_path / "out")
    assert not list(tmp_path.iterdir())


def test_a_damaged_zip_leaves_no_folder(client: Client, service: HTTPServer, tmp_path: Path) -> None:
    service.expect_request("/zip").respond_with_data(zipped(model_dot_glb=b"x" * 500)[:300])
    export = Export.from_json({"code": "e", "files": [{"identity": "avatar", "file": service.url_for("/zip")}]})
    with pytest.raises(ArchiveError, match="not a whole zip"):
        download_export(client, export, tmp_path / "out")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("identity", ["../x", "a/b", "..", "CON", "C:x", "x."])
def test_an_identity_that_is_no_file_name_is_refused(
    client: Client, service: HTTPServer, tmp_path: Path, identity: str
) -> None:
    export = Export.from_json({"code": "e", "files": [{"identity": identity, "file": service.url_for("/zip")}]})
    with pytest.raises(TransferError, match="no safe file name"):
        download_export(client, export, tmp_path / "out")
    assert not list(tmp_path.iterdir())


def test_a_folder_with_something_in_it_is_left_alone(client: Client, export: Export, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(TransferError, match="isn't an empty folder"):
        download_export(client, export, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_export_without_files_says_to_wait(client: Client, tmp_path: Path) -> None:
    with pytest.raises(TransferError, match=r"status Computing\): wait for it"):
        download_export(client, Export.from_json({"code": "e", "status": "Computing"}), tmp_path / "out")
