"""A relay on loopback that counts what goes through it."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Self

from devstack.processes import LOOPBACK

_PIECE = 65_536
_TIMEOUT = 5.0


class Tap(socketserver.ThreadingTCPServer):
    """Passes connections on to the server at `target()`, a HOST:PORT that is looked up for each of them.

    `sent` and `received` are the bytes that clients sent and received, HTTP's or gRPC's own included.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self, target: Callable[[], str]) -> None:
        super().__init__((LOOPBACK, 0), _Relay)
        self.target = target
        self.sent = 0
        self.received = 0
        self._lock = threading.Lock()

    @property
    def host(self) -> str:
        """The address to connect to, as HOST:PORT."""
        return f"{LOOPBACK}:{self.server_address[1]}"

    def count(self, *, sent: int = 0, received: int = 0) -> None:
        """Add bytes."""
        with self._lock:
            self.sent += sent
            self.received += received

    @classmethod
    @contextmanager
    def on(cls, target: Callable[[], str]) -> Iterator[Self]:
        """Relay from a thread while the block lasts."""
        with cls(target) as tap:
            thread = threading.Thread(target=tap.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
            thread.start()
            try:
                yield tap
            finally:
                tap.shutdown()
                thread.join()


class _Relay(socketserver.BaseRequestHandler):
    server: Tap

    def handle(self) -> None:
        host, _, port = self.server.target().rpartition(":")
        with socket.create_connection((host, int(port)), _TIMEOUT) as behind:
            behind.settimeout(None)
            answers = threading.Thread(
                target=self._pump, args=(behind, self.request, "received"), daemon=True
            )
            answers.start()
            self._pump(self.request, behind, "sent")
            answers.join()

    def _pump(self, source: socket.socket, sink: socket.socket, direction: str) -> None:
        # Either side may end at any time; the other then learns it from its own connection.
        with suppress(OSError):
            while piece := source.recv(_PIECE):
                self.server.count(**{direction: len(piece)})
                sink.sendall(piece)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)
