"""`/players/`: a PlayerUID for each installation of a client application."""

from __future__ import annotations

import time
import uuid
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from avatarsdk_core.sandbox.answers import forbidden, iso, not_found, page
from avatarsdk_core.sandbox.auth import caller
from avatarsdk_core.sandbox.forms import text_field
from avatarsdk_core.sandbox.records import Player
from avatarsdk_core.sandbox.service import service_of
from avatarsdk_core.sandbox.state import CLIENT


async def create(request: Request) -> Response:
    who = caller(request, registering=True)
    form = await request.form()
    player = Player(str(uuid.uuid4()), who.client_id, text_field(form, "comment"), time.time())
    await run_in_threadpool(service_of(request).store.add_player, player)
    return JSONResponse(_shown(request, player), 201)


def index(request: Request) -> Response:
    who = caller(request, registering=True)
    who.need_developer()
    players, headers = page(request, service_of(request).store.players(who.client_id))
    return JSONResponse([_shown(request, player) for player in players], headers=headers)


def show(request: Request) -> Response:
    """In client access a player sees only itself."""
    who = caller(request)
    code = request.path_params["code"]
    if who.mode == CLIENT and who.player is None:
        raise forbidden("The header X-PlayerUID is missing: client access needs it here.")
    player = service_of(request).store.player(code, who.client_id)
    if player is None or (who.mode == CLIENT and player.code != who.player):
        raise not_found()
    return JSONResponse(_shown(request, player))


def _shown(request: Request, player: Player) -> dict[str, Any]:
    return {
        "url": str(request.url_for("player", code=player.code)),
        "code": player.code,
        "created_on": iso(player.created),
        "comment": player.comment,
    }
