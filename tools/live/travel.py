"""A picture's travel through a deployment: bucket, event, function, record; timed, and taken back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from shared.attribute_names import AttributeNames
from shared.catalog.algolia import AlgoliaCatalog
from shared.catalog.record import Recorded
from shared.errors import UnknownProduct
from tools.importing.bucket import BucketTarget

PATIENCE = 180.0
"""Seconds that an upload may take to its record: a new instance of the function starts in a few of them."""

_PAUSE = 0.5


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
        return self._until(lambda record: record.enriched and record.pictures + record.refused > 0)

    def remove(self) -> float | None:
        """Seconds until the record tells of no picture any more; None if it does not in time."""
        self.bucket.delete(self.object_name)
        return self._until(lambda record: record.enriched and record.pictures + record.refused == 0)

    def _until(self, arrived: Callable[[Recorded], bool]) -> float | None:
        started = self.clock()
        while self.clock() - started < self.patience:
            with suppress(UnknownProduct):
                record = self.catalog.record(self.product, [self.names.visual, self.names.version])
                if arrived(Recorded.of(record, self.names)):
                    return self.clock() - started
            time.sleep(_PAUSE)
        return None


@contextmanager
def setting_out(traveler: Traveler) -> Iterator[Traveler]:
    """The product's record, without a picture yet; when the block ends, record and picture are gone."""
    index = traveler.catalog.index
    try:
        for _ in index.watch(index.write("addObject", {"objectID": traveler.product}), traveler.patience):
            pass
        yield traveler
    finally:
        traveler.bucket.delete(traveler.object_name)
        index.write("deleteObject", {"objectID": traveler.product})
