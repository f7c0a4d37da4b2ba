"""Starting, stopping and restarting a sandbox; its folder; what it says when it can't start."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from avatarsdk_core.errors import SandboxError
from avatarsdk_core.sandbox import Durations, KeyPair, Sandbox, server
from tests.sandbox.service_api import INSTANT, Api, picture


def test_it_listens_on_loopback_only_and_stops_cleanly() -> None:
    sandbox = Sandbox(durations=INSTANT)
    with sandbox:
        url = sandbox.url
        assert url.startswith("http://127.0.0.1:")
        assert url.endswith("/")
        assert requests.get(url + "players/", timeout=300).status_code == 401
    with pytest.raises(requests.ConnectionError):
        requests.get(url + "players/", timeout=300)
    with pytest.raises(SandboxError, match="isn't running"):
        _ = sandbox.url
    with sandbox:
        assert requests.get(sandbox.url + "players/", timeout=300).status_code == 401


def test_two_sandboxes_run_at_once_and_share_nothing() -> None:
    with Sandbox(durations=INSTANT) as one, Sandbox(durations=INSTANT) as other:
        assert one.url != other.url
        assert one.credentials != other.credentials
        first = Api.signed_in(one, one.credentials.developer)
        second = Api.signed_in(other, other.credentials.developer)
        assert first.create().status_code == 201
        assert second("GET", "avatars/").json() == []
        assert Api(other.url, first.token)("GET", "avatars/").status_code == 401


def test_a_restart_loses_nothing(tmp_path: Path) -> None:
    with Sandbox(tmp_path, durations=INSTANT) as service:
        api = Api.signed_in(service, service.credentials.developer)
        player = api("POST", "players/", data={"comment": "kept"}).json()["code"]
        avatar = api.wait(api.create(name="kept").json()["url"])
        export = api.wait(api("GET", avatar["exports"]).json()[0]["url"])
        archive = api("GET", export["files"][0]["file"]).content
        before, token = service.credentials, api.token
    with Sandbox(tmp_path, durations=INSTANT) as service:
        assert service.credentials == before
        api = Api(service.url, token)
        assert api("GET", f"players/{player}/").json()["comment"] == "kept"
        assert [shown["name"] for shown in api("GET", "avatars/").json()] == ["kept"]
        kept = api("GET", f"avatars/{avatar['code']}/").json()
        again = api("GET", kept["exports"]).json()[0]
        assert again["status"] == "Completed"
        assert api("GET", again["files"][0]["file"]).content == archive
        assert api("GET", kept["thumbnail"]).status_code == 200


def test_a_killed_sandbox_goes_on_computing_when_it_is_started_again(tmp_path: Path) -> None:
    program = """
import sys, time
from avatarsdk_core.sandbox import Durations, Sandbox
with Sandbox(sys.argv[1], durations=Durations(0, 0, 0.5, 0)) as service:
    print(service.url, flush=True)
    time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        pairs = json.loads((tmp_path / "credentials.json").read_text("utf-8"))
        form = {"grant_type": "client_credentials", **pairs["applications"][0]["developer"]}
        token = requests.post(url + "o/token/", data=form, timeout=300).json()["access_token"]
        avatar = Api(url, token).create().json()
        process.kill()
    with Sandbox(tmp_path, durations=Durations(0, 0, 0.5, 0)) as service:
        api = Api(service.url, token)
        shown = api.wait(f"{service.url}avatars/{avatar['code']}/")
        assert shown["status"] == "Completed"
        export = api.wait(api("GET", shown["exports"]).json()[0]["url"])
        assert export["status"] == "Completed"
        assert api("GET", export["files"][0]["file"]).content[:2] == b"PK"
    assert not list(tmp_path.rglob("*.part"))


