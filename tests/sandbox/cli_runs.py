"""Running `avatarsdk` as a person does: in a process of its own, against a sandbox, in a folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from avatarsdk_core.cli import failures
from avatarsdk_core.cli.app import cli
from avatarsdk_core.sandbox import KeyPair, Sandbox


@dataclass(frozen=True)
class Said:
    """What a run of the command line left: exit code, stdout, stderr."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """stdout, which must be one JSON document."""
        return json.loads(self.out)


Run = Callable[..., Said]


def said_here(capsys: pytest.CaptureFixture[str], *arguments: object) -> Said:
    """Run in this process, exactly as the program does."""
    code = failures.run(cli, [str(each) for each in arguments])
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err
    return Said(code, captured.out, captured.err)


PROGRAM = "import sys; from avatarsdk_core.cli import main; main()"


@dataclass(frozen=True)
class Terminal:
    """A folder and an environment to type in."""

    folder: Path
    environ: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def at(cls, service: Sandbox, keys: KeyPair, folder: Path, **environ: str) -> Terminal:
        access = "client" if keys == service.credentials.client else "developer"
        return cls(
            folder,
            {
                "AVATARSDK_ROOT_URL": service.url,
                "AVATARSDK_CLIENT_ID": keys.client_id,
                "AVATARSDK_CLIENT_SECRET": keys.client_secret,
                "AVATARSDK_ACCESS": access,
                "AVATARSDK_CONFIG": str(folder / "profiles.toml"),
                "AVATARSDK_CACHE": str(folder / "cache"),
                **environ,
            },
        )

    def start(self, *arguments: str, **options: Any) -> subprocess.Popen[Any]:
        return subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *arguments],
            cwd=self.folder,
            env={**os.environ, **self.environ},
            **{"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},
        )

    def run(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", PROGRAM, *arguments],
            cwd=self.folder,
            env={**os.environ, **self.environ},
            check=False,
            **{
                "stdin": None if "input" in options else subprocess.DEVNULL,
                "stdout": subprocess.PIPE,
                "stderr": subprocess.PIPE,
                "encoding": "utf-8",
                "timeout": 300,
                **options,
            },
        )

    def bash(self, script: str) -> subprocess.CompletedProcess[str]:
        """A script that ends at its first failure, with `avatarsdk` on PATH."""
        programs = self.folder / "programs"
        programs.mkdir(exist_ok=True)
        link = programs / "avatarsdk"
        if not link.exists():
            link.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{PROGRAM}" "$@"\n')
            link.chmod(0o755)
        path = f"{programs}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            ["bash", "-eu", "-c", script],
            cwd=self.folder,
            env={**os.environ, **self.environ, "PATH": path},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=600,
            check=False,
        )
