"""Catalogs as shops have them: exports, feeds, records and folders, read as products with pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devstack.catalogs.wrong import Finding

MAX_PRODUCTS = 40_000
"""Products of one catalog: with all their pictures, they are planned in memory."""

MAX_ENTRIES = 1_000_000
"""Rows, items or records of one catalog: a product can have many variants."""

Link = str | Path
"""The address of a picture, or its file."""

Note = Callable[[Finding], None]
"""Is told what is wrong."""


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """A row, an item or a record, and its pictures, the main one first.

    `links` are those of all entries that belong together, `own` those that show this one only.
    """

    place: str
    fields: Mapping[str, Any]
    links: tuple[Link, ...]
    own: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class ShopCatalog:
    """A catalog, which can be read again and again.

    `ids` are the fields that may hold products' ids, none where any may; several entries may have the same
    value of a field in `shared` and are one product then.
    """

    kind: str
    entries: Callable[[Note], Iterator[CatalogEntry]]
    ids: tuple[str, ...] = ()
    shared: frozenset[str] = frozenset()
