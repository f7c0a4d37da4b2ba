"""Secrets on disk: private whatever the umask, whole whenever a process is killed; and in a real keychain."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
import time
import warnings
from pathlib import Path

import pytest

from avatarsdk_core.errors import SettingsError
from avatarsdk_core.vault import PlainTextWarning, open_vault
from avatarsdk_core.vault import keychain as keychain_module
from avatarsdk_core.vault.files import FileVault
from tests.canary import CLIENT_SECRET, MARK

POSIX = pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")


@pytest.fixture
def vault(tmp_path: Path) -> FileVault:
    return FileVault(tmp_path / "state")


def test_what_is_kept_comes_back_until_it_is_deleted(vault: FileVault) -> None:
    assert vault.get("profile work") is None
    vault.set("profile work", CLIENT_SECRET)
    vault.set("profile Work", "another ü\n")
    assert (vault.get("profile work"), vault.get("profile Work")) == (CLIENT_SECRET, "another ü\n")
    vault.delete("profile work")
    vault.delete("profile work")
    assert vault.get("profile work") is None


@POSIX
def test_files_are_private_whatever_the_umask_and_whatever_was_there(vault: FileVault) -> None:
    vault.folder.mkdir(mode=0o777)
    vault.folder.chmod(0o777)
    old = os.umask(0)
    try:
        vault.set("k", "v")
    finally:
        os.umask(old)
    (path,) = vault.folder.iterdir()
    assert (path.stat().st_mode & 0o777, vault.folder.stat().st_mode & 0o777) == (0o600, 0o700)
    path.chmod(0o666)
    with pytest.warns(PlainTextWarning, match="could be read by other users"):
        assert vault.get("k") == "v"
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    vault.set("k", "w")
    assert path.stat().st_mode & 0o777 == 0o600


@POSIX
def test_a_link_is_neither_read_nor_written_through(vault: FileVault, tmp_path: Path) -> None:
    vault.set("k", "v")
    (path,) = vault.folder.iterdir()
    target = tmp_path / "target"
    target.write_text("other")
    path.unlink()
    path.symlink_to(target)
    with pytest.raises(SettingsError, match="Can't read"):
        vault.get("k")
    vault.set("k", "mine")
    assert (target.read_text(), path.is_symlink(), vault.get("k")) == ("other", False, "mine")


@POSIX
def test_a_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(SettingsError, match="isn't a folder of yours"):
        FileVault(tmp_path / "link").set("k", "v")


def test_what_a_killed_process_left_is_cleaned_up_and_never_read(vault: FileVault) -> None:
    vault.set("k", "whole")
    (path,) = vault.folder.iterdir()
    left = path.with_name(f"{path.name}.123-abcd.part")
    left.write_text("hal")
    fresh = path.with_name(f"{path.name}.124-abcd.part")
    fresh.write_text("being written")
    os.utime(left, (time.time() - 3600,) * 2)
    assert vault.get("k") == "whole"
    vault.set("other", "v")
    assert (left.exists(), fresh.exists(), vault.get("k")) == (False, True, "whole")


def test_a_process_killed_while_it_writes_leaves_the_old_or_the_new(vault: FileVault) -> None:
    code = """
        import sys
        from pathlib import Path
        from avatarsdk_core.vault.files import FileVault
        vault = FileVault(Path(sys.argv[1]))
        print("ready", flush=True)
        number = 0
        while True:
            vault.set("k", str(number) * 5000)
            number = (number + 1) % 10
    """
    vault.set("k", "0" * 5000)
    for _ in range(4):
        writer = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(code), str(vault.folder)], stdout=subprocess.PIPE
        )
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(0.05)
        writer.kill()
        writer.wait()
        writer.stdout.close()
        value = vault.get("k")
        assert value is not None
        assert (len(value), len(set(value))) == (5000, 1)


def test_where_there_is_no_keychain_files_come_with_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keychain_module, "find_keychain", lambda: (None, "no such thing"))
    with pytest.warns(
        PlainTextWarning, match=r"No keychain here \(no such thing\).*unencrypted in files in .*only you"
    ):
        assert open_vault("auto", tmp_path).kind == "file"
    with pytest.raises(SettingsError, match="No keychain: no such thing"):
        open_vault("keychain", tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert open_vault("file", tmp_path).kind == "file"
    with pytest.raises(SettingsError, match="No place for secrets is called 'cloud'"):
        open_vault("cloud", tmp_path)


def test_a_session_without_a_bus_has_no_keychain(tmp_path: Path) -> None:
    """Headless for real: no bus, no display; a program of its own, since keyring chooses once for a process."""
    pytest.importorskip("keyring")
    code = (
        "import sys; from pathlib import Path; from avatarsdk_core.vault import open_vault\n"
        "vault = open_vault('auto', Path(sys.argv[1])); vault.set('k', 'v'); print(vault.kind, vault.get('k'))"
    )
    bare = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"}
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], env=bare, capture_output=True, text=True)
    assert (done.stdout, done.returncode) == ("file v\n", 0), done.stderr
    assert "PlainTextWarning: No keychain here" in done.stderr


IN_A_KEYCHAIN = """
    import sys
    from pathlib import Path
    if sys.argv[1] == "secret-tool":
        sys.modules["keyring"] = None
    from avatarsdk_core.vault import open_vault
    vault = open_vault("keychain", Path("."))
    assert vault.get("profile work") == (None if sys.argv[2] == "first" else "second ü"), vault.get("profile work")
    vault.set("profile work", "first")
    vault.set("profile work", "second ü")
    vault.set("token x", "t")
    vault.delete("token x")
    vault.delete("token x")
    assert vault.get("token x") is None
    print(type(vault).__name__, vault.kind, vault.get("profile work"), sep=" | ")
