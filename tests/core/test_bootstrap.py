# SPDX-License-Identifier: MIT
"""The set-up's decisions, and what it answers on machines that lack something."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.environments import commands, interpreters, libraries, pytest_runs, uv
from scripts.environments.blenders import BLENDERS, Blender, parse_versions, runnable, to_test
from scripts.environments.ground import SetupError

OURS = f"{sys.version_info[0]}.{sys.version_info[1]}"


def versions(blenders: list[Blender]) -> list[str]:
    return [blender.version for blender in blenders]


def script(path: Path, body: str) -> Path:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("pythons", "newest"), [(["3.13", "3.11"], "5.2"), (["3.11"], "5.0"), (["3.13", "3.14"], "5.2")]
)
def test_the_demo_uses_the_newest_blender_for_the_pythons_found(pythons: list[str], newest: str) -> None:
    assert runnable(pythons)[0].version == newest


def test_a_machine_with_other_pythons_only_runs_no_blender() -> None:
    assert runnable(["3.10", "3.12", "3.14"]) == []


def test_every_blender_has_a_dependency_group(project: Path) -> None:
    text = (project / "pyproject.toml").read_text("utf-8")
    for blender in BLENDERS:
        assert f'\n{blender.group} = [\n    "bpy=={blender.version}.' in text
        assert f'{{ group = "{blender.group}" }}' in text


def test_an_unknown_blender_is_named_with_the_known_ones() -> None:
    with pytest.raises(SetupError, match=r"no Blender '4\.1': choose from 4\.2, 4\.5, 5\.0, 5\.2"):
        parse_versions("4.2,4.1")


@pytest.mark.parametrize(
    ("wanted", "explicit", "pythons", "tested", "lacking"),
    [
        ("4.2,5.2", False, ["3.11", "3.13"], ["5.2", "4.2"], []),
        ("4.2,5.2", False, ["3.11"], ["5.0", "4.2"], ["5.2"]),
        ("4.2,5.2", True, ["3.11"], ["4.2"], ["5.2"]),
        ("4.2,5.2", False, ["3.13"], ["5.2"], ["4.2"]),
        ("4.5", True, ["3.11", "3.13"], ["4.5"], []),
        ("4.5", True, ["3.13"], [], ["4.5"]),
    ],
)
def test_what_is_tested_and_what_is_said_to_be_lacking(
    wanted: str, explicit: bool, pythons: list[str], tested: list[str], lacking: list[str]
) -> None:
    chosen, missing = to_test(parse_versions(wanted), pythons, explicit)
    assert (versions(chosen), versions(missing)) == (tested, lacking)


def test_a_working_interpreter_is_found_by_running_it() -> None:
    assert interpreters.probe(Path(sys.executable), OURS)


def test_an_interpreter_of_another_version_is_refused() -> None:
    assert interpreters.probe(Path(sys.executable), "3.9") is None


@pytest.mark.skipif(os.name == "nt", reason="shell scripts stand for shims")
def test_a_dead_shim_on_path_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dead = script(tmp_path / "python3.13", "echo 'pyenv: python3.13: command not found' >&2; exit 127")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "no pyenv"))
    assert dead in list(interpreters.candidates("3.13"))
    assert interpreters.probe(dead, "3.13") is None


@pytest.mark.skipif(os.name == "nt", reason="shell scripts stand for programs")
@pytest.mark.parametrize(
    ("answer", "version"),
    [("echo 'uv 0.13.9 (x86_64)'", (0, 13, 9)), ("echo nonsense", None), ("exit 1", None)],
)
def test_uv_is_told_by_running_it(tmp_path: Path, answer: str, version: tuple[int, ...] | None) -> None:
    assert uv.uv_version(script(tmp_path / "uv", answer)) == version


@pytest.mark.parametrize(
    ("complaint", "line"),
    [
        (
            "Resolved 3\nerror: Failed to fetch: `x`\n  Caused by: no route\n  Caused by: dns error\n\nhint: y",
            "Failed to fetch: `x`; Caused by: dns error",
        ),
        ("  × No solution found:\n  ╰─▶ Because a", "No solution found:"),
        ("", "no word why"),
    ],
)
def test_uvs_complaint_becomes_one_line(complaint: str, line: str) -> None:
    assert uv.essence(complaint) == line


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux's loader")
def test_a_missing_shared_library_is_found_and_a_present_one_is_not() -> None:
    invented = {"libc.so.6": "libc6", "libavatarsdk-nowhere.so.7": "libavatarsdk-nowhere7"}
    assert libraries.missing(Path(sys.executable), invented) == ["libavatarsdk-nowhere.so.7"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux's loader")
def test_whoever_is_not_root_gets_the_command_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries, "LIBRARIES", {"libavatarsdk-nowhere.so.7": "libavatarsdk-nowhere7"})
    monkeypatch.setattr(libraries.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(libraries.shutil, "which", lambda name: f"/usr/bin/{name}")
    with pytest.raises(SetupError, match=r"sudo apt-get install --yes .* libavatarsdk-nowhere7$"):
        libraries.ensure(Path(sys.executable))


def test_a_machine_without_a_fitting_python_gets_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(commands, "find_all", lambda versions, tool: {})
    monkeypatch.setattr(uv, "get_uv", lambda: Path("uv"))
    monkeypatch.setattr(uv, "install_python", lambda tool, version: False)
    assert commands.main(["demo"]) == 1
    (line,) = capfd.readouterr().err.splitlines()
    assert line == f"bootstrap: {commands.NO_PYTHON}"


def test_ci_refuses_to_leave_a_blender_out(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr(commands, "find_all", lambda versions, tool: {"3.11": Path(sys.executable)})
    monkeypatch.setattr(uv, "get_uv", lambda: Path("uv"))
    assert commands.main(["test"]) == 1
    assert capfd.readouterr().err == "bootstrap: Blender 5.2 is not tested: no CPython 3.13 found\n"


def test_options_of_the_program_inside_reach_it() -> None:
    assert commands.parse(["demo", "--out", "x", "--", "--photo", "a b.jpg"])[1] == ["--out", "x", "--photo", "a b.jpg"]
    options, passed_on = commands.parse(["test", "--blender", "4.2", "--", "-k", "unpack"])
    assert (options.blender, passed_on) == ("4.2", ["-k", "unpack"])


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        ("=== 3 passed, 1 skipped in 0.10s ===\n", {"passed": 3, "skipped": 1}),
        ("\x1b[31m=== \x1b[1m1 failed\x1b[0m, 2 passed in 75.20s (0:01:15) ===\x1b[0m", {"failed": 1, "passed": 2}),
        ("1 error in 0.07s", {"errors": 1}),
        ("2 passed, 1 warning in 1.00s", {"passed": 2, "warnings": 1}),
        ("no tests ran in 0.01s", {}),
        ("FAILED tests/core/test_a.py::test_b - slept 3 in 1.0s", None),
        ("Imported 3 parts in 0.2s", None),
    ],
)
def test_pytests_summary_line_is_read(line: str, counts: dict[str, int] | None) -> None:
    assert pytest_runs.parse_summary(line) == counts


def test_summaries_add_up_in_pytests_own_form() -> None:
    runs = [{"passed": 3, "skipped": 1}, {"passed": 4, "failed": 1, "errors": 1}]
    line = pytest_runs.summary(runs, 12.345)
    assert line.strip("= ") == "1 failed, 7 passed, 1 skipped, 1 error in 12.35s"
    assert pytest_runs.parse_summary(line) == {"failed": 1, "passed": 7, "skipped": 1, "errors": 1}


@pytest.mark.parametrize(
    ("arguments", "older"),
    [
        (["tests/sandbox/test_masks.py"], None),
        (["tests/core"], ["tests/core"]),
        (["tests/corex", "-k", "masks"], ["tests/corex", "-k", "masks", "EVERYTHING"]),
        (["tests/sandbox", "tests/blender", "-x"], ["-x", "tests/blender"]),
        (["tests/core/test_bootstrap.py::test_x", "tests/gui"], ["tests/core/test_bootstrap.py::test_x"]),
    ],
)
def test_older_blenders_run_what_their_libraries_matter_to(
    project: Path, arguments: list[str], older: list[str] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    everything = pytest_runs.for_older([])
    assert everything is not None
    assert {"tests/core", "tests/blender", "tests/sandbox/test_client_flow.py"} <= set(everything)
    assert "tests/sandbox/test_masks.py" not in everything
    if older and older[-1] == "EVERYTHING":
        older = older[:-1] + everything
    assert pytest_runs.for_older(arguments) == older


def test_the_newest_blender_s_tests_are_two_runs_and_none_is_left_out(project: Path) -> None:
    assert pytest_runs.for_newest(["tests/core", "-x"]) == [["tests/core", "-x"]]
    first, second = pytest_runs.for_newest(["-k", "masks"])
    assert first == ["-k", "masks", "tests/sandbox"]
    assert second[:2] == ["-k", "masks"]
    chosen = [project / path for path in [*first[2:], *second[2:]]]
    assert len(chosen) == len(set(chosen))
    for path in project.glob("tests/**/test_*.py"):
        assert sum(path == one or one in path.parents for one in chosen) == 1, path


def run_pytest(tmp_path: Path, body: str, name: str) -> tuple[str, Path]:
    """An interpreter that answers `-m pytest` as a run with this outcome would."""
    return name, script(tmp_path / name, body)


@pytest.mark.skipif(os.name == "nt", reason="shell scripts stand for interpreters")
@pytest.mark.parametrize(
    ("newest", "older", "status", "last"),
    [
        ("echo '= 5 passed in 1.0s ='", "echo '= 2 passed in 1.0s ='", 0, "7 passed"),
        ("echo '= 5 passed in 1.0s ='", "echo '= 1 failed in 1.0s ='; exit 1", 1, "1 failed, 5 passed"),
        ("echo '= 1 failed in 1.0s ='; exit 1", "echo '= 2 passed in 1.0s ='", 1, "1 failed, 2 passed"),
        ("echo '= 5 passed in 1.0s ='", "echo Segmentation fault; exit 139", 139, "5 passed, 1 error"),
        ("echo '= 5 passed in 1.0s ='", "echo stopped early", 1, "5 passed, 1 error"),
        ("echo '= no tests ran in 0.1s ='; exit 5", "echo '= no tests ran in 0.1s ='; exit 5", 5, "no tests ran"),
        ("echo '= 5 passed in 1.0s ='", "echo '= no tests ran in 0.1s ='; exit 5", 0, "5 passed"),
    ],
)
def test_a_failure_or_crash_of_any_run_fails_the_sum(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], newest: str, older: str, status: int, last: str
) -> None:
    environments = [run_pytest(tmp_path, newest, "5.2"), run_pytest(tmp_path, older, "4.2")]
    assert pytest_runs.run_all(environments[0], environments[1:], ["tests/core"]) == status
    assert last + " in " in capfd.readouterr().out.splitlines()[-1]


@pytest.mark.skipif(os.name == "nt", reason="shell scripts stand for interpreters")
def test_the_runs_are_shown_one_after_another_and_summed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    body = 'echo "$0: $@"; echo "= 5 passed in 1.0s ="'
    environments = [run_pytest(tmp_path, body, "5.2"), run_pytest(tmp_path, body, "4.2")]
    assert pytest_runs.run_all(environments[0], environments[1:], []) == 0
    told = capfd.readouterr().out.splitlines()
    runs = [line.partition("-m pytest ")[2] for line in told if "-m pytest" in line]
    assert [run.split()[0] for run in runs] == ["tests/sandbox", "tests/blender", "tests/core"]
    assert "on Blender 5.2 and 4.2" in told[-2]
    assert "15 passed in " in told[-1]


def test_the_entry_needs_nothing_but_python_and_lists_its_commands(project: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-S", "-E", str(project / "scripts" / "bootstrap.py"), "--help"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=True,
    )
    assert all(command in done.stdout for command in ("demo", "test", "build", "lint"))
