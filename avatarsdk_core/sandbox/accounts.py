"""Who may use the sandbox: applications with their two key pairs and their plan, and one demo user who signs in.

They live in one private file of the state folder, since secrets belong in no database that is copied about.
"""

from __future__ import annotations

import contextlib
import hmac
import json
import os
import secrets
import string
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from avatarsdk_core.catalog.facts import PLANS
from avatarsdk_core.errors import SandboxError

DEVELOPER = "developer"
CLIENT = "client"
DEFAULT_APPLICATION = "demo"
DEFAULT_PLAN = "Enterprise"  # the lowest that has every pipeline
USERNAME = "demo"

_LETTERS = string.ascii_letters + string.digits
_MAX_NAME = 60


@dataclass(frozen=True)
class KeyPair:
    """One OAuth client: its id and its secret (which `repr` doesn't show)."""

    client_id: str
    client_secret: str = field(repr=False)

    def has_secret(self, given: str) -> bool:
        return hmac.compare_digest(self.client_secret.encode(), given.encode())


@dataclass(frozen=True)
class Application:
    """An application of an account: a key pair for each access mode of the service, and the account's plan."""

    name: str
    plan: str
    developer: KeyPair
    client: KeyPair


@dataclass(frozen=True)
class User:
    """Whoever signs in on the authorization page, or with the password grant."""

    username: str
    password: str = field(repr=False)

    def signs_in_with(self, username: str, password: str) -> bool:
        same_name = hmac.compare_digest(self.username.encode(), username.encode())
        return hmac.compare_digest(self.password.encode(), password.encode()) and same_name


@dataclass(frozen=True)
class Accounts:
    """All applications by name, and the demo user."""

    user: User
    applications: Mapping[str, Application]

    def owner(self, client_id: str) -> tuple[Application, str, KeyPair] | None:
        """The application, the access mode and the pair of a client id."""
        for application in self.applications.values():
            for mode, pair in ((DEVELOPER, application.developer), (CLIENT, application.client)):
                if hmac.compare_digest(pair.client_id.encode(), client_id.encode()):
                    return application, mode, pair
        return None


def random_token(length: int) -> str:
    """Letters and digits, as the service's ids, secrets and tokens look; from the system's secure source."""
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def load_accounts(path: Path, plans: Mapping[str, str | None]) -> Accounts:
    """The accounts kept in `path`; made at the first call, readable only by their owner.

    Args:
        plans: the plan of each application that there has to be; None leaves the one it has.

    Raises:
        SandboxError: the file can't be kept, it holds something else, or a name or plan makes no sense.
    """
    for name, plan in plans.items():
        _check(name, plan)
    try:
        kept = _read(path) if path.exists() else Accounts(User(USERNAME, random_token(12)), {})
        wanted = {name: plan for name, plan in plans.items() if not _has(kept, name, plan)}
        if not wanted and path.exists():
            return kept
        made = {name: _with_plan(kept.applications.get(name), name, plan) for name, plan in wanted.items()}
        accounts = Accounts(kept.user, {**kept.applications, **made})
        _write_private(path, _json(accounts))
        return accounts
    except OSError as error:
        reason = error.strerror or str(error)
        raise SandboxError(f"The sandbox can't keep its credentials in {path}: {reason}.") from error


def _has(accounts: Accounts, name: str, plan: str | None) -> bool:
    application = accounts.applications.get(name)
    return application is not None and plan in (None, application.plan)


def _with_plan(kept: Application | None, name: str, plan: str | None) -> Application:
    if kept is None:
        return Application(name, plan or DEFAULT_PLAN, _new_pair(), _new_pair())
    return Application(name, plan or kept.plan, kept.developer, kept.client)


def _new_pair() -> KeyPair:
    return KeyPair(random_token(40), random_token(64))


def _check(name: str, plan: str | None) -> None:
    if not name or len(name) > _MAX_NAME or not name.isprintable():
        raise SandboxError(f"{name!r} is no name for an application: 1 to {_MAX_NAME} printable characters, please.")
    if plan is not None and plan not in PLANS:
        raise SandboxError(f"{plan!r} is no plan; there are: {', '.join(PLANS)}.")


def _read(path: Path) -> Accounts:
    try:
        stored = json.loads(path.read_text("utf-8"))
        applications = [
            Application(row["name"], row["plan"], KeyPair(**row[DEVELOPER]), KeyPair(**row[CLIENT]))
            for row in stored["applications"]
        ]
        for application in applications:
            _check(application.name, application.plan)
        return Accounts(User(**stored["user"]), {application.name: application for application in applications})
    except (ValueError, KeyError, TypeError, SandboxError) as error:
        raise SandboxError(f"{path} doesn't hold the sandbox's credentials; delete it to get new ones.") from error


def _json(accounts: Accounts) -> str:
    shown: dict[str, Any] = {
        "user": asdict(accounts.user),
        "applications": [asdict(application) for application in accounts.applications.values()],
    }
    return json.dumps(shown, indent=2)


def _write_private(path: Path, text: str) -> None:
    part = path.with_suffix(".part")
    with contextlib.suppress(FileNotFoundError):
        part.unlink()
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    part.replace(path)
