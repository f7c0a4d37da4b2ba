"""The local sandbox: our own Avatar SDK service on loopback, for people without an account, for tests and demos.

    with Sandbox() as service:
        print(service.url)

Importing this package is cheap and needs only the standard library; starting a `Sandbox` needs the extra `sandbox`.
"""

from avatarsdk_core.sandbox.accounts import Application, KeyPair, User
from avatarsdk_core.sandbox.server import Sandbox, serve
from avatarsdk_core.sandbox.status import Durations

__all__ = ["Application", "Durations", "KeyPair", "Sandbox", "User", "serve"]
