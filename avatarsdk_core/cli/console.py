"""Rich consoles of the command line; imported only when something is shown."""

from __future__ import annotations

from typing import NoReturn

from rich.console import Console


class _Console(Console):
    def on_broken_pipe(self) -> NoReturn:
        """Whoever reads has enough; `failures.run` ends the command."""
        raise BrokenPipeError


def stdout() -> Console:
    return _Console(highlight=False, soft_wrap=True)


def stderr() -> Console:
    return _Console(stderr=True, highlight=False, soft_wrap=True)
