"""How the sandbox answers: errors in the service's shapes, times, pages with their Link header."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

PAGE_SIZE = 100
_MEDIA_TYPES = {
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".zip": "application/zip",
    ".glb": "model/gltf-binary",
    ".gltf": "model/gltf+json",
    ".ply": "application/octet-stream",
}

_MAX_NOTICE = 2000

_Item = TypeVar("_Item")


class RefusalError(Exception):
    """An answer with an error status; `body` is its JSON."""

    def __init__(self, status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = dict(body)
        self.headers = dict(headers or {})


def bad_field(field: str, message: str) -> RefusalError:
    return RefusalError(400, {field: [message]})


def forbidden(message: str) -> RefusalError:
    return RefusalError(403, {"detail": message})


def not_found() -> RefusalError:
    """One answer for unknown, deleted, foreign and unfinished, so that it tells nothing about others' objects."""
    return RefusalError(404, {"detail": "Not found."})


def too_large(limit: int) -> RefusalError:
    body = {"detail": f"The request's body is larger than {limit // 1_000_000} MB."}
    return RefusalError(413, body, {"Connection": "close"})


def file_answer(path: Path, name: str = "") -> Response:
    """A file with its type, its size and byte ranges; `name`: to be saved under, not shown."""
    media_type = _MEDIA_TYPES.get(path.suffix, "application/octet-stream")
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        raise not_found() from None
    # X-File-Size: what browsers read when the body is encoded on its way, and Content-Length says something else.
    return FileResponse(path, media_type=media_type, filename=name or None, headers={"X-File-Size": str(size)})


def notices(told: Sequence[str]) -> dict[str, str]:
    """What the sandbox has to say beside the service's own answer, as a header."""
    text = " | ".join(dict.fromkeys(" ".join(notice.split()) for notice in told))
    return {"X-Sandbox-Notice": text[:_MAX_NOTICE].encode("ascii", "replace").decode()} if text else {}


async def answer_refusal(_: Request, error: Exception) -> Response:
    assert isinstance(error, RefusalError)
    return JSONResponse(error.body, error.status, error.headers)


async def answer_http_exception(request: Request, error: Exception) -> Response:
    """Starlette's own errors (unknown path, wrong method, a broken form) in the service's shape."""
    assert isinstance(error, HTTPException)
    texts = {404: "Not found.", 405: f'Method "{request.method}" not allowed.'}
    return JSONResponse({"detail": texts.get(error.status_code, error.detail)}, error.status_code, error.headers)


async def answer_crash(_: Request, __: Exception) -> Response:
    return JSONResponse({"detail": "The sandbox has an error of its own; its log names it."}, 500)


def iso(seconds: float) -> str:
    """`2019-10-01T08:16:03.831260Z`."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def page(
    request: Request, total: int, fetch: Callable[[int, int], list[_Item]], *, single_page_links: bool = False
) -> tuple[list[_Item], dict[str, str]]:
    """The items of the page asked for, and the headers that lead to the others.

    A page outside the range is 404, and `first` names no page. One page alone has no Link header, or one with `first`
    and `last`: the documentation says the former and shows the latter (spec, section 4).

    Args:
        fetch: the items of a (limit, offset).
    """
    last = max(1, -(-total // PAGE_SIZE))
    text = request.query_params.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    if not 1 <= number <= last:
        raise RefusalError(404, {"detail": "Invalid page."})
    links = {"first": 1, "prev": number - 1, "next": number + 1, "last": last}
    shown = {name: target for name, target in links.items() if 1 <= target <= last}
    header = ", ".join(f'<{_page_url(request, target, name)}>; rel="{name}"' for name, target in shown.items())
    items = fetch(PAGE_SIZE, (number - 1) * PAGE_SIZE)
    return items, {"Link": header} if last > 1 or single_page_links else {}


def page_of(
    request: Request, items: Sequence[_Item], *, single_page_links: bool = False
) -> tuple[list[_Item], dict[str, str]]:
    """The same of items that are all at hand."""

    def fetch(limit: int, offset: int) -> list[_Item]:
        return list(items[offset : offset + limit])

    return page(request, len(items), fetch, single_page_links=single_page_links)


def _page_url(request: Request, number: int, relation: str) -> str:
    hidden = ("page", "access_token")
    query = [(name, value) for name, value in request.query_params.multi_items() if name not in hidden]
    if relation != "first":
        query.append(("page", str(number)))
    url = str(request.url.replace(query="", fragment=""))
    return f"{url}?{urlencode(sorted(query))}" if query else url
