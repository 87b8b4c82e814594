"""A shop, its cloud and the enrich function in one thread, with every kind of bad luck at every step.

Wherever the function talks to the outside, anything else may happen before the answer comes: the shop changes
the bucket, other deliveries are handled from beginning to end, the call fails before or after it took effect,
or the whole process dies.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic

from shared.catalog.strategies.code import VisualCode
from shared.catalog.strategies.colours import ColourNames
from shared.catalog.strategies.likeness import Likeness
from shared.catalog.strategies.words import VisualWords
from shared.enriching import Enricher
from shared.errors import Failure, Permanent, Transient
from shared.images.naming import Naming
from shared.labeling import PictureLimits
from shared.labeling.store import Claim, Settled, T
from shared.model import Appearance, Enrichment, Label, Labels, Picture, PictureEvent, StoredPicture
from shared.remembering import Asking, Remembered
from tests.fakes.answer_store import InMemoryAnswers
from tests.fakes.catalog import InMemoryCatalog
from tests.fakes.pictures import InMemoryPictures

NAMING = Naming(("products/<objectID>/<file>",))
PRODUCTS = ("1", "2", "3")
NAMES = tuple(f"products/{product}/{file}.jpg" for product in PRODUCTS for file in "ab")
CONTENTS = tuple(f"content {number}".encode() for number in range(6))
REFUSED = frozenset(CONTENTS[:2])
"""By the recogniser, whose word on them the eyes are not asked for."""

UNSEEN = frozenset(CONTENTS[1:3])
"""What the eyes refuse."""

LIKENESS = Likeness([ColourNames(), VisualWords("x", 2, 1, 1), VisualCode("x")])
LIMITS = PictureLimits(frozenset(), max_bytes=100, max_pixels=100)
DEPTH = 3


class Killed(BaseException):
    """The function's process is gone; nothing of it runs any more."""


def labels_of(content: bytes) -> Labels:
    """What the recogniser says about a content it does not refuse."""
    return (Label(f"L{content[-1]}", 0.9), Label("Thing", 0.5 + content[-1] / 1000))


def sight_of(content: bytes) -> Appearance:
    """What the eyes see in a content they do not refuse."""
    number = content[-1] % 6
    return Appearance(colours=(Label(("red", "blue")[number % 2], 1.0),), vector=(number / 10, 0.5))


@dataclass(frozen=True)
class Asked(Generic[T]):
    """Somebody pictures are shown to: what is said of a content, what is remembered, and what it cost.

    `calls` counts how often each content was sent, `lost` how often the word on it was lost on the way, and
    `told` how often its refusal was told of, by its hash.
    """

    answer: Callable[[bytes], T | Permanent]
    refused: frozenset[bytes]
    store: InMemoryAnswers[T] = field(default_factory=InMemoryAnswers)
    calls: Counter[bytes] = field(default_factory=Counter)
    unsettled: Counter[bytes] = field(default_factory=Counter)
    lost: Counter[bytes] = field(default_factory=Counter)
    tried: set[str] = field(default_factory=set)
    told: Counter[str] = field(default_factory=Counter)

    def restart(self) -> None:
        """The process is gone, and with it the words it had not remembered yet."""
        self.lost.update(self.unsettled)
        self.unsettled.clear()
        self.store.expire()


def _recogniser() -> Asked[Labels]:
    return Asked(
        lambda content: Permanent("labels", "no") if content in REFUSED else labels_of(content), REFUSED
    )


def _eyes() -> Asked[Appearance]:
    return Asked(
        lambda content: Permanent("sights", "no") if content in UNSEEN else sight_of(content), UNSEEN
    )


@dataclass(frozen=True)
class Odds:
    """Probabilities at each step: something else happens first, the call fails, the process dies."""

    interruption: float = 0.3
    failure: float = 0.06
    death: float = 0.02
    deletion: float = 0.4


