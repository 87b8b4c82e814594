"""The three forms in which a photo arrives, read within limits and in memory only."""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Self, TypeVar, cast

from flask import Request
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from .contract import JsonBody, PhotoFields
from .problems import Problem

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

BASE64_GROWTH = 1.4
BODY_OVERHEAD = 64_000
"""Bytes a body may hold beside the picture: names, boundaries, the text fields."""

FORM_BYTES = 500_000
"""Text fields of a multipart body together; the parser needs room for its own buffer in it."""

FORM_PARTS = 100

COPIES = 2
"""Times that a body is in memory while it is read: as it came, and as the text or picture in it."""

_CHUNK = 262_144
"""Bytes; the server's own loop in each read costs more the smaller they are."""

_LISTS = frozenset({"optionalFilters"})
_SHAPES = "send multipart/form-data with a file 'image', a body of type image/*, or application/json"

T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class PhotoRequest:
    """A photo as it came, or where to get it, and what the shopper added to it."""

    photo: bytes | None
    url: str | None
    fields: PhotoFields

    @classmethod
    def read(cls, request: Request, max_picture_bytes: int, more: Callable[[int], None]) -> Self:
        """Read any of the forms; raises `Problem` 400, 413 or 415.

        `more` is told of the memory that what has come in takes, and raises when there is no more.
        """
        with _bounded(request, max_picture_bytes):
            request.stream = cast(IO[bytes], _Metered(request.stream, more))
            if request.mimetype == "multipart/form-data":
                return cls._multipart(request)
            if request.mimetype == "application/json":
                return cls._json(request)
            if request.mimetype.startswith("image/"):
                return cls(request.get_data(cache=False), None, fields(request, PhotoFields))
        raise Problem(415, "Unsupported content type", _SHAPES)

    @classmethod
    def _multipart(cls, request: Request) -> Self:
        form, files = _parsed_form(request)
        photos = files.getlist("image")
        if len(photos) != 1 or len(files) != 1:
            raise Problem(400, "Bad request", "send exactly one file, in the field 'image'")
        return cls(photos[0].read(), None, _validated(PhotoFields, _joined(_flat(form), _flat(request.args))))

    @classmethod
    def _json(cls, request: Request) -> Self:
        try:
            body = from_json(request.get_data(cache=False))
        except ValueError as error:
            raise Problem(400, "Bad request", f"body: Invalid JSON: {error}") from None
        if not isinstance(body, dict):
            raise Problem(400, "Bad request", "body: Input should be an object")
        asked = _validated(JsonBody, _joined(body, _flat(request.args)))
        if asked.image.content is None:
            return cls(None, asked.image.url, asked)
        try:
            return cls(base64.b64decode(asked.image.content, validate=True), None, asked)
        except (binascii.Error, ValueError):
            raise Problem(400, "Bad request", "image.content is no base64") from None


def fields(request: Request, shape: type[T]) -> T:
    """Read what stands in the query string; raises `Problem` 400."""
    return _validated(shape, _flat(request.args))


class _Metered(io.RawIOBase):
    """A body as it comes in: memory is asked for what is there, not for what a slow sender announces."""

    def __init__(self, body: IO[bytes], more: Callable[[int], None]) -> None:
        self._body = body
        self._more = more

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        chunk = self._chunk(len(view))
        view[: len(chunk)] = chunk
        return len(chunk)

    def readall(self) -> bytes:
        return b"".join(iter(lambda: self._chunk(_CHUNK), b""))

    def _chunk(self, size: int) -> bytes:
        chunk = self._body.read(min(size, _CHUNK))
        self._more(COPIES * len(chunk))
        return chunk


@contextmanager
def _bounded(request: Request, max_picture_bytes: int) -> Iterator[None]:
    request.max_content_length = int(max_picture_bytes * BASE64_GROWTH) + BODY_OVERHEAD
    try:
        yield
    except RequestEntityTooLarge:
        raise Problem(
            413, "Content too large", f"send at most {max_picture_bytes} bytes of picture"
        ) from None
    except HTTPException as error:
        raise Problem(400, "Bad request", error.description or "the body cannot be read") from error


def _in_memory(
    total_content_length: int | None,  # noqa: ARG001 the parser passes these four by name
    content_type: str | None,  # noqa: ARG001
    filename: str | None,  # noqa: ARG001
    content_length: int | None = None,  # noqa: ARG001
) -> IO[bytes]:
    return io.BytesIO()


def _parsed_form(request: Request) -> tuple[MultiDict[str, str], MultiDict[str, Any]]:
    """Parse without the framework's parser, which would put a large photo into a temporary file."""
    parser = FormDataParser(
        _in_memory, max_form_memory_size=FORM_BYTES, max_form_parts=FORM_PARTS, silent=False
    )
    try:
        _, form, files = parser.parse(
            request.stream, request.mimetype, request.content_length, request.mimetype_params
        )
    except RequestEntityTooLarge:
        if (request.content_length or 0) <= (request.max_content_length or 0):
            told = f"send at most {FORM_PARTS} fields with {FORM_BYTES} bytes, or a smaller picture"
            raise Problem(413, "Content too large", told) from None
        raise
    except ValueError as error:
        raise Problem(400, "Bad request", f"the multipart body cannot be read: {error}") from error
    return form, files


def _flat(given: MultiDict[str, str]) -> dict[str, Any]:
    """Text fields as a mapping; raises `Problem` 400 for a field given twice that is no list."""
    twice = [name for name in given if name not in _LISTS and len(given.getlist(name)) > 1]
    if twice:
        raise Problem(400, "Bad request", f"{twice[0]}: given twice")
    return {name: given.getlist(name) if name in _LISTS else given[name] for name in given}


def _joined(body: Mapping[str, Any], others: Mapping[str, Any]) -> dict[str, Any]:
    if twice := body.keys() & others.keys():
        raise Problem(400, "Bad request", f"{min(twice)}: given twice")
    return {**body, **others}


def _validated(shape: type[T], values: Mapping[str, Any]) -> T:
    try:
        return shape.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "body"
        what = first["msg"].removeprefix("Value error, ")
        raise Problem(400, "Bad request", f"{where}: {what}") from None
