"""The memory of a survey, for exact counts; on disk, so that none grows with the bucket."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from typing import Self

from shared.catalog.judging import State

_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE paid (content TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE wanted (content TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE listed (product TEXT PRIMARY KEY, state TEXT) WITHOUT ROWID;
CREATE TABLE looks (place INTEGER PRIMARY KEY, product TEXT UNIQUE, first TEXT, last TEXT, pictures INTEGER);
"""


@dataclass(frozen=True, slots=True)
class BackfillLook:
    """A product to look at again, by its first picture; the listing goes on behind `last`.

    `last` is empty for a product that was not listed: those come first, so that who goes on behind a name
    has left none of them out. `pictures` will be looked at.
    """

    product: str
    first: str
    last: str
    pictures: int = 0


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
        """Remember contents that need no recognizer any more."""
        self._insert("INSERT OR IGNORE INTO paid VALUES (?)", ((content,) for content in contents))

    def note(self, look: BackfillLook, contents: Iterable[str] = ()) -> bool:
        """Remember a product to look at and its contents; False, with more pictures, when it was there."""
        self._insert("INSERT OR IGNORE INTO wanted VALUES (?)", ((content,) for content in contents))
        more = "UPDATE looks SET pictures = pictures + ? WHERE product = ?"
        if self._database.execute(more, (look.pictures, look.product)).rowcount:
            return False
        self._database.execute("INSERT INTO looks VALUES (NULL, ?, ?, ?, ?)", astuple(look))
        return True

    def note_state(self, product: str, state: State) -> None:
        """Remember that a product was listed, and what its record is like; the last word counts."""
        self._insert("INSERT OR REPLACE INTO listed VALUES (?, ?)", [(product, state.name)])

    def has_listed(self, product: str) -> bool:
        """True for a product that was listed."""
        return self._count("SELECT count(*) FROM listed WHERE product = ?", product) > 0

    def states(self) -> dict[State, int]:
        """The number of listed products by the state of their record."""
        rows = self._database.execute("SELECT state, count(*) FROM listed GROUP BY state")
        return {State[name]: count for name, count in rows}

    def contents(self) -> int:
        """The number of different contents that were noted."""
        return self._count("SELECT count(*) FROM wanted")

    def paid(self) -> int:
        """The number of those that are paid for."""
        return self._count("SELECT count(*) FROM wanted WHERE content IN paid")

    def looks(self) -> Iterator[BackfillLook]:
        """The products to look at: those not listed, then the others in the order of the listing."""
        rows = self._database.execute(
            "SELECT product, first, last, pictures FROM looks ORDER BY last > '', place"
        )
        return (BackfillLook(*row) for row in rows)

    def _insert(self, statement: str, rows: Iterable[tuple[str, ...]]) -> None:
        self._database.executemany(statement, rows)

    def _count(self, query: str, *values: str) -> int:
        return int(self._database.execute(query, values).fetchone()[0])
