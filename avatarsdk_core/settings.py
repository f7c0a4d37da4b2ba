"""Where the service is and who we are. Each setting is taken from the first place that has it, at the moment of asking:

1. the argument, 2. the environment (`AVATARSDK_<NAME>`), 3. the profile (`avatarsdk_core.profiles`) and what the vault
keeps for it, 4. the default. Each knows where it came from.

A secret that the vault keeps for a profile goes only where it went when it was kept: with another root URL, token URL
or client id (by an argument or the environment) it stays where it is.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, TypedDict, Unpack, cast
from urllib.parse import urljoin, urlsplit

from avatarsdk_core import profiles
from avatarsdk_core.errors import SettingsError
from avatarsdk_core.redaction import Secret, hide
from avatarsdk_core.vault import Vault, open_vault

DEFAULT_ROOT_URL = "https://api.avatarsdk.com/"
PREFIX = "AVATARSDK_"
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})

CLIENT_CREDENTIALS = "client_credentials"
PASSWORD = "password"  # noqa: S105 the name of a grant
AUTHORIZATION_CODE = "authorization_code"
TOKEN = "token"  # noqa: S105 the name of a setting
CHOICES: Mapping[str, tuple[str, ...]] = {
    "grant": (CLIENT_CREDENTIALS, PASSWORD, AUTHORIZATION_CODE, TOKEN),
    "client_auth": ("basic", "form"),
    "access": ("", "developer", "client"),
    "token_store": ("auto", "keychain", "file", "memory"),
}
SECRETS = ("client_secret", "password", "token")
_MASKED = (*SECRETS, "player_uid")
KEPT = ("client_secret", "token")  # what the vault keeps of a profile; a password is never kept
_DEFAULTS = {"root_url": DEFAULT_ROOT_URL, "client_auth": "basic", "token_store": "auto"}
_ENDPOINTS = {"token_url": "o/token/", "authorize_url": "o/authorize/", "revoke_url": "o/revoke_token/"}


class SettingsValues(TypedDict, total=False):
    """What may be given by argument; an empty text means the default, None the next place. See `Settings`."""

    root_url: str | None
    token_url: str | None
    authorize_url: str | None
    revoke_url: str | None
    client_id: str | None
    client_secret: str | None
    client_auth: Literal["", "basic", "form"] | None
    grant: Literal["", "client_credentials", "password", "authorization_code", "token"] | None
    username: str | None
    password: str | None
    token: str | None
    access: Literal["", "developer", "client"] | None
    player_uid: str | None
    token_store: Literal["", "auto", "keychain", "file", "memory"] | None


class SettingsArguments(SettingsValues, total=False):
    """The same, and the profile to read."""

    profile: str | None


class _Environment(dict[str, str]):
    """Variables that a traceback doesn't tell."""

    def __repr__(self) -> str:
        return f"<{len(self)} variables>"


def masked(arguments: SettingsArguments) -> SettingsArguments:
    """The same, with secrets that don't show in a traceback's variables."""
    secret = {name: Secret(value) for name, value in arguments.items() if name in _MASKED and isinstance(value, str)}
    return cast(SettingsArguments, {**arguments, **secret})


@dataclass(frozen=True)
class SettingFact:
    """One setting, for people. `shown` is its value, or "set" and "not set" for what must not be shown."""

    name: str
    shown: str
    source: str


