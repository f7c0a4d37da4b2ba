"""`avatarsdk login`, `logout`, `whoami` and `profiles`: who speaks to the service."""

from __future__ import annotations

import os
import sys
import warnings
from typing import TYPE_CHECKING, Any

import click

from avatarsdk_core.cli.common import Command, Invocation, pass_invocation
from avatarsdk_core.cli.printing import print_json, print_record, print_table, say, warn
from avatarsdk_core.cli.tables import Column

if TYPE_CHECKING:
    from avatarsdk_core.signin import Account

GRANTS = {
    "application": "client_credentials",
    "browser": "authorization_code",
    "password": "password",
    "token": "token",
}
_SECRETS = {"application": "client_secret", "password": "password", "token": "token"}


@click.command(cls=Command)
@click.option(
    "--by",
    type=click.Choice(list(GRANTS)),
    default="application",
    show_default=True,
    help="With an application's credentials, in the browser, with a user's password, or with a token.",
)
@click.option("--client-id", metavar="ID", help="The application's id [asked for].")
@click.option("--username", metavar="NAME", help="With --by password [asked for].")
@click.option(
    "--secret-stdin",
    is_flag=True,
    help="Read it from stdin instead of asking; with --by password the application's secret on a second line.",
)
@click.option("--access", type=click.Choice(["developer", "client"]), help="The credentials' access mode.")
@click.option("--root-url", metavar="URL", help="Another service, e.g. the sandbox.")
@click.option("--token-url", metavar="URL", help="[default: o/token/ under the root URL]")
@click.option("--authorize-url", metavar="URL", help="[default: o/authorize/ under the root URL]")
@click.option("--client-auth", type=click.Choice(["basic", "form"]), help="How the id and secret are sent.")
@click.option("--keep", type=click.Choice(["auto", "keychain", "file"]), default="auto", help="Where secrets are kept.")
@click.option("--make-default", is_flag=True, help="Use this profile when none is named.")
@click.option("--no-browser", is_flag=True, help="With --by browser: print the address instead of opening it.")
@pass_invocation
def login(
    invocation: Invocation,
    /,
    by: str,
    client_id: str | None,
    username: str | None,
    secret_stdin: bool,
    keep: Any,
    make_default: bool,
    no_browser: bool,
    **given: str | None,
) -> None:
    """Sign in, and remember it in a profile.

    Credentials come from the developer's pages of the service. Secrets are asked for, never given as an argument; they
    are kept in the system's keychain, or in a file that only you can read. With --by password --secret-stdin, the first
    line is the password and the second the application's secret, if it has one.
    """
    from avatarsdk_core.signin import login as sign_in

    arguments: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    arguments["grant"] = GRANTS[by]
    if by != "token":
        arguments["client_id"] = client_id or _asked("Client id")
    if by == "password":
        arguments["username"] = username or _asked("User name")
    secret = _SECRETS.get(by)
    if secret:
        arguments[secret] = _secret(secret, secret_stdin)
    if by == "password" and not os.environ.get("AVATARSDK_CLIENT_SECRET"):
        arguments["client_secret"] = _application_secret(secret_stdin)
    if by == "browser":
        arguments["on_url"] = lambda url: say(f"Sign in in the browser; if none opens, go to {url}")
        if no_browser:
            arguments["open_browser"] = lambda url: False
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        account = sign_in(invocation.profile or "default", keep=keep, make_default=make_default, **arguments)
    for warning in told:
        warn(str(warning.message))
    _show(invocation, account)


def _asked(what: str) -> str:
    if not sys.stdin.isatty():
        raise click.UsageError(f"{what} is needed, and nobody can be asked here: give it as an option")
    return str(click.prompt(what, err=True))


def _secret(name: str, stdin: bool) -> str:
    words = name.replace("_", " ")
    if stdin:
        if secret := sys.stdin.readline().strip():
            return secret
        raise click.UsageError(f"The {words} is needed, and stdin is empty")
    if not sys.stdin.isatty():
        raise click.UsageError(f"The {words} is needed, and nobody can be asked here: say --secret-stdin and send it")
    return str(click.prompt(words.capitalize(), hide_input=True, err=True))


def _application_secret(stdin: bool) -> str | None:
    """None for an application that has none (a public client)."""
    if stdin:
        return sys.stdin.readline().strip() or None
    words = "Client secret (empty if the application has none)"
    return str(click.prompt(words, hide_input=True, default="", show_default=False, err=True)) or None


@click.command(cls=Command)
@pass_invocation
def logout(invocation: Invocation) -> None:
    """Forget a profile's sign-in, and revoke its token."""
    from avatarsdk_core.signin import logout as sign_out

    done = sign_out(invocation.profile)
    if invocation.json:
        print_json({"profile": done.profile, "revoked": done.revoked})
    say(done.words)


@click.command(cls=Command)
@pass_invocation
def whoami(invocation: Invocation) -> None:
    """Show who is signed in, and where."""
    from avatarsdk_core.signin import whoami as who

    with invocation.client() as client:
        account = who(client)
    _show(invocation, account)


@click.command(cls=Command)
@click.option("--default", "default", metavar="NAME", help="Make this profile the default.")
@pass_invocation
def profiles(invocation: Invocation, default: str | None) -> None:
    """List the profiles, or choose the default one."""
    from avatarsdk_core import profiles as stored

    if default is not None:
        stored.set_default(default)
        say(f"{default} is the default profile now.")
    found = stored.available()
    if invocation.json:
        print_json([{"name": each.name, "default": each.is_default, "root_url": _root(each)} for each in found])
        return
    columns = [Column("profile"), Column("default"), Column("service", flexible=True)]
    rows = [[each.name, each.is_default, _root(each)] for each in found]
    print_table(columns, rows, empty="There are no profiles yet: avatarsdk login makes one.")


def _root(profile: Any) -> str:
    from avatarsdk_core.settings import DEFAULT_ROOT_URL

    return str(profile.values.get("root_url", DEFAULT_ROOT_URL))


def _show(invocation: Invocation, account: Account) -> None:
    if invocation.json:
        print_json(account.to_json())
        return
    print_record(
        [
            ("profile", account.profile),
            ("service", account.root_url),
            ("application", account.client_id),
            ("signed in by", account.grant.replace("_", " ")),
            ("access", account.access),
            ("PlayerUID", account.player_uid),
            ("token until", account.token_expires_at),
            ("kept in", account.kept_in),
        ]
    )
