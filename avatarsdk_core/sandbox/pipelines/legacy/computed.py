"""The computation of an older avatar: its look is read off the photo, the rest is made when it is asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from avatarsdk_core.sandbox.human.look import look_from_photo
from avatarsdk_core.sandbox.photos import PREVIEW_FILE, THUMBNAIL_FILE, stored_photo, write_thumbnail
from avatarsdk_core.sandbox.pipelines.contract import MODEL_INFO_FILE, Computed, ComputeJob, HaircutEntry
from avatarsdk_core.sandbox.pipelines.legacy.images import Images
from avatarsdk_core.sandbox.pipelines.legacy.kinds import Avatar
from avatarsdk_core.sandbox.pipelines.legacy.landmarks import landmarks
from avatarsdk_core.sandbox.pipelines.legacy.names import all_haircuts, gender_of
from avatarsdk_core.sandbox.pipelines.legacy.paint import MODEL
from avatarsdk_core.sandbox.pipelines.legacy.person import Person, load_person, write_computation
from avatarsdk_core.sandbox.pipelines.legacy.preview import save_preview
from avatarsdk_core.sandbox.pipelines.likeness import KEPT, keep_face
from avatarsdk_core.sandbox.pipelines.model_info import describe
from avatarsdk_core.sandbox.pipelines.wishes import read_wishes

_PREVIEW_SIZE = 512
_LANDMARKS = "facial_landmarks_68"


def compute_avatar(avatar: Avatar, job: ComputeJob, parameters: Any) -> None:
    """Write what the contract wants. `parameters`: those asked for, or the defaults. Raises PhotoError."""
    photo, wishes = stored_photo(job.folder), read_wishes(parameters)
    look = look_from_photo(photo, avatar.human(wishes))
    write_computation(look, parameters, job.folder)
    write_thumbnail(photo, job.folder / THUMBNAIL_FILE)
    asked = [name for name in KEPT if wishes.on(name)]
    info = describe(
        avatar.pipeline,
        avatar.subtype,
        wishes.model_info,
        wishes.applied(look),
        removed=dict.fromkeys(asked, keep_face(photo, asked, job.folder)),
        haircuts=all_haircuts(avatar),
        landmarks=_landmarks(load_person(avatar, job.folder)) if _LANDMARKS in wishes.model_info else (),
        sclera=wishes.colour("eye_sclera_color"),
    )
    (job.folder / MODEL_INFO_FILE).write_text(json.dumps(info, indent=1), encoding="utf-8")
    Computed(
        textures=(MODEL, *wishes.textures),
        haircuts=tuple(HaircutEntry(name, gender_of(name)) for name in wishes.haircuts),
        blendshapes=wishes.blendshapes,
    ).write(job.folder)


def _landmarks(person: Person) -> list[float | None]:
    """x, y, z of each on the avatar's mesh; None for those that there aren't."""
    return [
        None if point is None else round(float(point[axis]) + person.offset[axis], 6)
        for point in landmarks(person.body)
        for axis in range(3)
    ]


def render_preview(avatar: Avatar, folder: Path) -> None:
    """The avatar from the front. It takes seconds, so it is made when it is first asked for."""
    person = load_person(avatar, folder)
    own = folder / "textures"
    save_preview(person, Images(person, own, own / "lasting"), folder / PREVIEW_FILE, _PREVIEW_SIZE)