@dataclass(frozen=True)
class Settings:
    """What a client needs to know. Secrets are in neither its repr nor a traceback's variables.

    Pickles: secrets given by argument or environment go along, since nobody else could tell them at the other end, so
    treat such a pickle as a secret; those that the vault keeps stay, and are looked up anew by the profile's name.

    Attributes:
        root_url: root of the API, with a slash at its end.
        token_url, authorize_url, revoke_url: the OAuth 2.0 endpoints; by default o/token/, o/authorize/ and
            o/revoke_token/ under the root.
        client_id, client_secret: the application's credential pair; it decides the access mode.
        client_auth: "basic" (a header) or "form" (fields): how the pair is shown to the token endpoint.
        grant: "client_credentials", "password", "authorization_code" (by `signin.login`) or "token".
        username, password: for the password grant.
        token: an access token that you have already, for the grant "token".
        access: "client" registers a PlayerUID when none is known, once per credential pair; "developer", or "" where it
            isn't known.
        player_uid: PlayerUID for client access, or "".
        token_store: where tokens are shared between processes: "keychain", "file", "memory" (nowhere), or "auto": where
            the profile's secrets are, else a file.
        profile: name of the profile that was read, or "".
        sources: where each setting came from.
    """

    root_url: str = DEFAULT_ROOT_URL
    token_url: str = ""
    client_id: str = field(default="", repr=False)
    client_secret: str = field(default="", repr=False)
    player_uid: str = field(default="", repr=False)
    authorize_url: str = ""
    revoke_url: str = ""
    client_auth: str = "basic"
    grant: str = CLIENT_CREDENTIALS
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    access: str = ""
    token_store: str = "auto"  # noqa: S105 a place
    profile: str = ""
    sources: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        put: Callable[[str, str], None] = lambda name, value: object.__setattr__(self, name, value)  # noqa: E731
        put("root_url", check_service_url(self.root_url, "The root URL"))
        for name, path in _ENDPOINTS.items():
            url = getattr(self, name) or urljoin(self.root_url, path)
            put(name, check_service_url(url, f"The {_words(name)}", slash=name == "token_url"))
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                wanted = ", ".join(filter(None, choices))
                raise SettingsError(f"{PREFIX}{name.upper()} is {getattr(self, name)!r}: it may be {wanted}")
        for name in SECRETS:
            put(name, Secret(_checked_secret(name, getattr(self, name))))
        put("player_uid", Secret(header_text("player_uid", self.player_uid)))
        hide(self.client_secret, self.password, self.token, self.player_uid)

    @classmethod
    def resolve(cls, *, environ: Mapping[str, str] | None = None, **arguments: Unpack[SettingsArguments]) -> Settings:
        """Each setting from the first place that has it (the module says which).

        Raises:
            SettingsError: a setting that has no default is missing, or makes no sense; an unreadable profile or vault.
        """
        arguments = masked(arguments)
        settings = cls.partial(environ=environ, **arguments)
        settings.check_complete()
        return settings

    @classmethod
    def partial(cls, *, environ: Mapping[str, str] | None = None, **arguments: Unpack[SettingsArguments]) -> Settings:
        """As `resolve`, but credentials may be missing: for showing settings, and for signing in."""
        arguments, environ = masked(arguments), _Environment(os.environ if environ is None else environ)
        return cls.combined(arguments, environ, profiles.find(arguments.get("profile"), environ))

    @classmethod
    def combined(
        cls, arguments: SettingsValues, environ: Mapping[str, str], profile: profiles.Profile | None
    ) -> Settings:
        """As `partial`, with the profile found already, or none. Raises SettingsError."""
        if unknown := sorted(arguments.keys() - {*_NAMES, "profile"}):
            raise TypeError(f"no setting is called {unknown[0]!r}")
        layers = list(_layers(arguments, environ, profile))
        values, sources = {}, {}
        for name in _NAMES:
            values[name], sources[name] = _grant(layers) if name == "grant" else _pick(name, layers)
        values |= {name: Secret(values[name]) for name in _MASKED}
        settings = cls(**values, profile=profile.name if profile else "", sources=sources)
        return settings._with_kept_secrets(profile, environ) if profile else settings

    def check_complete(self) -> None:
        """Raises SettingsError: what the grant needs is missing, with the ways out."""
        for name in _NEEDED[self.grant]:
            if not getattr(self, name):
                raise SettingsError(
                    f"No {_words(name)} for {self.root_url}: set {PREFIX}{name.upper()}, sign in with avatarsdk login, "
                    "or try the demo, which needs no account: avatarsdk demo"
                )

    def facts(self) -> list[SettingFact]:
        """Every setting with where it came from; no secret."""
        shown = [SettingFact("profile", self.profile or "none", "")]
        for name in _NAMES:
            value = str.__str__(getattr(self, name))
            if name in _UNSHOWN:
                value = "set" if value else "not set"
            shown.append(SettingFact(name, value or "not set", self.sources.get(name, "given")))
        return shown

    def credential_key(self, *, of_player: bool = False) -> str:
        """A name for "these credentials at this service", the same in every process; it tells nothing of them."""
        whose = [self.root_url, self.token_url, self.client_id]
        if not of_player:
            whose += (self.grant, self.username, self.profile if self.grant == AUTHORIZATION_CODE else "")
        return hashlib.sha256(json.dumps([str.__str__(part) for part in whose]).encode()).hexdigest()[:24]

    def token_vault(self) -> Vault | None:
        """Where tokens and PlayerUIDs are shared between processes; None: nowhere.

        Raises:
            SettingsError: the place asked for isn't there.
        """
        here = profiles.places()
        store = self.token_store
        if store == "auto":
            store = "memory" if here is None else "file"
        if store == "memory":
            return None
        if here is None:
            raise SettingsError(
                f"Tokens can't be kept ({PREFIX}TOKEN_STORE={store}): set {profiles.CONFIG_VARIABLE} or install "
                "platformdirs to say where"
            )
        return open_vault(store, here.state)

    def _with_kept_secrets(self, profile: profiles.Profile, environ: Mapping[str, str]) -> Settings:
        """The profile's secrets from the vault, if they were kept for the same service and application."""
        store, here = profile.values.get("secrets", ""), profiles.places(environ)
        if not store or here is None:
            return self
        vault = open_vault(store, here.state)
        changed: dict[str, Any] = {}
        if self.token_store == "auto":  # noqa: S105 a place
            changed["token_store"] = store
        sources = {**self.sources, **dict.fromkeys(changed, f"profile {profile.name!r}")}
        missing = [name for name in KEPT if not getattr(self, name)]
        kept = KeptSecrets.read(vault, profile.name) if missing else None
        if kept is not None and kept.belongs_to(self):
            found = {name: getattr(kept, name) for name in missing if getattr(kept, name)}
            changed |= found
            sources |= dict.fromkeys(found, vault.place)
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        return Settings(**{**values, **changed, "sources": sources})

    def __reduce__(self) -> tuple[Any, ...]:
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        kept = [name for name in SECRETS if values[name] and not _travels(self.sources.get(name, ""))]
        return _unpickled, ({**values, **dict.fromkeys(kept, ""), "sources": dict(self.sources)}, bool(kept))


