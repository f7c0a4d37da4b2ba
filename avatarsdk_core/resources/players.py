"""Players: register one PlayerUID per installation, keep it, and send it with every request in client access."""

from __future__ import annotations

from collections.abc import Iterator

from avatarsdk_core.http.pages import walk
from avatarsdk_core.http.session import HttpSession
from avatarsdk_core.models import Player
from avatarsdk_core.resources import endpoints


class Players:
    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def create(self, comment: str = "") -> Player:
        """Register a PlayerUID (`code` of the answer)."""
        answer = self._http.request("POST", endpoints.PLAYERS, form={"comment": comment})
        return Player.from_json(answer.json())

    def list(self) -> Iterator[Player]:
        """All players; developer access only."""
        return map(Player.from_json, walk(self._http, endpoints.PLAYERS))

    def get(self, code: str) -> Player:
        """One player."""
        return Player.from_json(self._http.request("GET", endpoints.path(endpoints.PLAYER, code=code)).json())
