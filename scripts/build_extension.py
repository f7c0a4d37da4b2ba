# SPDX-License-Identifier: MIT
"""Builds the extension: dist/avatar_sdk-<version>.zip, with the wheels that Blender has to install for it.

    python3 scripts/bootstrap.py build          sets everything up first
    python scripts/build_extension.py [--out DIR]

Bundled are this checkout's avatarsdk_core without sandbox, cli and batch, and what it needs that Blender doesn't bring:
wheels that are fetched once into build/wheels and checked against the digests below. The same content
gives the same zip. Blender's own validator reads the result where bpy is installed.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Sequence
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
ADDON = PROJECT / "blender_addon"
CORE = PROJECT / "avatarsdk_core"
LEFT_OUT_OF_CORE = {"sandbox", "cli", "batch"}
FETCHED = (  # requirement, sha256 of its pure wheel
    ("oauthlib==4.0.1", "498a298876e996301950a5b053d12c31628bb7b895db03666430c69ce182eb61"),
    ("requests-oauthlib==2.0.0", "7dd8a5c40426b779b0868c404bdef9768deccf22749cde15852df527e6269b36"),
    # keyring on Windows and macOS; on Linux it wants compiled wheels, and the core takes the system's way there
    ("backports-tarfile==1.2.0", "77e284d754527b01fb1e6fa8a1afe577858ebe4e9dad8919e34c862cb399bc34"),
    ("importlib-metadata==10.2.0", "c7a4bf1c7479601f6b8e437cfc14f4f77028ba62a8f34ae95cd93d9774dfba51"),
    ("jaraco-context==6.1.2", "bf8150b79a2d5d91ae48629d8b427a8f7ba0e1097dd6202a9059f29a36379535"),
    ("jaraco-functools==4.6.0", "99e3dc0060c5cbe8fcd1cdb36258e2a65ca40f1566b2033b12abb1bb44dd3c30"),
    ("jaraco-classes==3.4.0", "f662826b6bed8cace05e7ff873ce0f9283b5c924470fe664fff1c2f00f581790"),
    ("keyring==25.7.0", "be4a0b195f149690c166e850609a477c532ddbfbaed96a404d4e43f8d5e2689f"),
    ("lazy-importer==0.1.0", "bd93fab7bef18e842eea02b839410954d37889140dc64ca4d9680aec6880c739"),
    ("more-itertools==11.2.1", "35a7377edd1dd6608dcb2cdf534ded55ea32d49448875ad042cd3f879fb1ded0"),
    ("pywin32-ctypes==0.2.3", "8a1513379d709975552d202d942d9837758905c8d01eb82b8bcc30918929e7b8"),
    ("zipp==4.1.2", "b30cb6cd253122169c47de245ca24a86bac2a5d3802ba15bf7ba6414eb9e144d"),
    # where the profiles are that the command line has made
    ("platformdirs==4.14.7", "391513b74707c42335fff3ea17eaac657a7ee9ffcadd809634d34ea594d0122c"),
)
EPOCH = (2020, 1, 1, 0, 0, 0)


class BuildError(Exception):
    """The build can't go on; the text tells a person what to do."""


def main(arguments: Sequence[str]) -> int:
    """Builds and validates; returns the exit status."""
    parser = argparse.ArgumentParser(description="Builds the Blender extension avatar_sdk.")
    parser.add_argument("--out", type=Path, default=PROJECT / "dist", help="folder of the zip (default: dist)")
    options = parser.parse_args(arguments)
    try:
        archive = build(options.out)
        verdict = validate(archive)
    except (BuildError, OSError) as error:
        print(f"build_extension: {error}", file=sys.stderr)
        return 1
    print(f"{archive} ({archive.stat().st_size / 1e6:.1f} MB), {verdict}")
    return 0


def build(out: Path) -> Path:
    """Writes the extension's zip into `out`, whole or not at all; returns its path."""
    if not (ADDON / "__init__.py").is_file():
        raise BuildError(f"{ADDON} holds no __init__.py: is this a whole checkout?")
    with tempfile.TemporaryDirectory(prefix="avatarsdk-build-") as temporary:
        stage = Path(temporary) / "extension"
        copy_sources(ADDON, stage, leave_out=set())
        wheels = stage / "wheels"
        wheels.mkdir()
        names = [build_core_wheel(Path(temporary) / "core", wheels), *(fetch_wheels(wheels))]
        manifest = stage / "blender_manifest.toml"
        manifest.write_text(with_wheels(manifest.read_text("utf-8"), names), "utf-8")
        told = tomllib.loads(manifest.read_text("utf-8"))
        if told["version"] != project_table()["version"]:
            raise BuildError(f"the manifest says {told['version']}, pyproject.toml {project_table()['version']}")
        out.mkdir(parents=True, exist_ok=True)
        archive = out / f"{told['id']}-{told['version']}.zip"
        part = archive.with_name(f"{archive.name}.{os.getpid()}.part")
        try:
            zip_folder(stage, part)
            part.replace(archive)
        finally:
            part.unlink(missing_ok=True)
    return archive


