"""The parts of a model: which mesh is the head, a cornea, a garment, and which textures and masks belong to it.

A part is told by what the service promises (names of nodes, materials and textures) and by structure (ARKit morph
targets make a head), never by the name of the file. Sources: API documentation section "Exports" and real
metaperson_2.0 files; names of combined exports (`outfit_top`, `haircut`, …) from the vendor's loader.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from .gltf_file import GltfFile, ImageSource
from .textures import HAIR_TYPES, SLOT_TYPES, TextureIndex, images_beside, parse_texture_name


class Role(StrEnum):
    """What a part is on the person; it decides the material."""

    BODY = "body"
    HEAD = "head"
    EYELASHES = "eyelashes"
    CORNEA = "cornea"
    EYEBALL = "eyeball"
    TEETH = "teeth"
    HAIR = "hair"
    GARMENT = "garment"
    GLASSES = "glasses"
    ACCESSORY = "accessory"
    OTHER = "other"


SKIN = frozenset({Role.BODY, Role.HEAD})
PERSON = frozenset({Role.BODY, Role.HEAD, Role.EYELASHES, Role.CORNEA, Role.EYEBALL, Role.TEETH})

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
}
_CATEGORY_ROLES: Mapping[str, Role] = {
    **dict.fromkeys(("outfits", "outfits_top", "outfits_bottom", "outfits_shoes", "hats"), Role.GARMENT),
    **dict.fromkeys(("haircuts", "beards"), Role.HAIR),
    "glasses": Role.GLASSES,
}

# Vertices of the head (or body) of metaperson_2.0 -> LOD. Source: API documentation, LOD table of MetaPerson 2.0.
_LOD_BY_VERTICES = {
    Role.HEAD: {7419: "LOD1", 1760: "LOD2"},
    Role.BODY: {7131: "LOD1", 3409: "LOD2", 3347: "LOD2"},
}
_ARKIT_SIGNS = frozenset({"jawOpen", "eyeBlinkLeft", "mouthSmileRight", "browInnerUp"})


@dataclass(frozen=True)
class MaterialFacts:
    """What the file says of a material: glTF's pbrMetallicRoughness factors, alpha mode, sides."""

    name: str = ""
    alpha_mode: str = "OPAQUE"
    base_color: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0)
    metallic: float = 1.0
    roughness: float = 1.0
    double_sided: bool = False


@dataclass(frozen=True)
class Part:
    """One mesh node of a model, understood.

    Attributes:
        node: index of the glTF node.
        name: its name for people.
        role: what it is on the person.
        category: export category (`haircuts`, `outfits_top`, …), None for the person's own parts.
        identity: `avatar`, or the asset's name.
        lod: `LOD1`, `LOD2`, or None where nothing tells.
        side: `left`, `right` or None.
        targets: names of its morph targets, in order.
        textures: slot (see `textures.SLOT_TYPES`) -> image.
        material: factors and alpha mode of its first material.
        likely_masks: slot -> nameless embedded image that stands where a mask would; `masks.looks_like_mask` decides.
    """

    node: int
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


def describe_parts(gltf: GltfFile, identity: str = "avatar", category: str | None = None) -> list[Part]:
    """The mesh nodes of a model, understood, in the order of its nodes.

    `identity` and `category` are what the export says of the file (None where it says nothing). A missing texture is
    no error: its slot stays empty.
    """
    reader = _Reader(gltf, identity, category)
    return [reader.part(index, node) for index, node in enumerate(gltf.items("nodes")) if _mesh_of(gltf, node)]


def _mesh_of(gltf: GltfFile, node: dict[str, Any]) -> dict[str, Any] | None:
    index, meshes = node.get("mesh"), gltf.items("meshes")
    return meshes[index] if isinstance(index, int) and 0 <= index < len(meshes) else None


def plain_name(name: str) -> str:
    """A node's name without Blender's `.001` and without the LOD suffix, `AvatarHead_LOD2.001` → `AvatarHead`."""
    return re.sub(r"_LOD\d$", "", re.sub(r"\.\d{3}$", "", name), flags=re.IGNORECASE)


