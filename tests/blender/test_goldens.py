# SPDX-License-Identifier: GPL-3.0-or-later
"""Every pipeline and format becomes the avatar that was looked at once: its description is the golden one.

AVATARSDK_WRITE_GOLDENS=1 writes tests/blender/goldens anew, from whichever Blender runs; look at `git diff` then.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from avatarsdk_core.sandbox.formats.fbx import fbx_available
from blender_addon import marks
from blender_addon.importing import ImportOptions, import_avatar
from tests.blender.describe import describe, differences
from tests.blender.golden_exports import REAL, RESULTS, SANDBOX, TEMPLATES
from tests.blender.sandbox_exports import SandboxExports

GOLDENS = Path(__file__).with_name("goldens")


def compare(name: str, export: Path, options: ImportOptions | None = None) -> None:
    found = json.loads(json.dumps(describe(import_avatar(export, options))))
    golden = GOLDENS / f"{name.replace(' ', '_')}.json"
    if os.environ.get("AVATARSDK_WRITE_GOLDENS"):
        golden.write_text(_compact(found), "utf-8")
    assert golden.stat().st_size <= 15_000
    unlike = differences(found, json.loads(golden.read_text("utf-8")))
    assert not unlike, "\n".join(unlike[:20])


def _compact(found: dict[str, Any]) -> str:
    """A line for each part: short, and easy to compare."""
    rest = {key: value for key, value in found.items() if key != "parts"}
    lines = [f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in rest.items()]
    parts = [f"  {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in found["parts"].items()]
    return "{" + ",\n".join([*lines, '"parts": {\n' + ",\n".join(parts) + "\n}"]) + "}\n"


def made(sandbox_exports: SandboxExports, name: str) -> Path:
    pipeline, subtype, computation, parameters = SANDBOX[name]
    if parameters["format"] == "fbx" and not fbx_available():
        pytest.skip("no Blender that writes FBX")
    return sandbox_exports(pipeline, subtype, computation, **parameters)


@pytest.mark.parametrize("name", SANDBOX)
def test_the_sandboxs_export_becomes_the_avatar_that_it_was(sandbox_exports: SandboxExports, name: str) -> None:
    template = made(sandbox_exports, TEMPLATES[name]) / "avatar" if name in TEMPLATES else ""
    compare(name, made(sandbox_exports, name), ImportOptions(template=template))


@pytest.mark.parametrize("name", RESULTS)
def test_what_a_pipeline_without_exports_has_becomes_the_avatar_that_it_was(
    sandbox_exports: SandboxExports, name: str
) -> None:
    pipeline, subtype, lod, mesh, shapes = RESULTS[name]
    if mesh == "fbx" and not fbx_available():
        pytest.skip("no Blender that writes FBX")
    compare(name, sandbox_exports.results(pipeline, subtype, lod, mesh, shapes))


def test_what_is_added_later_is_as_if_it_had_come_with_the_avatar(
    sandbox_exports: SandboxExports, tmp_path: Path
) -> None:
    """Haircuts, outfits and glasses from folders of their own, one after the other, onto the avatar that is there."""
    folder = made(sandbox_exports, "metaperson discrete")
    for own in ("avatar", "mobile_51"):
        shutil.copytree(folder / own, tmp_path / "export" / own)
    first = import_avatar(tmp_path / "export")
    later = [each for each in sorted(folder.iterdir()) if each.is_dir() and each.name not in ("avatar", "mobile_51")]
    hidden = {}
    for each in later:
        hidden |= import_avatar(each, ImportOptions(onto=first.avatar)).hidden_faces
    assert len(later) == 6
    whole = replace(first, parts=tuple(marks.parts_of(first.avatar)), hidden_faces=hidden)
    found = json.loads(json.dumps(describe(whole)))
    golden = json.loads((GOLDENS / "metaperson_discrete.json").read_text("utf-8"))
    for described in (found, golden):  # the last that came is worn here, the first there
        for part in described["parts"].values():
            part.pop("shown", None)
    assert not differences(found, golden)


@pytest.mark.parametrize("name", REAL)
def test_a_real_export_becomes_the_avatar_that_it_was(samples: Path, name: str) -> None:
    folder, template = REAL[name]
    if not (samples / folder).exists():
        pytest.skip(f"AVATARSDK_SAMPLES has no {folder}")
    compare(name, samples / folder, ImportOptions(template=samples / template if template else ""))


def test_a_golden_notices_what_differs() -> None:
    golden = {"parts": {"Head": {"box": [0.0, 1.0], "hides": {"Body": 100}, "uvs": ["UVMap"]}}}
    assert differences(golden, golden) == []
    near = {"parts": {"Head": {"box": [0.0005, 1.0], "hides": {"Body": 101}, "uvs": ["UVMap"]}}}
    assert differences(near, golden) == []
    off = {"parts": {"Head": {"box": [0.002, 1.0], "hides": {"Body": 110}, "uvs": []}, "Hair": {}}}
    assert len(differences(off, golden)) == 4
    assert len(differences({"parts": {}}, golden)) == 1
