"""The canary is no decoration: its secrets really travel, its ears really hear, and every way of leaking is found."""

from __future__ import annotations

import base64
import logging

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from avatarsdk_core.client import Client
from tests.canary import ACCESS_TOKEN, CLIENT_SECRET, LOUD, Canary

pytest_plugins = ["pytester"]


def test_the_tests_secrets_really_travel_and_the_loggers_are_heard(
    client: Client, service: HTTPServer, canary: Canary, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[Request] = []

    def answer(request: Request) -> Response:
        seen.append(request)
        return Response("[]")

    service.expect_request("/avatars/").respond_with_handler(answer)
    before = canary.records
    list(client.avatars.list())
    assert seen[0].headers["Authorization"] == f"Bearer {ACCESS_TOKEN}"
    basic = service.log[0][0].headers["Authorization"]
    assert CLIENT_SECRET in base64.b64decode(basic.partition(" ")[2]).decode()
    assert canary.records >= before + 4  # two requests, as the core and as urllib3 tell of them
    assert {record.name for record in caplog.records} >= {"avatarsdk_core.http", "urllib3.connectionpool"}
    assert all(logging.getLogger(name).isEnabledFor(logging.DEBUG) for name in LOUD)


ANOTHER = "w4rbler5Lm9Xs"  # so that this run's own canary stays out of it
LEAKS = {
    "printed": "print(S)",
    "stderr": "sys.stderr.write(S)",
    "printed_and_read": "print(S); capsys.readouterr()",
    "log_message": "logging.getLogger('avatarsdk_core.cli').debug('told ' + S)",
    "log_argument": "logging.getLogger('avatarsdk_core').info('%.3s', S)",
    "log_traceback": "logging.getLogger('x').error('failed', exc_info=ValueError(S))",
    "child_process": "subprocess.run([sys.executable, '-c', f'print({S!r})'], capture_output=True)",
    "childs_stderr": "subprocess.run([sys.executable, '-c', f'raise SystemExit({S!r})'], capture_output=True)",
    "basic_header": "print(base64.b64encode(b'an-id:' + S.encode()))",
    "thread": "t = threading.Thread(target=print, args=(S,)); t.start(); t.join()",
}


def test_every_way_of_leaking_fails_its_test_and_nothing_else_does(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        f"""
        from tests.canary import CanaryPlugin
        def pytest_configure(config):
            config.pluginmanager.register(CanaryPlugin({ANOTHER!r}))
        """
    )
    tests = [f"def test_{name}(capsys):\n    {line}" for name, line in LEAKS.items()]
    tests += [
        "def test_file_descriptor(capfd):\n    os.write(1, S.encode())",
        "def test_well(capsys):\n    print('well')",
    ]
    head = f"import base64, logging, os, subprocess, sys, threading\nS = {ANOTHER[:5]!r} + {ANOTHER[5:]!r}"
    pytester.makepyfile("\n\n".join([head, *tests]))
    done = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-q")
    done.assert_outcomes(failed=len(LEAKS) + 1, passed=1)
    for name in (*LEAKS, "file_descriptor"):
        done.stdout.fnmatch_lines([f"A secret shows in * at *::test_{name} (call): *<SECRET>*"])


def test_random_secrets_can_be_watched_and_short_ones_cant() -> None:
    canary = Canary()
    canary.watch("sandbox-made-secret-1", "short")
    canary.look("no secret here, and nothing short", "a")
    assert canary.take() == []
    canary.look(b"x sandbox-made-secret-1 y", "b")
    canary.look("Basic " + base64.b64encode(b"id:sandbox-made-secret-1").decode(), "c")
    assert [leak.place for leak in canary.take()] == ["b", "c"]
    assert canary.take() == []
