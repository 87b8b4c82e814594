"""A shop, its cloud and the enrich function in one thread, with every kind of bad luck at every step.

Wherever the function talks to the outside, anything else may happen before the answer comes: the shop changes
the bucket, other deliveries are handled from beginning to end, the call fails before or after it took effect,
or the whole process dies. With `trouble` events are lost or misdated, the catalog is rebuilt or restored
from an older copy, and clocks are wrong: for that there is `backfill --missing`.
"""

from __future__ import annotations

import random
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from shared.attribute_names import DEFAULT_NAMES, AttributeNames, renamed
from shared.catalog.judging import Inventory, RecordJudge, State
from shared.catalog.likeness import Likeness
from shared.catalog.vectors import Profile, VisualCode, VisualWords
from shared.errors import Failure, Permanent, Transient
from shared.events import parse_event
from shared.model import Appearance, Label, Labels, PictureEvent, StoredPicture
from shared.ordering import ProductLocks
from shared.pictures import Naming
from tests.fakes.catalog import InMemoryCatalog
from tests.fakes.pictures import InMemoryPictures
from tests.property import events
from tests.property.function import Asked, enricher

PRODUCTS = ("1", "2", "café")
FOREIGN, LARGE = "foreign", "large"
"""Products whose records have attributes of somebody else's, and hardly any room."""

SPELLED = {"café": "cafe\u0301"}
"""What a Mac makes of a name."""

ALL_PRODUCTS = (*PRODUCTS, FOREIGN, LARGE)
NAMES = tuple(
    f"products/{SPELLED.get(product, product) if file == 'b' else product}/{file}.jpg"
    for product in ALL_PRODUCTS
    for file in "ab"
)
OTHERS = tuple(f"products/1/360/{number}.jpg" for number in range(3))
CONTENTS = tuple(f"content {number}".encode() for number in range(6))
REFUSED = frozenset(CONTENTS[:2])
"""By the recognizer, whose word on them the eyes are not asked for."""

UNSEEN = frozenset(CONTENTS[1:3])
"""What the eyes refuse."""

OTHER_NAMES = ("imageURL=picture", "labels=l", "labelNames=n", "visual=v", "imageVersion=w", "visualWords=vw")
RENAMED = renamed(OTHER_NAMES)
MAX_BYTES = 700
HIDDEN = "secret"
"""An attribute that the function's key may not see; it counts all the same."""

DEPTH = 3
HOUR = 3_600_000_000
MISSING = frozenset({State.BARE, State.STALE, State.PARTIAL})
"""What `backfill --missing` asks to look at again."""


class Killed(BaseException):
    """The function's process is gone; nothing of it runs any more."""


def labels_of(content: bytes) -> Labels:
    """What the recognizer says about a content it does not refuse."""
    return (Label(f"L{content[-1]}", 0.9), Label("Thing", 0.5 + content[-1] / 1000))


def features_of(content: bytes) -> Appearance:
    """What the eyes see in a content they do not refuse."""
    number = content[-1] % 6
    return Appearance(colors=(Label(("red", "blue")[number % 2], 1.0),), vector=(number / 10, 0.5))


@dataclass(frozen=True)
class Odds:
    """Probabilities at each step: something else happens first, the call fails, the process dies."""

    interruption: float = 0.3
    failure: float = 0.06
    death: float = 0.02
    deletion: float = 0.4
    trouble: float = 0.0


