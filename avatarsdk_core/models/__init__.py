"""What the service hands out, as frozen dataclasses (fields: the Web API's data transfer objects).

The service may grow: unknown fields are kept in `extra`, missing and null ones are accepted, and a status or category
never heard of stays the string that it is.
"""

from __future__ import annotations

from avatarsdk_core.models.account import Player, Token, Usage
from avatarsdk_core.models.avatars import Avatar, Haircut, ModelInfo, Texture
from avatarsdk_core.models.base import Computed, Model, Rgb, to_json
from avatarsdk_core.models.exports import Export, ExportFile, StaticResource
from avatarsdk_core.models.selfies import Selfie

__all__ = [
    "Avatar",
    "Computed",
    "Export",
    "ExportFile",
    "Haircut",
    "Model",
    "ModelInfo",
    "Player",
    "Rgb",
    "Selfie",
    "StaticResource",
    "Texture",
    "Token",
    "Usage",
    "to_json",
]
