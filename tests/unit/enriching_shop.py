"""A bucket, a catalog and the enricher between them, for tests of the use case."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any

from shared.analysis import FeatureExtractor
from shared.annotation_cache import AnnotationCache, Annotator
from shared.attribute_names import DEFAULT_NAMES
from shared.catalog.judging import RecordJudge
from shared.catalog.labels import WeightedLabels
from shared.catalog.likeness import Likeness
from shared.catalog.vectors import Profile, VisualCode, VisualWords
from shared.enriching import Enriched, Enricher, Nothing
from shared.errors import Failure
from shared.model import Appearance, Label, Labels, PictureEvent
from shared.ordering import ProductLocks
from shared.pictures import Naming
from tests.fakes.annotation_store import InMemoryAnnotations
from tests.fakes.catalog import InMemoryCatalog
from tests.fakes.encoder import FakeEncoder
from tests.fakes.imaging import FakeImaging
from tests.fakes.pictures import InMemoryPictures
from tests.fakes.recognizer import FakeRecognizer

NAMING = Naming(("products/<objectID>/<file>", "products/<objectID>.<ext>"))
LIKENESS = Likeness([WeightedLabels(), VisualWords("x", Profile(2, 2, 2)), VisualCode("x")])
SHOE, LEG, BAG = Label("Shoe", 0.9), Label("Leg", 0.6), Label("Bag", 0.8)


class Shop:
    """A bucket, a catalog with products 1 and 2, and the enricher between them.

    Files are product 1's and hold their own names; without `turns` each event has an instance of its own.
    """

    def __init__(self) -> None:
        self.create_missing = self.take_over = False
        self.turns: ProductLocks | None = None
        self.max_bytes = 10_000
        self.at = datetime(2026, 1, 1, tzinfo=UTC)
        self.pictures = InMemoryPictures("pictures", NAMING.product)
        self.catalog = InMemoryCatalog({"1": {"name": "Shoe"}, "2": {"name": "Bag"}})
        self.answers: dict[bytes, Labels | Failure] = {}
        self.recognizer = FakeRecognizer(self.answers, recognizer_id="scripted/1")
        self.store = InMemoryAnnotations[Labels]()
        self.encoder: FakeEncoder | None = None
        self.features = InMemoryAnnotations[Appearance]()
        self.refused: list[tuple[str, str]] = []
        self._ids = itertools.count()

    def look_again(self, event: PictureEvent) -> Enriched | Nothing:
        sees = LIKENESS if self.encoder else Likeness([WeightedLabels()])
        labeling = Annotator(self.pictures, self.recognizer.label_many)
        extracting = Annotator(self.pictures, FeatureExtractor("fake", FakeImaging(), self.encoder).look_many)
        features = AnnotationCache(extracting, self.features, patience=0)
        enricher = Enricher(
            pictures=self.pictures,
            labels=AnnotationCache(labeling, self.store, patience=0),
            features=features if self.encoder else None,
            likeness=sees,
            catalog=self.catalog,
            judge=RecordJudge(self.recognizer.recognizer_id, DEFAULT_NAMES, sees.written, self.take_over),
            naming=NAMING,
            url_of=lambda picture: f"https://cdn.example/{picture.name}",
            max_bytes=self.max_bytes,
            create_missing=self.create_missing,
            turns=self.turns or ProductLocks(),
            now=lambda: self.at,
        )
        return enricher.look_again(
            event, lambda picture, error: self.refused.append((picture.name, error.reason))
        )

    def upload(self, file: str, outcome: Labels | Failure = (SHOE,), product: str = "1") -> PictureEvent:
        self.answers[file.encode()] = outcome
        stored = self.pictures.put(f"products/{product}/{file}", file.encode())
        return self.event(file, stored.generation, product)

    def delete(self, file: str, time_us: int) -> PictureEvent:
        self.pictures.delete(f"products/1/{file}")
        return self.event(file, time_us)

    def event(self, file: str, time_us: int, product: str = "1") -> PictureEvent:
        return PictureEvent(str(next(self._ids)), "pictures", f"products/{product}/{file}", time_us)

    @property
    def now_us(self) -> int:
        return round(self.at.timestamp() * 1e6)

    @property
    def record(self) -> dict[str, Any]:
        return self.catalog.records["1"]

    @property
    def labeled(self) -> list[str]:
        return list(self.record["labelNames"])