_NAMES = tuple(item.name for item in fields(Settings) if item.name not in ("profile", "sources"))
_UNSHOWN = frozenset({*SECRETS, "client_id", "username", "player_uid"})
_NEEDED: Mapping[str, tuple[str, ...]] = {
    CLIENT_CREDENTIALS: ("client_id", "client_secret"),
    PASSWORD: ("client_id", "username"),
    AUTHORIZATION_CODE: ("client_id",),
    TOKEN: ("token",),
}


@dataclass(frozen=True)
class KeptSecrets:
    """What the vault keeps for a profile, and the service and application that it is for."""

    root_url: str
    token_url: str
    client_id: str = field(repr=False)
    client_secret: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    @staticmethod
    def key(profile: str) -> str:
        return f"profile {profile}"

    @classmethod
    def read(cls, vault: Vault, profile: str) -> KeptSecrets | None:
        """None where nothing is kept, or nothing that makes sense."""
        try:
            data = json.loads(vault.get(cls.key(profile)) or "null")
            return cls(**{str(name): Secret(value) for name, value in data.items()})
        except (AttributeError, TypeError, ValueError):
            return None

    def write(self, vault: Vault, profile: str) -> None:
        values = {item.name: str.__str__(getattr(self, item.name)) for item in fields(self)}
        vault.set(self.key(profile), json.dumps(values))

    def belongs_to(self, settings: Settings) -> bool:
        """True where the secrets would go to whom they were given for."""
        names = ("root_url", "token_url", "client_id")
        return all(getattr(self, name) == getattr(settings, name) for name in names)


def is_loopback(host: str | None) -> bool:
    """True for this machine's own names: localhost, 127.x.x.x, ::1."""
    host = (host or "").rstrip(".").lower()
    return host in LOOPBACK_HOSTS or (host.startswith("127.") and host.replace(".", "").isdigit())


