"""What a glTF says of its meshes: names, materials, morph targets, and the images that its materials refer to.

Source: glTF 2.0 specification, sections 3.7 (meshes), 3.8 (textures), 3.9 (materials); EXT_texture_webp.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from avatarsdk_core.errors import BundleError

from .gltf_file import GltfFile, ImageSource
from .meshes import MaterialFacts, MeshFacts, ModelFacts, Surface
from .target_names import target_names


def gltf_facts(gltf: GltfFile) -> ModelFacts:
    """The mesh nodes of a glTF, in the order of its nodes; `key` is the node's index.

    Raises BundleError, naming the file, when its nodes, meshes or materials aren't what glTF says they are.
    """
    try:
        return _Reader(gltf).facts()
    except (TypeError, KeyError, ValueError, AttributeError, IndexError) as error:
        raise BundleError(
            f"{gltf.path}: damaged, its nodes or materials are no valid glTF; download it again."
        ) from error


class _Reader:
    def __init__(self, gltf: GltfFile) -> None:
        self.gltf = gltf
        self.images = [gltf.image(index) for index in range(len(gltf.items("images")))]
        infos = [info for material in gltf.items("materials") for info in _texture_infos(material).values()]
        self.referenced = {self._image_index(info) for info in infos}

    def facts(self) -> ModelFacts:
        meshes = [
            self._mesh(index, node, mesh)
            for index, node in enumerate(self.gltf.items("nodes"))
            if (mesh := self._mesh_of(node))
        ]
        images = tuple(image for image in self.images if image)
        is_rigged = any("skin" in node and "mesh" in node for node in self.gltf.items("nodes"))
        loose = tuple(filter(None, map(self._nameless_unreferenced, range(len(self.images)))))
        return ModelFacts(tuple(meshes), images, loose, bool(self.gltf.items("textures")), is_rigged)

    def _mesh_of(self, node: dict[str, Any]) -> dict[str, Any] | None:
        index, meshes = node.get("mesh"), self.gltf.items("meshes")
        return meshes[index] if isinstance(index, int) and 0 <= index < len(meshes) else None

    def _mesh(self, index: int, node: dict[str, Any], mesh: dict[str, Any]) -> MeshFacts:
        material = self._material(mesh)
        return MeshFacts(
            key=index,
            name=str(node.get("name") or ""),
            material=_material_facts(material),
            targets=target_names(mesh),
            vertices=self._vertex_count(mesh),
            textures=self._textures(material),
            likely_masks=self._likely_masks(material),
            more=tuple(Surface(_material_facts(one), self._textures(one)) for one in self._further_materials(mesh)),
        )

    def _further_materials(self, mesh: dict[str, Any]) -> list[dict[str, Any]]:
        """The materials of its further slots: Blender's importer makes one for each that its primitives name."""
        primitives = [one for one in mesh.get("primitives") or [] if isinstance(one, dict)]
        slots = list(dict.fromkeys(one.get("material") for one in primitives))
        return [self._material({"primitives": [{"material": index}]}) for index in slots[1:]]

    def _material(self, mesh: dict[str, Any]) -> dict[str, Any]:
        primitives = mesh.get("primitives")
        first = primitives[0] if isinstance(primitives, list) and primitives else {}
        index, materials = first.get("material"), self.gltf.items("materials")
        return materials[index] if isinstance(index, int) and 0 <= index < len(materials) else {}

    def _vertex_count(self, mesh: dict[str, Any]) -> int:
        accessors = self.gltf.items("accessors")
        index = (mesh.get("primitives") or [{}])[0].get("attributes", {}).get("POSITION")
        return accessors[index].get("count", 0) if isinstance(index, int) and index < len(accessors) else 0

    def _textures(self, material: dict[str, Any]) -> Mapping[str, ImageSource]:
        indices = {slot: self._image_index(info) for slot, info in _texture_infos(material).items()}
        return {slot: image for slot, index in indices.items() if index is not None and (image := self.images[index])}

    def _likely_masks(self, material: dict[str, Any]) -> Mapping[str, ImageSource]:
        """Embedded images have no names, but real files list an asset's textures by the alphabet: its body mask stands
        right before Color, its head mask between Color and Normal; no material refers to either."""
        infos = _texture_infos(material)
        color, normal = self._image_index(infos["color"]), self._image_index(infos["normal"])
        if color is None:
            return {}
        if normal is None:  # before the next asset's colour stands that one's body mask
            normal = color + 1 if color + 2 in self.referenced else color + 2
        places = {"body_mask": range(color - 1, color), "head_mask": range(color + 1, normal)}
        found = {}
        for slot, indices in places.items():
            if free := [image for index in indices if (image := self._nameless_unreferenced(index))]:
                found[slot] = free[-1]
        return found

    def _nameless_unreferenced(self, index: int) -> ImageSource | None:
        image = self.images[index] if 0 <= index < len(self.images) else None
        return image if image and not image.name and index not in self.referenced else None

    def _image_index(self, info: Any) -> int | None:
        """The image that a material's texture info leads to, where it is there."""
        textures = self.gltf.items("textures")
        index = info.get("index") if isinstance(info, dict) else None
        if not isinstance(index, int) or not 0 <= index < len(textures):
            return None
        texture = textures[index]
        webp = (texture.get("extensions") or {}).get("EXT_texture_webp") or {}
        for source in (texture.get("source"), webp.get("source")):
            if isinstance(source, int) and 0 <= source < len(self.images) and self.images[source]:
                return source
        return None


def _texture_infos(material: dict[str, Any]) -> dict[str, Any]:
    """Slot -> the material's texture info, whatever it is."""
    pbr = material.get("pbrMetallicRoughness") or {}
    return {
        "color": pbr.get("baseColorTexture"),
        "metallic_roughness": pbr.get("metallicRoughnessTexture"),
        "normal": material.get("normalTexture"),
        "occlusion": material.get("occlusionTexture"),
    }


def _material_facts(material: dict[str, Any]) -> MaterialFacts:
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
