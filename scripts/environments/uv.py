# SPDX-License-Identifier: MIT
"""Gets uv, and has it make one environment per Blender."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from .ground import BIN, ENVIRONMENTS, PROJECT, SetupError, clean_environment, say, shown
from .libraries import apt_install

OLDEST_UV = (0, 8)
PINNED_UV = "0.13.9"  # installed where PATH has none that is new enough
EXTRAS = ("sandbox", "cli")


def uv_version(executable: Path) -> tuple[int, ...] | None:
    """uv's version, or None when it doesn't run."""
    try:
        done = subprocess.run(
            [str(executable), "--version"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.match(r"uv (\d+)\.(\d+)\.(\d+)", done.stdout.decode("utf-8", "replace"))
    return tuple(int(part) for part in match.groups()) if match and done.returncode == 0 else None


def get_uv() -> Path:
    """uv from PATH when it is new enough, else from a small environment of our own, made when missing."""
    own = ENVIRONMENTS / "tools" / BIN / ("uv.exe" if os.name == "nt" else "uv")
    on_path = shutil.which("uv")
    for executable in ([Path(on_path)] if on_path else []) + [own]:
        version = uv_version(executable)
        if version and version >= OLDEST_UV:
            return executable
    say("Installing uv {} into {}".format(PINNED_UV, shown(ENVIRONMENTS / "tools")))
    _make_tools(own)
    return own


def _make_tools(own: Path) -> None:
    python = own.with_name("python.exe" if os.name == "nt" else "python")
    if importlib.util.find_spec("ensurepip") is None and shutil.which("apt-get"):
        # Debian and Ubuntu ship a Python whose venv can't make an environment.
        apt_install(["python3-venv"], "Python's venv is incomplete")
    _quietly([sys.executable, "-m", "venv", "--clear", str(own.parent.parent)], "make an environment")
    _quietly([str(python), "-m", "pip", "install", "--quiet", "uv==" + PINNED_UV], "install uv")


def _quietly(command: list[str], purpose: str) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=clean_environment())
    if done.returncode:
        output = done.stdout.decode("utf-8", "replace").strip()
        last = output.splitlines()[-1] if output else "no word why"
        raise SetupError(f"could not {purpose} (is the network there, and pip's package index?): {last}")


def registry_settings() -> dict[str, str]:
    """pip's settings for the package index, as uv's: uv doesn't read pip's, and a machine may have only those."""
    pairs = (("index-url", "UV_DEFAULT_INDEX"), ("cert", "SSL_CERT_FILE"), ("trusted-host", "UV_INSECURE_HOST"))
    listing = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=clean_environment(),
        check=False,
    ).stdout.decode("utf-8", "replace")
    pip = dict(re.findall(r"^(?:global|install|:env:)\.([\w-]+)='(.*)'$", listing, re.MULTILINE))
    return {uv: pip[name] for name, uv in pairs if name in pip and uv not in os.environ}


def sync(uv: Path, name: str, python: Path, groups: list[str]) -> Path:
    """Makes or renews the environment .venvs/`name` from pyproject.toml; returns its Python."""
    folder = ENVIRONMENTS / name
    executable = folder / BIN / ("python.exe" if os.name == "nt" else "python")
    new = not executable.exists()
    line = "{} {} ({})".format("Making" if new else "Checking", shown(folder), ", ".join(groups))
    say(line + ("; Blender's wheel has up to 400 MB" if new and name.startswith("bpy") else ""))
    command = [str(uv), "sync", "--quiet", "--project", str(PROJECT), "--python", str(python)]
    command += [part for extra in EXTRAS for part in ("--extra", extra)]
    command += [part for group in groups for part in ("--group", group)]
    environment = {**clean_environment(), **registry_settings(), "UV_PROJECT_ENVIRONMENT": str(folder)}
    environment.setdefault("UV_HTTP_TIMEOUT", "180")  # a bpy wheel has hundreds of megabytes
    started = time.monotonic()
    status, complaint = _run_with_clock(command, environment)
    if status:
        log = ENVIRONMENTS / (name + ".log")
        log.write_text(complaint + "\n", "utf-8")
        raise SetupError(f"uv could not make {shown(folder)}: {essence(complaint)} (all it said: {shown(log)})")
    if new:
        say(f"  done in {time.monotonic() - started:.0f} s")
    return executable


def essence(complaint: str) -> str:
    """uv's complaint on one line: what failed, and the deepest cause that it names."""
    lines = [re.sub(r"^[\s×╰├─▶│]+", "", line) for line in complaint.splitlines() if line.strip()]
    failed = next((line for line in lines if line.startswith("error:")), lines[0] if lines else "no word why")
    causes = [line for line in lines if line.lower().startswith(("cause:", "caused by:"))]
    return "; ".join([failed.replace("error: ", "", 1), *causes[-1:]])


def _run_with_clock(command: list[str], environment: dict[str, str]) -> tuple[int, str]:
    """A long quiet program's status and complaint; whoever watches sees seconds go by."""
    started = time.monotonic()
    watched = sys.stderr.isatty()
    with tempfile.TemporaryFile() as complaint:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=complaint, env=environment)
        while True:
            try:
                status = process.wait(timeout=1)
                break
            except subprocess.TimeoutExpired:
                if watched:
                    sys.stderr.write(f"\r  {time.monotonic() - started:.0f} s ")
                    sys.stderr.flush()
            except KeyboardInterrupt:
                process.wait()
                raise
        if watched:
            sys.stderr.write("\r")
        complaint.seek(0)
        return status, complaint.read().decode("utf-8", "replace").strip()


def install_python(uv: Path, version: str) -> bool:
    """Has uv download its own CPython `version`; False when it can't."""
    say(f"No CPython {version} here: uv tries to download one")
    command = [str(uv), "python", "install", "--quiet", version]
    return subprocess.run(command, stderr=subprocess.DEVNULL, env=clean_environment(), check=False).returncode == 0
