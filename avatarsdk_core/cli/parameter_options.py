"""Options that say what is to be computed and exported, and the parameters that they mean.

Names go where the pipeline wants them: `--haircut` is an export parameter wherever there are exports, and a computation
parameter for animated_face.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import wraps
from typing import Any, TypeVar

import click

from avatarsdk_core.cli.common import in_section
from avatarsdk_core.cli.completion import CatalogName
from avatarsdk_core.cli.values import assignment, put, read_json, split_names, typed

F = TypeVar("F", bound=Callable[..., Any])

OUTFIT_CATEGORIES = ("outfits", "outfits_top", "outfits_bottom", "outfits_shoes", "glasses")


@dataclass(frozen=True)
class Wanted:
    """The options as they were given. Names may hold commas; `…_json` is inline JSON, a file's name, or `-`."""

    parameters_json: str | None = None
    haircuts: tuple[str, ...] = ()
    blendshapes: tuple[str, ...] = ()
    model_info: tuple[str, ...] = ()
    additional_textures: tuple[str, ...] = ()
    modify: tuple[str, ...] = ()
    shape: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    set_parameter: tuple[str, ...] = ()
    nothing: bool = False
    export_json: tuple[str, ...] = ()
    format: str | None = None
    lod: str | None = None
    embed: bool | None = None
    textures: tuple[str, ...] = ()
    texture_profile: str | None = None
    texture_size: str | None = None
    embed_textures: bool | None = None
    finalize: bool | None = None
    outfits: tuple[str, ...] = ()
    outfits_top: tuple[str, ...] = ()
    outfits_bottom: tuple[str, ...] = ()
    outfits_shoes: tuple[str, ...] = ()
    glasses: tuple[str, ...] = ()
    set_export: tuple[str, ...] = ()

    def given(self) -> set[str]:
        """Names of the options that were used."""
        return {field.name for field in fields(self) if getattr(self, field.name) not in (None, ())} - (
            set() if self.nothing else {"nothing"}
        )

    def export_options(self) -> set[str]:
        """Those of them that only an export has."""
        return self.given() & (_EXPORT_ONLY | {"export_json"})


_EXPORT_ONLY = {"format", "lod", "embed", "textures", "texture_profile", "texture_size", "embed_textures", "finalize"}
_EXPORT_ONLY |= {*OUTFIT_CATEGORIES, "set_export"}


def computation_json(wanted: Wanted, *, exports: bool) -> dict[str, Any] | None:
    """The computation parameters as JSON; None where nothing was said, so that the pipeline's defaults hold.

    `exports`: the pipeline has export parameters, which take haircuts and blendshapes then.

    Raises:
        ParametersError: a value can't be read.
    """
    if wanted.nothing:
        return {}
    made: dict[str, Any] = {}
    if wanted.parameters_json is not None:
        made = _object(read_json(wanted.parameters_json, "--parameters"), "--parameters")
    lists = {"model_info": wanted.model_info, "additional_textures": wanted.additional_textures}
    if not exports:
        lists |= {"haircuts": wanted.haircuts, "blendshapes": wanted.blendshapes}
    for category, names in lists.items():
        if names:
            made[category] = _longer(made.get(category), split_names(names))
    for option, category, texts in (
        ("--modify", "avatar_modifications", wanted.modify),
        ("--shape", "shape_modifications", wanted.shape),
        ("--body", "body_shape", wanted.body),
    ):
        for text in texts:
            name, value = assignment(text, option)
            inner = made.setdefault(category, {})
            inner[name] = typed(value, _type_of(category, name), f"{option} {name}")
    for text in wanted.set_parameter:
        path, value = assignment(text, "--set")
        put(made, path, typed(value, "", f"--set {path}"))
    used = wanted.given() - _EXPORT_ONLY - {"export_json"} - ({"haircuts", "blendshapes"} if exports else set())
    return made if used else None


