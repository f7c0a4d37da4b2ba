"""A result folder that fills at once: work elsewhere, move at the end."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from avatarsdk_core.errors import SettingsError
from avatarsdk_core.transfer.beside import beside


@contextlib.contextmanager
def whole_folder(out: Path, names: tuple[str, ...]) -> Iterator[Path]:
    """A work folder, whose files `names` are in `out` after the block; after an exception nothing is.

    Other files in `out` stay; of `names`, an older result is replaced.

    Raises:
        SettingsError: `out` can't be written, found before the block begins.
    """
    out = out.absolute()
    made = [folder for folder in (out, *out.parents) if not folder.exists()]
    work = beside(out / "result")
    try:
        if out.exists() and not out.is_dir():
            raise SettingsError(f"The output folder {str(out)!r} is a file: give another --out")
        work.mkdir(parents=True)
        for name in names:
            if (out / name).is_dir():
                raise SettingsError(f"{str(out / name)!r} is a folder where a result should go: give another --out")
    except OSError as error:
        _remove(work, made)
        raise SettingsError(
            f"The output folder {str(out)!r} can't be written ({error.strerror or error}): give another --out"
        ) from None
    try:
        yield work
        for name in names:
            (work / name).stat()  # all of them are there before the first one moves
        for name in names:
            (work / name).replace(out / name)
        made = []
    except OSError as error:
        raise SettingsError(f"Can't write to {str(out)!r} ({error.strerror or error}): give another --out") from None
    finally:
        _remove(work, made)


def _remove(work: Path, made: list[Path]) -> None:
    shutil.rmtree(work, ignore_errors=True)
    for folder in made:  # deepest first; one that somebody else has filled meanwhile stays
        with contextlib.suppress(OSError):
            folder.rmdir()
