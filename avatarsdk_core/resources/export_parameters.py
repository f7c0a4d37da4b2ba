"""Which assets and textures an export may ask for; the answer depends on the account's plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from avatarsdk_core.errors import ProtocolError
from avatarsdk_core.http.session import HttpSession
from avatarsdk_core.resources import endpoints


class ExportParameters:
    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def available(self, pipeline: str, pipeline_subtype: str | None = None) -> Mapping[str, Any]:
        """Category → names, or (metaperson_2.0) category → {"list": names, "textures": names}."""
        params = {"pipeline_subtype": pipeline_subtype} if pipeline_subtype else None
        url = endpoints.path(endpoints.EXPORT_PARAMETERS_AVAILABLE, pipeline=pipeline)
        data = self._http.request("GET", url, params=params).json()
        if not isinstance(data, dict):
            raise ProtocolError(f"The export parameters of {pipeline} came as {type(data).__name__}, not as an object")
        return data
