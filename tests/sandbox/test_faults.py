"""Faults on demand: each does what its line of documentation says, to the requests it is meant for and to no other."""

from __future__ import annotations

import gzip
import io
import json
import socket
import time
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from avatarsdk_core.errors import SandboxError
from avatarsdk_core.sandbox import Sandbox
from avatarsdk_core.sandbox.faults import KINDS, PROFILES, Fault, load_profile, parse_faults
from tests.sandbox.service_api import Api

LIST = "avatars/"


@pytest.fixture(scope="module")
def archive_url(service: Sandbox) -> str:
    """The zip of one export's avatar."""
    api = Api.signed_in(service, service.credentials.developer)
    avatar = api.wait(api.create().json()["url"])
    (export,) = api("GET", avatar["exports"]).json()
    return str(api.wait(export["url"])["files"][0]["file"])


@pytest.fixture(autouse=True)
def _clean(service: Sandbox) -> None:
    service.faults.clear()


def raw_answer(api: Api, path: str) -> bytes:
    """All bytes that come over a bare connection."""
    host = urlsplit(api.url)
    with socket.create_connection((host.hostname or "", host.port or 0), 10) as connection:
        request = f"GET /{path} HTTP/1.1\r\nHost: {host.netloc}\r\nAuthorization: Bearer {api.token}\r\n"
        connection.sendall(f"{request}Connection: close\r\n\r\n".encode())
        pieces = []
        while piece := connection.recv(65536):
            pieces.append(piece)
    return b"".join(pieces)


def test_each_kind_has_a_line_of_documentation_and_typed_options() -> None:
    assert len(KINDS) >= 30
    for kind in KINDS.values():
        assert kind.summary.endswith("."), kind.name
        assert all(isinstance(default, bool | int | float | str) for default in kind.options.values())


def test_the_manual_has_each_kind_with_its_own_words() -> None:
    manual = (Path(__file__).parents[2] / "docs/faults.md").read_text(encoding="utf-8")
    for kind in KINDS.values():
        options = ", ".join(f"{name}={default}" for name, default in kind.options.items())
        assert f"| `{kind.name}` | {options} | {kind.summary} |" in manual


def test_nothing_goes_wrong_unasked(service: Sandbox, developer: Api) -> None:
    assert developer("GET", LIST).status_code == 200
    assert not service.faults.fired.get("throttled")


def test_a_fault_ends_with_its_block(service: Sandbox, developer: Api) -> None:
    with service.faults("unavailable", status=500):
        assert developer("GET", LIST).status_code == 500
    assert developer("GET", LIST).status_code == 200


def test_a_fault_happens_as_often_as_told_to_the_requests_told(service: Sandbox, developer: Api) -> None:
    service.faults.add("throttled", times=2, skip=1, path="/avatars/", method="get")
    codes = [developer("GET", LIST).status_code for _ in range(5)]
    assert codes == [200, 429, 429, 200, 200]
    assert developer("GET", "players/").status_code == 200
    assert service.faults.fired["throttled"] == 2


def test_a_fault_with_a_chance_falls_the_same_way_in_each_run(developer: Api) -> None:
    def dice(seed: int) -> list[int]:
        with Sandbox(faults=[Fault.of("unavailable", chance=0.5)], fault_seed=seed) as other:
            return [requests.get(other.url, timeout=300).status_code for _ in range(12)]

    first = dice(3)
    assert first == dice(3)
    assert {404, 503} == set(first)


def test_a_header_asks_for_one_request(service: Sandbox, developer: Api) -> None:
    answer = developer("GET", LIST, headers={"X-Sandbox-Fault": "latency:seconds=0.05; throttled:seconds=7"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert "7.0 seconds" in answer.json()["detail"]
    assert developer("GET", LIST).status_code == 200


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("resett", "did you mean 'reset'"),
        ("gremlins", "there are: latency"),
        ("latency:secnds=1", "its options are: seconds"),
        ("latency:seconds=soon", "must be a number, not 'soon'"),
        ("truncated:at=1.5", "must be a whole number"),
        ("latency:seconds", "must be KEY=VALUE"),
        ("latency:times=-1", "times of a fault"),
        ("latency:chance=2", "0 to 1"),
        ("latency:seconds=inf", "finite"),
    ],
)
def test_a_fault_that_makes_no_sense_is_answered_with_what_does(developer: Api, text: str, words: str) -> None:
    with pytest.raises(SandboxError, match=words):
        parse_faults(text)
    answer = developer("GET", LIST, headers={"X-Sandbox-Fault": text})
    assert answer.status_code == 400
    assert words in answer.json()["detail"]


