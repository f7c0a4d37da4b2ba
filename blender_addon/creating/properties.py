# SPDX-License-Identifier: GPL-3.0-or-later
"""The form's values as Blender's properties: each reads and writes `state`, none stores anything in Blender's data.

Most of them come from the catalogue, so that what the service can do is what can be set.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import bpy

from avatarsdk_core.catalog import categories, export_families, pipelines
from avatarsdk_core.catalog.facts import Parameter
from avatarsdk_core.creation.form import WORN
from avatarsdk_core.creation.words import pipeline_words, subtype_words, tip, title

from .. import words
from . import state

Items = list[tuple[str, str, str]]
_SIZES = (256, 512, 1024, 2048, 4096)
_RECOLORABLE = {
    "skin": words.mark("The skin gets this colour"),
    "lips": words.mark("The lips get this colour"),
    "eyebrows": words.mark("The eyebrows get this colour"),
    "haircuts": words.mark("The hair gets this colour"),
}
_AUTO = "AUTO"  # an empty name would be a line between items
_GRAY = (0.5, 0.5, 0.5)


def property_name(category: str, name: str) -> str:
    """Of a parameter's value; `use_` before it is its switch."""
    return f"{category}_{name}".replace(".", "_")


def _spoken(make: Callable[[], Items]) -> Callable[[object, object], Items]:
    """Items in the interface's language, made once a language: Blender keeps no reference to a callback's texts."""
    made = cache(lambda _language: make())
    return lambda _self, _context: made(bpy.app.translations.locale)


def _pipeline_items() -> Items:
    """The best first; those that the vendor gives up last."""
    order = sorted(pipelines().values(), key=lambda each: (each.name != "metaperson_2.0", each.deprecated, each.name))
    return [(each.name, *_pipeline_item(each.name, each.plan, each.deprecated)) for each in order]


def _pipeline_item(name: str, plan: str, deprecated: bool) -> tuple[str, str]:
    label, about = pipeline_words(name)
    going = words.tip("The service's makers advise against it. ") if deprecated else ""
    about = words.tip("{about}. Plan {plan} or higher. {going}The service calls it {name}",
                      about=about, plan=plan, going=going, name=name)  # fmt: skip
    return label, about


_PIPELINES = _pipeline_items()
_SUBTYPES: Mapping[str, Items] = {
    name: [(sub, *subtype_words(sub)) for sub in facts.subtypes] for name, facts in pipelines().items()
}
_FORMATS: Items = [
    ("glb", "GLB", "One file with everything; best for Blender"),
    ("gltf", "glTF", "The same in several files"),
    ("fbx", "FBX", "For other programs and game engines"),
    ("obj", "OBJ", "Shape and texture only: no skeleton, no moving face"),
    ("ply", "PLY", "Shape only"),
]
_NEW = export_families()["metaperson_2.0"]
_PROFILES: Items = [
    (each, " ".join(each.upper().split(".")), f"{int(each[0]) * 1024} × {int(each[0]) * 1024}")
    for each in _NEW.profiles
]
_TEXTURE_SIZES: Items = [
    (_AUTO, "As Large as There Is", "The service's own size"),
    *((str(size), f"{size} × {size}", "") for size in _SIZES),
]
_LODS: Mapping[str, Items] = {
    "metaperson": [("LOD1", "Full", "The densest mesh"), ("LOD2", "Light", "Fewer polygons, for games")],
    "others": [(str(number), str(number), "0 is the densest mesh, 7 the lightest") for number in range(8)],
}
_GENDERS: Items = [
    (_AUTO, "As in the Photo", "The service guesses"),
    ("female", "Female", ""),
    ("male", "Male", ""),
    ("non_binary", "Neither", ""),
]


def _index(items: Items, value: object) -> int:
    return next((number for number, item in enumerate(items) if item[0] == str(value)), 0)


def _choice(items: Items, number: int) -> str | None:
    name = items[number][0]
    return None if name == _AUTO else name


def _subtype_items(_self: object, _context: object) -> Items:
    return _SUBTYPES[state.form().pipeline]


def _lod_items(_self: object, _context: object) -> Items:
    return _LODS["metaperson" if state.form().pipeline == "metaperson_2.0" else "others"]


def _set_pipeline(_self: object, number: int) -> None:
    wanted = _PIPELINES[number][0]
    if wanted != state.form().pipeline:
        state.set_kind(wanted, pipelines()[wanted].subtype().name)


