"""Profiles: TOML files that switch several faults on at once; some are shipped, by name."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from avatarsdk_core.errors import SandboxError
from avatarsdk_core.sandbox.faults.fault import Fault

_SHIPPED = resources.files("avatarsdk_core.sandbox.faults") / "profiles"
PROFILES = tuple(sorted(item.name[: -len(".toml")] for item in _SHIPPED.iterdir() if item.name.endswith(".toml")))
"""Names of the profiles that are shipped."""


@dataclass(frozen=True)
class Profile:
    """What a profile file says: its faults, and the seed of the dice for those that have a chance."""

    faults: tuple[Fault, ...]
    seed: int = 0


def load_profile(name: str | Path) -> Profile:
    """A profile that is shipped, by name, or a file with tables `[[fault]]` (a `name`, options and selectors).

    Raises:
        SandboxError: there is no such file or name, or it says what makes no sense.
    """
    try:
        text = _text(str(name))
        data = tomllib.loads(text)
    except OSError as error:
        raise SandboxError(
            f"The fault profile {str(name)!r} can't be read ({error.strerror or error}); "
            f"give a TOML file or one of: {', '.join(PROFILES)}."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SandboxError(f"The fault profile {str(name)!r} is no TOML: {error}.") from None
    return _profile(data, str(name))


def _text(name: str) -> str:
    if name in PROFILES:
        return (_SHIPPED / f"{name}.toml").read_text(encoding="utf-8")
    return Path(name).read_text(encoding="utf-8")


def _profile(data: Mapping[str, Any], name: str) -> Profile:
    tables = data.get("fault", [])
    seed = data.get("seed", 0)
    unknown = sorted(data.keys() - {"fault", "seed"})
    if unknown or not isinstance(seed, int) or not isinstance(tables, list):
        what = f"unknown: {', '.join(unknown)}" if unknown else "`seed` is a whole number, `[[fault]]` a list of tables"
        raise SandboxError(f"The fault profile {name!r} holds `seed` and `[[fault]]` tables ({what}).")
    return Profile(tuple(_fault(table, name) for table in tables), seed)


def _fault(table: object, profile: str) -> Fault:
    if not isinstance(table, dict) or not isinstance(table.get("name"), str):
        raise SandboxError(f"A `[[fault]]` of the profile {profile!r} has no `name`.")
    return Fault.of(table["name"], **{key: value for key, value in table.items() if key != "name"})
