"""Other people's avatars: which mesh is what, where nothing carries the service's names.

A guess from words in the names of nodes and materials, from expressions (ARKit's, whatever their spelling), and from
the bones that a mesh hangs on. Files of the service never come here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .meshes import MeshFacts
from .roles import PERSON, Role

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
# Word -> role and export category. The first word of this list that a name holds decides.
_WORDS: Mapping[str, tuple[Role, str | None]] = {
    **dict.fromkeys(("eyelash", "eyelashes", "lash", "lashes"), (Role.EYELASHES, None)),
    **dict.fromkeys(("eyebrow", "eyebrows", "brow", "brows"), (Role.HAIR, "eyebrows")),
    **dict.fromkeys(("cornea", "corneas"), (Role.CORNEA, None)),
    **dict.fromkeys(("glasses", "eyewear", "sunglasses"), (Role.GLASSES, "glasses")),
    **dict.fromkeys(("beard", "mustache", "moustache", "facialhair"), (Role.HAIR, "beards")),
    **dict.fromkeys(("hair", "haircut", "hairs", "ponytail"), (Role.HAIR, "haircuts")),
    **dict.fromkeys(("hat", "cap", "helmet", "headwear", "beanie"), (Role.GARMENT, "hats")),
    **dict.fromkeys(("earring", "earrings"), (Role.ACCESSORY, "earrings")),
    "necklace": (Role.ACCESSORY, "necklaces"),
    **dict.fromkeys(("shoes", "shoe", "footwear", "boots", "sneakers", "sandals"), (Role.GARMENT, "outfits_shoes")),
    **dict.fromkeys(("bottom", "pants", "trousers", "skirt", "shorts", "jeans"), (Role.GARMENT, "outfits_bottom")),
    **dict.fromkeys(("top", "shirt", "jacket", "sweater", "hoodie", "coat"), (Role.GARMENT, "outfits_top")),
    **dict.fromkeys(("outfit", "clothes", "cloth", "clothing", "dress", "suit"), (Role.GARMENT, "outfits")),
    **dict.fromkeys(("teeth", "tooth", "tongue", "gums", "mouth"), (Role.TEETH, None)),
    **dict.fromkeys(("eye", "eyes", "eyeball", "eyeballs", "iris"), (Role.EYEBALL, None)),
    **dict.fromkeys(("head", "face"), (Role.HEAD, None)),
    **dict.fromkeys(("body", "skin", "hands", "arms", "torso"), (Role.BODY, None)),
}
_FACE = frozenset({"jawopen", "eyeblinkleft", "mouthsmileright"})
_HEAD_BONES = ("head", "jaw", "eye", "face", "neck")
_LIMBS = (("hand", "finger", "thumb", "wrist"), ("foot", "toe", "ankle"))
_MOST = 0.6  # share of its vertices on the head's bones that makes a mesh a head
_SOME = 0.005  # … and on hands and feet that makes it a whole figure


@dataclass(frozen=True)
class Guess:
    """What a mesh is taken for. `is_anything`: skin, clothes and hair may all be one surface. `reason`: why."""

    role: Role
    category: str | None
    side: str | None
    reason: str
    is_anything: bool = False


def guess_parts(meshes: Sequence[MeshFacts]) -> dict[int, Guess]:
    """`MeshFacts.key` -> what it is taken for; empty where the meshes show no person at all.

    A person shows by a face (its expressions, or a mesh called so), by a mesh called a body, or by a mesh that hangs on
    head, hands and feet.
    """
    found: dict[int, Guess] = {}
    for mesh in meshes:
        guess = _by_bones(mesh) or _by_name(mesh)
        if guess:
            found[mesh.key] = guess
    if not any(guess.role is Role.HEAD for guess in found.values()):
        _find_face(meshes, found)
    if not any(guess.role in (Role.HEAD, Role.BODY) for guess in found.values()):
        return {}
    return found


def _by_name(mesh: MeshFacts) -> Guess | None:
    for name in (mesh.name, mesh.material.name):
        words = [word.lower() for word in _WORD.findall(name)]
        for word, (role, category) in _WORDS.items():
            if word in words or (len(word) > 4 and word in name.lower()):
                return Guess(role, category, _side(words), f"its name holds {word!r}")
    return None


def _by_bones(mesh: MeshFacts) -> Guess | None:
    """A figure in one mesh, from head to foot, whatever it is called."""
    shares = mesh.bones
    if not all(_share(shares, words) >= _SOME for words in (_HEAD_BONES[:1], *_LIMBS)):
        return None
    return Guess(Role.BODY, None, None, "it hangs on head, hands and feet", is_anything=True)


def _find_face(meshes: Sequence[MeshFacts], found: dict[int, Guess]) -> None:
    """The face is the largest mesh with expressions; beside other parts of a person, one that hangs on the head."""
    free = [mesh for mesh in meshes if mesh.key not in found or found[mesh.key].is_anything]
    faces = [mesh for mesh in free if has_expressions(mesh.targets)]
    on_head = [mesh for mesh in free if mesh.key not in found and _share(mesh.bones, _HEAD_BONES) >= _MOST]
    heads = on_head if any(guess.role in PERSON for guess in found.values()) else []  # a haircut alone is no head
    for candidates, reason in ((faces, "it has a face's expressions"), (heads, "it hangs on the head's bones")):
        if candidates:
            face = max(candidates, key=lambda mesh: mesh.vertices)
            whole = face.key in found  # a figure in one mesh
            found[face.key] = Guess(Role.HEAD, None, None, reason, is_anything=whole)
            return


def has_expressions(targets: Iterable[str]) -> bool:
    """Whether morph targets are a face's, in ARKit's names: `jawOpen`, `JawOpen`, `eyeBlink_L`, `eye_blink_left`."""
    return {_plain_target(name) for name in targets} >= _FACE


def _plain_target(name: str) -> str:
    plain = re.sub(r"_L$", "Left", re.sub(r"_R$", "Right", name.rpartition(".")[2]))
    return plain.replace("_", "").lower()


def _side(words: Sequence[str]) -> str | None:
    sides = [side for side, names in (("left", ("left", "l")), ("right", ("right", "r"))) if set(names) & set(words)]
    return sides[0] if len(sides) == 1 else None


def _share(bones: Mapping[str, float], words: Iterable[str]) -> float:
    return sum(share for name, share in bones.items() if any(word in name.lower() for word in words))
