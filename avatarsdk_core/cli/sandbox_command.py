"""`avatarsdk sandbox` and `avatarsdk demo`: the service on this machine, without an account."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from avatarsdk_core.sandbox import Sandbox
    from avatarsdk_core.sandbox.human.model import Subtype

SANDBOX_PORT = 8721


@click.command()
@click.option("--port", default=SANDBOX_PORT, show_default=True, help="TCP port on 127.0.0.1; 0 takes a free one.")
@click.option(
    "--state", type=click.Path(path_type=Path), help="Folder that keeps everything [default: a temporary one]."
)
def sandbox(port: int, state: Path | None) -> None:
    """Run the service on this machine, without an account.

    Until Ctrl+C; no network is needed.
    """
    from avatarsdk_core.sandbox import serve

    serve(port, state, ready=_introduce)


def _introduce(service: Sandbox) -> None:
    pair = service.credentials.client
    click.echo(f"The sandbox answers at {service.url} (Ctrl+C ends it). To use it from another terminal:", err=True)
    click.echo(f"export AVATARSDK_ROOT_URL={service.url}")
    click.echo(f"export AVATARSDK_CLIENT_ID={pair.client_id}")
    click.echo(f"export AVATARSDK_CLIENT_SECRET={pair.client_secret}")


@click.command()
@click.option("--photo", type=click.Path(path_type=Path), help="JPEG or PNG of a face [default: a portrait made here].")
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("out/demo"), show_default=True, help="Result folder."
)
@click.option("--subtype", type=click.Choice(["female", "male"]), default="female", show_default=True)
@click.option(
    "--addon", type=click.Path(path_type=Path), help="Blender add-on, folder or zip [default: the checkout's]."
)
@click.option("--blender", help="Blender program [default: the bpy module of this Python].")
@click.option("--height", type=click.IntRange(64, 4096), help="Pixels of the picture [default: the add-on's].")
def demo(
    photo: Path | None, out: Path, subtype: Subtype, addon: Path | None, blender: str | None, height: int | None
) -> None:
    """Make a finished avatar in Blender, without an account.

    By way of a sandbox of its own.
    """
    from avatarsdk_core.cli.demo import Demo

    Demo(photo=photo, out=out, subtype=subtype, addon=addon, blender=blender, height=height).run()
