"""One call's wishes for an export, how far it is, and what was done."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypedDict

from avatarsdk_core.models import Export
from avatarsdk_core.transfer.assemble import Assembly
from avatarsdk_core.transfer.cache import Cache
from avatarsdk_core.transfer.export_plan import FilePlan
from avatarsdk_core.transfer.fetching import Fetching, Run
from avatarsdk_core.transfer.progress import Progress
from avatarsdk_core.transfer.work_area import WorkArea

Edited = Literal["aside", "keep"]


@dataclass(frozen=True)
class ExportProgress:
    """How far it is.

    Attributes:
        name: of a file under way.
        number, count: its number from 1, and how many there are.
        received: bytes of the whole export so far.
        phase: "waiting" for another process at the same folder, "downloading", "unpacking", or "checking".
        transfer: bytes of each file, rate and time left, while downloading.
    """

    name: str
    number: int
    count: int
    received: int
    phase: str = "downloading"
    transfer: Progress | None = None


@dataclass(frozen=True)
class Delivery:
    """What was done. Names of files are paths below the folder, with `/`; of archives, identities.

    Attributes:
        folder: as it was given.
        fetched: what came over the network.
        from_cache: static files that came from the cache.
        repaired: files that were missing or spoilt and are as they were downloaded again.
        set_aside: where files went that somebody had edited.
        edited: files that somebody had edited and that stayed (`edited="keep"`).
        received: bytes that came over the network.
    """

    folder: Path
    fetched: tuple[str, ...] = ()
    from_cache: tuple[str, ...] = ()
    repaired: tuple[str, ...] = ()
    set_aside: tuple[Path, ...] = ()
    edited: tuple[str, ...] = ()
    received: int = 0


class ExportOptions(TypedDict, total=False):
    """The options of `fetch_export`, which explains them."""

    progress: Callable[[ExportProgress], None] | None
    cancel: threading.Event | None
    pause: threading.Event | None
    verify: bool
    edited: Edited
    cache: Cache | Literal["default"] | None
    seconds: float
    connections: int


@dataclass(frozen=True)
class Order:
    """One call's wishes."""

    export: Export
    folder: Path
    plans: tuple[FilePlan, ...]
    run: Run
    cache: Cache | None
    verify: bool
    edited: Edited
    progress: Callable[[ExportProgress], None] | None

    @property
    def count(self) -> int:
        return sum(1 + len(plan.statics) for plan in self.plans)

    def report(self, name: str, number: int, received: int, phase: str, transfer: Progress | None = None) -> None:
        if self.progress is not None:
            self.progress(ExportProgress(name, number, self.count, received, phase, transfer))

    def report_transfer(self, transfer: Progress) -> None:
        whole = sum(file.state == "done" for file in transfer.files)
        current = next((file.name for file in transfer.files if file.state == "downloading"), transfer.files[-1].name)
        earlier = self.count - len(transfer.files)
        self.report(current, min(self.count, earlier + whole + 1), transfer.done, "downloading", transfer)

    def fetching(self, area: WorkArea, assembly: Assembly) -> Fetching:
        """Who fetches files into this area, and reports on it."""

        def unpacking() -> None:
            self.report(self.plans[-1].identity, self.count, fetching.received, "unpacking")

        fetching = Fetching(self.run, area, assembly, self.cache, self.report_transfer, unpacking)
        return fetching
