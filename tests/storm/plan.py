"""A shop's history, drawn from a seed: who uploads, overwrites, deletes and lists what, in which order."""

from __future__ import annotations

import random
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from tests.storm import records
from tests.storm.contents import Contents
from tests.storm.options import StormOptions, chance

Kind = Literal[
    "upload", "overwrite", "same bytes", "deletion", "re-upload",
    "old version", "other file", "frame", "variant", "record",
]  # fmt: skip
"""An old version is deleted for good; a frame lies beside a product's pictures, a variant is another product
whose picture's name begins as theirs do."""

WORDS = ("shoe", "größe", "商品", "nin\u0303o", "a+b", "50%", "why?", "#1", "v1.5", "👟", "it's")
FILES = ("front.jpg", "back.jpeg", "détail 3.jpg", "裏.png")
LATE = 0.15
"""Share of the products that the index gets only while their pictures are on their way."""

HURRIED = 0.5
"""Share of the products whose changes all come within `RUSH` of the storm: those overtake one another."""

RUSH = 0.04

PURGED = 0.4
"""Share of the old versions that are deleted, where the bucket keeps them."""

CROWD = 101
"""Pictures of others among the names of a crowded product, before its own: more than are looked at of one."""

CROWDED = 150
"""One product of so many is crowded, and at least one."""

EARLY = 0.3
"""Until then the crowd is there, and only then the crowded product's own pictures come."""

EVENTS: Mapping[Kind, int] = {"overwrite": 2, "same bytes": 2, "record": 0}
"""Notifications of a step where it is not one: Storage tells of an overwrite twice."""


@dataclass(frozen=True, slots=True)
class Step:
    """One change; `content` is an MD5 of `Plan.contents`, empty for what has none; `moment` is in 0..1."""

    kind: Kind
    product: str
    name: str = ""
    content: str = ""
    moment: float = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """`at_first` are the products with records before the storm; each client takes its steps in turn.

    `kinds` are what the records are like that are not plain.
    """

    products: Sequence[str]
    at_first: frozenset[str]
    clients: Sequence[Sequence[Step]]
    contents: Contents
    kinds: Mapping[str, records.Kind]

    def counts(self) -> Counter[Kind]:
        return Counter(step.kind for steps in self.clients for step in steps)

    def events(self) -> int:
        """How many notifications Storage will send."""
        return sum(EVENTS.get(kind, 1) * times for kind, times in self.counts().items())

    def payable(self) -> frozenset[str]:
        """The contents that the recognizer may be asked about."""
        steps = (step for client in self.clients for step in client if step.product and step.content)
        return frozenset(step.content for step in steps if self.kinds.get(step.product) not in records.UNPAID)


def make_plan(options: StormOptions) -> Plan:
    """Steps about one object stay in order, because one client does them all; all others are mixed."""
    luck = chance("plan", options.seed)
    author = _Author(Contents(luck), luck, versioned=options.keeps_versions)
    products = [f"{luck.choice(WORDS)} {number}" for number in range(options.products)]
    late = frozenset(luck.sample(products, round(LATE * len(products))))
    kinds = _kinds(products, luck)
    alone = [product for product in products if product not in late and product not in kinds]
    crowded = luck.sample(alone, max(1, len(products) // CROWDED) if options.crowds else 0)
    steps = [
        step
        for product in products
        for step in author.life(product, late=product in late, crowded=product in crowded)
    ]
    steps += author.other_files()
    crowds = [step for product in crowded for step in author.crowd(product)]
    variants = frozenset(step.product for step in crowds if step.product)
    clients: list[list[Step]] = [[] for _ in range(options.clients)]
    for step in sorted([*steps, *crowds], key=lambda step: step.moment):
        clients[zlib.crc32(step.name.encode()) % options.clients].append(step)
    return Plan(products, frozenset(products) - late | variants, clients, author.contents, kinds)


def _kinds(products: Sequence[str], luck: random.Random) -> dict[str, records.Kind]:
    """At least one product of each kind."""
    others = iter(luck.sample(products, len(products)))
    shares = records.SHARES.items()
    return {next(others): kind for kind, share in shares for _ in range(max(1, round(share * len(products))))}


@dataclass(frozen=True)
class _Author:
    """Thinks up what happens to products, files and crowds."""

    contents: Contents
    luck: random.Random
    versioned: bool

    def life(self, product: str, *, late: bool, crowded: bool) -> Iterator[Step]:
        """All that happens to a product: quickly, or all through the storm."""
        luck = self.luck
        window = RUSH if luck.random() < HURRIED else 1.0 - EARLY
        begin = luck.uniform(EARLY if crowded else 0.0, 1 - window)
        for name in self._names(product, crowded=crowded):
            yield from self._at(self._story(product, name), begin, window)
        if late:
            yield Step("record", product, moment=luck.random())

    def other_files(self) -> Iterator[Step]:
        for number in range(5):
            yield Step("other file", "", f"banners/{number}.jpg", self.contents.deal(), self.luck.random())

    def crowd(self, product: str) -> Iterator[Step]:
        """Frames of a turning picture, which are no product's, and variants with pictures of their own."""
        frame, pictures = self.contents.new_photo(), [self.contents.new_photo() for _ in range(5)]
        for number in range(CROWD):
            early = self.luck.uniform(0, EARLY)
            yield Step("frame", "", f"products/{product}/360/{number:03}.jpg", frame, early)
            variant = f"{product}.{number:03}"
            picture = self.luck.choice(pictures)
            yield Step("variant", variant, f"products/{variant}.jpg", picture, early)

    def _at(self, story: Iterable[Step], begin: float, window: float) -> Iterator[Step]:
        steps = list(story)
        moments = sorted(self.luck.uniform(begin, begin + window) for _ in steps)
        return (replace(step, moment=moment) for step, moment in zip(steps, moments, strict=True))

    def _names(self, product: str, *, crowded: bool) -> list[str]:
        names = [f"products/{product}/{file}" for file in FILES]
        if crowded or self.luck.random() < 0.2:
            names[0] = f"products/{product}.jpg"
        return names[: self.luck.choices((1, 2, 3, 4), (5, 3, 2, 1))[0]]

    def _story(self, product: str, name: str) -> Iterator[Step]:
        """All that happens to one object, beginning with its first upload."""
        luck = self.luck
        earlier = [self.contents.deal()]
        live = earlier[0]
        yield Step("upload", product, name, live)
        for _ in range(luck.choices((0, 1, 2, 3), (7, 3, 1, 1))[0]):
            kind = self._next(live)
            replaced, live = live, self._after(kind, live, earlier)
            yield Step(kind, product, name, live)
            if replaced and self.versioned and luck.random() < PURGED:
                yield Step("old version", product, name, live)

    def _next(self, live: str) -> Kind:
        if not live:
            return self.luck.choice(("re-upload", "upload"))
        return self.luck.choices(("overwrite", "same bytes", "deletion"), (5, 2, 4))[0]

    def _after(self, kind: Kind, live: str, earlier: list[str]) -> str:
        """What the object holds after such a step."""
        match kind:
            case "same bytes":
                return live
            case "deletion":
                return ""
            case "re-upload":
                return self.luck.choice(earlier)
        earlier.append(self.contents.deal())
        return earlier[-1]
