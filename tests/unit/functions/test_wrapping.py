"""A photo in every form in which clients send it, and what is said of those that cannot be read."""

from __future__ import annotations

import base64
import gzip
import json
import re
import zlib
from codecs import BOM_UTF8
from collections.abc import Mapping, Sequence
from io import BytesIO
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from functions.search.reading import MOST_SIGNS
from tests.functions.search_app import CATALOG, Behind, client, detail, endpoints

PHOTO = bytes(range(256)) + b"\xfb\xff\xfe"
ENCODED = base64.b64encode(PHOTO).decode()
URL_SAFE = base64.urlsafe_b64encode(PHOTO).decode()
IMAGE, JSON = "image/jpeg", "application/json"
FORM = "multipart/form-data; boundary=b"


def part(disposition: str, content: bytes, kind: str = "") -> bytes:
    told = f"Content-Type: {kind}\r\n" if kind else ""
    headers = f"--b\r\nContent-Disposition: form-data; {disposition}\r\n{told}\r\n"
    return headers.encode() + content + b"\r\n"


def form(*parts: bytes) -> bytes:
    return b"".join(parts) + b"--b--\r\n"


def body(content: object, **fields: object) -> bytes:
    return json.dumps({"image": {"content": content}, **fields}).encode()


FILE = part('name="image"; filename="a.jpg"', PHOTO, IMAGE)
NO_FILE = part('name="second"; filename=""', b"", "application/octet-stream")
NOT_CHOSEN = part('name="image"; filename=""', b"", "application/octet-stream")
CANVAS = part('name="image"', f"data:image/png;base64,{ENCODED}".encode())
NULLS = dict.fromkeys(
    ("query", "filters", "facets", "optionalFilters", "page", "hitsPerPage", "mode", "return", "userToken")
) | {"crop": None}
ZIPPED = {"Content-Encoding": "gzip"}

TAKEN: Mapping[str, tuple[bytes, str, Mapping[str, str]]] = {
    "raw": (PHOTO, IMAGE, {}),
    "raw in gzip": (gzip.compress(PHOTO), IMAGE, ZIPPED),
    "raw in gzip by its old name": (gzip.compress(PHOTO), IMAGE, {"Content-Encoding": " X-GZIP "}),
    "raw as it is": (PHOTO, IMAGE, {"Content-Encoding": "identity"}),
    "form": (form(FILE), FORM, {}),
    "file without a type": (form(part('name="image"; filename="a.jpg"', PHOTO)), FORM, {}),
    "file without a name": (form(part('name="image"', PHOTO, IMAGE)), FORM, {}),
    "file without a name or type": (form(part('name="image"', PHOTO)), FORM, {}),
    "file with an empty name": (form(part('name="image"; filename=""', PHOTO, IMAGE)), FORM, {}),
    "large file without a name": (form(part('name="image"', PHOTO * 300)), FORM, {}),
    "second field without a file": (form(FILE, NO_FILE), FORM, {}),
    "same field without a second file": (form(NOT_CHOSEN, FILE), FORM, {}),
    "data: URL of a canvas in a form": (form(CANVAS), FORM, {}),
    "lines that end without a return": (form(FILE).replace(b"\r\n", b"\n"), FORM, {}),
    "JSON": (body(ENCODED), JSON, {}),
    "JSON in gzip": (gzip.compress(body(ENCODED)), JSON, ZIPPED),
    "JSON behind a byte order mark": (BOM_UTF8 + body(ENCODED), JSON, {}),
    "JSON with a charset": (body(ENCODED), "application/json; charset=utf-8", {}),
    "JSON with nulls": (body(ENCODED, **NULLS), JSON, {}),
    "JSON with a url of null": (json.dumps({"image": {"content": ENCODED, "url": None}}).encode(), JSON, {}),
    "base64 in lines": (body(base64.encodebytes(PHOTO).decode()), JSON, {}),
    "base64 between blanks": (body(f" \t{ENCODED[:9]}\r\n{ENCODED[9:]}\n"), JSON, {}),
    "base64 without padding": (body(ENCODED.rstrip("=")), JSON, {}),
    "base64, URL-safe": (body(URL_SAFE), JSON, {}),
    "data: URL": (body(f"data:image/jpeg;base64,{ENCODED}"), JSON, {}),
    "data: URL with parameters": (body(f"DATA:image/jpeg;name=a.jpg;BASE64,{ENCODED}"), JSON, {}),
    "data: URL, escaped": (body(f"data:image/jpeg;base64,{quote(ENCODED, safe='')}"), JSON, {}),
}


def sent(browser: FlaskClient, content: bytes, kind: str, headers: Mapping[str, str]) -> TestResponse:
    return browser.post("/", data=content, content_type=kind, headers=dict(headers))


