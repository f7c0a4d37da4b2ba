"""Textures as files under the names that the older pipelines document, each painted once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from avatarsdk_core.sandbox.human.look import Look
from avatarsdk_core.sandbox.pipelines.legacy.names import GENERATED
from avatarsdk_core.sandbox.pipelines.legacy.paint import MODEL, Size
from avatarsdk_core.sandbox.pipelines.legacy.person import Person
from avatarsdk_core.sandbox.pipelines.legacy.wardrobe import (
    HAIR_SIZE,
    OUTFIT_SIZE,
    avatar_image,
    haircut_image,
    outfit_image,
)
from avatarsdk_core.sandbox.texture_files import save_texture

if TYPE_CHECKING:
    from PIL import Image

_LASTING = ("normal_map",)  # of the avatar: follows neither photo nor colours
# The type that the glTF writer and the encoder know a texture by.
TYPES = {MODEL: "Color", "normal_map": "Normal", "body_visibility_mask": "BodyVisibilityMask"}


@dataclass(frozen=True)
class ImageFile:
    """A painted texture. `type`: as the glTF writer has it; `shelf`: its path among the lasting ones, else None."""

    type: str
    path: Path
    shelf: str | None = None

    @property
    def name(self) -> str:
        return self.path.name


class Images:
    """Paints textures of one person and keeps them: `own` for this avatar's, `shelf` for those that all share."""

    def __init__(self, person: Person, own: Path, shelf: Path) -> None:
        self._person = person
        self._own = own
        self._shelf = shelf

    def avatar(self, kind: str, size: Size | None = None) -> ImageFile:
        """`kind`: `model`, or an additional texture; `size`: width and height, at most the avatar's."""
        person = self._person
        size = _at_most(size, person.avatar.texture_size(person.wishes))
        jpeg = kind == MODEL or (not person.avatar.is_body and kind in ("roughness_map", "metallic_map"))
        name = f"{kind}.{'jpg' if jpeg or kind.endswith('_texture') else 'png'}"
        shape = (person.avatar.pipeline, person.body.subtype, person.topology.template.kind)
        shelf = f"avatar/{'_'.join(shape)}_{_shown(size)}" if kind in _LASTING else None
        variant = _digest(size, person.wishes.values, person.look, person.topology.template.kind)
        return self._kept(kind, shelf, f"avatar_{variant}", name, lambda: avatar_image(person, kind, size))

    def haircut(self, identity: str, size: Size | None = None, color: tuple[int, int, int] | None = None) -> ImageFile:
        """`<identity>.png` in the colour asked for, else the photo's."""
        person = self._person
        largest = person.wishes.size("generated_haircut_texture_size") if identity == GENERATED else None
        size = _at_most(size, largest or HAIR_SIZE)
        look = _coloured(person.look, color)
        variant = _digest(size, look.hair)
        return self._kept(
            MODEL, None, f"hair_{variant}", f"{identity}.png", lambda: haircut_image(person, identity, size, look)
        )

    def outfit(self, identity: str, kind: str, size: Size | None = None) -> ImageFile:
        """`<identity>.png`, `<identity>_normal_map.png`, …; lasting, but for masks and for bodies of other measures."""
        person = self._person
        size = _at_most(size, OUTFIT_SIZE)
        name = f"{identity}.png" if kind == MODEL else f"{identity}_{kind}.png"
        folder = f"{identity}_{person.body.subtype}_{_shown(size)}"
        lasting = kind != "body_visibility_mask" and person.has_default_shape
        shelf = f"outfits/{folder}" if lasting else None
        variant = _digest(size, person.wishes.values, person.topology.template)
        return self._kept(kind, shelf, f"outfit_{variant}", name, lambda: outfit_image(person, identity, kind, size))

    def _kept(
        self, kind: str, shelf: str | None, variant: str, name: str, make: Callable[[], Image.Image]
    ) -> ImageFile:
        path = self._shelf / shelf / name if shelf else self._own / variant / name
        encoding = TYPES.get(kind, kind)
        if not path.is_file():
            save_texture(make(), path, encoding)
        return ImageFile(encoding, path, f"{shelf}/{name}" if shelf else None)


def _coloured(look: Look, hair: tuple[int, int, int] | None) -> Look:
    return replace(look, hair=hair) if hair else look


def _at_most(size: Size | None, largest: Size) -> Size:
    """Enlarging gains nothing (spec 9.2)."""
    if size is None:
        return largest
    return min(size[0], largest[0]), min(size[1], largest[1])


def _shown(size: Size) -> str:
    return f"{size[0]}x{size[1]}"


def _digest(*values: object) -> str:
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]
