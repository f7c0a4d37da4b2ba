# SPDX-License-Identifier: MIT
"""The shared libraries that bpy loads and that a bare Linux lacks: what is missing, and how it gets there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Sequence

from .ground import SetupError, say

LIBRARIES = {  # what the loader asks for → Debian's and Ubuntu's package
    "libX11.so.6": "libx11-6",
    "libXrender.so.1": "libxrender1",
    "libXfixes.so.3": "libxfixes3",
    "libXi.so.6": "libxi6",
    "libXxf86vm.so.1": "libxxf86vm1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libSM.so.6": "libsm6",
    "libICE.so.6": "libice6",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libgomp.so.1": "libgomp1",
}

PROGRAMS = {  # what some tests run → Debian's and Ubuntu's package; without them those tests are skipped
    "chromium": "chromium",
    "dbus-run-session": "dbus-daemon",
    "gnome-keyring-daemon": "gnome-keyring",
    "secret-tool": "libsecret-tools",
    "node": "nodejs",
    "npm": "npm",
}

_LOAD = "import ctypes, sys\nfor name in sys.argv[1:]:\n    try: ctypes.CDLL(name)\n    except OSError: print(name)\n"


def missing(python: Path, libraries: dict[str, str]) -> list[str]:
    """Those of `libraries` that the interpreter, hence bpy in it, can't load."""
    done = subprocess.run([str(python), "-I", "-c", _LOAD, *libraries], capture_output=True, check=False)
    if done.returncode:
        raise SetupError("can't check shared libraries: " + done.stderr.decode("utf-8", "replace").strip()[-200:])
    return done.stdout.decode().split()


def ensure(python: Path) -> None:
    """Returns when bpy finds its libraries; as root on Debian or Ubuntu it installs the missing ones first.

    SetupError holds the command to type where we may not or can't.
    """
    if not sys.platform.startswith("linux"):
        return
    absent = missing(python, LIBRARIES)
    if not absent:
        return
    if not shutil.which("apt-get"):
        raise SetupError("Blender needs these shared libraries; install what provides them: " + " ".join(absent))
    apt_install([LIBRARIES[name] for name in absent], "Blender needs shared libraries")
    still = missing(python, LIBRARIES)
    if still:
        raise SetupError("still missing after apt-get: " + " ".join(still))


def ensure_programs() -> None:
    """On a build machine (Debian or Ubuntu, as root) installs the programs that tests would else be skipped for."""
    absent = [package for program, package in PROGRAMS.items() if not shutil.which(program)]
    if not absent:
        return
    try:
        apt_install(absent, "some tests need programs")
    except SetupError as error:
        say(f"{error} (those tests are skipped)")


def apt_install(packages: Sequence[str], why: str) -> None:
    """Installs Debian packages as root; SetupError holds the command to type for everybody else."""
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        raise SetupError(f"{why}; please run: sudo {' '.join(command)}")
    say(f"{why}: installing {' '.join(packages)}")
    if _apt(command) and (_apt(["apt-get", "update"]) or _apt(command)):
        raise SetupError(f"apt-get failed; please run: {' '.join(command)}")


def _apt(command: Sequence[str]) -> int:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, check=False)
    return done.returncode