def test_profiles_that_are_shipped_can_be_loaded_and_files_too(tmp_path: Path) -> None:
    assert PROFILES
    for name in PROFILES:
        assert load_profile(name).faults
    file = tmp_path / "mine.toml"
    file.write_text('seed = 4\n[[fault]]\nname = "drip"\nrate = 10\npath = "*/file/"\n')
    profile = load_profile(file)
    assert profile.seed == 4
    assert (profile.faults[0].kind.name, profile.faults[0].options, profile.faults[0].path) == (
        "drip",
        {"rate": 10.0},
        "*/file/",
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("fault = 1", "list of tables"),
        ("[[fault]]\nseconds = 1", "no `name`"),
        ("speed = 1", "unknown: speed"),
        ("[[fault", "no TOML"),
    ],
)
def test_a_profile_that_makes_no_sense_is_refused(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(text)
    with pytest.raises(SandboxError, match=words):
        load_profile(file)
    with pytest.raises(SandboxError, match="give a TOML file or one of: bad-wifi"):
        load_profile(tmp_path / "missing.toml")


# The connection


@pytest.mark.parametrize("fault", ["reset", "lost-answer", "garbled"])
def test_a_connection_that_breaks_gives_no_answer(service: Sandbox, developer: Api, fault: str) -> None:
    with service.faults(fault), pytest.raises(requests.exceptions.ConnectionError):
        developer("GET", LIST)
    assert service.faults.fired[fault] >= 1


def test_a_lost_answer_was_a_request_that_was_carried_out(service: Sandbox, developer: Api) -> None:
    def players() -> int:
        return len(developer("GET", "players/").json())

    before = players()
    with service.faults("reset", method="POST"), pytest.raises(requests.exceptions.ConnectionError):
        developer("POST", "players/")
    assert players() == before
    with service.faults("lost-answer", method="POST"), pytest.raises(requests.exceptions.ConnectionError):
        developer("POST", "players/")
    assert players() == before + 1


@pytest.mark.parametrize("fault", ["stall", "stall-in-body:at=1"])
def test_a_stall_lasts_until_the_client_gives_up(developer: Api, service: Sandbox, fault: str) -> None:
    headers = {"Authorization": f"Bearer {developer.token}", "X-Sandbox-Fault": fault}
    with pytest.raises((requests.exceptions.ReadTimeout, requests.exceptions.ConnectionError)):
        requests.get(service.url + LIST, headers=headers, timeout=0.3)
    assert developer("GET", LIST).status_code == 200


@pytest.mark.parametrize("fault", ["truncated", "reset-in-body"])
def test_a_body_that_breaks_off_has_so_many_bytes(
    service: Sandbox, developer: Api, archive_url: str, fault: str
) -> None:
    whole = developer("GET", archive_url).content
    got = bytearray()

    def read(answer: requests.Response) -> None:
        for piece in answer.iter_content(100):
            got.extend(piece)

    with service.faults(fault, at=700), requests.Session() as session:
        headers = {"Authorization": f"Bearer {developer.token}"}
        answer = session.get(archive_url, headers=headers, stream=True, timeout=300)
        assert int(answer.headers["Content-Length"]) == len(whole)
        with pytest.raises((requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError)):
            read(answer)
    assert bytes(got) == whole[:700]


def test_drips_come_at_the_rate_asked_for(service: Sandbox, developer: Api) -> None:
    size = len(developer("GET", LIST).content)
    with service.faults("drip", rate=size / 0.6):
        begun = time.monotonic()
        answer = developer("GET", LIST)
    assert len(answer.content) == size
    assert time.monotonic() - begun > 0.4


def test_lengths_may_lie(service: Sandbox, developer: Api) -> None:
    size = len(developer("GET", LIST).content)

    def announced_and_sent() -> tuple[str, int]:
        head, body = raw_answer(developer, LIST).split(b"\r\n\r\n", 1)
        lines = [line for line in head.decode().lower().split("\r\n") if line.startswith("content-length")]
        return (lines[0].split(": ")[1] if lines else "none"), len(body)

    with service.faults("over-long", by=5):
        assert announced_and_sent() == (str(size), size + 5)
    with service.faults("wrong-length", by=-3):
        assert announced_and_sent() == (str(size - 3), size)
    with service.faults("wrong-length", text="many"):
        assert announced_and_sent() == ("many", size)
    with service.faults("no-length"):
        assert announced_and_sent() == ("none", size)


def test_chunks_carry_the_whole_or_break_off(service: Sandbox, developer: Api, archive_url: str) -> None:
    whole = developer("GET", archive_url).content
    with service.faults("chunked"):
        answer = developer("GET", archive_url)
        assert answer.headers["Transfer-Encoding"] == "chunked"
        assert answer.content == whole
    with service.faults("chunked", at=15_000), pytest.raises(requests.exceptions.ChunkedEncodingError):
        developer("GET", archive_url)


# What is said


def test_throttling_comes_with_seconds_or_a_date_or_nothing(service: Sandbox, developer: Api) -> None:
    with service.faults("throttled", seconds=12):
        assert developer("GET", LIST).headers["Retry-After"] == "12"
    with service.faults("throttled", seconds=12, form="date"):
        assert developer("GET", LIST).headers["Retry-After"].endswith("GMT")
    with service.faults("throttled", form="none"):
        assert "Retry-After" not in developer("GET", LIST).headers


def test_an_expired_token_is_good_no_more_but_a_new_one_is(service: Sandbox, developer: Api) -> None:
    with service.faults("expired-token", times=1):
        codes = [developer("GET", LIST).status_code for _ in range(3)]
        fresh = Api.signed_in(service, service.credentials.developer)
        assert codes == [401, 401, 401]
        assert fresh("GET", LIST).status_code == 200
    assert developer("GET", LIST).status_code == 401, "the fault is over, the token stays expired"
    service.faults.clear()
    assert developer("GET", LIST).status_code == 200


def test_revoked_credentials_get_no_new_token(service: Sandbox, developer: Api) -> None:
    with service.faults("revoked-credentials"):
        assert developer("GET", LIST).status_code == 401
        answer = requests.post(service.url + "o/token/", data={"grant_type": "client_credentials"}, timeout=300)
    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})


