"""`avatarsdk sandbox` and `avatarsdk demo`: the service on this machine, without an account."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from avatarsdk_core.catalog.facts import PLANS
from avatarsdk_core.sandbox.accounts import CLIENT, DEVELOPER
from avatarsdk_core.sandbox.server import TOKEN_LIFETIME

if TYPE_CHECKING:
    from avatarsdk_core.running_sandbox import RunningSandbox
    from avatarsdk_core.sandbox import Durations, Sandbox
    from avatarsdk_core.sandbox.faults import Profile
    from avatarsdk_core.sandbox.human.model import Subtype

SANDBOX_PORT = 8721


@click.command()
@click.option("--port", default=SANDBOX_PORT, show_default=True, help="TCP port; 0 takes a free one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address; 0.0.0.0 lets phones of the network in.")
@click.option(
    "--state", type=click.Path(path_type=Path), help="Folder that keeps everything [default: a temporary one]."
)
@click.option("--seed", type=click.IntRange(0, 100_000), default=0, help="Fill the account with that many avatars.")
@click.option("--plan", type=click.Choice(PLANS), help="The account's plan [default: Enterprise, or as before].")
@click.option(
    "--application", "applications", multiple=True, metavar="NAME[=PLAN]", help="A further application; repeatable."
)
@click.option(
    "--access", type=click.Choice([CLIENT, DEVELOPER]), help="Whose key pair goes into the export lines [client]."
)
@click.option("--redirect-uri", "redirect_uris", multiple=True, metavar="URI", help="Beside loopback; repeatable.")
@click.option("--throttle", metavar="N/TIME", help="Requests a caller may send, e.g. 60/minute [default: any number].")
@click.option(
    "--token-lifetime",
    type=click.IntRange(1),
    default=TOKEN_LIFETIME,
    show_default=True,
    metavar="SECONDS",
    help="How long an access token is good for.",
)
@click.option("--durations", metavar="U,Q,C,E", help="Least seconds of Uploading, Queued, Computing and of an export.")
@click.option("--strict-players", is_flag=True, help="Client access needs X-PlayerUID everywhere.")
@click.option("--tolerant", is_flag=True, help="Unknown parameters are left out with a notice, not refused.")
@click.option("--single-page-links", is_flag=True, help="A list of one page has a Link header too.")
@click.option("--instant", is_flag=True, help="A creation is answered when all is made, for samples that don't wait.")
@click.option(
    "--fault", "faults", multiple=True, metavar="NAME[:KEY=VALUE,…]", help="Something goes wrong; repeatable."
)
@click.option("--faults", "profile", metavar="NAME|FILE", help="A profile of faults: one that is shipped, or TOML.")
@click.option("--list-faults", is_flag=True, help="Show the faults and profiles there are, and stop.")
def sandbox(
    state: Path | None,
    seed: int,
    applications: tuple[str, ...],
    access: str | None,
    durations: str | None,
    faults: tuple[str, ...],
    profile: str | None,
    list_faults: bool,
    **settings: Any,
) -> None:
    """Run the service on this machine, without an account.

    Until Ctrl+C; no network is needed. Key pairs and the demo user's password are shown at the start.
    """
    from avatarsdk_core.sandbox import Sandbox, serve

    if list_faults:
        _show_faults()
        return
    from avatarsdk_core.running_sandbox import announced

    given = _faults(faults, profile)
    service = Sandbox(
        state,
        durations=None if durations is None else _durations(durations),
        applications=dict(_application(text) for text in applications),
        faults=given.faults,
        fault_seed=given.seed,
        **settings,
    )

    told = contextlib.ExitStack()
    shown = access or (DEVELOPER if seed else CLIENT)

    def ready(running: Sandbox) -> None:
        if seed:
            running.seed(seed)
        told.enter_context(announced(_announcement(running, shown)))
        _introduce(running, shown)
        _warn(settings["host"])

    with told:
        serve(service, ready)


def _announcement(service: Sandbox, access: str) -> RunningSandbox:
    """What other programs of this user need for signing in: Blender's panel does it with one click."""
    from avatarsdk_core.running_sandbox import RunningSandbox

    pair = service.credentials.developer if access == DEVELOPER else service.credentials.client
    return RunningSandbox(service.url, access, pair.client_id, pair.client_secret)


def _introduce(service: Sandbox, access: str) -> None:
    """Accounts for people on stderr; on stdout what a shell can evaluate."""
    for application in service.applications.values():
        click.echo(f"Application {application.name}, plan {application.plan}", err=True)
        for mode, pair in ((CLIENT, application.client), (DEVELOPER, application.developer)):
            click.echo(f"  {mode + ' access':16} id {pair.client_id}  secret {pair.client_secret}", err=True)
    click.echo(f"User {service.user.username}, password {service.user.password}\n", err=True)
    click.echo(f"The sandbox answers at {service.url} (Ctrl+C ends it). To use it from another terminal:", err=True)
    pair = service.credentials.developer if access == DEVELOPER else service.credentials.client
    click.echo(f"export AVATARSDK_ROOT_URL={service.url}")
    click.echo(f"export AVATARSDK_ACCESS={access}")
    click.echo(f"export AVATARSDK_CLIENT_ID={pair.client_id}")
    click.echo(f"export AVATARSDK_CLIENT_SECRET={pair.client_secret}")


def _warn(host: str) -> None:
    from avatarsdk_core.settings import is_loopback

    if not is_loopback(host):
        click.echo(
            f"Warning: it listens on {host}, without encryption: everybody on this network can reach its pages, and "
            "read what is sent. Use it for a selfie at home, then start it again without --host.",
            err=True,
        )


def _faults(texts: tuple[str, ...], profile: str | None) -> Profile:
    from avatarsdk_core.sandbox.faults import Fault, Profile, load_profile

    base = load_profile(profile) if profile else Profile(())
    return Profile((*base.faults, *(Fault.parse(text) for text in texts)), base.seed)


def _show_faults() -> None:
    from avatarsdk_core.sandbox.faults import KINDS, PROFILES

    for kind in KINDS.values():
        options = ",".join(f"{name}={default}" for name, default in kind.options.items())
        click.echo(f"{kind.name}:{options}" if options else kind.name)
        click.echo(f"    {kind.summary}")
    click.echo("Every fault also takes path=GLOB, method=GET, skip=N, times=N and chance=0.5.")
    click.echo(f"Profiles: {', '.join(PROFILES)}")


def _application(text: str) -> tuple[str, str | None]:
    name, _, plan = text.partition("=")
    return name.strip(), plan.strip() or None


def _durations(text: str) -> Durations:
    from avatarsdk_core.sandbox import Durations

    try:
        uploading, queued, computing, export = (float(part) for part in text.split(","))
        return Durations(uploading, queued, computing, export)
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is not four numbers of seconds, e.g. 0.3,0.4,1.5,0.3.") from error


@click.command()
@click.option("--photo", type=click.Path(path_type=Path), help="JPEG or PNG of a face [default: a portrait made here].")
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("out/demo"), show_default=True, help="Result folder."
)
@click.option(
    "--subtype", type=click.Choice(["female", "male"]), default="female", show_default=True, help="Whose body."
)
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