class World:
    """The bucket, the index, recognizer and eyes with what they said, and the pending events."""

    def __init__(self, seed: int, odds: Odds) -> None:
        self.chance = random.Random(seed)  # noqa: S311 histories, not secrets
        self.odds = odds
        self.names: AttributeNames = self.chance.choice((DEFAULT_NAMES, RENAMED))
        self.versioned = self.happens(0.5)
        self.naming = Naming(("products/<objectID>/<file>",))
        self.likeness = _likeness(self.names)
        self.judge = RecordJudge("toy/1", self.names, self.likeness.written)
        self.bucket = InMemoryPictures("pictures", self.naming.product)
        bare = {product: self.bare(product) for product in ALL_PRODUCTS}
        self.index = InMemoryCatalog(bare, names=self.names)
        self.index.hidden.add(HIDDEN)
        self.index.max_bytes, self.index.too_big = MAX_BYTES, self.chance.choice(("at-once", "in-task"))
        self.copy = deepcopy(self.index.records)
        self.labels = Asked("labels", labels_of, REFUSED)
        self.features = Asked("features", features_of, UNSEEN)
        self._restart()
        self.pending: list[events.Sent] = []
        self.parked: list[tuple[str, PictureEvent]] = []
        self.history: list[str] = []
        self.depth = 0

    def bare(self, product: str) -> dict[str, Any]:
        """The record as the shop makes it."""
        if product == FOREIGN:
            return {self.names.labels: ["sale", "new"], "name": "N"}
        if product == LARGE:
            text = "x" * self.chance.randint(250, MAX_BYTES // 2 + 50)
            return {"text": text, HIDDEN: "y" * self.chance.choice((0, MAX_BYTES // 6))}
        return {"name": "N"}

    def change(self) -> None:
        """The shop uploads, overwrites or deletes a picture, or worse; its events come once or more."""
        if self.happens(self.odds.trouble):
            self.chance.choice((self._rebuild, self._restore, self._lose, self._forge, self.backfill))()
            return
        name = self.chance.choice((*NAMES, *OTHERS))
        live = self.bucket.is_live(name)
        if live and self.happens(self.odds.deletion):
            self.bucket.delete(name)
            self._send("deletion", name, self.bucket.tick())
            return
        ahead = HOUR if self.happens(self.odds.trouble) else 0
        self.bucket.time += ahead
        time = self.bucket.put(name, self.chance.choice(CONTENTS)).generation
        self.bucket.time -= ahead
        self._send("overwrite" if live else "upload", name, time)

    def backfill(self) -> int:
        """`backfill --missing` as things are now; Pub/Sub's clock is wrong by up to an hour."""
        wanted = [product for product in ALL_PRODUCTS if MISSING & set(self.judged(product))]
        for product in wanted:
            skew = self.chance.choice((0, 0, -HOUR, HOUR))
            name = self.naming.example(product)
            assert name is not None
            self._deliver_later(events.of_request(name, self.bucket.time + skew))
        return len(wanted)

    def judged(self, product: str) -> tuple[State, ...]:
        """What is to be said of the product's record beside the bucket."""
        pictures = self.bucket.list_product(product)
        return self.judge.findings(self.index.look_up(product), Inventory.of(pictures))

    def deliver(self) -> None:
        """Handle any one pending event; what does not succeed is pending again, or parked."""
        sent = self.pending.pop(self.chance.randrange(len(self.pending)))
        event = parse_event(sent.attributes, sent.data)
        if event is None:
            return
        try:
            enricher(self).look_again(event, self._tell)
            self.history.append(f"handled {sent.told}")
        except Permanent as error:
            self.history.append(f"parked {sent.told}: {error}")
            self.parked.append((error.reason, event))
        except Failure as error:
            self.history.append(f"failed {sent.told}: {error}")
            self.pending.append(sent)
        except Killed:
            self.pending.append(sent)
            if self.depth:
                raise
            self.history.append("killed")
            self._restart()

    def step(self, *, answered: bool = False) -> None:
        """Whatever may happen while the function waits for an answer, or has just got it."""
        self.bucket.tick()
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

    def _send(self, change: events.Step, name: str, time: int) -> None:
        self.history.append(f"{change} of {name} at {time}")
        form: events.Form = self.chance.choice(("event", "notification"))
        for kind, replaced in events.changes(change, versioned=self.versioned):
            by = time if replaced else 0
            self._deliver_later(events.of_change(kind, name, time, form, overwritten_by=by))

    def _deliver_later(self, sent: events.Sent) -> None:
        self.pending += [sent] * self.chance.randint(1, 3)

    def _rebuild(self) -> None:
        """The shop writes its catalog anew, without what is ours, and keeps a copy of what was there."""
        self.copy = deepcopy(self.index.records)
        for product in PRODUCTS:
            self.index.records[product] = self.bare(product)
        self.history.append("rebuilt")

    def _restore(self) -> None:
        for product in PRODUCTS:
            self.index.records[product] = deepcopy(self.copy[product])
        self.history.append("restored")

    def _lose(self) -> None:
        if self.pending:
            lost = self.chance.choice(self.pending)
            self.pending = [sent for sent in self.pending if sent is not lost]
            self.history.append(f"lost {lost.told}")

    def _forge(self) -> None:
        """An event whose time is decades away, about any picture."""
        name, time = self.chance.choice(NAMES), self.bucket.time + 600_000 * HOUR
        self._deliver_later(events.of_change("finalized", name, time, "event"))

    def _tell(self, picture: StoredPicture, refusal: Permanent) -> None:
        asked = self.labels if refusal.reason == "labels" else self.features
        asked.tried.add(picture.content_hash)
        self.step()
        asked.told[picture.content_hash] += 1
        self.step()

    def _restart(self) -> None:
        """Two instances that remember nothing."""
        self.dying, self.instances = False, [ProductLocks(patience=0), ProductLocks(patience=0)]
        self.labels.restart()
        self.features.restart()


def _likeness(names: AttributeNames) -> Likeness:
    words = VisualWords("x", Profile(2, 1, 1), names=names)
    return Likeness([words, VisualCode("x", names)], names=names, colors=True)
