"""A shop, its cloud and the enrich function in one thread, with every kind of bad luck at every step.

Wherever the function talks to the outside, anything else may happen before the answer comes: the shop changes
the bucket, other deliveries are handled from beginning to end, the call fails before or after it took effect,
or the whole process dies.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from shared.catalog.query import VisualQuery
from shared.enriching import Enricher
from shared.errors import Failure, Permanent, Transient
from shared.images.naming import Naming
from shared.labeling import Labeler, PictureLimits
from shared.labeling.store import Claim, Settled
from shared.model import Answer, Enrichment, Label, Labels, Picture, PictureEvent, Refinement, StoredPicture
from shared.remembering import Asking, RememberedLabels
from tests.fakes.catalog import InMemoryCatalog
from tests.fakes.label_store import InMemoryLabels
from tests.fakes.pictures import InMemoryPictures

NAMING = Naming(("products/<objectID>/<file>",))
PRODUCTS = ("1", "2", "3")
NAMES = tuple(f"products/{product}/{file}.jpg" for product in PRODUCTS for file in "ab")
CONTENTS = tuple(f"content {number}".encode() for number in range(6))
REFUSED = frozenset(CONTENTS[:2])
DEPTH = 3


class Killed(BaseException):
    """The function's process is gone; nothing of it runs any more."""


def labels_of(content: bytes) -> Labels:
    """What the recogniser says about a content it does not refuse."""
    return (Label(f"L{content[-1]}", 0.9), Label("Thing", 0.5 + content[-1] / 1000))


@dataclass(frozen=True)
class Odds:
    """Probabilities at each step: something else happens first, the call fails, the process dies."""

    interruption: float = 0.3
    failure: float = 0.06
    death: float = 0.02
    deletion: float = 0.4


class World:
    """The bucket, the index, the remembered labels and the pending events."""

    def __init__(self, seed: int, odds: Odds) -> None:
        self.chance = random.Random(seed)  # noqa: S311 histories, not secrets
        self.odds = odds
        self.bucket = InMemoryPictures("pictures", NAMING.product)
        self.index = InMemoryCatalog({product: {} for product in PRODUCTS})
        self.store = InMemoryLabels()
        self.pending: list[PictureEvent] = []
        self.history: list[str] = []
        self.calls: Counter[bytes] = Counter()
        self.unsettled: Counter[bytes] = Counter()
        self.lost: Counter[bytes] = Counter()
        self.tried: set[str] = set()
        self.told: Counter[str] = Counter()
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

    def _tell(self, picture: StoredPicture, _: Permanent) -> None:
        self.tried.add(picture.content_hash)
        self.step()
        self.told[picture.content_hash] += 1
        self.step()

    def _restart(self) -> None:
        self.history.append("killed")
        self.dying = False
        self.lost += self.unsettled
        self.unsettled.clear()
        self.store.expire()


def _function(world: World) -> Enricher:
    pictures = _Pictures(world)
    asking = Asking(pictures, _Recogniser(world))
    return Enricher(
        pictures=pictures,
        labels=RememberedLabels(asking, _Labels(world), patience=0),
        catalog=_Catalog(world),
        recogniser_id="toy/1",
        product_of=NAMING.product,
        url_of=lambda picture: picture.name,
    )


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


class _Recogniser(Labeler):
    name = "toy"
    recogniser_id = "toy/1"
    limits = PictureLimits(frozenset(), max_bytes=100, max_pixels=100)

    def __init__(self, world: World) -> None:
        self._world = world

    def label_many(self, pictures: Sequence[Picture]) -> list[Labels | Failure]:
        self._world.step()
        outcomes = [self._label(picture.content or b"") for picture in pictures]
        self._world.step(answered=True)
        return outcomes

    def _label(self, content: bytes) -> Labels | Failure:
        if self._world.happens(self._world.odds.failure):
            return Transient("throttled", "slow down")
        self._world.calls[content] += 1
        self._world.unsettled[content] += 1
        return Permanent("bad-picture", "no") if content in REFUSED else labels_of(content)


@dataclass(frozen=True)
class _Labels:
    world: World

    def obtain(self, content_hash: str) -> Settled | Claim | None:
        self.world.step()
        return self.world.store.obtain(content_hash)

    def settle(self, claim: Claim, outcome: Settled) -> None:
        self.world.tried.add(claim.content_hash)
        self.world.step()
        self.world.store.settle(claim, outcome)
        content = self.world.bucket.content(claim.content_hash)
        self.world.unsettled[content] -= 1
        self.world.step()

    def release(self, claim: Claim) -> None:
        if not self.world.dying:
            content = self.world.bucket.content(claim.content_hash)
            if claim.content_hash in self.world.tried:
                self.world.lost[content] += self.world.unsettled.pop(content, 0)
            self.world.store.release(claim)

    def peek(self, content_hash: str) -> Settled | None:
        return self.world.store.peek(content_hash)

    def forget(self, content_hash: str, before_us: int) -> None:
        self.world.store.forget(content_hash, before_us)


@dataclass(frozen=True)
class _Catalog:
    world: World

    def tag(self, product: str, enrichment: Enrichment, version: int) -> None:
        self.world.step()
        self.world.index.tag(product, enrichment, version)
        self.world.step()

    def find(self, query: VisualQuery, refinement: Refinement) -> Answer:
        return self.world.index.find(query, refinement)
