"""Static resources: textures that don't vary between avatars, to be fetched once and kept."""

from __future__ import annotations

import builtins
import threading
from pathlib import Path

from avatarsdk_core.errors import ProtocolError
from avatarsdk_core.models import StaticResource
from avatarsdk_core.models.exports import static_resources
from avatarsdk_core.resources import endpoints
from avatarsdk_core.resources.endpoints import Filter
from avatarsdk_core.resources.resource import FileProgress, Resource, Target, joined


class StaticResources(Resource):
    """`client.static_resources`"""

    def list(
        self,
        pipeline: str,
        *,
        lod: Filter = None,
        pipeline_subtype: Filter = None,
        category: Filter = None,
        texture_profile: Filter = None,
    ) -> builtins.list[StaticResource]:
        """All static textures of a pipeline (metaperson_2.0 has some).

        Args:
            lod, pipeline_subtype, category, texture_profile: one name or several, in the service's own spelling, such
                as "LOD1", "female", "avatar", "2K.jpg".
        """
        endpoint = endpoints.LIST_STATIC_RESOURCES
        filters: dict[str, Filter] = {
            "lod": joined(lod),
            "pipeline_subtype": joined(pipeline_subtype),
            "category": joined(category),
            "texture_profile": joined(texture_profile),
        }
        data = self._ask(endpoint, endpoints.with_query(endpoint.at(pipeline=pipeline), filters)).json()
        if not isinstance(data, dict):
            raise ProtocolError(f"The static resources of {pipeline} came as {type(data).__name__}, not as an object")
        return [*static_resources(data)]

    def download(
        self,
        resource: StaticResource | str,
        target: Target,
        *,
        progress: FileProgress | None = None,
        cancel: threading.Event | None = None,
    ) -> Path:
        """Fetch one, given itself or by its URL, to the file `target`. Raises as `transfer.download.download`."""
        url = resource.url if isinstance(resource, StaticResource) else resource
        return self._save(url, target, progress, cancel)

    def url(self, pipeline: str, category: str, asset: str, filename: str) -> str:
        """Where a file of known name lies, for `download`: ("metaperson_2.0", "avatar", "AvatarHeadFemale",
        "AvatarHeadFemale_Color_2K.jpg").
        """
        return endpoints.GET_STATIC_RESOURCE.at(pipeline=pipeline, category=category, asset=asset, filename=filename)
