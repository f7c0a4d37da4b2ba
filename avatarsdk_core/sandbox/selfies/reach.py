"""An address of this sandbox that a phone reaches, where the user let it listen beyond loopback."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit, urlunsplit

from avatarsdk_core.settings import is_loopback

_EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 (told apart, not bound to)
_ELSEWHERE = ("192.0.2.1", 9)  # reserved for documentation (RFC 5737): nothing is ever sent there


def reachable_root(root: str, host: str) -> str:
    """`root` as others reach it: unchanged when somebody else's name for it is in it, or when only loopback listens.

    Args:
        root: the root URL as the request has it.
        host: the address that the sandbox listens on.
    """
    parts = urlsplit(root)
    if is_loopback(host) or not is_loopback(parts.hostname):
        return root
    address = own_address() if host in _EVERYWHERE else host
    if address is None:
        return root
    name = f"[{address}]" if ":" in address else address
    return urlunsplit(parts._replace(netloc=f"{name}:{parts.port}" if parts.port else name))


def own_address() -> str | None:
    """This machine's address on its network; None without one. A UDP socket is connected, which sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(_ELSEWHERE)
        except OSError:
            return None
        address = str(asking.getsockname()[0])
    return None if is_loopback(address) else address
