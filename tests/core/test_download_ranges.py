"""What headers tell of a file, how the rest of one is asked for, and what each answer means."""

from __future__ import annotations

import base64
import contextlib
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatarsdk_core.transfer.digests import announced_digests
from avatarsdk_core.transfer.ranges import (
    Facts,
    Follows,
    UselessAnswerError,
    facts_of,
    read_answer,
    request_headers,
)

KNOWN = Facts(total=9, tag='"v"', etag='"v"')
DATE = "Mon, 23 Nov 2026 10:00:00 GMT"


def test_the_rest_is_asked_for_with_its_guard_and_everything_without_one() -> None:
    assert request_headers(4, 9, KNOWN)["Range"] == "bytes=4-"
    assert request_headers(4, 7, KNOWN)["Range"] == "bytes=4-6"
    assert request_headers(0, 4, KNOWN)["Range"] == "bytes=0-3"
    assert request_headers(4, 9, KNOWN)["If-Range"] == '"v"'
    for whole in (
        request_headers(0, 9, KNOWN),
        request_headers(0, None, Facts()),
        request_headers(4, 9, Facts(total=9)),
    ):
        assert not {"Range", "If-Range"} & set(whole)
        assert whole["Accept-Encoding"] == "identity"


@pytest.mark.parametrize(
    ("headers", "tag"),
    [
        ({"ETag": '"x"'}, '"x"'),
        ({"ETag": 'W/"x"'}, None),
        ({"ETag": "unquoted"}, None),
        ({"ETag": '"line\nbreak"'}, None),
        ({"ETag": f'"{"long" * 100}"'}, None),
        ({"ETag": 'W/"x"', "Last-Modified": DATE}, None),
        ({"Last-Modified": DATE}, DATE),
        ({"Last-Modified": DATE, "Date": DATE}, None),
        ({"Last-Modified": DATE, "Date": "Mon, 23 Nov 2026 10:00:05 GMT"}, DATE),
        ({"Last-Modified": "yesterday"}, None),
        ({}, None),
    ],
)
def test_only_a_strong_tag_guards(headers: dict[str, str], tag: str | None) -> None:
    assert facts_of({"Content-Length": "9", **headers}).tag == tag


@pytest.mark.parametrize(
    ("status", "content_range", "expected"),
    [
        (206, "bytes 4-8/9", Follows.REST),
        (206, "bytes 4-5/9", Follows.REST),
        (206, "bytes 4-8/*", Follows.REST),
        (206, "bytes 3-8/9", Follows.ANEW),
        (206, "bytes 4-3/9", Follows.ANEW),
        (206, "bytes 4-9/9", Follows.ANEW),
        (206, "bytes 4-8/10", Follows.ANEW),
        (206, "", Follows.ANEW),
        (206, f"bytes 4-8/{'9' * 5000}", Follows.ANEW),
        (416, "bytes */9", Follows.ANEW),
        (416, "", Follows.ANEW),
    ],
)
def test_206_and_416_mean_what_they_say(status: int, content_range: str, expected: Follows) -> None:
    assert read_answer(status, {"Content-Range": content_range}, 4, KNOWN)[0] is expected


@given(
    st.integers(100, 599),
    st.dictionaries(
        st.sampled_from(
            ["Content-Length", "Content-Range", "ETag", "Last-Modified", "Date", "Digest", "Repr-Digest", "X-File-Size"]
        ),
        st.text(max_size=40) | st.from_regex(r"bytes [0-9]{0,3}-[0-9]{0,3}/[0-9*]{0,3}|[0-9]{0,25}|sha-256=:[a-z=]*:"),
    ),
    st.none() | st.integers(0, 12),
)
def test_no_header_surprises(status: int, headers: dict[str, str], start: int | None) -> None:
    with contextlib.suppress(UselessAnswerError):
        follows, facts = read_answer(status, headers, start, KNOWN)
        assert facts.total is None or 0 <= facts.total < 10**19
        if follows is Follows.REST:
            assert (status, facts.total) == (206, 9)


def test_416_at_the_end_of_a_file_of_unknown_length_says_that_it_is_whole() -> None:
    follows, facts = read_answer(416, {"Content-Range": "bytes */4"}, 4, Facts(tag='"v"'))
    assert (follows, facts.total) == (Follows.COMPLETE, 4)


def test_a_part_of_another_version_is_not_the_rest() -> None:
    headers = {"Content-Range": "bytes 4-8/9", "ETag": '"w"'}
    assert read_answer(206, headers, 4, KNOWN)[0] is Follows.ANEW
    dated = Facts(total=9, tag=DATE, last_modified=DATE, ranges=True)
    headers = {"Content-Range": "bytes 4-8/9", "Last-Modified": DATE.replace("2026", "2027")}
    assert read_answer(206, headers, 4, dated)[0] is Follows.ANEW
    assert read_answer(206, {**headers, "Last-Modified": DATE}, 4, dated)[0] is Follows.REST
    headers = {"Content-Range": "bytes 4-8/9", "Content-Encoding": "gzip"}
    assert read_answer(206, headers, 4, KNOWN)[0] is Follows.ANEW


@pytest.mark.parametrize(("status", "start"), [(204, None), (206, None), (416, None), (304, 4), (299, 4)])
def test_answers_that_bring_no_file_are_refused(status: int, start: int | None) -> None:
    with pytest.raises(UselessAnswerError, match=str(status)):
        read_answer(status, {"Content-Range": "bytes 0-8/9"}, start, KNOWN)


@pytest.mark.parametrize("length", ["nine", "-1", "9, 10", "1e3", "٩", "9" * 30, ""])
def test_a_length_that_is_no_number_is_refused(length: str) -> None:
    with pytest.raises(UselessAnswerError, match="Content-Length"):
        facts_of({"Content-Length": length})


def test_lengths() -> None:
    assert facts_of({"Content-Length": "9, 9"}).total == 9
    assert facts_of({"Content-Length": "9", "Transfer-Encoding": "chunked"}).total is None
    packed = facts_of({"Content-Length": "9", "X-File-Size": "70", "Content-Encoding": "gzip", "ETag": '"v"'})
    assert (packed.total, packed.wire, packed.tag, packed.encoding) == (70, 9, None, "gzip")
    with pytest.raises(UselessAnswerError, match="br"):
        facts_of({"Content-Encoding": "br"})


def test_digests_are_read_from_the_headers_that_mean_them_and_never_from_an_etag() -> None:
    sha, md5 = hashlib.sha256(b"x"), hashlib.md5(b"x")
    sha64, md564 = base64.b64encode(sha.digest()).decode(), base64.b64encode(md5.digest()).decode()
    both = (("md5", md5.hexdigest()), ("sha256", sha.hexdigest()))
    assert announced_digests({"Repr-Digest": f"sha-256=:{sha64}:, md5=:{md564}:"}) == both
    assert announced_digests({"Digest": f"SHA-256={sha64},unixsum=30637"}) == both[1:]
    assert announced_digests({"Content-MD5": md564}) == both[:1]
    assert announced_digests({"X-Goog-Hash": f"crc32c=n03x6A==,md5={md564}"}) == both[:1]
    assert announced_digests({"ETag": f'"{md5.hexdigest()}"', "Content-MD5": "short", "Digest": "sha-256=no!"}) == ()
