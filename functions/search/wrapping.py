"""The wrappings of a photo: the parts of a form, base64, a compressed body."""

from __future__ import annotations

import binascii
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import chain
from typing import IO, cast

from flask import Request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from .problems import Problem

FORM_BYTES = 500_000
"""Text fields and headers of a multipart body together, which are slow to read; the decoder needs room for
its own buffer in it."""

FORM_PARTS = 100

PHOTO = "image"
"""The field of a form that holds the photo."""

BROKEN_GZIP = (EOFError, zlib.error)

_CHUNK = 65_536
_GZIP = 16 + zlib.MAX_WBITS
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_BLANKS = b" \t\r\n\f\v"
_ESCAPED = {b"%2B": b"+", b"%2F": b"/", b"%3D": b"=", b"%0A": b"", b"%0D": b"", b"%20": b""}
"""The only signs of base64 that a URL escapes; to read any escape would take many times the text's memory."""


@dataclass(slots=True)
class Form:
    """The parts of a form: the photo, and the text fields beside it."""

    fields: MultiDict[str, str] = field(default_factory=MultiDict)
    _files: list[tuple[str, BytesIO]] = field(default_factory=list)
    _text_bytes: int = 0

    @classmethod
    def read(cls, body: IO[bytes], boundary: str) -> Form:
        """Read it without the framework's parser, which would put a large photo into a temporary file.

        Raises `Problem` 400, and `RequestEntityTooLarge` for more than `FORM_PARTS` or `FORM_BYTES`.
        """
        if not boundary:
            told = "Content-Type names no boundary; let your HTTP library write that header"
            raise Problem(400, "Bad request", told)
        form = cls()
        try:
            for part, content in _parts(body, boundary):
                form._take(part, content)
        except ValueError:
            told = "the form is cut off or malformed; send it as your HTTP library makes it"
            raise Problem(400, "Bad request", told) from None
        return form

    def photo(self) -> bytes:
        """The one file that was sent; raises `Problem` 400."""
        if [name for name, _ in self._files] == [PHOTO]:
            return data_url(self._files[0][1].getvalue())
        named = ", ".join(sorted({repr(name) for name, _ in self._files})) or "none"
        told = f"send exactly one file, in the field '{PHOTO}'; there are {len(self._files)}, in: {named}"
        raise Problem(400, "Bad request", told)

    def _take(self, part: Field | File, content: BytesIO) -> None:
        name, size = part.name or "", content.getbuffer().nbytes
        is_file = isinstance(part, File) or name == PHOTO
        self._text_bytes += sum(map(len, chain(*part.headers))) + (0 if is_file else size)
        if self._text_bytes > FORM_BYTES:
            raise RequestEntityTooLarge
        if not is_file:
            self.fields.add(name, content.getvalue().decode(errors="replace"))
        # What browsers send for a field in which nobody chose a file.
        elif isinstance(part, Field) or part.filename or size:
            self._files.append((name, content))


def _parts(body: IO[bytes], boundary: str) -> Iterator[tuple[Field | File, BytesIO]]:
    decoder = MultipartDecoder(boundary.encode("latin-1"), FORM_BYTES, max_parts=FORM_PARTS)
    part: Field | File | None = None
    content = BytesIO()
    more = True
    while more:
        chunk = body.read(_CHUNK)
        more = bool(chunk)
        decoder.receive_data(chunk or None)
        while not isinstance(event := decoder.next_event(), (NeedData, Epilogue)):
            if isinstance(event, (Field, File)):
                part, content = event, BytesIO()
            elif isinstance(event, Data) and part is not None:
                content.write(event.data)
                if not event.more_data:
                    yield part, content


def data_url(content: bytes) -> bytes:
    """The picture in a `data:` URL, as a page has it of a canvas; any other content as it is.

    Raises `Problem` 400.
    """
    return from_base64(content.decode("latin-1"), PHOTO) if content[:5].lower() == b"data:" else content


def from_base64(text: str, name: str) -> bytes:
    """The bytes of base64 as it is met: in lines, URL-safe, unpadded, as a `data:` URL (RFC 4648, RFC 2397).

    Raises `Problem` 400, about the field `name`.
    """
    try:
        plain = text.encode("ascii")
        if plain[:5].lower() == b"data:":
            head, _, plain = plain.partition(b",")
            # Without that word it is text, in which no picture can be.
            plain = _unescaped(plain) if head.rstrip().lower().endswith(b";base64") else b"?"
        plain = plain.translate(_URL_SAFE, _BLANKS).rstrip(b"=")
        return binascii.a2b_base64(plain + b"=" * (-len(plain) % 4), strict_mode=True)
    except ValueError:
        told = f"{name}: is no base64; write the file's bytes in base64, whole and nothing else"
        raise Problem(400, "Bad request", told) from None


def _unescaped(text: bytes) -> bytes:
    for escape, sign in _ESCAPED.items():
        text = text.replace(escape, sign).replace(escape.lower(), sign)
    return text


class _Gunzipped:
    """A gzip file of one member, as HTTP clients write it; of many empty ones, each would cost time.

    Raises one of `BROKEN_GZIP` for anything else.
    """

    def __init__(self, packed: IO[bytes]) -> None:
        self._packed = packed
        self._unpacking = zlib.decompressobj(_GZIP)

    def read(self, size: int) -> bytes:
        """At most so many bytes, none at the end."""
        unpacking = self._unpacking
        while not unpacking.eof:
            packed = unpacking.unconsumed_tail or self._packed.read(_CHUNK)
            content = unpacking.decompress(packed, size)
            if content:
                return content
            if not packed:
                raise EOFError
        if unpacking.unused_data or self._packed.read(1):
            raise zlib.error("more than one file")
        return b""


def unzipped(request: Request) -> IO[bytes]:
    """The body, unpacked while it is read; its reader bounds how much that is. Raises `Problem` 415."""
    coding = request.headers.get("Content-Encoding", "").strip().lower()
    if coding in {"", "identity"}:
        return request.stream
    if coding in {"gzip", "x-gzip"}:
        return cast(IO[bytes], _Gunzipped(request.stream))
    told = "send the body as it is, or with Content-Encoding: gzip"
    raise Problem(415, "Unsupported content encoding", told, {"Accept-Encoding": "gzip"})
