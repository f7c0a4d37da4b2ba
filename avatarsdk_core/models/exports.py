"""Exports: the files that an avatar is delivered in, and the textures that never change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from avatarsdk_core.models.base import Computed, Model, mapping, moment, optional_text, text, texts


@dataclass(frozen=True, kw_only=True)
class ExportFile(Model):
    """One archive of an export: `identity` is unique in it (`avatar` or an asset), `category` None for the avatar."""

    readers: ClassVar = {"identity": text, "category": optional_text, "file": text, "static_files": texts}
    required = ("identity", "file")

    identity: str
    file: str = field(repr=False)
    category: str | None = None
    static_files: tuple[str, ...] = field(default=(), repr=False)


def _export_files(value: Any) -> tuple[ExportFile, ...]:
    return tuple(ExportFile.from_json(item) for item in value) if isinstance(value, list) else ()


@dataclass(frozen=True, kw_only=True)
class Export(Computed):
    """An export of an avatar. `files` is empty until it is completed."""

    readers: ClassVar = {
        **dict.fromkeys(("code", "url", "avatar_code", "status", "comment"), text),
        "created_on": moment,
        "files": _export_files,
        "public_file": optional_text,
    }
    required = ("code",)

    code: str
    url: str = field(default="", repr=False)
    avatar_code: str = ""
    comment: str = ""
    created_on: datetime | None = None
    files: tuple[ExportFile, ...] = ()
    public_file: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class StaticResource:
    """One texture that doesn't vary between avatars. Its whole URL is the key to keep it under.

    Example: subtype "female", category "avatar", asset "AvatarHead", lod "LOD1", profile "2K.jpg", variant "base"
    (others, such as "stripes", are mostly outfits'), texture "Color".
    """

    subtype: str
    category: str
    asset: str
    lod: str
    profile: str
    variant: str
    texture: str
    url: str


def static_resources(data: Any) -> Iterator[StaticResource]:
    """The tree subtype → category → asset → LOD → "textures" → profile → variant → texture → URL, leaf by leaf.

    What isn't a texture, or hangs at another depth, is passed over: the service may add to the tree.
    """
    for *path, kind, profile, variant, texture, url in _leaves(data, depth=8):
        if kind == "textures":
            subtype, category, asset, lod = path
            yield StaticResource(subtype, category, asset, lod, profile, variant, texture, url)


def _leaves(value: Any, depth: int) -> Iterator[tuple[str, ...]]:
    """Paths of exactly `depth` keys, each with the text at its end."""
    if depth == 0:
        if isinstance(value, str):
            yield (value,)
        return
    for key, inner in mapping(value).items():
        for leaf in _leaves(inner, depth - 1):
            yield (key, *leaf)