"""


def in_a_keychain_session(tmp_path: Path, script: str) -> subprocess.CompletedProcess[str]:
    """Run a shell script under a bus of its own with an unlocked gnome-keyring, whose files are in `tmp_path`."""
    for program in ("dbus-run-session", "gnome-keyring-daemon"):
        if shutil.which(program) is None:
            pytest.skip(f"no {program} here: apt-get install dbus gnome-keyring")
    home = {name: str(tmp_path) for name in ("HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME")}
    unlock = "echo -n pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1\n"
    return subprocess.run(
        ["dbus-run-session", "--", "sh", "-ec", unlock + script],
        env={**os.environ, **home},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_the_keychain_by_keyring_and_by_secret_tool_are_one(tmp_path: Path) -> None:
    pytest.importorskip("keyring")
    script = tmp_path / "use.py"
    script.write_text(textwrap.dedent(IN_A_KEYCHAIN), "utf-8")
    commands = f"{sys.executable} {script} keyring first\n"
    if shutil.which("secret-tool"):
        commands += f"{sys.executable} {script} secret-tool again\n{sys.executable} {script} keyring again\n"
    done = in_a_keychain_session(tmp_path, commands)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "KeyringVault | keychain | second ü"
    assert lines[1:] in ([], ["SecretToolVault | keychain | second ü", "KeyringVault | keychain | second ü"])


SIGN_IN = """
    import sys
    from avatarsdk_core import Client, signin
    from avatarsdk_core.settings import Settings
    from avatarsdk_core.sandbox import Sandbox
    with Sandbox() as service:
        pair = service.credentials.client
        signin.login("work", root_url=service.url, client_id=pair.client_id, client_secret=pair.client_secret)
        with Client(profile="work") as client:
            assert list(client.avatars.list()) == []
            assert client.settings.client_secret == pair.client_secret
            assert client.traffic.requests == 1
        print(*(f.source for f in Settings.resolve(profile="work").facts() if f.name == "client_secret"))
        signin.logout("work")
        print(Settings.partial(profile="work").client_secret == "")
"""


def test_a_sign_in_goes_to_the_keychain_and_leaves_no_secret_on_the_disk(tmp_path: Path, own_profiles: Path) -> None:
    pytest.importorskip("keyring")
    pytest.importorskip("starlette")
    script = tmp_path / "sign_in.py"
    script.write_text(textwrap.dedent(SIGN_IN), "utf-8")
    done = in_a_keychain_session(tmp_path, f"{sys.executable} {script}\n")
    assert done.returncode == 0, done.stderr
    assert "PlainTextWarning" not in done.stderr
    assert done.stdout.splitlines() == ["the keychain (SecretService Keyring)", "True"]
    assert {path.name for path in own_profiles.parent.rglob("*") if path.is_file()} == {"profiles.toml"}
    assert MARK not in done.stdout


MOVE = """
    from pathlib import Path
    from avatarsdk_core import Client, profiles, signin
    from avatarsdk_core.sandbox import Sandbox
    from avatarsdk_core.vault import open_vault
    keychain = open_vault("keychain", Path("."))
    with Sandbox() as service:
        pair = service.credentials.developer
        who = {"root_url": service.url, "client_id": pair.client_id, "client_secret": pair.client_secret}
        for _ in range(2):  # the second finds the first one's token
            with Client(token_store="keychain", **who) as client:
                list(client.avatars.list())
                print(client.traffic.requests, client.http.tokens._shared.place)
        for keep in ("auto", "file"):
            signin.login("work", keep=keep, **who)
            (profile,) = profiles.available()
            print(profile.values["secrets"], keychain.get("profile work") is not None)
"""


def test_tokens_are_shared_by_the_keychain_and_a_secret_that_moves_leaves_none_behind(tmp_path: Path) -> None:
    pytest.importorskip("keyring")
    pytest.importorskip("starlette")
    script = tmp_path / "move.py"
    script.write_text(textwrap.dedent(MOVE), "utf-8")
    done = in_a_keychain_session(tmp_path, f"{sys.executable} {script}\n")
    assert done.returncode == 0, done.stderr
    place = "the keychain (SecretService Keyring)"
    assert done.stdout.splitlines() == [f"2 {place}", f"1 {place}", "keychain True", "file False"]


def test_keyring_without_its_linux_library_leaves_the_keychain_to_secret_tool(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extension bundles keyring's pure wheels; on Linux its way to the keychain is compiled and stays out."""
    import keyring.backends.fail

    found = keychain_module.SecretToolVault("secret-tool")
    monkeypatch.setattr("keyring.get_keyring", keyring.backends.fail.Keyring)
    monkeypatch.setattr(keychain_module, "_find_tool", lambda: (found, ""))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert keychain_module.find_keychain() == (found, "")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    assert keychain_module.find_keychain()[0] is None
