"""Web applications on loopback, in the foreground or in a thread, and the faults they are told to commit."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace

import uvicorn
from starlette.requests import Request
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from devstack.processes import LOOPBACK


@dataclass(frozen=True, slots=True)
class Fault:
    """One misbehavior, applied to the next `times` calls whose path contains `path`.

    `status` answers with that HTTP status instead of working (429 and 503 carry `retry_after` seconds);
    `latency_ms` waits before anything else; `refuse` drops the connection without an answer.
    """

    path: str = ""
    status: int | None = None
    retry_after: int | None = None
    latency_ms: int = 0
    refuse: bool = False
    times: int = 1


class Faults:
    """A thread-safe list of pending faults; each call takes at most one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pending: list[Fault] = []

    def set(self, faults: Iterable[Fault]) -> int:
        """Replace whatever was pending; return how many calls that would still have met."""
        with self._lock:
            unspent = sum(fault.times for fault in self._pending)
            self._pending = [fault for fault in faults if fault.times > 0]
        return unspent

    def take(self, path: str) -> Fault | None:
        """Return the first pending fault that concerns `path`, and count it down."""
        with self._lock:
            for position, fault in enumerate(self._pending):
                if fault.path in path:
                    self._count_down(position, fault)
                    return fault
        return None

    def _count_down(self, position: int, fault: Fault) -> None:
        if fault.times == 1:
            del self._pending[position]
        else:
            self._pending[position] = replace(fault, times=fault.times - 1)


_START_TIMEOUT = 10.0


class Droppable(H11Protocol):
    """Hands each request the means to drop its connection without an answer, as `state["drop"]`."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's own
        """Note the connection for the requests that arrive on it."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "drop": transport.abort}


def server(app: ASGIApp) -> uvicorn.Server:
    """A quiet server that ends within a second or so once it is asked to."""
    config = uvicorn.Config(
        app, http=Droppable, ws="none", log_level="warning", access_log=False, timeout_graceful_shutdown=1
    )
    return uvicorn.Server(config)


def listener(port: int = 0) -> socket.socket:
    """A listening loopback socket, on a free port for 0; raises OSError for a port that is taken."""
    bound = socket.create_server((LOOPBACK, port))
    # asyncio does this only for sockets made with TCP's number; without, an answer may wait 40 ms for an ACK.
    bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return bound


async def bounded_body(request: Request, most: int, too_large: Exception) -> bytes:
    """The request's body; raises `too_large` if it has more than `most` bytes."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > most:
            raise too_large
    return bytes(body)


@contextmanager
def serving(app: ASGIApp, port: int = 0) -> Iterator[int]:
    """Serve from a thread while the block lasts; yields the port.

    Raises TimeoutError when the application does not start.
    """
    running = server(app)
    with listener(port) as bound:
        thread = threading.Thread(target=running.run, kwargs={"sockets": [bound]}, daemon=True)
        thread.start()
        try:
            _wait_until_started(running, thread)
            yield int(bound.getsockname()[1])
        finally:
            running.should_exit = True
            thread.join()


def _wait_until_started(running: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + _START_TIMEOUT
    while not running.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise TimeoutError("the application did not start")
        time.sleep(0.005)


def run(name: str, opened: AbstractContextManager[object]) -> None:
    """Keep the stand-in open until SIGTERM or SIGINT, and say where it is."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with opened as where:
        address = f"http://{LOOPBACK}:{where}" if isinstance(where, int) else where
        sys.stdout.write(f"{name} stand-in: {address}\n")
        sys.stdout.flush()
        stop.wait()