def export_json(wanted: Wanted, *, family: str) -> list[dict[str, Any]] | None:
    """Each export's parameters as JSON, several only where JSON named several; None where nothing was said.

    `family`: `metaperson_2.0` or `head_body`. Options are put into every export.

    Raises:
        ParametersError: a value can't be read.
    """
    wholes = []
    for text in wanted.export_json:
        data = read_json(text, "--export-parameters")
        wholes += [_object(item, "--export-parameters") for item in (data if isinstance(data, list) else [data])]
    if not wanted.given() & (_EXPORT_ONLY | {"haircuts", "blendshapes"}):
        return wholes or None
    wholes = wholes or [{}]
    for whole in wholes:
        _apply(wanted, whole, family)
    return wholes


def _apply(wanted: Wanted, whole: dict[str, Any], family: str) -> None:
    for flag in ("format", "embed", "finalize"):
        if (value := getattr(wanted, flag)) is not None:
            whole[flag] = value
    if wanted.lod is not None:
        whole["lod"] = lod_value(wanted.lod, family)
    _apply_textures(wanted, whole, family)
    for category in ("haircuts", "blendshapes", *OUTFIT_CATEGORIES):
        if names := split_names(getattr(wanted, category)):
            section = whole.setdefault(category, {})
            section["list"] = _longer(section.get("list"), names)
    for text in wanted.set_export:
        path, value = assignment(text, "--set-export")
        put(whole, path, typed(value, "", f"--set-export {path}"))


def _apply_textures(wanted: Wanted, whole: dict[str, Any], family: str) -> None:
    """metaperson_2.0 has a section of textures, the others have flags."""
    names = split_names(wanted.textures)
    size = None if wanted.texture_size is None else typed(wanted.texture_size, "size", "--texture-size")
    if family == "metaperson_2.0":
        section: dict[str, Any] = {
            "list": names or None,
            "profile": wanted.texture_profile,
            "embed": wanted.embed_textures,
        }
        section = {key: value for key, value in section.items() if value is not None}
        if section:
            whole["textures"] = {**whole.get("textures", {}), **section}
        if size is not None:
            whole["texture_size"] = size  # validation says what to use instead
        return
    values: dict[str, Any] = {
        "additional_textures": names or None,
        "embed_textures": wanted.embed_textures,
        "texture_size": size,
    }
    if wanted.texture_profile is not None:
        values["textures"] = {"profile": wanted.texture_profile}  # the same
    whole.update({key: value for key, value in values.items() if value is not None})


def lod_value(text: str, family: str) -> Any:
    """`1` and `LOD1` both mean the pipeline's way of writing it; other text is left for validation."""
    number = text.upper().removeprefix("LOD")
    if not number.isdigit():
        return text
    return f"LOD{number}" if family == "metaperson_2.0" else int(number)


def _type_of(category: str, name: str) -> str:
    from avatarsdk_core.catalog import categories

    row = categories()[category].parameters.get(name)
    return row.type if row else ""


def _object(data: Any, option: str) -> dict[str, Any]:
    from avatarsdk_core.catalog.values import shown
    from avatarsdk_core.errors import ParametersError

    if not isinstance(data, Mapping):
        raise ParametersError(f"{option} needs a JSON object, not {shown(data)}")
    return dict(data)


def _longer(present: Any, names: list[str]) -> Any:
    """Names behind those that JSON brought; a group's object gets them without a group, which is right too."""
    if isinstance(present, list):
        return list(dict.fromkeys([*present, *names]))
    return {**present, "base": [*present.get("base", []), *names]} if isinstance(present, Mapping) else names


