"""Which faults are on, and the ASGI middleware that makes them happen."""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, MutableMapping
from typing import Any

from avatarsdk_core.errors import SandboxError
from avatarsdk_core.sandbox.faults.call import Call, DroppedError, Receive, Reply, Send, unauthorized
from avatarsdk_core.sandbox.faults.fault import Fault, parse_faults

HEADER = "X-Sandbox-Fault"

App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]


class _Switch:
    """A fault that is on, and how often it was asked and happened."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.passed = self.fired = 0

    def take(self, dice: random.Random) -> bool:
        if self.passed < self.fault.skip:
            self.passed += 1
            return False
        if self.fault.times is not None and self.fired >= self.fault.times:
            return False
        if self.fault.chance < 1 and dice.random() >= self.fault.chance:
            return False
        self.fired += 1
        return True


class Switchboard:
    """Switches faults on and off while the sandbox runs; may be used from any thread.

        with service.faults("throttled", seconds=2, times=3, path="/avatars/*"):
            ...

    Each fault has options of its own and the selectors method, path (with `*`), skip, times and chance.
    """

    def __init__(self, faults: Iterable[Fault] = (), seed: int = 0) -> None:
        self._lock = threading.Lock()
        self._dice = random.Random(seed)  # noqa: S311 (the same faults in each run)
        self._switches = [_Switch(fault) for fault in faults]
        self._fired: dict[str, int] = {}
        self._refused: set[str] = set()

    def add(self, name: str, /, **values: Any) -> Fault:
        """Switch a fault on. Raises SandboxError for an unknown name, option or value."""
        fault = Fault.of(name, **values)
        with self._lock:
            self._switches.append(_Switch(fault))
        return fault

    def remove(self, fault: Fault) -> None:
        with self._lock:
            self._switches = [switch for switch in self._switches if switch.fault is not fault]

    def clear(self) -> None:
        """Switch everything off; tokens that were refused are good again."""
        with self._lock:
            self._switches = []
            self._refused.clear()

    @contextlib.contextmanager
    def __call__(self, name: str, /, **values: Any) -> Iterator[Fault]:
        """Switch a fault on for a block."""
        fault = self.add(name, **values)
        try:
            yield fault
        finally:
            self.remove(fault)

    @property
    def fired(self) -> Mapping[str, int]:
        """How often each fault happened so far, by name."""
        with self._lock:
            return dict(self._fired)

    def middleware(self, app: App) -> App:
        async def faulty(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            call = Call(scope, receive, root=_root(scope), refused=self._refused)
            try:
                faults = self._faults_of(call)
            except SandboxError as error:
                await _send(send, Reply.of_json(400, {"detail": f"{HEADER}: {error}"}))
                return
            if faults or call.token in self._refused:
                await _commit(faults, call, app, send, self._count)
            else:
                await app(scope, receive, send)

        return faulty

    def _faults_of(self, call: Call) -> list[Fault]:
        asked = call.header(HEADER)
        if not self._switches and not asked:
            return []
        with self._lock:
            found = [
                switch.fault
                for switch in self._switches
                if switch.fault.concerns(call.method, call.path) and switch.take(self._dice)
            ]
        return found + (parse_faults(asked) if asked else [])

    def _count(self, fault: Fault, happened: bool) -> None:
        """Note that a fault happened; one that had nothing to do is free to happen another time."""
        with self._lock:
            if happened:
                self._fired[fault.kind.name] = self._fired.get(fault.kind.name, 0) + 1
                return
            for switch in self._switches:
                if switch.fault is fault:
                    switch.fired -= 1


async def _commit(faults: list[Fault], call: Call, app: App, send: Send, count: Callable[[Fault, bool], None]) -> None:
    """Everything that goes wrong with one request: before it, in its answer, on the wire.

    What another fault leaves nothing to do for is free to happen another time.
    """
    unseen = list(faults)

    def seen(fault: Fault, happened: bool) -> None:
        unseen.remove(fault)
        count(fault, happened)

    stages: dict[str, list[Fault]] = {"before": [], "answer": [], "wire": []}
    for fault in faults:
        stages[fault.kind.stage].append(fault)
    try:
        reply = await _before(stages["before"], call, seen)
        if reply is None:
            reply = await _answered(app, call)
        for change in call.afterwards:
            reply = change(reply)
        for fault in stages["answer"]:
            changed = await asyncio.to_thread(fault.kind.act, call, reply, **fault.options)  # a bomb takes its time
            seen(fault, changed is not None)
            reply = changed or reply
        for fault in stages["wire"]:
            seen(fault, True)
            await fault.kind.act(call, reply, **fault.options)
        if reply.date is not None:  # the server's own Date can't be kept out otherwise
            call.write_head(reply, str(len(reply.body)))
            call.write(reply.body)
            await call.close()
        await _send(send, reply)
    except DroppedError:
        pass
    finally:
        for fault in unseen:
            count(fault, False)


async def _before(faults: list[Fault], call: Call, count: Callable[[Fault, bool], None]) -> Reply | None:
    if call.token in call.refused:
        return unauthorized()
    for fault in faults:
        count(fault, True)
        reply = await fault.kind.act(call, **fault.options)
        if isinstance(reply, Reply):
            return reply
    return None


async def _answered(app: App, call: Call) -> Reply:
    """The application's answer, whole."""
    status = 500
    headers: tuple[tuple[str, str], ...] = ()
    body = bytearray()

    async def keep(message: MutableMapping[str, Any]) -> None:
        nonlocal status, headers
        if message["type"] == "http.response.start":
            status = message["status"]
            headers = tuple(
                (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in message.get("headers", ())
            )
        elif message["type"] == "http.response.body":
            body.extend(message.get("body", b""))

    scope = dict(call.scope)
    scope["headers"] = [pair for pair in call.scope["headers"] if pair[0] not in call.hidden]
    scope["extensions"] = {}  # what lies beneath is ours: no `pathsend` past us
    await app(scope, call.receive, keep)
    return Reply(status, headers, bytes(body))


async def _send(send: Send, reply: Reply) -> None:
    headers = [pair for pair in reply.headers if pair[0] != "content-length"]
    headers.append(("content-length", str(len(reply.body))))
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    await send({"type": "http.response.start", "status": reply.status, "headers": raw})
    await send({"type": "http.response.body", "body": reply.body})


def _root(scope: Mapping[str, Any]) -> str:
    """The root URL as the client wrote it."""
    host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
    return f"{scope['scheme']}://{host}/"
