"""Profiles: named sets of settings in one TOML file, one of them the default.

    default = "work"

    [profiles.work]
    client_id = "…"
    access = "client"

    [profiles.sandbox]
    root_url = "http://127.0.0.1:8721/"

The file is the one that AVATARSDK_CONFIG names, else `profiles.toml` in the user's configuration folder, which the
package `platformdirs` (extra `cli`) knows: without that package only AVATARSDK_CONFIG leads to profiles. Secrets aren't
in the file but in the vault (`secrets = "keychain"` or `"file"` tells which); a secret written there by hand is taken
only if nobody else may read the file.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from avatarsdk_core.errors import SettingsError
from avatarsdk_core.file_lock import FileLock
from avatarsdk_core.vault.files import make_private_folder, write_private

CONFIG_VARIABLE = "AVATARSDK_CONFIG"
PROFILE_VARIABLE = "AVATARSDK_PROFILE"
DEFAULT_NAME = "default"
APPLICATION = "avatarsdk"
SECRET_NAMES = frozenset({"client_secret", "password", "token"})
NAMES = frozenset(
    {"root_url", "token_url", "authorize_url", "revoke_url", "client_id", "client_auth", "grant", "username", "access"}
    | {"player_uid", "token_store", "secrets", *SECRET_NAMES}
)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_HEADER = re.compile(r"^\s*\[", re.MULTILINE)
_LOCK_SECONDS = 10.0


@dataclass(frozen=True)
class Profile:
    """One named set of settings, as the file holds it."""

    name: str
    is_default: bool
    values: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class Places:
    """Where things are on this machine: the profiles' file, and the folder of tokens, locks and secrets."""

    config: Path
    state: Path


def places(environ: Mapping[str, str] | None = None) -> Places | None:
    """This user's places; None where nothing tells them (no AVATARSDK_CONFIG, no platformdirs).

    Beside a file named by AVATARSDK_CONFIG lies its own state folder, so that two such files share nothing.
    """
    named = (os.environ if environ is None else environ).get(CONFIG_VARIABLE, "").strip()
    if named:
        path = Path(named).expanduser().absolute()
        return Places(path, path.with_name(f"{path.stem}.state"))
    try:
        import platformdirs
    except ImportError:
        return None
    config = Path(platformdirs.user_config_dir(APPLICATION, appauthor=False))
    return Places(config / "profiles.toml", Path(platformdirs.user_state_dir(APPLICATION, appauthor=False)) / "state")


def config_path() -> Path | None:
    """The profiles' file, whether it exists or not; None where nothing tells it."""
    here = places()
    return None if here is None else here.config


def available() -> list[Profile]:
    """All profiles, by name. Raises SettingsError: the file makes no sense."""
    path = config_path()
    if path is None:
        return []
    data = _read(path)
    return [Profile(name, name == _default(data), values) for name, values in sorted(data["profiles"].items())]


def find(name: str | None, environ: Mapping[str, str]) -> Profile | None:
    """The profile called `name`, else by AVATARSDK_PROFILE, else the file's default; None where there is none.

    Raises:
        SettingsError: the one asked for isn't there, or the file makes no sense.
    """
    wanted = (name or environ.get(PROFILE_VARIABLE, "")).strip()
    here = places(environ)
    data = _read(here.config) if here is not None else {"profiles": {}}
    found = wanted or _default(data)
    if found in data["profiles"]:
        return Profile(found, found == _default(data), data["profiles"][found])
    if not wanted:
        return None
    if here is None:
        raise SettingsError(
            f"Profile {wanted!r} can't be looked up: set {CONFIG_VARIABLE} to the profiles' file, "
            'or pip install "avatarsdk-core[cli]"'
        )
    there = ", ".join(sorted(data["profiles"])) or "none yet"
    raise SettingsError(f"No profile {wanted!r} in {here.config} (there: {there}): avatarsdk login --profile {wanted}")


def save(name: str, values: Mapping[str, str], *, make_default: bool = False) -> Path:
    """Write one profile instead of what it was; the rest of the file stays as it is, comments too.

    The first profile becomes the default.

    Raises:
        SettingsError: a bad name, or the file can't be written.
    """
    check_name(name)

    def changed(text: str, data: dict[str, Any]) -> str:
        lines = [f"[profiles.{_key(name)}]", *(f"{key} = {_quoted(value)}" for key, value in values.items() if value)]
        text = _with_section(text, name, "\n".join(lines) + "\n")
        return _with_default(text, name) if make_default or not data["profiles"] else text

    return _rewrite(changed)


