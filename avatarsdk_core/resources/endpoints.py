"""Every operation of the Web API, in one table: what the client asks, and what tests compare with the documentation.

URLs come from the service's own objects wherever they hold one; these paths are for the rest. An operation's name is
its `operationId` in the OpenAPI description.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from avatarsdk_core.errors import ParametersError

Filter = str | Sequence[str] | None


@dataclass(frozen=True)
class Endpoint:
    """One operation.

    Attributes:
        operation: its name in the OpenAPI description.
        method, path: the path is relative to the root URL; `{…}` are filled by `at`.
        call: the method that makes use of it: "avatars.create" is `Client.avatars.create`, "signin.…" a function of
            `avatarsdk_core.signin`.
        query, form: names of its parameters and fields.
        codes: statuses of success.
        paged: answers with pages of a list.
        developer_only: not for client access.
        signed: needs a token.
    """

    operation: str
    method: str
    path: str
    call: str
    query: tuple[str, ...]
    form: tuple[str, ...]
    codes: tuple[int, ...]
    paged: bool
    developer_only: bool
    signed: bool

    def at(self, **parts: str) -> str:
        """The path with its parts, each quoted so that it stays one segment.

        Raises:
            ParametersError: a part is empty, "." or "..".
        """
        return self.path.format(**{name: _segment(value) for name, value in parts.items()})


def _segment(value: str) -> str:
    if not isinstance(value, str) or value in ("", ".", ".."):  # would lead to another operation's address
        raise ParametersError(f"{value!r} is no code and no name: give the one that the service told")
    return quote(value, safe="")


def with_query(url: str, filters: Mapping[str, Filter]) -> str:
    """`url` with those filters that are given; one of several values is repeated."""
    pairs = [
        (name, value)
        for name, given in filters.items()
        if given is not None
        for value in ([given] if isinstance(given, str) else given)
    ]
    if not pairs:
        return url
    return f"{url}{'&' if '?' in url else '?'}{urlencode(pairs)}"


_ROWS: list[Endpoint] = []


def _row(
    operation: str,
    request: str,
    call: str,
    *,
    query: tuple[str, ...] = (),
    form: tuple[str, ...] = (),
    codes: tuple[int, ...] = (200,),
    paged: bool = False,
    developer_only: bool = False,
    signed: bool = True,
) -> Endpoint:
    method, path = request.split(" ")
    endpoint = Endpoint(operation, method, path, call, query, form, codes, paged, developer_only, signed)
    _ROWS.append(endpoint)
    return endpoint


_CREATED, _NOTHING = (201,), (204,)
_DATES = ("created_before", "created_after")

_row("createToken", "POST o/token/", "signin.login", form=("grant_type",), signed=False)
_row("authorize", "GET o/authorize/", "signin.login", codes=(200, 302), signed=False)
_row("revokeToken", "POST o/revoke_token/", "signin.logout", form=("token",), signed=False)

LIST_PLAYERS = _row(
    "listPlayers", "GET players/", "players.list", query=("comment", *_DATES), paged=True, developer_only=True
)
CREATE_PLAYER = _row("createPlayer", "POST players/", "players.create", form=("comment",), codes=_CREATED)
GET_PLAYER = _row("getPlayer", "GET players/{code}/", "players.get")
UPDATE_PLAYER = _row("updatePlayer", "PATCH players/{code}/", "players.update", form=("comment",))
DELETE_PLAYER = _row("deletePlayer", "DELETE players/{code}/", "players.delete", codes=_NOTHING, developer_only=True)

_SUBTYPE = ("pipeline_subtype",)
AVAILABLE_PARAMETERS = _row(
    "availableParameters", "GET parameters/available/{pipeline}/", "parameters.available", query=_SUBTYPE
)
DEFAULT_PARAMETERS = _row(
    "defaultParameters", "GET parameters/default/{pipeline}/", "parameters.default", query=_SUBTYPE
)
AVAILABLE_EXPORT_PARAMETERS = _row(
    "availableExportParameters",
    "GET export_parameters/available/{pipeline}/",
    "export_parameters.available",
    query=_SUBTYPE,
)

LIST_STATIC_RESOURCES = _row(
    "listStaticResources",
    "GET static_resources/{pipeline}/",
    "static_resources.list",
    query=("lod", "pipeline_subtype", "category", "texture_profile"),
)
GET_STATIC_RESOURCE = _row(
    "getStaticResource",
    "GET static_resources/{pipeline}/textures/{category}/{asset}/{filename}",
    "static_resources.download",
)

LIST_AVATARS = _row(
    "listAvatars",
    "GET avatars/",
    "avatars.list",
    query=("status", "description", "name", "pipeline", *_DATES),
    paged=True,
)
CREATE_AVATAR = _row(
    "createAvatar",
    "POST avatars/",
    "avatars.create",
    form=(
        "name",
        "description",
        "photo",
        "selfie",
        "pipeline",
        "pipeline_subtype",
        "parameters",
        "export_parameters",
        "export_comment",
    ),
    codes=_CREATED,
)
COUNT_AVATARS = _row(
    "countAvatars", "GET avatars/count/", "avatars.count", query=("since", "until"), developer_only=True
)
GET_AVATAR = _row("getAvatar", "GET avatars/{code}/", "avatars.get")
UPDATE_AVATAR = _row("updateAvatar", "PATCH avatars/{code}/", "avatars.update", form=("name", "description"))
DELETE_AVATAR = _row("deleteAvatar", "DELETE avatars/{code}/", "avatars.delete", codes=_NOTHING)
GET_THUMBNAIL = _row("getThumbnail", "GET avatars/{code}/thumbnail/", "avatars.thumbnail")
GET_PREVIEW = _row("getPreview", "GET avatars/{code}/preview/", "avatars.preview")

GET_MESH = _row("getMesh", "GET avatars/{code}/mesh/", "meshes.download", query=("lod", "fmt"))
GET_POINTCLOUD = _row("getPointcloud", "GET avatars/{code}/pointcloud/", "meshes.download_pointcloud", query=("lod",))
GET_TEXTURE = _row("getTexture", "GET avatars/{code}/texture/", "textures.download_default")
LIST_TEXTURES = _row("listTextures", "GET avatars/{code}/textures/", "textures.list")
GET_TEXTURE_FILE = _row("getTextureFile", "GET avatars/{code}/textures/{identity}/file/", "textures.download")
GET_BLENDSHAPES = _row(
    "getBlendshapes",
    "GET avatars/{code}/blendshapes/",
    "blendshapes.download",
    query=("fmt", "lod"),
    codes=(200, 204),
)
GET_MODEL_INFO = _row("getModelInfo", "GET avatars/{code}/model_info/", "model_info.get")

LIST_HAIRCUTS = _row("listHaircuts", "GET avatars/{code}/haircuts/", "haircuts.list", paged=True)
GET_ALL_HAIRCUT_POINTCLOUDS = _row(
    "getAllHaircutPointclouds", "GET avatars/{code}/haircuts/pointclouds/", "haircuts.download_all_pointclouds"
)
GET_HAIRCUT = _row("getHaircut", "GET avatars/{code}/haircuts/{identity}/", "haircuts.get")
GET_HAIRCUT_MESH = _row("getHaircutMesh", "GET avatars/{code}/haircuts/{identity}/mesh/", "haircuts.download_mesh")
GET_HAIRCUT_POINTCLOUD = _row(
    "getHaircutPointcloud", "GET avatars/{code}/haircuts/{identity}/pointcloud/", "haircuts.download_pointcloud"
)
GET_HAIRCUT_TEXTURE = _row(
    "getHaircutTexture", "GET avatars/{code}/haircuts/{identity}/texture/", "haircuts.download_texture"
)
GET_HAIRCUT_PREVIEW = _row("getHaircutPreview", "GET avatars/{code}/haircuts/{identity}/preview/", "haircuts.preview")

LIST_EXPORTS = _row("listExports", "GET avatars/{code}/exports/", "exports.list", query=("status",), paged=True)
CREATE_EXPORT = _row(
    "createExport",
    "POST avatars/{code}/exports/",
    "exports.create",
    form=("parameters", "export_parameters", "comment", "export_comment"),
    codes=_CREATED,
)
GET_EXPORT = _row("getExport", "GET avatars/{code}/exports/{export_code}/", "exports.get")
DELETE_EXPORT = _row("deleteExport", "DELETE avatars/{code}/exports/{export_code}/", "exports.delete", codes=_NOTHING)
GET_EXPORT_FILE = _row(
    "getExportFile",
    "GET avatars/{code}/exports/{export_code}/files/{export_file}/file/",
    "exports.download_file",
)
GET_EXPORT_STATIC_FILE = _row(
    "getExportStaticFile",
    "GET avatars/{code}/exports/{export_code}/files/{export_file}/static_files/{filename}",
    "exports.download_static_file",
)

LIST_SELFIES = _row("listSelfies", "GET selfies/", "selfies.list", paged=True)
CREATE_SELFIE = _row("createSelfie", "POST selfies/", "selfies.create", form=("comment",), codes=_CREATED)
GET_SELFIE = _row("getSelfie", "GET selfies/{code}/", "selfies.get")
GET_SELFIE_FILE = _row("getSelfieFile", "GET selfies/{code}/file/", "selfies.photo")
GET_SELFIE_QR = _row("getSelfieQr", "GET selfies/{code}/qr/", "selfies.qr")
SELFIE_UPLOAD_PAGE = _row("selfieUploadPage", "GET selfies/{code}/upload/", "selfies.page_url", signed=False)
SELFIE_UPLOAD = _row("selfieUpload", "POST selfies/{code}/upload/", "selfies.upload", form=("photo",), signed=False)

ENDPOINTS = tuple(_ROWS)
