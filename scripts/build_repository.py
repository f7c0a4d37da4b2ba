# SPDX-License-Identifier: MIT
"""Makes the static repository that Blender updates the extension from: a folder with index.json and the zips.

    python scripts/build_repository.py [--out DIR] [--zip FILE …] [--blender PROGRAM]

Put the folder on any web server; in Blender: Preferences › Get Extensions › Repositories › Add Remote Repository, with
the address of its index.json. Zips that are in the folder already stay listed, so that older versions can be installed.
By default the extension is built anew. The index is written by Blender's own `server-generate`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from build_extension import PROJECT, BuildError, blenders_tool, build, run, validate


def main(arguments: Sequence[str]) -> int:
    """Makes the repository; returns the exit status."""
    parser = argparse.ArgumentParser(description="Makes the extension's static repository.")
    parser.add_argument("--out", type=Path, default=PROJECT / "dist" / "repository", help="folder of the repository")
    parser.add_argument("--zip", type=Path, action="append", default=[], help="a built extension (default: build it)")
    parser.add_argument("--blender", help="a Blender program (default: the tool inside this environment's bpy)")
    options = parser.parse_args(arguments)
    try:
        index = make_repository(options.out, options.zip, options.blender)
    except (BuildError, OSError) as error:
        print(f"build_repository: {error}", file=sys.stderr)
        return 1
    print(f"{index}: {', '.join(listed(index))}")
    return 0


def make_repository(out: Path, zips: Sequence[Path], blender: str | None) -> Path:
    """Puts the zips into `out` and lists all that are there; returns the path of index.json. Raises BuildError."""
    out.mkdir(parents=True, exist_ok=True)
    for archive in zips or [build(out)]:
        validate(archive)
        if archive.parent.resolve() != out.resolve():
            shutil.copy(archive, out)
    generate = "server-generate", "--repo-dir", str(out)
    if blender is not None:
        program = shutil.which(blender)
        if program is None:
            raise BuildError(f"there is no program {blender!r}: name a Blender by --blender")
        run([program, "--command", "extension", *generate], out, "list the extensions")
    else:
        run([sys.executable, str(blenders_tool()), *generate], out, "list the extensions")
    index = out / "index.json"
    if not listed(index):
        raise BuildError(f"{index} lists no extension: is {out} the folder of the zips?")
    return index


def listed(index: Path) -> list[str]:
    """Id and version of each extension that an index lists. Raises BuildError."""
    try:
        return [f"{entry['id']} {entry['version']}" for entry in json.loads(index.read_bytes())["data"]]
    except (OSError, ValueError, KeyError, TypeError):
        raise BuildError(f"{index} wasn't written") from None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
