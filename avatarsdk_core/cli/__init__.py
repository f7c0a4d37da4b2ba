"""The command line `avatarsdk` (extra `cli`)."""

from __future__ import annotations

import importlib.util
import io
import signal
import sys


def main() -> None:
    """Entry point of the installed program; ends the process with its exit code."""
    missing = [name for name in ("click", "rich") if importlib.util.find_spec(name) is None]
    if missing:
        sys.stderr.write(
            f"Error: the command line needs {' and '.join(missing)}, not installed here: "
            "pip install 'avatarsdk-core[cli]'\n"
        )
        sys.exit(1)
    from avatarsdk_core.cli.app import cli
    from avatarsdk_core.cli.failures import run

    for stream in (sys.stdout, sys.stderr):  # a terminal that can't show a character gets a question mark
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    for name in ("SIGTERM", "SIGHUP"):  # being ended by another, or a closed terminal, cleans up as Ctrl+C does
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.default_int_handler)
    sys.exit(run(cli))