class _Reader:
    def __init__(self, gltf: GltfFile, identity: str, category: str | None) -> None:
        self.gltf, self.identity, self.category = gltf, identity, category
        images = [gltf.image(index) for index in range(len(gltf.items("images")))]
        self.own_images = images
        self.index = TextureIndex([image for image in images if image] + images_beside(gltf.path))
        self.has_textures = bool(gltf.items("textures"))
        self.lod = self._file_lod()
        infos = [info for material in gltf.items("materials") for info in _texture_infos(material).values()]
        self.referenced_images = {self._image_index(info) for info in infos}

    def part(self, index: int, node: dict[str, Any]) -> Part:
        mesh = _mesh_of(self.gltf, node) or {}
        targets = _target_names(mesh)
        material = self._material(mesh)
        facts = _facts(material)
        referenced = self._referenced(material)
        known = self._person_name(node, facts, targets)
        if known:
            role, category, identity = _PERSON_NAMES[known], None, "avatar"
            assets = _person_assets(known, role)
        else:
            role, category, identity, assets = self._item(node, facts, referenced)
        textures = self._textures(role, assets, referenced)
        if role in (Role.OTHER, Role.ACCESSORY) and ("body_mask" in textures or "head_mask" in textures):
            role, category = Role.GARMENT, category or "outfits"
        side = "left" if known and "Left" in known else "right" if known and "Right" in known else None
        name = plain_name(str(node.get("name") or known or identity))
        likely = self._likely_masks(material, textures) if role is Role.GARMENT else {}
        return Part(index, name, role, category, identity, self.lod, side, targets, textures, facts, likely)

    def _person_name(self, node: dict[str, Any], facts: MaterialFacts, targets: tuple[str, ...]) -> str | None:
        for name in (node.get("name"), facts.name):
            if isinstance(name, str) and (plain := plain_name(name)) in _PERSON_NAMES:
                return plain
        return "AvatarHead" if _ARKIT_SIGNS.issubset(targets) else None

    def _item(
        self, node: dict[str, Any], facts: MaterialFacts, referenced: Mapping[str, ImageSource]
    ) -> tuple[Role, str | None, str, list[str]]:
        names = [plain_name(str(name)) for name in (node.get("name"), facts.name) if name]
        parsed = parse_texture_name(referenced["color"].name) if "color" in referenced else None
        discrete = self.identity if self.identity not in ("avatar", "model") else ""
        assets = [name for name in dict.fromkeys([parsed.asset if parsed else "", *names, discrete]) if name]
        category = self.category or _category_by_name([*names, *assets])
        role = _CATEGORY_ROLES.get(category or "", Role.OTHER if category is None else Role.ACCESSORY)
        if role is Role.OTHER and self.index.has_types(assets, HAIR_TYPES):
            category, role = "haircuts", Role.HAIR
        named_by_slot = bool(names) and names[0].lower() in _SLOT_NAMES
        if self.category and discrete:
            identity = discrete
        elif named_by_slot and parsed:
            identity = parsed.asset
        else:
            identity = names[0] if names else discrete or "model"
        return role, category, identity, assets

    def _textures(self, role: Role, assets: list[str], referenced: Mapping[str, ImageSource]) -> dict[str, ImageSource]:
        # A cornea is opaque exactly when it has a texture: one that only lies around must not make it so where the
        # file could have named it.
        by_name = not (role is Role.CORNEA and self.has_textures)
        textures = dict(referenced)
        for slot in SLOT_TYPES if by_name else ():
            if slot not in textures and (image := self.index.find(assets, slot, self.lod)):
                textures[slot] = image
        return textures

    def _likely_masks(self, material: dict[str, Any], known: Mapping[str, ImageSource]) -> dict[str, ImageSource]:
        """Embedded images have no names, but real files list an asset's textures by the alphabet: its body mask stands
        right before Color, its head mask between Color and Normal; no material refers to either."""
        infos = _texture_infos(material)
        color, normal = self._image_index(infos["color"]), self._image_index(infos["normal"])
        if color is None:
            return {}
        places = {"body_mask": range(color - 1, color), "head_mask": range(color + 1, normal or color + 1)}
        found = {}
        for slot, indices in places.items():
            free = [image for index in indices if (image := self._nameless_unreferenced(index))]
            if free and slot not in known:
                found[slot] = free[-1]
        return found

    def _nameless_unreferenced(self, index: int) -> ImageSource | None:
        image = self.own_images[index] if 0 <= index < len(self.own_images) else None
        return image if image and not image.name and index not in self.referenced_images else None

    def _material(self, mesh: dict[str, Any]) -> dict[str, Any]:
        primitives = mesh.get("primitives")
        first = primitives[0] if isinstance(primitives, list) and primitives else {}
        index, materials = first.get("material"), self.gltf.items("materials")
        return materials[index] if isinstance(index, int) and 0 <= index < len(materials) else {}

    def _referenced(self, material: dict[str, Any]) -> dict[str, ImageSource]:
        indices = {slot: self._image_index(info) for slot, info in _texture_infos(material).items()}
        return {
            slot: image for slot, index in indices.items() if index is not None and (image := self.own_images[index])
        }

    def _image_index(self, info: Any) -> int | None:
        """The image that a material's texture info leads to, where it is there."""
        textures = self.gltf.items("textures")
        index = info.get("index") if isinstance(info, dict) else None
        if not isinstance(index, int) or not 0 <= index < len(textures):
            return None
        texture = textures[index]
        webp = (texture.get("extensions") or {}).get("EXT_texture_webp") or {}
        for source in (texture.get("source"), webp.get("source")):
            if isinstance(source, int) and 0 <= source < len(self.own_images) and self.own_images[source]:
                return source
        return None

    def _file_lod(self) -> str | None:
        for node in self.gltf.items("nodes"):
            mesh = _mesh_of(self.gltf, node)
            if mesh and (role := _PERSON_NAMES.get(plain_name(str(node.get("name"))))) in _LOD_BY_VERTICES:
                return _LOD_BY_VERTICES[role].get(_vertex_count(self.gltf, mesh))
        named = [parsed.lod for image in self.own_images if image and (parsed := parse_texture_name(image.name))]
        return next((lod for lod in named if lod), None)


