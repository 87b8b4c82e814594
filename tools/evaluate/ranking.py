"""What is asked, and the order in which something answers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.model import Appearance
from tools.evaluate.datasets import Item

SHOWN = 5
"""First hits of which a ranking remembers why they are there."""


@dataclass(frozen=True, slots=True)
class Question:
    """One query picture.

    `product` is the product of the gallery that it shows, where the picture itself must not be found: its
    record is made from `remade` meanwhile, or without it the product is left out of the answer. `nearest` are
    the products that the exact cosine puts first.
    """

    item: Item
    look: Appearance
    product: str = ""
    remade: Appearance | None = None
    nearest: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A hit, and in words what it shares with the picture."""

    id: str
    shared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranking:
    """All products, best first; times are in milliseconds.

    `matched` is whether the first shares anything with the picture; `candidates` are the first hits before
    re-ranking, None where vectors play no part; `own_ms` is what the strategy takes beside the index: making
    filters and re-ranking.
    """

    ids: Sequence[str]
    first: tuple[Found, ...]
    matched: bool
    candidates: Sequence[str] | None = None
    filters: int = 0
    own_ms: float = 0.0
    index_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near the best hit comes: its `share` (0..1) of the points asked for, and its cosine, -1..1.

    `closeness` is None where nothing tells it.
    """

    share: float
    closeness: float | None


class Finder(Protocol):
    """Something that ranks products by how they look."""

    name: str

    @property
    def record_bytes(self) -> float | None:
        """What it adds to a record, as JSON, on average; None where it keeps no records."""

    def find(self, question: Question) -> Ranking:
        """Rank every product but the one left out."""