def check_service_url(url: str, setting: str, *, slash: bool = True) -> str:
    """`url`, with one slash at its end if it shall have one, if secrets may be sent to it.

    Raises:
        SettingsError: not a URL, holds a user or a query, or is plain http to another machine.
    """
    shown = repr(re.sub(r"//[^/]*@", "//***@", url))
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise SettingsError(f"{setting} is no URL: {shown}") from None
    if parts.username is not None:
        raise SettingsError(f"{setting} holds a user name: give credentials by {PREFIX}CLIENT_ID and _SECRET")
    if parts.scheme not in ("https", "http") or not host:
        raise SettingsError(f"{setting} is no http(s) URL: {shown}; the service is at {DEFAULT_ROOT_URL}")
    if parts.query or parts.fragment:
        bare = parts._replace(query="", fragment="").geturl()
        raise SettingsError(f"{setting} may hold no query and no fragment: {bare!r}")
    if parts.scheme == "http" and not is_loopback(host):
        raise SettingsError(f"{setting} {shown} would send secrets unencrypted: use https")
    return parts.geturl().rstrip("/") + "/" if slash else parts.geturl()


class _Layer:
    """One place where settings come from."""

    def __init__(self, get: Callable[[str], str | None], source: Callable[[str], str]) -> None:
        self.get, self.source = get, source


def _layers(
    arguments: SettingsValues, environ: Mapping[str, str], profile: profiles.Profile | None
) -> Iterable[_Layer]:
    given: Mapping[str, Any] = dict(arguments)
    yield _Layer(given.get, lambda _: "argument")
    yield _Layer(
        lambda name: environ.get(PREFIX + name.upper(), "").strip() or None,
        lambda name: f"environment ({PREFIX}{name.upper()})",
    )
    if profile is not None:
        yield _Layer(profile.values.get, lambda _: f"profile {profile.name!r}")


def _pick(name: str, layers: Iterable[_Layer]) -> tuple[str, str]:
    for layer in layers:
        value = layer.get(name)
        if value is not None:
            if value.strip():
                return value.strip(), layer.source(name)
            break  # an empty argument asks for the default
    return _DEFAULTS.get(name, ""), "default"


def _grant(layers: Iterable[_Layer]) -> tuple[str, str]:
    """The foremost place's grant, named or by its credentials: a token, a user's name, the application's secret."""
    for layer in layers:
        if named := (layer.get("grant") or "").strip():
            return named, layer.source("grant")
        for name, grant in ((TOKEN, TOKEN), ("username", PASSWORD), ("client_secret", CLIENT_CREDENTIALS)):
            if (layer.get(name) or "").strip():
                return grant, f"{layer.source(name)}, by its {_words(name)}"
    return CLIENT_CREDENTIALS, "default"


def _words(name: str) -> str:
    return name.replace("_", " ").replace("url", "URL")


def _checked_secret(name: str, value: str) -> str:
    if name == TOKEN:
        return header_text(name, value)
    if any(ord(character) < 32 for character in value):
        raise SettingsError(
            f"The {_words(name)} ({PREFIX}{name.upper()}) holds a line break or another control character"
        )
    return value


def header_text(name: str, value: str) -> str:
    """`value` if it can be sent in a header. Raises SettingsError: it can't."""
    if not (value.isascii() and value.isprintable() and " " not in value):
        what = "PlayerUID" if name == "player_uid" else _words(name)
        raise SettingsError(f"The {what} ({PREFIX}{name.upper()}) holds a character that no {what} has")
    return value


def _travels(source: str) -> bool:
    return source.startswith(("argument", "environment")) or not source


def _unpickled(values: dict[str, Any], look_up: bool) -> Settings:
    settings = Settings(**values)
    if look_up:
        profile = profiles.find(settings.profile, os.environ)
        assert profile is not None  # find() raises for a name that isn't there
        in_file = {name: profile.values.get(name, "") for name in SECRETS if not values[name]}
        settings = Settings(**{**values, **in_file})._with_kept_secrets(profile, os.environ)
        settings.check_complete()
    return settings
