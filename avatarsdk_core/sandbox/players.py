"""`/players/`: a PlayerUID for each installation of a client application."""

from __future__ import annotations

import time
import uuid
from dataclasses import replace
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from avatarsdk_core.sandbox.accounts import CLIENT
from avatarsdk_core.sandbox.answers import forbidden, iso, not_found, page
from avatarsdk_core.sandbox.auth import caller
from avatarsdk_core.sandbox.filters import player_filters
from avatarsdk_core.sandbox.forms import text_field
from avatarsdk_core.sandbox.records import Player
from avatarsdk_core.sandbox.service import service_of
from avatarsdk_core.sandbox.store import Condition


async def create(request: Request) -> Response:
    who = await run_in_threadpool(caller, request, registering=True)
    async with request.form() as form:
        comment = text_field(form, "comment")
    player = Player(str(uuid.uuid4()), who.client_id, comment, time.time())
    await run_in_threadpool(service_of(request).store.add_player, player)
    return JSONResponse(_shown(request, player), 201)


def index(request: Request) -> Response:
    who = caller(request, registering=True)
    who.need_developer()
    service = service_of(request)
    conditions = [Condition("client_id = ?", (who.client_id,)), *player_filters(request)]
    players, headers = page(
        request,
        service.store.count(Player, conditions),
        lambda limit, offset: service.store.players(conditions, limit, offset),
        single_page_links=service.single_page_links,
    )
    return JSONResponse([_shown(request, player) for player in players], headers=headers)


def show(request: Request) -> Response:
    return JSONResponse(_shown(request, _visible(request)))


async def change(request: Request) -> Response:
    """`PATCH`: another comment."""
    player = await run_in_threadpool(_visible, request)
    async with request.form() as form:
        comment = text_field(form, "comment") if "comment" in form else player.comment
    await run_in_threadpool(service_of(request).store.comment_player, player.code, comment)
    return JSONResponse(_shown(request, replace(player, comment=comment)))


def delete(request: Request) -> Response:
    """In developer access. Avatars of the player stay, for developers to see."""
    player = _visible(request, developers_only=True)
    service_of(request).store.delete_player(player.code)
    return Response(status_code=204)


def _visible(request: Request, *, developers_only: bool = False) -> Player:
    """The player of the path; in client access a player sees only itself."""
    who = caller(request)
    if developers_only:
        who.need_developer()
    code = request.path_params["code"]
    if who.mode == CLIENT and who.player is None:
        raise forbidden("The header X-PlayerUID is missing: client access needs it here.")
    player = service_of(request).store.player(code, who.client_id)
    if player is None or (who.mode == CLIENT and player.code != who.player):
        raise not_found()
    return player


def _shown(request: Request, player: Player) -> dict[str, Any]:
    return {
        "url": f"{request.base_url}players/{player.code}/",
        "code": player.code,
        "created_on": iso(player.created),
        "comment": player.comment,
    }
