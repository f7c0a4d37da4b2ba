# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is signed in, as far as this Blender session knows. No secret is kept here, and nothing of it in Blender's files.

Nobody is asked before something of ours is shown that depends on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from avatarsdk_core.creation.summary import Account
from avatarsdk_core.worker.messages import Answer, Failure

from . import jobs, later, online, words
from .redraw import redraw_ours

UNKNOWN, ASKING, SIGNED_IN, SIGNED_OUT, TROUBLE = "unknown", "asking", "in", "out", "trouble"

_phase = UNKNOWN
_account = Account()
_message = ""  # what went wrong, or what a person should know
_failed = False  # it is about what went wrong
_sandbox: Mapping[str, Any] | None = None  # what the worker found, None before it was asked
_awaited = ""  # the request whose answer counts: one that comes late tells of somebody who isn't signed in any more
_listeners: list[Callable[[], object]] = []


def current() -> Account:
    """Its root_url is empty where nobody is signed in."""
    return _account


def phase() -> str:
    """UNKNOWN, ASKING, SIGNED_IN, SIGNED_OUT, or TROUBLE: the service couldn't be asked."""
    return _phase


def message() -> str:
    """One line about the last attempt, or empty."""
    return _message


def is_trouble() -> bool:
    """The message tells what went wrong."""
    return _failed


def forget_message() -> None:
    """What was told is about something else than what is shown now."""
    if _phase != TROUBLE:  # there it is the reason why nothing can be asked
        _to(_phase, "")


def sandbox() -> Mapping[str, Any] | None:
    """`urls`, `stranger` and `command` of the sandboxes on this machine; None as long as nobody has looked."""
    return _sandbox


def gate() -> str:
    """Why nothing can be asked of the service now, with the way out; empty when it can."""
    if reason := online.reason():
        return reason
    if _phase in (UNKNOWN, ASKING):
        return words.iface("Looking who is signed in…")
    if _phase == SIGNED_IN:
        return ""
    return _message if _phase == TROUBLE else words.iface("Sign in first")


def on_change(listener: Callable[[], object]) -> None:
    """Calls a module's function whenever the account has changed."""
    if listener not in _listeners:
        _listeners.append(listener)


def wanted() -> None:
    """May be called while drawing: who is signed in is asked soon, once."""
    if _phase == UNKNOWN and online.is_online():
        later.soon("account", _look())


def look() -> None:
    """Asks who is signed in."""
    _to(ASKING, "")
    _await(jobs.ask("who_am_i", then=_told))


def look_for_sandbox() -> None:
    """Asks which sandboxes run here."""
    jobs.ask("find_sandbox", then=_told_of_sandbox)


def sign_in(**fields: str) -> None:
    """Tries credentials at once and has them kept: client_id with client_secret, or token; root_url."""
    _to(ASKING, "")
    _await(jobs.ask("sign_in", then=_signed_in, make_default=True, **fields))


def sign_in_sandbox() -> None:
    """The same with the sandbox that runs here."""
    _to(ASKING, "")
    _await(jobs.ask("sign_in_sandbox", then=_signed_in))


def sign_out() -> None:
    """Forgets the credentials and revokes the token."""
    name = _account.profile
    _to(ASKING, "")
    _await(jobs.ask("sign_out", then=_signed_out, profile=name))


def register() -> None:
    """Nothing is asked unasked."""


def unregister() -> None:
    """Nothing is known any longer."""
    global _phase, _account, _message, _sandbox
    later.drop("account")
    _listeners.clear()
    _await("")
    _phase, _account, _message, _sandbox = UNKNOWN, Account(), "", None


def _look() -> Iterator[None]:
    if _phase == UNKNOWN:
        look()
    yield


def _told(answer: Answer) -> None:
    if answer.id != _awaited:
        return
    if answer.failure is None:
        _accept(answer.fields)
        return
    refused = answer.failure.error in ("SettingsError", "AuthenticationError", "AccessDenied")
    nobody = answer.failure.error == "SettingsError"  # no profile, or none with credentials
    _to(SIGNED_OUT if refused else TROUBLE, "" if nobody else answer.failure.message, Account(), failed=not nobody)


def _signed_in(answer: Answer) -> None:
    if answer.id != _awaited:
        return
    if answer.failure is not None:
        _to(SIGNED_OUT, _why(answer.failure), Account(), failed=True)
        return
    _accept(answer.fields)
    warnings = " ".join(answer.fields.get("warnings") or ())
    _to(SIGNED_IN, warnings, _account)
    _await(jobs.ask("who_am_i", then=_told_usage, profile=_account.profile))


def _told_usage(answer: Answer) -> None:
    """Only the counters: it was signed in a moment ago."""
    if answer.id == _awaited and answer.failure is None:
        _accept(answer.fields, _message)


def _signed_out(answer: Answer) -> None:
    if answer.id != _awaited:
        return
    told = answer.fields.get("words", "") if answer.failure is None else answer.failure.message
    _to(SIGNED_OUT, str(told), Account(), failed=answer.failure is not None)


def _told_of_sandbox(answer: Answer) -> None:
    global _sandbox
    _sandbox = answer.fields if answer.failure is None else {"urls": [], "stranger": "", "command": ""}
    redraw_ours()


def _await(request: str) -> None:
    global _awaited
    _awaited = request


def _accept(fields: Mapping[str, Any], message: str = "") -> None:
    told = fields.get("account") or {}
    account = Account(
        root_url=str(told.get("root_url") or ""),
        profile=str(told.get("profile") or ""),
        access=str(told.get("access") or ""),
        client_id=str(told.get("client_id") or ""),
        kept_in=str(told.get("kept_in") or ""),
        usage=fields.get("usage"),
    )
    _to(SIGNED_IN, message, account)


def _why(failure: Failure) -> str:
    """The core's advice for credentials that are refused is about environment variables; here there is a form."""
    if failure.error == "AuthenticationError":
        return words.iface("The service refuses this: check what you typed, also the address if you gave one")
    return failure.message


def _to(new: str, told: str, account: Account | None = None, *, failed: bool = False) -> None:
    global _phase, _message, _failed, _account
    _phase, _message, _failed = new, told, failed
    _account = _account if account is None else account
    for listener in list(_listeners):
        listener()
    redraw_ours()


CLASSES: tuple[type, ...] = ()
