"""Players: register one PlayerUID per installation, keep it, and send it with every request in client access."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from avatarsdk_core.models import Player
from avatarsdk_core.resources import endpoints
from avatarsdk_core.resources.resource import Resource, moment


class Players(Resource):
    """`client.players`"""

    def list(
        self,
        *,
        comment: str | None = None,
        created_before: datetime | str | None = None,
        created_after: datetime | str | None = None,
    ) -> Iterator[Player]:
        """All players, page by page; developer access only. `comment` filters by a part of it.

        Raises:
            AccessDenied: with client access.
        """
        filters = {
            "comment": comment,
            "created_before": moment(created_before),
            "created_after": moment(created_after),
        }
        return map(Player.from_json, self._walk(endpoints.LIST_PLAYERS.at(), filters))

    def create(self, comment: str = "") -> Player:
        """Register a PlayerUID (`code` of the answer); `client.use_player` acts for it from then on."""
        answer = self._ask(endpoints.CREATE_PLAYER, endpoints.CREATE_PLAYER.at(), form={"comment": comment})
        return Player.from_json(answer.json())

    def get(self, player: Player | str) -> Player:
        """One player."""
        return Player.from_json(self._ask(endpoints.GET_PLAYER, self._url(player)).json())

    def update(self, player: Player | str, comment: str) -> Player:
        """Change the comment."""
        answer = self._ask(endpoints.UPDATE_PLAYER, self._url(player), form={"comment": comment})
        return Player.from_json(answer.json())

    def delete(self, player: Player | str) -> None:
        """Delete a player; developer access only."""
        self._ask(endpoints.DELETE_PLAYER, self._url(player))

    def _url(self, player: Player | str) -> str:
        code, url = (player.code, player.url) if isinstance(player, Player) else (player, None)
        return self._own(url, endpoints.GET_PLAYER, code=code)
