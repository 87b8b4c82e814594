"""Request bodies as clients send them: JSON of any content type, perhaps chunked, perhaps gzipped."""

from __future__ import annotations

import json
import zlib
from http import HTTPStatus

from starlette.requests import Request

from devstack.algolia.documents import JsonObject
from devstack.algolia.errors import AlgoliaError
from devstack.algolia.limits import MAX_BODY_BYTES

_GZIP_WINDOW = 16 + zlib.MAX_WBITS


async def read_json(request: Request) -> object:
    """Return the decoded body, `{}` for an empty one; raises AlgoliaError (400 or 413)."""
    raw = await _read(request)
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


async def _read(request: Request) -> bytes:
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > MAX_BODY_BYTES:
            raise _too_large()
    return bytes(raw)


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
