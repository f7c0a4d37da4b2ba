"""From an avatar's code to folders on the disk: wait for it, for its exports, and download them."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from avatarsdk_core import catalog
from avatarsdk_core.errors import ComputationFailed, SettingsError
from avatarsdk_core.models import Avatar, Export
from avatarsdk_core.transfer.direct_results import download_results
from avatarsdk_core.transfer.export import fetch_export
from avatarsdk_core.transfer.export_order import ExportProgress
from avatarsdk_core.transfer.names import clipped, is_safe_name
from avatarsdk_core.transfer.prefetch import Prefetching, cached_picture
from avatarsdk_core.worker.further_export import ask_for_export
from avatarsdk_core.worker.job import COMPUTING, DOWNLOADING, EXPORTING
from avatarsdk_core.worker.messages import Delivered, Made, Placed
from avatarsdk_core.worker.work import JobWork

if TYPE_CHECKING:
    from avatarsdk_core.client import Client

_DAYS = 30 * 86400.0  # a computation is waited for as long as it takes; whoever tires of it cancels
_COMPUTED, _EXPORTED = 0.7, 0.8  # shares of a whole job
_STATUS_SHARES: Mapping[str, tuple[float, float]] = {  # where each status begins and ends, of the computing's share
    "uploading": (0.02, 0.08),
    "queued": (0.08, 0.2),
    "computing": (0.2, 1.0),
}
_NAME_BYTES = 80


def deliver(work: JobWork, client: Client, code: str, exports: Sequence[str] = ()) -> None:
    """Have the avatar's exports (those of these codes, else all) in folders; the journal's last line tells which.

    Raises:
        AvatarSDKError
    """
    avatar = _computed(work, client, code)
    folder = _place(work, avatar)
    if _has_results_alone(client, avatar, exports):
        work.show(DOWNLOADING, share=_EXPORTED)
        if not (folder / "export.json").is_file():
            download_results(client, avatar, folder, lambda name: work.show(DOWNLOADING, name, _EXPORTED), work.cancel)
        done = [folder]
    else:
        done = _downloaded(work, client, avatar, folder, exports)
    _put_thumbnail(client, avatar, done)
    work.note(Delivered(tuple(map(str, done)), avatar.code, round(time.time(), 3)))


def _has_results_alone(client: Client, avatar: Avatar, exports: Sequence[str]) -> bool:
    """Whether mesh and textures of its own are all there is: an old pipeline, or a head made without an export."""
    facts = catalog.pipelines().get(avatar.pipeline)
    if facts is not None and not facts.export_parameters:
        return True
    return bool(avatar.mesh) and not exports and not client.exports.list(avatar)


def _computed(work: JobWork, client: Client, code: str) -> Avatar:
    speed = Speed()

    def show(avatar: Avatar) -> None:
        begin, end = _STATUS_SHARES.get(avatar.status.casefold(), (0.02, 1.0))
        share = (begin + (end - begin) * avatar.progress / 100) * _COMPUTED
        work.show(COMPUTING, avatar.status, share, speed.seconds_left(avatar.status, avatar.progress))

    with _prefetching(work, client):
        return client.avatars.wait(code, progress=show, cancel=work.cancel, seconds=_DAYS)


class Speed:
    """Tells the time left from how a percentage has grown so far."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._status = ""
        self._first: tuple[float, float] | None = None

    def seconds_left(self, status: str, progress: float) -> float | None:
        """Of this status, at its average speed; None until it has moved."""
        moment = self._clock()
        if self._first is None or status != self._status or progress < self._first[1]:
            self._status, self._first = status, (moment, progress)
            return None
        began, start = self._first
        if progress <= start or moment <= began:
            return None
        return (100 - progress) * (moment - began) / (progress - start)


@contextlib.contextmanager
def _prefetching(work: JobWork, client: Client) -> Any:
    """Static textures come while the service computes: those that this job's export will ask for."""
    wanted = work.fields.get("export_parameters")
    pipeline = str(work.fields.get("pipeline") or "")
    first = wanted[0] if isinstance(wanted, list) and wanted else wanted
    if not isinstance(first, dict) or not pipeline or first.get("embed") is not False:
        yield
        return
    subtype, lod = work.fields.get("pipeline_subtype"), str(first.get("lod") or "LOD1")
    textures = first.get("textures")
    profile, names = (textures.get("profile"), textures.get("list")) if isinstance(textures, dict) else (None, None)
    assets = {name for value in first.values() if isinstance(value, dict) for name in value.get("list") or ()}

    def resources() -> list[Any]:
        found = client.static_resources.list(pipeline, pipeline_subtype=subtype or None, lod=lod)
        return [
            one
            for one in found
            if (one.category == "avatar" or one.asset in assets)
            and (profile is None or one.profile == profile)
            and (not names or one.texture in names)
        ]

    with Prefetching(client, resources):
        yield


