"""The three forms in which a photo arrives, read within limits and in memory only."""

from __future__ import annotations

import base64
import binascii
import io
from dataclasses import dataclass
from typing import IO, Annotated, Any, Self, TypeVar

from flask import Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from shared.model import Refinement

from .problems import Problem

BASE64_GROWTH = 1.4
BODY_OVERHEAD = 64_000
"""Bytes a body may hold beside the picture: names, boundaries, the text fields."""

FORM_BYTES = 500_000
"""Text fields of a multipart body together; the parser needs room for its own buffer in it."""

FORM_PARTS = 20

_DISCARDED_BYTES = 40_000_000
_SHAPES = "send multipart/form-data with a file 'image', a body of type image/*, or application/json"

T = TypeVar("T", bound=BaseModel)


class Fields(BaseModel):
    """The fields beside the picture, the same in every form; lengths and ranges are Algolia's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    query: str = Field("", max_length=512)
    filters: str = Field("", max_length=4_096)
    page: int = Field(0, ge=0, le=1_000)
    hits_per_page: Annotated[int, Field(alias="hitsPerPage", ge=1, le=100)] = 20

    def refinement(self) -> Refinement:
        """The fields in the project's own words."""
        return Refinement(self.query, self.filters, page=self.page, hits_per_page=self.hits_per_page)


class _Image(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    content: str | None = None
    url: str | None = None


class _Body(Fields):
    image: _Image


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A photo as it came, and what the shopper added to it."""

    photo: bytes
    refinement: Refinement

    @classmethod
    def read(cls, request: Request, max_picture_bytes: int) -> Self:
        """Read any of the forms; raises `Problem` 400, 413 or 415."""
        request.max_content_length = int(max_picture_bytes * BASE64_GROWTH) + BODY_OVERHEAD
        try:
            photo, fields = _read(request)
        except RequestEntityTooLarge:
            _discard(request)
            raise Problem(
                413, "Content too large", f"send a picture of at most {max_picture_bytes} bytes"
            ) from None
        except HTTPException as error:
            raise Problem(400, "Bad request", error.description or "the body cannot be read") from error
        return cls(photo, fields.refinement())


def _read(request: Request) -> tuple[bytes, Fields]:
    if request.mimetype == "multipart/form-data":
        return _multipart(request)
    if request.mimetype == "application/json":
        return _json(request)
    if request.mimetype.startswith("image/"):
        return request.get_data(), _validated(Fields, request.args.to_dict())
    raise Problem(415, "Unsupported content type", _SHAPES)


def _in_memory(
    total_content_length: int | None,  # noqa: ARG001 the parser passes these four by name
    content_type: str | None,  # noqa: ARG001
    filename: str | None,  # noqa: ARG001
    content_length: int | None = None,  # noqa: ARG001
) -> IO[bytes]:
    return io.BytesIO()


def _multipart(request: Request) -> tuple[bytes, Fields]:
    """Parse without the framework's parser, which would put a large photo into a temporary file."""
    parser = FormDataParser(
        _in_memory, max_form_memory_size=FORM_BYTES, max_form_parts=FORM_PARTS, silent=False
    )
    try:
        _, form, files = parser.parse(
            request.stream, request.mimetype, request.content_length, request.mimetype_params
        )
    except ValueError as error:
        raise Problem(400, "Bad request", f"the multipart body cannot be read: {error}") from error
    photos = files.getlist("image")
    if len(photos) != 1 or len(files) != 1:
        raise Problem(400, "Bad request", "send exactly one file, in the field 'image'")
    return photos[0].read(), _validated(Fields, form.to_dict())


def _json(request: Request) -> tuple[bytes, Fields]:
    body = _validated(_Body, request.get_data())
    if (body.image.content is None) == (body.image.url is None):
        raise Problem(400, "Bad request", "image needs either 'content' or 'url', exactly one of them")
    if body.image.content is None:
        raise Problem(400, "Bad request", "pictures by URL are switched off here; send image.content")
    try:
        return base64.b64decode(body.image.content, validate=True), body
    except (binascii.Error, ValueError):
        raise Problem(400, "Bad request", "image.content is no base64") from None


def _validated(shape: type[T], values: bytes | dict[str, Any]) -> T:
    try:
        if isinstance(values, bytes):
            return shape.model_validate_json(values)
        return shape.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "body"
        raise Problem(400, "Bad request", f"{where}: {first['msg']}") from None


def _discard(request: Request) -> None:
    """Take in the rest of a body, a bounded amount, so that the client gets to read its answer.

    The framework reads the stream once more after the answer, whatever its length: it finds an empty one.
    """
    stream, left = request.environ["wsgi.input"], _DISCARDED_BYTES
    if request.content_length is not None:
        left = min(left, request.content_length)
    while left > 0 and (chunk := stream.read(min(left, 65_536))):
        left -= len(chunk)
    request.stream = io.BytesIO()
