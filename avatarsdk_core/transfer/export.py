"""A whole export as a folder: `<folder>/<identity>/model.glb …`, with a manifest of what came from where.

The folder appears whole or not at all. Once it is there, the same call looks whether it still is what was downloaded,
and fetches what isn't. Files that aren't the export's are never touched; one that somebody edited is never lost.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Unpack

from avatarsdk_core import __version__
from avatarsdk_core.errors import ApiError, Throttled, TransferError
from avatarsdk_core.http.origin import bare
from avatarsdk_core.models import Export
from avatarsdk_core.transfer.assemble import Assembly
from avatarsdk_core.transfer.cache import Cache
from avatarsdk_core.transfer.check import Check, check_export
from avatarsdk_core.transfer.download import CONNECTIONS, DOWNLOAD_SECONDS
from avatarsdk_core.transfer.export_order import Delivery, Edited, ExportOptions, ExportProgress, Order
from avatarsdk_core.transfer.export_plan import FilePlan, plan_export
from avatarsdk_core.transfer.fetching import Run
from avatarsdk_core.transfer.files import explain, extended, is_full, write_file
from avatarsdk_core.transfer.manifest import MANIFEST, Manifest
from avatarsdk_core.transfer.repair import lacks, repair
from avatarsdk_core.transfer.work_area import INSIDE, WorkArea, remove_abandoned

if TYPE_CHECKING:
    from avatarsdk_core.client import Client

__all__ = ["Delivery", "ExportOptions", "ExportProgress", "download_export", "fetch_export"]

_log = logging.getLogger(__name__)


def download_export(client: Client, export: Export, folder: str | Path, **options: Unpack[ExportOptions]) -> Path:
    """Have all files of a completed export, static files included, in `folder`, and return it.

    As `fetch_export`, which has the same options and tells what was done; here files that somebody edited are told in
    the log.
    """
    delivery = fetch_export(client, export, folder, **options)
    for name in delivery.edited:
        _log.warning("%s in %s was edited since it was downloaded: left as it is", name, delivery.folder)
    for path in delivery.set_aside:
        _log.warning("A file in %s was edited since it was downloaded: your version is now %s", delivery.folder, path)
    return delivery.folder


def fetch_export(
    client: Client,
    export: Export,
    folder: str | Path,
    *,
    progress: Callable[[ExportProgress], None] | None = None,
    cancel: threading.Event | None = None,
    pause: threading.Event | None = None,
    verify: bool = False,
    edited: Edited = "aside",
    cache: Cache | Literal["default"] | None = "default",
    seconds: float = DOWNLOAD_SECONDS,
    connections: int = CONNECTIONS,
) -> Delivery:
    """Have all files of a completed export in `folder`, which is missing, empty, or holds this export already.

    A new folder appears whole or not at all. In one that is there, each file is compared with the manifest, and what
    is missing or spoilt is fetched; nothing is asked of the service when nothing is. Several processes may do this at
    once: one works, the others wait for it. What was fetched whole before a break is kept for the next call, in a
    hidden folder beside.

    Args:
        progress: called about ten times a second, in the caller's thread.
        cancel: ends it within a second when it is set.
        pause: while it is set, nothing is fetched.
        verify: compare files that are there by digest, instead of by size and time.
        edited: what becomes of a file that somebody changed: "aside" moves it to `<folder>.edited/` and puts the
            downloaded one back; "keep" leaves it. Either way it is told.
        cache: for static files; "default" for `Cache()`, None for none.
        seconds: for all downloads, waits included.
        connections: to the service at once, at the most.

    Raises:
        TransferError, ArchiveError: a file can't be fetched or unpacked, or the folder can't be used.
        ServiceError: the service refuses a file or can't be reached.
        Cancelled: `cancel` was set.
    """
    given = Path(folder)
    try:
        order = Order(
            export=export,
            folder=_absolute(given),
            plans=plan_export(export, client.http.root_url, client.settings.client_id),
            run=Run(client.http, cancel, pause, seconds, connections),
            cache=Cache() if cache == "default" else cache,
            verify=verify,
            edited=edited,
            progress=progress,
        )
        delivery = _nothing_to_do(order, _look(order))
        if delivery is None:
            delivery = _work(order)
        else:
            WorkArea(order.folder, export.code).remove_left_over()
    except OSError as error:
        raise TransferError(f"Can't write the export to {str(given)!r}: {explain(error)}") from None
    return replace(delivery, folder=given)


def _absolute(folder: Path) -> Path:
    """Where the folder is; one that is a link is where the link leads."""
    if "\0" in str(folder):
        raise TransferError(f"{str(folder)!r} can be no folder's name: choose another place for the export")
    return Path(extended(os.path.realpath(folder) if folder.is_symlink() else os.path.abspath(folder)))  # noqa: PTH100


def _look(order: Order) -> Check | None:
    """What is in the folder: None where it is missing or empty.

    Raises:
        TransferError: something else than this export.
    """
    folder, name = order.folder, str(order.folder)
    if not os.path.lexists(folder):
        return None
    if not folder.is_dir():
        raise TransferError(f"{name!r} exists and isn't an empty folder: choose another place for the export")
    if not (folder / MANIFEST).exists():
        there = {path.name for path in folder.iterdir()} - {INSIDE}
        if there - WorkArea(folder, order.export.code).moved():
            raise TransferError(f"{name!r} exists and isn't an empty folder: choose another place for the export")
        return None
    checking = order.verify and order.progress is not None

    def show(file: str, number: int, count: int) -> None:
        if order.progress is not None:
            order.progress(ExportProgress(file, number, count, 0, "checking"))

    check = check_export(folder, verify=order.verify, progress=show if checking else None)
    if check.code != order.export.code:
        raise TransferError(f"{name!r} holds another export ({check.code}): choose another place for the export")
    return check


def _nothing_to_do(order: Order, check: Check | None) -> Delivery | None:
    """The delivery where everything is there already; times that changed are written down."""
    if check is None or check.missing or check.spoilt or (check.edited and order.edited == "aside"):
        return None
    if lacks(check.manifest, order.plans):
        return None
    if check.touched:
        try:
            write_file(order.folder / MANIFEST, check.refreshed().to_json().encode())
        except OSError:  # read-only: slower, but right
            _log.info("The manifest in %s can't be written", order.folder)
    return Delivery(order.folder, edited=check.edited)


def _work(order: Order) -> Delivery:
    """Fetch what isn't there, with the folder's work area for ourselves."""
    remove_abandoned(order.folder.parent)
    area = WorkArea(order.folder, order.export.code)
    with area.held(order.run.cancel, lambda: order.report(order.plans[0].identity, 1, 0, "waiting")):
        check = _look(order)  # another process may have done it all while we waited
        delivery = _nothing_to_do(order, check)
        if delivery is not None:
            return delivery
        try:
            return _appear(order, area) if check is None else repair(order, area, check)
        except BaseException as error:
            if _is_worth_another_try(error):
                area.keep()
            raise


def _appear(order: Order, area: WorkArea) -> Delivery:
    there = area.begin({wanted.slot for plan in order.plans for wanted in (plan.archive, *plan.statics)})
    order.report(order.plans[0].identity, 1, 0, "downloading")
    assembly = Assembly(area)
    try:
        fetching = order.fetching(area, assembly)
        fetching.fetch(order.plans, [static for plan in order.plans for static in plan.statics], there)
        manifest = _manifest(order.export, assembly, order.plans)
    finally:
        assembly.close()
    write_file(area.whole / MANIFEST, manifest.to_json().encode(), sync=True)
    area.commit()
    return Delivery(order.folder, tuple(fetching.fetched), tuple(fetching.from_cache), received=fetching.received)


def _manifest(export: Export, assembly: Assembly, plans: tuple[FilePlan, ...]) -> Manifest:
    return Manifest(
        code=export.code,
        avatar_code=export.avatar_code,
        url=bare(export.url),
        created_on=export.created_on.isoformat() if export.created_on else None,
        comment=export.comment,
        made_by=f"avatarsdk-core {__version__}",
        entries=tuple(assembly.entry(plan) for plan in plans),
    )


def _is_worth_another_try(error: BaseException) -> bool:
    """Whether what was fetched may be of use: not when the service refuses the export, nor on a disk that is full."""
    if is_full(error):
        return False
    return not isinstance(error, ApiError) or isinstance(error, Throttled)
