"""Computation parameters: what is to be computed beside the avatar itself (spec 8.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from avatarsdk_core.catalog.facts import Category
from avatarsdk_core.catalog.objects import JsonObject
from avatarsdk_core.catalog.problems import Problem
from avatarsdk_core.catalog.tables import categories, haircut_sets
from avatarsdk_core.catalog.tables import pipeline as pipeline_named
from avatarsdk_core.catalog.values import CHANNELS, plain
from avatarsdk_core.catalog.wording import (
    AdditionalTextureName,
    AvatarModifications,
    BlendshapeSetName,
    BodyShape,
    ModelInfoName,
    ShapeModifications,
)

_VALUE_KEYS = (set(CHANNELS), {"width", "height"})


@dataclass(frozen=True)
class Entry:
    """One parameter asked for. `group`: None in the form without groups; `value`: None for enumerable ones;
    `listed`: it stands in a list, that is without a value.
    """

    category: str
    group: str | None
    name: str
    value: Any
    listed: bool

    @property
    def path(self) -> str:
        return ".".join(part for part in (self.category, self.group, self.name) if part is not None)


class ComputationParameters(JsonObject):
    """The `parameters` of a new avatar.

        ComputationParameters(model_info=["hair_color"], avatar_modifications={"remove_smile": True})

    What is left out isn't computed; no parameters at all mean the pipeline's defaults. The service wants parameters in
    groups (`base`, `plus`, …) for every pipeline but body_0.3: `for_pipeline` puts them there. `extra` takes categories
    that this version doesn't know. Colours are Color or the service's own objects, sizes likewise.
    """

    def __init__(
        self,
        *,
        haircuts: Sequence[str] | None = None,
        blendshapes: Sequence[BlendshapeSetName] | None = None,
        model_info: Sequence[ModelInfoName] | None = None,
        avatar_modifications: AvatarModifications | None = None,
        shape_modifications: ShapeModifications | None = None,
        body_shape: BodyShape | None = None,
        additional_textures: Sequence[AdditionalTextureName] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        self._keep(
            {
                "haircuts": haircuts,
                "blendshapes": blendshapes,
                "model_info": model_info,
                "avatar_modifications": avatar_modifications,
                "shape_modifications": shape_modifications,
                "body_shape": body_shape,
                "additional_textures": additional_textures,
            },
            extra,
        )

    def entries(self) -> list[Entry]:
        """Every parameter that is asked for, in whatever form; what can't be read is left to `validate`."""
        return [
            entry
            for name, content in self._tree.items()
            for group, inner in grouped_contents(name, content).items()
            for entry in _entries(name, group, inner)
        ]

    def validate(
        self,
        pipeline: str,
        subtype: str | None = None,
        plan: str | None = None,
        *,
        available: Mapping[str, Any] | None = None,
        strict: bool = False,
    ) -> list[Problem]:
        """See `validate_computation`."""
        from avatarsdk_core.catalog.computation_checks import validate_computation

        return validate_computation(self, pipeline, subtype, plan, available=available, strict=strict)

    def for_pipeline(self, name: str) -> Self:
        """The same parameters in the form that the pipeline wants: with groups, or without (body_0.3).

        A category that already has the form stays as it is. Raises UnknownNameError.
        """
        grouped = pipeline_named(name).grouped
        return self.from_json(
            {
                category: _grouped(name, category, content) if grouped else _ungrouped(category, content)
                for category, content in self._tree.items()
            }
        )


def grouped_contents(category_name: str, content: Any) -> dict[str | None, Any]:
    """Group → list or object; a category without groups has the one group None."""
    if not isinstance(content, Mapping):
        return {None: content}
    known = categories().get(category_name)
    groups: dict[str | None, Any] = {}
    for key, value in content.items():
        if _is_group(key, value, known):
            groups[key] = value
        else:
            groups.setdefault(None, {})[key] = value
    return groups


def _is_group(key: str, value: Any, known: Category | None) -> bool:
    """Without values, every key is a group. With values, one over a list or an object is, unless it is a parameter or
    what it holds is a value: a colour, a size.
    """
    if known is not None and known.kind != "key-value":
        return True
    if known is not None and key in known.parameters:
        return False
    if isinstance(value, Mapping):
        return set(value) not in _VALUE_KEYS
    return isinstance(value, list)


def _entries(category_name: str, group: str | None, content: Any) -> list[Entry]:
    if isinstance(content, Mapping):
        return [Entry(category_name, group, key, value, listed=False) for key, value in content.items()]
    if isinstance(content, list):
        names = [name for name in content if isinstance(name, str)]
        return [Entry(category_name, group, name, None, listed=True) for name in names]
    return []


def _grouped(pipeline_name: str, category_name: str, content: Any) -> Any:
    contents = grouped_contents(category_name, content)
    if None not in contents or category_name not in categories():
        return content
    loose = _entries(category_name, None, contents[None])
    made: dict[str, Any] = plain({key: value for key, value in contents.items() if key is not None})
    for entry in loose:
        group = made.setdefault(group_of(pipeline_name, category_name, entry.name), [] if entry.listed else {})
        if isinstance(group, list) and entry.listed:
            group.append(entry.name)
        elif isinstance(group, dict) and not entry.listed:
            group[entry.name] = entry.value
        else:
            return content  # names among values: left for `validate` to tell
    return made


def _ungrouped(category_name: str, content: Any) -> Any:
    contents = grouped_contents(category_name, content)
    if set(contents) == {None} or category_name not in categories():
        return content
    if all(isinstance(inner, list) for inner in contents.values()):
        return list(dict.fromkeys(name for inner in contents.values() for name in inner))
    if all(isinstance(inner, Mapping) for inner in contents.values()):
        return {key: value for inner in contents.values() for key, value in inner.items()}
    return content


def group_of(pipeline_name: str, category_name: str, name: str) -> str:
    """Under which group the documentation asks for a parameter; `base` for a name that it doesn't know."""
    if category_name == "haircuts":
        sets = haircut_sets(pipeline_name).values()
        name = next((found.name for found in sets if name in found.names), name)
    row = categories()[category_name].parameters.get(name)
    return row.group if row and row.group else "base"
