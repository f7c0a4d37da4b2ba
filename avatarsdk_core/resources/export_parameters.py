"""Which assets and textures an export may ask for; the answer depends on the account's plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from avatarsdk_core.errors import ProtocolError
from avatarsdk_core.resources import endpoints
from avatarsdk_core.resources.resource import Resource


class ExportParameters(Resource):
    """`client.export_parameters`"""

    def available(self, pipeline: str, pipeline_subtype: str | None = None) -> Mapping[str, Any]:
        """Category → names (head_1.2, head_2.0, body_0.3), or category → {"list": names, "textures": names}
        (metaperson_2.0). The `validate` of the export parameters' builders takes it as `available`.
        """
        endpoint = endpoints.AVAILABLE_EXPORT_PARAMETERS
        url = endpoints.with_query(endpoint.at(pipeline=pipeline), {"pipeline_subtype": pipeline_subtype})
        data = self._ask(endpoint, url).json()
        if not isinstance(data, dict):
            raise ProtocolError(f"The export parameters of {pipeline} came as {type(data).__name__}, not as an object")
        return data
