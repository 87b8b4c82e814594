"""Records in JSON: one list of them, or one on each line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, TextIO

from devstack.catalogs import Note
from devstack.catalogs.opening import BLOCK, MAX_RECORD, Unreadable, lines, opened, text
from devstack.catalogs.wrong import Finding, Wrong

_BETWEEN = " \t\r\n,"
_DAMAGED = (ValueError, RecursionError)
"""Raised for JSON that cannot be read, and for brackets within brackets without end."""


def records(path: Path, note: Note) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The records in their order; raises `Unreadable` where a list breaks, behind those before."""
    with opened(path) as file:
        is_list = text(file).read(BLOCK).lstrip().startswith("[")
    with opened(path) as file:
        stream = text(file)
        for place, value in _listed(stream) if is_list else _by_line(path, stream, note):
            if isinstance(value, dict):
                yield f"{path}, {place}", value
            else:
                note(Finding(Wrong.NO_RECORD, f"{path}, {place}", detail=type(value).__name__))


def _by_line(path: Path, stream: TextIO, note: Note) -> Iterator[tuple[str, object]]:
    """The values of the lines; one that is damaged is told of, unless it is the first: then all are."""
    for number, line in enumerate(lines(stream), 1):
        place = f"line {number}"
        try:
            if line.strip():
                yield place, json.loads(line)
        except _DAMAGED as error:
            if number == 1:
                raise Unreadable(Wrong.BROKEN_JSON, place, str(error)) from error
            note(Finding(Wrong.BROKEN_JSON, f"{path}, {place}", detail=str(error)))


def _listed(stream: TextIO) -> Iterator[tuple[str, object]]:
    """The values of one list, of which a block and a value are in memory."""
    buffer, decoder, number = stream.read(BLOCK).lstrip()[1:], json.JSONDecoder(), 1
    while True:
        buffer = buffer.lstrip(_BETWEEN)
        if buffer.startswith("]"):
            if any(rest.strip() for rest in chain([buffer[1:]], iter(lambda: stream.read(BLOCK), ""))):
                raise Unreadable(Wrong.BROKEN_JSON, f"behind record {number - 1}", "the list ends there")
            return
        try:
            value, end = decoder.raw_decode(buffer)
        except _DAMAGED as error:
            block = stream.read(BLOCK) if len(buffer) < MAX_RECORD else ""
            if not block:
                raise Unreadable(Wrong.BROKEN_JSON, f"record {number}", str(error)) from error
            buffer += block
            continue
        yield f"record {number}", value
        buffer, number = buffer[end:], number + 1
