"""A web application of another origin, in a real browser: it signs in, creates, polls, downloads, saves.

The calls are those of the vendor's JavaScript sample, each in the way it makes them. `AVATARSDK_JS_SAMPLE` names a
folder with that sample itself (its `index.html`, and the libraries that it loads): it is then used, unchanged, too.
"""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from avatarsdk_core.sandbox import Sandbox
from tests.sandbox.service_api import picture

playwright = pytest.importorskip("playwright.sync_api", reason="no playwright: the test group brings it")
PAGE = Path(__file__).parent / "browser_page"
SAMPLE = os.environ.get("AVATARSDK_JS_SAMPLE")
ORIGINAL = "https://api.avatarsdk.com/"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with playwright.sync_playwright() as engine:
        arguments = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
        running = engine.chromium.launch(executable_path=program, args=arguments)
        yield running
        running.close()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def served(request: pytest.FixtureRequest) -> Iterator[str]:
    """A folder (the fixture's parameter, else our page) at an origin of its own."""
    folder = getattr(request, "param", None) or PAGE
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://localhost:{server.server_address[1]}/"
        server.shutdown()
        thread.join()


@pytest.fixture
def page(browser: Any, served: str) -> Iterator[Any]:
    opened = browser.new_page(accept_downloads=True, viewport={"width": 1280, "height": 1600})
    opened.set_default_timeout(300_000)
    opened.problems = []
    opened.on("pageerror", lambda error: opened.problems.append(str(error)))
    opened.goto(served)
    yield opened
    opened.close()


def test_a_web_application_of_another_origin_does_all_it_needs(service: Sandbox, page: Any, tmp_path: Path) -> None:
    photo = {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    page.set_input_files("#photo", photo)
    pair = service.credentials.client
    token = page.evaluate("([...a]) => signIn(...a)", [service.url, pair.client_id, pair.client_secret])
    target = ["head_2.0", "bust/static"]
    offered = page.evaluate("([...a]) => offered(...a)", [service.url, token, *target])
    assert list(offered["parameters"]) == ["bust/static"]
    assert all(isinstance(names, list) for names in offered["export_parameters"].values())

    wanted = [{"format": "glb", "embed": True, "embed_textures": True, "lod": 0}, {"format": "obj"}]
    exports = page.evaluate("([...a]) => create(...a)", [service.url, token, *target, wanted])
    assert [export["status"] for export in exports] == ["Completed", "Completed"]
    assert "Uploading" not in page.evaluate("seen.statuses")[1:]
    files = [next(file for file in export["files"] if file["identity"] == "avatar") for export in exports]
    got = page.evaluate("([...a]) => downloaded(...a)", [files[0]["file"], token])
    assert got["loaded"] == got["total"] == got["size"] > 10_000
    assert page.evaluate("seen.progress").pop() == 100

    with page.expect_download() as waiting:
        page.evaluate("([...a]) => saved(...a)", [files[1]["file"], token, "avatar.zip"])
    waiting.value.save_as(tmp_path / "avatar.zip")
    with zipfile.ZipFile(tmp_path / "avatar.zip") as archive:
        assert any(name.endswith(".obj") for name in archive.namelist())
    assert page.problems == []


def test_a_page_can_read_why_it_was_refused(service: Sandbox, page: Any) -> None:
    refused = page.evaluate("url => refused(url)", service.url + "avatars/")
    assert refused == {"status": 401, "body": {"detail": "The access token is unknown or has expired."}}


@pytest.mark.skipif(not SAMPLE, reason="AVATARSDK_JS_SAMPLE names no folder of the vendor's JavaScript sample")
@pytest.mark.parametrize("served", [SAMPLE], indirect=True)
@pytest.mark.parametrize("target", ["head_2.0 | head/mobile", "body_0.3 | mobile", "head_1.2 | base/static"])
def test_the_vendors_sample_runs_unchanged(
    service: Sandbox, browser: Any, served: str, target: str, tmp_path: Path
) -> None:
    """Unchanged but for the root URL, which the browser is given with another address in it."""
    (tmp_path / "me.jpg").write_bytes(picture())
    page = browser.new_page(accept_downloads=True, viewport={"width": 1280, "height": 1600})
    page.set_default_timeout(300_000)
    assert SAMPLE is not None
    main = (Path(SAMPLE) / "js" / "main.js").read_text("utf-8")
    assert ORIGINAL in main
    body = main.replace(ORIGINAL, service.url)
    page.route("**/js/main.js", lambda route: route.fulfill(content_type="text/javascript", body=body))
    page.goto(served)
    pair = service.credentials.client
    fields = page.locator("#auth_control input")
    fields.nth(0).fill(pair.client_id)
    fields.nth(1).fill(pair.client_secret)
    page.get_by_text("Authorize", exact=True).click()
    page.locator("#pipelines_control select").first.select_option(target)
    page.locator("#jsons_container:not(.hidden)").wait_for()
    page.locator("#pipelines_control input[type=file]").set_input_files(tmp_path / "me.jpg")
    page.get_by_text("Generate avatar").click()
    page.locator("#exports_container:not(.hidden)").wait_for()
    page.locator("#canvas_container:not(.hidden)").wait_for()
    with page.expect_download() as waiting:
        page.locator("#exports_control").get_by_text("avatar.zip").click()
    waiting.value.save_as(tmp_path / "avatar.zip")
    assert zipfile.is_zipfile(tmp_path / "avatar.zip")
    page.close()
