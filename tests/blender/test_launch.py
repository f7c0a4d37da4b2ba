# SPDX-License-Identifier: GPL-3.0-or-later
"""Blender as the command line starts it."""

from __future__ import annotations

from pathlib import Path

import pytest

from avatarsdk_core.errors import BlenderError
from avatarsdk_core.headless_blender import Blender, run_addon


@pytest.mark.parametrize("works", [True, False])
def test_blender_leaves_nothing_in_the_temporary_folder(
    project: Path, composite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, works: bool
) -> None:
    temporary, out = tmp_path / "tmp", tmp_path / "out" / "a.blend"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    arguments = ["import", str(composite if works else tmp_path / "nowhere"), "--out", str(out)]
    if works:
        run_addon(Blender(None), project / "blender_addon", arguments)
    else:
        with pytest.raises(BlenderError, match="no such file"):
            run_addon(Blender(None), project / "blender_addon", arguments)
    assert out.is_file() is works
    assert list(temporary.iterdir()) == []
