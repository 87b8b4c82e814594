"""Running the server: in the foreground, or in a thread of the caller's process."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import uvicorn
from starlette.applications import Starlette

from devstack.algolia.engine import Engine, EngineConfig
from devstack.algolia.keys import KeyRing
from devstack.algolia.server.app import Services, create_app
from devstack.algolia.server.faulty import AbortableProtocol
from devstack.algolia.snapshot import Snapshot

LOOPBACK = "127.0.0.1"
_START_TIMEOUT = 10.0
_STOP_TIMEOUT = 5.0


def new_engine(config: EngineConfig) -> Engine:
    """Return an engine on the system's clock."""
    return Engine(time.time, lambda: secrets.token_hex(16), config)


@dataclass(frozen=True, slots=True)
class RunningEngine:
    """A server in a thread; `services` gives tests the engine, the faults and the events received."""

    port: int
    services: Services

    @property
    def url(self) -> str:
        """Return the server's base URL."""
        return f"http://{LOOPBACK}:{self.port}"


def bind(port: int) -> socket.socket:
    """Return a loopback socket bound to `port`, 0 for a free one."""
    # asyncio turns Nagle's algorithm off (40 ms a call) only on sockets that name their protocol.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((LOOPBACK, port))
    return listener


def uvicorn_server(services: Services, snapshot: Snapshot | None = None) -> uvicorn.Server:
    """Return a server that restores `snapshot` before it listens and writes it when it ends."""

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        if snapshot:
            snapshot.restore(services.engine)
        yield
        if snapshot:
            snapshot.write(services.engine)

    app = create_app(services)
    app.router.lifespan_context = lifespan
    config = uvicorn.Config(
        app,
        http=AbortableProtocol,
        ws="none",
        lifespan="on",
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    return uvicorn.Server(config)


@contextlib.contextmanager
def running(keys: KeyRing, config: EngineConfig, port: int = 0) -> Iterator[RunningEngine]:
    """Serve from a thread until the block ends; raises TimeoutError when the server does not come up."""
    services = Services(new_engine(config), keys)
    server = uvicorn_server(services)
    with bind(port) as listener:
        thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])), daemon=True)
        thread.start()
        try:
            _wait_until_started(server, thread)
            yield RunningEngine(listener.getsockname()[1], services)
        finally:
            server.should_exit = True
            thread.join(_STOP_TIMEOUT)


def _wait_until_started(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + _START_TIMEOUT
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise TimeoutError("the Algolia engine did not start")
        time.sleep(0.005)
