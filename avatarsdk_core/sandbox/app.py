"""The sandbox's routes: paths as in section 5 of the API specification, each with the function that answers."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from avatarsdk_core.sandbox import auth, avatars, exports, parameters, players
from avatarsdk_core.sandbox.answers import RefusalError, answer_crash, answer_http_exception, answer_refusal
from avatarsdk_core.sandbox.service import Service

_Handler = Callable[[Request], Response] | Callable[[Request], Awaitable[Response]]


def create_app(service: Service) -> Starlette:
    app = Starlette(
        routes=_routes(),
        exception_handlers={
            RefusalError: answer_refusal,
            HTTPException: answer_http_exception,
            Exception: answer_crash,
        },
    )
    app.router.redirect_slashes = False  # the service's paths end with a slash; a client that forgets it should see it
    app.state.service = service
    return app


def _routes() -> list[Route]:
    avatar = "/avatars/{code}/"
    export = avatar + "exports/{export_code}/"
    file = export + "files/{identity}/"
    texture = "/static_resources/{pipeline}/textures/{category}/{asset}/{file_name}"
    return [
        _route("/o/token/", "token", POST=auth.token),
        _route("/players/", "players", GET=players.index, POST=players.create),
        _route("/players/{code}/", "player", GET=players.show),
        _route("/parameters/available/{pipeline}/", "parameters", GET=parameters.available_parameters),
        _route("/export_parameters/available/{pipeline}/", "options", GET=parameters.available_export_parameters),
        _route("/avatars/", "avatars", GET=avatars.index, POST=avatars.create),
        _route(avatar, "avatar", GET=avatars.show, DELETE=avatars.delete),
        _route(avatar + "thumbnail/", "avatar_thumbnail", GET=avatars.thumbnail),
        _route(avatar + "preview/", "avatar_preview", GET=avatars.preview),
        _route(avatar + "exports/", "avatar_exports", GET=exports.index, POST=exports.create),
        _route(export, "export", GET=exports.show, DELETE=exports.delete),
        _route(file + "file/", "export_file", GET=exports.archive),
        _route(file + "static_files/{file_name}", "export_static_file", GET=exports.static_file),
        _route(texture, "static_texture", GET=exports.static_texture),
    ]


def _route(path: str, name: str, **handlers: _Handler) -> Route:
    """One route for all methods of a path, so that 405 names them all in `Allow`."""

    async def endpoint(request: Request) -> Response:
        handler = handlers["GET" if request.method == "HEAD" else request.method]
        if inspect.iscoroutinefunction(handler):
            answer = await handler(request)
        else:
            answer = await run_in_threadpool(handler, request)
        assert isinstance(answer, Response)
        return answer

    return Route(path, endpoint, methods=list(handlers), name=name)
