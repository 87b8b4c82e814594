"""Web applications on loopback, in the foreground or in a thread of this process."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.requests import Request
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from devstack.processes import LOOPBACK

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
