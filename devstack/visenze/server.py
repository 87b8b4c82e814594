"""The stand-in of ViSenze over HTTP: multipart forms in, JSON with objects and their tags out."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from http import HTTPStatus

from PIL import Image
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from devstack.recognizers import confidence
from devstack.serving import Fault, bounded_body
from devstack.standins import Refused, StandInServer
from shared.errors import Failure, Permanent
from shared.labeling import Recognizer
from shared.model import LABEL, Label, Labels

Object = Mapping[str, object]

SURER = 0.9
"""The second object's scores, of the first one's."""

DEFAULT_LIMIT = 10


@dataclass(frozen=True, slots=True)
class VisenzeFault(Fault):
    """A fault that may also answer with `error` as the message of a failure, or with the text `body`.

    Both come with HTTP 200, unless there is a `status`.
    """

    error: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class Recognition:
    """A caller's request: keys of HTTP Basic authentication, and the form; `limit` as it was written."""

    keys: tuple[str, str] | None
    tag_group: str
    limit: str
    file: bytes


class Service:
    """Knows one pair of keys, every tag group by its name only, and has its labels from `recognizer`.

    See `StandInServer` for `answer_time`.
    """

    def __init__(self, recognizer: Recognizer, keys: tuple[str, str], answer_time: float = 0.0) -> None:
        self.server = StandInServer(recognizer, VisenzeFault, answer_time)
        self._keys = keys

    def recognize(self, path: str, sent: Recognition) -> Mapping[str, object]:
        """Answer a call that came in on `path`; raises `Refused` or `Dropped`."""
        with self.server.call(path) as fault:
            if fault and (fault.status or fault.error or fault.body):
                status = fault.status or HTTPStatus.OK
                raise Refused(status, fault.error or "ordered to fail", fault.retry_after, body=fault.body)
            return self._answer(sent)

    def _answer(self, sent: Recognition) -> Mapping[str, object]:
        if sent.keys != self._keys:
            raise Refused(HTTPStatus.UNAUTHORIZED, "Invalid access key or secret key")
        if not sent.tag_group:
            raise Refused(HTTPStatus.OK, "The parameter tag_group is missing")
        [outcome] = self.server.label([sent.file])
        if isinstance(outcome, Permanent):
            raise Refused(HTTPStatus.OK, "Invalid image file")
        if isinstance(outcome, Failure):
            raise Refused(HTTPStatus.OK, f"Internal error: {outcome}")
        limit = int(sent.limit) if sent.limit.isdecimal() else DEFAULT_LIMIT
        found = {"tag_group": sent.tag_group, "objects": objects(sent.file, outcome, limit)}
        return {"status": "OK", "error": [], "result": [found]}


def objects(content: bytes, labels: Labels, limit: int) -> list[Object]:
    """The objects in the picture: nothing without labels, else one object, or a smaller second one beside it.

    It is always the same for the same picture and labels. Each object has at most `limit` tags.
    """
    if not labels:
        return []
    with Image.open(io.BytesIO(content)) as image:
        width, height = image.size
    chance = hashlib.sha256(content).digest()
    left, top = (round(side * share / 1024) for side, share in zip((width, height), chance, strict=False))
    middle = (left + width) // 2
    first = _object((left, top, middle, height), labels, limit)
    if chance[2] % 2:
        return [first]
    weaker = tuple(Label(label.name, label.score * SURER, label.kind) for label in labels[1:])
    return [first, _object((middle, (top + height) // 2, width, height), weaker, limit)]


def _object(box: tuple[int, int, int, int], labels: Labels, limit: int) -> Object:
    return {"box": list(box), "tags": [_tag(label) for label in labels[:limit]]}


def _tag(label: Label) -> Mapping[str, object]:
    attribute = "category" if label.kind == LABEL else label.kind
    return {"tag": f"{attribute}:{label.name}", "score": confidence(label.score)}


PATH = "/v1/image/recognize"

MAX_BODY_BYTES = 10_485_760
"""This stand-in's own choice, as ViSenze publishes none."""


def serving(service: Service, port: int = 0) -> AbstractContextManager[str]:
    """The one method of the API; see `StandInServer.serving`."""

    async def recognize(request: Request) -> Response:
        body = await bounded_body(request, MAX_BODY_BYTES, _too_large())
        sent = _parsed(request, body)
        return JSONResponse(await run_in_threadpool(service.recognize, request.url.path, sent))

    routes = [Route(PATH, recognize, methods=["POST"])]
    return service.server.serving(service.server.application(routes, _refused), port)


def _too_large() -> Refused:
    return Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The file is too large")


def _parsed(request: Request, body: bytes) -> Recognition:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    _, form, files = FormDataParser(_in_memory).parse(io.BytesIO(body), kind, len(body), options)
    file = files.get("file")
    return Recognition(
        keys=_keys(request.headers.get("authorization", "")),
        tag_group=form.get("tag_group", ""),
        limit=form.get("limit", ""),
        file=file.read() if file else b"",
    )


def _in_memory(*_: object, **__: object) -> io.BytesIO:
    """Take in a file; werkzeug's own choice would have to be closed."""
    return io.BytesIO()


def _keys(authorization: str) -> tuple[str, str] | None:
    scheme, _, credentials = authorization.partition(" ")
    try:
        access, colon, secret = base64.b64decode(credentials).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (access, secret) if scheme == "Basic" and colon else None


def _refused(_: Request, error: Refused) -> Response:
    if error.body:
        return Response(error.body, error.status, error.headers)
    return JSONResponse({"status": "fail", "error": [error.message]}, error.status, error.headers)
