"""Writing glTF as MetaPerson exports are: one AvatarRoot that holds the joints and one skinned node per part.

Names stand on nodes and materials; meshes and embedded images have none. Morph targets move positions only, their
names are in the mesh's extras. All parts share one skin.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pygltflib as gltf
from numpy.typing import NDArray

from avatarsdk_core.sandbox.human.model import Material, Mesh, Part, Skeleton

_MIME_TYPES = {".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}
_WEBP = "EXT_texture_webp"
_COMPONENTS = {"f": gltf.FLOAT, "u2": gltf.UNSIGNED_SHORT, "u4": gltf.UNSIGNED_INT}


@dataclass(frozen=True)
class Texture:
    """An image by its file name (`.jpg`, `.png` or `.webp`). `data` is read only when images are embedded."""

    name: str
    data: bytes = b""

    @property
    def mime_type(self) -> str:
        return _MIME_TYPES[self.name[self.name.rindex(".") :]]


def write_gltf(
    parts: Sequence[Part],
    skeleton: Skeleton | None,
    textures: Mapping[str, Mapping[str, Texture]],
    *,
    binary: bool,
    embed: bool,
    name: str = "model",
) -> dict[str, bytes]:
    """The model's files: `model.glb`, or `model.gltf` with `model.bin`.

    Args:
        skeleton: None for a model that nothing moves: its nodes have no skin, its vertices no joints.
        textures: part -> texture type -> image. `Color`, `GltfMetallicRoughness` and `Normal` go into the material;
            other types (visibility masks) are listed without a material that refers to them, as in real exports.
            The same file name is stored once.
        binary: GLB instead of glTF.
        embed: images in the model's buffer; else they are referred to by file name, and it's the caller who puts them
            beside the model.
    """
    document = _Document(embed)
    document.add_root(skeleton)
    for part in parts:
        document.add_part(part, textures.get(part.name, {}))
    return document.files(name, binary)


@dataclass
class _Document:
    embed: bool
    model: gltf.GLTF2 = field(default_factory=lambda: gltf.GLTF2(asset=gltf.Asset(generator="avatarsdk_core sandbox")))
    buffer: bytearray = field(default_factory=bytearray)
    texture_of: dict[str, int] = field(default_factory=dict)

    def add_root(self, skeleton: Skeleton | None) -> None:
        """The node that holds everything; without a skeleton, parts alone."""
        self.model.nodes.append(gltf.Node(name="AvatarRoot", children=[]))
        self.model.scenes.append(gltf.Scene(nodes=[0]))
        self.model.scene = 0
        if skeleton is not None:
            self._add_skeleton(skeleton)

    def _add_skeleton(self, skeleton: Skeleton) -> None:
        root = self.model.nodes[0]
        first = len(self.model.nodes)
        for index, (name, parent) in enumerate(zip(skeleton.names, skeleton.parents, strict=True)):
            rest = skeleton.rest[index]
            local = rest if parent < 0 else _inverse(skeleton.rest[parent]) @ rest
            node = gltf.Node(name=name, translation=local[:3, 3].tolist(), rotation=quaternion(local[:3, :3]))
            holder = root if parent < 0 else self.model.nodes[first + parent]
            holder.children.append(len(self.model.nodes))
            self.model.nodes.append(node)
        inverses = np.array([_inverse(matrix).T.ravel() for matrix in skeleton.rest], np.float32)
        self.model.skins.append(
            gltf.Skin(
                inverseBindMatrices=self._accessor(inverses, gltf.MAT4),
                joints=list(range(first, len(self.model.nodes))),
                skeleton=first + skeleton.parents.index(-1),
            )
        )

    def add_part(self, part: Part, textures: Mapping[str, Texture]) -> None:
        self.model.materials.append(self._material(part, textures))
        self.model.meshes.append(self._mesh(part.mesh, len(self.model.materials) - 1))
        self.model.nodes[0].children.append(len(self.model.nodes))
        skin = 0 if self.model.skins else None
        self.model.nodes.append(gltf.Node(name=part.name, mesh=len(self.model.meshes) - 1, skin=skin))

    def _mesh(self, mesh: Mesh, material: int) -> gltf.Mesh:
        indices = mesh.triangles.astype(np.uint32).reshape(-1, 1)
        attributes = gltf.Attributes(
            POSITION=self._accessor(mesh.positions, gltf.VEC3, gltf.ARRAY_BUFFER, bounds=True),
            NORMAL=self._accessor(mesh.normals, gltf.VEC3, gltf.ARRAY_BUFFER),
            TEXCOORD_0=self._accessor(mesh.uvs, gltf.VEC2, gltf.ARRAY_BUFFER),
        )
        if self.model.skins:
            attributes.JOINTS_0 = self._accessor(mesh.joints.astype(np.uint16), gltf.VEC4, gltf.ARRAY_BUFFER)
            attributes.WEIGHTS_0 = self._accessor(mesh.weights, gltf.VEC4, gltf.ARRAY_BUFFER)
        primitive = gltf.Primitive(
            attributes=attributes,
            indices=self._accessor(indices, gltf.SCALAR, gltf.ELEMENT_ARRAY_BUFFER),
            material=material,
        )
        if not mesh.targets:
            return gltf.Mesh(primitives=[primitive])
        primitive.targets = [
            {"POSITION": self._accessor(deltas, gltf.VEC3, gltf.ARRAY_BUFFER, bounds=True)}
            for deltas in mesh.targets.values()
        ]
        return gltf.Mesh(
            primitives=[primitive],
            weights=[0.0] * len(mesh.targets),
            extras={"targetNames": list(mesh.targets)},
        )

    def _material(self, part: Part, textures: Mapping[str, Texture]) -> gltf.Material:
        # All are added, by the alphabet as in real files; those that no slot below asks for stay unreferenced.
        index = {kind: self._texture(texture) for kind, texture in sorted(textures.items())}
        look: Material = part.material
        surface = gltf.PbrMetallicRoughness(
            baseColorFactor=list(look.base_color), metallicFactor=look.metallic, roughnessFactor=look.roughness
        )
        material = gltf.Material(
            name=part.name,
            pbrMetallicRoughness=surface,
            alphaMode=look.alpha_mode,
            alphaCutoff=0.5 if look.alpha_mode == "MASK" else None,
            doubleSided=look.double_sided,
        )
        if "Color" in index:
            surface.baseColorTexture = gltf.TextureInfo(index=index["Color"])
        if "GltfMetallicRoughness" in index:
            surface.metallicRoughnessTexture = gltf.TextureInfo(index=index["GltfMetallicRoughness"])
            surface.metallicFactor = surface.roughnessFactor = 1.0
        if "Normal" in index:
            material.normalTexture = gltf.NormalMaterialTexture(index=index["Normal"])
        return material

    def _texture(self, texture: Texture) -> int:
        if texture.name not in self.texture_of:
            image = gltf.Image(uri=texture.name)
            if self.embed:
                image = gltf.Image(bufferView=self._view(texture.data), mimeType=texture.mime_type)
            self.model.images.append(image)
            source = len(self.model.images) - 1
            entry = gltf.Texture(source=source)
            if texture.mime_type == "image/webp":
                entry = gltf.Texture(extensions={_WEBP: {"source": source}})
                self.model.extensionsUsed = self.model.extensionsRequired = [_WEBP]
            self.model.textures.append(entry)
            self.texture_of[texture.name] = len(self.model.textures) - 1
        return self.texture_of[texture.name]

    def _accessor(
        self, values: NDArray[np.generic], kind: str, target: int | None = None, *, bounds: bool = False
    ) -> int:
        little_endian = np.ascontiguousarray(values, values.dtype.newbyteorder("<"))
        accessor = gltf.Accessor(
            bufferView=self._view(little_endian.tobytes(), target),
            byteOffset=0,
            componentType=_COMPONENTS.get(values.dtype.kind) or _COMPONENTS[values.dtype.str[1:]],
            count=len(values),
            type=kind,
        )
        if bounds:
            accessor.min = little_endian.min(axis=0).tolist()
            accessor.max = little_endian.max(axis=0).tolist()
        self.model.accessors.append(accessor)
        return len(self.model.accessors) - 1

    def _view(self, data: bytes, target: int | None = None) -> int:
        self.buffer.extend(b"\0" * (-len(self.buffer) % 4))
        self.model.bufferViews.append(
            gltf.BufferView(buffer=0, byteOffset=len(self.buffer), byteLength=len(data), target=target)
        )
        self.buffer.extend(data)
        return len(self.model.bufferViews) - 1

    def files(self, name: str, binary: bool) -> dict[str, bytes]:
        self.buffer.extend(b"\0" * (-len(self.buffer) % 4))
        self.model.buffers = [gltf.Buffer(byteLength=len(self.buffer))]
        if binary:
            self.model.set_binary_blob(bytes(self.buffer))
            return {f"{name}.glb": b"".join(self.model.save_to_bytes())}
        self.model.buffers[0].uri = f"{name}.bin"
        return {f"{name}.gltf": self.model.gltf_to_json().encode(), f"{name}.bin": bytes(self.buffer)}


def quaternion(rotation: NDArray[np.float64]) -> list[float]:
    """x, y, z, w of a (3, 3) rotation, w ≥ 0. Shepperd's method: divide by the largest of the four components."""
    trace = np.trace(rotation)
    squares = np.array([*(1 + 2 * np.diag(rotation) - trace), 1 + trace])  # 4x², 4y², 4z², 4w²
    antisymmetric = (rotation - rotation.T)[[2, 0, 1], [1, 2, 0]]  # 4wx, 4wy, 4wz
    products = rotation + rotation.T  # off the diagonal: 4xy, 4xz, 4yz
    np.fill_diagonal(products, squares[:3])
    table = np.zeros((4, 4))
    table[:3, :3] = products
    table[3, :3] = table[:3, 3] = antisymmetric
    table[3, 3] = squares[3]
    row = table[squares.argmax()]
    row = row / np.linalg.norm(row)
    return [float(value) for value in (row if row[3] >= 0 else -row)]


def _inverse(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of a rotation and translation, with an exact last row (which validators insist on)."""
    inverse = np.eye(4)
    inverse[:3, :3] = matrix[:3, :3].T
    inverse[:3, 3] = -matrix[:3, :3].T @ matrix[:3, 3]
    return inverse
