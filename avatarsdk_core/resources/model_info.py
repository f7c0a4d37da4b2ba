"""What the service measured and guessed of an avatar's photo."""

from __future__ import annotations

from avatarsdk_core.models import Avatar, ModelInfo
from avatarsdk_core.resources import endpoints
from avatarsdk_core.resources.resource import Resource, code_of


class ModelInfos(Resource):
    """`client.model_info`"""

    def get(self, avatar: Avatar | str) -> ModelInfo:
        """What was asked for by the parameters' `model_info`: colours, landmarks, guesses about the person.

        Those guesses are left out of the repr; show and log them only where a user has asked.
        """
        url = self._own(self._given(avatar, "model_info"), endpoints.GET_MODEL_INFO, code=code_of(avatar))
        return ModelInfo.from_json(self._ask(endpoints.GET_MODEL_INFO, url).json())
