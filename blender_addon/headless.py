# SPDX-License-Identifier: GPL-3.0-or-later
"""The add-on without a window, for scripts and the command line's demo. A failure is one line on stderr."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import bpy

from avatarsdk_core.errors import AvatarSDKError, BlenderError

from . import marks
from .fbx import convert
from .importing import ImportedAvatar, import_avatar
from .importing.arguments import add_option_arguments, chosen_options
from .importing.texture_files import copy_textures
from .picture import HEIGHT, SAMPLES, render_picture


def main(argv: Sequence[str]) -> int:
    """Runs `import EXPORT --out FILE.blend …` or `fbx MODEL.gltf --out FILE.fbx`.

    Returns the exit code: 0, 1 for a failure, 2 for wrong arguments.
    """
    parser = argparse.ArgumentParser(prog="avatar_sdk", description="Avatar SDK in Blender, without a window.")
    commands = parser.add_subparsers(dest="command", required=True)
    add_import_arguments(commands.add_parser("import", help="an export becomes a .blend"))
    converting = commands.add_parser("fbx", help="a glTF becomes an FBX")
    converting.add_argument("model", metavar="MODEL.gltf", type=Path)
    converting.add_argument("--out", metavar="FILE.fbx", type=Path, required=True)
    converting.add_argument("--textures", choices=["embed", "refer"], default="embed")
    converting.add_argument("--quads", action="store_true", help="join pairs of triangles")
    try:
        arguments = parser.parse_args(list(argv))
    except SystemExit as leaving:
        return int(leaving.code or 0)
    if arguments.command == "fbx":
        return run(lambda: _convert(arguments))
    return run(lambda: import_export(arguments))


def _convert(arguments: argparse.Namespace) -> None:
    with quiet():
        convert(arguments.model, arguments.out, embed=arguments.textures == "embed", quads=arguments.quads)


def add_import_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `import`, for every script that shares them."""
    parser.add_argument(
        "export",
        metavar="EXPORT",
        type=Path,
        nargs="+",
        help="export folder, zip, .glb, .gltf, .fbx, .obj or .ply; several are pieces of one export",
    )
    add_option_arguments(parser)
    add_output_arguments(parser)


def add_output_arguments(parser: argparse.ArgumentParser) -> None:
    """Where results go."""
    parser.add_argument("--out", metavar="FILE.blend", type=Path, required=True, help="the .blend to write")
    parser.add_argument("--render", metavar="FILE.png", type=Path, help="also render a picture")
    parser.add_argument("--report", metavar="FILE.json", type=Path, help="also write what was imported, as JSON")
    parser.add_argument("--name", default="", help="what the avatar is called")
    parser.add_argument(
        "--height", type=_within(64, 4320), default=HEIGHT, help=f"pixels of the picture (default {HEIGHT})"
    )
    parser.add_argument("--samples", type=_within(1, 4096), default=SAMPLES, help=f"render samples (default {SAMPLES})")


