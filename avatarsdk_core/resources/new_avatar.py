"""What asks the service for a new avatar: the fields of the form, made and checked without sending anything."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import IO, Any

from avatarsdk_core.errors import ParametersError
from avatarsdk_core.models import Selfie
from avatarsdk_core.photo import Photo, read_photo

PhotoSource = str | PathLike[str] | bytes | IO[bytes] | Photo


@dataclass(frozen=True)
class NewAvatar:
    """The request's fields as text, and the photo where there is one."""

    form: Mapping[str, str]
    photo: Photo | None

    @property
    def files(self) -> dict[str, tuple[str, bytes, str]]:
        if self.photo is None:
            return {}
        return {"photo": (self.photo.upload_name, self.photo.data, self.photo.media_type)}


def new_avatar(
    *,
    name: str,
    photo: PhotoSource | None = None,
    selfie: Selfie | str | None = None,
    description: str = "",
    pipeline: str | None = None,
    pipeline_subtype: str | None = None,
    parameters: Mapping[str, Any] | None = None,
    export_parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
    export_comment: str = "",
) -> NewAvatar:
    """The request that `Avatars.create` would send, without its tag.

    Raises:
        PhotoError: the photo can't be used.
        ParametersError: neither or both of photo and selfie.
    """
    if (photo is None) == (selfie is None):
        raise ParametersError("An avatar is made from a photo or from a selfie: give one of the two")
    fields = {
        "name": name,
        "description": description,
        "selfie": selfie.code if isinstance(selfie, Selfie) else selfie,
        "pipeline": pipeline,
        "pipeline_subtype": pipeline_subtype,
        "parameters": _json(_in_form(parameters, pipeline)),
        "export_parameters": _json(export_parameters),
        "export_comment": export_comment or None,
    }
    form = {key: value for key, value in fields.items() if value is not None}
    return NewAvatar(form, None if photo is None else read_photo(photo))


def _in_form(parameters: Mapping[str, Any] | None, pipeline: str | None) -> Mapping[str, Any] | None:
    """ComputationParameters as the pipeline wants them; a mapping of the caller's own is sent as it is."""
    from avatarsdk_core.catalog import ComputationParameters, default_pipeline  # when it is needed: it costs 10 ms

    if not isinstance(parameters, ComputationParameters):
        return parameters
    return parameters.for_pipeline(pipeline or default_pipeline().name)


def _json(value: Any) -> str | None:
    from avatarsdk_core.catalog.values import plain

    return None if value is None else json.dumps(plain(value))
