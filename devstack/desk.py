"""Where calls to a recogniser's stand-in come in that answers one picture by one HTTP request."""

from __future__ import annotations

import base64
import hashlib
import json
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Generic, TypeVar

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from devstack.faults import Fault, Faults
from devstack.serving import serving
from shared.errors import Failure, Permanent
from shared.imaging import Picture
from shared.labeling import Labeler
from shared.model import Labels

F = TypeVar("F", bound=Fault)


class Dropped(Exception):
    """The connection is to end without an answer."""


class Desk(Generic[F]):
    """Takes calls: counts them, misbehaves as ordered, and holds answers back for `answer_time` seconds.

    `kind` is the class of the faults it knows. Thread-safe.
    """

    def __init__(self, labeler: Labeler, kind: type[F], answer_time: float = 0.0) -> None:
        self._labeler = labeler
        self._kind = kind
        self._answer_time = answer_time
        self._faults = Faults()
        self._lock = threading.Lock()
        self._calls = 0
        self._answered: Counter[str] = Counter()
        self._stopping = threading.Event()

    def set_faults(self, faults: Iterable[F]) -> int:
        """Misbehave so in the next calls; return how many calls what was ordered before had yet to meet."""
        return self._faults.set(faults)

    def counts(self) -> Mapping[str, int]:
        """`calls` received so far, and `pictures` looked at, those refused included."""
        with self._lock:
            return {"calls": self._calls, "pictures": self._answered.total()}

    def answered(self) -> Mapping[str, int]:
        """How often each content was looked at, by its MD5 in base64 as Storage has it."""
        with self._lock:
            return dict(self._answered)

    def stop(self) -> None:
        """Let calls that wait go on at once."""
        self._stopping.set()

    @contextmanager
    def call(self, path: str) -> Iterator[F | None]:
        """Answer a call inside the block; yields the fault it meets, waited for. Raises `Dropped`."""
        earliest = time.monotonic() + self._answer_time
        with self._lock:
            self._calls += 1
        fault = self._faults.take(path)
        if fault:
            self._stopping.wait(fault.latency_ms / 1000)
            if fault.refuse:
                raise Dropped
        yield fault if isinstance(fault, self._kind) else None
        self._stopping.wait(max(0.0, earliest - time.monotonic()))

    def look(self, content: bytes) -> Labels | Failure:
        """Label a picture; failures of this machine's own are not counted."""
        [outcome] = self._labeler.label_many([Picture(content)])
        if isinstance(outcome, Permanent) or not isinstance(outcome, Failure):
            with self._lock:
                self._answered[_md5(content)] += 1
        return outcome

    def switches(self) -> list[Route]:
        """The routes under /_devstack, and /healthz."""

        async def faults(request: Request) -> Response:
            try:
                pending = [self._kind(**fields) for fields in json.loads(await request.body())]
            except (TypeError, ValueError) as error:
                problem = f"send a JSON list of faults: {error}"
                return JSONResponse({"error": problem}, HTTPStatus.BAD_REQUEST)
            return JSONResponse({"pending": len(pending), "unspent": self.set_faults(pending)})

        return [
            Route("/_devstack/faults", faults, methods=["POST"]),
            Route("/_devstack/calls", _telling(self.counts)),
            Route("/_devstack/contents", _telling(self.answered)),
            Route("/healthz", _telling(lambda: {"status": "ok"})),
        ]


def dropped(request: Request, _: Exception) -> Response:
    """Handle `Dropped`."""
    request.state.drop()
    return Response()


async def bounded_body(request: Request, most: int) -> bytes | None:
    """The request's body; None if it has more than `most` bytes."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > most:
            return None
    return bytes(body)


def serve(name: str, application: Starlette, desk: Desk[F], port: int) -> None:
    """Serve until SIGTERM or SIGINT."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with serving(application, port) as bound:
        sys.stdout.write(f"{name} stand-in: http://127.0.0.1:{bound}\n")
        sys.stdout.flush()
        stop.wait()
        desk.stop()


def _telling(what: Callable[[], Mapping[str, object]]) -> Callable[[Request], Response]:
    return lambda _: JSONResponse(dict(what()))


def _md5(content: bytes) -> str:
    return base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()