def _within(low: int, high: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        value = int(text)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{value} isn't between {low} and {high}")
        return value

    return number


def script_arguments() -> list[str]:
    """What stands after `--` on the command line; Blender keeps its own arguments before it."""
    return sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else sys.argv[1:]


def run(action: Callable[[], object]) -> int:
    """Runs an action; an error that a user can act on becomes one line on stderr and exit code 1."""
    try:
        action()
    except AvatarSDKError as error:
        print(f"Error: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def import_export(arguments: argparse.Namespace) -> None:
    """Imports into the open file (an empty one, when none is open) and writes the results.

    Raises AvatarSDKError; then none of the output files was written or changed.
    """
    check_outputs(arguments)
    if not bpy.data.filepath:
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    seconds: dict[str, float] = {}
    with _timed(seconds, "import"), quiet():
        imported = import_avatar(arguments.export, chosen_options(arguments))
    for warning in imported.warnings:
        print(f"Warning: {warning}", file=sys.stderr)
    for heading, line in imported.report.lines() if arguments.verbose else ():
        print(f"{heading}: {line}")
    with _all_or_none() as part:
        if arguments.render:
            with _timed(seconds, "render"), quiet():
                picture = part(arguments.render)
                render_picture(imported.avatar, picture, height=arguments.height, samples=arguments.samples)
        _select(imported)
        if arguments.textures == "copy":
            copy_textures(imported.parts, arguments.out.absolute().parent)
        with _timed(seconds, "save"), quiet():
            bpy.ops.wm.save_as_mainfile(filepath=str(part(arguments.out)), copy=True, compress=True)
        if arguments.report:
            content = json.dumps(report(imported) | {"seconds": seconds}, indent=2) + "\n"
            part(arguments.report).write_text(content, "utf-8")
    print(f"{arguments.out}: {len(imported.parts)} parts of {imported.collection.name}")


def _select(imported: ImportedAvatar) -> None:
    """The avatar is active in the file, so that whoever opens it sees its panels at once."""
    root = imported.armature or imported.parts[0]
    root.select_set(True)
    bpy.context.view_layer.objects.active = root


def report(imported: ImportedAvatar) -> dict[str, object]:
    """What an import made, as plain data: Blender's version, parts with their vertices and shape keys, bones."""
    return {
        "blender": bpy.app.version_string,
        "name": imported.collection.name,
        "joints": len(imported.armature.data.bones) if imported.armature else 0,
        "parts": [
            {
                "name": obj.name,
                "role": obj[marks.ROLE],
                "category": obj[marks.CATEGORY] or None,
                "identity": obj[marks.IDENTITY],
                "vertices": len(obj.data.vertices),
                "faces": len(obj.data.polygons),
                "shape_keys": len(obj.data.shape_keys.key_blocks) - 1 if obj.data.shape_keys else 0,
            }
            for obj in imported.parts
        ],
        "hidden_faces": imported.hidden_faces,
        "warnings": list(imported.warnings),
        "found": list(imported.report.found),
        "assumed": list(imported.report.assumed),
        "skipped": list(imported.report.skipped),
        "kept": list(imported.report.kept),
    }


@contextmanager
def _all_or_none() -> Iterator[Callable[[Path], Path]]:
    """Yields a function from an output file to the part to write in its stead. At the end of the block all parts take
    their places; when it fails none does, and none is left. Raises BlenderError."""
    parts: dict[Path, Path] = {}

    def part(file: Path) -> Path:
        parts[file] = file.absolute().with_name(f".{file.stem}.part{file.suffix}")
        return parts[file]

    try:
        yield part
        for file, written in parts.items():
            written.replace(file)
    except (RuntimeError, OSError) as error:
        raise BlenderError(
            f"{', '.join(map(str, parts))}: can't be written ({error}); choose another place."
        ) from error
    finally:
        for written in parts.values():
            written.unlink(missing_ok=True)


def check_outputs(arguments: argparse.Namespace) -> None:
    """Looks at the output files before any work, and makes their folders.

    Raises BlenderError, naming the file, where one has the wrong ending, is also the input or another output, or can't
    be written.
    """
    wanted = ((arguments.out, ".blend"), (arguments.render, ".png"), (arguments.report, ".json"))
    taken = {Path(path).resolve() for path in getattr(arguments, "export", None) or ()}
    for file, suffix in wanted:
        if file is None:
            continue
        if file.suffix.lower() != suffix:
            raise BlenderError(f"{file}: is written as {suffix}; give it that ending.")
        if file.resolve() in taken:
            raise BlenderError(f"{file}: is named twice; give each file a name of its own.")
        taken.add(file.resolve())
        _check_writable(file)


def _check_writable(file: Path) -> None:
    try:
        file.absolute().parent.mkdir(parents=True, exist_ok=True)
        if file.is_dir():
            raise IsADirectoryError(21, "it is a folder")
        probe = file.absolute().with_name(f".{file.name}.probe")
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise BlenderError(f"{file}: can't be written ({error.strerror}); choose another place.") from error


@contextmanager
def quiet() -> Iterator[None]:
    """Keeps Blender's own chatter off the standard output; it is written below Python, so the descriptor is turned."""
    sys.stdout.flush()
    kept = os.dup(1)
    sink = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(sink, 1)
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)
        os.close(sink)


@contextmanager
def _timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[step] = round(time.perf_counter() - start, 3)
