"""A JSON object that is built with types, read without loss, and sent as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Self

from avatarsdk_core.catalog.values import plain, shown
from avatarsdk_core.errors import ParametersError


class JsonObject(Mapping[str, Any]):
    """Read-only; equal to any mapping with the same content. Whatever it was read from comes out again, unknown keys
    included.
    """

    _tree: dict[str, Any]

    def _keep(self, given: Mapping[str, Any], extra: Mapping[str, Any] | None = None) -> None:
        """What was given, without what was left out, and `extra` for keys that the catalogue doesn't know."""
        self._tree = plain({key: value for key, value in given.items() if value is not None} | dict(extra or {}))

    @classmethod
    def from_json(cls, data: object) -> Self:
        """Raises ParametersError when it is no object; all else is for `validate` to judge."""
        if not isinstance(data, Mapping):
            raise ParametersError(f"An object of parameters is needed, not {shown(data)}.")
        made = cls.__new__(cls)
        made._tree = plain(data)
        return made

    def to_json(self) -> dict[str, Any]:
        """A copy, to be changed at will."""
        copy: dict[str, Any] = plain(self._tree)
        return copy

    def __getitem__(self, key: str) -> Any:
        return plain(self._tree[key])

    def __iter__(self) -> Iterator[str]:
        return iter(self._tree)

    def __len__(self) -> int:
        return len(self._tree)

    def __repr__(self) -> str:
        return f"{type(self).__name__}.from_json({self._tree!r})"