def test_pages_of_html_stand_for_answers(service: Sandbox, developer: Api) -> None:
    for fault, status in (("html-error", 502), ("captive-portal", 200)):
        with service.faults(fault):
            answer = developer("GET", LIST)
        assert answer.status_code == status
        assert answer.headers["Content-Type"].startswith("text/html")
        assert answer.text.startswith("<html>")


def test_redirects_lead_away_or_round_in_circles(service: Sandbox, developer: Api) -> None:
    with service.faults("redirect", status=307):
        answer = developer("GET", LIST, allow_redirects=False)
        assert (answer.status_code, answer.headers["Location"]) == (307, "http://foreign.invalid/")
    with service.faults("redirect", to="self"), pytest.raises(requests.exceptions.TooManyRedirects):
        developer("GET", LIST)


def test_json_is_cut_or_another(service: Sandbox, developer: Api) -> None:
    with service.faults("malformed-json"), pytest.raises(json.JSONDecodeError):
        developer("GET", "players/").json()
    for form, expected in {"null": None, "list": [], "object": {}, "string": "surprise", "number": 42}.items():
        with service.faults("surprising-json", form=form):
            assert developer("GET", LIST).json() == expected
    with service.faults("surprising-json", form="empty"):
        assert developer("GET", LIST).content == b""
    with service.faults("surprising-json", form="extra"):
        assert "invented_later" in developer("GET", LIST).json()[0]
    with service.faults("surprising-json", form="nulls"):
        avatar = developer("GET", LIST).json()[0]
        assert avatar["name"] is None
        assert avatar["code"]
    with service.faults("wrong-type"):
        assert developer("GET", LIST).headers["Content-Type"] == "text/html"


def test_a_bomb_is_small_until_it_is_unpacked(service: Sandbox, developer: Api) -> None:
    with service.faults("gzip-bomb", megabytes=5):
        raw = raw_answer(developer, LIST).split(b"\r\n\r\n", 1)[1]
    assert len(raw) < 20_000
    assert len(gzip.decompress(raw)) == 5 << 20


