"""Names of a glTF mesh's morph targets, also where early body_0.x exports leave them out.

Source of the counts and their order: the vendor's loader; of the names: the catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from avatarsdk_core.catalog import blendshape_set


@cache
def _by_count() -> Mapping[int, tuple[str, ...]]:
    mobile, visemes = (blendshape_set(name).names or () for name in ("mobile_51", "visemes_15"))
    return {len(names): names for names in (mobile, visemes, mobile + visemes)}


def target_names(mesh: Mapping[str, Any]) -> tuple[str, ...]:
    """The names in a glTF mesh's extras; without any, those of the sets that its number of targets tells, or none."""
    names = (mesh.get("extras") or {}).get("targetNames")
    if isinstance(names, list) and names:
        return tuple(str(name) for name in names)
    primitives = mesh.get("primitives")
    targets = primitives[0].get("targets") if isinstance(primitives, list) and primitives else None
    return _by_count().get(len(targets), ()) if isinstance(targets, list) else ()
