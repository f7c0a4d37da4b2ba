# SPDX-License-Identifier: GPL-3.0-or-later
"""A photo becomes a .blend, without a window, through the service or a sandbox of its own.

    blender --background --python scripts/create_avatar.py -- PHOTO --out FILE.blend [--render FILE.png]
    python scripts/create_avatar.py -- PHOTO --out FILE.blend --sandbox          (Python of the bpy wheel)

The service is told by AVATARSDK_ROOT_URL, AVATARSDK_CLIENT_ID and AVATARSDK_CLIENT_SECRET (`avatarsdk sandbox` prints
them for a sandbox that runs already); with --sandbox one is started for this run. Python needs the core's network
packages (requests, requests-oauthlib), and for --sandbox the extra `sandbox`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

try:
    import bpy
except ModuleNotFoundError:
    sys.exit("Error: Blender's Python module bpy is missing: run this with Blender, or pip install bpy.")

try:
    from avatarsdk_core.client import Client
except ModuleNotFoundError as error:
    sys.exit(f"Error: the Python package {error.name} is missing in {sys.executable}: pip install requests-oauthlib")

from avatarsdk_core.creation import Show, photo_to_export
from avatarsdk_core.errors import SettingsError
from avatarsdk_core.photo import read_photo
from avatarsdk_core.sandbox import Sandbox
from avatarsdk_core.settings import is_loopback
from blender_addon import headless
from blender_addon.importing.arguments import add_option_arguments


def parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="create_avatar.py", description="A photo becomes a .blend.")
    parser.add_argument("photo", metavar="PHOTO", type=Path, help="JPEG or PNG of a face")
    parser.add_argument("--subtype", choices=("female", "male"), default="female", help="template of the avatar")
    parser.add_argument("--sandbox", action="store_true", help="start a sandbox of the service for this run")
    add_option_arguments(parser)
    headless.add_output_arguments(parser)
    return parser.parse_args(argv)


def create(arguments: argparse.Namespace) -> None:
    """Raises AvatarSDKError; then no output file was written."""
    headless.check_outputs(arguments)
    photo = read_photo(arguments.photo)
    arguments.name = arguments.name or arguments.photo.stem
    with tempfile.TemporaryDirectory(prefix="avatar-sdk-") as folder:
        with _client(sandbox=arguments.sandbox) as client:
            export = photo_to_export(
                client, photo, Path(folder) / "export", name=arguments.name, subtype=arguments.subtype, step=_step
            )
        arguments.export = [export]
        # The client and the sandbox, which has threads, are closed before Blender gets to work.
        headless.import_export(arguments)


@contextmanager
def _client(*, sandbox: bool) -> Iterator[Client]:
    """A client of a sandbox started here, or of the service that the environment names."""
    if not sandbox:
        with Client() as client:
            local = is_loopback(urlsplit(client.settings.root_url).hostname)
            if bpy.app.binary_path and not bpy.app.online_access and not local:
                raise SettingsError("Blender is offline: start it with --online-mode, or allow it in its preferences.")
            yield client
        return
    with Sandbox() as service:
        keys = service.credentials.client
        with Client(root_url=service.url, client_id=keys.client_id, client_secret=keys.client_secret) as client:
            yield client


@contextmanager
def _step(name: str) -> Iterator[Show]:
    print(f"{name} …", flush=True)
    yield lambda share, detail: None


if __name__ == "__main__":
    arguments = parse(headless.script_arguments())
    sys.exit(headless.run(lambda: create(arguments)))
