# SPDX-License-Identifier: MIT
"""Finds the Pythons of this machine by running them: a name on PATH may be a shim that leads nowhere."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Iterator, Sequence

from .ground import BIN, clean_environment

_PROBE = (
    "import sys, ssl, ctypes, sqlite3, zlib, sysconfig;"
    "free = sysconfig.get_config_var('Py_GIL_DISABLED');"
    "wide = sys.maxsize > 2**32;"
    "usable = sys.implementation.name == 'cpython' and wide and not free;"
    "print('%d.%d' % sys.version_info[:2] if usable else 'unusable', sys.executable)"
)


def probe(executable: Path, version: str, environment: dict[str, str] | None = None) -> Path | None:
    """The interpreter's own path when it runs and is a complete 64-bit CPython `version` ('3.13'), else None."""
    try:
        done = subprocess.run(
            [str(executable), "-I", "-c", _PROBE],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            env=clean_environment() if environment is None else environment,
            timeout=20,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found, _, path = done.stdout.decode("utf-8", "replace").strip().partition(" ")
    return Path(path) if done.returncode == 0 and found == version else None


def candidates(version: str) -> Iterator[Path]:
    """Files that may be CPython `version`, the likeliest first."""
    if "{}.{}".format(*sys.version_info[:2]) == version:
        yield Path(getattr(sys, "_base_executable", None) or sys.executable)
    name = "python" + version + (".exe" if os.name == "nt" else "")
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        if folder and (Path(folder) / name).is_file():
            yield Path(folder) / name
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted(pyenv.glob(f"versions/{version}.*/{BIN}/{name}"), reverse=True)
    yield from sorted(Path("/opt").glob("python*/bin/" + name))


def find(version: str, uv: Path | None = None) -> Path | None:
    """A working CPython `version`, or None. With `uv`, places that only uv knows (Windows' registry, its own) count."""
    for candidate in candidates(version):
        working = probe(candidate, version)
        if working:
            return working
    if uv is None:
        return None
    command = [str(uv), "python", "find", "--no-project", "--no-python-downloads", version]
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=clean_environment(), check=False
    )
    path = done.stdout.decode("utf-8", "replace").strip()
    return probe(Path(path), version) if done.returncode == 0 and path else None


def find_all(versions: Sequence[str], uv: Path) -> dict[str, Path]:
    """Version → working interpreter, for those of `versions` that there are."""
    found = {version: find(version, uv) for version in versions}
    return {version: path for version, path in found.items() if path is not None}
