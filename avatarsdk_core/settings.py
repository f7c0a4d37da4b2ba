"""Where the service is and who we are: by argument, else from the environment, read at the moment of asking."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from avatarsdk_core.errors import SettingsError

DEFAULT_ROOT_URL = "https://api.avatarsdk.com/"
PREFIX = "AVATARSDK_"
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


def is_loopback(host: str | None) -> bool:
    """True for this machine's own names: localhost, 127.x.x.x, ::1."""
    host = (host or "").rstrip(".").lower()
    return host in LOOPBACK_HOSTS or (host.startswith("127.") and host.replace(".", "").isdigit())


def check_service_url(url: str, setting: str) -> str:
    """`url` with one slash at its end, if secrets may be sent to it.

    Raises:
        SettingsError: not a URL, holds a user or a query, or is plain http to another machine.
    """
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise SettingsError(f"{setting} is no URL: {url!r}") from None
    if parts.username is not None:
        raise SettingsError(f"{setting} holds a user name: give credentials by {PREFIX}CLIENT_ID and _SECRET")
    if parts.scheme not in ("https", "http") or not host:
        raise SettingsError(f"{setting} is no http(s) URL: {url!r}; the service is at {DEFAULT_ROOT_URL}")
    if parts.query or parts.fragment:
        raise SettingsError(f"{setting} may hold no query: {url!r}")
    if parts.scheme == "http" and not is_loopback(host):
        raise SettingsError(f"{setting} {url!r} would send secrets unencrypted: use https")
    return parts.geturl().rstrip("/") + "/"


@dataclass(frozen=True)
class Settings:
    """What a client needs to know. Secrets are not in its repr.

    Attributes:
        root_url: root of the API, with a slash at its end.
        token_url: where access tokens are handed out.
        client_id, client_secret: the application's credential pair; it decides the access mode.
        player_uid: PlayerUID for client access, or "".
    """

    root_url: str = DEFAULT_ROOT_URL
    token_url: str = ""
    client_id: str = field(default="", repr=False)
    client_secret: str = field(default="", repr=False)
    player_uid: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        root = check_service_url(self.root_url, "The root URL")
        object.__setattr__(self, "root_url", root)
        token_url = self.token_url or urljoin(root, "o/token/")
        object.__setattr__(self, "token_url", check_service_url(token_url, "The token URL"))

    @classmethod
    def resolve(
        cls,
        *,
        root_url: str | None = None,
        token_url: str | None = None,
        client_id: str | None = None,
        client_secret: str | None = None,
        player_uid: str | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> Settings:
        """Each setting by its argument, else by its variable `AVATARSDK_<NAME>`, else its default.

        Raises:
            SettingsError: a setting that has no default is missing, or makes no sense.
        """
        environ = os.environ if environ is None else environ

        def pick(name: str, argument: str | None, default: str = "") -> str:
            return (argument if argument is not None else environ.get(PREFIX + name, "")).strip() or default

        settings = cls(
            root_url=pick("ROOT_URL", root_url, DEFAULT_ROOT_URL),
            token_url=pick("TOKEN_URL", token_url),
            client_id=pick("CLIENT_ID", client_id),
            client_secret=pick("CLIENT_SECRET", client_secret),
            player_uid=pick("PLAYER_UID", player_uid),
        )
        for name in ("client_id", "client_secret"):
            if not getattr(settings, name):
                raise SettingsError(
                    f"No {name.replace('_', ' ')} for {settings.root_url}: set {PREFIX}{name.upper()}, "
                    "or try the demo, which needs no account: avatarsdk demo"
                )
        return settings
