"""Which URLs may be followed, and which of them may see secrets. Pure decisions about text."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import SplitResult, urljoin, urlsplit

from avatarsdk_core.errors import ProtocolError
from avatarsdk_core.settings import is_loopback

_PORTS = {"http": 80, "https": 443}


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port.

    Raises:
        ProtocolError: not an http(s) URL, or one that carries a user name.
    """
    parts = _split(url)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or _PORTS[parts.scheme]


def same_origin(url: str, root: str) -> bool:
    """True where secrets meant for `root` may be sent to `url`."""
    return origin(url) == origin(root)


def bare(url: str) -> str:
    """The URL without query and fragment, which may hold a signature: for messages."""
    return url.split("#")[0].split("?")[0]


def followed(url: str, root: str, base: str | None = None) -> str:
    """A URL that the service handed out, absolute, if it is safe to follow.

    Plain http is for this machine's own service alone: an https service never makes us talk unencrypted, nor to
    what listens on loopback here.

    Raises:
        ProtocolError: it isn't.
    """
    try:
        absolute = urljoin(base or root, url)
    except ValueError:
        absolute = url
    scheme, host, _ = origin(absolute)
    root_scheme, root_host, _ = origin(root)
    local = root_scheme == "http" and is_loopback(root_host)
    if scheme == "http" and not (local and is_loopback(host)):
        raise ProtocolError(f"The service at {root} sent us to {bare(absolute)}, which isn't encrypted: not followed")
    if not is_loopback(root_host) and _means_this_machine(host):
        raise ProtocolError(f"The service at {root} sent us to {bare(absolute)} on this machine: not followed")
    return absolute


def _means_this_machine(host: str) -> bool:
    """Loopback in any of its spellings: localhost and names under it, 127.1, 0x7f000001, 0.0.0.0, ::ffff:127.0.0.1."""
    if is_loopback(host) or host.rstrip(".").endswith(".localhost"):
        return True
    try:
        address: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(host)
    except ValueError:
        try:
            address = ipaddress.IPv4Address(socket.inet_aton(host))
        except (OSError, ValueError):
            return False
    mapped = getattr(address, "ipv4_mapped", None) or address
    return bool(mapped.is_loopback or mapped.is_unspecified)


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in _PORTS and parts.hostname and parts.username is None
        _ = parts.port
    except ValueError:
        usable = False
    if not usable:
        raise ProtocolError(
            f"Not a URL that can be followed: {bare(url)[:200]!r}; the service has to name an http(s) address, "
            "tell its support"
        )
    return parts