def _set_subtype(_self: object, number: int) -> None:
    wanted = _SUBTYPES[state.form().pipeline][number][0]
    state.set_kind(state.form().pipeline, wanted)


def _get_lod(_self: object) -> int:
    return _index(_lod_items(None, None), state.form().export.get("lod", ""))


def _set_lod(_self: object, number: int) -> None:
    level = _lod_items(None, None)[number][0]
    state.set_form(state.form().with_export("lod", int(level) if level.isdigit() else level))


def _set_size(_self: object, number: int) -> None:
    text = _choice(_TEXTURE_SIZES, number)
    size = {"width": int(text), "height": int(text)} if text else None
    state.set_form(state.form().with_export("texture_size", size))


def _set_finalize(_self: object, on: bool) -> None:
    state.set_form(state.form().with_export("finalize", True if on else None))


def _fixed() -> dict[str, Any]:
    """Properties that every kind has."""
    return {
        "photo": bpy.props.StringProperty(
            name="Photo",
            description="A photo of a face, from the front, in even light. JPEG or PNG",
            subtype="FILE_PATH",
            get=lambda _self: found.path if (found := state.photo()) and not state.selfie().code else "",
            set=lambda _self, path: state.set_photo(bpy.path.abspath(path) if path else ""),
        ),
        "name": bpy.props.StringProperty(
            name="Name",
            description="What the avatar is called, here and on the service",
            get=lambda _self: state.name(),
            set=lambda _self, text: state.set_name(text),
        ),
        "pipeline": bpy.props.EnumProperty(
            name="Kind",
            description="What sort of avatar the service makes",
            items=_spoken(_pipeline_items),
            get=lambda _self: _index(_PIPELINES, state.form().pipeline),
            set=_set_pipeline,
        ),
        "subtype": bpy.props.EnumProperty(
            name="Variant",
            description="Which variant of it",
            items=_subtype_items,
            translation_context=words.CONTEXT,
            get=lambda _self: _index(_SUBTYPES[state.form().pipeline], state.form().subtype_name),
            set=_set_subtype,
        ),
        "file_format": bpy.props.EnumProperty(
            name="Format",
            description="The file that the service makes. The add-on reads all of them",
            items=_FORMATS,
            get=lambda _self: _index(_FORMATS, state.form().export.get("format", "glb")),
            set=lambda _self, number: state.set_form(state.form().with_export("format", _FORMATS[number][0])),
        ),
        "lod": bpy.props.EnumProperty(
            name="Detail",
            description="How many polygons",
            items=_lod_items,
            translation_context=words.CONTEXT,
            get=_get_lod,
            set=_set_lod,
        ),
        "texture_profile": bpy.props.EnumProperty(
            name="Textures",
            description="Size and file type. JPEG is smaller, PNG loses nothing",
            items=_PROFILES,
            get=lambda _self: _index(_PROFILES, state.form().export.get("texture_profile", "2K.jpg")),
            set=lambda _self, number: state.set_form(state.form().with_export("texture_profile", _PROFILES[number][0])),
        ),
        "texture_size": bpy.props.EnumProperty(
            name="Textures",
            description="The textures' size",
            items=_TEXTURE_SIZES,
            get=lambda _self: _index(
                _TEXTURE_SIZES, (state.form().export.get("texture_size") or {"width": ""}).get("width", "")
            ),
            set=_set_size,
        ),
        "finalize": bpy.props.BoolProperty(
            name="One Finished Mesh",
            description="For other programs: hair in its final shape, skin below clothes cut away. Clothes can't be "
            "taken off then. Allows one of each",
            get=lambda _self: bool(state.form().export.get("finalize")),
            set=_set_finalize,
        ),
        "gender": bpy.props.EnumProperty(
            name="Body",
            description="Whose body the measures are of",
            items=_GENDERS,
            get=lambda _self: _index(_GENDERS, state.form().value("body_shape", "gender") or ""),
            set=lambda _self, number: state.set_form(
                state.form().with_value("body_shape", "gender", _choice(_GENDERS, number))
            ),
        ),
    }


def _search(category: str) -> Any:
    return bpy.props.StringProperty(
        name="Search",
        description="Show only those with these words in their names",
        options={"TEXTEDIT_UPDATE"},
        get=lambda _self: state.search(category),
        set=lambda _self, text: state.set_search(category, text),
    )


