"""`avatarsdk selfie` and `selfies …`: a photo taken with a phone."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from avatarsdk_core.cli.common import CONTEXT, Command, Group, Invocation, pass_invocation
from avatarsdk_core.cli.output_files import force_option, free_target, out_option, tell_written, write_file
from avatarsdk_core.cli.printing import print_json, print_record, print_table, say
from avatarsdk_core.cli.tables import Column

if TYPE_CHECKING:
    from avatarsdk_core.models import Selfie

SELFIE_SECONDS = 86400.0  # the page is open for 24 hours
seconds_option = click.option(
    "--seconds", type=click.FloatRange(min=0), default=SELFIE_SECONDS, show_default="a day", help="Wait no longer."
)


@click.command(cls=Command)
@click.option("-o", "--out", type=click.Path(path_type=Path), help="Save the photo to this file too.")
@click.option("--comment", default="", help="What it is for.")
@force_option
@seconds_option
@pass_invocation
def selfie(invocation: Invocation, out: Path | None, comment: str, force: bool, seconds: float) -> None:
    """Take a photo with a phone, by a QR code.

    Shows the code, waits for the photo, and prints the selfie's code.

    That goes into `avatarsdk create --selfie CODE`; `create --take-selfie` does both.
    """
    target = free_target(out, force) if out else None
    with invocation.client() as client:
        taken = take_selfie(invocation, client, comment, seconds)
        if target:
            client.selfies.download(taken, target)
    if invocation.json:
        _show(invocation, taken)
    else:
        click.echo(taken.code)


def take_selfie(invocation: Invocation, client: Any, comment: str = "", seconds: float = SELFIE_SECONDS) -> Selfie:
    """A selfie whose photo has arrived. Raises DeadlineExceeded: none came in time."""
    made = client.selfies.create(comment)
    url = client.selfies.page_url(made)
    click.echo(qr_code(url, sys.stderr), err=True)
    say(f"Scan it with a phone, or open {url}")
    return wait_for_photo(invocation, client, made, seconds)


def wait_for_photo(invocation: Invocation, client: Any, made: Selfie, seconds: float) -> Selfie:
    with invocation.steps(client).step("Wait for the photo") as told:

        def show_state(now: Selfie) -> None:
            told(None, "the page is open" if now.upload_page_visited else "nobody has opened the page yet")

        done: Selfie = client.selfies.wait(made, progress=show_state, seconds=seconds)
    return done


def qr_code(url: str, output: TextIO) -> str:
    """The QR code of a URL in characters: half blocks, or `#` where the output can't show those.

    On a terminal it is white and black whatever the terminal's own colours are, since scanners may refuse the inverse.
    The message that takes its place where segno isn't installed says so.
    """
    try:
        import segno
    except ImportError:
        return "(A QR code could stand here: pip install 'avatarsdk-core[cli]')"
    code = segno.make(url, error="l")
    lines = io.StringIO()
    code.terminal(lines, compact=True)
    drawn = lines.getvalue().rstrip("\n")
    try:
        drawn.encode(getattr(output, "encoding", None) or "ascii")
    except UnicodeError:
        rows = ("".join("  " if dark else "##" for dark in row) for row in code.matrix_iter(border=2))
        drawn = "\n".join(rows)
    if not output.isatty() or "NO_COLOR" in os.environ:
        return drawn
    return "\n".join(f"\x1b[97;40m{line}\x1b[0m" for line in drawn.splitlines())


@click.group(cls=Group, context_settings=CONTEXT)
def selfies() -> None:
    """Photos taken with a phone, by way of an upload page."""


@selfies.command("list")
@pass_invocation
def list_selfies(invocation: Invocation) -> None:
    """List the selfies that haven't expired."""
    from avatarsdk_core.models import to_json

    with invocation.client() as client:
        found = list(client.selfies.list())
    if invocation.json:
        print_json([to_json(each) for each in found])
        return
    columns = [Column("code"), Column("page opened"), Column("expires", spare=1)]
    print_table(
        columns, [[each.code, each.upload_page_visited, each.expires] for each in found], empty="No selfies found."
    )


@selfies.command()
@click.option("--comment", default="", help="What it is for.")
@pass_invocation
def create(invocation: Invocation, comment: str) -> None:
    """Open an upload page, and wait for nothing."""
    with invocation.client() as client:
        made = client.selfies.create(comment)
    _show(invocation, made)


@selfies.command()
@click.argument("selfie")
@pass_invocation
def show(invocation: Invocation, selfie: str) -> None:
    """Show one selfie."""
    with invocation.client() as client:
        found = client.selfies.get(selfie)
    _show(invocation, found)


@selfies.command()
@click.argument("selfie")
@seconds_option
@pass_invocation
def wait(invocation: Invocation, selfie: str, seconds: float) -> None:
    """Wait until a selfie's photo has arrived."""
    with invocation.client() as client:
        found = wait_for_photo(invocation, client, client.selfies.get(selfie), seconds)
    _show(invocation, found)


@selfies.command()
@click.argument("selfie")
@out_option("selfie.jpg")
@force_option
@pass_invocation
def download(invocation: Invocation, selfie: str, out: Path, force: bool) -> None:
    """Download a selfie's photo."""
    target = free_target(out, force)
    with invocation.client() as client:
        client.selfies.download(selfie, target)
    tell_written(invocation, target)


@selfies.command()
@click.argument("selfie")
@click.option("-o", "--out", type=click.Path(path_type=Path), help="Save it as a PNG instead of showing it here.")
@force_option
@pass_invocation
def qr(invocation: Invocation, selfie: str, out: Path | None, force: bool) -> None:
    """Show the QR code of a selfie's upload page, or save it."""
    target = free_target(out, force) if out else None
    with invocation.client() as client:
        if target:
            write_file(target, client.selfies.qr(selfie))
        else:
            found = client.selfies.get(selfie)
            click.echo(qr_code(client.selfies.page_url(found), sys.stdout))
    if target:
        tell_written(invocation, target)


@selfies.command()
@click.argument("selfie")
@click.argument("photo", type=click.Path(path_type=Path))
@pass_invocation
def upload(invocation: Invocation, selfie: str, photo: Path) -> None:
    """Upload a photo to a selfie's page, as the phone would."""
    with invocation.client() as client:
        client.selfies.upload(client.selfies.get(selfie), photo)
        found = client.selfies.get(selfie)
    _show(invocation, found)


def _show(invocation: Invocation, selfie: Selfie) -> None:
    from avatarsdk_core.models import to_json

    if invocation.json:
        print_json(to_json(selfie))
        return
    print_record(
        [
            ("code", selfie.code),
            ("page", selfie.upload_page_url),
            ("page opened", selfie.upload_page_visited),
            ("expires", selfie.expires),
        ]
    )
