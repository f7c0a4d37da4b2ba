"""Visemes and emotions, each a mix of the face's 51 ARKit units.

The visemes are those of the Oculus set. Their mixes follow what the mouth does for the sounds, as phonetics describes
it: lips closed for PP, the lower one under the teeth for FF, rounded for oh and ou, spread for ih and E, and so on.
Names of emotions are unpublished; these are the six that Ekman found to be basic, and a neutral one has no shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from avatarsdk_core.catalog import blendshape_set
from avatarsdk_core.sandbox.human.model import Mesh

Mix = Mapping[str, float]


def _both(**shares: float) -> dict[str, float]:
    """The units of both sides, named without `Left` and `Right`."""
    return {f"{unit}{side}": share for unit, share in shares.items() for side in ("Left", "Right")}


VISEMES: Mapping[str, Mix] = MappingProxyType(
    {
        "sil": {},
        "PP": {"mouthRollLower": 0.45, "mouthRollUpper": 0.45, "mouthClose": 0.05, "jawOpen": 0.03}
        | _both(mouthPress=0.55),
        "FF": {"jawOpen": 0.07, "mouthRollLower": 0.75, "mouthShrugUpper": 0.25}
        | _both(mouthUpperUp=0.35, mouthStretch=0.1),
        "TH": {"jawOpen": 0.17} | _both(mouthLowerDown=0.35, mouthUpperUp=0.25, mouthStretch=0.15),
        "DD": {"jawOpen": 0.13} | _both(mouthLowerDown=0.30, mouthUpperUp=0.30, mouthStretch=0.15, mouthSmile=0.08),
        "kk": {"jawOpen": 0.20} | _both(mouthLowerDown=0.25, mouthUpperUp=0.30, mouthStretch=0.10),
        "CH": {"jawOpen": 0.08, "mouthFunnel": 0.65, "mouthShrugUpper": 0.1}
        | _both(mouthUpperUp=0.20, mouthLowerDown=0.25),
        "SS": {"jawOpen": 0.04} | _both(mouthStretch=0.45, mouthLowerDown=0.40, mouthUpperUp=0.30, mouthSmile=0.15),
        "nn": {"jawOpen": 0.11} | _both(mouthLowerDown=0.22, mouthUpperUp=0.22, mouthStretch=0.08),
        "RR": {"jawOpen": 0.10, "mouthPucker": 0.40, "mouthFunnel": 0.35} | _both(mouthLowerDown=0.15),
        "aa": {"jawOpen": 0.55} | _both(mouthLowerDown=0.22, mouthUpperUp=0.22),
        "E": {"jawOpen": 0.28} | _both(mouthStretch=0.35, mouthSmile=0.20, mouthLowerDown=0.25, mouthUpperUp=0.15),
        "ih": {"jawOpen": 0.16} | _both(mouthStretch=0.45, mouthSmile=0.30, mouthLowerDown=0.25, mouthUpperUp=0.15),
        "oh": {"jawOpen": 0.36, "mouthFunnel": 0.60, "mouthPucker": 0.15},
        "ou": {"jawOpen": 0.16, "mouthPucker": 0.80, "mouthFunnel": 0.30},
    }
)
# visemes_17 writes some of them another way.
_ALIASES = {"AA": "aa", "EE": "E", "IH": "ih", "OH": "oh", "OU": "ou", "dd": "DD", "ff": "FF", "pp": "PP", "rr": "RR"}
_ALIASES |= {"ss": "SS"}
EMOTIONS: Mapping[str, Mix] = MappingProxyType(
    {
        "anger": {"jawForward": 0.25, "mouthShrugLower": 0.35}
        | _both(browDown=0.95, eyeSquint=0.45, eyeWide=0.25, noseSneer=0.45, mouthPress=0.55, mouthFrown=0.30),
        "disgust": {"mouthShrugLower": 0.30}
        | _both(browDown=0.55, eyeSquint=0.55, cheekSquint=0.45, noseSneer=0.95, mouthUpperUp=0.60, mouthFrown=0.45),
        "fear": {"browInnerUp": 0.95, "jawOpen": 0.16}
        | _both(browOuterUp=0.35, eyeWide=0.85, mouthStretch=0.75, mouthLowerDown=0.25),
        "happiness": {"jawOpen": 0.04}
        | _both(mouthSmile=0.85, cheekSquint=0.65, eyeSquint=0.30, mouthUpperUp=0.22, mouthDimple=0.20),
        "sadness": {"browInnerUp": 0.85, "mouthShrugLower": 0.40}
        | _both(mouthFrown=0.75, eyeSquint=0.20, eyeBlink=0.18, eyeLookDown=0.15, browDown=0.15),
        "surprise": {"browInnerUp": 0.85, "jawOpen": 0.42, "mouthFunnel": 0.12} | _both(browOuterUp=0.85, eyeWide=0.75),
    }
)
_SMILES: Mapping[str, Mix] = MappingProxyType(
    {
        "smile": _both(mouthSmile=0.80, cheekSquint=0.35, mouthDimple=0.15),
        "frown": {"browInnerUp": 0.20} | _both(mouthFrown=0.80, browDown=0.55),
    }
)
_VISEME_SETS = ("visemes_14", "visemes_15", "visemes_17")


def mixes(set_name: str) -> Mapping[str, Mix]:
    """Shape -> unit -> share, for `emotions` and the sets of visemes; empty for other sets."""
    if set_name == "emotions":
        return EMOTIONS
    if set_name not in _VISEME_SETS:
        return {}
    listed = blendshape_set(set_name)
    names = [*(listed.names or ()), *listed.probably_missing]
    return {name: _SMILES.get(name) or VISEMES[_ALIASES.get(name, name)] for name in names}


def composed(mesh: Mesh, set_name: str) -> dict[str, NDArray[np.float32]]:
    """Shape -> (V, 3) deltas of that set, made of the mesh's face units; shapes that don't move it are all zero."""
    shapes = {}
    for name, mix in mixes(set_name).items():
        deltas = np.zeros(mesh.positions.shape, dtype=np.float32)
        for unit, share in mix.items():
            if unit in mesh.targets:
                deltas += np.float32(share) * mesh.targets[unit]
        shapes[name] = deltas
    return shapes
