# SPDX-License-Identifier: GPL-3.0-or-later
"""An empty scene for every test, and real exports."""

from __future__ import annotations

from pathlib import Path

import bpy
import pytest

from tests.blender.sandbox_exports import SandboxExports


@pytest.fixture(autouse=True)
def _empty_scene() -> None:
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)


@pytest.fixture
def composite(samples: Path) -> Path:
    """A clothed body put together from real parts: glTF with textures beside it, masks referenced by no material."""
    return samples / "SYNTHETIC" / "composite_female_lod2_ARPI_gltf"


@pytest.fixture(scope="session")
def sandbox_exports(tmp_path_factory: pytest.TempPathFactory) -> SandboxExports:
    """Exports of the sandbox, each made once a session."""
    return SandboxExports(tmp_path_factory.mktemp("exports"))
