"""What the account may ask for of a pipeline. Fields: pipeline, pipeline_subtype, profile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from avatarsdk_core import catalog
from avatarsdk_core.catalog.values import plain
from avatarsdk_core.worker.work import Work


def answer(work: Work, pipeline: str, pipeline_subtype: str = "", profile: str = "") -> Mapping[str, Any]:
    """`computation`: {"available", "default"}, as the service writes them; `export`: what an export may ask for, {} for
    a pipeline without exports.

    Raises:
        AuthenticationError, AccessDenied, NotFound, ServiceError
    """
    client, subtype = work.client(profile), pipeline_subtype or None
    available = client.parameters.available(pipeline, subtype)
    default = client.parameters.default(pipeline, subtype)
    facts = catalog.pipelines().get(pipeline)
    export: Mapping[str, Any] = {}
    if facts is None or facts.export_parameters:
        export = client.export_parameters.available(pipeline, subtype)
    return {"computation": {"available": plain(available), "default": plain(default)}, "export": dict(export)}
