"""A function that messages are delivered to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from devstack.delivery.bridge import Counts

Publish = Callable[..., str]

STORAGE = {
    "eventType": "OBJECT_FINALIZE",
    "bucketId": "shop",
    "objectId": "products/1.jpg",
    "eventTime": "2026-01-02T03:04:05.123456Z",
}


class Function(ThreadingHTTPServer):
    """Answers POSTs with the given statuses in turn, then with 204, and remembers them."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.statuses: list[int] = []
        self.delay = 0.0
        self.seen: list[tuple[dict[str, str], bytes]] = []
        self.busy = self.busiest = 0
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.seen]


class _Handler(BaseHTTPRequestHandler):
    server: Function

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        function = self.server
        with function.lock:
            function.seen.append((dict(self.headers.items()), body))
            status = function.statuses.pop(0) if function.statuses else 204
            function.busy += 1
            function.busiest = max(function.busiest, function.busy)
        time.sleep(function.delay)
        with function.lock:
            function.busy -= 1
        self.send_response(status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Keep the tests' output clean."""


@contextmanager
def receiving() -> Iterator[Function]:
    """A function at work."""
    with Function() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join(timeout=5)


def delivered(count: int) -> Callable[[Counts], bool]:
    return lambda counts: counts.delivered >= count
