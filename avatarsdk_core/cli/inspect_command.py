"""`avatarsdk inspect`: what a downloaded export contains."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from avatarsdk_core.cli.common import Command, Invocation, pass_invocation
from avatarsdk_core.cli.printing import print_json, print_lines, print_record, print_table, say
from avatarsdk_core.cli.tables import Column
from avatarsdk_core.creation import megabytes

if TYPE_CHECKING:
    from avatarsdk_core.cli.inspection import FileFacts, Inspection

_COLUMNS = [
    Column("part", flexible=True),
    Column("is"),
    Column("LOD", spare=2),
    Column("vertices", right=True),
    Column("triangles", right=True),
    Column("shapes", right=True),
    Column("textures", flexible=True, spare=1),
]
_SLOT_WORDS = {
    "metallic_roughness": "metal-rough",
    "metallic_smoothness": "metal-smooth",
    "body_mask": "body mask",
    "head_mask": "head mask",
}


@click.command(cls=Command)
@click.argument("path", type=click.Path(path_type=Path))
@pass_invocation
def inspect(invocation: Invocation, path: Path) -> None:
    """Show what an export on the disk contains.

    PATH is an export's folder, its zip, or a model file. Needs no network.
    """
    from dataclasses import asdict

    from avatarsdk_core.cli.inspection import inspect_path

    found = inspect_path(path)
    if invocation.json:
        print_json(asdict(found))
    else:
        _show(found)


def _show(found: Inspection) -> None:
    print_record(
        [
            ("export", found.name),
            ("code", found.origin.get("code")),
            ("avatar", found.origin.get("avatar_code")),
            ("comment", found.origin.get("comment")),
            ("size", megabytes(found.bytes)),
            ("texture files", _texture_words(found.textures)),
        ]
    )
    for file in found.files:
        print_lines(["", _headline(file)])
        if file.note:
            say(f"{file.path}: {file.note}.")
        if file.parts:
            rows = [
                [
                    part.name,
                    part.role,
                    part.lod,
                    f"{part.vertices:,}",
                    f"{part.triangles:,}" if part.triangles else "",
                    part.shapes or "",
                    [_SLOT_WORDS.get(slot, slot) for slot in part.textures],
                ]
                for part in file.parts
            ]
            used = [index for index in range(len(_COLUMNS)) if any(row[index] for row in rows)]
            print_table([_COLUMNS[index] for index in used], [[row[index] for index in used] for row in rows], empty="")


def _texture_words(textures: dict[str, int]) -> str:
    from avatarsdk_core.cli.inspection import texture_line

    kinds = texture_line(textures)
    return f"{len(textures)}: {kinds}" if kinds else str(len(textures) or "")


def _headline(file: FileFacts) -> str:
    facts = [
        file.category or "",
        megabytes(file.bytes),
        f"{file.joints} joints" if file.joints else "",
        f"{file.height:.2f} m high" if file.height else "",
        f"shapes: {', '.join(file.sets)}" if file.sets else "",
    ]
    return f"{file.path} ({', '.join(filter(None, facts))})"
