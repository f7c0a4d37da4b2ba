# SPDX-License-Identifier: GPL-3.0-or-later
"""Import of an export: understand it (in the core), read its models, assemble one avatar."""

from .options import ImportOptions
from .report import ImportReport
from .run import ImportedAvatar, import_avatar

__all__ = ["ImportOptions", "ImportReport", "ImportedAvatar", "import_avatar"]