def _texture_infos(material: dict[str, Any]) -> dict[str, Any]:
    """Slot -> the material's texture info, whatever it is."""
    pbr = material.get("pbrMetallicRoughness") or {}
    return {
        "color": pbr.get("baseColorTexture"),
        "metallic_roughness": pbr.get("metallicRoughnessTexture"),
        "normal": material.get("normalTexture"),
        "occlusion": material.get("occlusionTexture"),
    }


def _category_by_name(names: list[str]) -> str | None:
    for name in names:
        for prefix, category in (*_SLOT_NAMES.items(), *_ASSET_NAMES.items()):
            if name.lower().startswith(prefix):
                return category
    return None


def _person_assets(name: str, role: Role) -> list[str]:
    assets = [name] if role not in _SHARED_ASSETS else [name, _SHARED_ASSETS[role]]
    return [asset + gender for asset in assets for gender in ("", "Female", "Male")]


def _target_names(mesh: dict[str, Any]) -> tuple[str, ...]:
    names = (mesh.get("extras") or {}).get("targetNames")
    return tuple(str(name) for name in names) if isinstance(names, list) else ()


def _vertex_count(gltf: GltfFile, mesh: dict[str, Any]) -> int:
    accessors = gltf.items("accessors")
    index = (mesh.get("primitives") or [{}])[0].get("attributes", {}).get("POSITION")
    return accessors[index].get("count", 0) if isinstance(index, int) and index < len(accessors) else 0


def _facts(material: dict[str, Any]) -> MaterialFacts:
    pbr = material.get("pbrMetallicRoughness") or {}
    color = pbr.get("baseColorFactor") or (1.0, 1.0, 1.0, 1.0)
    return MaterialFacts(
        name=str(material.get("name") or ""),
        alpha_mode=str(material.get("alphaMode") or "OPAQUE"),
        base_color=(float(color[0]), float(color[1]), float(color[2]), float(color[3])),
        metallic=float(pbr.get("metallicFactor", 1.0)),
        roughness=float(pbr.get("roughnessFactor", 1.0)),
        double_sided=bool(material.get("doubleSided", False)),
    )
