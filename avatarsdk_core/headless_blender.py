"""Blender in a process apart: find it, find the add-on, and run one of its headless commands."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import avatarsdk_core
from avatarsdk_core.errors import ArchiveError, BlenderError
from avatarsdk_core.transfer.unpack import unpack

_LAUNCHER = Path(__file__).parent / "cli" / "launch_addon.py"
_MARK = "headless.py"
RUN_SECONDS = 900.0


@dataclass(frozen=True)
class Blender:
    """How to start Blender with a script: a Blender program, or this Python with its bpy module (`program` None)."""

    program: str | None

    def command(self, script: Path, arguments: Sequence[str]) -> list[str]:
        if self.program is None:
            return [sys.executable, "-I", str(script), "--", *arguments]
        return [self.program, "--background", "--factory-startup", "--python", str(script), "--", *arguments]


def find_blender(program: str | None) -> Blender:
    """The Blender that the user names, else the bpy module of this Python (found, not imported: that takes a second).

    Raises:
        BlenderError: there is none.
    """
    if program is not None:
        found = shutil.which(program)
        if found is None:
            raise BlenderError(f"{program!r} is no program: give Blender's path by --blender")
        return Blender(found)
    if importlib.util.find_spec("bpy") is None:
        wheels = {(3, 11): "bpy==4.5.*", (3, 13): "bpy==5.2.*"}
        wheel = wheels.get(sys.version_info[:2])
        install = f"pip install '{wheel}'" if wheel else "use Python 3.11 or 3.13, which have bpy"
        raise BlenderError(f"No Blender here: {install}, or give a Blender program by --blender")
    return Blender(None)


@contextlib.contextmanager
def addon_folder(given: Path | None) -> Iterator[Path]:
    """The add-on's folder: the one named (a zip is unpacked for the block), else the checkout's.

    Raises:
        BlenderError: there is none.
    """
    if given is None:
        folder = Path(avatarsdk_core.__file__).resolve().parents[1] / "blender_addon"
        if not (folder / _MARK).is_file():
            raise BlenderError("The Blender add-on isn't part of the installed package: give it by --addon DIR or ZIP")
        yield folder
        return
    if not given.exists():
        raise BlenderError(f"The add-on {str(given)!r} doesn't exist: give its folder or zip by --addon")
    if given.is_dir():
        yield _marked(given, given)
        return
    with tempfile.TemporaryDirectory(prefix="avatarsdk-addon-") as scratch:
        try:
            unpack(given, Path(scratch) / "addon")
        except ArchiveError as error:
            raise BlenderError(f"The add-on {str(given)!r} can't be used: {error}") from None
        yield _marked(Path(scratch) / "addon", given)


def _marked(folder: Path, given: Path) -> Path:
    for candidate in (folder, *sorted(path for path in folder.iterdir() if path.is_dir())):
        if (candidate / _MARK).is_file():
            return candidate
    raise BlenderError(
        f"{str(given)!r} holds no Avatar SDK add-on ({_MARK} is missing): give its folder or zip by --addon"
    )


def run_addon(blender: Blender, addon: Path, arguments: Sequence[str]) -> None:
    """Run `headless.main(arguments)` of the add-on in Blender.

    Raises:
        BlenderError: it failed, in its own words, or Blender crashed.
    """
    core = Path(avatarsdk_core.__file__).resolve().parents[1]
    command = blender.command(_LAUNCHER, [str(addon), str(core), *arguments])
    try:
        done = subprocess.run(  # noqa: S603 a list, no shell; the program is the user's Blender or this Python
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=RUN_SECONDS,
            env=_without_secrets(os.environ),
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise BlenderError(f"Blender wasn't done after {RUN_SECONDS:.0f} s and was ended") from None
    except OSError as error:
        raise BlenderError(f"Blender can't be started ({command[0]!r}: {error.strerror or error})") from None
    if done.returncode:
        raise BlenderError(_last_words(done.stderr, done.returncode))


def _without_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    """Blender and its add-ons need no credentials."""
    return {name: value for name, value in environ.items() if not name.startswith(_CREDENTIALS)}


_CREDENTIALS = tuple(f"AVATARSDK_{name}" for name in ("CLIENT_", "TOKEN", "USERNAME", "PASSWORD", "PLAYER_UID"))


def _last_words(stderr: str, code: int) -> str:
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("Error: ")]
    if errors:
        return errors[-1].removeprefix("Error: ")
    how = f"crashed (signal {-code})" if code < 0 else f"failed (exit code {code})"
    return f"Blender {how}: {lines[-1] if lines else 'it said nothing'}"
