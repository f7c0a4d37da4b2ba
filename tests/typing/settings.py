"""A user's script for mypy alone (see parameters.py): misspelt settings and values are errors."""

from __future__ import annotations

from avatarsdk_core import Client
from avatarsdk_core.http.session import RequestRecord
from avatarsdk_core.settings import Settings
from avatarsdk_core.signin import login


def watch(record: RequestRecord) -> None:
    print(record.method, record.path, record.status, record.seconds)


Client(profile="work", access="client", token_store="memory", on_request=watch)
Client(Settings.resolve(grant="password", username="me", client_auth="form"))
login("work", grant="authorization_code", client_id="an-id", keep="keychain")

Client(acess="client")  # type: ignore[call-arg]
Client(access="clint")  # type: ignore[arg-type]
Client(grant="implicit")  # type: ignore[arg-type]
Client(on_request=print, token_store="cloud")  # type: ignore[arg-type]
Settings.resolve(root_url=3)  # type: ignore[arg-type]
login("work", keep="cloud")  # type: ignore[arg-type]
login("work", profil="x")  # type: ignore[call-arg]
