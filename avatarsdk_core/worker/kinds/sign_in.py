"""Sign in for good: the credentials are tried at once, and kept in the system's keychain or in private files.

Fields: profile ("" for the default one), keep ("auto", "keychain", "file"), make_default, and settings:
client_id with client_secret, or token; root_url, token_url, access.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any, Literal

from avatarsdk_core import profiles
from avatarsdk_core.signin import login
from avatarsdk_core.worker.work import Work


def answer(
    work: Work,
    profile: str = "",
    keep: Literal["auto", "keychain", "file"] = "auto",
    make_default: bool = False,
    **settings: Any,
) -> Mapping[str, Any]:
    """`account`: see `signin.Account.to_json`; `warnings`: what a person should know, such as secrets in plain files.

    Raises:
        SettingsError, AuthenticationError, AccessDenied, ServiceError
    """
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", UserWarning)
        account = login(
            profile or profiles.DEFAULT_NAME, keep=keep, make_default=make_default, cancel=work.cancel, **settings
        )
    work.forget_clients()
    words = [str(each.message) for each in told if issubclass(each.category, UserWarning)]
    return {"account": account.to_json(), "warnings": words}
