"""Is everything in order? Each question is asked alone, and a failure of one hides no other."""

from __future__ import annotations

import contextlib
import importlib.metadata
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from avatarsdk_core import __version__
from avatarsdk_core.errors import AvatarSDKError

if TYPE_CHECKING:
    from avatarsdk_core.settings import Settings

Verdict = Literal["ok", "warning", "error"]
SKEW_SECONDS = 30.0
_PACKAGES = ("requests", "urllib3", "requests-oauthlib", "numpy", "click", "rich", "keyring", "platformdirs", "segno")
_SANDBOX = ("starlette", "uvicorn", "python-multipart", "pygltflib", "pillow")


@dataclass(frozen=True)
class Finding:
    """One answer: what was looked at, how it is, and what was found (with the way out, unless it is ok)."""

    subject: str
    verdict: Verdict
    words: str


def examine(profile: str | None, blender: str | None) -> Iterator[Finding]:
    """All findings, each as soon as it is known."""
    yield Finding("avatarsdk", "ok", __version__)
    yield Finding("Python", "ok", f"{platform.python_version()} ({sys.executable}), {platform.platform(terse=True)}")
    yield _packages("packages", _PACKAGES, "cli")
    yield _packages("sandbox packages", _SANDBOX, "sandbox")
    settings, found = _settings(profile)
    yield from found
    yield _alone("keychain", _keychain)
    if settings is not None:
        yield from _service(settings)
    yield _alone("Blender", lambda: _blender(blender))
    yield _alone("add-on", _addon)
    yield _alone("cache", _cache)


def _alone(subject: str, ask: Callable[[], Finding]) -> Finding:
    try:
        return ask()
    except AvatarSDKError as error:
        return Finding(subject, "warning", str(error))
    except Exception as error:  # a broken library of the system must not end the examination
        return Finding(subject, "warning", f"can't be told ({type(error).__name__})")


def _packages(subject: str, names: tuple[str, ...], extra: str) -> Finding:
    versions, missing = [], []
    for name in names:
        try:
            versions.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
    words = ", ".join(versions)
    if not missing:
        return Finding(subject, "ok", words)
    way_out = f"missing {', '.join(missing)}: pip install 'avatarsdk-core[{extra}]'"
    return Finding(subject, "warning", f"{words}; {way_out}" if words else way_out)


def _settings(profile: str | None) -> tuple[Settings | None, list[Finding]]:
    """Every setting with its source; the settings, if they make sense."""
    from avatarsdk_core.profiles import config_path
    from avatarsdk_core.settings import Settings

    where = config_path()
    found = [Finding("profiles", "ok", f"{where}" if where and where.exists() else f"none yet ({where})")]
    try:
        settings = Settings.partial(profile=profile)
    except AvatarSDKError as error:
        return None, [*found, Finding("settings", "error", str(error))]
    for fact in settings.facts():
        if fact.source not in ("default", ""):
            found.append(Finding(fact.name.replace("_", " "), "ok", f"{fact.shown}, from {fact.source}"))
        elif fact.name == "root_url":
            found.append(Finding("root url", "ok", f"{fact.shown}, the default"))
    try:
        settings.check_complete()
    except AvatarSDKError as error:
        found.append(Finding("sign-in", "error", str(error)))
    return settings, found


def _keychain() -> Finding:
    from avatarsdk_core.vault import keychain

    instead = "secrets go to a file that only you can read"
    vault, why = keychain.find_keychain()
    if vault is None:
        return Finding("keychain", "warning", f"none that can be used ({why}): {instead}")
    try:
        vault.get("avatarsdk doctor")  # nothing of that name is there: a keychain that answers says so
    except AvatarSDKError as error:
        return Finding("keychain", "warning", str(error))
    return Finding("keychain", "ok", f"{vault.place} can be read")


def _service(settings: Settings) -> Iterator[Finding]:
    """Reachable without secrets, then signed in with them; the service's clock comes with the answer."""
    import requests

    from avatarsdk_core.http.session import USER_AGENT
    from avatarsdk_core.settings import is_loopback

    url = settings.root_url
    session = requests.Session()
    session.trust_env = not is_loopback(urlsplit(url).hostname)
    started = datetime.now(UTC)
    try:
        answer = session.get(
            url + "avatars/", headers={"User-Agent": USER_AGENT}, auth=_no_auth, timeout=10, allow_redirects=False
        )
    except requests.RequestException:
        yield Finding("service", "error", _why_unreachable(settings))
        return
    took = (datetime.now(UTC) - started).total_seconds()
    yield Finding("service", "ok", f"{url} answers in {took * 1000:.0f} ms")
    yield clock_finding(answer.headers.get("Date"), started, took)
    try:
        settings.check_complete()
    except AvatarSDKError:
        return
    yield _alone("sign-in", lambda: _sign_in(settings))


def _why_unreachable(settings: Settings) -> str:
    """In the words that every other command has for it."""
    from avatarsdk_core.http.session import HttpSession

    with contextlib.closing(HttpSession(settings, request_seconds=10.0)) as http:
        try:
            http.request("GET", settings.root_url, signed=False)
        except AvatarSDKError as error:
            return str(error)
    return f"{settings.root_url} doesn't always answer"


def _no_auth(request):  # type: ignore[no-untyped-def]
    return request


def clock_finding(date: str | None, started: datetime, took: float) -> Finding:
    """How far this machine's clock is from the service's `Date` (whole seconds), taken halfway between."""
    try:
        theirs = parsedate_to_datetime(date or "")
    except ValueError:
        return Finding("clock", "warning", "the service doesn't tell its time")
    skew = (started - theirs).total_seconds() + took / 2
    if abs(skew) <= SKEW_SECONDS:
        return Finding("clock", "ok", f"within {max(1, round(abs(skew)))} s of the service's")
    way = "ahead of" if skew > 0 else "behind"
    return Finding("clock", "warning", f"{abs(skew):.0f} s {way} the service's: set this machine's clock")


def _sign_in(settings: Settings) -> Finding:
    from avatarsdk_core.client import Client

    try:
        with Client(settings) as client:
            next(iter(client.avatars.list()), None)
    except AvatarSDKError as error:
        return Finding("sign-in", "error", str(error))
    return Finding("sign-in", "ok", "the service takes the credentials")


def _blender(program: str | None) -> Finding:
    from avatarsdk_core.headless_blender import find_blender

    try:
        found = find_blender(program)
        words = found.program or f"the bpy module {importlib.metadata.version('bpy')} of this Python"
        return Finding("Blender", "ok", words)
    except AvatarSDKError as error:
        if program is None and (beside := shutil.which("blender")):
            return Finding("Blender", "ok", f"{beside} (give it by --blender)")
        return Finding("Blender", "warning", str(error))


def _addon() -> Finding:
    from avatarsdk_core.headless_blender import addon_folder

    with addon_folder(None) as folder:
        return Finding("add-on", "ok", str(folder))


def _cache() -> Finding:
    from avatarsdk_core.creation import megabytes
    from avatarsdk_core.transfer.cache import Cache

    info = Cache().info()
    return Finding("cache", "ok", f"{info.folder}, {megabytes(info.bytes)} of {megabytes(info.limit)}")
