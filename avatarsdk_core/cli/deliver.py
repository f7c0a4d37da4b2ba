"""An avatar that was created becomes files in a folder: wait for it, wait for its exports, download them."""

from __future__ import annotations

import contextlib
import shlex
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from avatarsdk_core.cli.avatars_commands import wait_for_avatar
from avatarsdk_core.cli.common import Invocation
from avatarsdk_core.cli.printing import say
from avatarsdk_core.creation import megabytes
from avatarsdk_core.errors import Cancelled, ComputationFailed, SettingsError
from avatarsdk_core.transfer.direct_results import download_results

if TYPE_CHECKING:
    from avatarsdk_core.client import Client
    from avatarsdk_core.models import Avatar, Export
    from avatarsdk_core.transfer.export_order import Delivery, ExportProgress


@dataclass(frozen=True)
class Delivered:
    """What stands on the disk: the avatar, and the folder of each export (none: of its direct results)."""

    avatar: Avatar
    folders: tuple[Path, ...]
    deliveries: tuple[Delivery, ...]

    def to_json(self) -> dict[str, Any]:
        from avatarsdk_core.models import to_json

        return {
            "avatar": to_json(self.avatar),
            "folders": [str(folder) for folder in self.folders],
            "exports": [delivery_json(delivery) for delivery in self.deliveries],
        }


def delivery_json(delivery: Delivery) -> dict[str, Any]:
    """What was done for one export's folder."""
    return {
        "folder": str(delivery.folder),
        "fetched": list(delivery.fetched),
        "from_cache": list(delivery.from_cache),
        "repaired": list(delivery.repaired),
        "set_aside": [str(path) for path in delivery.set_aside],
        "edited": list(delivery.edited),
        "received": delivery.received,
    }


def check_out(out: Path) -> None:
    """Found before minutes of computing. Raises SettingsError."""
    if out.exists() and not out.is_dir():
        raise SettingsError(f"{str(out)!r} is a file: give --out a folder")
    try:
        if out.is_dir() and any(out.iterdir()):
            raise SettingsError(f"The folder {str(out)!r} isn't empty: give --out another one")
        there = next(folder for folder in (out.absolute(), *out.absolute().parents) if folder.exists())
        with tempfile.TemporaryDirectory(prefix=".avatarsdk-", dir=there):
            pass
    except OSError as error:
        raise SettingsError(f"Can't write to {str(out)!r} ({error.strerror or error}): give another --out") from None


@contextlib.contextmanager
def going_on(avatar: Avatar, out: Path) -> Iterator[None]:
    """Says how to go on after an interruption, since the service does."""
    try:
        yield
    except (KeyboardInterrupt, Cancelled):
        say("The service goes on. To fetch the avatar later:")
        click.echo(shlex.join(["avatarsdk", "avatars", "download", avatar.code, "--out", str(out)]), err=True)
        raise


def deliver(invocation: Invocation, client: Client, avatar: Avatar, out: Path, options: dict[str, Any]) -> Delivered:
    """Wait, and download all exports; of a pipeline without exports, what there is directly.

    Several exports go into folders 1, 2, … of `out`.

    Raises ComputationFailed, TransferError, ArchiveError.
    """
    from avatarsdk_core import catalog

    with going_on(avatar, out):
        avatar = wait_for_avatar(invocation, client, avatar)
        facts = catalog.pipelines().get(avatar.pipeline)
        if facts is not None and not facts.export_parameters:
            with invocation.steps(client).step("Download the avatar") as told:
                download_results(client, avatar, out, lambda name: told(None, name))
            return Delivered(avatar, (out,), ())
        exports = client.exports.list(avatar)
        if not exports:
            raise ComputationFailed(
                f"The avatar {avatar.code} has no export: ask for one with `avatarsdk exports create {avatar.code}`"
            )
        folders = [out] if len(exports) == 1 else [out / str(number) for number in range(1, len(exports) + 1)]
        done = [
            deliver_export(invocation, client, export, folder, options)
            for export, folder in zip(exports, folders, strict=True)
        ]
    return Delivered(avatar, tuple(folders), tuple(done))


def deliver_export(
    invocation: Invocation, client: Client, export: Export, folder: Path, options: dict[str, Any]
) -> Delivery:
    """Wait for one export, and have its files in `folder`; says what was kept or set aside there."""
    from avatarsdk_core.transfer.export import fetch_export

    steps = invocation.steps(client)
    if not export.is_completed:
        with steps.step("Wait for the export") as told:
            export = client.exports.wait(export, progress=lambda now: told(None, now.status))
    with steps.step("Download the export") as told:

        def show(now: ExportProgress) -> None:
            told(*download_words(now))

        delivery = fetch_export(client, export, folder, progress=show, **options)
    for path in delivery.set_aside:
        say(f"You had changed a file; your version is kept as {path}")
    for name in delivery.edited:
        say(f"You have changed {name}; it is left as it is")
    return delivery


def download_words(now: ExportProgress) -> tuple[float | None, str]:
    """Share and detail of a download for the progress bar: bytes, rate, and the time left."""
    transfer = now.transfer
    if transfer is None or now.phase != "downloading":
        return (now.number - 1) / now.count if now.count else None, f"{now.phase} {now.name}"
    share = transfer.done / transfer.total if transfer.total else None
    words = megabytes(transfer.done) + (f" of {megabytes(transfer.total)}" if transfer.total else "")
    if transfer.waiting:
        return share, f"{words}, throttled: {transfer.waiting:.0f} s"
    if transfer.rate:
        words += f", {megabytes(round(transfer.rate))}/s"
    if transfer.seconds_left is not None:
        words += f", {transfer.seconds_left:.0f} s left"
    return share, words
