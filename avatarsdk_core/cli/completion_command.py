"""`avatarsdk completion`: the script that makes a shell complete commands, options and names."""

from __future__ import annotations

import click

from avatarsdk_core.cli.common import Invocation, pass_invocation
from avatarsdk_core.cli.failures import COMPLETION


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@pass_invocation
@click.pass_context
def completion(context: click.Context, invocation: Invocation, shell: str) -> None:
    """Print the completion script of a shell.

    \b
    bash:  echo 'eval "$(avatarsdk completion bash)"' >> ~/.bashrc
    zsh:   echo 'eval "$(avatarsdk completion zsh)"' >> ~/.zshrc
    fish:  avatarsdk completion fish > ~/.config/fish/completions/avatarsdk.fish
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(context.find_root().command, {}, "avatarsdk", COMPLETION).source())
