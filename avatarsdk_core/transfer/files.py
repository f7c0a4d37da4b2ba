"""What is done to files so that each is whole, once: replace, write, sync, copy, and how much room there is.

A file is made beside its place and renamed; nobody ever sees half of one. Standard library only.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import stat
import sys
import time
from pathlib import Path
from typing import IO

from avatarsdk_core.errors import TransferError
from avatarsdk_core.transfer.beside import beside

REPLACE_SECONDS = 2.0  # a virus scanner or an indexer lets go of a file within that, a program that shows it doesn't
_CHUNK = 1 << 20
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG} if hasattr(errno, "EDQUOT") else {errno.ENOSPC})
_UNSYNCED = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})
_FICLONE = 0x40049409  # ioctl of Linux: the target shares the source's blocks until one of them is written
_WINDOWS_PATH = 240  # MAX_PATH is 260, and folders need room for an 8.3 name


def rename(source: Path, target: Path, seconds: float = REPLACE_SECONDS) -> None:
    """`source` becomes `target`, which is replaced if it is there; tried again while another program has it open.

    Windows refuses to rename over an open file, or a folder that holds one, with PermissionError.

    Raises:
        PermissionError: it stayed so; both are as they were.
        OSError: anything else.
    """
    give_up = time.monotonic() + seconds
    delay = 0.01
    while True:
        try:
            source.replace(target)
            return
        except PermissionError:
            # A folder that we may not write in stays so: no use to try again.
            if time.monotonic() + delay > give_up or not os.access(target.parent, os.W_OK):
                raise
            time.sleep(delay)
            delay = min(2 * delay, 0.25)


def replace_file(source: Path, target: Path, seconds: float = REPLACE_SECONDS) -> None:
    """As `rename`; if the target stays open elsewhere, the new file is kept beside it, as `<name>.new<suffix>`.

    Raises:
        TransferError: so it was; the line names the file kept.
        OSError: the folder can't be written.
    """
    try:
        rename(source, target, seconds)
    except PermissionError as error:
        kept = free_name(target.with_name(f"{target.stem}.new{target.suffix}"))
        try:
            source.replace(kept)
        except OSError:
            raise error from None
        raise TransferError(
            f"{str(target)!r} is open in another program and can't be replaced: the new file is kept as "
            f"{kept.name!r} beside it; close the program and rename that, or try again"
        ) from None


def free_name(path: Path) -> Path:
    """`path`, or the first of `name (2).suffix`, `name (3).suffix`, … that isn't taken."""
    number, found = 1, path
    while os.path.lexists(found):
        number += 1
        found = path.with_name(f"{path.stem} ({number}){path.suffix}")
    return found


def write_file(path: Path, data: bytes, *, sync: bool = False) -> None:
    """The file's new content, whole or not at all. Raises OSError, and TransferError as `replace_file`."""
    part = beside(path)
    try:
        with part.open("xb") as file:
            file.write(data)
            if sync:
                file.flush()
                sync_descriptor(file.fileno())
        replace_file(part, path)
    finally:
        part.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Names made in the folder outlive a power cut. Where folders can't be synced (Windows), the system sees to it."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def sync_file(path: Path) -> None:
    """The file's bytes outlive a power cut. Raises OSError."""
    with path.open("r+b") as file:
        sync_descriptor(file.fileno())


def sync_descriptor(descriptor: int) -> None:
    """As `sync_file`, of an open file; where a file system has no such thing, it sees to it itself. Raises OSError."""
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _UNSYNCED:
            raise


def copy_hashed(source: Path, target: Path) -> str:
    """A new file `target` with the content of `source`: its blocks shared where the file system can, else copied.

    Never a hard link: an edit of one would be an edit of the other. Returns the SHA-256 of what is in the copy.
    Raises OSError; then there is no target, unless it was there before.
    """
    with target.open("x+b", buffering=0) as copy:
        try:
            with source.open("rb", buffering=0) as original:
                if _cloned(original.fileno(), copy.fileno()):
                    return _digest(copy)
                return _digest(original, copy)
        except BaseException:
            copy.close()
            target.unlink(missing_ok=True)
            raise


def hash_file(path: Path) -> str:
    """SHA-256 of a file's content, in hex. Raises OSError."""
    with path.open("rb", buffering=0) as file:
        return _digest(file)


def _digest(source: IO[bytes], copy: IO[bytes] | None = None) -> str:
    """SHA-256 of what is read, which is written to `copy` on the way."""
    digest = hashlib.sha256()
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
        if copy is not None:
            write_all(copy, chunk)
    return digest.hexdigest()


def write_all(file: IO[bytes], chunk: bytes) -> None:
    """A raw file may take a part only; a disk that is full says so at the next write."""
    view = memoryview(chunk)
    while view:
        view = view[file.write(view) :]


def _cloned(source: int, target: int) -> bool:
    if sys.platform != "linux":
        return False
    import fcntl

    try:
        fcntl.ioctl(target, _FICLONE, source)
    except OSError:  # another file system, or one without shared blocks
        return False
    return True


def remove_any(path: Path) -> None:
    """Remove a file, a link or a folder of ours, as far as that is possible; links are not followed."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            path.unlink()


def free_bytes(folder: Path) -> int | None:
    """Bytes that may still be written where `folder` is, or will be; None where the system doesn't tell."""
    for place in (folder, *folder.parents):
        if place.exists():
            try:
                return shutil.disk_usage(place).free
            except OSError:
                return None
    return None


def is_plain_file(path: Path) -> bool:
    """A file that is one itself, not a link to one."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def extended(path: str, windows: bool = os.name == "nt") -> str:
    """The path as Windows takes it beyond 260 characters: `\\\\?\\C:\\…`; elsewhere, and while it is short, as it is.

    Args:
        path: absolute and normal (no `..`).
    """
    if not windows or len(path) < _WINDOWS_PATH or path.startswith("\\\\?\\"):
        return path
    return f"\\\\?\\UNC\\{path[2:]}" if path.startswith("\\\\") else f"\\\\?\\{path}"


def explain(error: OSError) -> str:
    """Why, and what to do, for the end of a line about a file that can't be written."""
    way_out = {
        errno.ENOSPC: "make room there, or choose another place",
        errno.EROFS: "choose another place",
        errno.EACCES: "choose another place, or get the right to write there",
        errno.EPERM: "choose another place, or get the right to write there",
        errno.ENAMETOOLONG: "choose a place with a shorter path",
        errno.EEXIST: "choose another place",
        errno.ENOTDIR: "a file is where a folder should be; choose another place",
        errno.ENOENT: "choose another place",
    }
    if hasattr(errno, "EDQUOT"):
        way_out[errno.EDQUOT] = way_out[errno.ENOSPC]
    reason = error.strerror or str(error)
    advice = way_out.get(error.errno or 0)
    return f"{reason}; {advice}" if advice else reason


def no_room() -> OSError:
    """What the system would say on a full disk: the cause of an error that was told before it came to that."""
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def is_full(error: BaseException | None) -> bool:
    """Whether a full disk is what is behind an error."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in FULL:
            return True
        error = error.__cause__ or error.__context__
    return False
