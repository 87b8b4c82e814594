"""A shop's history, drawn from a seed: who uploads, overwrites, deletes and lists what, in which order."""

from __future__ import annotations

import random
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from tests.storm.contents import Contents
from tests.storm.options import StormOptions, chance

Kind = Literal["upload", "overwrite", "same bytes", "deletion", "re-upload", "other file", "record"]

WORDS = ("shoe", "größe", "商品", "nin\u0303o", "a+b", "50%", "why?", "#1", "v1.5", "👟", "it's")
FILES = ("front.jpg", "back.jpeg", "détail 3.jpg", "裏.png")
LATE = 0.15
"""Share of the products that the index gets only while their pictures are on their way."""

HURRIED = 0.5
"""Share of the products whose changes all come within `RUSH` of the storm: those overtake one another."""

RUSH = 0.04

EVENTS: dict[Kind, int] = {"overwrite": 2, "same bytes": 2, "record": 0}
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
    """`at_first` are the products with records before the storm; each client takes its steps in turn."""

    products: Sequence[str]
    at_first: frozenset[str]
    clients: Sequence[Sequence[Step]]
    contents: Contents

    def counts(self) -> Counter[Kind]:
        return Counter(step.kind for steps in self.clients for step in steps)

    def events(self) -> int:
        """How many notifications Storage will send."""
        return sum(EVENTS.get(kind, 1) * times for kind, times in self.counts().items())


def make_plan(options: StormOptions) -> Plan:
    """Steps about one object stay in order, because one client does them all; all others are mixed."""
    luck = chance("plan", options.seed)
    contents = Contents(luck)
    products = [f"{luck.choice(WORDS)} {number}" for number in range(options.products)]
    late = frozenset(luck.sample(products, round(LATE * len(products))))
    steps = [step for product in products for step in _life(product, contents, luck, late=product in late)]
    steps += [Step("other file", "", f"banners/{n}.jpg", contents.deal(), luck.random()) for n in range(5)]
    clients: list[list[Step]] = [[] for _ in range(options.clients)]
    for step in sorted(steps, key=lambda step: step.moment):
        clients[zlib.crc32(step.name.encode()) % options.clients].append(step)
    return Plan(products, frozenset(products) - late, clients, contents)


def _life(product: str, contents: Contents, luck: random.Random, *, late: bool) -> Iterator[Step]:
    """All that happens to a product: quickly, or all through the storm."""
    window = RUSH if luck.random() < HURRIED else 1.0
    begin = luck.uniform(0, 1 - window)
    for name in _names(product, luck):
        yield from _at(_story(product, name, contents, luck), begin, window, luck)
    if late:
        yield Step("record", product, moment=luck.random())


def _at(story: Iterable[Step], begin: float, window: float, luck: random.Random) -> Iterator[Step]:
    steps = list(story)
    moments = sorted(luck.uniform(begin, begin + window) for _ in steps)
    return (replace(step, moment=moment) for step, moment in zip(steps, moments, strict=True))


def _names(product: str, luck: random.Random) -> list[str]:
    names = [f"products/{product}/{file}" for file in FILES]
    if luck.random() < 0.2:
        names[0] = f"products/{product}.jpg"
    return names[: luck.choices((1, 2, 3, 4), (5, 3, 2, 1))[0]]


def _story(product: str, name: str, contents: Contents, luck: random.Random) -> Iterator[Step]:
    """All that happens to one object, beginning with its first upload."""
    earlier = [contents.deal()]
    live = earlier[0]
    yield Step("upload", product, name, live)
    for _ in range(luck.choices((0, 1, 2, 3), (7, 3, 1, 1))[0]):
        kind = _next(live, luck)
        live = _after(kind, live, earlier, contents, luck)
        yield Step(kind, product, name, live)


def _next(live: str, luck: random.Random) -> Kind:
    if not live:
        return luck.choice(("re-upload", "upload"))
    return luck.choices(("overwrite", "same bytes", "deletion"), (5, 2, 4))[0]


def _after(kind: Kind, live: str, earlier: list[str], contents: Contents, luck: random.Random) -> str:
    """What the object holds after such a step."""
    match kind:
        case "same bytes":
            return live
        case "deletion":
            return ""
        case "re-upload":
            return luck.choice(earlier)
    earlier.append(contents.deal())
    return earlier[-1]
