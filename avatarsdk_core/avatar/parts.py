"""The parts of a model: which mesh is the head, a cornea, a garment, and which textures and masks belong to it.

A part is told by what the service promises (names of nodes, materials and textures) and by structure (a face's
morph targets make a head), never by the name of the file. Sources: API documentation section "Exports" and real
metaperson_2.0 files; names of combined exports (`outfit_top`, `haircut`, …) from the vendor's loader.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .foreign import Guess, guess_parts
from .gltf_file import ImageSource
from .meshes import MaterialFacts, MeshFacts, ModelFacts, Surface
from .roles import PERSON, SKIN, Role
from .shape_groups import is_haircut
from .textures import HAIR_TYPES, MODEL, SLOT_TYPES, TextureIndex, asset_of, parse_texture_name

__all__ = ["PERSON", "SKIN", "Part", "Role", "describe_parts", "plain_name"]

_PERSON_NAMES: Mapping[str, Role] = {
    "AvatarBody": Role.BODY,
    "AvatarHead": Role.HEAD,
    "AvatarEyelashes": Role.EYELASHES,
    "AvatarLeftCornea": Role.CORNEA,
    "AvatarRightCornea": Role.CORNEA,
    "AvatarLeftEyeball": Role.EYEBALL,
    "AvatarRightEyeball": Role.EYEBALL,
    "AvatarTeethLower": Role.TEETH,
    "AvatarTeethUpper": Role.TEETH,
}
_SHARED_ASSETS: Mapping[Role, str] = {Role.EYEBALL: "AvatarEyes", Role.TEETH: "AvatarTeeth"}

# Node name in a combined export -> export category.
_SLOT_NAMES: Mapping[str, str] = {
    "outfit_top": "outfits_top",
    "outfit_bottom": "outfits_bottom",
    "outfit_shoes": "outfits_shoes",
    "outfit": "outfits",
    "haircut": "haircuts",
    "beard": "beards",
    "glasses": "glasses",
    "hat": "hats",
    "earring": "earrings",
    "necklace": "necklaces",
    "props": "props",
}
# How the service's own assets begin (`polo_Getik`, `jeans_AZAT`, …) -> export category, where nothing else tells.
_ASSET_NAMES: Mapping[str, str] = {
    **dict.fromkeys(("polo_", "jacket_", "t-shirt_", "top_", "kurta_"), "outfits_top"),
    **dict.fromkeys(("jeans_", "pants_", "skirt_", "leggings_", "dhoti_", "shorts_"), "outfits_bottom"),
    **dict.fromkeys(("sneakers_", "sandals_", "shoes_", "boots_"), "outfits_shoes"),
    "hair": "haircuts",
    "generated": "haircuts",
}
_GROWN_HAIR = ("HaircutGenerated",)
_HAIRCUT_OF = "haircut_"  # several haircuts in one file: haircut_<identity>
_CATEGORY_ROLES: Mapping[str, Role] = {
    **dict.fromkeys(("outfits", "outfits_top", "outfits_bottom", "outfits_shoes", "hats"), Role.GARMENT),
    **dict.fromkeys(("haircuts", "beards"), Role.HAIR),
    "glasses": Role.GLASSES,
}

# Vertices of the head (or body) of metaperson_2.0 -> LOD. Source: API documentation, LOD table of MetaPerson 2.0; the
# smaller number of each is the same mesh in an FBX, where the seams of its UVs share their vertices.
_LOD_BY_VERTICES = {
    Role.HEAD: {7419: "LOD1", 7261: "LOD1", 1760: "LOD2", 1692: "LOD2"},
    Role.BODY: {7131: "LOD1", 6361: "LOD1", 3409: "LOD2", 3347: "LOD2", 2817: "LOD2"},
}
# Expressions that only a head has: ARKit's, and those of animated_face.
_FACE_SIGNS = (
    frozenset({"jawOpen", "eyeBlinkLeft", "mouthSmileRight", "browInnerUp"}),
    frozenset({"JawOpen", "EyeBlink_L", "MouthSmile_R", "BrowsU_C"}),
)


@dataclass(frozen=True)
class Part:
    """One mesh of a model, understood.

    Attributes:
        key: number of the mesh in the model, as in `MeshFacts.key`.
        name: its name for people.
        role: what it is on the person.
        category: export category (`haircuts`, `outfits_top`, …), None for the person's own parts.
        identity: `avatar`, or the asset's name.
        lod: `LOD1`, `LOD2`, or None where nothing tells.
        side: `left`, `right` or None.
        targets: names of its morph targets, in order.
        textures: slot (see `textures.SLOT_TYPES`; `haircut_color` of a head that grows its hair) -> image.
        material: factors and alpha mode of its first material.
        likely_masks: slot -> nameless embedded image that stands where a mask would; `masks.looks_like_mask` decides.
        more: its materials after the first; other people's avatars have them.
        is_anything: skin, clothes and hair may all be one surface.
        assumed: why it was taken for what it is, where nothing told.
    """

    key: int
    name: str
    role: Role
    category: str | None
    identity: str
    lod: str | None
    side: str | None
    targets: tuple[str, ...]
    textures: Mapping[str, ImageSource] = field(repr=False)
    material: MaterialFacts = field(repr=False)
    likely_masks: Mapping[str, ImageSource] = field(default_factory=dict, repr=False)
    more: tuple[Surface, ...] = field(default=(), repr=False)
    is_anything: bool = False
    assumed: str = ""


def describe_parts(
    model: ModelFacts, beside: Sequence[ImageSource] = (), identity: str = "avatar", category: str | None = None
) -> list[Part]:
    """A model's meshes, understood, in their order.

    Args:
        beside: image files that lie beside the model.
        identity, category: what the export says of the file (None where it says nothing).

    A missing texture is no error: its slot stays empty.
    """
    describer = _Describer(model, beside, identity, category)
    return [describer.part(mesh) for mesh in model.meshes]


def plain_name(name: str) -> str:
    """A node's name without Blender's `.001` and without the LOD suffix, `AvatarHead_LOD2.001` → `AvatarHead`."""
    return re.sub(r"_LOD\d$", "", re.sub(r"\.\d{3}$", "", name), flags=re.IGNORECASE)


class _Describer:
    def __init__(self, model: ModelFacts, beside: Sequence[ImageSource], identity: str, category: str | None) -> None:
        self.model, self.identity, self.category, self.beside = model, identity, category, beside
        self.index = TextureIndex([*model.images, *beside])
        self.lod = self._file_lod()
        # Older heads are one mesh without a name of its own, and their texture is model.jpg.
        older = not model.is_rigged and len(model.meshes) == 1 and self.index.find([MODEL], "color", None)
        self.is_older_head = bool(older) and identity in ("avatar", MODEL)
        is_ours = any(_promised_name(mesh) for mesh in model.meshes) or bool(category) or self._has_masks()
        self.guesses: dict[int, Guess] = {} if is_ours or self.is_older_head else guess_parts(model.meshes)
        # What hangs on a skeleton in a file without a person was made to be worn.
        self.is_worn = model.is_rigged and not _is_person(model, self.guesses)

    def part(self, mesh: MeshFacts) -> Part:
        if guess := self.guesses.get(mesh.key):
            return self._guessed(mesh, guess)
        known = _person_name(mesh) or ("AvatarHead" if self.is_older_head else None)
        if known:
            role, category, identity = _PERSON_NAMES[known], None, "avatar"
            assets = _person_assets(known, role)
        else:
            role, category, identity, assets = self._item(mesh)
        textures = self._textures(role, assets, mesh.textures)
        masked = "body_mask" in textures or "head_mask" in textures
        if (role is Role.OTHER and (masked or self.is_worn)) or (role is Role.ACCESSORY and masked):
            role, category = Role.GARMENT, category or "outfits"
        side = "left" if known and "Left" in known else "right" if known and "Right" in known else None
        name = plain_name(mesh.name or known or identity)
        if role is Role.HEAD and (grown := [target for target in mesh.targets if is_haircut(target)]):
            textures |= self._grown_hair(grown)
        likely = {slot: image for slot, image in mesh.likely_masks.items() if slot not in textures}
        if role is not Role.GARMENT:
            likely = {}
        return Part(
            *(mesh.key, name, role, category, identity, self.lod, side, mesh.targets, textures, mesh.material, likely),
            more=mesh.more,
            assumed="nothing tells what it is" if role is Role.OTHER else "",
        )

    def _guessed(self, mesh: MeshFacts, guess: Guess) -> Part:
        name = plain_name(mesh.name or mesh.material.name or guess.role)
        return Part(
            *(mesh.key, name, guess.role, guess.category, name if guess.category else "avatar", None, guess.side),
            *(mesh.targets, dict(mesh.textures), mesh.material),
            more=mesh.more,
            is_anything=guess.is_anything,
            assumed=guess.reason,
        )

    def _has_masks(self) -> bool:
        parsed = (parse_texture_name(image.name) for image in (*self.model.images, *self.beside))
        return any(one and one.type.endswith("VisibilityMask") for one in parsed)

    def _item(self, mesh: MeshFacts) -> tuple[Role, str | None, str, list[str]]:
        names = [plain_name(name) for name in (mesh.name, mesh.material.name) if name]
        pictured = asset_of(mesh.textures["color"].name) if "color" in mesh.textures else ""
        discrete = self.identity if self.identity not in ("avatar", "model") else ""
        assets = [name for name in dict.fromkeys([pictured, *names, discrete]) if name]
        category = self.category or _category_by_name([*names, *assets])
        role = _CATEGORY_ROLES.get(category or "", Role.OTHER if category is None else Role.ACCESSORY)
        if role is Role.OTHER and self.index.has_types(assets, HAIR_TYPES):
            category, role = "haircuts", Role.HAIR
        named_by_slot = bool(names) and names[0].lower() in _SLOT_NAMES
        if self.category and discrete:
            identity = discrete
        elif named_by_slot and pictured:
            identity = pictured
        else:
            identity = names[0].removeprefix(_HAIRCUT_OF) if names else discrete or "model"
        return role, category, identity, assets

    def _textures(self, role: Role, assets: list[str], referenced: Mapping[str, ImageSource]) -> dict[str, ImageSource]:
        # A cornea is opaque exactly when it has a texture: one that only lies around must not make it so where the
        # file could have named it.
        by_name = not (role is Role.CORNEA and self.model.names_textures)
        textures = dict(referenced)
        for slot in SLOT_TYPES if by_name else ():
            if slot not in textures and (image := self.index.find(assets, slot, self.lod)):
                textures[slot] = image
        return textures

    def _grown_hair(self, targets: list[str]) -> dict[str, ImageSource]:
        """The texture of a haircut that is a shape of the head: it lies on the head's UVs, over the head's own."""
        image = self.index.find([*_GROWN_HAIR, *targets], "color", self.lod)
        worn = [mesh for mesh in self.model.meshes if not _person_name(mesh)]
        masks = [mask for mesh in worn for mask in mesh.likely_masks.values()]
        nameless = [image for image in self.model.loose if image not in masks]
        if image is None and len(nameless) == 1:
            image = nameless[0]
        return {"haircut_color": image} if image else {}

    def _file_lod(self) -> str | None:
        for mesh in self.model.meshes:
            if (role := _PERSON_NAMES.get(plain_name(mesh.name))) in _LOD_BY_VERTICES:
                return _LOD_BY_VERTICES[role].get(mesh.vertices)
        named = [parsed.lod for image in self.model.images if (parsed := parse_texture_name(image.name))]
        return next((lod for lod in named if lod), None)


def _promised_name(mesh: MeshFacts) -> str | None:
    names = (plain_name(name) for name in (mesh.name, mesh.material.name))
    return next((name for name in names if name in _PERSON_NAMES), None)


def _is_person(model: ModelFacts, guesses: Mapping[int, Guess]) -> bool:
    """Whether a model is somebody, and not only something to wear."""
    return any(_person_name(mesh) for mesh in model.meshes) or any(guess.role in PERSON for guess in guesses.values())


def _person_name(mesh: MeshFacts) -> str | None:
    if promised := _promised_name(mesh):
        return promised
    return "AvatarHead" if any(signs.issubset(mesh.targets) for signs in _FACE_SIGNS) else None


def _category_by_name(names: list[str]) -> str | None:
    for name in names:
        for prefix, category in (*_SLOT_NAMES.items(), *_ASSET_NAMES.items()):
            if name.lower().startswith(prefix):
                return category
    return None


def _person_assets(name: str, role: Role) -> list[str]:
    assets = [name] if role not in _SHARED_ASSETS else [name, _SHARED_ASSETS[role]]
    older = [MODEL] if role in SKIN else []
    return [asset + gender for asset in assets for gender in ("", "Female", "Male")] + older
