"""Parameters as the options mean them, judged by the catalogue before anything is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from avatarsdk_core.catalog import (
    ComputationParameters,
    ExportParameters,
    Problem,
    conflicts,
    default_pipeline,
    export_family,
    read_export_parameters,
    require,
)
from avatarsdk_core.catalog import pipeline as pipeline_named
from avatarsdk_core.cli.parameter_options import Wanted, computation_json, export_json
from avatarsdk_core.cli.printing import warn
from avatarsdk_core.errors import ParametersError, ServiceError

if TYPE_CHECKING:
    from avatarsdk_core.client import Client


@dataclass(frozen=True)
class Choice:
    """What is asked of the service. `parameters` None: the pipeline's defaults; `exports` None: the service's own."""

    pipeline: str
    subtype: str | None
    parameters: ComputationParameters | None
    exports: tuple[ExportParameters, ...] | None

    def explained(self) -> list[str]:
        """What each export will contain, in words."""
        return [line for export in self.exports or () for line in export.explain()]


def read_choice(wanted: Wanted, pipeline: str | None, subtype: str | None) -> Choice:
    """The parameters that the options mean, not yet judged.

    Raises:
        UnknownNameError: there is no such pipeline or subtype.
        ParametersError: a value can't be read; or there are export options for a pipeline without exports.
    """
    facts = pipeline_named(pipeline or default_pipeline().name)
    facts.subtype(subtype)
    computed = computation_json(wanted, exports=facts.export_parameters)
    exports = None
    if facts.export_parameters:
        found = export_json(wanted, family=export_family(facts.name).name)
        exports = None if found is None else tuple(read_export_parameters(item, facts.name) for item in found)
    elif wanted.export_options():
        named = ", ".join(f"--{name.replace('_', '-')}" for name in sorted(wanted.export_options()))
        raise ParametersError(f"{facts.name} has no exports: leave out {named}, or choose another --pipeline")
    parameters = None if computed is None else ComputationParameters.from_json(computed)
    return Choice(facts.name, subtype, parameters, exports)


def judge(choice: Choice, plan: str | None, client: Callable[[], Client] | None) -> None:
    """Warnings go to stderr. What the catalogue finds wrong is asked of the service, whose word counts.

    Raises:
        ParametersError: an error remains; the line names all of them.
    """
    problems = _problems(choice, plan)
    if client is not None and any(problem.severity == "error" or problem.doubt for problem in problems):
        problems = _problems_live(choice, plan, client()) or problems
    for problem in problems:
        if problem.severity == "warning":
            warn(str(problem))
    require(problems)


def _problems(choice: Choice, plan: str | None, computed: object = None, exported: object = None) -> list[Problem]:
    found: list[Problem] = []
    for parameters, available in (
        (choice.parameters, computed),
        *((export, exported) for export in choice.exports or ()),
    ):
        if parameters is not None:
            found += parameters.validate(choice.pipeline, choice.subtype, plan, available=available)  # type: ignore[arg-type]
    if choice.parameters is not None:
        for export in choice.exports or ():
            found += conflicts(choice.parameters, export)
    return list({(problem.severity, str(problem)): problem for problem in found}.values())


def _problems_live(choice: Choice, plan: str | None, client: Client) -> list[Problem]:
    """The same, with what the service offers to this account; empty where it doesn't tell."""
    try:
        computed = client.parameters.available(choice.pipeline, choice.subtype)
        exported = client.export_parameters.available(choice.pipeline, choice.subtype) if choice.exports else None
    except ServiceError:
        return []
    return _problems(choice, plan, computed, exported)
