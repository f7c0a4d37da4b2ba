"""The whole way from a photo to an export on the disk: what the demo and the headless script both do, step by step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from avatarsdk_core.catalog import MetaPersonExportParameters
from avatarsdk_core.catalog.wording import TextureName
from avatarsdk_core.errors import ComputationFailed

if TYPE_CHECKING:
    from avatarsdk_core.client import Client
    from avatarsdk_core.models import Avatar, Export
    from avatarsdk_core.photo import Photo
    from avatarsdk_core.transfer.export import ExportProgress

PIPELINE = "metaperson_2.0"
TEXTURES: tuple[TextureName, ...] = (
    "Color",
    "GltfMetallicRoughness",
    "Normal",
    "BodyVisibilityMask",
    "HeadVisibilityMask",
)
WARDROBE = ("haircuts", "outfits_top", "outfits_bottom", "outfits_shoes")

# A step's name opens it; within it `show(share 0…1 or None, detail)` tells how far it is.
Show = Callable[[float | None, str], None]
Step = Callable[[str], AbstractContextManager[Show]]


def photo_to_export(client: Client, photo: Photo, folder: Path, *, name: str, subtype: str, step: Step) -> Path:
    """Register a player, have the avatar computed, and download its export into `folder`, whole or not at all.

    Raises ServiceError, TransferError or ArchiveError.
    """
    from avatarsdk_core.transfer.export import download_export

    with step("Register a player"):
        client.use_player(client.players.create("Avatar SDK for Blender"))
    with step("Upload the photo"):
        available = client.export_parameters.available(PIPELINE, subtype)
        avatar = client.avatars.create(
            photo=photo,
            name=name,
            pipeline=PIPELINE,
            pipeline_subtype=subtype,
            export_parameters=dressed_export(available),
        )
    with step("Wait for the avatar") as show:

        def show_avatar(state: Avatar) -> None:
            show(state.progress / 100, state.status)

        avatar = client.avatars.wait(avatar, progress=show_avatar)
    with step("Wait for the export") as show:

        def show_export(state: Export) -> None:
            show(None, state.status)

        exports = client.exports.list(avatar)
        if not exports:
            raise ComputationFailed(f"The service made no export of avatar {avatar.code}: create it again.")
        export = client.exports.wait(exports[0], progress=show_export)
    with step("Download the export") as show:

        def show_download(state: ExportProgress) -> None:
            show(state.number / state.count, f"{state.name}, {megabytes(state.received)}")

        return download_export(client, export, folder, progress=show_download)


def dressed_export(available: Mapping[str, Any]) -> MetaPersonExportParameters:
    """Export parameters: separate files, real masks, and one of each garment of what the account may ask for.

    The service's defaults would bake the garments into the avatar (`embed`) and cut the body away beneath them
    (`apply_visibility_masks`), which leaves no wardrobe.
    """
    chosen = {
        category: {"list": names[:1]}
        for category in WARDROBE
        if (names := list(available.get(category, {}).get("list", [])))
    }
    return MetaPersonExportParameters(
        format="glb",
        embed=False,
        apply_visibility_masks=False,
        finalize=False,
        textures={"list": TEXTURES, "profile": "1K.jpg", "embed": False},
        blendshapes={"list": ["mobile_51"], "embed": True},
        extra=chosen,
    )


def megabytes(count: int) -> str:
    """Bytes for a person: MB of 1,000,000 bytes."""
    return f"{count / 1e6:.1f} MB" if count >= 100_000 else f"{count / 1e3:.1f} kB"
