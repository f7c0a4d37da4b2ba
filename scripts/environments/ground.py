# SPDX-License-Identifier: MIT
"""What the other rooms stand on: where the checkout is, how to say things, how to give up."""

from __future__ import annotations

import os
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
ENVIRONMENTS = PROJECT / ".venvs"
BIN = "Scripts" if os.name == "nt" else "bin"


class SetupError(Exception):
    """The set-up can't go on; the text tells a person what to do."""


def say(text: str) -> None:
    """One line of progress, at once."""
    print(text, file=sys.stderr, flush=True)


def shown(path: Path) -> str:
    """A path as short as a person would write it."""
    for base, prefix in ((Path.cwd(), ""), (Path.home(), "~/")):
        try:
            return prefix + str(path.relative_to(base))
        except ValueError:
            continue
    return str(path)


def clean_environment() -> dict[str, str]:
    """This process's variables without those that point a Python at somebody else's packages."""
    foreign = {"VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH", "PYENV_VERSION", "UV_PYTHON", "UV_PROJECT_ENVIRONMENT"}
    return {name: value for name, value in os.environ.items() if name not in foreign}
