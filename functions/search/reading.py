"""The three forms in which a photo arrives, read within limits and in memory only."""

from __future__ import annotations

import io
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Self, TypeVar, cast

from flask import Request
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from shared.errors import Failure

from .contract import JsonBody, PhotoFields
from .problems import Problem
from .sentences import sentence
from .wrapping import BROKEN_GZIP, FORM_BYTES, FORM_PARTS, Form, from_base64, unzipped

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

BASE64_GROWTH = 1.4
BODY_OVERHEAD = 64_000
"""Bytes a body may hold beside the picture: names, boundaries, the text fields."""

COPIES = 2
"""Times that a body is in memory while it is read: as it came, and as the text or picture in it."""

MOST_SIGNS = 40_000
"""Commas and opening brackets of a body, of which each may become an object of many times its size; the
fields have room for fewer."""

_CHUNK = 262_144
"""Bytes; the server's own loop in each read costs more the smaller they are."""

_LISTS = frozenset({"optionalFilters"})
_PLACE = re.compile(r"line \d+ column \d+")
_CUT_OFF = "the body is cut off or malformed; send all the bytes of Content-Length, or well-formed chunks"
_NO_GZIP = "the body is no whole gzip file; send it as Content-Encoding says, or without that header"
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
            request.stream = cast(IO[bytes], _Metered(request, more))
            if request.mimetype == "multipart/form-data":
                return cls._multipart(request)
            if request.mimetype == "application/json":
                return cls._json(request)
            if request.mimetype.startswith("image/"):
                return cls(request.get_data(cache=False), None, fields(request, PhotoFields))
        raise Problem(415, "Unsupported content type", _SHAPES)

    @classmethod
    def _multipart(cls, request: Request) -> Self:
        form = _form(request)
        return cls(
            form.photo(), None, _validated(PhotoFields, _joined(_flat(form.fields), _flat(request.args)))
        )

    @classmethod
    def _json(cls, request: Request) -> Self:
        body = _object(request.get_data(cache=False))
        asked = _validated(JsonBody, _joined(body, _flat(request.args)))
        content = asked.image.content
        return cls(None if content is None else from_base64(content, "image.content"), asked.image.url, asked)


def fields(request: Request, shape: type[T]) -> T:
    """Read what stands in the query string; raises `Problem` 400."""
    return _validated(shape, _flat(request.args))


class _Metered(io.RawIOBase):
    """A body as it comes in: memory is asked for what is there, not for what a slow sender announces.

    Raises `RequestEntityTooLarge` for more bytes than the request may have, which a small body may unpack to,
    and `Problem` 400 for less than it announces.
    """

    def __init__(self, request: Request, more: Callable[[int], None]) -> None:
        self._body = unzipped(request)
        self._more = more
        self._most = request.max_content_length or 0
        self._least = request.content_length or 0 if self._body is request.stream else 0
        self._come = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        chunk = self._chunk(len(view))
        view[: len(chunk)] = chunk
        return len(chunk)

    def readall(self) -> bytes:
        whole = io.BytesIO()
        # Joined at the end, the pieces of a few photos would leave the heap in pieces, too.
        while chunk := self._chunk(_CHUNK):
            whole.write(chunk)
        return whole.getvalue()

    def _chunk(self, size: int) -> bytes:
        chunk = self._read(min(size, _CHUNK))
        self._come += len(chunk)
        if self._come > self._most:
            raise RequestEntityTooLarge
        if size and not chunk and self._come < self._least:
            raise Problem(400, "Bad request", _CUT_OFF)
        self._more(COPIES * len(chunk))
        return chunk

    def _read(self, size: int) -> bytes:
        try:
            return self._body.read(size)
        except (HTTPException, Problem, Failure):
            raise
        except BROKEN_GZIP:
            raise Problem(400, "Bad request", _NO_GZIP) from None
        except Exception as error:  # a server's own, for what the sender did to the body
            raise Problem(400, "Bad request", _CUT_OFF) from error


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
        raise Problem(400, "Bad request", _CUT_OFF) from error


def _form(request: Request) -> Form:
    try:
        return Form.read(request.stream, request.mimetype_params.get("boundary", ""))
    except RequestEntityTooLarge:
        if (request.content_length or 0) <= (request.max_content_length or 0):
            told = f"send at most {FORM_PARTS} fields with {FORM_BYTES} bytes, or a smaller picture"
            raise Problem(413, "Content too large", told) from None
        raise


def _object(body: bytes) -> dict[str, Any]:
    """The JSON object in a body, without what is null: that means what leaving it out means."""
    _check_signs(body.count(sign) for sign in (b",", b"[", b"{"))
    try:
        value = from_json(body.removeprefix(BOM_UTF8))
    except ValueError as error:
        place = _PLACE.search(str(error))
        told = f"the body is no JSON{f' at {place[0]}' if place else ''}; write one object, in UTF-8"
        raise Problem(400, "Bad request", told) from None
    if not isinstance(value, dict):
        raise Problem(400, "Bad request", "the body is no JSON object; write one")
    return {name: each for name, each in value.items() if each is not None}


def _check_signs(counts: Iterable[int]) -> None:
    if sum(counts) > MOST_SIGNS:
        raise Problem(400, "Bad request", f"send at most {MOST_SIGNS} commas and opening brackets")


def _flat(given: MultiDict[str, str]) -> dict[str, Any]:
    """Text fields as a mapping; raises `Problem` 400, also for a field given twice that is no list."""
    _check_signs(text.count(",") for _, text in given.items(multi=True))
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
        raise Problem(400, "Bad request", sentence(error)) from None
