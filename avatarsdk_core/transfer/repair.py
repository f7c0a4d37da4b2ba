"""Putting back what is missing or spoilt in an export's folder, file by file; what somebody edited is set aside."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from avatarsdk_core.errors import TransferError
from avatarsdk_core.transfer.assemble import Assembly
from avatarsdk_core.transfer.check import Check
from avatarsdk_core.transfer.export_order import Delivery, Order
from avatarsdk_core.transfer.export_plan import FilePlan, Wanted
from avatarsdk_core.transfer.files import free_name, rename, write_file
from avatarsdk_core.transfer.manifest import MANIFEST, ArchiveEntry, Manifest, StaticEntry
from avatarsdk_core.transfer.work_area import WorkArea


def lacks(manifest: Manifest, plans: Iterable[FilePlan]) -> list[str]:
    """Files of the export that the manifest doesn't know: the service added them since."""
    known = {entry.identity: {static.name for static in entry.static_files} for entry in manifest.entries}
    lacking = [plan.identity for plan in plans if plan.identity not in known]
    statics = [static for plan in plans if plan.identity in known for static in plan.statics]
    return lacking + [static.name for static in statics if static.static_name not in known[static.identity]]


def repair(order: Order, area: WorkArea, check: Check) -> Delivery:
    """Fetch what the files that are missing, spoilt or set aside came from, and put these files in their places.

    Raises:
        TransferError: a file can't be put back; what was fetched is kept.
        Others as `Fetching.fetch`.
    """
    wanted = {*check.missing, *check.spoilt, *(check.edited if order.edited == "aside" else ())}
    archives, statics = _sources(check.manifest, order.plans, wanted)
    there = area.begin({source.slot for source in (*(plan.archive for plan in archives), *statics)})
    order.report(sorted(wanted)[0] if wanted else order.plans[0].identity, 1, 0, "downloading")
    assembly = Assembly(area)
    try:
        fetching = order.fetching(area, assembly)
        fetching.fetch(archives, statics, there)
        manifest = _merged(check.refreshed(), order.plans, archives, wanted, assembly)
    finally:
        assembly.close()
    known = {name for name, _ in check.manifest.files()}
    new = [name for name, _ in manifest.files() if name not in known]
    theirs = {*check.edited, *new}  # what is in the place of a new file is somebody's own
    aside = [_put(order.folder, area, name, name in theirs) for name in sorted(wanted) + new]
    write_file(order.folder / MANIFEST, manifest.to_json().encode(), sync=True)
    return Delivery(
        order.folder,
        fetched=tuple(fetching.fetched),
        from_cache=tuple(fetching.from_cache),
        repaired=(*sorted(wanted), *new),
        set_aside=tuple(path for path in aside if path is not None),
        edited=check.edited if order.edited == "keep" else (),
        received=fetching.received,
    )


def _sources(manifest: Manifest, plans: tuple[FilePlan, ...], wanted: set[str]) -> tuple[list[FilePlan], list[Wanted]]:
    """The archives and static files that the wanted files came from, and those that the manifest doesn't know."""
    entries = {entry.identity: entry for entry in manifest.entries}
    archives: list[FilePlan] = []
    statics: list[Wanted] = []
    for plan in plans:
        entry = entries.get(plan.identity)
        if entry is None:
            archives.append(plan)
            statics += plan.statics
            continue
        beside = {static.name for static in entry.static_files}
        names = {name.partition("/")[2] for name in wanted if name.partition("/")[0] == plan.identity}
        known = beside - names
        statics += [static for static in plan.statics if static.static_name not in known]
        if names - beside:
            archives.append(plan)
    return archives, statics


def _merged(
    manifest: Manifest, plans: tuple[FilePlan, ...], archives: list[FilePlan], wanted: set[str], assembly: Assembly
) -> Manifest:
    """The manifest after the repair. Raises TransferError for a wanted file that the service sends no more."""
    old = {entry.identity: entry for entry in manifest.entries}
    fetched = {plan.identity for plan in archives}
    entries = dict(old)
    for plan in plans:
        found = assembly.files(plan.identity)
        if plan.identity not in old:
            entries[plan.identity] = assembly.entry(plan)
            continue
        entry = _renewed(old[plan.identity], assembly.entry(plan)) if plan.identity in fetched else old[plan.identity]
        entry = replace(entry, static_files=_by_name(entry.static_files, assembly.static_entries(plan.identity)))
        statics = {static.name for static in assembly.static_entries(plan.identity)}
        fresh = {name: file for name, file in found.items() if f"{plan.identity}/{name}" in wanted or name in statics}
        entries[plan.identity] = replace(entry, files={**entry.files, **fresh})
    for name in sorted(wanted):
        identity, _, path = name.partition("/")
        if path not in assembly.files(identity):
            raise TransferError(f"The service sends {name!r} no more: download the export to another folder")
    return replace(manifest, entries=tuple(entries.values()))


def _renewed(old: ArchiveEntry, new: ArchiveEntry) -> ArchiveEntry:
    return replace(new, static_files=old.static_files, files=old.files)


def _by_name(old: tuple[StaticEntry, ...], new: Iterable[StaticEntry]) -> tuple[StaticEntry, ...]:
    return tuple({static.name: static for static in (*old, *new)}.values())


def _put(folder: Path, area: WorkArea, name: str, is_theirs: bool) -> Path | None:
    """Move one file into the folder; the path of what was set aside for it, if something was."""
    target = folder / name
    for parent in target.relative_to(folder).parents:
        if (folder / parent).is_symlink() and parent != Path():
            raise TransferError(f"{str(folder / parent)!r} is a link to another place: remove it, then try again")
    aside = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if is_theirs and os.path.lexists(target):
            place = folder / ".edited" if area.inside else folder.with_name(f"{folder.name}.edited")
            aside = free_name(place / name)
            aside.parent.mkdir(parents=True, exist_ok=True)
            rename(target, aside)
        rename(area.whole / name, target)
    except (PermissionError, IsADirectoryError, NotADirectoryError, FileExistsError) as error:
        raise TransferError(_cannot_put(folder, target, error)) from None
    return aside


def _cannot_put(folder: Path, target: Path, error: OSError) -> str:
    in_the_way = next((place for place in target.parents if place.is_file() and place != folder), None)
    if in_the_way is not None:
        reason = f"{str(in_the_way)!r} is a file where a folder should be: move it away"
    elif target.is_dir():
        reason = "a folder of that name is there: move it away"
    else:
        reason = f"{error.strerror}: if another program has it open, close that"
    return f"{str(target)!r} can't be put back, {reason}, then try again; what was fetched is kept"
