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
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from avatarsdk_core.errors import SandboxError
from avatarsdk_core.sandbox.accounts import DEFAULT_APPLICATION, Accounts, Application, User, load_accounts
from avatarsdk_core.sandbox.faults import Fault, Switchboard
from avatarsdk_core.sandbox.state import StateFolder
from avatarsdk_core.sandbox.status import Durations
from avatarsdk_core.sandbox.throttle import Rate, Throttle

if TYPE_CHECKING:
    from avatarsdk_core.sandbox.store import Store

HOST = "127.0.0.1"
TOKEN_LIFETIME = 36000  # seconds, as the service's
_NEEDED = {
    "starlette": "starlette",
    "uvicorn": "uvicorn",
    "python_multipart": "python-multipart",
    "pygltflib": "pygltflib",
    "PIL": "pillow",
    "segno": "segno",
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
        port: TCP port; 0 takes a free one.
        host: address to listen on; anything but loopback lets others in whoever knows a secret or a link.
        durations: the least time that avatars and exports spend in each status.
        plan: the default application's plan, Plus, Pro or Enterprise; None leaves what the state folder says.
        applications: further ones by name, each with its plan; they stay in the state folder.
        redirect_uris: where the authorization page may lead, beside any loopback address.
        throttle: so many requests as a caller may send, e.g. 60/minute; None for any number.
        token_lifetime: seconds that an access token is good for.
        strict_players: client access needs X-PlayerUID for every request about avatars, not only for lists.
        tolerant: parameters that aren't known are left out with a notice, instead of being refused.
        single_page_links: a list of one page has a Link header too, as examples of the documentation show it.
        instant: a creation is answered when what it creates is there, for samples that don't wait; no durations.
        faults: what goes wrong from the start on; `Sandbox.faults` switches more on and off while it runs.
        fault_seed: of the dice, for faults that have a chance.

    Attributes:
        faults: the switchboard of its faults.

    Raises:
        SandboxError: on start, when the port is taken, the folder can't be written or is in use, a plan, an application
            or a limit makes no sense, or a package of the extra `sandbox` is missing.
    """

    def __init__(
        self,
        state: str | Path | None = None,
        port: int = 0,
        *,
        host: str = HOST,
        durations: Durations | None = None,
        plan: str | None = None,
        applications: Mapping[str, str | None] | None = None,
        redirect_uris: Sequence[str] = (),
        throttle: str | None = None,
        token_lifetime: int = TOKEN_LIFETIME,
        strict_players: bool = False,
        tolerant: bool = False,
        single_page_links: bool = False,
        instant: bool = False,
        faults: Iterable[Fault] = (),
        fault_seed: int = 0,
    ) -> None:
        self.faults = Switchboard(faults, fault_seed)
        self._given_state = None if state is None else Path(state)
        self._host = host
        self._port = port
        self._durations = Durations(0, 0, 0, 0) if instant else durations or Durations()
        self._plans = {DEFAULT_APPLICATION: plan, **(applications or {})}
        self._throttle = throttle
        self._switches: dict[str, Any] = {
            "redirect_uris": tuple(redirect_uris),
            "token_lifetime": token_lifetime,
            "strict_players": strict_players,
            "tolerant": tolerant,
            "single_page_links": single_page_links,
            "instant": instant,
        }
        self._cleanup = contextlib.ExitStack()
        self._accounts: Accounts | None = None
        self._store: Store | None = None
        self._url = ""

    @property
    def url(self) -> str:
        """The root URL, with a slash at its end, as the service's own."""
        self._need_running()
        return self._url

    @property
    def credentials(self) -> Application:
        """The default application: `developer` and `client`, a client id and a secret each."""
        return self.applications[DEFAULT_APPLICATION]

    @property
    def applications(self) -> Mapping[str, Application]:
        """All applications of the state folder by name."""
        return self._running_accounts.applications

    @property
    def user(self) -> User:
        """Whoever signs in on the authorization page, or with the password grant."""
        return self._running_accounts.user

    def seed(self, avatars: int, application: str = DEFAULT_APPLICATION) -> None:
        """Fill the application's developer access with that many avatars of the past; see `sandbox.seeds`."""
        from avatarsdk_core.sandbox.seeds import plant

        owner = self.applications[application].developer
        assert self._store is not None
        plant(self._store, self._state, owner.client_id, avatars)

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
        from avatarsdk_core.sandbox.filters import define_status
        from avatarsdk_core.sandbox.service import Service
        from avatarsdk_core.sandbox.store import Store

        rate = Rate.parsed(self._throttle) if self._throttle else None
        listener = _listen(self._host, self._port)
        self._cleanup.callback(listener.close)
        self._state = StateFolder(self._state_folder())
        self._cleanup.callback(self._state.close)
        self._accounts = load_accounts(self._state.accounts, self._plans)
        self._store = Store(self._state.database)
        self._cleanup.callback(self._store.close)
        define_status(self._store, self._durations)
        self._state.remove_orphans(self._store.export_codes(), self._store.selfie_codes())
        builder = Builder(self._store, self._state)
        self._cleanup.callback(builder.stop)
        service = Service(
            state=self._state,
            store=self._store,
            accounts=self._accounts,
            builder=builder,
            durations=self._durations,
            throttle=Throttle(rate),
            host=self._host,
            **self._switches,
        )
        builder.start()
        self._cleanup.callback(_serve_in_thread(self.faults.middleware(create_app(service)), listener))
        self._url = _root_url(listener)

    def _state_folder(self) -> Path:
        if self._given_state is not None:
            return self._given_state
        folder = Path(tempfile.mkdtemp(prefix="avatarsdk-sandbox-"))
        self._cleanup.callback(shutil.rmtree, folder, ignore_errors=True)
        return folder

    @property
    def _running_accounts(self) -> Accounts:
        self._need_running()
        assert self._accounts is not None
        return self._accounts

    def _need_running(self) -> None:
        if not self._url:
            raise SandboxError("The sandbox isn't running: use it in a with block, or call start().")


def serve(sandbox: Sandbox, ready: Callable[[Sandbox], None] | None = None) -> None:
    """Run a sandbox until Ctrl+C or SIGTERM; call it in the main thread.

    `ready` is called once, when requests are answered. Raises SandboxError as `Sandbox.start` does.
    """
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that SIGTERM, too, stops it cleanly
    try:
        with sandbox:
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


def _listen(host: str, port: int) -> socket.socket:
    if not 0 <= port <= 65535:
        raise SandboxError(f"Port {port} doesn't exist: give one from 0 (any free one) to 65535.")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP, flags=socket.AI_PASSIVE
        )[0]
        # asyncio switches off Nagle's delay only where the protocol is named: 40 ms an answer.
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise SandboxError(f"The sandbox can't listen on {host}: {error.strerror or error}.") from error
    try:
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows: SO_REUSEADDR would share a port that is in use
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
    except OSError as error:
        listener.close()
        reason = error.strerror or str(error)
        raise SandboxError(f"The sandbox can't listen on {host}:{port}: {reason}. Choose another port.") from error
    return listener


def _root_url(listener: socket.socket) -> str:
    """Of an address that listens everywhere, the one that works on this machine."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": HOST, "::": "::1"}.get(host, host)  # noqa: S104 (told apart, not bound to)
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


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
