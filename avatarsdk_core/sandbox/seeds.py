"""Filling an account with avatars of the past: many rows, few photos, nothing computed before it is looked at.

Avatars with the same pipeline, subtype and photo share one folder of content. The same number gives the same avatars.
"""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from avatarsdk_core import catalog
from avatarsdk_core.catalog.facts import Subtype
from avatarsdk_core.sandbox.photos import PHOTO_FILE, THUMBNAIL_FILE, write_thumbnail
from avatarsdk_core.sandbox.pipelines import PIPELINES
from avatarsdk_core.sandbox.records import Avatar, Export
from avatarsdk_core.sandbox.seed_photos import PHOTOS, draw_photo
from avatarsdk_core.sandbox.state import StateFolder
from avatarsdk_core.sandbox.status import FAIL, TIMEOUT, failure_shown
from avatarsdk_core.sandbox.store import Condition, Store

# fmt: off
_NAMES = (
    "Ada", "Alan", "Alma", "Amir", "Anna", "Ben", "Chen", "Chloé", "Clara", "Diego", "Dina", "Elif", "Emil",
    "Esra", "Femi", "Finn", "Gaia", "Hana", "Hugo", "Ida", "Ines", "Ivan", "Jana", "João", "Jun", "Kai", "Kofi",
    "Lara", "Lena", "Leo", "Lin", "Lucía", "Malik", "Mara", "Mei", "Mila", "Nadia", "Nils", "Noor", "Olga",
    "Omar", "Otto", "Petra", "Quinn", "Rania", "Ravi", "Rosa", "Sami", "Sara", "Søren", "Tariq", "Tessa", "Uma",
    "Vera", "Wanda", "Wei", "Xenia", "Yara", "Yuki", "Zoë",
)
# fmt: on
_OCCASIONS = ("", "for the stage", "game character", "team page", "trial", "avatar for chat", "family", "no glasses")
_SPREAD = 400 * 86400.0  # seconds of the past that the avatars are spread over
_COMPUTED_IN = 45.0
_FAILING, _TIMING_OUT = 0.06, 0.03  # shares
_EXPORT = {"format": "glb"}


def plant(store: Store, state: StateFolder, client_id: str, number: int) -> None:
    """Add avatars to a client until it has `number` of them."""
    missing = number - store.count(Avatar, [Condition("client_id = ?", (client_id,))])
    chance = random.Random(number)  # noqa: S311 (variety, not secrecy)
    now = time.time()
    targets = [part for name in PIPELINES for part in catalog.pipeline(name).subtypes.values()]
    avatars: list[Avatar] = []
    exports: list[Export] = []
    for _ in range(missing):
        avatar = _avatar(chance, chance.choice(targets), client_id, now)
        avatars.append(avatar)
        exports += _exports(avatar)
    for seed in sorted({avatar.seed for avatar in avatars}):
        _sow(state.seed(seed), int(seed.rpartition("-")[2]))
    store.add_avatars(sorted(avatars, key=lambda avatar: avatar.created), exports)


def _avatar(chance: random.Random, target: Subtype, client_id: str, now: float) -> Avatar:
    created = now - 60 - chance.random() * _SPREAD
    share = chance.random()
    outcome = FAIL if share < _FAILING else TIMEOUT if share < _FAILING + _TIMING_OUT else ""
    photo = chance.randrange(PHOTOS)
    return Avatar(
        code=str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        client_id=client_id,
        player=None,
        name=f"{chance.choice(_NAMES)} {chance.randrange(1, 100)}",
        description=chance.choice(_OCCASIONS),
        pipeline=target.pipeline,
        subtype=target.name,
        parameters={},
        created=created,
        built=None if outcome else created + _COMPUTED_IN,
        changed=created + _COMPUTED_IN,
        failure=str(failure_shown(None, outcome)["message"]) if outcome else None,
        outcome=outcome,
        seed=f"{target.pipeline}-{target.name.replace('/', '-')}-{photo}",
        direct=not catalog.pipeline(target.pipeline).export_created_when_empty,
    )


def _exports(avatar: Avatar) -> Iterator[Export]:
    if not avatar.direct and not avatar.outcome:
        code = str(uuid.uuid5(uuid.NAMESPACE_URL, avatar.code))
        yield Export(code, avatar.code, "", _EXPORT, avatar.created, wanted=False)


def _sow(folder: Path, photo: int) -> None:
    """The photo last: whatever has one is complete."""
    path = folder / f"{PHOTO_FILE}.jpg"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        data = draw_photo(photo)
        write_thumbnail(data, folder / THUMBNAIL_FILE)
        part = path.with_suffix(".part")
        part.write_bytes(data)
        part.replace(path)
