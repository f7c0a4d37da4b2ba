"""On real terminals and in real pipes: widths, colours, encodings, closed readers, questions, Ctrl+C."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import re
import signal
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len

from avatarsdk_core.sandbox import Durations, Sandbox
from tests.sandbox.cli_runs import Terminal
from tests.sandbox.service_api import INSTANT, Api, picture
from tests.stopwatch import Stopwatch, eventually

NEW = ("--pipeline", "metaperson_2.0", "--subtype", "female", "--format", "glb", "--lod", "LOD2")
LIGHT = ("--set-export", 'avatar.list=["AvatarTeethUpper"]', "--texture", "Color", "--texture-profile", "1K.jpg")
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@pytest.fixture(scope="module")
def service() -> Iterator[Sandbox]:
    """A sandbox whose avatars take long enough to be interrupted."""
    with Sandbox(durations=Durations(uploading=0, queued=0, computing=3600, export=0)) as running:
        yield running


@pytest.fixture
def terminal(service: Sandbox, tmp_path: Path) -> Terminal:
    (tmp_path / "me.jpg").write_bytes(picture())
    return Terminal.at(service, service.credentials.developer, tmp_path, TERM="xterm-256color")


@pytest.fixture(scope="module")
def avatar(service: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("avatar")
    (folder / "me.jpg").write_bytes(picture())
    here = Terminal.at(service, service.credentials.developer, folder)
    name = "Ä rather long näme, mit Ümläuten 頭像, that no terminal of 80 columns has room for"
    done = here.run("avatars", "create", "me.jpg", *NEW, *LIGHT, "--name", name)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


class Screen:
    """A program on a pseudo terminal of so many columns: what it shows, and what is typed."""

    def __init__(self, terminal: Terminal, *arguments: str, columns: int = 80) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self.process = terminal.start(*arguments, stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
        os.close(slave)
        self.shown = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        with contextlib.suppress(OSError):  # the other end is closed
            while data := os.read(self.master, 65536):
                self.shown += data.decode("utf-8", "replace")

    def until(self, text: str) -> None:
        ends = time.monotonic() + 300
        while text not in self.text:
            assert time.monotonic() < ends, self.text[-2000:]
            assert self._reader.is_alive() or text in self.text, self.text[-2000:]
            time.sleep(0.02)

    def type(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def end(self) -> int:
        code = self.process.wait(300)
        self._reader.join(300)
        os.close(self.master)
        return code

    @property
    def text(self) -> str:
        return ESCAPES.sub("", self.shown).replace("\r\n", "\n")


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_a_table_fits_the_terminal_and_codes_stay_whole(terminal: Terminal, avatar: str, columns: int) -> None:
    screen = Screen(terminal, "avatars", "list", columns=columns)
    assert screen.end() == 0
    lines = screen.text.rstrip().split("\n")
    assert avatar in lines[1]
    if columns >= 80:
        assert max(map(cell_len, lines)) <= columns
        assert "Ä rath" in lines[1]
    assert "\x1b[" in screen.shown


def test_help_fits_80_columns(terminal: Terminal) -> None:
    for words in (("--help",), ("create", "--help"), ("sandbox", "--help")):
        screen = Screen(terminal, *words, columns=80)
        assert screen.end() == 0
        assert max(map(len, screen.text.splitlines())) <= 80


def test_no_color_means_no_colour(terminal: Terminal, avatar: str) -> None:
    plain = Terminal(terminal.folder, {**terminal.environ, "NO_COLOR": "1"})
    screen = Screen(plain, "avatars", "show", avatar)
    assert screen.end() == 0
    assert not re.search(r"\x1b\[(?:\d+;)*3\d", screen.shown)


def test_a_pipe_gets_no_escapes_and_nothing_is_cut(terminal: Terminal, avatar: str) -> None:
    done = terminal.run("avatars", "list")
    assert "\x1b" not in done.stdout + done.stderr
    assert "that no terminal of 80 columns has room for" in done.stdout


@pytest.mark.parametrize("encoding", ["ascii", "cp437"])
def test_an_output_that_lacks_characters_gets_question_marks(terminal: Terminal, avatar: str, encoding: str) -> None:
    old = Terminal(terminal.folder, {**terminal.environ, "PYTHONIOENCODING": encoding})
    for words in (
        ("avatars", "list"),
        ("avatars", "show", avatar),
        ("selfies", "list"),
        ("parameters", "list", "body_0.3"),
    ):
        done = old.run(*words, encoding=encoding)
        assert done.returncode == 0, done.stderr
    shown = old.run("avatars", "list", "--json", encoding=encoding)
    assert "頭像" in json.loads(shown.stdout)[0]["name"]
    assert "頭像" in json.loads(terminal.run("avatars", "list", "--json").stdout)[0]["name"]


@pytest.mark.parametrize("words", [("parameters", "list", "body_0.3"), ("parameters", "list", "body_0.3", "--json")])
def test_a_reader_that_has_enough_is_met_with_silence(terminal: Terminal, words: tuple[str, ...]) -> None:
    for _ in range(3):
        process = terminal.start(*words)
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.wait(60) == 141
        assert process.stderr.read() == b""
        process.stderr.close()


def test_a_person_at_a_terminal_is_asked_before_deleting(terminal: Terminal, service: Sandbox) -> None:
    code = terminal.run("avatars", "create", "me.jpg", *NEW, *LIGHT).stdout.strip()
    screen = Screen(terminal, "avatars", "delete", code)
    screen.until("for good?")
    screen.type("n\n")
    assert screen.end() == 1
    assert "Nothing was deleted" in screen.text
    assert terminal.run("avatars", "show", code).returncode == 0
    screen = Screen(terminal, "avatars", "delete", code)
    screen.until("for good?")
    screen.type("y\n")
    assert screen.end() == 0
    assert terminal.run("avatars", "show", code).returncode == 6


def test_the_bytes_of_a_file_are_shown_while_it_comes(tmp_path: Path) -> None:
    with Sandbox(durations=INSTANT) as service:
        api = Api.signed_in(service, service.credentials.developer)
        made = api.create(pipeline="animated_face", export_parameters="").json()
        api.wait(made["url"])
        here = Terminal.at(service, service.credentials.developer, tmp_path)
        with service.faults("stall-in-body", at=20_500, seconds=3, path="*/mesh/", times=1):
            screen = Screen(here, "avatars", "mesh", made["code"], columns=120)
            assert screen.end() == 0, screen.text
    assert re.search(r"20\.5 kB of \d+\.\d [kM]B", screen.text)
    assert (tmp_path / "mesh.zip").read_bytes()[:2] == b"PK"


def test_a_secret_that_is_typed_is_not_shown(terminal: Terminal, service: Sandbox) -> None:
    keys = service.credentials.developer
    nobody = {name: value for name, value in terminal.environ.items() if "CLIENT" not in name and "ACCESS" not in name}
    screen = Screen(Terminal(terminal.folder, nobody), "login", "--keep", "file")
    screen.until("Client id")
    screen.type(keys.client_id + "\n")
    screen.until("Client secret")
    eventually(lambda: not termios.tcgetattr(screen.master)[3] & termios.ECHO)  # some time after the question
    screen.type(keys.client_secret + "\n")
    assert screen.end() == 0, screen.text
    assert keys.client_id in screen.text
    assert keys.client_secret not in screen.text


def interrupted(process: subprocess.Popen[bytes], shown: str) -> tuple[int, float, str]:
    """Exit code, seconds and the rest of stderr after a Ctrl+C, sent when stderr shows a text."""
    assert process.stderr is not None
    seen = b""
    while shown.encode() not in seen:
        line = process.stderr.readline()
        assert line, seen
        seen += line
    time.sleep(0.5)
    with Stopwatch() as watch:
        process.send_signal(signal.SIGINT)
        code = process.wait(300)
    took = watch.seconds
    rest = process.stderr.read().decode()
    process.stderr.close()
    if process.stdout is not None:
        process.stdout.close()
    return code, took, rest


def test_ctrl_c_while_waiting_ends_at_once_and_tells_how_to_go_on(terminal: Terminal) -> None:
    code, took, said = interrupted(terminal.start("create", "me.jpg", *NEW, *LIGHT, "--out", "out"), "Avatar ")
    assert (code, took < 1.0) == (130, True), took
    assert re.search(r"^avatarsdk avatars download [\w-]+ --out out$", said, re.MULTILINE), "one line, to be copied"
    assert said.rstrip().endswith("Interrupted")
    assert "Traceback" not in said
    assert {path.name for path in terminal.folder.iterdir()} <= {"me.jpg", "profiles.toml", "profiles.state", "cache"}


@pytest.mark.parametrize("fault", ["stall", "drip:rate=10"])
def test_ctrl_c_in_a_download_ends_at_once_and_leaves_nothing_half_written(tmp_path: Path, fault: str) -> None:
    with Sandbox(durations=INSTANT) as quick:
        here = Terminal.at(quick, quick.credentials.developer, tmp_path)
        (tmp_path / "me.jpg").write_bytes(picture())
        code = here.run("avatars", "create", "me.jpg", *NEW, *LIGHT, "--wait").stdout.strip()
        assert here.run("exports", "wait", code).returncode == 0
        name, _, options = fault.partition(":")
        values = {key: float(value) for key, value in [options.split("=")]} if options else {}
        with quick.faults(name, path="*/file/", **values):
            started = here.start("-v", "exports", "download", code, "--out", "out")
            left, took, said = interrupted(started, "/exports/")
            assert (left, took < 1.5) == (130, True), (took, said)
        assert not (tmp_path / "out").exists()
        assert here.run("exports", "download", code, "--out", "out").returncode == 0
        assert (tmp_path / "out" / "export.json").is_file()


def test_the_selfie_command_shows_a_code_that_leads_to_the_page_and_waits(terminal: Terminal) -> None:
    screen = Screen(terminal, "selfie", columns=100)
    screen.until("/upload/")
    (code,) = re.findall(r"selfies/([\w-]+)/upload/", screen.text)
    assert "█" in screen.text
    assert terminal.run("selfies", "upload", code, "me.jpg").returncode == 0
    assert screen.end() == 0
    assert screen.text.rstrip().endswith(code)


def test_completion_knows_commands_options_and_names_of_the_catalogue(terminal: Terminal) -> None:
    def completed(words: str) -> set[str]:
        environ = {
            "COMP_WORDS": f"avatarsdk {words}",
            "COMP_CWORD": str(len(words.split(" "))),
            "_AVATARSDK_COMPLETE": "bash_complete",
        }
        done = Terminal(terminal.folder, {**terminal.environ, **environ}).run()
        return {line.partition(",")[2] for line in done.stdout.splitlines()}

    assert {"avatars", "exports", "pipelines"} <= completed("")
    assert "--created-after" in completed("avatars list --cre")
    assert "metaperson_2.0" in completed("create me.jpg --pipeline meta")
    assert "HaircutGenerated" in completed("create me.jpg --pipeline metaperson_2.0 --haircut Hair")
    assert "Color,Normal" in completed("create --texture Color,Norm")
    script = terminal.run("completion", "bash")
    assert "_AVATARSDK_COMPLETE=bash_complete" in script.stdout
    checked = subprocess.run(["bash", "-n"], input=script.stdout, text=True, capture_output=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
