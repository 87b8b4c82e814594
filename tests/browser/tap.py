"""Stands before the search function: hands every request on, keeps it, and can keep it waiting."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import requests
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from werkzeug.wrappers import Request as Form

_PATIENCE = 20.0
_HOP_BY_HOP = frozenset({"host", "connection", "content-length", "transfer-encoding", "keep-alive"})


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it came over the wire."""

    method: str
    path: str
    content_type: str
    body: bytes

    @property
    def photo(self) -> bytes:
        """The file `image` of the form."""
        body = io.BytesIO(self.body)
        with Form.from_values(method="POST", input_stream=body, content_type=self.content_type) as form:
            photo: bytes = form.files["image"].read()
            return photo


@dataclass
class Tap:
    """What went through; nothing does while `gate` is closed. `refusal` answers instead of the function.

    `asked` are questions that bring nothing: whether a page may ask, and whether the function runs.
    `seen` are further labels of its answers, for what a recognizer sees that the stand-ins' don't.
    """

    target: str
    sent: list[Sent] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    refusal: tuple[int, dict[str, str]] | None = None
    seen: Sequence[Mapping[str, Any]] = ()

    def __post_init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """As at the start."""
        self.sent.clear()
        self.asked.clear()
        self.gate.set()
        self.refusal = None
        self.seen = ()

    @property
    def photos(self) -> list[bytes]:
        """The photos that were sent."""
        return [each.photo for each in self.sent if each.method == "POST"]

    def app(self) -> Starlette:
        """The web application."""
        methods = ["GET", "POST", "OPTIONS"]
        return Starlette(routes=[Route("/{path:path}", self._handle, methods=methods)])

    async def _handle(self, request: Request) -> Response:
        body = await request.body()
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        if request.method == "OPTIONS" or path == "/healthz":
            self.asked.append(f"{request.method} {path}")
        else:
            kind = request.headers.get("content-type", "")
            self.sent.append(Sent(request.method, path, kind, body))
            await run_in_threadpool(self.gate.wait, _PATIENCE)
        return await run_in_threadpool(self._pass_on, request, path, body)

    def _pass_on(self, request: Request, path: str, body: bytes) -> Response:
        headers = {name: value for name, value in request.headers.items() if name not in _HOP_BY_HOP}
        answer = requests.request(
            request.method, self.target + path, data=body, headers=headers, timeout=_PATIENCE
        )
        kept = {name: value for name, value in answer.headers.items() if name.lower() not in _HOP_BY_HOP}
        if self.refusal is not None and request.method != "OPTIONS":
            status, more = self.refusal
            return Response('{"detail": "as the test wants it"}', status, {**kept, **more})
        return Response(self._with_seen(answer.content), answer.status_code, kept)

    def _with_seen(self, content: bytes) -> bytes:
        if not self.seen or b'"labels"' not in content:
            return content
        answer = json.loads(content)
        return json.dumps({**answer, "labels": [*answer["labels"], *self.seen]}).encode()
