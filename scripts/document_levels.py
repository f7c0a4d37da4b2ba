"""Writes docs/sandbox_levels.md, the sandbox's levels of detail beside the documented ones.

    python scripts/document_levels.py

A test counts again and compares.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from avatarsdk_core.catalog import pipelines
from avatarsdk_core.catalog.facts import Counts, Lod, Subtype
from avatarsdk_core.sandbox.human.body import build_body
from avatarsdk_core.sandbox.human.detail import part_level
from avatarsdk_core.sandbox.human.model import as_subtype
from avatarsdk_core.sandbox.pipelines.legacy.kinds import HEAD_TEMPLATE, Avatar
from avatarsdk_core.sandbox.pipelines.legacy.topology import build_topology
from avatarsdk_core.sandbox.pipelines.wishes import Wishes

PAGE = Path(__file__).resolve().parents[1] / "docs" / "sandbox_levels.md"
METAPERSON = "metaperson_2.0"

INTRODUCTION = """\
# The sandbox's levels of detail

*Made by `scripts/document_levels.py`; change that, not this page.*

How many vertices and triangles each level has: the service's documentation, and the sandbox's human beside it. Finer
levels halve the longest edges, coarser ones move vertices onto their neighbours, so that every vertex that two levels
share has the same place, texture coordinate, weights and shapes in both. Vertices are counted as glTF has them, with
one for each side of a seam. Mesh, point cloud and blendshapes of a level share one vertex order.
"""


def page() -> str:
    return "\n".join([INTRODUCTION, *_tables()])


def _tables() -> Iterator[str]:
    for pipeline in pipelines().values():
        for subtype in pipeline.subtypes.values():
            title = f"## {pipeline.name} {subtype.name}"
            if pipeline.name == METAPERSON:
                yield _parts_table(title, subtype)
                continue
            avatar = Avatar(pipeline.name, subtype.name)
            yield _table(title, subtype.lods, _made(avatar))
            if HEAD_TEMPLATE in subtype.lods_by_template:
                lods = subtype.lods_by_template[HEAD_TEMPLATE]
                yield _table(f"{title}, template `{HEAD_TEMPLATE}`", lods, _made(avatar, HEAD_TEMPLATE))


def _made(avatar: Avatar, template: str = "") -> list[Counts]:
    """Of each level of the sandbox's mesh."""
    wanted = avatar.template(Wishes(), template)
    topology, body = build_topology(wanted), build_body(wanted.subtype)
    meshes = (topology.mesh(body, level) for level in range(len(wanted.counts)))
    return [Counts(len(mesh.positions), len(mesh.triangles)) for mesh in meshes]


def _table(title: str, documented: Mapping[str, Lod], made: Iterable[Counts]) -> str:
    """Subtypes whose levels aren't documented have one."""
    theirs: list[tuple[str, Counts | None]] = [(name, lod.total) for name, lod in documented.items()]
    theirs = theirs or [("-", None)]
    rows = [(name, *_columns(total, ours)) for (name, total), ours in zip(theirs, made, strict=True)]
    return _lines(title, "LOD", rows)


def _parts_table(title: str, subtype: Subtype) -> str:
    body = build_body(as_subtype(subtype.name))
    rows = []
    for lod in subtype.lods.values():
        for part, total in lod.parts.items():
            mesh = body.parts[part]
            coarse = mesh if lod.name == "LOD1" else part_level(body.subtype, part).of(mesh)
            rows.append((f"{lod.name} {part}", *_columns(total, Counts(len(coarse.positions), len(coarse.triangles)))))
    return _lines(title, "LOD and part", rows)


def _columns(documented: Counts | None, made: Counts) -> tuple[str, ...]:
    theirs = ("-", "-") if documented is None else (f"{documented.vertices}", f"{documented.faces}")
    return *theirs, f"{made.vertices}", f"{made.faces}"


def _lines(title: str, first: str, rows: Iterable[tuple[str, ...]]) -> str:
    head = (first, "documented vertices", "faces", "sandbox: vertices", "faces")
    lines = [head, ("---", *["---:"] * 4), *rows]
    return f"{title}\n\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    print(PAGE)
