"""How textures of MetaPerson avatars are called and where the lasting ones lie: known without building anything."""

from __future__ import annotations

from avatarsdk_core.sandbox.pipelines.metaperson.plan import AVATAR, HAIRCUTS
from avatarsdk_core.sandbox.texture_files import Naming

GENERATED = "HaircutGenerated"
# What their textures are named after, as in real exports; `{}` is the subtype.
_ASSETS = {
    "AvatarBody": "AvatarBody{}",
    "AvatarHead": "AvatarHead{}",
    "AvatarLeftEyeball": "AvatarEyes",
    "AvatarRightEyeball": "AvatarEyes",
    "AvatarTeethLower": "AvatarTeeth",
    "AvatarTeethUpper": "AvatarTeeth",
}
# The photo decides these; everything else is the same for every avatar of a subtype.
_OF_THE_PHOTO = ("AvatarBody", "AvatarHead", "AvatarLeftEyeball", "AvatarRightEyeball")
_TEETH = frozenset({"Color", "GltfMetallicRoughness", "UnityMetallicSmoothness"})
_NAMED_BY_LOD = {
    "AvatarEyelashes": frozenset({"Color"}),
    "AvatarTeethLower": _TEETH,
    "AvatarTeethUpper": _TEETH,
}
_ALPHA = Naming("", "", "").transparent


def part_naming(part: str, subtype: str, *, lod2: bool = False) -> Naming:
    asset = _ASSETS.get(part, part).format(subtype.capitalize())
    return Naming(
        category=AVATAR,
        folder=_folder(asset, subtype),
        asset=asset,
        changing=frozenset({"Color"}) if part in _OF_THE_PHOTO else frozenset(),
        transparent=_ALPHA | ({"Color"} if part == "AvatarEyelashes" else set()),
        lod2=lod2,
        of_lod=_NAMED_BY_LOD.get(part, frozenset()),
    )


def worn_naming(category: str, identity: str, subtype: str, *, lod2: bool = False, recoloured: bool = False) -> Naming:
    """`recoloured`: its Color isn't the asset's own. Hair always is: it follows the photo."""
    hair = category == HAIRCUTS
    return Naming(
        category=category,
        folder=_folder(identity, subtype),
        asset=identity,
        changing=frozenset({"Color"}) if hair or recoloured else frozenset(),
        transparent=_ALPHA | ({"Color"} if hair or category == "glasses" else set()),
        lod2=lod2,
    )


def _folder(asset: str, subtype: str) -> str:
    suffix = subtype.capitalize()
    return asset if asset.endswith(suffix) else asset + suffix