def project_table() -> dict[str, object]:
    """[project] of pyproject.toml."""
    table: dict[str, object] = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    return table


def copy_sources(source: Path, target: Path, leave_out: set[str]) -> None:
    """Copies a package's files, without its top folders in `leave_out`, caches and hidden files."""

    def unwanted(folder: str, names: list[str]) -> set[str]:
        private = {name for name in names if name == "__pycache__" or name.endswith(".pyc") or name.startswith(".")}
        return private | (leave_out & set(names) if Path(folder) == source else set())

    shutil.copytree(source, target, ignore=unwanted)


def build_core_wheel(stage: Path, wheels: Path) -> str:
    """Builds the wheel of the core that the extension carries; returns its file name.

    Its version ends with a digest of its content: Blender never unpacks a wheel again whose version it already has.
    """
    copy_sources(CORE, stage / CORE.name, LEFT_OUT_OF_CORE)
    shutil.copy(PROJECT / "LICENSE", stage / "LICENSE")
    project = project_table()
    version = f"{project['version']}+c{digest(stage)[:12]}"
    keys = ("name", "description", "license", "license-files", "requires-python", "dependencies")
    told = {key: project[key] for key in keys} | {"version": version}
    text = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n\n[project]\n'
    text += "".join(f"{key} = {json.dumps(value)}\n" for key, value in told.items())
    text += f'\n[tool.hatch.build.targets.wheel]\npackages = ["{CORE.name}"]\n'
    (stage / "pyproject.toml").write_text(text, "utf-8")
    code = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    return run([sys.executable, "-c", code, str(wheels)], stage, "build the core's wheel").split()[-1]


def digest(folder: Path) -> str:
    """sha256 over the names and contents of all files in a folder."""
    total = hashlib.sha256()
    for path in files_of(folder):
        name = path.relative_to(folder).as_posix()
        total.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def fetch_wheels(wheels: Path) -> list[str]:
    """Puts the foreign wheels into `wheels`, from build/wheels, where they are fetched to once; returns their names."""
    cache = PROJECT / "build" / "wheels"
    cache.mkdir(parents=True, exist_ok=True)
    wanted = {sha256 for _, sha256 in FETCHED}
    found = _by_digest(cache)
    if not wanted <= found.keys():
        lines = "".join(f"{requirement} --hash=sha256:{sha256}\n" for requirement, sha256 in FETCHED)
        requirements = wheels.parent.parent / "requirements.txt"
        requirements.write_text(lines, "utf-8")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        command += ["--require-hashes", "--requirement", str(requirements), "--dest", str(cache)]
        run(command, PROJECT, "fetch the wheels that the extension bundles")
        found = _by_digest(cache)
    return sorted(Path(shutil.copy(found[sha256], wheels)).name for sha256 in wanted)


def _by_digest(folder: Path) -> dict[str, Path]:
    return {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in folder.glob("*.whl")}


def with_wheels(manifest: str, names: Sequence[str]) -> str:
    """The manifest's text with `wheels = [...]` among the top-level keys, i.e. before the first table."""
    listed = "".join(f'  "./wheels/{name}",\n' for name in sorted(names))
    top, table, rest = manifest.partition("\n[permissions]")
    if not table or re.search(r"^(\[|wheels\s*=)", top, re.MULTILINE):
        raise BuildError("blender_manifest.toml must have no `wheels`, and [permissions] as its first table")
    return f"{top}\nwheels = [\n{listed}]\n{table}{rest}"


def files_of(folder: Path) -> list[Path]:
    """All files in a folder, in an order that doesn't depend on the machine."""
    return sorted((path for path in folder.rglob("*") if path.is_file()), key=lambda path: path.as_posix())


def zip_folder(folder: Path, archive: Path) -> None:
    """Packs a folder's content; the same content gives the same bytes."""
    with zipfile.ZipFile(archive, "w") as target:
        for path in files_of(folder):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), EPOCH)
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, path.read_bytes(), compresslevel=9)


def validate(archive: Path) -> str:
    """Has Blender's own validator read the zip; returns the verdict. BuildError holds its complaint."""
    try:
        tool = blenders_tool()
    except BuildError as error:
        return f"not validated: {error}"
    run([sys.executable, str(tool), "validate", str(archive)], archive.parent, f"validate {archive.name}")
    return f"valid for Blender {tool.parents[4].name}"


def blenders_tool() -> Path:
    """Blender's program for extensions, in this environment's bpy. Raises BuildError where there is none."""
    spec = importlib.util.find_spec("bpy")
    folder = Path(spec.origin).parent if spec and spec.origin else None
    tools = sorted(folder.glob("*/scripts/addons_core/bl_pkg/cli/blender_ext.py")) if folder else []
    if not tools:
        raise BuildError("no bpy in this environment")
    return tools[0]


def run(command: Sequence[str], folder: Path, purpose: str) -> str:
    """A program's output; BuildError with its last lines when it fails."""
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise BuildError(f"could not {purpose}: {' | '.join(done.stdout.strip().splitlines()[-3:])}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
