"""The pipelines that the sandbox computes, by name; each is loaded when it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from avatarsdk_core.sandbox.pipelines.contract import Pipeline

_MODULES: Mapping[str, str] = MappingProxyType(
    {
        "animated_face": "animated_face",
        "head_1.2": "head_1_2",
        "head_2.0": "head_2_0",
        "body_0.3": "body_0_3",
        "metaperson_2.0": "metaperson",
    }
)
PIPELINES = tuple(_MODULES)


def pipeline(name: str) -> Pipeline:
    """The pipeline of that name. Raises KeyError."""
    found: Pipeline = import_module(f"{__name__}.{_MODULES[name]}").PIPELINE
    return found
