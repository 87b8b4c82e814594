"""The file of a catalog, opened within bounds: compressed or not, with its encoding and its kind."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TextIO

from devstack.catalogs.wrong import Finding, Wrong

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_BYTES = 1_000_000_000
"""Of a catalog once it is decompressed."""

MAX_RECORD = 1_000_000
"""Characters of a line, a record or an item; Algolia takes a tenth of it."""

BLOCK = 65_536

FileKind = Literal["table", "xml", "json"]

_GZIP = b"\x1f\x8b"
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_BLANK = "\ufeff \t\r\n"


class Unreadable(Exception):
    """The end of reading: what follows in the file cannot be had."""

    def __init__(self, wrong: Wrong, place: str = "", detail: str = "") -> None:
        super().__init__(wrong.happened)
        self.wrong, self.place, self.detail = wrong, place, detail

    def finding(self, source: object) -> Finding:
        """The same as a finding about that file or index."""
        place = self.place.removeprefix(f"{source}, ")
        return Finding(self.wrong, ", ".join(filter(None, (str(source), place))), detail=self.detail)


class _Bounded(io.RawIOBase):
    """The bytes of a file up to `MAX_BYTES`; more are refused, so that no compressed bomb goes off."""

    def __init__(self, file: io.BufferedIOBase) -> None:
        self._file = file
        self._left = MAX_BYTES

    def readable(self) -> bool:
        """True, as `BufferedReader` wants to know."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """See `io.RawIOBase`."""
        count = self._file.readinto(buffer)
        self._left -= count
        if self._left < 0:
            raise Unreadable(Wrong.TOO_LONG, detail=f"at most {MAX_BYTES:,} bytes are read")
        return count


@contextmanager
def opened(path: Path) -> Iterator[io.BufferedReader]:
    """The file's bytes, decompressed; whatever goes wrong while they are read is `Unreadable`."""
    try:
        with path.open("rb") as plain:
            packed = plain.peek(len(_GZIP)).startswith(_GZIP)
            yield io.BufferedReader(_Bounded(gzip.GzipFile(fileobj=plain) if packed else plain), BLOCK)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise Unreadable(Wrong.BROKEN_GZIP) from error
    except UnicodeError as error:
        raise Unreadable(Wrong.WRONG_ENCODING, detail=str(error)) from error
    except OSError as error:
        raise Unreadable(Wrong.NO_FILE, detail=error.strerror or str(error)) from error


def kind_of(path: Path) -> FileKind:
    """The kind of the file by how it begins, whatever its name; raises `Unreadable`."""
    if path.exists() and not path.is_file():
        raise Unreadable(Wrong.UNKNOWN_KIND, detail="a pipe or a device, which cannot be read again")
    with opened(path) as file:
        start = file.peek(BLOCK)
        begins = start.decode(_encoding(start), errors="replace").lstrip(_BLANK)
    if not begins:
        raise Unreadable(Wrong.EMPTY_FILE)
    if "\0" in begins:
        zipped = "an Excel workbook or another archive" if start.startswith(b"PK") else "not text"
        raise Unreadable(Wrong.UNKNOWN_KIND, detail=zipped)
    if begins.startswith("<"):
        return "xml"
    return "json" if begins.startswith(("[", "{")) else "table"


def text(file: io.BufferedReader) -> TextIO:
    """The file's text, line breaks as they are, without a byte order mark."""
    return io.TextIOWrapper(file, _encoding(file.peek(len(_UTF_16[0]))), newline="")


def lines(stream: TextIO) -> Iterator[str]:
    """The lines of a text; raises `Unreadable` at one that is too long."""
    number = 1
    while line := stream.readline(MAX_RECORD):
        if len(line) == MAX_RECORD:
            raise Unreadable(
                Wrong.TOO_LONG, f"line {number}", f"a line has at most {MAX_RECORD:,} characters"
            )
        yield line
        number += 1


def _encoding(start: bytes) -> str:
    return "utf-16" if start.startswith(_UTF_16) else "utf-8-sig"
