"""An API call as the handlers see it, and its body: JSON of any content type, perhaps chunked or gzipped."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TypeAlias

from starlette.requests import Request

from devstack.algolia.documents import JsonObject
from devstack.algolia.engine import Engine
from devstack.algolia.keys import ApiKey
from devstack.algolia.limits import MAX_BODY_BYTES, AlgoliaError
from devstack.serving import bounded_body

_GZIP_WINDOW = 16 + zlib.MAX_WBITS


async def read_json(request: Request) -> object:
    """Return the decoded body, `{}` for an empty one; raises AlgoliaError (400 or 413)."""
    raw = await bounded_body(request, MAX_BODY_BYTES, _too_large())
    if request.headers.get("content-encoding", "").lower() == "gzip":
        raw = _gunzip(raw)
    try:
        return json.loads(raw, parse_constant=_refuse_constant) if raw else {}
    except (ValueError, RecursionError) as error:
        raise AlgoliaError(f"Invalid JSON: {error}") from error


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def as_object(body: object) -> JsonObject:
    """Return a body that must be a JSON object; raises AlgoliaError (400)."""
    if not isinstance(body, dict):
        raise AlgoliaError("Invalid body: expected a JSON object")
    return body


def _gunzip(raw: bytes) -> bytes:
    inflater = zlib.decompressobj(_GZIP_WINDOW)
    try:
        content = inflater.decompress(raw, MAX_BODY_BYTES)
    except zlib.error as error:
        raise AlgoliaError(f"Invalid gzip body: {error}") from error
    if inflater.unconsumed_tail:
        raise _too_large()
    if not inflater.eof:
        raise AlgoliaError("Invalid gzip body: it ends too early")
    return content


def _too_large() -> AlgoliaError:
    return AlgoliaError(f"Body over {MAX_BODY_BYTES} bytes", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


@dataclass(frozen=True, slots=True)
class Call:
    """A call whose key was identified and has the right the endpoint asks for."""

    engine: Engine
    key: ApiKey
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: object

    @property
    def index(self) -> str:
        """Return the index named in the path."""
        return self.path["index"]

    @property
    def json(self) -> JsonObject:
        """Return the body, which must be a JSON object."""
        return as_object(self.body)

    def stamped(self, field: str, task: int, **more: object) -> JsonObject:
        """Return the answer to a write: its task, the time under `field`, and whatever else it says."""
        return {"taskID": task, field: iso_time(self.engine.now()), **more}


Handler: TypeAlias = Callable[[Call], JsonObject]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A method and path, the ACL its key needs, and the HTTP status of its success."""

    method: str
    path: str
    acl: str
    handler: Handler
    status: int = 200


def iso_time(seconds: float) -> str:
    """Return a time since the epoch as Algolia writes it, in UTC with milliseconds."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
