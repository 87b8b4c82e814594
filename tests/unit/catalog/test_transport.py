"""Algolia's answers, however a server sends them: whole ones are read, others are trouble that passes."""

from __future__ import annotations

import gzip
import json
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from typing import Any

import pytest

from shared.catalog.algolia import AlgoliaIndex, connect
from shared.catalog.connection import Connection
from shared.errors import Transient

Packed = Mapping[str, Callable[[bytes], bytes]]
PACKED: Packed = {"": bytes, "gzip": gzip.compress, "deflate": zlib.compress}
ANSWERS = {
    "small": {"hits": []},
    "not in Latin letters": {"hits": [{"name": "Сумка 👜"}]},
    "3 MB": {"hits": [{"objectID": str(number), "name": "bag" * 20} for number in range(36_000)]},
}


class Sending(BaseHTTPRequestHandler):
    """Sends what its server was told, and counts the connections."""

    protocol_version = "HTTP/1.1"
    server: Server

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1

    def do_POST(self) -> None:
        self.server.asked.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.wfile.write(self.server.answer)
        self.close_connection = self.server.closes

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    answer = b""
    closes = False
    connections = 0

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Sending)
        self.asked: list[bytes] = []

    @cached_property
    def index(self) -> Connection:
        """The adapter that asks this server."""
        address = f"http://127.0.0.1:{self.server_port}"
        return connect(AlgoliaIndex("APP", "key", "products", (address,))).index

    def search(self) -> dict[str, Any]:
        return self.index.search({"query": "Сумка"})


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def head(*lines: str) -> bytes:
    return "\r\n".join(("HTTP/1.1 200 OK", "Content-Type: application/json", *lines, "", "")).encode()


def framed(body: bytes, packed: str, framing: str) -> bytes:
    coding = [f"Content-Encoding: {packed}"] if packed else []
    if framing == "chunks":
        chunks = [body[start : start + 9_999] for start in range(0, len(body), 9_999)]
        told = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in (*chunks, b""))
        return head(*coding, "Transfer-Encoding: chunked") + told
    length = [f"Content-Length: {len(body)}"] if framing == "length" else ["Connection: close"]
    return head(*coding, *length) + body


@pytest.mark.parametrize(
    ("answer", "packed", "framing"), [*product(ANSWERS, PACKED, ("length", "chunks", "until it closes"))]
)
def test_a_whole_answer_is_read(server: Server, answer: str, packed: str, framing: str) -> None:
    told = ANSWERS[answer]
    body = PACKED[packed](json.dumps(told, ensure_ascii=False).encode())
    server.answer, server.closes = framed(body, packed, framing), framing == "until it closes"
    assert server.search() == told
    assert json.loads(server.asked[0])["query"] == "Сумка"


BODY = json.dumps(ANSWERS["3 MB"]).encode()
CUT = {
    "shorter than its length": framed(BODY, "", "length")[:-9],
    "a chunk is missing": framed(BODY, "", "chunks")[:-9],
    "half a chunk": framed(BODY, "", "chunks")[:20_000],
    "half a gzip": framed(gzip.compress(BODY)[:-20], "gzip", "length"),
    "no gzip": framed(BODY, "gzip", "length"),
    "nothing": b"",
    "no HTTP": b"SSH-2.0-any\r\n",
}


@pytest.mark.parametrize("answer", CUT.values(), ids=CUT)
def test_an_answer_that_is_not_whole_is_trouble(server: Server, answer: bytes) -> None:
    server.answer, server.closes = answer, True
    with pytest.raises(Transient):
        server.search()


def test_the_next_call_goes_over_the_same_connection(server: Server) -> None:
    server.answer = framed(BODY, "", "chunks")
    for _ in range(3):
        server.search()
    assert server.connections == 1
