"""Tables: CSV and TSV, with whatever separator the first line has."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from devstack.catalogs import Note
from devstack.catalogs.opening import MAX_RECORD, Unreadable, lines, opened, text
from devstack.catalogs.texts import Fields, add_value
from devstack.catalogs.wrong import Finding, Wrong

if TYPE_CHECKING:
    from _csv import Reader

_SEPARATORS = ",;\t|"
_FEWEST = 2


def records(path: Path, note: Note) -> Iterator[tuple[str, Fields]]:
    """The rows below the first line by its names; raises `Unreadable` for what is no table."""
    csv.field_size_limit(MAX_RECORD)
    with opened(path) as file:
        rows = lines(text(file))
        header, skipped = _header(rows)
        separator = max(_SEPARATORS, key=lambda each: len(_cells(header, each)))
        reader = csv.reader(chain([header], rows), delimiter=separator, strict=True)
        columns = _columns(reader, f"line {skipped + 1}")
        while (row := _next(path, reader, note)) is not None:
            place = f"{path}, line {reader.line_num + skipped}"
            if any(cell.strip() for cell in row[len(columns) :]):
                detail = f"{len(row)} values below {len(columns)} names"
                note(Finding(Wrong.BAD_ROW, place, detail=detail))
            elif any(row):
                fields: Fields = {}
                for name, cell in zip(columns, row, strict=False):
                    add_value(fields, name, cell.strip())
                yield place, fields


def _header(rows: Iterator[str]) -> tuple[str, int]:
    """The line that names the columns, and how many are before it: empty ones, and Excel's own separator."""
    skipped = 0
    for line in rows:
        if line.strip() and not line.lower().startswith("sep="):
            return line, skipped
        skipped += 1
    return "", skipped


def _columns(reader: Reader, place: str) -> list[str]:
    """The names of the columns; raises `Unreadable`."""
    try:
        columns = [name.strip() for name in next(reader, [])]
    except csv.Error as error:
        raise Unreadable(Wrong.BAD_HEADER, place, str(error)) from error
    if len(columns) < _FEWEST:
        raise Unreadable(Wrong.ONE_COLUMN, place, "".join(columns)[:100])
    return columns


def _cells(line: str, separator: str) -> list[str]:
    return next(csv.reader([line], delimiter=separator), [])


def _next(path: Path, reader: Reader, note: Note) -> list[str] | None:
    """The next row that can be read, None at the end; the others are told of."""
    while True:
        begins = reader.line_num + 1
        try:
            return next(reader, None)
        except csv.Error as error:
            lines_of_it = (
                f"lines {begins} to {reader.line_num}" if reader.line_num > begins else f"line {begins}"
            )
            note(Finding(Wrong.BAD_ROW, f"{path}, {lines_of_it}", detail=str(error)))
