"""Pictures of haircuts, where the service has them: those of avatars that were made with haircuts of their own.

Fields: pipeline, profile. Such avatars are of pipelines without exports, or were made without export parameters.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Mapping
from typing import Any

from avatarsdk_core.catalog.names import look_up
from avatarsdk_core.catalog.tables import pipelines
from avatarsdk_core.errors import NotFound
from avatarsdk_core.http.retry import pause
from avatarsdk_core.transfer.files import write_file
from avatarsdk_core.worker.work import Work

_LOOKED_AT = 3  # avatars, the newest first: their haircuts are mostly the same


def answer(work: Work, pipeline: str, profile: str = "") -> Mapping[str, Any]:
    """One answer for each haircut: `name` and `path`; the last has `count`.

    Raises:
        UnknownNameError, AuthenticationError, ServiceError
    """
    if look_up("pipeline", pipeline, pipelines()).export_created_when_empty:
        return {"count": 0}  # its avatars always come by exports, which have no such pictures
    client, seen = work.client(profile), set[str]()
    folder = work.folder("pictures")
    avatars = client.avatars.list(status="completed", pipeline=pipeline)
    for avatar in itertools.islice(avatars, _LOOKED_AT):
        with contextlib.suppress(NotFound):
            for haircut in client.haircuts.list(avatar):
                pause(0, work.cancel)
                if haircut.identity in seen:
                    continue
                data = client.haircuts.preview(avatar, haircut)
                seen.add(haircut.identity)
                safe = "".join(letter if letter.isalnum() else "_" for letter in haircut.identity)[:80]
                path = folder / f"haircut-{pipeline}-{safe}.png"
                if not path.is_file() or path.stat().st_size != len(data):
                    write_file(path, data)
                work.tell(name=haircut.identity, path=str(path))
    return {"count": len(seen)}
