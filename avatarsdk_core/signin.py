"""Signing in for good: `login` gets a token by any grant and keeps what later runs need, `logout` revokes it.

    account = login("work", client_id="…", client_secret="…")
    with Client(profile="work") as client: …
    logout("work")

What a profile keeps: the service and the application's id in the profiles' file; the application's secret, or a token
that was given, in the vault; the access token with its refresh token there too. A user's password is never kept.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import threading
import time
import webbrowser
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Unpack

from avatarsdk_core import profiles
from avatarsdk_core.errors import AccessDenied, ApiError, AvatarSDKError, ServiceError, SettingsError
from avatarsdk_core.http.browser import Redirect, authorization_request
from avatarsdk_core.http.retry import Deadline
from avatarsdk_core.http.session import HttpSession
from avatarsdk_core.http.token import TokenSource
from avatarsdk_core.http.token_store import KeptToken, SharedTokens
from avatarsdk_core.models import Token
from avatarsdk_core.redaction import Secret
from avatarsdk_core.settings import AUTHORIZATION_CODE, PREFIX, SECRETS, TOKEN, KeptSecrets, Settings, SettingsValues
from avatarsdk_core.vault import Vault, open_vault

if TYPE_CHECKING:
    from avatarsdk_core.client import Client

SIGN_IN_SECONDS = 300.0  # a person has to find a password
_ASK_SECONDS = 30.0
_DEFAULT_LIFETIME = 3600


@dataclass(frozen=True)
class Account:
    """Who speaks to which service. No field is a secret; `client_id` and `player_uid` are only hinted at.

    Attributes:
        access: "developer", "client", or "" where the service doesn't tell.
        token_expires_at: None for a token that was given.
        kept_in: where the token is kept, for a person.
    """

    profile: str
    root_url: str
    client_id: str
    grant: str
    access: str
    player_uid: str
    token_expires_at: datetime | None
    kept_in: str

    def to_json(self) -> dict[str, str | None]:
        """The fields, dates as ISO 8601."""
        moment = self.token_expires_at
        told = None if moment is None else moment.isoformat("T", "seconds")
        return {**dataclasses.asdict(self), "token_expires_at": told}


@dataclass(frozen=True)
class SignedOut:
    """What `logout` did. `words` tells a person, with what is left to do."""

    profile: str
    revoked: bool
    words: str


def login(
    profile: str = profiles.DEFAULT_NAME,
    *,
    keep: Literal["auto", "keychain", "file"] = "auto",
    on_url: Callable[[str], object] | None = None,
    open_browser: Callable[[str], object] = webbrowser.open,
    cancel: threading.Event | None = None,
    seconds: float = SIGN_IN_SECONDS,
    make_default: bool = False,
    **arguments: Unpack[SettingsValues],
) -> Account:
    """Get a token with these settings, and keep what later runs need under the name of a profile.

    Settings that aren't given come from the environment, else from the profile as it was. Nothing is kept unless the
    service has accepted the credentials.

    Args:
        keep: where secrets go: "keychain", "file", or "auto": the keychain where there is one, else files, with a
            `PlainTextWarning`.
        on_url: with the grant "authorization_code": told the address that the browser has to open.
        open_browser: opens it.
        seconds: how long the browser is waited for.

    Raises:
        SettingsError: something is missing or can't be kept.
        AuthenticationError, AccessDenied: the service refuses the credentials, or a person did in the browser.
        DeadlineExceeded, Cancelled, ServiceError
    """
    profiles.check_name(profile)
    here = profiles.places()
    if here is None:
        profiles.no_place()
    known = {each.name: each for each in profiles.available()}
    settings = _renewed(Settings.combined(arguments, os.environ, known.get(profile)), known.get(profile))
    _check_complete(settings)
    vault = open_vault(keep, here.state)
    settings = dataclasses.replace(settings, profile=profile, token_store=vault.kind)
    token = _first_token(settings, on_url, open_browser, cancel, seconds)
    settings = dataclasses.replace(settings, access=settings.access or _access(settings, token, cancel))
    _keep(settings, vault, token, make_default or not known)
    _forget_elsewhere(known.get(profile), vault, here.state)
    with contextlib.closing(HttpSession(settings)) as http:
        if settings.access == "client":
            http.ensure_player(cancel=cancel)
        return dataclasses.replace(_account(http, settings.access), kept_in=vault.place)


def whoami(client: Client) -> Account:
    """Who this client is, by asking the service.

    Raises:
        AuthenticationError: the credentials are refused; and as any request.
    """
    http = client.http
    return _account(http, _asked_access(http) or http.settings.access)


def logout(profile: str | None = None) -> SignedOut:
    """Forget a profile's secrets and revoke its tokens; its other settings stay, and so does its PlayerUID.

    Raises:
        SettingsError: there is no such profile, or the vault can't be written.
    """
    found = profiles.find(profile, os.environ)
    if found is None:
        raise SettingsError("Nobody is signed in: there is no profile yet (avatarsdk login makes one)")
    settings = Settings.combined({}, _places_only(os.environ), found)
    store = SharedTokens(settings)
    with store.alone(Deadline(_ASK_SECONDS), None):
        kept = store.load()
        trouble = _revoke(settings, kept) if kept is not None else ""
        store.delete()
    here = profiles.places()
    if found.values.get("secrets") and here is not None:
        open_vault(found.values["secrets"], here.state).delete(KeptSecrets.key(found.name))
    profiles.save(found.name, {name: value for name, value in found.values.items() if name != "secrets"})
    words = [f"Signed out of {settings.root_url} (profile {found.name})."]
    words += [f"The token couldn't be revoked, and ends by itself: {trouble}."] if trouble else []
    words += [f"{PREFIX}{name.upper()} is still set here." for name in SECRETS if os.environ.get(PREFIX + name.upper())]
    words += [f"{name} is still in {profiles.config_path()}." for name in SECRETS if found.values.get(name)]
    return SignedOut(found.name, kept is not None and not trouble, " ".join(words))


def _renewed(settings: Settings, before: profiles.Profile | None) -> Settings:
    """Without what the profile as it was tells of other credentials: their access mode, their PlayerUID."""
    if before is None or before.values.get("client_id") == settings.client_id:
        return settings
    sources = settings.sources
    return dataclasses.replace(
        settings,
        access="" if sources["access"].startswith("profile") else settings.access,
        player_uid="" if sources["player_uid"].startswith("profile") else settings.player_uid,
    )


def _check_complete(settings: Settings) -> None:
    settings.check_complete()
    if settings.grant == "password" and not settings.password:
        raise SettingsError(f"No password for {settings.root_url}: set {PREFIX}PASSWORD, or give it when asked")


def _first_token(
    settings: Settings,
    on_url: Callable[[str], object] | None,
    open_browser: Callable[[str], object],
    cancel: threading.Event | None,
    seconds: float,
) -> Token:
    if settings.grant == TOKEN:
        return Token(access_token=settings.token)
    with contextlib.closing(HttpSession(settings)) as http:
        if settings.grant != AUTHORIZATION_CODE:
            with http.token_endpoint(Deadline(_ASK_SECONDS), cancel) as endpoint:
                return endpoint.by_settings()
        with Redirect() as redirect:
            asked = authorization_request(settings, redirect.url)
            redirect.expect(asked.state)
            if on_url is not None:
                on_url(asked.url)
            open_browser(asked.url)
            code = redirect.wait(Deadline(seconds), cancel)
            with http.token_endpoint(Deadline(_ASK_SECONDS), cancel) as endpoint:
                return endpoint.by_code(code, redirect.url, asked.verifier)


def _access(settings: Settings, token: Token, cancel: threading.Event | None) -> str:
    """The access mode, asked with this very token, before anything is kept."""
    given = dataclasses.replace(settings, grant=TOKEN, token=token.access_token, token_store="memory")  # noqa: S106
    with contextlib.closing(HttpSession(given)) as http:
        return _asked_access(http, cancel)


def _asked_access(http: HttpSession, cancel: threading.Event | None = None) -> str:
    """Only developers may list the players of an application."""
    try:
        http.request("GET", "players/", seconds=_ASK_SECONDS, cancel=cancel)
    except AccessDenied:
        return "client"
    except ApiError as error:
        if error.status == 401:
            raise
        return ""
    return "developer"


def _keep(settings: Settings, vault: Vault, token: Token, make_default: bool) -> None:
    """Secrets first, the profile that points to them last; all of it or nothing."""
    given = settings.token if settings.grant == TOKEN else ""
    kept = KeptSecrets(settings.root_url, settings.token_url, settings.client_id, settings.client_secret, given)
    key = KeptSecrets.key(settings.profile)
    before = vault.get(key)
    kept.write(vault, settings.profile)
    try:
        if settings.grant != TOKEN:
            now, lifetime = time.time(), token.expires_in if token.expires_in > 0 else _DEFAULT_LIFETIME
            shared = SharedTokens(settings)
            with shared.alone(Deadline(_ASK_SECONDS), None):
                shared.save(KeptToken(Secret(token.access_token), Secret(token.refresh_token), now, now + lifetime))
        profiles.save(settings.profile, _profile_values(settings, vault), make_default=make_default)
    except AvatarSDKError:
        with contextlib.suppress(SettingsError):
            vault.delete(key) if before is None else vault.set(key, before)
        raise


def _forget_elsewhere(before: profiles.Profile | None, vault: Vault, state: Path) -> None:
    """The profile's secrets have moved: none stays behind in the other kind of vault."""
    kind = before.values.get("secrets", "") if before is not None else ""
    if before is not None and kind not in ("", vault.kind):
        with contextlib.suppress(SettingsError):  # a keychain that is gone keeps nothing that could be deleted
            open_vault(kind, state).delete(KeptSecrets.key(before.name))


