"""What is sent for a form, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from avatarsdk_core.catalog import ComputationParameters, Problem, read_export_parameters
from avatarsdk_core.creation.form import Form
from avatarsdk_core.creation.offer import Offer


def request_fields(form: Form, name: str) -> dict[str, Any]:
    """Name, pipeline, subtype and parameters as plain JSON: arguments of `Client.avatars.create`, but for the photo.

    Raises:
        UnknownNameError: there is no such pipeline or subtype.
    """
    computation = ComputationParameters.from_json(form.computation()).for_pipeline(form.pipeline)
    made: dict[str, Any] = {
        "name": name,
        "pipeline": form.pipeline,
        "pipeline_subtype": form.subtype_name,
        "parameters": computation.to_json(),
    }
    exported = form.export_parameters()
    return made if exported is None else {**made, "export_parameters": exported}


def problems(form: Form, offer: Offer) -> list[Problem]:
    """Errors first. What the service offers counts more than what the documentation says."""
    computation = ComputationParameters.from_json(form.computation()).for_pipeline(form.pipeline)
    found = computation.validate(form.pipeline, form.subtype, available=_fitting(offer.computation, offer, form))
    exported = form.export_parameters()
    if exported is not None:
        parameters = read_export_parameters(exported, form.pipeline)
        found += parameters.validate(form.pipeline, form.subtype, available=_fitting(offer.export, offer, form))
    by_text = {(problem.severity, str(problem)): problem for problem in found if "deprecated" not in problem.message}
    return sorted(by_text.values(), key=lambda problem: problem.severity)


def _fitting(available: Mapping[str, Any] | None, offer: Offer, form: Form) -> Mapping[str, Any] | None:
    same = (offer.pipeline, offer.subtype) == (form.pipeline, form.subtype_name)
    return available if same else None
