"""Clients that mean harm: connections that send or read so slowly that a thread would wait for ever."""

from __future__ import annotations

import math
import threading
import time
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from ipaddress import ip_address, ip_network
from itertools import count, repeat
from pathlib import Path
from socket import IPPROTO_TCP, SHUT_RDWR, SO_RCVBUF, SOL_SOCKET, TCP_MAXSEG, socket
from typing import Any

from devstack.bench.search.upstreams import LABELS_ALONE, fill
from devstack.processes import LOOPBACK
from devstack.stack import LocalStack, StackOptions

CONNECTIONS = 32
LARGE_PAGE = "/similar/large?hitsPerPage=100"
"""An answer that is more than a connection holds: of a record and those like it, see `large_records`."""

_LENGTH = 200_000
_STATUS_LINE = 20
_DRIP_SECONDS, _AGAIN_SECONDS, _OPEN_SECONDS, _DEAF_SECONDS = 1.0, 0.5, 3.0, 12.0
"""From byte to byte; until a connection is opened again; after the other side has closed its own, and for who
cannot hear that."""

_STEP_SECONDS = 0.05
_SEGMENT, _WINDOW = 1_400, 4_096
"""Bytes, as over a network: on loopback a connection would hold megabytes that nobody reads."""

_ONE, _MANY = ip_address("203.0.113.7"), ip_network("100.64.0.0/10")
_WITH_BODY = f"Content-Length: {_LENGTH}\r\n"
_CHUNKED = "Transfer-Encoding: chunked\r\nContent-Type: image/jpeg\r\n"
_ZIPPED = "Content-Encoding: gzip\r\nContent-Type: image/jpeg\r\n"
_MULTIPART = "Content-Type: multipart/form-data; boundary=shop\r\n"
_PART = b'--shop\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n\xff\xd8\r\n--sh'
_ZIP = zlib.compressobj(wbits=16 + zlib.MAX_WBITS)
_PACKED = _ZIP.compress(bytes(15_999_000)) + _ZIP.flush(zlib.Z_SYNC_FLUSH) + b"\0\0\0\xff\xff" * 17_000
"""The start of a gzip file: half the memory for bodies, and empty blocks, by which it has 16 seconds more."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Words of such a client, at first and byte by byte afterwards; `deaf` to all but a status."""

    line: str
    fields: str = ""
    opening: bytes = b""
    drip: bytes = b""
    deaf: bool = False
    headed: bool = True
    connections: int = CONNECTIONS

    def begun(self, address: str) -> bytes:
        """All that is sent at once by who comes from this address."""
        if not self.line:
            return b""
        head = f"{self.line} HTTP/1.1\r\nHost: shop\r\nX-Forwarded-For: {address}\r\n{self.fields}"
        return head.encode() + (b"\r\n" if self.headed else b"X-Slow: ") + self.opening


KINDS: Mapping[str, Kind] = {
    "in the body": Kind("POST /", _WITH_BODY + "Content-Type: image/jpeg\r\n", bytes(1_000), b"\0"),
    "after a quick start": Kind(
        "POST /", "Content-Length: 2000000\r\nContent-Type: image/jpeg\r\n", bytes(250_000), b"\0"
    ),
    "in a chunk": Kind("POST /", _CHUNKED, b"30000\r\n\xff\xd8", b"\0"),
    "in tiny chunks": Kind("POST /", _CHUNKED, b"1\r\nx\r\n" * 30_000, b"0"),
    "with much in little": Kind("POST /", _WITH_BODY + _ZIPPED, _PACKED, connections=2),
    "in the boundary": Kind("POST /", _WITH_BODY + _MULTIPART, _PART, b"-"),
    "reading the answer": Kind(f"GET {LARGE_PAGE}", deaf=True),
    "after a refusal": Kind(
        "POST /nowhere", _WITH_BODY + "Content-Type: image/jpeg\r\n", bytes(1_000), b"\0"
    ),
    "at the end": Kind("GET /healthz", "Connection: close\r\n"),
    # The server reads headers in its threads, without a deadline: each of these costs one, wherever it
    # stands alone. So they are as many as leave those that searches need.
    "in the header": Kind("POST /", drip=b"x", headed=False, connections=16),
    "before the header": Kind("", connections=16),
}


def large_records(filler: int = 2_000) -> list[dict[str, Any]]:
    """Products that look alike, of so many bytes each."""
    label = [{"description": "Large", "score": 0.9}]
    names = ["large", *(f"large-{number}" for number in range(99))]
    return [{"objectID": name, "labels": label, "text": "x" * filler} for name in names]


