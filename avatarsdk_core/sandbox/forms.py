"""Reading form fields: each missing or senseless one is a 400 that names it."""

from __future__ import annotations

import json
from typing import Any

from starlette.datastructures import FormData, UploadFile

from avatarsdk_core.sandbox.answers import bad_field

MAX_TEXT = 5000


def text_field(form: FormData, name: str, *, required: bool = False) -> str:
    value = form.get(name)
    if isinstance(value, UploadFile):
        raise bad_field(name, "This field is text, not a file.")
    text = (value or "").strip()
    if required and not text:
        raise bad_field(name, "This field is required.")
    if len(text) > MAX_TEXT:
        raise bad_field(name, f"This text has {len(text)} characters; {MAX_TEXT} are allowed.")
    if "\0" in text:
        raise bad_field(name, "Null characters are not allowed.")
    return text


def json_field(form: FormData, name: str) -> Any:
    """The value of a JSON text field; None when it is absent or empty."""
    value = form.get(name)
    if isinstance(value, UploadFile):
        raise bad_field(name, "This field is JSON text, not a file.")
    if value is None or not value.strip():
        return None
    try:
        return json.loads(value, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise bad_field(name, f"This is not JSON: {error}.") from error


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not allowed")
