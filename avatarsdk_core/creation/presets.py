"""Presets: a form as a small JSON file, to keep, to load, to hand to somebody else.

    {"avatar_sdk_preset": 1, "title": "Game girl", "pipeline": "metaperson_2.0", "subtype": "female",
     "choices": {"haircuts": ["Haircut3"]}, "values": {"avatar_modifications": {"remove_smile": true}},
     "export": {"format": "glb", "lod": "LOD2"}}

There is neither a photo nor an account in it. A file of somebody else is read with suspicion: whatever is wrong with it
is told in one line, and nothing of it is taken.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from avatarsdk_core.catalog import ComputationParameters, categories, pipeline, read_export_parameters, require
from avatarsdk_core.catalog.names import near
from avatarsdk_core.catalog.values import plain, shown
from avatarsdk_core.creation.form import CHOICES, EXPORT, VALUES, Form
from avatarsdk_core.errors import AvatarSDKError, ParametersError

MARK = "avatar_sdk_preset"
VERSION = 1
SUFFIX = ".json"
MAX_BYTES = 256 * 1024
MAX_NAMES = 500
_KEYS = (MARK, "title", "pipeline", "subtype", "choices", "values", "export")


@dataclass(frozen=True)
class Preset:
    """A form with a title for people."""

    title: str
    form: Form


def read_preset(path: str | os.PathLike[str]) -> Preset:
    """A preset's file.

    Raises:
        ParametersError: it can't be read, or is no preset; names the file and what is wrong.
    """
    file = Path(path)
    label = f"The preset {file.name!r}"
    try:
        with file.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = "it is a folder" if file.is_dir() else getattr(error, "strerror", None) or "its path makes no sense"
        raise ParametersError(f"{label} can't be read: {reason}") from None
    try:
        preset = parse_preset(data)
    except AvatarSDKError as error:
        raise ParametersError(f"{label} can't be used: {error}") from None
    return preset if preset.title else Preset(file.stem, preset.form)


def parse_preset(data: bytes | str) -> Preset:
    """A preset's text. Raises ParametersError or UnknownNameError: it is none, or asks for what doesn't exist."""
    if len(data) > MAX_BYTES:
        raise ParametersError(f"it is larger than {MAX_BYTES // 1024} kB, which no preset is")
    try:
        content = json.loads(data, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise ParametersError("it isn't JSON: save it again, or ask for another copy") from None
    if not isinstance(content, dict) or MARK not in content:
        raise ParametersError("it is another kind of JSON file; presets are made by Save Preset")
    if content[MARK] != VERSION or isinstance(content[MARK], bool):
        raise ParametersError(f"it is of version {shown(content[MARK])}, and this program reads {VERSION}: update it")
    unknown = [key for key in content if key not in _KEYS]
    if unknown:
        raise ParametersError(f"{shown(unknown[0])} doesn't belong in a preset; {near(unknown[0], _KEYS)}")
    form = Form(
        pipeline=pipeline(_text(content.get("pipeline", ""), "pipeline")).name,
        subtype=_text(content.get("subtype", ""), "subtype"),
        choices=_choices(content.get("choices", {})),
        values=_values(content.get("values", {})),
        export=_export(content.get("export", {})),
    )
    _check(form)
    title = _text(content.get("title", ""), "title")
    return Preset(" ".join(title.split())[:80], form)


def preset_text(preset: Preset) -> str:
    """The file's text; the same for the same preset."""
    form = preset.form
    content = {
        MARK: VERSION,
        "title": preset.title,
        "pipeline": form.pipeline,
        "subtype": form.subtype,
        "choices": plain(form.choices),
        "values": plain(form.values),
        "export": plain(form.export),
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def write_preset(preset: Preset, path: str | os.PathLike[str]) -> Path:
    """Write the file, whole or not at all. Raises ParametersError: it can't be written."""
    file = Path(path)
    text = preset_text(preset)
    try:
        part = file.with_name(f"{file.name}.{os.getpid()}.part")
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            part.write_text(text, "utf-8")
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name makes no sense"
        raise ParametersError(f"The preset {str(file)!r} can't be written: {reason}") from None
    return file


def list_presets(folder: Path) -> list[Path]:
    """The folder's presets by name; none where there is no such folder. Their content isn't looked at."""
    try:
        found = [path for path in folder.iterdir() if path.suffix == SUFFIX and path.is_file()]
    except OSError:
        return []
    return sorted(found, key=lambda path: path.stem.casefold())


def file_name(title: str) -> str:
    """A file name that every system takes."""
    text = re.sub(r"[^\w .()+-]+", " ", title, flags=re.UNICODE)
    text = " ".join(text.split()).strip(" .")[:60].rstrip(" .") or "Preset"
    reserved = re.fullmatch(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", text, re.IGNORECASE)
    return f"{'_' if reserved else ''}{text}{SUFFIX}"


def _no_number(name: str) -> None:
    """NaN and Infinity are Python's, not JSON's."""
    raise ValueError(name)


def _check(form: Form) -> None:
    """What the catalogue finds impossible of this kind of avatar. Doubts pass: the service may know more than we do."""
    form.subtype_name  # noqa: B018  raises for a subtype that doesn't exist
    computation = ComputationParameters.from_json(form.computation()).for_pipeline(form.pipeline)
    exported = form.export_parameters()
    try:
        require(computation.validate(form.pipeline, form.subtype))
        if exported is not None:
            require(read_export_parameters(exported, form.pipeline).validate(form.pipeline, form.subtype))
    except (TypeError, ValueError, KeyError, AttributeError):
        raise ParametersError("a value in it is of the wrong kind") from None


def _choices(given: Any) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, names in _object(given, "choices", CHOICES).items():
        right = isinstance(names, list) and all(isinstance(each, str) and each for each in names)
        if not right or len(names) > MAX_NAMES:
            raise ParametersError(f"choices.{name} needs a list of at most {MAX_NAMES} names, not {shown(names)}")
        if names:
            found[name] = tuple(dict.fromkeys(names))
    return MappingProxyType(found)


def _values(given: Any) -> Mapping[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for name, inner in _object(given, "values", VALUES).items():
        values = _object(inner, f"values.{name}", tuple(categories()[name].parameters))
        if values:
            found[name] = MappingProxyType(values)
    return MappingProxyType(found)


def _export(given: Any) -> Mapping[str, Any]:
    found = _object(given, "export", EXPORT)
    if "textures" in found and not isinstance(found["textures"], list):
        raise ParametersError(f"export.textures needs a list of names, not {shown(found['textures'])}")
    if "finalize" in found and not isinstance(found["finalize"], bool):
        raise ParametersError(f"export.finalize needs true or false, not {shown(found['finalize'])}")
    if "colors" in found:
        _object(found["colors"], "export.colors", ("skin", "lips", "eyebrows", *CHOICES[:6]))
    return MappingProxyType(found)


def _object(given: Any, where: str, known: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise ParametersError(f"{where} needs an object, not {shown(given)}")
    unknown = [key for key in given if key not in known]
    if unknown:
        raise ParametersError(f"{where} has no {shown(unknown[0])}; {near(unknown[0], known)}")
    return given


def _text(given: Any, where: str) -> str:
    if not isinstance(given, str):
        raise ParametersError(f"{where} needs a text, not {shown(given)}")
    return given
