"""Bad input is normal input: one line that names the value and the way out, exit code ≠ 0, nothing half-written."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from avatarsdk_core.cli import failures
from avatarsdk_core.cli.app import cli
from avatarsdk_core.cli.result_folder import whole_folder
from avatarsdk_core.errors import SettingsError
from tests.core.test_photo import jpeg


def avatarsdk(*arguments: str, cwd: Path, code: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    """The real program in a process of its own; `code` runs before it (to hide a module)."""
    start = f"{code}\nfrom avatarsdk_core.cli import main\nmain()"
    return subprocess.run(
        [sys.executable, "-c", start, *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, **environ},
        check=False,
    )


def fails(done: subprocess.CompletedProcess[str], *words: str, code: int = 1) -> None:
    assert done.returncode == code, done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    for word in words:
        assert word in lines[0]


HIDE_BPY = (
    "import importlib.util as u; find = u.find_spec\n"
    "u.find_spec = lambda name, *rest: None if name == 'bpy' else find(name, *rest)"
)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("missing.jpg", None, "doesn't exist"),
        ("empty.jpg", b"", "is empty"),
        ("paper.jpg", b"%PDF-1.7 ...", "a PDF"),
        ("phone.heic", b"\0\0\0\x18ftypheic" + bytes(99), "convert it to JPEG"),
        ("web.webp", b"RIFF\0\0\0\0WEBPVP8 ", "a WebP"),
        ("cut.jpg", jpeg()[:-30], "cut-off"),
    ],
)
def test_a_photo_that_cannot_be_used(tmp_path: Path, name: str, data: bytes | None, words: str) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    before = sorted(tmp_path.iterdir())
    fails(avatarsdk("demo", "--photo", name, "--out", "out", cwd=tmp_path), name, words, code=7)
    assert sorted(tmp_path.iterdir()) == before


def test_a_photo_of_60_mb(tmp_path: Path) -> None:
    with (tmp_path / "huge.jpg").open("wb") as file:
        file.write(jpeg())
        file.truncate(60_000_000)
    fails(avatarsdk("demo", "--photo", "huge.jpg", cwd=tmp_path), "huge.jpg", "larger than 50 MB", code=7)


def test_an_output_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "face.jpg").write_bytes(jpeg())
    (tmp_path / "file").write_text("in the way")
    for out in ("file", "file/deeper"):
        fails(avatarsdk("demo", "--photo", "face.jpg", "--out", out, cwd=tmp_path), out, "give another --out", code=3)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["face.jpg", "file"]


def test_no_blender(tmp_path: Path) -> None:
    (tmp_path / "face.jpg").write_bytes(jpeg())
    done = avatarsdk("demo", "--photo", "face.jpg", "--out", "out", cwd=tmp_path, code=HIDE_BPY)
    fails(done, "No Blender here", "--blender", code=14)
    done = avatarsdk("demo", "--photo", "face.jpg", "--out", "out", "--blender", "no/such", cwd=tmp_path)
    fails(done, "'no/such' is no program", "--blender", code=14)
    assert [path.name for path in tmp_path.iterdir()] == ["face.jpg"]


def test_no_addon(tmp_path: Path) -> None:
    fake = "import importlib.util as u; find = u.find_spec\nu.find_spec = lambda n, *r: n == 'bpy' or find(n, *r)"
    (tmp_path / "empty").mkdir()
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as archive:
        archive.writestr("../headless.py", "")
    (tmp_path / "cut.zip").write_bytes((tmp_path / "evil.zip").read_bytes()[:40])
    for addon, words in (
        ("nowhere", "doesn't exist"),
        ("empty", "no Avatar SDK add-on"),
        ("evil.zip", "leaves the folder"),
        ("cut.zip", "not a whole zip"),
    ):
        fails(avatarsdk("demo", "--addon", addon, cwd=tmp_path, code=fake), addon, words, code=14)


def test_wrong_arguments_are_one_line_and_exit_code_2(tmp_path: Path) -> None:
    fails(avatarsdk("dmeo", cwd=tmp_path), "dmeo", "--help", code=2)
    fails(avatarsdk("demo", "--subtype", "robot", cwd=tmp_path), "robot", "female", code=2)
    fails(avatarsdk("sandbox", "--port", "high", cwd=tmp_path), "high", code=2)


def test_a_port_that_is_taken_or_none(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        fails(avatarsdk("sandbox", "--port", port, cwd=tmp_path), port, "Choose another port", code=13)
    fails(avatarsdk("sandbox", "--port", "99999", cwd=tmp_path), "99999", code=13)


def test_without_the_extra_one_line_says_how_to_install(tmp_path: Path) -> None:
    hide = "import importlib.util as u; find = u.find_spec\nu.find_spec = lambda n, *r: n != 'rich' and find(n, *r)"
    hide = hide.replace("n != 'rich' and find(n, *r)", "None if n == 'rich' else find(n, *r)")
    fails(avatarsdk("--version", cwd=tmp_path, code=hide), "needs rich", "avatarsdk-core[cli]")


def test_a_bug_of_ours_is_one_line_and_the_details_are_in_a_file(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)

    def broken(**_: object) -> None:
        raise ZeroDivisionError("a canary value")

    monkeypatch.setattr(cli.commands["sandbox"], "callback", broken)
    assert failures.run(cli, ["sandbox"]) == failures.BUG
    line = capsys.readouterr().err.strip()
    assert line.count("\n") == 0
    assert "unexpected ZeroDivisionError" in line
    (written,) = tmp_path.glob("avatarsdk-error-*.txt")
    assert str(written) in line
    assert "in broken" in written.read_text()


def test_ctrl_c_is_exit_code_130(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli.commands["sandbox"], "callback", interrupted)
    assert failures.run(cli, ["sandbox"]) == 130
    assert capsys.readouterr().err.strip() == "Interrupted"


def test_results_appear_whole_or_not_at_all(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    with pytest.raises(UnicodeEncodeError), whole_folder(out, ("a", "b")) as work:
        (work / "a").write_text("half \ud800", encoding="utf-8")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(SettingsError), whole_folder(out, ("a", "b")) as work:
        (work / "a").write_text("b is missing")
    assert list(tmp_path.iterdir()) == []
    with whole_folder(out, ("a", "b")) as work:
        (work / "a").write_text("A")
        (work / "b").write_text("B")
        (work / "scratch").write_text("not a result")
        assert sorted(path.name for path in out.iterdir()) == [work.name]
    (out / "mine.txt").write_text("keep")
    with whole_folder(out, ("a", "b")) as work:
        (work / "a").write_text("A2")
        (work / "b").write_text("B2")
    assert {path.name: path.read_text() for path in out.iterdir()} == {"a": "A2", "b": "B2", "mine.txt": "keep"}
