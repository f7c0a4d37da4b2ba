"""What the service offers, as data: pipelines, subtypes, parameters, export defaults, blendshape names.

Facts of the service's documentation and of real exports; parameters are listed without their plans.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def catalog() -> dict[str, Any]:
    """The whole catalogue, keyed `<pipeline>` and `blendshape_sets`. Treat it as read-only."""
    data: dict[str, Any] = json.loads(files(__name__).joinpath("catalog.json").read_text("utf-8"))
    return data
