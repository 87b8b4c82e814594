"""What a survey has to remember for exact counts, on disk: memory does not grow with the bucket."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

from tools.backfill.listing import Listed

_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE paid (content TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE wanted (content TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE looks (place INTEGER PRIMARY KEY, product TEXT UNIQUE, first TEXT, last TEXT);
"""


@dataclass(frozen=True, slots=True)
class Look:
    """A product to look at again, by its first picture; the listing goes on behind `last`."""

    product: str
    first: str
    last: str


class Ledger:
    """A temporary SQLite database; a context manager that leaves nothing behind."""

    def __init__(self) -> None:
        # An empty name makes SQLite keep the database in a file of its own that vanishes when it is closed.
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(_SCHEMA)
        self._database.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def note_paid(self, contents: Iterable[str]) -> None:
        """Remember contents that need no recogniser any more."""
        self._insert("INSERT OR IGNORE INTO paid VALUES (?)", ((content,) for content in contents))

    def note(self, listed: Listed, contents: Iterable[str]) -> bool:
        """Remember a product and its contents; False when the product was there already."""
        self._insert("INSERT OR IGNORE INTO wanted VALUES (?)", ((content,) for content in contents))
        row = (listed.product, listed.first, listed.last)
        added = self._database.execute(
            "INSERT OR IGNORE INTO looks (product, first, last) VALUES (?, ?, ?)", row
        )
        return added.rowcount > 0

    def contents(self) -> int:
        """How many different contents were noted."""
        return self._count("SELECT count(*) FROM wanted")

    def paid(self) -> int:
        """How many of these are paid for."""
        return self._count("SELECT count(*) FROM wanted WHERE content IN paid")

    def looks(self) -> Iterator[Look]:
        """The products in the order of the listing."""
        rows = self._database.execute("SELECT product, first, last FROM looks ORDER BY place")
        return (Look(*row) for row in rows)

    def _insert(self, statement: str, rows: Iterable[tuple[str]]) -> None:
        self._database.executemany(statement, rows)

    def _count(self, query: str) -> int:
        return int(self._database.execute(query).fetchone()[0])
