"""Meta-information on a model (spec 8.6): colours are measured, guesses about a person are not made.

Where the service would guess (age, gender, race, a haircut), the answer is always the same neutral one, and listed
under `made_up` so that nobody takes it for a finding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from avatarsdk_core.sandbox.human.look import Colour, Look

MADE_UP = "made_up"
_SCLERA: Colour = (207, 198, 191)  # of the painted eye
_RACES = ("asian", "black", "white")
_GUESSES: Mapping[str, Mapping[str, Any]] = {
    "age": {"age": "not_child", "age_confidence": 0.5},
    "gender": {"gender": "female", "gender_confidence": 0.5},
    "race": {"race": _RACES[0], "race_confidence": 1 / 3, "races": dict.fromkeys(_RACES, 1 / 3)},
    "body_shape_coeffs_10": {"body_shape_coeffs_10": [0.0] * 10},
}


def describe(
    pipeline: str,
    subtype: str,
    names: Sequence[str],
    look: Look,
    *,
    removed: Mapping[str, bool] | None = None,
    haircuts: Sequence[str] = (),
    landmarks: Sequence[float | None] = (),
    sclera: Colour | None = None,
) -> dict[str, Any]:
    """The flat object.

    Args:
        names: what was asked for, of the category `model_info`.
        removed: modifications (`remove_smile`, …) that were asked for, and whether they have taken anything out.
        haircuts: of which a predicted one is taken: the first.
        landmarks: 204 numbers, x, y, z in metres, None where there is none (JSON has no NaN).
        sclera: its colour where it was asked for.
    """
    colours = {
        "eye_iris_color": look.iris,
        "eye_sclera_color": sclera or _SCLERA,
        "hair_color": look.hair,
        "lips_color": look.lips,
        "skin_color": look.skin,
    }
    info: dict[str, Any] = {"pipeline": pipeline, "pipeline_subtype": subtype}
    made_up = []
    for name in names:
        if name in colours:
            info[name] = dict(zip(("red", "green", "blue"), colours[name], strict=True))
        elif name in _GUESSES:
            info.update(_GUESSES[name])
            made_up.append(name)
        elif name == "predict_haircut":
            info.update(_predicted(pipeline, haircuts))
            made_up.append(name)
        elif name == "facial_landmarks_68" and landmarks:
            info[name] = list(landmarks)
    if made_up:
        info[MADE_UP] = made_up
    info.update(removed or {})
    return info


def _predicted(pipeline: str, haircuts: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {"haircut_name": haircuts[0] if haircuts else "absolutely_bald"}
    if pipeline == "head_2.0" and haircuts:
        found["haircut_full_info"] = dict.fromkeys(haircuts, 1 / len(haircuts))
    return found