def _place(work: JobWork, avatar: Avatar) -> Path:
    """Where the files go: chosen once, and kept to when the job goes on."""
    if not work.job.folder:
        given = str(work.fields.get("folder") or "")
        if not given:
            raise SettingsError("The job names no folder for its files: choose one in the preferences")
        name = str(work.fields.get("name") or avatar.name or work.job.title)
        work.note(Placed(str(_free_folder(Path(given), name, avatar.code))))
    return Path(work.job.folder)


def _free_folder(parent: Path, name: str, code: str) -> Path:
    """`<name> <code's first 8>` in the parent folder, with a number behind it while that is taken."""
    plain = "".join(letter if letter.isalnum() or letter in " -_." else "_" for letter in name).strip(" .")
    start = f"{clipped(plain, _NAME_BYTES)} {code[:8]}".strip()
    if not is_safe_name(start):
        start = f"Avatar {code[:8]}"
    number, folder = 1, parent / start
    while folder.exists():
        number += 1
        folder = parent / f"{start} ({number})"
    return folder


def _downloaded(work: JobWork, client: Client, avatar: Avatar, folder: Path, codes: Sequence[str]) -> list[Path]:
    exports = [each for each in client.exports.list(avatar) if not codes or each.code in codes]
    if work.job.is_anew:  # a person wants another one in place of those that failed
        exports = [each for each in exports if not each.is_failed]
        asked = work.fields.get("export_parameters")
        asked = asked[0] if isinstance(asked, list) and asked else asked
        if not exports and asked:
            code = ask_for_export(work, client, avatar.code, asked, str(work.fields.get("export_comment") or ""))
            exports = [client.exports.get(code, avatar)]
    if not exports:
        raise ComputationFailed(
            f"The service has no export of avatar {avatar.code}: choose it in the gallery and export it"
        )
    if work.job.exports != (found := tuple(export.code for export in exports)):
        work.note(Made(exports=found))
    folders = [folder] if len(exports) == 1 else [folder / str(number) for number in range(1, len(exports) + 1)]
    for number, (export, into) in enumerate(zip(exports, folders, strict=True)):
        if not export.is_completed:
            work.show(EXPORTING, share=_COMPUTED)
            show = _telling_status(work)
            export = client.exports.wait(export, progress=show, cancel=work.cancel, seconds=_DAYS)
        work.show(DOWNLOADING, share=_EXPORTED)
        fetch_export(client, export, into, progress=_telling(work, number, len(exports)), cancel=work.cancel)
    return folders


def _telling_status(work: JobWork) -> Callable[[Export], None]:
    return lambda export: work.show(EXPORTING, export.status, _COMPUTED)


def _telling(work: JobWork, number: int, count: int) -> Callable[[ExportProgress], None]:
    """Shows one download of several."""

    def show(now: ExportProgress) -> None:
        transfer = now.transfer
        share = transfer.done / transfer.total if transfer is not None and transfer.total else 0.0
        if now.phase == "unpacking":
            share = 1.0
        whole = _EXPORTED + (1 - _EXPORTED) * (number + share) / count
        work.show(DOWNLOADING, now.name, whole, transfer.seconds_left if transfer is not None else None)

    return show


def _put_thumbnail(client: Client, avatar: Avatar, folders: Sequence[Path]) -> None:
    """A picture beside the files, for the gallery without a network. It is a help and no more."""
    from avatarsdk_core.errors import AvatarSDKError
    from avatarsdk_core.transfer.files import write_file

    with contextlib.suppress(AvatarSDKError, OSError):
        picture = cached_picture(client, avatar, "thumbnail")
        suffix = "png" if picture.startswith(b"\x89PNG") else "jpg"
        for folder in folders:
            write_file(folder / f"thumbnail.{suffix}", picture)
