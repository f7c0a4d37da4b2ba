# SPDX-License-Identifier: GPL-3.0-or-later
"""Import of an export: understand it (in the core), read its models, assemble one avatar.

Enabling the add-on loads this page and the options alone: readers and numpy come with the first import.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .options import ImportOptions
from .report import ImportReport

if TYPE_CHECKING:
    from .run import ImportedAvatar, OneOrMore

__all__ = ["ImportOptions", "ImportReport", "ImportedAvatar", "import_avatar"]


def import_avatar(path: OneOrMore, options: ImportOptions | None = None) -> ImportedAvatar:
    """As `run.import_avatar`: a folder, a zip or a model's file becomes an avatar; raises BundleError, ArchiveError."""
    from . import run

    return run.import_avatar(path, options)


def __getattr__(name: str) -> Any:
    if name == "ImportedAvatar":
        from .run import ImportedAvatar

        return ImportedAvatar
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
