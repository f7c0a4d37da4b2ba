"""When to try again, and which URLs to follow: pure decisions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from avatarsdk_core.errors import ProtocolError
from avatarsdk_core.http.origin import followed
from avatarsdk_core.http.retry import duration, next_delay, parse_retry_after


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
    ("seconds", "words"),
    [
        (0, "0 s"),
        (33.4, "33 s"),
        (120, "120 s"),
        (121, "3 min"),
        (3599.2, "60 min"),
        (7200, "2 h"),
        (7201, "3 h"),
        (86400, "24 h"),
        (172_800, "2 days"),
        (999_999_999, "11575 days"),
    ],
)
def test_a_time_to_wait_is_told_as_a_person_would_and_never_shorter_than_it_is(seconds: float, words: str) -> None:
    assert duration(seconds) == words


THIS_MACHINE = (
    "localhost",
    "a.localhost",
    "127.1",
    "0x7f000001",
    "2130706433",
    "0.0.0.0",
    "[::]",
    "[::ffff:127.0.0.1]",
)


@pytest.mark.parametrize(
    ("url", "root"),
    [
        ("http://api.example.com/x", "https://api.example.com/"),
        ("https://127.0.0.1/x", "https://api.example.com/"),
        ("https://user:pass@api.example.com/", "https://api.example.com/"),
        ("file:///etc/passwd", "http://127.0.0.1:1/"),
        ("http://other.example/", "http://127.0.0.1:1/"),
        ("https://[::1", "https://api.example.com/"),
        *((f"https://{host}/x", "https://api.example.com/") for host in THIS_MACHINE),
    ],
)
def test_urls_that_are_never_followed(url: str, root: str) -> None:
    with pytest.raises(ProtocolError):
        followed(url, root)
