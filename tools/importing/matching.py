"""Tells which field of a catalog holds the index's objectIDs, by asking the index about a sample."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from devstack.catalogs import CatalogEntry, ShopCatalog
from devstack.catalogs.texts import as_id
from shared.catalog.record import MAX_OBJECTS
from tools.exits import Ended, Exit
from tools.output import FEW

SAMPLED = 200
"""Ids of each field that the index is asked about."""

CLEAR = 0.9
"""The share of ids in the index from which a field is taken without a question."""

LEAST = 0.5
"""The share below which nothing is imported: another field, or another index, is meant."""

MAX_FIELDS = 30
MAX_ID = 512
"""Bytes of an objectID."""

Present = Callable[[Sequence[str]], Collection[str]]
"""Gives those of up to a thousand ids that the index has."""


@dataclass(frozen=True, slots=True)
class FieldMatch:
    """A sample of a field's ids, at least one, and how many of them the index has."""

    field: str
    ids: Sequence[str]
    found: int

    @property
    def share(self) -> float:
        """The share of ids that the index has, 0..1."""
        return self.found / len(self.ids)


@dataclass(slots=True)
class _Sample:
    """Different values from all over a catalog, `SAMPLED` to twice as many."""

    values: dict[str, None] = field(default_factory=dict)
    seen: int = 0
    every: int = 1

    def add(self, value: str) -> None:
        """Take every so many-th; the longer the catalog, the fewer."""
        self.seen += 1
        if self.seen % self.every == 0:
            self.values[value] = None
        if len(self.values) > 2 * SAMPLED:
            self.values, self.every = dict.fromkeys(list(self.values)[::2]), 2 * self.every


def matches(catalog: ShopCatalog, present: Present, only: str = "") -> list[FieldMatch]:
    """The fields that may hold ids, or `only` that one, most found first."""
    samples: dict[str, _Sample] = {}
    for entry in catalog.entries(lambda _: None):
        for name, value in _candidates([only] if only else catalog.ids, entry):
            if name in samples or len(samples) < MAX_FIELDS:
                samples.setdefault(name, _Sample()).add(value)
    picked = {name: list(sample.values)[:SAMPLED] for name, sample in samples.items()}
    found = [FieldMatch(name, ids, len(set(present(ids)))) for name, ids in picked.items() if ids]
    return sorted(found, key=lambda match: -match.share)


def _candidates(fields: Sequence[str], entry: CatalogEntry) -> Iterator[tuple[str, str]]:
    for name in fields or entry.fields:
        value = as_id(entry.fields.get(name))
        if value and as_id(name) and len(value.encode()) <= MAX_ID and "://" not in value:
            yield name, value


def chosen(found: Sequence[FieldMatch], *, yes: bool, ask: Callable[[Sequence[str]], str] | None) -> str:
    """The field that is meant; `ask` asks a person, where there is one. Raises `Ended` if nobody can tell."""
    clear = [match for match in found if match.share >= CLEAR]
    if yes and clear and all(match.ids == clear[0].ids for match in clear):
        return clear[0].field
    names = [match.field for match in found if match.found] or [match.field for match in found]
    if ask:
        return ask(names)
    if yes:
        why = (
            f"no field is clear: --yes takes one that alone holds at least {CLEAR:.0%} objectIDs of the index"
        )
    else:
        why = "say which field holds the objectIDs"
    raise Ended(Exit.MISCONFIGURED, f"--id: {why}; write one of: {', '.join(names)}")


def no_field(name: str, found: Sequence[FieldMatch]) -> Ended:
    """The end of a command that was given a field that the catalog does not have."""
    others = ", ".join(match.field for match in found)
    return Ended(Exit.MISCONFIGURED, f"--id: {name!r} holds no ids in this catalog; write one of: {others}")


def check_share(match: FieldMatch, in_index: Callable[[], Iterable[str]]) -> None:
    """Raises `Ended` with examples of both sides where the index has too few of the ids."""
    if match.share >= LEAST:
        return
    raise Ended(
        Exit.BAD_DATA,
        f"The index has {match.found:,} of {len(match.ids):,} ids in the field {match.field}; nothing was"
        f" imported.\n  {match.field} is such as   {_examples(match.ids)}"
        f"\n  objectIDs are such as {_examples(in_index())}\nName the field that holds the objectIDs with"
        " --id, or correct ALGOLIA_INDEX. If the records come later, use --force.",
    )


def _examples(ids: Iterable[str]) -> str:
    return ", ".join(islice(ids, FEW)) or "none: the index is empty"


def in_index(ids: Iterable[str], present: Present, told: Callable[[int], None]) -> set[str]:
    """Those of the ids that the index has."""
    rest, found, asked = iter(ids), set[str](), 0
    while batch := list(islice(rest, MAX_OBJECTS)):
        found.update(present(batch))
        asked += len(batch)
        told(asked)
    return found
