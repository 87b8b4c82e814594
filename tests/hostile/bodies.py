"""Bodies of requests that are small as they are sent and ask for much: packed, escaped, nested, named."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from typing import NamedTuple

_LENGTH = 20_900_000
"""Nearly all that a body may unpack to."""

_JSON, _FORM = "application/json", "multipart/form-data; boundary=b"
_PHOTO = b'"image": {"content": "QUJD"}'


class Body(NamedTuple):
    """What is sent with `Content-Encoding: gzip`."""

    name: str
    content: bytes
    kind: str


def bodies() -> Iterator[Body]:
    """Every body."""
    for name, unit in (("escapes", b"%41"), ("blanks in escapes", b"%20"), ("bytes in escapes", b"%2b%2F")):
        content = b"data:;base64,A" + _much(unit)
        yield _json(f"JSON of {name}", b'"image": {"content": "%b"}' % content)
        yield _form(f"form of {name}", _part(b"image", content))
    nested = b"[" * 190 + b"]" * 190
    lists = {"lists": b"[]", "nested lists": nested, "objects": b'{"":0}', "numbers": b"0", "texts": b'""'}
    for name, unit in lists.items():
        yield _json(f"JSON of {name}", b'%b, "x": [%b 0]' % (_PHOTO, _much(unit + b",")))
    for field in (b"facets", b"crop", b"filters"):
        text = _much(b"ab,")
        yield _json(f"JSON whose {field.decode()} are a text", b'%b, "%b": "%b"' % (_PHOTO, field, text))
        yield _form(f"form of many {field.decode()}", _part(field, text[:480_000]))
    yield _json("JSON of fields", _PHOTO + _much(b',"":0'))
    yield _json("JSON of a number", b'%b, "page": %b' % (_PHOTO, _much(b"9")))
    yield _json("JSON of wide letters", b'"image": {"content": "%b"}' % _much("\U0001f600".encode()))
    yield _json("JSON with a long name", b'%b, "%b": 0' % (_PHOTO, _much(rb"\u0001")))
    names = (b'%02d%b"; filename="a' % (number, b"\1" * 430_000) for number in range(40))
    yield _form("form of long names", b"".join(_part(name, b"x") for name in names))


def _much(unit: bytes) -> bytes:
    return unit * (_LENGTH // len(unit))


def _json(name: str, inside: bytes) -> Body:
    return Body(name, gzip.compress(b"{%b}" % inside), _JSON)


def _form(name: str, parts: bytes) -> Body:
    return Body(name, gzip.compress(parts + b"--b--\r\n"), _FORM)


def _part(name: bytes, content: bytes) -> bytes:
    return b'--b\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n' % (name, content)
