"""A picture's travel through a deployment: bucket, event, function, record; timed, and taken back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from shared.attribute_names import AttributeNames
from shared.catalog.algolia import AlgoliaCatalog
from shared.catalog.record import Recorded
from shared.errors import UnknownProduct
from tools.importing.bucket import BucketTarget
from tools.live.scratch import FORGOTTEN, PREFIX, new_name

PATIENCE = 180.0
"""Seconds that an upload may take to its record: a new instance of the function starts in a few of them."""

_PAUSE = 0.5
_MOST = 1_000


@dataclass(slots=True)
class Traveler:
    """A product of the check's own, whose picture is to travel; `began` is when, in seconds of `clock`."""

    catalog: AlgoliaCatalog
    bucket: BucketTarget
    names: AttributeNames
    product: str
    object_name: str
    picture: bytes
    patience: float = PATIENCE
    clock: Callable[[], float] = time.time
    began: float = field(default=0.0)

    def upload(self) -> float | None:
        """Seconds until the record tells of the picture; None if it does not in time."""
        self.began = self.clock()
        self.bucket.put(self.object_name, self.picture, "image/jpeg")
        return self._told(lambda record: record.pictures + record.refused > 0)

    def remove(self) -> float | None:
        """Seconds until the record tells of no picture any more; None if it does not in time."""
        self.bucket.delete(self.object_name)
        return self._told(lambda record: record.pictures + record.refused == 0)

    def _told(self, arrived: Callable[[Recorded], bool]) -> float | None:
        def told() -> bool:
            with suppress(UnknownProduct):
                held = self.catalog.record(self.product, [self.names.visual, self.names.version])
                record = Recorded.of(held, self.names)
                return record.enriched and arrived(record)
            return False

        return self.until(told, self.patience)

    def until(self, happened: Callable[[], bool], patience: float, pause: float = _PAUSE) -> float | None:
        """Seconds until something has happened, which is looked at time and again; None if not in time."""
        started = self.clock()
        while self.clock() - started < patience:
            if happened():
                return self.clock() - started
            time.sleep(pause)
        return None

    def take_back(self, product: str) -> None:
        """Delete the record and the picture of a product that a check made, each whatever the other does."""
        try:
            self.bucket.delete(self.object_name.replace(self.product, product))
        finally:
            self.catalog.index.write("deleteObject", {"objectID": product})

    def forgotten(self) -> Sequence[str]:
        """The products that killed checks left: their names tell when they were made."""
        asked = {"tagFilters": [PREFIX], "attributesToRetrieve": [], "distinct": False, "analytics": False}
        left = [hit["objectID"] for hit in self.catalog.index.search({**asked, "hitsPerPage": _MOST})["hits"]]
        return [name for name in left if f"{PREFIX}-" < name < new_name(self.clock() - FORGOTTEN)]


@contextmanager
def setting_out(traveler: Traveler) -> Iterator[Traveler]:
    """The product's record, without a picture yet; when the block ends, record and picture are gone.

    What killed checks left is gone too.
    """
    index, product = traveler.catalog.index, {"objectID": traveler.product, "_tags": [PREFIX]}
    try:
        for _ in index.watch(index.write("addObject", product), traveler.patience):
            pass
        for left in traveler.forgotten():
            traveler.take_back(left)
        yield traveler
    finally:
        traveler.take_back(traveler.product)
