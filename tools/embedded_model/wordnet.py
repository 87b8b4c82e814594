"""Reads the noun hierarchy of WordNet 3.0 from its file `data.noun` (format: the manual page wndb.5WN)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

_HYPERNYM_POINTERS = ("@", "@i")


@dataclass(frozen=True, slots=True)
class Synset:
    """A sense: its words and the offsets of the broader senses directly above it."""

    words: tuple[str, ...]
    hypernyms: tuple[str, ...]

    @classmethod
    def parse(cls, fields: list[str]) -> Self:
        """Read a line's fields after the offset: file, type, words with ids, pointers in fours."""
        words_end = 3 + 2 * int(fields[2], 16)
        pointers = fields[words_end + 1 : words_end + 1 + 4 * int(fields[words_end])]
        targets = zip(pointers[::4], pointers[1::4], strict=True)
        hypernyms = tuple(target for kind, target in targets if kind in _HYPERNYM_POINTERS)
        return cls(tuple(fields[3:words_end:2]), hypernyms)


class Nouns:
    """The senses by offset, the eight digits that also follow the `n` of an ImageNet class id."""

    def __init__(self, lines: Iterable[str]) -> None:
        data = (line.partition(" | ")[0].split() for line in lines if not line.startswith("  "))
        self._synsets: Mapping[str, Synset] = {offset: Synset.parse(fields) for offset, *fields in data}

    def offset(self, key: str) -> str:
        """Return the offset in `word.offset`; raises `ValueError` unless that sense has that word."""
        word, _, offset = key.rpartition(".")
        if offset not in self._synsets or word not in self._synsets[offset].words:
            raise ValueError(f"WordNet 3.0 knows no sense {key!r}")
        return offset

    def lineage(self, offset: str) -> frozenset[str]:
        """Return a sense and every broader one, by offset."""
        above = (self.lineage(hypernym) for hypernym in self._synsets[offset].hypernyms)
        return frozenset({offset}).union(*above)
