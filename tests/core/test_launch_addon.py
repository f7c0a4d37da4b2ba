"""The script that loads the add-on inside Blender: with the core that called it, whatever else is installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import avatarsdk_core

PARENT = Path(avatarsdk_core.__file__).resolve().parents[1]
LAUNCHER = PARENT / "avatarsdk_core" / "cli" / "launch_addon.py"


def test_an_older_core_on_the_path_is_not_taken(tmp_path: Path) -> None:
    older = tmp_path / "site" / "avatarsdk_core"
    older.mkdir(parents=True)
    (older / "__init__.py").write_text("")
    addon = tmp_path / "addon"
    addon.mkdir()
    (addon / "__init__.py").write_text("")
    told = "import sys\nimport avatarsdk_core\ndef main(words):\n"
    told += "    print(avatarsdk_core.__file__, sys.path[-1], *words)\n    return 3\n"
    (addon / "headless.py").write_text(told)
    code = (
        "import runpy, sys; path = sys.argv.pop(1); sys.path.insert(0, sys.argv.pop(1)); "
        "sys.argv[0] = path; runpy.run_path(path, run_name='__main__')"
    )
    command = [sys.executable, "-c", code, str(LAUNCHER), str(older.parent), "--", str(addon), str(PARENT), "say", "hi"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 3, done.stderr
    core, last_on_path, *words = done.stdout.split()
    assert Path(core) == PARENT / "avatarsdk_core" / "__init__.py"
    assert Path(last_on_path) == PARENT  # nothing beside our core may shadow Blender's own packages
    assert words == ["say", "hi"]