def test_the_worker_ends_with_the_sandbox_whatever_it_is_at(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(picture())
    content = {"pipeline": "metaperson_2.0", "subtype": "female"}
    computing = {"job": "avatar", **content, "parameters": {}, "folder": str(tmp_path)}
    building = {
        "job": "export",
        **content,
        "computation": {},
        "parameters": {},
        "avatar_folder": str(tmp_path),
        "folder": str(tmp_path / "export"),
        "textures": str(tmp_path / "textures"),
    }
    with subprocess.Popen(
        [sys.executable, "-m", "avatarsdk_core.sandbox.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        print(json.dumps(computing), file=worker.stdin, flush=True)
        assert json.loads(worker.stdout.readline()) == {}
        print(json.dumps(building), file=worker.stdin, flush=True)
        worker.stdin.close()
        worker.wait(timeout=60)
    assert not list(tmp_path.glob("export/*.zip"))


def test_a_photo_whose_avatar_was_never_noted_is_swept_away(tmp_path: Path) -> None:
    orphan = tmp_path / "avatars" / "0000"
    orphan.mkdir(parents=True)
    (orphan / "photo.jpg").write_bytes(picture())
    with Sandbox(tmp_path, durations=INSTANT):
        assert not orphan.exists()


@pytest.mark.skipif(os.name != "posix", reason="Windows has no file modes")
def test_secrets_lie_where_only_their_owner_reads_them(tmp_path: Path) -> None:
    state = tmp_path / "new" / "state"
    with Sandbox(state, durations=INSTANT) as service:
        for name in ("credentials.json", "sandbox.sqlite3"):
            assert stat.S_IMODE((state / name).stat().st_mode) == 0o600
        assert stat.S_IMODE(state.stat().st_mode) == 0o700
        api = Api.signed_in(service, service.credentials.client)
        assert api.token.encode() not in (state / "sandbox.sqlite3").read_bytes()


def test_secrets_dont_show_in_reprs() -> None:
    assert "hidden" not in repr(KeyPair("shown", "hidden"))


def test_a_port_that_is_taken_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SandboxError, match=f"127.0.0.1:{port}"), Sandbox(port=port):
            pass
    with pytest.raises(SandboxError, match="99999"), Sandbox(port=99999):
        pass


def test_a_folder_that_cant_be_used_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    for folder in (file, file / "below"):
        with pytest.raises(SandboxError, match="can't write its state folder") as refusal, Sandbox(folder):
            pass
        assert str(folder) in str(refusal.value)
        assert "\n" not in str(refusal.value)


def test_one_folder_serves_one_sandbox_at_a_time(tmp_path: Path) -> None:
    refused = pytest.raises(
        SandboxError, match=r"^Another sandbox is running on .*: use that one, end it, or choose another"
    )
    with Sandbox(tmp_path, durations=INSTANT), refused, Sandbox(tmp_path):
        pass
    with Sandbox(tmp_path, durations=INSTANT):
        pass


def test_damaged_credentials_are_named(tmp_path: Path) -> None:
    (tmp_path / "credentials.json").write_text("{")
    with pytest.raises(SandboxError, match=r"credentials\.json"), Sandbox(tmp_path):
        pass
    (tmp_path / "credentials.json").unlink()
    with Sandbox(tmp_path, durations=INSTANT):  # the failed start has let go of the folder
        pass


def test_a_missing_package_is_named_with_the_way_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(server._NEEDED, "no_such_package", "no-such-package")
    with pytest.raises(SandboxError, match=r"no-such-package.*pip install 'avatarsdk-core\[sandbox\]'"), Sandbox():
        pass


def test_importing_the_package_needs_no_extra() -> None:
    program = """
import sys
sys.modules.update(dict.fromkeys(("starlette", "uvicorn", "PIL", "pygltflib", "numpy", "requests")))
import avatarsdk_core.sandbox
assert "multiprocessing" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=300)


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_serve_ends_cleanly_on_a_signal(tmp_path: Path, ending: signal.Signals) -> None:
    program = """
import signal, sys
from avatarsdk_core.sandbox import Sandbox, serve
signal.signal(signal.SIGINT, signal.default_int_handler)  # background jobs of a shell come with it ignored
serve(Sandbox(sys.argv[1]), lambda sandbox: print(sandbox.url, flush=True))
print("ended", flush=True)
"""
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("http://127.0.0.1:")
        process.send_signal(ending)
        try:
            out, err = process.communicate(timeout=300)
        finally:
            process.kill()
    assert (out, err, process.returncode) == ("ended\n", "", 0)


@pytest.mark.skipif(os.name != "posix", reason="Windows has no file modes")
def test_photos_are_private_also_in_a_folder_that_was_there_before(tmp_path: Path) -> None:
    (tmp_path / "avatars").mkdir(mode=0o755)
    tmp_path.chmod(0o755)
    with Sandbox(tmp_path, durations=INSTANT):
        assert stat.S_IMODE((tmp_path / "avatars").stat().st_mode) == 0o700
