# SPDX-License-Identifier: GPL-3.0-or-later
"""What was chosen in the import dialog the last time, kept between sessions, beside no .blend."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..user_folder import user_folder

FILE = "import_options.json"


def remembered() -> dict[str, Any]:
    """Option -> value; empty where nothing was kept or it can't be read."""
    try:
        content = json.loads((user_folder() / FILE).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def remember(options: Mapping[str, Any]) -> None:
    """Keeps the options; where the folder can't be written nothing is kept, which is no reason to fail."""
    folder = user_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f"{FILE}.part"
        part.write_text(json.dumps(dict(options), indent=2) + "\n", "utf-8")
        part.replace(folder / FILE)
    except OSError:
        return
