"""The pipelines that the sandbox computes, by name; each is loaded when it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from avatarsdk_core.sandbox.pipelines.contract import Pipeline

_MODULES: Mapping[str, str] = MappingProxyType({"metaperson_2.0": "metaperson"})
PIPELINES = tuple(_MODULES)


def pipeline(name: str) -> Pipeline:
    """The pipeline of that name. Raises KeyError."""
    found: Pipeline = import_module(f"{__name__}.{_MODULES[name]}").PIPELINE
    return found