@pytest.mark.parametrize("case", TAKEN)
def test_every_form_brings_the_photo(behind: Behind, browser: FlaskClient, case: str) -> None:
    answer = sent(browser, *TAKEN[case])
    assert answer.status_code == 200, answer.data
    [(photo, _)] = behind.seen
    if case == "large file without a name":
        assert photo == PHOTO * 300
    else:
        assert photo == (PHOTO.replace(b"\r\n", b"\n") if case.startswith("lines that") else PHOTO)


LARGE = bytes(10_000_000)
BOMB, FORM_BOMB = gzip.compress(LARGE), gzip.compress(FILE + LARGE)
ELSEWHERE, ANOTHER = (FILE.replace(b'"image"', name) for name in (b'"photo"', b'"b"'))
NOTHING, NO_TEXT = (b"--b\r\n%b: y\r\n\r\nz\r\n--b--\r\n" % name for name in (b"X", b"\xff"))
TWICE = {"Content-Encoding": "gzip, gzip"}
CUT_OFF, NO_BASE64, NO_GZIP = "cut off or malformed", "image.content: is no base64", "no whole gzip file"
SIGNS = "at most 40000 commas"
TOO_LARGE, UNHEARD_OF = "at most 100000 bytes", "Content-Encoding: gzip"
REFUSED: Mapping[str, tuple[bytes, str, Mapping[str, str], int, str]] = {
    "no boundary": (form(FILE), "multipart/form-data", {}, 400, "names no boundary"),
    "another boundary": (form(FILE), "multipart/form-data; boundary=c", {}, 400, CUT_OFF),
    "form without an end": (FILE, FORM, {}, 400, CUT_OFF),
    "form cut off": (form(FILE)[:150], FORM, {}, 400, CUT_OFF),
    "part without a disposition": (NOTHING, FORM, {}, 400, CUT_OFF),
    "part of no text": (NO_TEXT, FORM, {}, 400, CUT_OFF),
    "empty form": (form(), FORM, {}, 400, "there are 0, in: none"),
    "no file chosen": (form(NOT_CHOSEN), FORM, {}, 400, "there are 0"),
    "file elsewhere": (form(ELSEWHERE), FORM, {}, 400, "there are 1, in: 'photo'"),
    "two files": (form(FILE, FILE), FORM, {}, 400, "there are 2, in: 'image'"),
    "file and another": (form(FILE, ANOTHER), FORM, {}, 400, "there are 2, in: 'b', 'image'"),
    "field without a name": (form(FILE, part("x=y", b"z")), FORM, {}, 400, "no such field"),
    "many parts": (form(FILE, *[part('name="a"', b"")] * 101), FORM, {}, 413, "100 fields"),
    "base64 with a letter too many": (body("QUJDR"), JSON, {}, 400, NO_BASE64),
    "base64 with other letters": (body("QU!D"), JSON, {}, 400, NO_BASE64),
    "base64 of another script": (body("QUJÄ"), JSON, {}, 400, NO_BASE64),
    "base64 padded inside": (body("QQ==QUJD"), JSON, {}, 400, NO_BASE64),
    "data: URL of text": (body("data:image/svg+xml,%3Csvg%3E"), JSON, {}, 400, NO_BASE64),
    "image of null": (b'{"image": null}', JSON, {}, 400, "image: is missing"),
    "content of null": (b'{"image": {"content": null}}', JSON, {}, 400, "exactly one of them"),
    "image as text": (b'{"image": "QUJD"}', JSON, {}, 400, "image: write an object"),
    "no JSON": (b'{"image": ', JSON, {}, 400, "no JSON at line 1 column"),
    "two byte order marks": (BOM_UTF8 * 2 + body(ENCODED), JSON, {}, 400, "no JSON at line 1 column 1"),
    "UTF-16": (body(ENCODED).decode().encode("utf-16"), JSON, {}, 400, "in UTF-8"),
    "list": (b"[]", JSON, {}, 400, "no JSON object"),
    "data: URL with other escapes": (body("data:;base64,%51UJD"), JSON, {}, 400, NO_BASE64),
    "lists": (body("QUJD", facets=[[]] * 20_001), JSON, {}, 400, SIGNS),
    "objects": (body("QUJD", crop=[{}] * 20_001), JSON, {}, 400, SIGNS),
    "many facets in a form": (form(FILE, *[part('name="facets"', b"," * 20_001)] * 2), FORM, {}, 400, SIGNS),
    "many facets": (body("QUJD", facets="," * 40_001), JSON, {}, 400, SIGNS),
    "no gzip": (PHOTO, IMAGE, ZIPPED, 400, NO_GZIP),
    "gzip cut off": (gzip.compress(PHOTO)[:-9], IMAGE, ZIPPED, 400, NO_GZIP),
    "gzip with another sum": (gzip.compress(PHOTO)[:-8] + bytes(8), IMAGE, ZIPPED, 400, NO_GZIP),
    "two gzip files": (gzip.compress(b"") * 2, IMAGE, ZIPPED, 400, NO_GZIP),
    "empty gzip": (b"", IMAGE, ZIPPED, 400, NO_GZIP),
    "large": (LARGE, IMAGE, {}, 413, TOO_LARGE),
    "large in a form": (form(FILE + LARGE), FORM, {}, 413, TOO_LARGE),
    "gzip bomb": (BOMB, IMAGE, ZIPPED, 413, TOO_LARGE),
    "gzip bomb as a form": (FORM_BOMB, FORM, ZIPPED, 413, "100"),
    "gzip in gzip": (gzip.compress(gzip.compress(PHOTO)), IMAGE, TWICE, 415, UNHEARD_OF),
    "deflate": (zlib.compress(PHOTO), IMAGE, {"Content-Encoding": "deflate"}, 415, UNHEARD_OF),
    "brotli": (PHOTO, IMAGE, {"Content-Encoding": "br"}, 415, UNHEARD_OF),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_is_told_with_what_to_do(behind: Behind, browser: FlaskClient, case: str) -> None:
    content, kind, headers, status, words = REFUSED[case]
    assert words in detail(sent(browser, content, kind, headers), status)
    assert behind.seen == []


class Breaking:
    """A body whose server raises an error of its own when its chunks are malformed."""

    def __init__(self, content: bytes) -> None:
        self._content = BytesIO(content)

    def read(self, _: int) -> bytes:
        if content := self._content.read(10):
            return content
        raise RuntimeError("Invalid chunk size: b'zz'")

    def close(self) -> None:
        """Nothing to close."""


@pytest.mark.parametrize("kind", [IMAGE, FORM, JSON])
@pytest.mark.parametrize("headers", [{}, ZIPPED])
def test_a_body_that_breaks_off_is_the_senders_fault(
    browser: FlaskClient, kind: str, headers: Mapping[str, str]
) -> None:
    content = Breaking(gzip.compress(form(FILE)) if headers else form(FILE))
    environ = {"wsgi.input": content, "wsgi.input_terminated": True}
    answer = browser.post("/", content_type=kind, headers=headers, environ_overrides=environ)
    assert "well-formed chunks" in detail(answer, 400)


VALUES: Sequence[object] = (
    *(1, -1, 1.5, 1e9, True, "", "x" * 5_000, "é"),
    *([], [1], [""], ["x"] * 60, {}, {"x": "y"}),
)
INTERNAL = re.compile(
    r"[Ii]nput|String|should|valid|Value|error|Box|pydantic|function|tuple|literal|model|none"
)


def test_nothing_of_the_validator_is_told(browser: FlaskClient) -> None:
    bodies = [body("QUJD", **{name: value}) for name in (*NULLS, "color") for value in VALUES]
    answers = [sent(browser, content, JSON, {}) for content in bodies]
    told = {detail(answer, 400) for answer in answers if answer.status_code != 200}
    assert len(told) > 25
    assert [text for text in told if INTERNAL.search(text)] == []


ROOM = CATALOG | {"MAX_PICTURE_BYTES": "20000000"}


@pytest.mark.parametrize(
    ("free", "content", "headers"),
    [(0, PHOTO, {}), (1_000_000, gzip.compress(bytes(5_000_000)), ZIPPED)],
    ids=["as it is", "as it is unpacked"],
)
def test_without_memory_for_its_body_a_photo_is_asked_to_come_again(
    behind: Behind, free: int, content: bytes, headers: Mapping[str, str]
) -> None:
    routes = endpoints(behind, ROOM)
    with routes.bodies.held(routes.bodies.total_bytes - free):
        answer = sent(client(routes), content, IMAGE, headers)
    assert detail(answer, 503) == "try again in a moment"
    assert answer.headers["Retry-After"] == "1"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (part('name="filters"', b"f" * 600_000), "100 fields"),
        (part(f'name="{"n" * 300_000}"', b"") * 2, "100 fields"),
        (part(f'name="image"; filename="{"n" * 300_000}"', b"") * 2, "100 fields"),
    ],
    ids=["text", "names of fields", "names of files"],
)
def test_a_form_with_too_large_fields_is_told_so(behind: Behind, content: bytes, words: str) -> None:
    browser = client(endpoints(behind, ROOM))
    assert words in detail(sent(browser, form(FILE, content), FORM, {}), 413)


def test_fields_may_be_as_full_as_each_may_be(behind: Behind) -> None:
    """Commas take the most room beside a photo that may be none."""
    largest = {"query": 512, "filters": 4_096}
    lists = {"facets": ["," * 200] * 50, "optionalFilters": ["a:" + "," * 298] * 50}
    full = body("QUJD", **{name: "," * most for name, most in largest.items()}, **lists)
    assert SIGNS not in sent(client(endpoints(behind, ROOM)), full, JSON, {}).text
    assert full.count(b",") < MOST_SIGNS
