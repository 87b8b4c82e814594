"""Stand-ins of recognizers' services: their declarations, and the server each of them is built on."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Generic, TypeVar

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

import devstack
from devstack.processes import LOOPBACK
from devstack.serving import Fault, Faults, serving
from shared.errors import Failure, Permanent
from shared.imaging import Picture
from shared.labeling import Recognizer
from shared.model import Labels, md5

F = TypeVar("F", bound=Fault)

KEY, SECRET = "local-recognizer-id", "local-recognizer-secret"
"""The keys that stand-ins of services with keys accept."""


NOWHERE = "127.0.0.1:1"
"""An address at which nothing listens: an empty address would mean the real service."""


@dataclass(frozen=True, slots=True)
class StandIn:
    """The stand-in, run by `python -m PACKAGE`, of the recognizer that the registry calls `recognizer`.

    Each of `port_options` takes a port; at the last is HTTP, with the switches under /_devstack. `env` are
    the variables that point a function at the stand-in, with {0} for HOST:PORT of the first one.
    """

    package: str
    recognizer: str
    env: Mapping[str, str]
    port_options: tuple[str, ...] = ("port",)

    def variables(self, addresses: Sequence[str]) -> dict[str, str]:
        """The variables of a function while the ports are at `addresses`, nowhere without them."""
        ports = addresses or [NOWHERE] * len(self.port_options)
        return {name: text.format(*ports) for name, text in self.env.items()}


@cache
def stand_ins() -> Mapping[str, StandIn]:
    """All stand-ins by the recognizer's name, each declared by its package as `STAND_IN`."""
    packages = [
        import_module(f"{devstack.__name__}.{module.name}")
        for module in iter_modules(devstack.__path__)
        if module.ispkg
    ]
    declared: list[StandIn] = [package.STAND_IN for package in packages if hasattr(package, "STAND_IN")]
    return {stand_in.recognizer: stand_in for stand_in in declared}


class Dropped(Exception):
    """The connection is to end without an answer."""


class Refused(Exception):
    """A call that gets no labels, and the HTTP status that it is answered with.

    `code` is the service's own word for the reason; a `body` is answered instead of the service's form.
    """

    def __init__(
        self, status: int, message: str, retry_after: int | None = None, *, code: str = "", body: str = ""
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.body = body
        self.headers = {} if retry_after is None else {"Retry-After": str(retry_after)}


class StandInServer(Generic[F]):
    """Takes calls: counts them, misbehaves as ordered, and holds answers back for `answer_time` seconds.

    `kind` is the class of the faults it knows. Thread-safe.
    """

    def __init__(self, recognizer: Recognizer, kind: type[F], answer_time: float = 0.0) -> None:
        self._recognizer = recognizer
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
        """The number of looks at each content, by its MD5 in base64 as Storage has it."""
        with self._lock:
            return dict(self._answered)

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

    def label(self, contents: Sequence[bytes]) -> list[Labels | Failure]:
        """Label pictures; failures of this machine's own are not counted."""
        outcomes = self._recognizer.label_many([Picture(content) for content in contents])
        answered = [
            md5(content)
            for content, outcome in zip(contents, outcomes, strict=True)
            if isinstance(outcome, Permanent) or not isinstance(outcome, Failure)
        ]
        with self._lock:
            self._answered.update(answered)
        return outcomes

    def application(
        self, routes: Sequence[Route], refused: Callable[[Request, Refused], Response]
    ) -> Starlette:
        """The service's `routes`, and beside them the switches under /_devstack and /healthz."""
        handlers: dict[Any, Any] = {Refused: refused, Dropped: _dropped}
        return Starlette(routes=[*routes, *self._switches()], exception_handlers=handlers)

    @contextmanager
    def serving(self, application: Starlette, port: int = 0) -> Iterator[str]:
        """Serve while the block lasts; yields http://HOST:PORT, a free port for 0. Raises `OSError`.

        At the end calls that wait go on at once.
        """
        with serving(application, port) as bound:
            try:
                yield f"http://{LOOPBACK}:{bound}"
            finally:
                self._stopping.set()

    def _switches(self) -> list[Route]:
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


def _dropped(request: Request, _: Exception) -> Response:
    request.state.drop()
    return Response()


def _telling(what: Callable[[], Mapping[str, object]]) -> Callable[[Request], Response]:
    return lambda _: JSONResponse(dict(what()))
