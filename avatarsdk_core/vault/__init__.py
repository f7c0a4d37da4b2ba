"""Where secrets are kept between runs: the operating system's keychain, or private files where there is none.

    vault = open_vault("auto", folder)
    vault.set("profile work", text)
    vault.get("profile work")

The keychain is reached by the package `keyring` (extra `cli`); on Linux, where that can't be imported (Blender brings
no compiled `cryptography`), by the program `secret-tool`. Nothing is imported or asked before it is needed.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Protocol

from avatarsdk_core.errors import SettingsError
from avatarsdk_core.vault.files import FileVault

STORES = ("auto", "keychain", "file")


class PlainTextWarning(UserWarning):
    """A secret lies unencrypted in a file, readable for its owner alone, or was readable for others."""


class Vault(Protocol):
    """Texts by key. Safe to use from several threads and processes; every method raises SettingsError on failure.

    `kind` is "keychain" or "file"; `place` names it for a person.
    """

    @property
    def kind(self) -> str: ...

    @property
    def place(self) -> str: ...

    def get(self, key: str) -> str | None: ...

    def set(self, key: str, value: str) -> None: ...

    def delete(self, key: str) -> None: ...


def open_vault(store: str, folder: Path) -> Vault:
    """The vault of that name.

    Args:
        store: "keychain", "file", or "auto": the keychain where there is one, else files, with a warning.
        folder: where files go.

    Raises:
        SettingsError: "keychain" where there is none, or another name.
    """
    if store not in STORES:
        raise SettingsError(f"No place for secrets is called {store!r}: there are {', '.join(STORES)}")
    if store == "file":
        return FileVault(folder)
    from avatarsdk_core.vault.keychain import find_keychain

    keychain, reason = find_keychain()
    if keychain is not None:
        return keychain
    if store == "keychain":
        raise SettingsError(f'No keychain: {reason}; "file" keeps secrets in files that only you may read')
    vault = FileVault(folder)
    warnings.warn(
        f"No keychain here ({reason}): secrets are kept unencrypted in {vault.place}, which only you may read",
        PlainTextWarning,
        stacklevel=2,
    )
    return vault
