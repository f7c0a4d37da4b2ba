"""Create 3D avatars from photos with the Avatar SDK cloud service, and understand what it delivers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from avatarsdk_core.client import Client

__all__ = ["Client", "__version__"]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """`Client` when it is asked for: its libraries cost 0.2 s, which importing a file into Blender needn't pay."""
    if name == "Client":
        from avatarsdk_core.client import Client

        return Client
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
