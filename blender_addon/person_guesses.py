# SPDX-License-Identifier: GPL-3.0-or-later
"""What the service guessed of the person, for somebody who asks: read from the export on the disk at that moment, and
kept nowhere, neither in the .blend nor in a log.
"""

from __future__ import annotations

from pathlib import Path

from avatarsdk_core.avatar.bundle import folders_in
from avatarsdk_core.avatar.model_json import FILE, Guess, read_guesses
from avatarsdk_core.gallery.disk import scan

from . import marks, preferences


def model_json_of(avatar: marks.Avatar) -> Path | None:
    """The file of an avatar that lies in the avatars folder, by its code; None where it doesn't."""
    collection = marks.collection_of(avatar)
    code = str(collection.get(marks.CODE, "")) if collection is not None else ""
    here = [Path(found.folder) for found in scan(preferences.avatars_folder()) if found and found.code == code]
    return next((file for folder in (here if code else []) if (file := find_model_json(folder))), None)


def find_model_json(place: Path) -> Path | None:
    """A model.json: the file itself, or the one of the export's folder that is given."""
    if place.is_file():
        return place if place.suffix.lower() == ".json" else find_model_json(place.parent)
    folders = folders_in(place) if place.is_dir() else []
    return next((folder / FILE for folder in folders if (folder / FILE).is_file()), None)


def guesses_in(place: Path) -> tuple[Guess, ...]:
    """The guesses of an export's folder, or of a model.json; none where the service wasn't asked for any.

    Raises FileNotFoundError where there is no model.json.
    """
    file = find_model_json(place)
    if file is None:
        raise FileNotFoundError(f"{place}: there is no {FILE} in it; choose the folder of the avatar's export.")
    return read_guesses(file)