def computing_options(command: F) -> F:
    """Options of what is computed."""
    return in_section(
        "What is computed",
        click.option(
            "--parameters",
            "parameters_json",
            metavar="JSON|FILE|-",
            help="Computation parameters as JSON, a file of it, or - for stdin.",
        ),
        click.option("--nothing", is_flag=True, help="Compute nothing beside the avatar, not even the defaults."),
        click.option(
            "--model-info",
            "model_info",
            multiple=True,
            metavar="NAME",
            type=CatalogName("model_info"),
            help="Facts to compute, e.g. hair_color.",
        ),
        click.option(
            "--modify",
            multiple=True,
            metavar="NAME[=VALUE]",
            type=CatalogName("avatar_modifications"),
            help="An avatar modification, e.g. remove_smile or lips_color=#dEADbe.",
        ),
        click.option(
            "--shape",
            multiple=True,
            metavar="NAME=VALUE",
            type=CatalogName("shape_modifications"),
            help="A shape modification, e.g. cartoonish_v1.0=0.5.",
        ),
        click.option(
            "--body",
            multiple=True,
            metavar="NAME=VALUE",
            type=CatalogName("body_shape"),
            help="A measure of the body, e.g. height=172.",
        ),
        click.option(
            "--additional-texture",
            "additional_textures",
            multiple=True,
            metavar="NAME",
            type=CatalogName("additional_textures"),
            help="A texture to compute beside the colour.",
        ),
        click.option(
            "--set",
            "set_parameter",
            multiple=True,
            metavar="PATH=VALUE",
            help="Any other computation parameter, e.g. model_info.plus='[\"age\"]'.",
        ),
    )(command)


def exporting_options(command: F) -> F:
    """Options of what is exported."""
    return in_section(
        "What is exported",
        click.option(
            "--export-parameters",
            "export_json",
            multiple=True,
            metavar="JSON|FILE|-",
            help="Export parameters as JSON, a file of it, or - for stdin.",
        ),
        click.option("--format", "format", metavar="FORMAT", help="gltf, glb, fbx, obj or ply."),
        click.option("--lod", metavar="LEVEL", help="Level of detail: LOD1 or LOD2; 0 to 7 for older pipelines."),
        click.option("--embed/--no-embed", default=None, help="Hair and clothes into the avatar's file, or apart."),
        click.option(
            "--texture",
            "textures",
            multiple=True,
            metavar="NAME",
            type=CatalogName("texture"),
            help="Textures to export, e.g. Color,Normal.",
        ),
        click.option("--texture-profile", metavar="PROFILE", help="metaperson_2.0: e.g. 2K.jpg."),
        click.option("--texture-size", metavar="WxH", help="Older pipelines: e.g. 1024x1024."),
        click.option("--embed-textures/--no-embed-textures", default=None, help="Textures into the file, or beside."),
        click.option("--finalize/--no-finalize", default=None, help="A final mesh for other software."),
        click.option(
            "--haircut", "haircuts", multiple=True, metavar="NAME", type=CatalogName("haircut"), help="A haircut."
        ),
        click.option(
            "--blendshapes",
            "blendshapes",
            multiple=True,
            metavar="SET",
            type=CatalogName("blendshapes"),
            help="A set of blendshapes, e.g. mobile_51.",
        ),
        *(
            click.option(f"--{option}", category, multiple=True, metavar="NAME", type=CatalogName(category), help=words)
            for option, category, words in (
                ("outfit", "outfits", "A whole outfit."),
                ("outfit-top", "outfits_top", "A garment for the upper body."),
                ("outfit-bottom", "outfits_bottom", "A garment for the legs."),
                ("outfit-shoes", "outfits_shoes", "Shoes."),
                ("glasses", "glasses", "Glasses."),
            )
        ),
        click.option(
            "--set-export",
            multiple=True,
            metavar="PATH=VALUE",
            help="Any other export parameter, e.g. haircuts.color=#5a3825.",
        ),
    )(command)


def collected(command: Callable[..., Any]) -> Callable[..., Any]:
    """Innermost decorator: the options of both kinds come to the command as one argument, `wanted`."""
    names = {field.name for field in fields(Wanted)}

    @wraps(command)
    def call(*args: Any, **options: Any) -> Any:
        wanted = Wanted(**{name: options.pop(name) for name in list(options) if name in names})
        return command(*args, wanted=wanted, **options)

    return call
