"""`/o/authorize/`: the page on which the demo user signs in and lets an application act (RFC 6749 4.1, 4.2; RFC 7636).

The user signs in for each request: there is no session, so nothing that another page could ride on.
"""

from __future__ import annotations

import html
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from avatarsdk_core.sandbox.accounts import Application
from avatarsdk_core.sandbox.records import TokenKind
from avatarsdk_core.sandbox.service import Service, service_of
from avatarsdk_core.sandbox.tokens import NO_STORE, checked_scope, new_token

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_FIELDS = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
)
_HEADERS = {
    **NO_STORE,
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
}
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; background: #f2f3f5; color: #1d2129; margin: 0; }
main { max-width: 22rem; margin: 12vh auto; padding: 1.5rem 2rem 2rem; background: #fff; border-radius: 12px;
  box-shadow: 0 1px 4px #0003; }
h1 { font-size: 1.25rem; } label { display: block; margin: .75rem 0; }
input { width: 100%; box-sizing: border-box; font: inherit; padding: .5rem; border: 1px solid #8a8f98;
  border-radius: 6px; }
button { font: inherit; padding: .5rem 1.2rem; border-radius: 6px; border: 1px solid #8a8f98; background: #fff; }
button[value=allow] { background: #1b5fd0; border-color: #1b5fd0; color: #fff; }
.wrong { color: #b00020; } .small { font-size: .85rem; color: #5a6069; }
"""


class _WrongRequestError(Exception):
    """Told to the person, on the page: there is no address that could be trusted with it."""


class _RefusedError(Exception):
    """Told to the application, at its address: `error` of RFC 6749, 4.1.2.1."""

    def __init__(self, wish: _Wish, error: str, description: str) -> None:
        super().__init__(error)
        self.wish = wish
        self.answer = {"error": error, "error_description": description}


@dataclass(frozen=True)
class _Wish:
    """What an application asks for."""

    application: Application
    mode: str
    fields: Mapping[str, str]
    scope: str = ""

    @property
    def implicit(self) -> bool:
        return self.fields["response_type"] == "token"


async def page(request: Request) -> Response:
    """`GET`: the page, or the way back to the application with an error."""
    return await _answered(request, request.query_params)


async def decide(request: Request) -> Response:
    """`POST` of the page's form: the person allows or denies."""
    async with request.form() as form:
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
    return await _answered(request, fields, fields.get("decision", ""))


async def _answered(request: Request, given: Mapping[str, str], decision: str | None = None) -> Response:
    service = service_of(request)
    try:
        wish = _checked(service, {name: given.get(name, "") for name in _FIELDS})
        if decision is None:
            return _form(service, wish)
        if decision != "allow":
            raise _RefusedError(wish, "access_denied", "The user said no.")
        if not service.accounts.user.signs_in_with(given.get("username", ""), given.get("password", "")):
            return _form(service, wish, "Unknown username or wrong password.")
        return await run_in_threadpool(_granted, service, wish)
    except _WrongRequestError as error:
        return HTMLResponse(_document("This link doesn't work", f"<p>{html.escape(str(error))}</p>"), 400, _HEADERS)
    except _RefusedError as error:
        return _back(error.wish, error.answer)


def _checked(service: Service, fields: dict[str, str]) -> _Wish:
    owner = service.accounts.owner(fields["client_id"])
    if owner is None:
        raise _WrongRequestError("client_id is missing or unknown.")
    if not _allowed(service, fields["redirect_uri"]):
        raise _WrongRequestError(
            "redirect_uri is missing or not allowed: a loopback address is, and what the sandbox was started with."
        )
    wish = _Wish(owner[0], owner[1], fields)
    if fields["response_type"] not in ("code", "token"):
        error = "unsupported_response_type" if fields["response_type"] else "invalid_request"
        raise _RefusedError(wish, error, "response_type is code or token.")
    scope = checked_scope(fields["scope"])
    if scope is None:
        raise _RefusedError(wish, "invalid_scope", "The scopes are: read write.")
    if fields["code_challenge_method"] not in ("", "plain", "S256"):
        raise _RefusedError(wish, "invalid_request", "code_challenge_method is S256 or plain.")
    return replace(wish, scope=scope)


def _allowed(service: Service, redirect_uri: str) -> bool:
    """Exactly one that was named, or any address of this machine: a native app takes whatever port is free."""
    if redirect_uri in service.redirect_uris:
        return True
    try:
        address = urlsplit(redirect_uri)
        known = address.hostname in _LOOPBACK and address.port != 0  # what is no number is told here
    except ValueError:
        return False
    bare = not address.fragment and address.username is None and "\\" not in redirect_uri
    return address.scheme in ("http", "https") and known and bare and redirect_uri.isprintable()


def _granted(service: Service, wish: _Wish) -> Response:
    kind: TokenKind = "access" if wish.implicit else "code"
    text, token = new_token(service, kind, wish.fields["client_id"], wish.mode, wish.scope, public=wish.implicit)
    if wish.implicit:
        answer = {
            "access_token": text,
            "token_type": "Bearer",
            "expires_in": str(service.token_lifetime),
            "scope": wish.scope,
        }
    else:
        token = replace(
            token,
            redirect_uri=wish.fields["redirect_uri"],
            challenge=wish.fields["code_challenge"],
            method=wish.fields["code_challenge_method"],
        )
        answer = {"code": text}
    service.store.add_tokens([token], time.time())
    return _back(wish, answer)


def _back(wish: _Wish, answer: Mapping[str, str]) -> Response:
    """To the application: in the query, or for the implicit grant behind the # where no server sees it."""
    values = dict(answer)
    if wish.fields["state"]:
        values["state"] = wish.fields["state"]
    address = urlsplit(wish.fields["redirect_uri"])
    if wish.implicit:
        address = address._replace(fragment=urlencode(values))
    else:
        query = parse_qsl(address.query, keep_blank_values=True)
        address = address._replace(query=urlencode([*query, *values.items()]))
    return RedirectResponse(urlunsplit(address), 302, _HEADERS)


def _form(service: Service, wish: _Wish, wrong: str = "") -> Response:
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{html.escape(value)}">' for name, value in wish.fields.items()
    )
    rights = " and ".join(html.escape(scope) for scope in wish.scope.split())
    told = f'<p class="wrong" role="alert">{html.escape(wrong)}</p>' if wrong else ""
    body = f"""
<p><strong>{html.escape(wish.application.name)}</strong> wants to {rights} your avatars.</p>{told}
<form method="post" action="">
{hidden}
<label>Username <input name="username" autocomplete="username" value="{html.escape(service.accounts.user.username)}">
</label>
<label>Password <input name="password" type="password" autocomplete="current-password" autofocus></label>
<p><button name="decision" value="allow">Allow</button> <button name="decision" value="deny">Deny</button></p>
</form>
<p class="small">This is the sandbox's own page, not the service's. It printed the password when it started.</p>
"""
    return HTMLResponse(_document("Sign in to the sandbox", body), headers=_HEADERS)


def _document(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{html.escape(title)}</h1>{body}</main></body></html>"
    )
