"""A new avatar as the options describe it: checked, then sent, or shown without being sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from avatarsdk_core.cli.common import Invocation
from avatarsdk_core.cli.completion import CatalogName
from avatarsdk_core.cli.parameter_options import Wanted, collected, computing_options, exporting_options
from avatarsdk_core.cli.printing import say
from avatarsdk_core.cli.rehearsal import show_request

if TYPE_CHECKING:
    from avatarsdk_core.cli.checked_parameters import Choice
    from avatarsdk_core.client import Client
    from avatarsdk_core.models import Avatar

PLANS = ("Plus", "Pro", "Enterprise")


@dataclass(frozen=True)
class NewAvatarOptions:
    """What the user asked for; `selfie`: a selfie's code, in place of the photo."""

    photo: Path | None
    selfie: str | None
    name: str | None
    description: str
    pipeline: str | None
    subtype: str | None
    export_comment: str
    plan: str | None
    check: bool
    dry_run: bool
    preset: Path | None = None
    wanted: Wanted = field(default_factory=Wanted)

    def with_preset(self) -> NewAvatarOptions:
        """With what the preset asks for; further options are added to it.

        Raises:
            ParametersError: the preset can't be read.
        """
        if self.preset is None:
            return self
        from avatarsdk_core.creation.presets import read_preset

        form = read_preset(self.preset).form
        if self.wanted.parameters_json or self.wanted.export_json or self.wanted.nothing:
            raise click.UsageError("--preset brings all parameters: leave out --parameters and --export-parameters")
        for option, given, own in (("pipeline", self.pipeline, form.pipeline), ("subtype", self.subtype, form.subtype)):
            if given and given != own:
                raise click.UsageError(f"The preset is for --{option} {own or 'of its own'}, not {given}: leave it out")
        exported = form.export_parameters()
        wanted = replace(
            self.wanted,
            parameters_json=json.dumps(form.computation()),
            export_json=() if exported is None else (json.dumps(exported),),
        )
        return replace(self, pipeline=form.pipeline, subtype=form.subtype_name, wanted=wanted)

    def choice(self) -> Choice:
        """Raises ParametersError, UnknownNameError."""
        from avatarsdk_core.cli.checked_parameters import read_choice

        return read_choice(self.wanted, self.pipeline, self.subtype)

    def request(self, choice: Choice) -> dict[str, Any]:
        """The arguments of `Client.avatars.create`. Raises PhotoError; click.UsageError without a photo."""
        from avatarsdk_core.photo import read_photo

        if (self.photo is None) == (self.selfie is None):
            raise click.UsageError(
                "Give a PHOTO, or a selfie's code by --selfie" + (", not both" if self.photo else "")
            )
        source: dict[str, Any] = {"selfie": self.selfie}
        if self.photo is not None:
            source = {"photo": read_photo(self.photo)}
        exports = choice.exports
        return {
            **source,
            "name": self.name or (self.photo.stem if self.photo else "Selfie"),
            "description": self.description,
            "pipeline": self.pipeline,
            "pipeline_subtype": choice.subtype,
            "parameters": choice.parameters,
            "export_parameters": None if exports is None else (exports[0] if len(exports) == 1 else list(exports)),
            "export_comment": self.export_comment,
        }

    def send(self, invocation: Invocation, client: Client, choice: Choice | None = None) -> Avatar:
        """Check, upload, and return the new avatar, which isn't computed yet."""
        from avatarsdk_core.cli.checked_parameters import judge

        choice = choice or self.choice()
        request = self.request(choice)
        if self.pipeline is None:
            say(f"Without --pipeline the service takes its default, {choice.pipeline}: see `avatarsdk pipelines`.")
        if self.check:
            judge(choice, self.plan, lambda: client)
        with invocation.steps(client).step("Upload the photo" if self.photo else "Create the avatar"):
            return client.avatars.create(**request)

    def rehearse(self, invocation: Invocation, choice: Choice | None = None) -> None:
        """Show what would be sent; the network isn't touched, and nobody needs to be signed in."""
        from avatarsdk_core.cli.checked_parameters import judge
        from avatarsdk_core.resources.new_avatar import new_avatar

        choice = choice or self.choice()
        made = new_avatar(**self.request(choice))
        if self.check:
            judge(choice, self.plan, None)
        show_request(invocation, "avatars/", made.form, made.photo, choice.explained() if self.check else [])


def new_avatar_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """PHOTO and all options of a new avatar; the command gets them as `options`."""

    @collected
    @wraps(command)
    def call(*args: Any, wanted: Wanted, **given: Any) -> Any:
        names = NewAvatarOptions.__dataclass_fields__
        mine = {name: given.pop(name) for name in list(given) if name in names}
        return command(*args, options=NewAvatarOptions(wanted=wanted, **mine).with_preset(), **given)

    decorators: list[Callable[[Any], Any]] = [
        click.argument("photo", required=False, type=click.Path(path_type=Path)),
        click.option("--selfie", metavar="CODE", help="A selfie's code in place of a photo."),
        click.option("--name", help="The avatar's name [default: the photo's]."),
        click.option("--description", default="", help="Free text, to find it by."),
        click.option("--pipeline", type=CatalogName("pipeline"), metavar="NAME", help="[default: the service's]"),
        click.option("--subtype", type=CatalogName("subtype"), metavar="NAME", help="[default: the pipeline's]"),
        click.option(
            "--preset",
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="A preset that Blender's panel saved: kind, choices, files; further options are added to it.",
        ),
        computing_options,
        exporting_options,
        click.option("--export-comment", default="", help="A comment on the export."),
        click.option("--plan", type=click.Choice(PLANS), help="Warn of what this plan doesn't reach."),
        click.option("--check/--no-check", default=True, help="Judge parameters before sending [default: check]."),
        click.option("--dry-run", is_flag=True, help="Print the request, and send nothing."),
    ]
    made: Callable[..., Any] = call
    for decorate in reversed(decorators):
        made = decorate(made)
    return made
