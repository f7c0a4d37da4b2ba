# SPDX-License-Identifier: GPL-3.0-or-later
"""Import of an export: understand it (in the core), read its models, assemble one avatar."""

from .run import ImportedAvatar, ImportOptions, import_avatar

__all__ = ["ImportOptions", "ImportedAvatar", "import_avatar"]
