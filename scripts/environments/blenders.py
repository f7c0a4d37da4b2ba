# SPDX-License-Identifier: MIT
"""Which Blender, as its bpy wheel, runs on which Python: facts and the choices that follow from them."""

from __future__ import annotations

from typing import Iterable, NamedTuple, Sequence

from .ground import SetupError


class Blender(NamedTuple):
    """A Blender that we support: its version, the only CPython its wheel is made for, its dependency group."""

    version: str
    python: str
    group: str


BLENDERS = (  # newest first
    Blender("5.2", "3.13", "bpy52"),
    Blender("5.0", "3.11", "bpy50"),
    Blender("4.5", "3.11", "bpy45"),
    Blender("4.2", "3.11", "bpy42"),
)
PYTHONS = ("3.13", "3.11")
TESTED = ("4.2", "5.2")  # the oldest and the newest


def runnable(pythons: Iterable[str]) -> list[Blender]:
    """Blenders whose Python is among `pythons`, newest first."""
    there = set(pythons)
    return [blender for blender in BLENDERS if blender.python in there]


def parse_versions(text: str) -> list[Blender]:
    """'4.2,5.2' → those Blenders, newest first. SetupError names a version that we don't support."""
    wanted = [part.strip() for part in text.split(",") if part.strip()]
    known = {blender.version: blender for blender in BLENDERS}
    for version in wanted:
        if version not in known:
            raise SetupError("no Blender {!r}: choose from {}".format(version, ", ".join(sorted(known))))
    if not wanted:
        raise SetupError("--blender names no version: choose from " + ", ".join(sorted(known)))
    return [blender for blender in BLENDERS if blender.version in wanted]


def to_test(wanted: Sequence[Blender], pythons: Iterable[str], explicit: bool) -> tuple[list[Blender], list[Blender]]:
    """Blenders to test, newest first, and those wanted that no Python here can run.

    Without an explicit wish the newest Blender that runs here is always among the tested.
    """
    can = runnable(pythons)
    chosen = [blender for blender in wanted if blender in can]
    if not explicit and can and can[0] not in chosen:
        chosen.insert(0, can[0])
    return chosen, [blender for blender in wanted if blender not in can]