def remove(name: str) -> None:
    """Take a profile out of the file; the default goes with it."""

    def changed(text: str, data: dict[str, Any]) -> str:
        return _with_default(_with_section(text, name, ""), None if _default(data) == name else _default(data))

    _rewrite(changed)


def set_default(name: str) -> None:
    """Make an existing profile the default. Raises SettingsError: there is none of that name."""

    def changed(text: str, data: dict[str, Any]) -> str:
        if name not in data["profiles"]:
            raise SettingsError(f"No profile {name!r}: there are {', '.join(sorted(data['profiles'])) or 'none'}")
        return _with_default(text, name)

    _rewrite(changed)


def check_name(name: str) -> None:
    """Raises SettingsError: no name for a profile."""
    if not _NAME.fullmatch(name):
        raise SettingsError(f"{name!r} can't be a profile's name: letters, digits, '.', '_' and '-', 64 at most")


def _default(data: Mapping[str, Any]) -> str:
    named = data.get("default")
    return named if isinstance(named, str) else DEFAULT_NAME


def _read(path: Path) -> dict[str, Any]:
    """The file's content; as if empty where there is no file."""
    import tomllib

    try:
        with path.open("rb") as file:
            data = tomllib.load(file)
            mode = os.fstat(file.fileno()).st_mode
    except FileNotFoundError:
        return {"profiles": {}}
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SettingsError(f"The profiles in {path} can't be read: {reason}") from None
    profiles = data.setdefault("profiles", {})
    if not isinstance(profiles, dict) or data.keys() - {"default", "profiles"}:
        raise SettingsError(f'{path} holds something besides default = "…" and [profiles.…]')
    for name, values in profiles.items():
        _check_profile(path, name, values, mode)
    return data


def _check_profile(path: Path, name: str, values: Any, mode: int) -> None:
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        raise SettingsError(f"Profile {name!r} in {path}: every setting is a text in quotes")
    if unknown := sorted(values.keys() - NAMES):
        raise SettingsError(
            f"Profile {name!r} in {path} has no setting {unknown[0]!r}: there are {', '.join(sorted(NAMES))}"
        )
    if values.keys() & SECRET_NAMES and os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise SettingsError(f"{path} holds a secret and others may read it: chmod 600 {path}")


def _rewrite(change: Callable[[str, dict[str, Any]], str]) -> Path:
    here = places()
    if here is None:
        raise SettingsError(f'No place for profiles: set {CONFIG_VARIABLE}, or pip install "avatarsdk-core[cli]"')
    try:
        make_private_folder(here.state)
        here.config.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _locked(here.state / "profiles.lock"):
            data = _read(here.config)
            text = here.config.read_text("utf-8") if here.config.exists() else ""
            write_private(here.config, _checked(change(text, data)).encode())
    except OSError as error:
        raise SettingsError(f"Can't write {here.config}: {error.strerror or error}") from None
    return here.config


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    lock = FileLock(path)
    if not lock.acquire(seconds=_LOCK_SECONDS):
        raise SettingsError(f"Another process holds {path}: try again")
    try:
        yield
    finally:
        lock.release()


def _checked(text: str) -> str:
    """An unusual but valid file (inline tables) may not survive editing by lines: then nothing is written."""
    import tomllib

    try:
        tomllib.loads(text)
    except ValueError as error:
        raise SettingsError(f"The profiles' file is too unusual to be edited ({error}): edit it by hand") from None
    return text


def _sections(text: str) -> list[str]:
    """The text cut before every line that begins a table; the first piece is what comes before them all."""
    starts = [0, *(match.start() for match in _HEADER.finditer(text)), len(text)]
    return [text[start:end] for start, end in itertools.pairwise(starts)]


def _with_section(text: str, name: str, section: str) -> str:
    """`text` with the profile's table replaced (taken out where `section` is empty), or added at the end."""
    head, *tables = _sections(text) or [""]
    kept = [table for table in tables if not re.match(rf'\s*\[\s*profiles\s*\.\s*"?{re.escape(name)}"?\s*\]', table)]
    if len(kept) == len(tables):
        return text if not section else (text.rstrip("\n") + "\n\n" if text.strip() else "") + section
    place = next(index for index, table in enumerate(tables) if table not in kept)
    return head + "".join([*kept[:place], section and section + "\n", *kept[place:]]).rstrip("\n") + "\n"


def _with_default(text: str, name: str | None) -> str:
    head, *tables = _sections(text) or [""]
    head = re.sub(r"(?m)^\s*default\s*=.*\n?", "", head)
    if name is not None:
        head = f"default = {_quoted(name)}\n" + (head if head.strip() else "\n")
    return head + "".join(tables)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _quoted(name)


def _quoted(value: str) -> str:
    """A TOML basic string."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
