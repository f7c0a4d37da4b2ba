"""One file as a command's result: whole or not there, and never over one that is there unless told so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from avatarsdk_core.cli.common import Invocation
from avatarsdk_core.cli.printing import print_json
from avatarsdk_core.creation import megabytes
from avatarsdk_core.errors import SettingsError
from avatarsdk_core.transfer.beside import beside

F = TypeVar("F", bound=Callable[..., Any])

force_option = click.option("--force", is_flag=True, help="Replace a file that is there.")


def out_option(default: str) -> Callable[[F], F]:
    """`--out FILE`."""
    return click.option(
        "-o", "--out", type=click.Path(path_type=Path), default=default, show_default=True, help="File to write."
    )


def free_target(out: Path, force: bool) -> Path:
    """`out`, where nothing is in the way.

    Raises:
        SettingsError: a file is there already, or it is a folder.
    """
    if out.is_dir():
        raise SettingsError(f"{str(out)!r} is a folder: give --out a file's name in it")
    if out.exists() and not force:
        raise SettingsError(f"{str(out)!r} exists: give another --out, or --force to replace it")
    if not out.absolute().parent.is_dir():
        raise SettingsError(f"There is no folder {str(out.parent)!r} for {out.name}: make it, or give another --out")
    return out


def write_file(target: Path, data: bytes) -> None:
    """Raises SettingsError where it can't be written."""
    part = beside(target)
    try:
        part.write_bytes(data)
        part.replace(target)
    except OSError as error:
        raise SettingsError(f"Can't write {str(target)!r} ({error.strerror or error}): give another --out") from None
    finally:
        part.unlink(missing_ok=True)


def tell_written(invocation: Invocation, path: Path) -> None:
    """The file's name on stdout; with --json its size too."""
    if invocation.json:
        print_json({"path": str(path), "bytes": path.stat().st_size})
    else:
        click.echo(str(path))


def bytes_of(show: Callable[[float | None, str], None]) -> Callable[[int, int | None], None]:
    """`progress=` of one file's download, for a step's `show`."""

    def progress(done: int, total: int | None) -> None:
        of = f" of {megabytes(total)}" if total else ""
        show(min(1.0, done / total) if total else None, f"{megabytes(done)}{of}")

    return progress
