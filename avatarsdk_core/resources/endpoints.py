"""The few paths that must be built; every other URL comes from the service's own objects.

`{…}` are filled by `path`, which quotes them.
"""

from __future__ import annotations

from urllib.parse import quote

PLAYERS = "players/"
PLAYER = "players/{code}/"
AVATARS = "avatars/"
AVATAR = "avatars/{code}/"
AVATAR_EXPORTS = "avatars/{code}/exports/"
AVATAR_THUMBNAIL = "avatars/{code}/thumbnail/"
AVATAR_PREVIEW = "avatars/{code}/preview/"
EXPORT = "avatars/{code}/exports/{export_code}/"
PARAMETERS_AVAILABLE = "parameters/available/{pipeline}/"
PARAMETERS_DEFAULT = "parameters/default/{pipeline}/"
EXPORT_PARAMETERS_AVAILABLE = "export_parameters/available/{pipeline}/"


def path(template: str, **parts: str) -> str:
    """`template` with its parts, each quoted so that it stays one segment."""
    return template.format(**{name: quote(value, safe="") for name, value in parts.items()})
