"""What every test may rely on: the sample exports, a Blender of its own, and an end that does not crash.

AVATARSDK_SAMPLES names the folder of real exports (default: ../shared/avatars beside the checkout).
CI=true turns "no bpy here" from a skip into a failure.
"""

from __future__ import annotations

import contextlib
import importlib.util
import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

import pytest

from tests.canary import Canary, CanaryPlugin

# A shell that starts a job in the background has it ignore Ctrl+C, and so would every program that a test starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

PROJECT = Path(__file__).resolve().parents[1]
HAS_BPY = importlib.util.find_spec("bpy") is not None
IN_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}

_exit_status = pytest.StashKey[int]()
_blender_home = pytest.StashKey[str]()
_canary = pytest.StashKey[CanaryPlugin]()
_homes = itertools.count()


@pytest.fixture(scope="session")
def canary(pytestconfig: pytest.Config) -> Canary:
    """Looks through all logs and output for secrets: `watch` those that a test makes up."""
    return pytestconfig.stash[_canary].canary


@pytest.fixture(autouse=True)
def own_profiles(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every test has profiles, tokens, PlayerUIDs and a cache of its own, none at first; child processes too."""
    config = tmp_path_factory.getbasetemp() / f"home{next(_homes)}" / "profiles.toml"
    monkeypatch.setenv("AVATARSDK_CONFIG", str(config))
    monkeypatch.setenv("AVATARSDK_CACHE", str(config.parent / "cache"))
    monkeypatch.setenv("AVATARSDK_SANDBOXES", str(config.parent / "sandboxes"))
    return config


@pytest.fixture(scope="session")
def project() -> Path:
    """The checkout's root folder."""
    return PROJECT


@pytest.fixture(scope="session")
def samples() -> Path:
    """Folder of real exports; the test is skipped where there is none."""
    named = os.environ.get("AVATARSDK_SAMPLES")
    folder = Path(named).resolve() if named else PROJECT.parent / "shared" / "avatars"
    if folder.is_dir():
        return folder
    if named:
        pytest.fail(f"AVATARSDK_SAMPLES={named} is no folder", pytrace=False)
    pytest.skip("no sample exports: set AVATARSDK_SAMPLES to their folder")


@pytest.fixture(scope="session")
def extension_zip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The extension, built from this checkout and read by Blender's validator where bpy is there."""
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, str(PROJECT / "scripts" / "build_extension.py"), "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (archive,) = out.glob("*.zip")
    return archive


class _WithoutBlender(pytest.Module):
    """Stands for a module of tests/blender where `import bpy` would fail: nothing of it is imported."""

    def collect(self) -> NoReturn:
        if IN_CI:
            pytest.fail("CI needs bpy here: python3 scripts/bootstrap.py test", pytrace=False)
        pytest.skip("no bpy in this environment", allow_module_level=True)


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    if HAS_BPY or not module_path.is_relative_to(PROJECT / "tests" / "blender"):
        return None
    return _WithoutBlender.from_parent(parent, path=module_path)


def pytest_configure(config: pytest.Config) -> None:
    with contextlib.suppress(ImportError):
        from hypothesis import HealthCheck, settings

        # An example may take as long as a busy machine makes it; all else stays as the profile in force says.
        settings.register_profile(
            "any machine", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
        )
        settings.load_profile("any machine")
    config.stash[_canary] = CanaryPlugin()
    config.pluginmanager.register(config.stash[_canary], "canary")
    if HAS_BPY:
        # Read by bpy when it is first imported: preferences and extensions of the person who runs the tests stay out.
        config.stash[_blender_home] = tempfile.mkdtemp(prefix="avatarsdk-blender-")
        os.environ["BLENDER_USER_RESOURCES"] = config.stash[_blender_home]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    session.config.stash[_exit_status] = int(session.exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(config.stash.get(_blender_home, ""), ignore_errors=True)
    status = config.stash.get(_exit_status, None)
    if "bpy" in sys.modules and status is not None:
        # Blender 4.2 crashes and 4.5 hangs when the interpreter ends with handlers or classes still registered.
        sys.stdout.flush()
        sys.stderr.flush()
        shutil.rmtree(sys.modules["bpy"].app.tempdir, ignore_errors=True)
        os._exit(status)
