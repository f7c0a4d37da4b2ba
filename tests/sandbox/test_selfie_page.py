"""The selfie page as a person with a phone meets it: a real browser, a real photo, a real click."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from avatarsdk_core.sandbox import Sandbox
from avatarsdk_core.sandbox.selfies.qr import qr_png
from avatarsdk_core.sandbox.selfies.reach import own_address, reachable_root
from tests.sandbox.service_api import Api, picture

playwright = pytest.importorskip("playwright.sync_api", reason="no playwright: the test group brings it")
PHONE = {"width": 390, "height": 844}
EVIDENCE = os.environ.get("AVATARSDK_EVIDENCE")  # a folder to keep pictures of the pages in


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with playwright.sync_playwright() as engine:
        running = engine.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield running
        running.close()


@pytest.fixture
def selfie(client: Api) -> dict[str, Any]:
    return dict(client("POST", "selfies/").json())


def opened(browser: Any, url: str, **options: Any) -> Any:
    page = browser.new_page(viewport=PHONE, is_mobile=True, has_touch=True, **options)
    page.set_default_timeout(300_000)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.problems = problems
    page.goto(url)
    return page


def keep(page: Any, name: str) -> None:
    if EVIDENCE:
        page.screenshot(path=str(Path(EVIDENCE) / f"selfie_{name}.png"))


def chosen(page: Any, name: str, photo: bytes, label: str = "Choose a picture", kind: str = "image/jpeg") -> None:
    page.get_by_label(label).set_input_files({"name": name, "mimeType": kind, "buffer": photo})


@pytest.mark.parametrize("label", ["Take a picture", "Choose a picture"])
def test_a_photo_is_taken_or_picked_sent_and_arrives(
    browser: Any, client: Api, selfie: dict[str, Any], label: str
) -> None:
    page = opened(browser, selfie["upload_page_url"])
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out of a phone's screen"
    assert page.get_by_role("button", name="Send").is_disabled()
    keep(page, "open")
    photo = picture()
    chosen(page, "me.jpg", photo, label)
    page.get_by_alt_text("The picture to be sent").wait_for()
    keep(page, "chosen")
    assert client("GET", selfie["file_url"]).status_code == 404, "nothing is sent before Send"
    page.get_by_role("button", name="Send").tap()
    page.get_by_text("The picture has arrived.").wait_for()
    keep(page, "done")
    assert page.problems == []
    assert client("GET", selfie["file_url"]).content == photo
    assert client("GET", selfie["url"]).json()["upload_page_visited"] is True
    page.reload()
    assert page.get_by_text("The picture has arrived.").is_visible()
    page.close()


def test_what_is_no_picture_is_told_at_once(browser: Any, client: Api, selfie: dict[str, Any]) -> None:
    page = opened(browser, selfie["upload_page_url"])
    chosen(page, "notes.txt", b"hello", kind="text/plain")
    page.get_by_text("This is no JPEG or PNG picture.").wait_for()
    assert page.get_by_role("button", name="Send").is_disabled()
    page.close()


def test_what_the_service_refuses_is_told_and_can_be_mended(browser: Any, client: Api, selfie: dict[str, Any]) -> None:
    page = opened(browser, selfie["upload_page_url"])
    chosen(page, "me.jpg", b"no jpeg at all")
    page.get_by_role("button", name="Send").tap()
    page.locator("#say.bad").wait_for()
    keep(page, "refused")
    chosen(page, "me.jpg", picture())
    page.get_by_role("button", name="Send").tap()
    page.get_by_text("The picture has arrived.").wait_for()
    page.close()


def test_a_lost_connection_is_told_and_can_be_tried_again(
    browser: Any, service: Sandbox, selfie: dict[str, Any]
) -> None:
    page = opened(browser, selfie["upload_page_url"])
    chosen(page, "me.jpg", picture())
    with service.faults("reset", method="POST"):
        page.get_by_role("button", name="Send").tap()
        page.get_by_text("No connection. Please try again.").wait_for()
    page.get_by_role("button", name="Send").tap()
    page.get_by_text("The picture has arrived.").wait_for()
    page.close()


def test_without_javascript_a_plain_form_does_it(browser: Any, client: Api, selfie: dict[str, Any]) -> None:
    page = opened(browser, selfie["upload_page_url"], java_script_enabled=False)
    photo = picture("PNG")
    chosen(page, "me.png", photo, kind="image/png")
    page.get_by_role("button", name="Send").tap()
    page.get_by_text("The picture has arrived.").wait_for()
    assert client("GET", selfie["file_url"]).content == photo
    page.close()


def test_a_page_that_never_was_says_so(browser: Any, service: Sandbox) -> None:
    page = opened(browser, f"{service.url}selfies/00000000-0000-4000-8000-000000000000/upload/")
    assert page.get_by_text("This page isn't there any more.").is_visible()
    page.close()


def test_the_code_on_the_screen_is_a_square_picture_that_a_camera_can_read(client: Api, selfie: dict[str, Any]) -> None:
    png = client("GET", selfie["upload_page_qr"]).content
    assert png == qr_png(selfie["upload_page_url"])
    with Image.open(io.BytesIO(png)) as code:
        assert code.width == code.height >= 200
        grey = code.convert("L")
    assert {grey.getpixel((x, 0)) for x in range(grey.width)} == {255}, "white around it"
    assert {0, 255} == {colour for _, colour in grey.getcolors()}
    assert qr_png("http://127.0.0.1:1/other/") != png


def test_the_page_is_for_this_machine_alone_unless_the_user_says_otherwise() -> None:
    local = "http://127.0.0.1:8721/"
    assert reachable_root(local, "127.0.0.1") == local
    assert reachable_root(local, "192.168.7.5") == "http://192.168.7.5:8721/"
    assert reachable_root("http://laptop.local:8721/", "0.0.0.0") == "http://laptop.local:8721/"
    expected = f"http://{own_address()}:8721/" if own_address() else local
    assert reachable_root(local, "0.0.0.0") == expected
    assert reachable_root(local, "fe80::1") == "http://[fe80::1]:8721/"


def test_page_and_code_name_the_address_that_others_reach(client: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def elsewhere(root: str, host: str) -> str:
        assert (root, host) == (client.url, "127.0.0.1")
        return "http://192.168.7.5:1/"

    monkeypatch.setattr("avatarsdk_core.sandbox.selfies.api.reachable_root", elsewhere)
    selfie = client("POST", "selfies/").json()
    page = f"http://192.168.7.5:1/selfies/{selfie['code']}/upload/"
    assert selfie["upload_page_url"] == page
    assert client("GET", selfie["upload_page_qr"]).content == qr_png(page)
    assert selfie["file_url"].startswith(client.url), "what the client follows stays where it signs in"
