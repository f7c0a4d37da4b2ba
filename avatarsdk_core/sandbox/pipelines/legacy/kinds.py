"""What differs between the older pipelines and their subtypes. Pure facts, and the templates that follow from them."""

from __future__ import annotations

from dataclasses import dataclass

from avatarsdk_core.catalog import category
from avatarsdk_core.catalog import subtype as named_subtype
from avatarsdk_core.catalog.facts import ALWAYS_SET
from avatarsdk_core.errors import SandboxError
from avatarsdk_core.sandbox.human.model import Subtype
from avatarsdk_core.sandbox.pipelines.contract import ParameterError
from avatarsdk_core.sandbox.pipelines.legacy.template import Kind, Template
from avatarsdk_core.sandbox.pipelines.wishes import Wishes

ONE_LEVEL = {"base/static": (16000,), "bust/static": (30979,)}  # subtypes without levels of detail; counts are ours
JOINED_HAIR = 0.014  # metres that hair stands off the scalp where it is one surface with the head
HEAD_TEMPLATE = "head"
EMBEDDING = ("gltf", "glb", "fbx")  # formats that hold several meshes, and shapes


@dataclass(frozen=True)
class Avatar:
    """A pipeline's subtype."""

    pipeline: str
    subtype: str

    @property
    def is_body(self) -> bool:
        return self.pipeline == "body_0.3"

    @property
    def has_joined_hair(self) -> bool:
        """head_1.2 is one mesh with hair and bust; so is a static bust."""
        return self.pipeline == "head_1.2" or self.subtype == "bust/static"

    @property
    def blendshape_sets(self) -> tuple[str, ...]:
        """Sets that this subtype may have, face_modifications_2 left out: it is unpublished what it holds."""
        return tuple(name for name in self._named("blendshapes") if name != "face_modifications_2")

    def always(self, modification: str) -> bool:
        """Whether a modification is on whatever was asked for."""
        row = category("avatar_modifications").parameters[modification]
        return row.plan(named_subtype(self.pipeline, self.subtype)) == ALWAYS_SET

    @property
    def has_haircuts(self) -> bool:
        return bool(self._named("haircuts"))

    @property
    def additional_textures(self) -> tuple[str, ...]:
        return self._named("additional_textures")

    def _named(self, category_name: str) -> tuple[str, ...]:
        target = named_subtype(self.pipeline, self.subtype)
        rows = category(category_name).parameters.values()
        return tuple(row.name for row in rows if row.plan(target) not in (None, ALWAYS_SET))

    def human(self, wishes: Wishes) -> Subtype:
        """Whose shape the avatar starts from. A photo doesn't tell the sandbox; only a subtype or a parameter does."""
        if self.subtype == "male" or (self.is_body and wishes.values.get("gender") == "male"):
            return "male"
        return "female"

    def template(self, wishes: Wishes, name: str = "") -> Template:
        """The fixed topology; `name`: the export flag `template` of body_0.3."""
        kind: Kind = "head"
        if self.is_body and name != HEAD_TEMPLATE:
            kind = "body"
        elif self.pipeline == "head_1.2" or self.subtype.startswith("bust"):
            kind = "bust"
        return Template(
            self.human(wishes),
            kind,
            self.counts(name),
            toothless_last=self.pipeline == "animated_face",
            curved=wishes.on("curved_bottom"),
            hair=JOINED_HAIR if self.has_joined_hair else 0.0,
        )

    def counts(self, template: str = "") -> tuple[int, ...]:
        """The documented numbers of vertices, level by level: what ours are made to."""
        target = named_subtype(self.pipeline, self.subtype)
        lods = target.lods
        if template == HEAD_TEMPLATE and self.is_body:
            lods = target.lods_by_template.get(template) or named_subtype("head_2.0", "head/mobile").lods
        return tuple(lod.total.vertices for lod in lods.values()) or ONE_LEVEL[self.subtype]

    def check_lod(self, lod: int, template: str = "") -> None:
        """Raises ParameterError for a level that there isn't."""
        count = len(self.counts(template))
        if not 0 <= lod < count:
            allowed = f"0 to {count - 1}" if count > 1 else "0 alone"
            raise ParameterError(f"lod: {self.pipeline} {self.subtype} has no level {lod}; there is {allowed}.")

    def texture_size(self, wishes: Wishes) -> tuple[int, int]:
        """Width and height of the textures at their largest (spec 5.5)."""
        target = named_subtype(self.pipeline, self.subtype)
        size = target.texture_size
        if (wishes.on("repack_texture") or self.always("repack_texture")) and target.texture_size_repacked:
            size = target.texture_size_repacked
        found = wishes.size("texture_size") or size
        if found is None:
            raise SandboxError(f"The catalogue has no texture size of {self.pipeline} {self.subtype}")
        return int(found[0]), int(found[1])
