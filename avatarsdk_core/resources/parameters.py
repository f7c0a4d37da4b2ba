"""Which computation parameters there are, and which are taken without asking; the answer depends on the plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from avatarsdk_core.errors import ProtocolError
from avatarsdk_core.resources import endpoints
from avatarsdk_core.resources.resource import Resource

if TYPE_CHECKING:
    from avatarsdk_core.catalog import ComputationParameters


class Parameters(Resource):
    """`client.parameters`"""

    def available(self, pipeline: str, pipeline_subtype: str | None = None) -> ComputationParameters:
        """What may be asked for, of the pipeline's default subtype if none is named.

        It can be sent as it is, but for key-value parameters such as `avatar_modifications`: they stand there by name
        alone, and need values. `ComputationParameters.validate` takes it as `available`.
        """
        return self._asked(endpoints.AVAILABLE_PARAMETERS, pipeline, pipeline_subtype)

    def default(self, pipeline: str, pipeline_subtype: str | None = None) -> ComputationParameters:
        """What an avatar is computed with when no parameters are given."""
        return self._asked(endpoints.DEFAULT_PARAMETERS, pipeline, pipeline_subtype)

    def _asked(self, endpoint: endpoints.Endpoint, pipeline: str, subtype: str | None) -> ComputationParameters:
        from avatarsdk_core.catalog import ComputationParameters

        url = endpoints.with_query(endpoint.at(pipeline=pipeline), {"pipeline_subtype": subtype})
        data = self._ask(endpoint, url).json()
        if not isinstance(data, dict):
            raise ProtocolError(f"The parameters of {pipeline} came as {type(data).__name__}, not as an object")
        return ComputationParameters.from_json(_without_subtype(data))


def _without_subtype(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The service wraps its answer in one key, the subtype."""
    from avatarsdk_core.catalog import categories

    if len(data) == 1:
        ((name, inner),) = data.items()
        if name not in categories() and isinstance(inner, dict):
            return inner
    return data
