"""What Blender and its worker say: lines of another version, half lines, what a journal adds up to, plain words."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatarsdk_core.errors import (
    AnswerLost,
    ArchiveError,
    AuthenticationError,
    Cancelled,
    DeadlineExceeded,
    PhotoError,
    ProtocolError,
    ServiceUnavailable,
    ServiceUnreachable,
    Throttled,
    TransferError,
)
from avatarsdk_core.resources.once import surely_not_made
from avatarsdk_core.worker import job as states
from avatarsdk_core.worker.failures import failure_of, next_try
from avatarsdk_core.worker.job import Job, read_job
from avatarsdk_core.worker.journal import Journal, Tail, read_all
from avatarsdk_core.worker.kind_files import kind_file
from avatarsdk_core.worker.messages import (
    Again,
    Anew,
    Answer,
    Asked,
    Delivered,
    Failed,
    Failure,
    Imported,
    Made,
    Message,
    NotMade,
    Now,
    Placed,
    Tagged,
    Taken,
    Unknown,
    from_line,
    is_id,
    to_line,
)
from avatarsdk_core.worker.places import Home
from avatarsdk_core.worker.shown import ELSEWHERE, INTERRUPTED, READY, shown, time_left

LIFE: list[Message] = [
    Asked("ab" * 8, "create", "Me", {"name": "Me"}, 1.0),
    Taken(10, "blender", 2.0),
    Tagged("avatar", "[avatarsdk 00]", "account", 3.0),
    Made(avatar="code"),
    Now("computing", "Queued", 0.1, None, 4.0),
    Placed("/out/Me"),
    Made(exports=("e1", "e2")),
    Now("downloading", "avatar", 0.9, 3.5, 5.0),
    Delivered(("/out/Me/1", "/out/Me/2"), "code", 6.0),
]


@pytest.mark.parametrize(
    "message", [*LIFE, Answer("1", {"a": [1]}, False, Failure("E", "m", "a", "d")), Unknown("new", {"x": 1})]
)
def test_every_message_survives_its_line(message: Message) -> None:
    assert from_line(to_line(message)) == message


@given(st.binary(max_size=80))
def test_no_line_raises(line: bytes) -> None:
    assert from_line(line) is None or isinstance(from_line(line), Message)


def test_fields_of_other_types_and_unknown_ones_are_left_out() -> None:
    assert from_line(b'{"say":"made","avatar":5,"exports":["a",3],"future":true}') == Made("", ("a",))
    assert from_line(b'{"say":"now","share":true,"state":null}') == Now()


def test_a_command_shows_no_secret_in_its_repr() -> None:
    assert "hidden" not in repr(from_line(b'{"say":"ask","fields":{"client_secret":"hidden"}}'))


def test_a_journal_adds_up_to_the_job() -> None:
    job = read_job("ab" * 8, LIFE)
    assert (job.state, job.avatar, job.exports, job.folders) == (
        "done",
        "code",
        ("e1", "e2"),
        ("/out/Me/1", "/out/Me/2"),
    )
    assert (job.parent, job.share, job.changed_at, job.tags["avatar"].account) == ("blender", 1.0, 6.0, "account")
    assert not job.imported
    assert read_job("x", [*LIFE, Imported(7.0)]).imported


def test_what_failed_on_the_service_is_asked_for_anew_and_what_is_there_is_kept() -> None:
    lost = [*LIFE[:4], Failed(Failure("ComputationFailed", "no face")), Anew(5.0)]
    assert (read_job("x", lost).avatar, dict(read_job("x", lost).tags)) == ("", {})
    export = read_job("x", [*LIFE[:7], Failed(Failure("ComputationFailed", "no room")), Anew(5.0)])
    assert (export.avatar, export.exports, export.is_anew, "avatar" in export.tags) == ("code", (), True, True)


def test_a_persons_leave_to_ask_again_counts_for_one_request_and_what_was_refused_needs_none() -> None:
    asked = [*LIFE[:3], Failed(Failure("MaybeMade", "perhaps")), Again(5.0)]
    assert read_job("x", asked).may_ask_again
    assert not read_job("x", [*asked, Tagged("avatar", "[avatarsdk 00]", "account", 6.0)]).may_ask_again
    assert "avatar" in read_job("x", asked).tags
    assert read_job("x", [*LIFE[:3], NotMade("avatar", 4.0)]).tags == {}


@pytest.mark.parametrize(
    ("error", "sure"),
    [
        (AnswerLost("x"), False),
        (ServiceUnavailable("x", status=500), False),
        (ServiceUnavailable("x", status=504), False),
        (ProtocolError("x", status=200), False),
        (DeadlineExceeded("x"), False),
        (Cancelled("x"), False),
        (ServiceUnavailable("x", status=503), True),
        (ServiceUnreachable("x"), True),
        (Throttled("x", status=429), True),
        (PhotoError("x"), True),
    ],
)
def test_only_a_refusal_or_a_request_that_was_never_sent_surely_made_nothing(error: Exception, sure: bool) -> None:
    assert surely_not_made(error) is sure


def test_a_reader_takes_whole_lines_and_a_writer_ends_a_half_one(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    tail = Tail(path)
    assert tail.read() == []
    journal = Journal(path)
    journal.write(Made("one"), durable=True)
    with path.open("ab") as file:
        file.write(b'{"say":"made","ava')
    assert tail.read() == [Made("one")]
    assert tail.read() == []
    journal.write(Made("two"))
    assert tail.read() == [Made("two")]
    assert read_all(path) == [Made("one"), Made("two")]
    assert path.stat().st_mode & 0o077 == 0


def test_an_id_becomes_a_folders_name_and_is_nothing_else(tmp_path: Path) -> None:
    assert is_id("0123456789abcdef")
    for bad in ("", "../../etc", "0123456789ABCDEF", "0123456789abcdef\n", None):
        assert not is_id(bad)
    with pytest.raises(ValueError, match="no job's id"):
        Home(tmp_path).job("..")


@pytest.mark.parametrize("kind", ["", "Create", "create.os", "../create", "os", "nothing"])
def test_only_kinds_with_a_file_are_run(kind: str) -> None:
    with pytest.raises(Exception, match="can't do"):
        kind_file("job_kinds", kind)
    assert kind_file("job_kinds", "create") == "avatarsdk_core.worker.job_kinds.create"


def test_what_may_pass_is_tried_again_and_what_needs_a_person_is_not() -> None:
    full = OSError(errno.ENOSPC, "No space left on device", "/x")
    assert [next_try(error, 1) for error in (full, AuthenticationError("x"), ArchiveError("x"))] == [None] * 3
    assert next_try(ServiceUnreachable("x"), 1) == 3.0
    assert next_try(AnswerLost("x"), 99) == 60.0
    assert next_try(Throttled("x", retry_after=500.0), 1) == 500.0
    assert [next_try(TransferError("x"), tries) for tries in (1, 2, 3)] == [3.0, 6.0, None]


def test_failures_are_told_in_one_line_without_secrets() -> None:
    told = failure_of(AuthenticationError("No\n good: token=abcdef", advice="sign in again"))
    assert told.message == "No good: token=*** (sign in again)"
    assert "make room" in failure_of(OSError(errno.ENOSPC, "No space left", "/x")).message
    assert "report" in failure_of(KeyError("oops")).message


def test_words_tell_whose_a_job_is_and_what_waits() -> None:
    under_way = Job("x", "create", "Me", state=states.COMPUTING, detail="Queued", seconds_left=100.0)
    assert shown(under_way, ours=True).words == "Waiting in the service's line"
    assert shown(under_way, ours=True).left == "about 2 min left"
    assert shown(under_way, ours=False).state == INTERRUPTED
    assert shown(under_way, ours=False, elsewhere=True).state == ELSEWHERE
    assert shown(Job("x", state=states.DONE), ours=True).state == READY
    assert shown(under_way, ours=True, trouble=Failure("E", "m")).failure == Failure("E", "m")
    assert [time_left(s) for s in (None, 1.0, 42.0, 5400.0)] == [
        "",
        "about 5 s left",
        "about 40 s left",
        "about 1.5 h left",
    ]
