"""The operating system's keychain: by `keyring`, or on Linux by `secret-tool` where that can't be imported."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from avatarsdk_core.errors import SettingsError

if TYPE_CHECKING:
    from avatarsdk_core.vault import Vault

SERVICE = "avatarsdk"
_TOOL_SECONDS = 60.0  # unlocking may ask a person
_TRUSTED_PRIORITY = 1  # keyring's own line between real keychains and makeshifts


def find_keychain() -> tuple[Vault | None, str]:
    """The keychain of this machine, or None and why there is none."""
    try:
        import keyring
    except ImportError:
        return _find_tool()
    try:
        backend = keyring.get_keyring()
        priority = float(backend.priority)
    except Exception as error:  # backends are plug-ins: anything may come
        return None, f"keyring failed ({type(error).__name__})"
    if priority < _TRUSTED_PRIORITY:
        if importlib.util.find_spec("secretstorage") is None:  # Blender's extension can't bring what it needs
            tool, _ = _find_tool()
            if tool is not None:
                return tool, ""
        return None, "keyring finds none that is unlocked for this session"
    return KeyringVault(backend), ""


def _find_tool() -> tuple[Vault | None, str]:
    missing = 'the package keyring isn\'t installed: pip install "avatarsdk-core[cli]"'
    if not sys.platform.startswith("linux"):
        return None, missing
    tool = shutil.which("secret-tool")
    if tool is None:
        return None, f"{missing}, or the program secret-tool (libsecret-tools)"
    vault = SecretToolVault(tool)
    try:
        vault.get("probe")
    except SettingsError as error:
        return None, str(error)
    return vault, ""


class KeyringVault:
    """A backend of the package `keyring`."""

    kind = "keychain"

    def __init__(self, backend: Any) -> None:
        self._backend = backend

    @property
    def place(self) -> str:
        return f"the keychain ({self._backend.name})"

    def get(self, key: str) -> str | None:
        value = self._ask("read", self._backend.get_password, key)
        return None if value is None else str(value)

    def set(self, key: str, value: str) -> None:
        self._ask("written", self._backend.set_password, key, value)

    def delete(self, key: str) -> None:
        if self.get(key) is not None:
            self._ask("written", self._backend.delete_password, key)

    def _ask(self, what: str, call: Any, *arguments: str) -> Any:
        try:
            return call(SERVICE, *arguments)
        except Exception as error:  # KeyringError, and whatever a plug-in's transport raises
            kind = type(error).__name__
        raise SettingsError(
            f"{self.place} can't be {what} ({kind}): unlock it, or keep secrets in files: AVATARSDK_TOKEN_STORE=file"
        )


class SecretToolVault:
    """The Secret Service by libsecret's own program. Secrets go through its stdin and stdout, never its arguments."""

    kind = "keychain"
    place = "the keychain (secret-tool)"

    def __init__(self, tool: str) -> None:
        self._tool = tool

    def get(self, key: str) -> str | None:
        code, value = self._run("lookup", key)
        if code == 0:
            return value
        if code == 1 and not value:
            return None
        raise self._failed(value)

    def set(self, key: str, value: str) -> None:
        code, words = self._run("store", f"--label={SERVICE}: {key}", key, stdin=value)
        if code != 0:
            raise self._failed(words)

    def delete(self, key: str) -> None:
        code, words = self._run("clear", key)
        if code not in (0, 1):
            raise self._failed(words)

    def _run(self, command: str, *arguments: str, stdin: str = "") -> tuple[int, str]:
        """Exit code, and stdout, or stderr where it failed. The last argument is the key."""
        *options, key = arguments
        line = [self._tool, command, *options, "service", SERVICE, "username", key]
        try:
            done = subprocess.run(  # noqa: S603 the program was found on PATH, its arguments are ours
                line, input=stdin, capture_output=True, text=True, encoding="utf-8", timeout=_TOOL_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            raise self._failed("it doesn't answer") from None
        return done.returncode, done.stdout if done.returncode == 0 else done.stderr.strip()

    def _failed(self, words: str) -> SettingsError:
        words = " ".join(words.split())[:200] or "no reason given"
        return SettingsError(f"secret-tool: {words}; AVATARSDK_TOKEN_STORE=file keeps secrets in files")
