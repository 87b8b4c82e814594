"""How many there are of a kind, with a few of them to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

FEW = 3


@dataclass(slots=True)
class Examples:
    """A count, and the first few names; where a name needs a word about it, that stands in brackets."""

    count: int = 0
    first: list[tuple[str, Sequence[str]]] = field(default_factory=list)

    def add(self, name: str, about: Sequence[str] = ()) -> None:
        """Count one more."""
        self.count += 1
        if len(self.first) < FEW:
            self.first.append((name, about))

    @property
    def text(self) -> str:
        """`such as A (labels), B`; empty without any."""
        return f"such as {', '.join(self._spelt_out())}" if self.first else ""

    def as_json(self, noun: str, about: str = "") -> dict[str, Any]:
        """The same for scripts: the count under `noun`, and with `about` each name's words under that."""
        return {
            noun: self.count,
            "examples": [
                {"objectID": name, about: list(words)} if about else name for name, words in self.first
            ],
        }

    def _spelt_out(self) -> Iterator[str]:
        for name, about in self.first:
            yield f"{name} ({', '.join(about)})" if about else name
