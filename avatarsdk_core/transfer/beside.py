"""Names for half-done work: beside the target, so that the last step is a rename within one file system."""

from __future__ import annotations

import secrets
from pathlib import Path


def beside(target: Path) -> Path:
    """A hidden, unique name in the target's folder, for a file or folder that isn't whole yet."""
    return target.with_name(f".{target.name[:40]}.{secrets.token_hex(4)}.part")
