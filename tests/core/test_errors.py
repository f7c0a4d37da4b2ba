"""One tree of errors: what was asked, what the service said, and what to do about it."""

from __future__ import annotations

import builtins
import copy
import json
import pickle
from typing import Any

import pytest

from avatarsdk_core import errors
from avatarsdk_core.errors import (
    AccessDenied,
    ApiError,
    AuthenticationError,
    AvatarSDKError,
    ComputationFailed,
    InvalidRequest,
    NotFound,
    ServiceError,
    ServiceUnavailable,
    ServiceUnreachable,
    Throttled,
)
from avatarsdk_core.http.answers import Answer, api_error

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, BaseException)]


def test_every_error_is_of_the_tree_and_shadows_no_builtin() -> None:
    assert len(KINDS) > 20
    assert [kind for kind in KINDS if not issubclass(kind, AvatarSDKError)] == []
    assert [name for name in vars(errors) if not name.startswith("_") and hasattr(builtins, name)] == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("again", [lambda error: pickle.loads(pickle.dumps(error)), copy.copy, copy.deepcopy])
def test_every_error_pickles_with_its_fields(kind: type[AvatarSDKError], again: Any) -> None:
    about = {"status": 418, "method": "GET", "path": "/p/", "detail": "d", "advice": "a"}
    error = kind("one line", **about) if issubclass(kind, ServiceError) else kind("one line")
    for name in ("retry_after", "fields", "status_verbose", "reason"):
        if hasattr(error, name):
            setattr(error, name, {"name": 1})
    copied = again(error)
    assert (type(copied), str(copied), vars(copied)) == (kind, "one line", vars(error))


def answered(status: int, body: Any, **headers: str) -> ServiceError:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return api_error(Answer("POST", "https://api.example/avatars/?access_token=canary", status, headers, text))


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, InvalidRequest),
        (401, AuthenticationError),
        (403, AccessDenied),
        (404, NotFound),
        (405, ApiError),
        (413, ApiError),
        (429, Throttled),
        (500, ServiceUnavailable),
        (503, ServiceUnavailable),
    ],
)
def test_a_status_is_an_error_that_says_where_why_and_what_to_do(status: int, kind: type[ServiceError]) -> None:
    error = answered(status, {"detail": "The service's\nwords."})
    assert type(error) is kind
    assert (error.status, error.method, error.path) == (status, "POST", "/avatars/")
    assert error.detail == "The service's words."
    assert error.advice
    for words in (str(status), error.detail, error.advice, "https://api.example/avatars/"):
        assert words in str(error)
    assert "canary" not in f"{error!r}{error}{vars(error)}"
    assert "\n" not in str(error)


def test_a_refused_form_tells_its_fields() -> None:
    error = answered(400, {"name": ["This field is required."], "parameters": {"haircuts": ["unknown: 'bob2'"]}})
    assert isinstance(error, InvalidRequest)
    assert error.fields["name"] == ("This field is required.",)
    assert "bob2" in error.fields["parameters"][0]
    assert "name: This field is required." in str(error)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b'"words"', b"\xff\xfe", b'{"detail": {"a": [1]}}'])
def test_an_error_with_any_body_is_an_error_all_the_same(body: bytes) -> None:
    for status in (400, 403, 502):
        assert answered(status, body).status == status


@pytest.mark.parametrize(("status", "kind"), [(429, Throttled), (503, ServiceUnavailable)])
def test_when_to_come_back_is_told_in_words_and_as_a_number(status: int, kind: type[ServiceError]) -> None:
    error = answered(status, {}, **{"Retry-After": "17"})
    assert isinstance(error, Throttled | ServiceUnavailable)
    assert error.retry_after == 17.0
    assert "try again in 17 s" in str(error)
    assert answered(status, {}).retry_after is None  # type: ignore[attr-defined]


def test_no_answer_is_a_kind_of_unavailable_and_a_refusal_is_not() -> None:
    assert issubclass(ServiceUnreachable, ServiceUnavailable)
    assert not issubclass(ServiceUnavailable, ApiError)
    assert not issubclass(ComputationFailed, ApiError)
