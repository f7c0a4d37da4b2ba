"""Starting and stopping the sandbox: uvicorn on loopback, in a thread of this process or in the foreground."""

from __future__ import annotations

import contextlib
import importlib.util
import shutil
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any

from avatarsdk_core.errors import SandboxError
from avatarsdk_core.sandbox.faults import Fault, Switchboard
from avatarsdk_core.sandbox.state import TOKEN_LIFETIME, Credentials, StateFolder
from avatarsdk_core.sandbox.status import Durations

HOST = "127.0.0.1"
_NEEDED = {
    "starlette": "starlette",
    "uvicorn": "uvicorn",
    "python_multipart": "python-multipart",
    "pygltflib": "pygltflib",
    "PIL": "pillow",
}
_START_SECONDS = 10.0
_STOP_SECONDS = 2


class Sandbox:
    """The Avatar SDK service, on this machine.

        with Sandbox() as service:
            keys = service.credentials.client
            client = Client(root_url=service.url, client_id=keys.client_id, client_secret=keys.client_secret)

    Args:
        state: folder that keeps everything between runs; None keeps it in a temporary one until the end.
        port: TCP port on 127.0.0.1; 0 takes a free one.
        durations: the least time that avatars and exports spend in each status.
        token_lifetime: seconds that an access token is good for.
        strict_players: client access needs X-PlayerUID for every request about avatars, not only for lists.
        faults: what goes wrong from the start on; more is switched on and off by `faults` while it runs.
        fault_seed: of the dice for faults that have a chance.

    Attributes:
        faults: the switchboard of its faults.

    Raises:
        SandboxError: on start, when the port is taken, the folder can't be written or is in use, or a package of the
            extra `sandbox` is missing.
    """

    def __init__(
        self,
        state: str | Path | None = None,
        port: int = 0,
        *,
        durations: Durations | None = None,
        token_lifetime: int = TOKEN_LIFETIME,
        strict_players: bool = False,
        faults: Iterable[Fault] = (),
        fault_seed: int = 0,
    ) -> None:
        self.faults = Switchboard(faults, fault_seed)
        self._given_state = None if state is None else Path(state)
        self._port = port
        self._durations = durations or Durations()
        self._token_lifetime = token_lifetime
        self._strict_players = strict_players
        self._cleanup = contextlib.ExitStack()
        self._credentials: Credentials | None = None
        self._url = ""

    @property
    def url(self) -> str:
        """The root URL, with a slash at its end, as the service's own."""
        self._need_running()
        return self._url

    @property
    def credentials(self) -> Credentials:
        """The client ids and secrets for developer and client access."""
        self._need_running()
        assert self._credentials is not None
        return self._credentials

    def start(self) -> Sandbox:
        """Start serving in a background thread; returns when requests are answered."""
        if self._url:
            raise SandboxError("This sandbox is running already.")
        _need_packages()
        with self._cleanup:  # undoes what was begun when a later step fails
            self._start()
            self._cleanup = self._cleanup.pop_all()
        return self

    def stop(self) -> None:
        """Stop serving and computing; what was under way goes on after the next start on the same state folder."""
        self._url = ""
        self._cleanup.close()

    def __enter__(self) -> Sandbox:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _start(self) -> None:
        from avatarsdk_core.sandbox.app import create_app
        from avatarsdk_core.sandbox.builder import Builder
        from avatarsdk_core.sandbox.service import Service
        from avatarsdk_core.sandbox.store import Store

        listener = _listen(self._port)
        self._cleanup.callback(listener.close)
        state = StateFolder(self._state_folder())
        self._cleanup.callback(state.close)
        self._credentials = state.credentials()
        store = Store(state.database)
        self._cleanup.callback(store.close)
        state.remove_orphans(store.avatar_codes())
        builder = Builder(store, state)
        self._cleanup.callback(builder.stop)
        service = Service(
            state=state,
            store=store,
            credentials=self._credentials,
            builder=builder,
            durations=self._durations,
            token_lifetime=self._token_lifetime,
            strict_players=self._strict_players,
        )
        builder.start()
        self._cleanup.callback(_serve_in_thread(self.faults.middleware(create_app(service)), listener))
        self._url = f"http://{HOST}:{listener.getsockname()[1]}/"

    def _state_folder(self) -> Path:
        if self._given_state is not None:
            return self._given_state
        folder = Path(tempfile.mkdtemp(prefix="avatarsdk-sandbox-"))
        self._cleanup.callback(shutil.rmtree, folder, ignore_errors=True)
        return folder

    def _need_running(self) -> None:
        if not self._url:
            raise SandboxError("The sandbox isn't running: use it in a with block, or call start().")


def serve(
    port: int = 0,
    state: str | Path | None = None,
    *,
    durations: Durations | None = None,
    strict_players: bool = False,
    faults: Iterable[Fault] = (),
    fault_seed: int = 0,
    ready: Callable[[Sandbox], None] | None = None,
) -> None:
    """Run a sandbox until Ctrl+C or SIGTERM; call it in the main thread.

    `ready` is called once, when requests are answered. Raises SandboxError as `Sandbox` does.
    """
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that SIGTERM, too, stops it cleanly
    try:
        with Sandbox(
            state,
            port,
            durations=durations,
            strict_players=strict_players,
            faults=faults,
            fault_seed=fault_seed,
        ) as sandbox:
            if ready is not None:
                ready(sandbox)
            while True:
                time.sleep(3600)  # an Event's wait can't be interrupted on Windows
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGTERM, before)


def _need_packages() -> None:
    missing = [name for module, name in _NEEDED.items() if importlib.util.find_spec(module) is None]
    if missing:
        raise SandboxError(
            f"The sandbox needs {', '.join(missing)}, not installed here: pip install 'avatarsdk-core[sandbox]'"
        )


def _listen(port: int) -> socket.socket:
    if not 0 <= port <= 65535:
        raise SandboxError(f"Port {port} doesn't exist: give one from 0 (any free one) to 65535.")
    # asyncio switches off Nagle's delay only where the protocol is named: 40 ms an answer.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows: SO_REUSEADDR would share a port that is in use
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        reason = error.strerror or str(error)
        raise SandboxError(f"The sandbox can't listen on {HOST}:{port}: {reason}. Choose another port.") from error
    return listener


def _serve_in_thread(app: Callable[..., Any], listener: socket.socket) -> Callable[[], None]:
    """Serve until the returned function is called. Nothing is logged of requests: their URLs may hold tokens."""
    import uvicorn

    from avatarsdk_core.sandbox.faults.protocol import OpenProtocol

    config = uvicorn.Config(
        app,
        http=OpenProtocol,
        log_config=None,
        log_level="warning",
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=_STOP_SECONDS,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), name="sandbox-server", daemon=True)
    thread.start()

    def stop() -> None:
        server.should_exit = True
        thread.join()

    deadline = time.monotonic() + _START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            stop()
            raise SandboxError("The sandbox's HTTP server didn't start.")
        time.sleep(0.01)
    return stop
