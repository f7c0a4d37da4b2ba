"""The catalogue's facts as frozen dataclasses. Where they come from: `tables.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from avatarsdk_core.catalog.names import look_up

PlanName = Literal["Plus", "Pro", "Enterprise"]
Confidence = Literal["certain", "likely", "unsure"]
Kind = Literal["enumerable", "key-value", "export_only"]

PLANS: tuple[PlanName, ...] = ("Plus", "Pro", "Enterprise")
ALWAYS_SET = "always_set"


@dataclass(frozen=True)
class Counts:
    """Vertices and faces of a mesh."""

    vertices: int
    faces: int


@dataclass(frozen=True)
class Lod:
    """A level of detail: `name` as the service writes it (0 to 8; LOD1, LOD2), and its parts where they are known."""

    name: str
    total: Counts
    parts: Mapping[str, Counts]


@dataclass(frozen=True)
class Subtype:
    """`lods`: by name; `lods_by_template`: those of another template than the default one (body_0.3/mobile: `head`).
    `texture_size`: (width, height) in pixels, None where profiles rule; `texture_size_repacked`: after
    `repack_texture`.
    """

    pipeline: str
    name: str
    lods: Mapping[str, Lod]
    lods_by_template: Mapping[str, Mapping[str, Lod]]
    texture_size: tuple[int, int] | None
    texture_size_repacked: tuple[int, int] | None

    @property
    def key(self) -> str:
        """`<pipeline>/<subtype>`, as availability is keyed."""
        return f"{self.pipeline}/{self.name}"


@dataclass(frozen=True)
class Pipeline:
    """`plan`: the lowest that has it over REST. `grouped`: its parameters stand in groups such as `base` and `plus`.
    `export_created_when_empty`: an avatar made without export parameters gets an export with the defaults.
    `default_subtype_printed`: the documentation says so; else it is inferred.
    """

    name: str
    plan: PlanName
    deprecated: bool
    export_parameters: bool
    export_created_when_empty: bool
    static_resources: bool
    default_subtype: str
    default_subtype_printed: bool
    grouped: bool
    subtypes: Mapping[str, Subtype]

    def subtype(self, name: str | None = None) -> Subtype:
        """By name; None or empty for the default one. Raises UnknownNameError."""
        return look_up(f"subtype of {self.name}", name or self.default_subtype, self.subtypes)


@dataclass(frozen=True)
class Parameter:
    """One row of the documentation's tables.

    Attributes:
        type: bool, int, float, color, size, enum; for enumerable ones what comes out; `set` for a set of names.
        range: smallest and largest value, None where open. `usable_below`: above it results are of no use.
        unit: inferred from the magnitudes, the documentation prints none.
        availability: `<pipeline>/<subtype>` → the lowest plan, or `always_set`.
        confidence: how sure that availability is; `candidates` holds the columns that it might mean instead.
        group: under which group to ask for it, where the pipeline has groups; empty for export-only ones.
        export_category: where export parameters name it.
        needs: another parameter without which it has no effect; `ignored_beside`: one that overrules it.
        output: keys of model_info that it brings.
    """

    category: str
    name: str
    kind: Kind
    type: str
    meaning: str
    availability: Mapping[str, str]
    confidence: Confidence
    candidates: tuple[tuple[str, ...], ...]
    group: str
    range: tuple[float | None, float | None] | None
    usable_below: float | None
    unit: str
    values: tuple[str, ...]
    default: Any
    deprecated: bool
    output: tuple[str, ...]
    export_category: str
    needs: str
    ignored_beside: str

    def plan(self, subtype: Subtype) -> str | None:
        """The lowest plan, `always_set`, or None where it isn't available."""
        return self.availability.get(subtype.key)

    def may_be_available(self, subtype: Subtype) -> bool:
        """Another reading of the documentation has it there."""
        return any(subtype.key in candidate for candidate in self.candidates)


@dataclass(frozen=True)
class Category:
    """A category of computation or export parameters. `names_are_sets`: each row stands for a set of names.
    `intervals`: recommended values by gender and parameter (body_shape only).
    """

    name: str
    kind: Kind
    names_are_sets: bool
    parameters: Mapping[str, Parameter]
    intervals: Mapping[str, Mapping[str, tuple[float, float]]]

    def parameter(self, name: str) -> Parameter:
        """By name. Raises UnknownNameError."""
        return look_up(f"parameter of {self.name}", name, self.parameters)


@dataclass(frozen=True)
class BlendshapeSet:
    """`names`: None where they are unpublished; `known_names` are seen elsewhere; `probably_missing`: the documented
    count is larger than what it prints. `creator_names`: sliders of the vendor's creator, probably the same shapes.
    """

    name: str
    count: int | None
    names: tuple[str, ...] | None
    known_names: tuple[str, ...]
    creator_names: tuple[str, ...]
    probably_missing: tuple[str, ...]
    deprecated: bool
    per_mesh: Mapping[str, Any]

    def on_mesh(self, mesh: str, lod: str = "LOD1") -> tuple[str, ...]:
        """The shapes that a mesh of metaperson_2.0 has; empty for a mesh without any, or where it isn't known."""
        listed = self.per_mesh.get(mesh, ())
        if isinstance(listed, Mapping):
            listed = listed.get(lod, ())
        return (self.names or ()) if listed == "all" else tuple(listed)

    @property
    def complete(self) -> bool:
        """All its names are known, so that another name is a wrong one."""
        return self.names is not None and not self.probably_missing


@dataclass(frozen=True)
class NameSet:
    """A set of haircuts: the documented `count` (None: unknown) and the names known of it."""

    name: str
    count: int | None
    names: tuple[str, ...]


@dataclass(frozen=True)
class Flag:
    """A key of export parameters. `type`: bool, names, format, lod, size, color, colors, textures, profile, weights,
    template."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True)
class ExportFamily:
    """Export parameters of some pipelines. `defaults` is the documented object: treat it as read-only.

    `mesh_embedding_formats`, `texture_embedding_formats`: formats that can hold other meshes, or textures.
    `texture_names`: by category (metaperson_2.0) or by pipeline; `texture_names_also_seen`: beside those in samples.
    """

    name: str
    pipelines: tuple[str, ...]
    formats: tuple[str, ...]
    mesh_embedding_formats: tuple[str, ...]
    texture_embedding_formats: tuple[str, ...]
    lods: tuple[int, ...] | tuple[str, ...]
    profiles: tuple[str, ...]
    templates: tuple[str, ...]
    recolorable: tuple[str, ...]
    texture_names: Mapping[str, tuple[str, ...]]
    texture_names_also_seen: tuple[str, ...]
    outfit_texture_names: tuple[str, ...]
    flags: Mapping[str, Flag]
    textures: Mapping[str, Flag]
    categories: Mapping[str, Mapping[str, Flag]]
    defaults: Mapping[str, Any]
