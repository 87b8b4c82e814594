"""A shop's bucket, index, recognizer and remembered answers in memory, each as slow as the real one.

Time runs `SPEED` times as fast as the clock on the wall. All is counted per kind of call.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from shared.catalog import Written
from shared.catalog.judging import Inventory
from shared.errors import Failure
from shared.imaging import Picture
from shared.labeling import Claim, Settled
from shared.model import Label, Labels, StoredPicture, md5
from shared.pictures import Naming

SPEED = 60.0
LISTING, READ, WRITE, VISIBLE, RECOGNIZER = 0.040, 0.030, 0.050, 0.500, 0.250
"""Seconds for a listing, a look into the index, a write, until an accepted one shows, and for a picture."""

NAMING = Naming(("products/<objectID>/<file>",))
START = 1_700_000_000.0
"""The beginning of the simulation, in seconds since the epoch."""


def sleep(seconds: float) -> None:
    """Let so many seconds of the simulation pass."""
    if seconds > 0:
        time.sleep(seconds / SPEED)


def clock() -> float:
    """Seconds of the simulation, from any beginning."""
    return time.monotonic() * SPEED


def microseconds() -> int:
    """Now, on the clock that all share."""
    return round((START + clock()) * 1_000_000)


def now() -> datetime:
    """Now, as a date."""
    return datetime.fromtimestamp(START + clock(), UTC)


class Counts:
    """Calls by kind; threads share one."""

    def __init__(self) -> None:
        self._calls: Counter[str] = Counter()
        self._lock = threading.Lock()

    def add(self, kind: str, by: int = 1) -> None:
        """Count some more."""
        with self._lock:
            self._calls[kind] += by

    def __getitem__(self, kind: str) -> int:
        return self._calls[kind]


@dataclass
class SlowPictures:
    """See `PictureStore`; bytes are the name and come at once."""

    counts: Counts
    _objects: defaultdict[str, dict[str, StoredPicture]] = field(default_factory=lambda: defaultdict(dict))
    _generations: threading.Lock = field(default_factory=threading.Lock)

    def put(self, product: str, file: str) -> StoredPicture:
        """Upload a picture that differs from all others."""
        name = f"products/{product}/{file}"
        with self._generations:
            picture = StoredPicture(
                "pictures", name, microseconds(), md5(name.encode()), len(name), "image/jpeg"
            )
            self._objects[product] = {**self._objects[product], name: picture}
        return picture

    def list_product(self, product: str) -> list[StoredPicture]:
        """See `PictureStore`; the state in the middle of the call."""
        self.counts.add("listings")
        sleep(LISTING / 2)
        listed = self._objects[product]
        sleep(LISTING / 2)
        return [listed[name] for name in sorted(listed)]

    def inventory(self, product: str) -> Inventory:
        """The pictures of a product; not counted."""
        return Inventory.of(list(self._objects[product].values()))

    def read(self, picture: StoredPicture) -> bytes:
        """See `PictureStore`."""
        return picture.name.encode()


@dataclass
class SlowCatalog:
    """See `Catalog`: every product has a record; a write shows some time after it was accepted."""

    counts: Counts
    _accepted: defaultdict[str, list[tuple[float, Mapping[str, Any]]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _tasks: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def look_up(self, product: str) -> Mapping[str, Any]:
        """See `Catalog`."""
        self.counts.add("reads")
        sleep(READ)
        return self.shown(product, clock())

    def shown(self, product: str, at: float) -> Mapping[str, Any]:
        """The record as it shows at that time; not counted."""
        with self._lock:
            updates = [update for since, update in self._accepted[product] if since <= at]
        record: dict[str, Any] = {"objectID": product}
        for update in updates:
            plain = {name: _plain(value) for name, value in update.items()}
            if plain["imageVersion"] > record.get("imageVersion", 0):
                record |= plain
        return record

    def write(self, object_id: str, update: Mapping[str, Any], *, create: bool = False) -> int:  # noqa: ARG002
        """See `Catalog`."""
        self.counts.add("writes")
        sleep(WRITE)
        with self._lock:
            self._accepted[object_id].append((clock() + VISIBLE, update))
            return next(self._tasks)

    def has_taken(self, written: Written) -> bool:
        """Not asked, as no record is near its limit."""
        raise NotImplementedError(written)


def _plain(value: object) -> object:
    """The value that a guard leaves in the record."""
    return value["value"] if isinstance(value, Mapping) and "_operation" in value else value


@dataclass(frozen=True)
class SlowRecognizer:
    """A recognizer that takes its time for each picture."""

    counts: Counts

    def __call__(self, pictures: Sequence[Picture]) -> list[Labels | Failure]:
        """See `Recognizer.label_many`."""
        self.counts.add("calls")
        self.counts.add("pictures", len(pictures))
        sleep(RECOGNIZER * len(pictures))
        return [(Label("Shoe", 0.9),) for _ in pictures]


@dataclass
class SharedAnswers:
    """See `AnnotationStore`; at once, and a claim never runs out."""

    _said: dict[str, Settled[Labels]] = field(default_factory=dict)
    _claims: dict[str, Claim] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def obtain(self, content_hash: str) -> Settled[Labels] | Claim | None:
        """See `AnnotationStore`."""
        with self._lock:
            if content_hash in self._said:
                return self._said[content_hash]
            if content_hash in self._claims:
                return None
            return self._claims.setdefault(content_hash, Claim(content_hash, 1))

    def settle(self, claim: Claim, outcome: Settled[Labels]) -> None:
        """See `AnnotationStore`."""
        with self._lock:
            self._said.setdefault(claim.content_hash, outcome)

    def release(self, claim: Claim) -> None:
        """See `AnnotationStore`."""
        with self._lock:
            self._claims.pop(claim.content_hash, None)

    def peek(self, content_hash: str) -> Settled[Labels] | None:
        """See `AnnotationStore`."""
        return self._said.get(content_hash)

    def forget(self, content_hash: str, before_us: int) -> None:
        """Not asked, as nothing is refused."""
        raise NotImplementedError(content_hash, before_us)
