"""Finding the object that a path names, as far as the caller may see it."""

from __future__ import annotations

import time

from starlette.requests import Request

from avatarsdk_core.sandbox.answers import not_found
from avatarsdk_core.sandbox.auth import caller
from avatarsdk_core.sandbox.records import Avatar, Export
from avatarsdk_core.sandbox.service import Service, service_of
from avatarsdk_core.sandbox.status import COMPLETED, Progress, avatar_progress, export_status


def visible_avatar(request: Request) -> Avatar:
    """The avatar of the path; 404 when there is none that the caller may see."""
    who = caller(request)
    avatar = service_of(request).store.avatar(request.path_params["code"])
    if avatar is None or not who.may_see(avatar.client_id, avatar.player):
        raise not_found()
    return avatar


def visible_export(request: Request) -> tuple[Avatar, Export]:
    avatar = visible_avatar(request)
    export = service_of(request).store.export(avatar.code, request.path_params["export_code"])
    if export is None:
        raise not_found()
    return avatar, export


def progress_of(service: Service, avatar: Avatar) -> Progress:
    built, failed = avatar.built is not None, avatar.failure is not None
    return avatar_progress(service.durations, time.time() - avatar.created, built, failed, avatar.outcome)


def completed_avatar(request: Request) -> Avatar:
    """The avatar of the path; 404 before its completion too."""
    avatar = visible_avatar(request)
    if progress_of(service_of(request), avatar).status != COMPLETED:
        raise not_found()
    return avatar


def status_of_export(service: Service, avatar: Avatar, export: Export) -> str:
    since_start = None
    if export.started is not None:
        completed = max(avatar.created + service.durations.avatar, avatar.built or 0.0)
        since_start = time.time() - max(export.started, completed)
    status = progress_of(service, avatar).status
    built, failed = export.built is not None, export.failure is not None
    return export_status(service.durations, status, since_start, built, failed or bool(export.outcome))