def _color(get: Any, put: Any, about: str) -> tuple[Any, Any]:
    """A switch, and a colour as JSON object: sRGB, 0 to 255."""

    def read(_self: object) -> tuple[float, ...]:
        found = get()
        return tuple(found[channel] / 255 for channel in ("red", "green", "blue")) if found else _GRAY

    def write(_self: object, color: Any) -> None:
        put(dict(zip(("red", "green", "blue"), (round(channel * 255) for channel in color), strict=True)))

    def switch(_self: object, on: bool) -> None:
        put({"red": 128, "green": 128, "blue": 128} if on else None)

    return (
        bpy.props.BoolProperty(description=about, get=lambda _self: get() is not None, set=switch),
        bpy.props.FloatVectorProperty(
            description=about, subtype="COLOR_GAMMA", size=3, min=0, max=1, get=read, set=write
        ),
    )


def _recoloring(name: str) -> tuple[Any, Any]:
    def get() -> Any:
        return (state.form().export.get("colors") or {}).get(name)

    def put(color: Any) -> None:
        colors = {key: value for key, value in (state.form().export.get("colors") or {}).items() if key != name}
        state.set_form(state.form().with_export("colors", {**colors, name: color} if color else colors))

    return _color(get, put, _RECOLORABLE[name])


def _value(row: Parameter) -> dict[str, Any]:
    """A parameter's property, and its switch where it isn't one itself."""
    key, about = property_name(row.category, row.name), tip(row, None)

    def get() -> Any:
        return state.form().value(row.category, row.name)

    def put(value: Any) -> None:
        state.set_form(state.form().with_value(row.category, row.name, value))

    if row.type == "bool":
        off = False if row.default else None  # what is on by itself has to be switched off by name
        return {
            key: bpy.props.BoolProperty(
                name=title(row.name),
                description=about,
                get=lambda _self: bool(row.default if get() is None else get()),
                set=lambda _self, on: put(True if on else off),
            )
        }
    if row.type == "color":
        switch, color = _color(get, put, about)
        return {f"use_{key}": switch, key: color}
    if row.type == "size":

        def put_size(_self: object, number: int) -> None:
            text = _choice(_TEXTURE_SIZES, number)
            put({"width": int(text), "height": int(text)} if text else None)

        return {
            key: bpy.props.EnumProperty(
                name=title(row.name),
                description=about,
                items=_TEXTURE_SIZES,
                get=lambda _self: _index(_TEXTURE_SIZES, (get() or {"width": ""})["width"]),
                set=put_size,
            )
        }
    return _number(row, key, about, get, put)


def _number(row: Parameter, key: str, about: str, get: Any, put: Any) -> dict[str, Any]:
    whole = row.type == "int"
    low = (row.range or (0, None))[0] or 0
    intervals = categories()[row.category].intervals.get("non_binary", {})
    start = sum(intervals[row.name]) / 2 if row.name in intervals else 8000 if whole else 0.5
    kind = int if whole else float
    options: dict[str, Any] = {
        "name": title(row.name),
        "description": about,
        "min": kind(low),
        "soft_max": kind(row.usable_below or start * 2),
        "get": lambda _self: kind(start if get() is None else get()),
        "set": lambda _self, value: put(kind(value)),
    }
    make = bpy.props.IntProperty if whole else bpy.props.FloatProperty
    return {
        f"use_{key}": bpy.props.BoolProperty(
            description=about,
            get=lambda _self: get() is not None,
            set=lambda _self, on: put(kind(start) if on else None),
        ),
        key: make(**options),
    }


def _annotations() -> dict[str, Any]:
    made = _fixed() | {f"search_{category}": _search(category) for category in WORN}
    for name in _RECOLORABLE:
        made[f"use_color_{name}"], made[f"color_{name}"] = _recoloring(name)
    for category in ("avatar_modifications", "shape_modifications", "body_shape"):
        for row in categories()[category].parameters.values():
            if row.type != "enum":
                made |= _value(row)
    return made


AVATAR_SDK_PG_create = type(
    "AVATAR_SDK_PG_create",
    (bpy.types.PropertyGroup,),
    {"__doc__": "The form of a new avatar.", "__module__": __name__, "__annotations__": _annotations()},
)

CLASSES = (AVATAR_SDK_PG_create,)


def register() -> None:
    """The form hangs on the window manager."""
    bpy.types.WindowManager.avatar_sdk_create = bpy.props.PointerProperty(type=AVATAR_SDK_PG_create)


def unregister() -> None:
    """Takes it back."""
    del bpy.types.WindowManager.avatar_sdk_create
