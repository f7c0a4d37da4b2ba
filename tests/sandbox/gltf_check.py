"""Khronos' glTF validator, npm's `gltf-validator`."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.npm import node_modules

PACKAGE = "gltf-validator@2.0.0-dev.3.10"
SCRIPT = Path(__file__).with_name("validate_gltf.mjs")


def validate(files: Iterable[Path]) -> list[dict[str, Any]]:
    """The validator's findings for each model: `errors`, `warnings`, `messages`. Skips without node or npm."""
    modules = node_modules(PACKAGE)
    command = ["node", str(SCRIPT), *map(str, files)]
    environment = {**os.environ, "NODE_MODULES": str(modules)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]