@contextmanager
def exposed(run_dir: Path | None = None, **variables: str) -> Iterator[LocalStack]:
    """The search function with a deployment's threads and limits, as behind a platform that tells addresses.

    Only the rate of all clients together is set aside, which those of a test would meet by themselves, and
    what other `variables` say.
    """
    unset = ("CLIENT_CONCURRENCY", "CLIENT_RATE", "FORWARDED_HOPS", "MAX_CONCURRENT_SEARCHES")
    options = StackOptions(
        parts=frozenset({"algolia", "recognizer", "search"}),
        model=None,
        run_dir=run_dir,
        env={"search": dict.fromkeys(unset, "") | {"TOTAL_RATE": "0"} | variables},
    )
    with LocalStack(options) as stack:
        fill(stack.endpoints, stack.endpoints.index, LABELS_ALONE, large_records())
        yield stack


@dataclass(slots=True)
class Seen:
    """The connections that were opened, and the statuses that they were answered with; 0 for none."""

    opened: int = 0
    answers: Counter[int] = field(default_factory=Counter)

    def __str__(self) -> str:
        return f"{self.opened} connections ({counted(self.answers)})"


def counted(statuses: Counter[int]) -> str:
    """Say how often each status was seen."""
    told = (f"{times} x {status or 'none'}" for status, times in sorted(statuses.items()))
    return ", ".join(told) or "none"


class _Connection:
    """One connection, which is open until it cannot send any more, or is told to end."""

    def __init__(self, port: int, kind: Kind, address: str) -> None:
        self._kind = kind
        self._socket = socket()
        self._socket.settimeout(5)
        if kind.deaf:
            self._socket.setsockopt(IPPROTO_TCP, TCP_MAXSEG, _SEGMENT)
            self._socket.setsockopt(SOL_SOCKET, SO_RCVBUF, _WINDOW)
        self._socket.connect((LOOPBACK, port))
        self._socket.sendall(kind.begun(address))
        self._socket.settimeout(0)
        self._drips_at = time.monotonic() + _DRIP_SECONDS
        self._over_at = time.monotonic() + _DEAF_SECONDS if kind.deaf else math.inf
        self._heard = b""

    @property
    def status(self) -> int:
        """Status of its answer, 0 before it came."""
        words = self._heard.split(b" ", 2)
        return int(words[1]) if len(words) > 2 else 0  # noqa: PLR2004 a status line has three

    def goes_on(self) -> bool:
        """Read and send what is due; False some time after the other side has closed its own."""
        now = time.monotonic()
        try:
            if self._read() == b"":
                self._over_at = min(self._over_at, now + _OPEN_SECONDS)
            if now >= self._drips_at:
                self._drips_at += _DRIP_SECONDS
                self._socket.send(self._kind.drip)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return now < self._over_at

    def _read(self) -> bytes | None:
        """None while there is nothing to read, and for who reads no more than that the answer is there."""
        if self._kind.deaf and self.status == HTTPStatus.OK:
            return None
        try:
            data = self._socket.recv(1 if self._kind.deaf else 1_000)
        except BlockingIOError:
            return None
        self._heard = (self._heard + data)[:_STATUS_LINE]
        return data

    def end(self) -> None:
        """Close."""
        with suppress(OSError):
            self._socket.shutdown(SHUT_RDWR)
        self._socket.close()


_numbers = count()


def addresses(*, many: bool) -> Iterator[str]:
    """The address of each new connection: always the same, or never."""
    return (str(_MANY[next(_numbers) % 2**22]) for _ in count()) if many else repeat(str(_ONE))


@contextmanager
def hostile(port: int, kind: Kind, *, many: bool) -> Iterator[Seen]:
    """Keep the connections open while the block lasts, from one address or from many."""
    seen, over = Seen(), threading.Event()
    slots = [_Slot(port, kind, addresses(many=many), seen) for _ in range(kind.connections)]

    def go() -> None:
        while not over.wait(_STEP_SECONDS):
            for slot in slots:
                slot.look()

    thread = threading.Thread(target=go, name="hostile", daemon=True)
    thread.start()
    try:
        time.sleep(1)
        yield seen
    finally:
        over.set()
        thread.join(10)
        for slot in slots:
            slot.end()


@dataclass(slots=True)
class _Slot:
    """A connection, or the time until there is one again."""

    port: int
    kind: Kind
    addresses: Iterator[str]
    seen: Seen
    connection: _Connection | None = None
    again_at: float = 0.0

    def look(self) -> None:
        """Open, or go on, or end."""
        if self.connection is None:
            if time.monotonic() >= self.again_at:
                self._open()
        elif not self.connection.goes_on():
            self.end()

    def _open(self) -> None:
        with suppress(OSError):
            self.connection = _Connection(self.port, self.kind, next(self.addresses))
            self.seen.opened += 1

    def end(self) -> None:
        """Count what was answered."""
        if self.connection is not None:
            self.connection.end()
            self.seen.answers[self.connection.status] += 1
            self.connection, self.again_at = None, time.monotonic() + _AGAIN_SECONDS
