"""A model's meshes as neutral facts, whatever the format: what glTF says of them, or what Blender read from an FBX."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .gltf_file import ImageSource


@dataclass(frozen=True)
class MaterialFacts:
    """What the file says of a material, in glTF's terms: pbrMetallicRoughness factors, alpha mode, sides.

    A factor of 1 for metallic or roughness is glTF's default and says nothing.
    """

    name: str = ""
    alpha_mode: str = "OPAQUE"
    base_color: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0)
    metallic: float = 1.0
    roughness: float = 1.0
    double_sided: bool = False


@dataclass(frozen=True)
class Surface:
    """A material, and slot (see `textures.SLOT_TYPES`) -> image that it refers to."""

    material: MaterialFacts = MaterialFacts()
    textures: Mapping[str, ImageSource] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class MeshFacts:
    """One mesh of a model, before anybody knows what it is.

    Attributes:
        key: number that whoever read the model finds the mesh by (in glTF: index of its node).
        name: its node's name; empty where it has none.
        material: its first material.
        targets: names of its morph targets, in order.
        vertices: how many it has in the file.
        textures: slot (see `textures.SLOT_TYPES`) -> image that its material refers to.
        likely_masks: slot -> nameless embedded image that stands where a mask would; `masks.looks_like_mask` decides.
        more: its materials after the first, in the order of its slots.
        bones: bone -> share of its vertices that hang on it most; empty where nobody looked.
    """

    key: int
    name: str
    material: MaterialFacts = MaterialFacts()
    targets: tuple[str, ...] = ()
    vertices: int = 0
    textures: Mapping[str, ImageSource] = field(default_factory=dict, repr=False)
    likely_masks: Mapping[str, ImageSource] = field(default_factory=dict, repr=False)
    more: tuple[Surface, ...] = field(default=(), repr=False)
    bones: Mapping[str, float] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class ModelFacts:
    """A model's meshes, in the order of the file.

    Attributes:
        meshes: the meshes.
        images: all images that the file lists, used by a material or not.
        loose: those of them without a name that no material refers to.
        names_textures: whether any of its materials refers to a texture.
        is_rigged: whether a skeleton deforms its meshes.
    """

    meshes: tuple[MeshFacts, ...]
    images: tuple[ImageSource, ...] = field(default=(), repr=False)
    loose: tuple[ImageSource, ...] = field(default=(), repr=False)
    names_textures: bool = False
    is_rigged: bool = False
