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
from .importing import ImportedAvatar, ImportOptions, import_avatar
from .picture import HEIGHT, SAMPLES, render_picture


def main(argv: Sequence[str]) -> int:
    """Runs `import EXPORT --out FILE.blend …` and returns the exit code: 0, 1 for a failure, 2 for wrong arguments."""
    parser = argparse.ArgumentParser(prog="avatar_sdk", description="Avatar SDK in Blender, without a window.")
    commands = parser.add_subparsers(dest="command", required=True)
    add_import_arguments(commands.add_parser("import", help="an export becomes a .blend"))
    try:
        arguments = parser.parse_args(list(argv))
    except SystemExit as leaving:
        return int(leaving.code or 0)
    return run(lambda: import_export(arguments))


def add_import_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `import`, for every script that shares them."""
    parser.add_argument(
        "export", metavar="EXPORT", type=Path, help="export folder, zip, .glb, .gltf, .fbx, .obj or .ply"
    )
    parser.add_argument(
        "--template", metavar="EXPORT", default="", help="for point clouds: an export of the same LOD to put them on"
    )
    add_output_arguments(parser)


def add_output_arguments(parser: argparse.ArgumentParser) -> None:
    """Where results go."""
    parser.add_argument("--out", metavar="FILE.blend", type=Path, required=True, help="the .blend to write")
    parser.add_argument("--render", metavar="FILE.png", type=Path, help="also render a picture")
    parser.add_argument("--report", metavar="FILE.json", type=Path, help="also write what was imported, as JSON")
    parser.add_argument("--name", default="", help="what the avatar is called")
    parser.add_argument("--height", type=int, default=HEIGHT, help=f"pixels of the picture (default {HEIGHT})")
    parser.add_argument("--samples", type=int, default=SAMPLES, help=f"render samples (default {SAMPLES})")


def script_arguments() -> list[str]:
    """What stands after `--` on the command line; Blender keeps its own arguments before it."""
    return sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else sys.argv[1:]


def run(action: Callable[[], object]) -> int:
    """Runs an action; an error that a user can act on becomes one line on stderr and exit code 1."""
    try:
        action()
    except AvatarSDKError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def import_export(arguments: argparse.Namespace) -> None:
    """Imports into the open file (an empty one, when none is open) and writes the results.

    Raises AvatarSDKError; then none of the output files was written or changed.
    """
    outputs = [path for path in (arguments.out, arguments.render, arguments.report) if path]
    check_writable(outputs)
    if not bpy.data.filepath:
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    seconds: dict[str, float] = {}
    with _timed(seconds, "import"), quiet():
        imported = import_avatar(arguments.export, ImportOptions(name=arguments.name, template=arguments.template))
    for warning in imported.warnings:
        print(f"Warning: {warning}", file=sys.stderr)
    if arguments.render:
        with _timed(seconds, "render"), quiet():
            render_picture(
                imported.avatar, arguments.render.absolute(), height=arguments.height, samples=arguments.samples
            )
    _select(imported)
    with _timed(seconds, "save"), quiet():
        save_blend(arguments.out)
    if arguments.report:
        content = json.dumps(report(imported) | {"seconds": seconds}, indent=2) + "\n"
        arguments.report.write_text(content, "utf-8")
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
    }


def save_blend(file: Path) -> None:
    """Writes the open file to `file`, compressed, whole or not at all. Raises BlenderError."""
    part = file.absolute().with_name(f".{file.stem}.part.blend")
    try:
        bpy.ops.wm.save_as_mainfile(filepath=str(part), copy=True, compress=True)
        part.replace(file)
    except (RuntimeError, OSError) as error:
        part.unlink(missing_ok=True)
        raise BlenderError(f"{file}: can't be written ({error}); choose another place.") from error


def check_writable(files: Sequence[Path]) -> None:
    """Makes the folders of `files`; raises BlenderError, naming the file, where nothing can be written."""
    for file in files:
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
