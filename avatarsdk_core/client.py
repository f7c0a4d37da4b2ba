"""The face of the package: one client for one account."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self, Unpack

from avatarsdk_core.http.session import HttpSession, RequestRecord, Traffic
from avatarsdk_core.settings import Settings, SettingsArguments, masked

if TYPE_CHECKING:
    from avatarsdk_core.models import Player


class Client:
    """Speaks to the service with one credential pair.

    One client, and all that it hands out, may be shared between threads: they share its token and its connections.
    Processes share the token through the settings' token store, and a client pickles as its settings (which says what
    becomes of secrets) with the PlayerUID in use; hooks and connections don't travel. Never use one after a fork.

        with Client(client_id="…", client_secret="…") as client:
            avatar = client.avatars.create(photo="me.jpg", name="Me", pipeline="metaperson_2.0")
            avatar = client.avatars.wait(avatar)

    Each setting that isn't given is taken from the environment (`AVATARSDK_CLIENT_ID`, …), else from the profile, now.

    Args:
        settings: all of them, resolved already; instead of the others.
        on_request: called with a `RequestRecord` after every request, in the thread that made it.
        arguments: see `Settings`; `profile` names a profile.

    Attributes:
        avatars: create, wait, list, change, delete; pictures of them; usage.
        exports: the files of an avatar that is delivered by exports.
        meshes, textures, blendshapes, haircuts: those of an avatar that is delivered without.
        model_info: what was measured and guessed of the photo.
        selfies: photos taken by phone.
        parameters, export_parameters: what the account may ask for.
        static_resources: textures that all avatars share.
        players: PlayerUIDs.

    Raises:
        SettingsError: a setting is missing or makes no sense.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        on_request: Callable[[RequestRecord], object] | None = None,
        **arguments: Unpack[SettingsArguments],
    ) -> None:
        if settings is not None and arguments:
            raise TypeError(f"Client takes settings, or {', '.join(arguments)}, but not both")
        arguments = masked(arguments)
        self.settings = settings or Settings.resolve(**arguments)
        self.http = HttpSession(self.settings, on_request=on_request)
        # Here, and not at the top: to import Client costs little more than to import its libraries.
        from avatarsdk_core.resources.avatars import Avatars
        from avatarsdk_core.resources.blendshapes import Blendshapes
        from avatarsdk_core.resources.export_parameters import ExportParameters
        from avatarsdk_core.resources.exports import Exports
        from avatarsdk_core.resources.haircuts import Haircuts
        from avatarsdk_core.resources.meshes import Meshes
        from avatarsdk_core.resources.model_info import ModelInfos
        from avatarsdk_core.resources.parameters import Parameters
        from avatarsdk_core.resources.players import Players
        from avatarsdk_core.resources.selfies import Selfies
        from avatarsdk_core.resources.static_resources import StaticResources
        from avatarsdk_core.resources.textures import Textures
        from avatarsdk_core.resources.waiting import Turns

        turns = Turns()
        self.players = Players(self.http)
        self.parameters = Parameters(self.http)
        self.export_parameters = ExportParameters(self.http)
        self.static_resources = StaticResources(self.http)
        self.avatars = Avatars(self.http, turns)
        self.meshes = Meshes(self.http)
        self.textures = Textures(self.http)
        self.blendshapes = Blendshapes(self.http)
        self.model_info = ModelInfos(self.http)
        self.haircuts = Haircuts(self.http)
        self.exports = Exports(self.http, turns)
        self.selfies = Selfies(self.http)

    def use_player(self, player: Player | str) -> None:
        """Act for this PlayerUID from now on (client access)."""
        self.http.use_player(player if isinstance(player, str) else player.code)

    @property
    def traffic(self) -> Traffic:
        """Requests made and bytes moved so far."""
        return self.http.traffic

    def close(self) -> None:
        """Close all connections."""
        self.http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __reduce__(self) -> tuple[type[Client], tuple[Settings]]:
        return Client, (dataclasses.replace(self.settings, player_uid=self.http.player_uid),)

    def __repr__(self) -> str:
        settings = vars(self).get("settings")  # none yet in the traceback of a client that couldn't be made
        return f"Client({settings.root_url!r})" if settings else "Client()"
