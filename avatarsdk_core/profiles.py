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
from typing import Any, NoReturn

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
_HEADER = re.compile(r"^[ \t]*\[", re.MULTILINE)
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
    values = {key: value for key, value in values.items() if value}

    def change(text: str, data: dict[str, Any]) -> str:
        text = _with_section(text, name, values)
        if make_default or not data["profiles"]:
            text, data["default"] = _with_default(text, name), name
        data["profiles"][name] = values
        return text

    return _rewrite(change)


def set_default(name: str) -> None:
    """Make an existing profile the default. Raises SettingsError: there is none of that name."""

    def change(text: str, data: dict[str, Any]) -> str:
        if name not in data["profiles"]:
            raise SettingsError(f"No profile {name!r}: there are {', '.join(sorted(data['profiles'])) or 'none'}")
        data["default"] = name
        return _with_default(text, name)

    _rewrite(change)


def no_place() -> NoReturn:
    """Raises SettingsError: nothing tells where profiles go."""
    raise SettingsError(f'No place for profiles: set {CONFIG_VARIABLE}, or pip install "avatarsdk-core[cli]"')


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
    if os.name == "posix" and mode & stat.S_IWOTH:
        raise SettingsError(f"Anybody may write {path}, and send your secrets elsewhere: chmod 600 {path}")
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
    """Let `change` edit the file's text and its content alike; written only if the one then means the other."""
    import tomllib

    here = places()
    if here is None:
        no_place()
    try:
        make_private_folder(here.state)
        here.config.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _locked(here.state / "profiles.lock"):
            data = _read(here.config)
            text = change(here.config.read_text("utf-8") if here.config.exists() else "", data)
            if _meaning(tomllib.loads(text)) != _meaning(data):
                raise ValueError
            write_private(here.config, text.encode())
    except ValueError:
        raise SettingsError(f"{here.config} is too unusual to be edited by a program: edit it by hand") from None
    except OSError as error:
        raise SettingsError(f"Can't write {here.config}: {error.strerror or error}") from None
    return here.config


def _meaning(data: Mapping[str, Any]) -> Any:
    return data.get("default"), data.get("profiles", {})


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    lock = FileLock(path)
    if not lock.acquire(seconds=_LOCK_SECONDS):
        raise SettingsError(f"Another process holds {path}: try again")
    try:
        yield
    finally:
        lock.release()


def _sections(text: str) -> list[str]:
    """The text cut before every line that begins a table; the first piece is what comes before them all."""
    starts = [0, *(match.start() for match in _HEADER.finditer(text)), len(text)]
    return [text[start:end] for start, end in itertools.pairwise(starts)]


def _with_section(text: str, name: str, values: Mapping[str, str]) -> str:
    """`text` with the profile's table replaced, or added at the end."""
    section = "\n".join([f"[profiles.{_key(name)}]", *(f"{key} = {_quoted(values[key])}" for key in values), "", ""])
    header = re.compile(rf'[ \t]*\[\s*profiles\s*\.\s*"?{re.escape(name)}"?\s*\]')
    head, *tables = _sections(text)
    if not any(map(header.match, tables)):
        return (text.rstrip("\n") + "\n\n" if text.strip() else "") + section.rstrip("\n") + "\n"
    return (head + "".join(section if header.match(table) else table for table in tables)).rstrip("\n") + "\n"


def _with_default(text: str, name: str) -> str:
    head, *tables = _sections(text)
    head = re.sub(r"(?m)^[ \t]*default\s*=.*\n?", "", head)
    return f"default = {_quoted(name)}\n" + (head if head.strip() else "\n") + "".join(tables)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _quoted(name)


def _quoted(value: str) -> str:
    """A TOML basic string."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
