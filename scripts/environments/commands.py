# SPDX-License-Identifier: MIT
"""The commands behind bootstrap.py: demo, test, build, lint."""

from __future__ import annotations

import argparse
import subprocess
from pathlib import Path
from typing import Sequence

from . import libraries, pytest_runs, uv
from .blenders import PYTHONS, TESTED, Blender, parse_versions, runnable, to_test
from .ground import PROJECT, SetupError, clean_environment, say
from .interpreters import find_all

NO_PYTHON = (
    "Blender's bpy wheels need CPython 3.13 (Blender 5.2) or 3.11 (4.2 to 5.0), 64 bit, and this machine has neither: "
    "install Python 3.13 (`uv python install 3.13`, `pyenv install 3.13`, or from python.org) and start again"
)
PASSING_ON = ("demo", "build")  # unknown options are meant for the program inside
LINTED = ("avatarsdk_core", "blender_addon", "scripts", "tests")


def main(arguments: Sequence[str]) -> int:
    """Runs the command in `arguments`; returns the exit status."""
    options, passed_on = parse(arguments)
    try:
        if options.command == "demo":
            return demo(passed_on)
        if options.command == "test":
            return test(options.blender, options.require or pytest_runs.in_ci(), passed_on)
        if options.command == "build":
            return build(passed_on)
        return lint()
    except SetupError as error:
        say(f"bootstrap: {error}")
        return 1
    except KeyboardInterrupt:
        say("bootstrap: stopped")
        return 130


def parse(arguments: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """Our own options, and what is meant for the program inside: all after `--`, and options that aren't ours."""
    own, passed_on = list(arguments), []
    if "--" in own:
        cut = own.index("--")
        own, passed_on = own[:cut], own[cut + 1 :]
    parser = argparse.ArgumentParser(prog="bootstrap.py", description="Sets everything up, then runs one command.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    commands.required = True
    commands.add_parser("demo", help="photo → avatar.blend: the arguments of `avatarsdk demo`", add_help=False)
    tests = commands.add_parser("test", help="the whole test suite; arguments of pytest after --")
    tests.add_argument("--blender", metavar="V,V", help="Blender versions (default: {})".format(",".join(TESTED)))
    tests.add_argument("--require", action="store_true", help="fail where one of them can't run (CI=true says so too)")
    commands.add_parser(
        "build", help="the extension's zip: the arguments of scripts/build_extension.py", add_help=False
    )
    commands.add_parser("lint", help="ruff and mypy")
    options, unknown = parser.parse_known_args(own)
    if unknown and options.command not in PASSING_ON:
        parser.error("unknown arguments: {}".format(" ".join(unknown)))
    return options, unknown + passed_on


def demo(arguments: Sequence[str]) -> int:
    """`avatarsdk demo` with the newest Blender that runs here."""
    python = _newest_environment()
    say("avatarsdk demo {}".format(" ".join(arguments)).rstrip())
    command = [str(python.with_name("avatarsdk")), "demo", *arguments]
    return subprocess.run(command, env=clean_environment(), check=False).returncode


def build(arguments: Sequence[str]) -> int:
    """The extension's zip, validated by the newest Blender that runs here."""
    python = _newest_environment()
    command = [str(python), str(PROJECT / "scripts" / "build_extension.py"), *arguments]
    return subprocess.run(command, env=clean_environment(), check=False).returncode


def test(versions: str | None, require: bool, arguments: Sequence[str]) -> int:
    """The whole suite with the newest Blender; with the others what depends on Blender and the libraries it brings."""
    wanted = parse_versions(versions or ",".join(TESTED))
    tool = uv.get_uv()
    pythons = _pythons(tool)
    chosen, lacking = to_test(wanted, pythons, explicit=bool(versions) or require)
    for blender in lacking:
        line = f"Blender {blender.version} is not tested: no CPython {blender.python} found"
        if require or not chosen:
            raise SetupError(line)
        say(line)
    if pytest_runs.in_ci():
        libraries.ensure_programs()
    made = [(blender.version, _environment(tool, blender, pythons)) for blender in chosen]
    return pytest_runs.run_all(made[0], list(reversed(made[1:])), arguments)


def lint() -> int:
    """ruff's rules and format, mypy; all of them run, whatever the first says."""
    tool = uv.get_uv()
    pythons = _pythons(tool)
    version = next(version for version in PYTHONS if version in pythons)
    folder = uv.sync(tool, "lint", pythons[version], ["lint"]).parent
    paths = [path for path in LINTED if (PROJECT / path).is_dir()]
    failed = []
    for command in (["ruff", "check", *paths], ["ruff", "format", "--check", *paths], ["mypy"]):
        say(" ".join(command))
        status = subprocess.run(
            [str(folder / command[0]), *command[1:]], cwd=str(PROJECT), env=clean_environment(), check=False
        ).returncode
        if status:
            failed.append(" ".join(command[:2]))
    if failed:
        raise SetupError("failed: " + ", ".join(failed))
    return 0


def _pythons(tool: Path) -> dict[str, Path]:
    found = find_all(PYTHONS, tool)
    if not found and uv.install_python(tool, PYTHONS[0]):
        found = find_all(PYTHONS, tool)
    if not found:
        raise SetupError(NO_PYTHON)
    return found


def _newest_environment() -> Path:
    tool = uv.get_uv()
    pythons = _pythons(tool)
    return _environment(tool, runnable(pythons)[0], pythons)


def _environment(tool: Path, blender: Blender, pythons: dict[str, Path]) -> Path:
    python = uv.sync(tool, blender.group, pythons[blender.python], [blender.group, "test"])
    libraries.ensure(python)
    return python
