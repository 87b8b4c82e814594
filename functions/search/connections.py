"""The server's connections as the function wants them: no thread waits long for who sends or reads."""

from __future__ import annotations

import io
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from socket import SHUT_RD, SHUT_RDWR, socket
from typing import IO, TYPE_CHECKING, Any, Protocol, cast

from werkzeug.wsgi import ClosingIterator

from .problems import Problem
from .strangers import (
    ANSWER_GRACE,
    ANSWER_SECONDS,
    AT_ONCE,
    BODY_SECONDS,
    LARGEST_PIECE,
    PIECE,
    PIECE_SECONDS,
    Ended,
    Stranger,
    Strangers,
)

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_TOO_SLOW = (
    f"the body came too slowly: send {PIECE} bytes each {PIECE_SECONDS:g} s, and all in {BODY_SECONDS:g} s"
)
_LEAST_CHUNK, _FREE_CHUNKS = 100, 1_000
"""Bytes of a chunk on average, and how many may have fewer: each takes as long as kilobytes of another."""

_TINY = f"send larger chunks, of {_LEAST_CHUNK} bytes or more"
_CROWDED = "too many are sending at this moment; try again in 1 s"


class _Server(Protocol):
    """The server's side of an answer (`gunicorn.http.wsgi.Response`)."""

    def force_close(self) -> None:
        """Say `Connection: close`, which the server leaves out of an application's headers."""

    def should_close(self) -> bool:
        """True where the connection ends with this answer."""


def _bound_read_ahead() -> None:
    """Have gunicorn hold no more of a body than a piece of it: it copies the rest with each that is read."""
    with suppress(ModuleNotFoundError):
        from gunicorn.http.unreader import SocketUnreader  # noqa: PLC0415

        SocketUnreader.max_body_chunk = LARGEST_PIECE


class Connections:
    """A WSGI application that hands on to another one; under another server than gunicorn nothing else."""

    def __init__(self, app: WSGIApplication, strangers: Strangers) -> None:
        self._app = app
        self._strangers = strangers
        _bound_read_ahead()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer as PEP 3333 has it."""
        connection: socket | None = environ.get("gunicorn.socket")
        if connection is None:
            return self._app(environ, start_response)
        server = cast(_Server, start_response.__self__)  # type: ignore[attr-defined]
        body = environ["wsgi.input"] = _Body(environ, connection, self._strangers)

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:  # noqa: ANN401 as PEP 3333
            # Whoever reads "keep-alive" beside a rest that is still to come would lose its next request.
            if not body.complete:
                server.force_close()
            return start_response(status, headers, *error)

        answer = self._app(environ, start)
        return ClosingIterator(answer, self._sending(connection, server, body).close)

    def _sending(self, connection: socket, server: _Server, body: _Body) -> ExitStack:
        """The steps after the answer is out, and a deadline for that."""
        now = time.monotonic()
        reader, done = Stranger(connection, SHUT_RDWR, now, ANSWER_GRACE), ExitStack()

        def close() -> None:
            if server.should_close() and not reader.ended:
                self._strangers.bid_farewell(connection, deaf=body.ended)

        done.callback(close)
        done.enter_context(self._strangers.waiting(reader, now + ANSWER_SECONDS))
        return done


class _Body(io.RawIOBase):
    """A request's body, of which each piece has its time; `complete` once nothing of it is to come any more.

    Reading raises `Problem` 408 or 503 when it is waited for no longer.
    """

    def __init__(self, environ: WSGIEnvironment, connection: socket, strangers: Strangers) -> None:
        self._body: IO[bytes] = environ["wsgi.input"]
        self._sender = Stranger(connection, SHUT_RD, time.monotonic())
        self._strangers = strangers
        self._length = (
            None if environ.get("HTTP_TRANSFER_ENCODING") else int(environ.get("CONTENT_LENGTH") or 0)
        )
        reader: Any = getattr(self._body, "reader", None)
        if chunks := getattr(reader, "parser", None):
            reader.parser = _worth_reading(chunks)
        self._next = PIECE
        self.complete = self._length == 0

    @property
    def ended(self) -> bool:
        """True once it was waited for no longer."""
        return bool(self._sender.ended)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view, sender, now = memoryview(buffer), self._sender, time.monotonic()
        size = min(len(view), self._next)
        due = min(now + PIECE_SECONDS * max(1.0, size / PIECE), sender.began + BODY_SECONDS)
        with self._strangers.waiting(sender, due):
            piece = self._piece(size)
        self._next = min(2 * size, LARGEST_PIECE) if time.monotonic() - now < AT_ONCE else PIECE
        if sender.ended:
            raise _given_up(sender.ended)
        sender.moved += len(piece)
        self.complete = self.complete or (sender.moved == self._length if self._length else not piece)
        view[: len(piece)] = piece
        return len(piece)

    def _piece(self, size: int) -> bytes:
        """An end in the midst of chunks is one of several errors to the server."""
        try:
            return self._body.read(size)
        except Exception:
            if self.ended:
                return b""
            raise


def _worth_reading(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The chunks as they come, or parts of them; raises `Problem` 400 at too many tiny ones."""
    moved = number = 0
    for chunk in chunks:
        moved, number = moved + len(chunk), number + bool(chunk)
        if moved < _LEAST_CHUNK * (number - _FREE_CHUNKS):
            raise Problem(400, "Bad request", _TINY)
        yield chunk


def _given_up(why: Ended) -> Problem:
    if why == "slow":
        return Problem(408, "Request timeout", _TOO_SLOW)
    return Problem(503, "Busy", _CROWDED, {"Retry-After": "1"})