def test_links_lead_to_another_host_and_pages_never_end(service: Sandbox, developer: Api) -> None:
    with service.faults("foreign-links", to="http://other.invalid:8/"):
        avatar = developer("GET", LIST).json()[0]
    assert avatar["url"].startswith("http://other.invalid:8/avatars/")
    with service.faults("endless-pages"):
        answer = developer("GET", LIST + "?status=completed")
    assert answer.links["next"]["url"] == service.url + LIST + "?status=completed"


def test_the_clock_of_the_service_may_be_wrong(service: Sandbox, developer: Api) -> None:
    created = developer("GET", LIST).json()[0]["created_on"]
    with service.faults("clock-skew", seconds=86400 * 365):
        answer = developer("GET", LIST)
    assert answer.json()[0]["created_on"][:4] == str(int(created[:4]) + 1)
    assert raw_answer(developer, LIST).count(b"date:") == 1
    assert answer.headers["Date"].count("GMT") == 1


# Files


def test_ranges_may_be_ignored_refused_shifted_or_of_a_changed_file(
    service: Sandbox, developer: Api, archive_url: str
) -> None:
    whole = developer("GET", archive_url)
    rest = {"Range": "bytes=100-", "If-Range": whole.headers["ETag"]}
    assert developer("GET", archive_url, headers=rest).status_code == 206
    with service.faults("ignored-range"):
        answer = developer("GET", archive_url, headers=rest)
        assert (answer.status_code, answer.content) == (200, whole.content)
    with service.faults("range-refused", total=str(len(whole.content))):
        answer = developer("GET", archive_url, headers=rest)
        assert (answer.status_code, answer.headers["Content-Range"]) == (416, f"bytes */{len(whole.content)}")
        assert developer("GET", archive_url).status_code == 200
    with service.faults("wrong-content-range", by=2):
        assert developer("GET", archive_url, headers=rest).headers["Content-Range"].startswith("bytes 102-")
    with service.faults("changed-etag"):
        tags = {developer("GET", archive_url, headers=rest).headers["ETag"] for _ in range(3)}
        assert len(tags - {whole.headers["ETag"]}) == 3
    with service.faults("weak-etag"):
        assert developer("GET", archive_url).headers["ETag"].startswith('W/"')
    with service.faults("no-validator"):
        assert not {"ETag", "Last-Modified"} & developer("GET", archive_url).headers.keys()


def test_archives_may_be_cut_damaged_slipping_or_bombs(service: Sandbox, developer: Api, archive_url: str) -> None:
    def fetched() -> bytes:
        return developer("GET", archive_url).content

    whole = fetched()
    with service.faults("truncated-zip"):
        assert fetched() == whole[: len(whole) // 2]
    with service.faults("damaged-zip"), zipfile.ZipFile(io.BytesIO(fetched())) as archive:
        assert archive.testzip() is not None
    with service.faults("slipping-zip", entry="../up.txt"), zipfile.ZipFile(io.BytesIO(fetched())) as archive:
        assert "../up.txt" in archive.namelist()
    with service.faults("zip-bomb", megabytes=64), zipfile.ZipFile(io.BytesIO(fetched())) as archive:
        assert sum(entry.file_size for entry in archive.infolist()) > 64 << 20
    assert fetched() == whole


def test_a_fault_of_archives_leaves_other_answers_alone_and_isn_t_used_up(
    service: Sandbox, developer: Api, archive_url: str
) -> None:
    service.faults.add("truncated-zip", times=1)
    assert developer("GET", LIST).status_code == 200
    first, second = (len(developer("GET", archive_url).content) for _ in range(2))
    assert first < second


def test_the_command_lists_them_and_refuses_what_makes_no_sense() -> None:
    from click.testing import CliRunner

    from avatarsdk_core.cli.app import cli

    shown = CliRunner().invoke(cli, ["sandbox", "--list-faults"])
    assert shown.exit_code == 0
    assert all(f"{kind.summary}" in shown.output for kind in KINDS.values())
    wrong = CliRunner().invoke(cli, ["sandbox", "--fault", "gremlins"])
    assert isinstance(wrong.exception, SandboxError)
