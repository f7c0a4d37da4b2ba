"""Faults before the service looks at a request. A function that returns a reply answers in the service's place."""

from __future__ import annotations

import asyncio
import time
from email.utils import formatdate

from avatarsdk_core.sandbox.faults.call import Call, Reply, unauthorized

_HTML = "<html><head><title>{0}</title></head><body><h1>{0}</h1><hr>proxy</body></html>"


async def latency(call: Call, *, seconds: float = 1.0) -> None:
    """Waits before the request is looked at."""
    await asyncio.sleep(seconds)


async def stall(call: Call, *, seconds: float = 3600.0) -> None:
    """Takes the request and never answers."""
    await call.hang(seconds)


async def reset(call: Call) -> None:
    """Resets the connection; nothing was done."""
    await call.reset()


async def throttled(call: Call, *, seconds: float = 1.0, form: str = "seconds") -> Reply:
    """429 with Retry-After as whole seconds, with form=date as a date, with form=none without it."""
    after = {"seconds": str(max(0, round(seconds))), "date": formatdate(time.time() + seconds, usegmt=True)}.get(form)
    reply = Reply.of_json(429, {"detail": f"Request was throttled. Expected available in {seconds:.1f} seconds."})
    return reply.with_headers(retry_after=after)


async def unavailable(call: Call, *, status: int = 503, seconds: float = 0.0) -> Reply:
    """A 5xx (or any status) with a JSON error, and Retry-After where seconds are given."""
    reply = Reply.of_json(status, {"detail": "The service is temporarily unavailable."})
    return reply.with_headers(retry_after=str(round(seconds)) if seconds else None)


async def html_error(call: Call, *, status: int = 502) -> Reply:
    """A gateway's HTML page instead of the service's answer."""
    return Reply(status, (("content-type", "text/html; charset=utf-8"),), _HTML.format("Bad Gateway").encode())


async def captive_portal(call: Call) -> Reply:
    """200 with an HTML page, as a hotel's network answers everything."""
    return Reply(200, (("content-type", "text/html; charset=utf-8"),), _HTML.format("Accept our terms").encode())


async def expired_token(call: Call) -> Reply | None:
    """401: this access token is refused from now on; a new one works."""
    if not call.token:
        return None
    call.refused.add(call.token)
    return unauthorized()


async def revoked_credentials(call: Call) -> Reply:
    """401 for every access token, and for the credentials when a new one is asked for."""
    if call.path.startswith("/o/"):
        return Reply.of_json(401, {"error": "invalid_client"}, www_authenticate='Basic realm="api"')
    return unauthorized()


async def redirect(call: Call, *, to: str = "http://foreign.invalid/", status: int = 302) -> Reply:
    """Redirects to another place; to=self makes a loop."""
    return Reply(status, (("location", call.path if to == "self" else to),), b"")