def _profile_values(settings: Settings, vault: Vault) -> Mapping[str, str]:
    """What isn't secret and isn't the default."""
    plain = Settings(root_url=settings.root_url)
    names = sorted(profiles.NAMES - profiles.SECRET_NAMES - _OWN)
    values = {name: str.__str__(getattr(settings, name)) for name in names}
    changed = {name: value for name, value in values.items() if value != getattr(plain, name)}
    if settings.root_url != Settings().root_url:
        changed["root_url"] = settings.root_url
    return {**changed, "secrets": vault.kind}


_OWN = frozenset({"secrets", "token_store"})


def _revoke(settings: Settings, kept: KeptToken) -> str:
    """Revoke what is kept; what went wrong, or ""."""
    with contextlib.closing(HttpSession(settings)) as http:
        try:
            for value, hint in ((kept.refresh, "refresh_token"), (kept.value, "access_token")):
                if value:
                    with http.token_endpoint(Deadline(_ASK_SECONDS), url=settings.revoke_url) as endpoint:
                        endpoint.revoke(value, hint)
        except ServiceError as error:
            return str(error)
    return ""


def _account(http: HttpSession, access: str) -> Account:
    settings, expires_at, place = http.settings, None, "memory"
    if isinstance(http.tokens, TokenSource):
        http.tokens.get(Deadline(_ASK_SECONDS))
        expires_at = datetime.now(UTC) + timedelta(seconds=http.tokens.expires_in or 0)
        place = SharedTokens(settings).place
    elif not (source := settings.sources.get(TOKEN, "argument")).startswith(("argument", "environment")):
        place = source
    return Account(
        profile=settings.profile,
        root_url=settings.root_url,
        client_id=_hint(settings.client_id),
        grant=settings.grant,
        access=access,
        player_uid=_hint(http.player_uid),
        token_expires_at=expires_at,
        kept_in=place,
    )


def _hint(value: str) -> str:
    """Enough to recognise it by."""
    return f"{value[:4]}…" if len(value) > 8 else ("set" if value else "")


def _places_only(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment without settings: what is forgotten is the profile's own."""
    return {name: value for name, value in environ.items() if name == profiles.CONFIG_VARIABLE}
