"""Direct results, selfies, players and counters: the client against the real sandbox."""

from __future__ import annotations

import io
import math
import threading
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from avatarsdk_core.avatar.ply import read_ply
from avatarsdk_core.catalog import ComputationParameters
from avatarsdk_core.client import Client
from avatarsdk_core.errors import (
    AccessDenied,
    ComputationFailed,
    DeadlineExceeded,
    InvalidRequest,
    NotFound,
    ParametersError,
)
from avatarsdk_core.models import Avatar
from avatarsdk_core.sandbox import Durations, Sandbox
from tests.sandbox.service_api import picture
from tests.sandbox.test_client_flow import sdk_of

LOD = 7
ASKED = ComputationParameters(
    haircuts=["female_NewSea_J086f"],
    blendshapes=["visemes_17"],
    model_info=["skin_color", "facial_landmarks_68", "gender"],
    additional_textures=["lips_mask"],
)


@pytest.fixture(scope="module")
def developer(service: Sandbox) -> Iterator[Client]:
    """Developer access: sees everything."""
    pair = service.credentials.developer
    with Client(root_url=service.url, client_id=pair.client_id, client_secret=pair.client_secret) as client:
        yield client


@pytest.fixture(scope="module")
def avatar(developer: Client) -> Avatar:
    """A completed avatar of a pipeline without exports."""
    made = developer.avatars.create(photo=picture(), name="Ann", pipeline="animated_face", parameters=ASKED)
    return developer.avatars.wait(made)


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def vertices(path: Path, folder: Path) -> np.ndarray:
    ((name, data),) = members(path).items()
    ply = folder / Path(name).name
    ply.write_bytes(data)
    return read_ply(ply).points


def test_mesh_point_cloud_and_blendshapes_of_a_level_share_one_vertex_order(
    developer: Client, avatar: Avatar, tmp_path: Path
) -> None:
    mesh = vertices(developer.meshes.download(avatar, tmp_path / "mesh.zip", lod=LOD), tmp_path)
    cloud = vertices(developer.meshes.download_pointcloud(avatar.code, tmp_path / "cloud.zip", lod=LOD), tmp_path)
    assert np.array_equal(mesh, cloud)
    shapes = developer.blendshapes.download(avatar, tmp_path / "bin.zip", fmt="bin", lod=LOD)
    assert shapes is not None
    deltas = members(shapes)
    assert len(deltas) >= 16
    assert {len(data) for data in deltas.values()} == {12 * len(mesh)}
    plies = developer.blendshapes.download(avatar, tmp_path / "ply.zip", lod=LOD)
    assert plies is not None
    assert len(members(plies)) == len(deltas)


def test_a_level_that_there_is_not_is_refused_and_leaves_no_file(
    developer: Client, avatar: Avatar, tmp_path: Path
) -> None:
    with pytest.raises(InvalidRequest) as caught:
        developer.meshes.download(avatar, tmp_path / "mesh.zip", lod=9)
    assert "lod" in caught.value.fields
    assert [*tmp_path.iterdir()] == []


def test_an_avatar_without_blendshapes_has_none_and_an_older_file_stays(developer: Client, tmp_path: Path) -> None:
    bare = developer.avatars.create(photo=picture(), name="Bare", pipeline="animated_face", parameters={})
    bare = developer.avatars.wait(bare)
    older = tmp_path / "shapes.zip"
    older.write_bytes(b"older")
    assert developer.blendshapes.download(bare, older) is None
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"older"]
    assert [*developer.haircuts.list(bare)] == []


def test_textures_are_listed_and_fetched(developer: Client, avatar: Avatar, tmp_path: Path) -> None:
    textures = {texture.identity: texture for texture in developer.textures.list(avatar)}
    assert set(textures) == {"model", "lips_mask"}
    default = developer.textures.download_default(avatar, tmp_path / "default")
    assert default.read_bytes()[:2] == b"\xff\xd8"
    named = developer.textures.download(avatar, "model", tmp_path / "model")
    assert named.read_bytes() == default.read_bytes()
    mask = developer.textures.download(avatar, textures["lips_mask"], tmp_path / "mask")
    assert mask.read_bytes()[1:4] == b"PNG"


def test_haircuts_come_with_all_their_parts(developer: Client, avatar: Avatar, tmp_path: Path) -> None:
    (haircut,) = developer.haircuts.list(avatar)
    assert developer.haircuts.get(avatar, haircut.identity) == haircut
    mesh = vertices(developer.haircuts.download_mesh(avatar, haircut, tmp_path / "mesh.zip"), tmp_path)
    cloud = developer.haircuts.download_pointcloud(avatar, haircut.identity, tmp_path / "cloud.zip")
    assert vertices(cloud, tmp_path).shape == mesh.shape
    assert developer.haircuts.download_texture(avatar, haircut, tmp_path / "t").read_bytes()[1:4] == b"PNG"
    assert developer.haircuts.preview(avatar, haircut)[1:4] == b"PNG"
    clouds = members(developer.haircuts.download_all_pointclouds(avatar, tmp_path / "all.zip"))
    assert len(clouds) == 1
    with pytest.raises(NotFound):
        developer.haircuts.get(avatar, "no_such_haircut")


