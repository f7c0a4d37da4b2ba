"""What can be said to `avatarsdk`. Each command is thin; the work is elsewhere."""

from __future__ import annotations

import click

from avatarsdk_core import __version__
from avatarsdk_core.cli.account_commands import login, logout, profiles, whoami
from avatarsdk_core.cli.avatar_files_commands import add_avatar_files
from avatarsdk_core.cli.avatars_commands import avatars
from avatarsdk_core.cli.cache_commands import cache
from avatarsdk_core.cli.common import CONTEXT, Group
from avatarsdk_core.cli.completion_command import completion
from avatarsdk_core.cli.create_command import create
from avatarsdk_core.cli.doctor_command import doctor
from avatarsdk_core.cli.export_files_commands import add_export_files
from avatarsdk_core.cli.exports_commands import exports
from avatarsdk_core.cli.haircuts_commands import haircuts
from avatarsdk_core.cli.inspect_command import inspect
from avatarsdk_core.cli.parameters_commands import parameters
from avatarsdk_core.cli.pipelines_command import pipelines
from avatarsdk_core.cli.players_commands import players
from avatarsdk_core.cli.results_commands import blendshapes, model_info, textures
from avatarsdk_core.cli.sandbox_command import demo, sandbox
from avatarsdk_core.cli.selfies_commands import selfie, selfies
from avatarsdk_core.cli.static_resources_commands import static_resources
from avatarsdk_core.cli.usage_command import usage

SECTIONS = {
    "From a photo to an avatar": (create, avatars, exports, selfie, selfies),
    "Parts of an avatar": (haircuts, textures, blendshapes, model_info),
    "What there is": (pipelines, parameters, static_resources, inspect),
    "Account": (login, logout, whoami, profiles, players, usage),
    "This machine": (sandbox, demo, doctor, cache, completion),
}
_NAME_WIDTH = max(len(command.name or "") for commands in SECTIONS.values() for command in commands)


class _Root(Group):
    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Commands by what they are for."""
        for title, commands in SECTIONS.items():
            with formatter.section(title):
                rows = [(f"{command.name:<{_NAME_WIDTH}}", command.get_short_help_str(120)) for command in commands]
                formatter.write_dl(rows)


@click.group(cls=_Root, context_settings=CONTEXT)
@click.version_option(__version__, prog_name="avatarsdk", message="%(prog)s %(version)s")
def cli() -> None:
    """Photos become 3D avatars: the Avatar SDK on the command line.

    To try it without an account, start `avatarsdk sandbox` and do what it says.
    """


add_avatar_files(avatars)
add_export_files(exports)
for _commands in SECTIONS.values():
    for _command in _commands:
        cli.add_command(_command)
