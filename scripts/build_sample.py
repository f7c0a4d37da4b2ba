# SPDX-License-Identifier: MIT
"""Makes the sample avatar that the extension brings: blender_addon/sample/sample_avatar.zip, and its picture.

    python scripts/build_sample.py [--out DIR]

The sandbox computes it, as the service would compute anybody's: a portrait of its own human becomes a MetaPerson avatar
with a haircut, a top, trousers, shoes and glasses, LOD2, textures of 1024². The result is committed, so that building
the extension needs no sandbox; the same sandbox with the same libraries makes the same bytes.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from avatarsdk_core import Client
from avatarsdk_core.catalog import MetaPersonExportParameters
from avatarsdk_core.creation import PIPELINE, TEXTURES, WARDROBE
from avatarsdk_core.sandbox import Sandbox
from avatarsdk_core.sandbox.human.model import Subtype
from avatarsdk_core.transfer.export import download_export
from avatarsdk_core.transfer.manifest import MANIFEST, read_manifest

PROJECT = Path(__file__).resolve().parents[1]
SUBTYPE: Subtype = "female"
LIMIT = 5_000_000  # bytes of both files
PICTURE_SIZE = 256
EPOCH = (2020, 1, 1, 0, 0, 0)


def main(arguments: Sequence[str]) -> int:
    """Makes the files; returns the exit status."""
    parser = argparse.ArgumentParser(description="Makes the sample avatar that the extension brings.")
    parser.add_argument("--out", type=Path, default=PROJECT / "blender_addon" / "sample", help="folder of the results")
    out: Path = parser.parse_args(arguments).out
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="avatarsdk-sample-") as temporary:
        export, portrait = computed(Path(temporary) / "export")
        pack(export, out / "sample_avatar.zip")
        (out / "sample_avatar.jpg").write_bytes(portrait)
    size = sum(file.stat().st_size for file in out.glob("sample_avatar.*"))
    print(f"{out}: {size / 1e6:.2f} MB")
    if size > LIMIT:
        print(f"build_sample: that is more than {LIMIT / 1e6:.0f} MB", file=sys.stderr)
        return 1
    return 0


def computed(folder: Path) -> tuple[Path, bytes]:
    """The avatar's export in `folder`, and the portrait that it was made of, as a small JPEG."""
    from PIL import Image

    from avatarsdk_core.sandbox.human.portrait import make_portrait

    portrait = make_portrait(SUBTYPE)
    with Sandbox(instant=True, plan="Enterprise") as service:
        keys = service.credentials.developer
        with Client(root_url=service.url, client_id=keys.client_id, client_secret=keys.client_secret) as client:
            parameters = export_parameters(client)
            avatar = client.avatars.create(
                photo=portrait, name="Sample", pipeline=PIPELINE, pipeline_subtype=SUBTYPE, export_parameters=parameters
            )
            avatar = client.avatars.wait(avatar)
            export = client.exports.wait(client.exports.list(avatar)[0])
            download_export(client, export, folder, cache=None)
    small = Image.open(io.BytesIO(portrait)).convert("RGB").resize((PICTURE_SIZE, PICTURE_SIZE))
    written = io.BytesIO()
    small.save(written, "JPEG", quality=88, optimize=True)
    return folder, written.getvalue()


def export_parameters(client: Client) -> MetaPersonExportParameters:
    """Separate parts with real masks, so that the wardrobe has something to show."""
    available = client.export_parameters.available(PIPELINE, SUBTYPE)
    chosen = {category: {"list": available[category]["list"][:1]} for category in (*WARDROBE, "glasses")}
    return MetaPersonExportParameters(
        format="glb",
        lod="LOD2",
        embed=False,
        apply_visibility_masks=False,
        finalize=False,
        textures={"list": TEXTURES, "profile": "1K.jpg", "embed": False},
        blendshapes={"list": ["mobile_51"], "embed": True},
        extra=chosen,
    )


def pack(folder: Path, archive: Path) -> None:
    """Zips an export's folder, whole or not at all. Of its manifest only what is what stays: its service is gone."""
    listed = [{"identity": entry.identity, "category": entry.category} for entry in read_manifest(folder).entries]
    contents = {MANIFEST: json.dumps({"files": listed}, indent=2).encode() + b"\n"}
    for path in folder.rglob("*"):
        if path.is_file() and path.name != MANIFEST:
            contents[path.relative_to(folder).as_posix()] = path.read_bytes()
    with whole(archive) as part, zipfile.ZipFile(part, "w") as target:
        for name, content in sorted(contents.items()):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, content, compresslevel=9)


@contextlib.contextmanager
def whole(file: Path) -> Iterator[Path]:
    """A part beside a file that takes its place at the end of the block."""
    part = file.with_name(f".{file.name}.part")
    try:
        yield part
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
