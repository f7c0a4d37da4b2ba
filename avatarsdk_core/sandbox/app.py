"""The sandbox's routes: paths as in section 5 of the API specification, each with the function that answers."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable

import anyio
import anyio.to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from avatarsdk_core.sandbox import (
    authorize,
    avatars,
    exports,
    parameters,
    players,
    public_files,
    results,
    static_resources,
    tokens,
)
from avatarsdk_core.sandbox.answers import RefusalError, answer_crash, answer_http_exception, answer_refusal
from avatarsdk_core.sandbox.limits import BodyLimit
from avatarsdk_core.sandbox.selfies import api as selfies
from avatarsdk_core.sandbox.selfies import uploads
from avatarsdk_core.sandbox.service import Service

_Handler = Callable[[Request], Response] | Callable[[Request], Awaitable[Response]]
_SLOW = 16  # requests at once that may wait for a worker, apart from those that are quick
# What a script of another origin may read of an answer, beside what it always may.
_EXPOSED = [
    "Accept-Ranges",
    "Content-Disposition",
    "Content-Encoding",
    "Content-Length",
    "Content-Range",
    "ETag",
    "Link",
    "Retry-After",
    "X-File-Size",
    "X-Sandbox-Notice",
]


def create_app(service: Service) -> Starlette:
    cors = Middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "POST", "PATCH", "DELETE"],
        allow_headers=["*"],
        expose_headers=_EXPOSED,
    )
    app = Starlette(
        routes=_routes(),
        middleware=[cors],
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
    haircut = avatar + "haircuts/{identity}/"
    export = avatar + "exports/{export_code}/"
    file = export + "files/{export_file}/"
    static = "/static_resources/{pipeline}/"
    selfie = "/selfies/{code}/"
    return [
        _route("/o/token/", POST=tokens.token),
        _route("/o/authorize/", GET=authorize.page, POST=authorize.decide),
        _route("/o/revoke_token/", POST=tokens.revoke),
        _route("/players/", GET=players.index, POST=players.create),
        _route("/players/{code}/", GET=players.show, PATCH=players.change, DELETE=players.delete),
        _route("/parameters/available/{pipeline}/", GET=parameters.available_parameters),
        _route("/parameters/default/{pipeline}/", GET=parameters.default_parameters_shown),
        _route("/export_parameters/available/{pipeline}/", GET=parameters.available_export_parameters),
        _route(static, GET=static_resources.index),
        _route(static + "textures/{category}/{asset}/{filename}", slow=True, GET=static_resources.texture),
        _route("/avatars/", GET=avatars.index, POST=avatars.create),
        _route("/avatars/count/", GET=avatars.count),
        _route(avatar, GET=avatars.show, PATCH=avatars.change, DELETE=avatars.delete),
        _route(avatar + "thumbnail/", GET=avatars.thumbnail),
        _route(avatar + "preview/", slow=True, GET=avatars.preview),
        _route(avatar + "mesh/", slow=True, GET=results.mesh),
        _route(avatar + "pointcloud/", slow=True, GET=results.pointcloud),
        _route(avatar + "texture/", slow=True, GET=results.texture),
        _route(avatar + "textures/", slow=True, GET=results.textures),
        _route(avatar + "textures/{identity}/file/", slow=True, GET=results.texture_file),
        _route(avatar + "blendshapes/", slow=True, GET=results.blendshapes),
        _route(avatar + "model_info/", slow=True, GET=results.model_info),
        _route(avatar + "haircuts/", slow=True, GET=results.haircuts),
        _route(avatar + "haircuts/pointclouds/", slow=True, GET=results.haircut_pointclouds),
        _route(haircut, slow=True, GET=results.haircut),
        _route(haircut + "mesh/", slow=True, GET=results.haircut_mesh),
        _route(haircut + "pointcloud/", slow=True, GET=results.haircut_pointcloud),
        _route(haircut + "texture/", slow=True, GET=results.haircut_texture),
        _route(haircut + "preview/", slow=True, GET=results.haircut_preview),
        _route(avatar + "exports/", GET=exports.index, POST=exports.create),
        _route(export, GET=exports.show, DELETE=exports.delete),
        _route(file + "file/", GET=exports.archive),
        _route(file + "static_files/{filename}", slow=True, GET=exports.static_file),
        _route("/public/{export_code}/{filename}", name="public_file", GET=public_files.serve),
        _route("/selfies/", GET=selfies.index, POST=selfies.create),
        _route(selfie, GET=selfies.show),
        _route(selfie + "file/", GET=selfies.file),
        _route(selfie + "qr/", GET=selfies.qr),
        _route(selfie + "upload/", GET=uploads.show, POST=uploads.upload),
    ]


def _route(path: str, *, name: str | None = None, slow: bool = False, **handlers: _Handler) -> Route:
    """One route for all methods of a path, so that 405 names them all in `Allow`, as do other answers.

    `slow`: its handlers may wait for a worker process; they take turns that don't hold up the quick ones.
    """
    allowed = [*handlers, *(["HEAD"] if "GET" in handlers else []), "OPTIONS"]

    async def endpoint(request: Request) -> Response:
        if request.method == "OPTIONS":
            return JSONResponse({}, headers={"Allow": ", ".join(allowed)})
        handler = handlers["GET" if request.method == "HEAD" else request.method]
        if inspect.iscoroutinefunction(handler):
            answer = await handler(request)
        else:
            limiter = _slow_turns(request) if slow else None
            answer = await anyio.to_thread.run_sync(functools.partial(handler, request), limiter=limiter)
        assert isinstance(answer, Response)
        answer.headers.setdefault("Allow", ", ".join(allowed))
        answer.headers.setdefault("Vary", "Accept, Cookie")
        return answer

    return Route(path, endpoint, methods=allowed, name=name, middleware=[Middleware(BodyLimit)])


def _slow_turns(request: Request) -> anyio.CapacityLimiter:
    turns = getattr(request.app.state, "slow_turns", None)
    if turns is None:
        turns = request.app.state.slow_turns = anyio.CapacityLimiter(_SLOW)
    assert isinstance(turns, anyio.CapacityLimiter)
    return turns
