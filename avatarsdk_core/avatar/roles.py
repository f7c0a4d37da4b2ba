"""What a part is on the person."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a part is on the person; it decides the material."""

    BODY = "body"
    HEAD = "head"
    EYELASHES = "eyelashes"
    CORNEA = "cornea"
    EYEBALL = "eyeball"
    TEETH = "teeth"
    HAIR = "hair"
    GARMENT = "garment"
    GLASSES = "glasses"
    ACCESSORY = "accessory"
    OTHER = "other"


SKIN = frozenset({Role.BODY, Role.HEAD})
PERSON = frozenset({Role.BODY, Role.HEAD, Role.EYELASHES, Role.CORNEA, Role.EYEBALL, Role.TEETH})
