"""`avatarsdk cache …`: textures and pictures that are fetched once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from avatarsdk_core.cli.asking import confirm, yes_option
from avatarsdk_core.cli.common import CONTEXT, Group, Invocation, pass_invocation
from avatarsdk_core.cli.printing import print_json, print_lines, print_record, say
from avatarsdk_core.creation import megabytes

if TYPE_CHECKING:
    from avatarsdk_core.transfer.cache import Cache


@click.group(cls=Group, context_settings=CONTEXT)
def cache() -> None:
    """Textures and pictures that are fetched only once.

    AVATARSDK_CACHE names its folder, AVATARSDK_CACHE_LIMIT how large it may grow, e.g. 500MB.
    """


def _cache() -> Cache:
    from avatarsdk_core.transfer.cache import Cache

    return Cache()


@cache.command()
@pass_invocation
def info(invocation: Invocation) -> None:
    """Show where the cache is and how full."""
    found = _cache().info()
    if invocation.json:
        print_json(_plain(found))
        return
    print_record(
        [
            ("folder", str(found.folder)),
            ("entries", str(found.entries)),
            ("size", f"{megabytes(found.bytes)} of {megabytes(found.limit)}"),
            ("pinned", str(found.pinned)),
            ("oldest use", found.oldest),
            ("newest use", found.newest),
        ]
    )


@cache.command()
@pass_invocation
def verify(invocation: Invocation) -> None:
    """Read every entry, and remove those that are damaged.

    Exit code 12 if there were any.
    """
    done = _cache().verify()
    if invocation.json:
        print_json(_plain(done))
    else:
        print_lines(done.damaged)
    say(f"{done.checked} entries, {megabytes(done.bytes)}: {len(done.damaged) or 'none'} damaged and removed.")
    if done.damaged:
        raise click.exceptions.Exit(12)


@cache.command()
@click.option("--pinned", is_flag=True, help="Those that are pinned too.")
@yes_option
@pass_invocation
def clear(invocation: Invocation, pinned: bool, yes: bool) -> None:
    """Empty the cache; everything in it can be fetched again."""
    kept = _cache()
    before = kept.info()
    confirm(f"Delete {before.entries} entries, {megabytes(before.bytes)}, from {before.folder}?", yes)
    freed = kept.clear(pinned=pinned)
    say(f"Freed {megabytes(freed.bytes)}.")
    if invocation.json:
        print_json(_plain(freed))


def _plain(found: Any) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(found)
