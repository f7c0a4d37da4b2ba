"""Lasting textures on demand: a client may fetch static resources before any avatar uses them."""

from __future__ import annotations

from pathlib import Path

from avatarsdk_core.catalog import pipeline
from avatarsdk_core.sandbox.human.body import build_body
from avatarsdk_core.sandbox.human.look import DEFAULT_LOOKS
from avatarsdk_core.sandbox.human.model import as_subtype
from avatarsdk_core.sandbox.pipelines.metaperson.assets import available, find_static
from avatarsdk_core.sandbox.pipelines.metaperson.avatar_parts import avatar_items
from avatarsdk_core.sandbox.pipelines.metaperson.plan import AVATAR, PIPELINE, resolve
from avatarsdk_core.sandbox.pipelines.metaperson.wardrobe import wardrobe_items
from avatarsdk_core.sandbox.texture_files import Textures, TextureShelf


def paint_static(path: str, textures: Path) -> Path | None:
    """The file at `path` below the shelf `textures`, painted if need be; None when it means nothing."""
    if (textures / path).is_file() and not Path(path).is_absolute() and ".." not in Path(path).parts:
        return textures / path
    for name in pipeline(PIPELINE).subtypes:
        found = find_static(name, path)
        if found is None:
            continue
        category, identity, lod2, kind, size, extension = found
        asked = {category: {"list": [identity], "lod": "LOD2" if lod2 else "LOD1"}}
        plan = resolve(asked, available(name))
        subtype = as_subtype(name)
        body, look = build_body(subtype), DEFAULT_LOOKS[subtype]
        items = avatar_items(body, plan.avatar, look) if category == AVATAR else wardrobe_items(body, plan, look)
        wanted = Textures((kind,), size, extension, embed=False)
        texture = TextureShelf(textures, textures).texture(items[0].painter, kind, wanted)
        return texture.path if texture is not None else None
    return None
