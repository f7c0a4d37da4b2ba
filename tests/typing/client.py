"""A user's script for mypy alone, as `parameters.py`: misspelt methods, keywords, fields and literals are errors."""

from __future__ import annotations

import io
import threading
from datetime import datetime
from pathlib import Path

from avatarsdk_core import Client
from avatarsdk_core.errors import ComputationFailed, InvalidRequest, Throttled
from avatarsdk_core.models import Avatar, Export, Haircut, ModelInfo, Selfie, Usage

with Client(client_id="…", client_secret="…", player_uid="…") as client:
    avatar: Avatar = client.avatars.create(photo=Path("me.jpg"), name="Me", pipeline="a_pipeline_of_tomorrow")
    client.avatars.create(photo=io.BytesIO(), name="Me", parameters={"model_info": {"plus": ["age"]}})
    client.avatars.create(selfie=client.selfies.create(), name="Me", export_parameters=[{"format": "glb"}])
    cancel = threading.Event()
    try:
        avatar = client.avatars.wait(avatar, progress=lambda state: print(state.progress + 1), cancel=cancel)
    except ComputationFailed as failed:
        print(failed.status_verbose.get("message"), failed.advice.upper())
    except InvalidRequest as refused:
        print(refused.fields["name"][0].upper())
    except Throttled as throttled:
        print((throttled.retry_after or 0.0) + 1)
    for found in client.avatars.list(status=["completed"], created_after=datetime.now()):
        print(found.name.upper())
    shapes: Path | None = client.blendshapes.download(avatar, "shapes.zip", fmt="bin", lod=3)
    mesh: Path = client.meshes.download(avatar, Path("mesh.zip"), lod=0, fmt="ply")
    exports: list[Export] = client.exports.list(avatar)
    haircut: Haircut = next(client.haircuts.list(avatar))
    info: ModelInfo = client.model_info.get(avatar)
    usage: Usage = client.avatars.count(since="2026-01-01T00:00:00Z")
    selfie: Selfie = client.selfies.wait("code", seconds=10)
    print(usage.created + 1, info.skin_color and info.skin_color.red + 1, haircut.identity.upper())

    client.avatar.list()  # type: ignore[attr-defined]
    client.avatars.lst()  # type: ignore[attr-defined]
    client.avatars.create(photo="me.jpg")  # type: ignore[call-arg]
    client.avatars.create(photo="me.jpg", nam="Me")  # type: ignore[call-arg]
    client.avatars.create(photo=5, name="Me")  # type: ignore[arg-type]
    client.avatars.list(stats="completed")  # type: ignore[call-arg]
    client.avatars.update(avatar, describtion="words")  # type: ignore[call-arg]
    client.blendshapes.download(avatar, "shapes.zip", fmt="obj")  # type: ignore[arg-type]
    client.meshes.download(avatar, "mesh.zip", fmt="plz")  # type: ignore[arg-type]
    client.meshes.download(avatar, "mesh.zip", lod="LOD1")  # type: ignore[arg-type]
    client.haircuts.download_mesh(avatar, "mesh.zip")  # type: ignore[call-arg]
    print(client.exports.list(avatar)[0].fils)  # type: ignore[attr-defined]
    print(client.model_info.get(avatar).colour)  # type: ignore[attr-defined]
    avatar.code = "other"  # type: ignore[misc]

Client(client_idd="…")  # type: ignore[call-arg]