def test_model_info_is_what_was_asked_for(developer: Client, avatar: Avatar) -> None:
    info = developer.model_info.get(avatar)
    assert (info.pipeline, info.pipeline_subtype) == ("animated_face", "base/legacy")
    assert info.skin_color is not None
    assert info.hair_color is None
    assert len(info.facial_landmarks_68) == 68
    missing = [number for number, point in enumerate(info.facial_landmarks_68) if math.isnan(point[0])]
    assert set(missing) >= {*range(8), *range(9, 17)}
    assert info.gender
    assert info.gender not in repr(info)


def test_avatars_are_found_by_every_filter_and_changed(developer: Client, avatar: Avatar) -> None:
    hour = timedelta(hours=1)
    found = developer.avatars.list(
        status="COMPLETED",
        name="ann",
        description="avatarsdk",
        pipeline="animated_face",
        created_after=datetime.now() - hour,
        created_before=datetime.now(UTC) + hour,
    )
    assert [one.code for one in found] == [avatar.code]
    assert [*developer.avatars.list(name=["ann", "bob"])] == []
    assert [*developer.avatars.list(created_before=datetime.now(UTC) - hour)] == []
    changed = developer.avatars.update(avatar, name="Anna", description="words")
    assert (changed.name, changed.description) == ("Anna", "words")
    assert developer.avatars.update(avatar.code, name="Ann").description == "words"
    with pytest.raises(ParametersError, match="Nothing to change"):
        developer.avatars.update(avatar)


def test_usage_is_counted(developer: Client, avatar: Avatar) -> None:
    whole = developer.avatars.count()
    assert whole.created >= 1
    assert whole.to_pay is not None
    since = developer.avatars.count(since=datetime.now(UTC) - timedelta(hours=1))
    assert (since.created, since.prepaid, since.to_pay) == (whole.created, None, None)
    assert developer.avatars.count(until=datetime.now(UTC) - timedelta(hours=1)).created == 0


def test_players_are_managed(developer: Client, service: Sandbox) -> None:
    player = developer.players.create("first")
    assert developer.players.update(player, "second").comment == "second"
    assert developer.players.get(player.code).comment == "second"
    assert [one.code for one in developer.players.list(comment="SECOND")] == [player.code]
    developer.players.delete(player)
    with pytest.raises(NotFound):
        developer.players.get(player)


def test_what_client_access_may_not_do_is_denied(service: Sandbox) -> None:
    with sdk_of(service) as client:
        own = client.players.create()
        client.use_player(own)
        assert client.players.get(own).code == own.code
        with pytest.raises(AccessDenied):
            [*client.players.list()]
        with pytest.raises(AccessDenied):
            client.avatars.count()


def test_a_selfie_becomes_an_avatar(developer: Client, tmp_path: Path) -> None:
    selfie = developer.selfies.create("at the door")
    assert developer.selfies.qr(selfie)[1:4] == b"PNG"
    assert selfie.code in developer.selfies.page_url(selfie)
    assert selfie.code in {one.code for one in developer.selfies.list()}
    with pytest.raises(NotFound):
        developer.selfies.photo(selfie)
    with pytest.raises(InvalidRequest):
        developer.avatars.create(selfie=selfie, name="too early", pipeline="animated_face")
    seen: list[bool] = []
    first_look = threading.Event()

    def take_the_photo() -> None:
        first_look.wait(300)
        developer.http.request("GET", developer.selfies.page_url(selfie), accept="text/html", signed=False)
        developer.selfies.upload(selfie, picture())

    def look(state: object) -> None:
        seen.append(bool(getattr(state, "upload_page_visited", False)))
        first_look.set()

    phone = threading.Thread(target=take_the_photo)
    phone.start()
    selfie = developer.selfies.wait(selfie, progress=look, seconds=300)
    phone.join(300)
    assert seen[0] is False
    assert seen[-1] is True
    taken = developer.selfies.photo(selfie)
    assert developer.selfies.download(selfie, tmp_path / "photo").read_bytes() == taken
    with pytest.raises(InvalidRequest):
        developer.selfies.upload(selfie, picture())
    made = developer.avatars.create(selfie=selfie.code, name="S", pipeline="animated_face", parameters={})
    assert developer.avatars.wait(made).is_completed