class World:
    """The bucket, the index, recogniser and eyes with what they said, and the pending events."""

    def __init__(self, seed: int, odds: Odds) -> None:
        self.chance = random.Random(seed)  # noqa: S311 histories, not secrets
        self.odds = odds
        self.bucket = InMemoryPictures("pictures", NAMING.product)
        self.index = InMemoryCatalog({product: {} for product in PRODUCTS})
        self.labels = _recogniser()
        self.sights = _eyes()
        self.pending: list[PictureEvent] = []
        self.history: list[str] = []
        self.depth = 0
        self.dying = False

    def change(self) -> None:
        """The shop uploads, overwrites or deletes a picture; the event comes one to three times."""
        name = self.chance.choice(NAMES)
        live = {picture.name for product in PRODUCTS for picture in self.bucket.list_product(product)}
        if name in live and self.happens(self.odds.deletion):
            self.bucket.delete(name)
            time = self.bucket.tick()
            self.history.append(f"delete {name} at {time}")
        else:
            content = self.chance.choice(CONTENTS)
            time = self.bucket.put(name, content).generation
            self.history.append(f"put {name} {content!r} at {time}")
        event = PictureEvent(str(time), "pictures", name, time)
        self.pending += [event] * self.chance.randint(1, 3)

    def deliver(self) -> None:
        """Handle any one pending event; what does not succeed is pending again."""
        event = self.pending.pop(self.chance.randrange(len(self.pending)))
        try:
            _function(self).look_again(event, self._tell)
            self.history.append(f"handled {event.id}")
        except Failure as error:
            self.history.append(f"failed {event.id}: {error}")
            self.pending.append(event)
        except Killed:
            self.pending.append(event)
            if self.depth:
                raise
            self._restart()

    def step(self, *, answered: bool = False) -> None:
        """Whatever may happen while the function waits for an answer, or has just got it."""
        if self.happens(self.odds.death):
            self.dying = True
            raise Killed
        if not answered and self.happens(self.odds.failure):
            raise Transient("bad-luck", "no answer")
        if self.depth >= DEPTH or not self.happens(self.odds.interruption):
            return
        self.depth += 1
        try:
            if self.happens(0.5):
                self.change()
            elif self.pending:
                self.deliver()
        finally:
            self.depth -= 1

    def happens(self, probability: float) -> bool:
        return self.chance.random() < probability

    def _tell(self, picture: StoredPicture, refusal: Permanent) -> None:
        asked = self.labels if refusal.reason == "labels" else self.sights
        asked.tried.add(picture.content_hash)
        self.step()
        asked.told[picture.content_hash] += 1
        self.step()

    def _restart(self) -> None:
        self.history.append("killed")
        self.dying = False
        self.labels.restart()
        self.sights.restart()


def _function(world: World) -> Enricher:
    return Enricher(
        pictures=_Pictures(world),
        labels=_remembered(world, world.labels),
        sights=_remembered(world, world.sights),
        likeness=LIKENESS,
        catalog=_Catalog(world),
        recogniser_id="toy/1",
        product_of=NAMING.product,
        url_of=lambda picture: picture.name,
    )


def _remembered(world: World, asked: Asked[T]) -> Remembered[T]:
    asking = Asking(_Pictures(world), _Asking(world, asked), LIMITS)
    return Remembered(asking, _Answers(world, asked), patience=0)


@dataclass(frozen=True)
class _Pictures:
    world: World

    def list_product(self, product: str) -> list[StoredPicture]:
        self.world.step()
        listed = self.world.bucket.list_product(product)
        self.world.step()
        return listed

    def read(self, picture: StoredPicture) -> bytes:
        self.world.step()
        return self.world.bucket.read(picture)

    def is_current(self, picture: StoredPicture) -> bool:
        return self.world.bucket.is_current(picture)


@dataclass(frozen=True)
class _Asking(Generic[T]):
    world: World
    asked: Asked[T]

    def __call__(self, pictures: Sequence[Picture]) -> list[T | Failure]:
        self.world.step()
        outcomes = [self._ask(picture.content or b"") for picture in pictures]
        self.world.step(answered=True)
        return outcomes

    def _ask(self, content: bytes) -> T | Failure:
        if self.world.happens(self.world.odds.failure):
            return Transient("throttled", "slow down")
        self.asked.calls[content] += 1
        self.asked.unsettled[content] += 1
        return self.asked.answer(content)


@dataclass(frozen=True)
class _Answers(Generic[T]):
    world: World
    asked: Asked[T]

    def obtain(self, content_hash: str) -> Settled[T] | Claim | None:
        self.world.step()
        return self.asked.store.obtain(content_hash)

    def settle(self, claim: Claim, outcome: Settled[T]) -> None:
        self.asked.tried.add(claim.content_hash)
        self.world.step()
        self.asked.store.settle(claim, outcome)
        content = self.world.bucket.content(claim.content_hash)
        self.asked.unsettled[content] -= 1
        self.world.step()

    def release(self, claim: Claim) -> None:
        if not self.world.dying:
            content = self.world.bucket.content(claim.content_hash)
            if claim.content_hash in self.asked.tried:
                self.asked.lost[content] += self.asked.unsettled.pop(content, 0)
            self.asked.store.release(claim)

    def peek(self, content_hash: str) -> Settled[T] | None:
        return self.asked.store.peek(content_hash)

    def forget(self, content_hash: str, before_us: int) -> None:
        self.asked.store.forget(content_hash, before_us)


@dataclass(frozen=True)
class _Catalog:
    world: World

    def tag(self, product: str, enrichment: Enrichment, version: int) -> None:
        self.world.step()
        self.world.index.tag(product, enrichment, version)
        self.world.step()