def test_no_photo_in_time_is_a_deadline(developer: Client) -> None:
    selfie = developer.selfies.create()
    with pytest.raises(DeadlineExceeded, match="No photo on the selfie's page after 0 s"):
        developer.selfies.wait(selfie, seconds=0)
    with pytest.raises(NotFound):
        developer.selfies.wait("00000000-0000-4000-8000-000000000000", seconds=300)


def test_a_photo_without_a_face_fails_with_the_services_reason(developer: Client) -> None:
    made = developer.avatars.create(photo=picture(), name="sandbox:fail", pipeline="animated_face", parameters={})
    with pytest.raises(ComputationFailed, match="ended as Failed") as caught:
        developer.avatars.wait(made)
    assert caught.value.status_verbose["message"]
    assert caught.value.status_verbose["message"] in str(caught.value)


def test_static_resources_are_filtered_and_fetched(developer: Client, tmp_path: Path) -> None:
    found = developer.static_resources.list(
        "metaperson_2.0", lod="LOD2", pipeline_subtype="male", category="avatar", texture_profile=["1K.jpg", "1K.png"]
    )
    assert {one.lod for one in found} == {"LOD2"}
    assert {one.subtype for one in found} == {"male"}
    assert {one.profile for one in found} == {"1K.jpg", "1K.png"}
    jpeg = next(one for one in found if one.profile == "1K.jpg")
    assert developer.static_resources.download(jpeg, tmp_path / "a").read_bytes()[:2] == b"\xff\xd8"
    assert developer.static_resources.list("metaperson_2.0", lod="lod2") == []  # case-sensitive, as documented
    nothing = developer.http.request("GET", "static_resources/metaperson_2.0/", params={"lod": "lod2"})
    assert not any(nothing.json().values()), "no shells without textures"
    assert "LOD1 and LOD2" in nothing.headers["X-Sandbox-Notice"]


def test_an_export_is_fetched_file_by_file_and_by_anybody_where_it_is_public(developer: Client, tmp_path: Path) -> None:
    small = {
        "format": "glb",
        "embed": True,
        "make_public": True,
        "avatar": {"list": ["AvatarEyelashes"]},
        "textures": {"list": ["Color"], "profile": "1K.jpg", "embed": True},
    }
    made = developer.avatars.create(
        photo=picture(), name="P", pipeline="metaperson_2.0", export_parameters=small, export_comment="first"
    )
    avatar = developer.avatars.wait(made)
    (export,) = developer.exports.list(avatar)
    export = developer.exports.wait(export)
    assert developer.exports.get(export.code, avatar).files == export.files
    archive = developer.exports.download_file(export, "avatar", tmp_path / "avatar.zip")
    with zipfile.ZipFile(io.BytesIO(archive.read_bytes())) as opened:
        assert any(name.endswith(".glb") for name in opened.namelist())
    public = developer.exports.download_public(export, tmp_path / "public.zip")
    assert public.read_bytes() == archive.read_bytes()
    further = developer.exports.wait(
        developer.exports.create(avatar, {**small, "make_public": False, "textures": {"list": ["Color"]}}, "second")
    )
    assert further.comment.startswith("second [avatarsdk ")
    assert [one.code for one in developer.exports.list(avatar, status="completed")] == [export.code, further.code]
    with pytest.raises(ParametersError, match="no public file"):
        developer.exports.download_public(further, tmp_path / "no")
    developer.exports.delete(further.code, avatar)
    with pytest.raises(NotFound):
        developer.exports.get(further)
    with pytest.raises(ParametersError, match="give its avatar too"):
        developer.exports.get(export.code)


def test_the_progress_of_a_real_computation_is_followed_and_its_end_soon_seen() -> None:
    """Ten seconds; a client that asks every 4 s needs three requests and is 2 s late on average."""
    with Sandbox(durations=Durations(uploading=0.5, queued=1.5, computing=8, export=0)) as service:
        pair = service.credentials.developer
        with Client(root_url=service.url, client_id=pair.client_id, client_secret=pair.client_secret) as client:
            made = client.avatars.create(photo=picture(), name="A", pipeline="animated_face", parameters={})
            before, seen = client.traffic.requests, []
            avatar = client.avatars.wait(made, progress=lambda state: seen.append((state.status, state.progress)))
            requests = client.traffic.requests - before
            assert avatar.created_on is not None
            late = (datetime.now(UTC) - avatar.created_on).total_seconds() - 10
            print(f"{seen}: {requests} requests, {late:.2f} s late")
            assert requests <= 8
            assert seen[0][0] == "Uploading"
            assert seen[-1] == ("Completed", 100)
            assert [progress for status, progress in seen if status == "Computing"] == sorted(
                progress for status, progress in seen if status == "Computing"
            )
