"""A bucket, a catalog and the enricher between them, for tests of the use case."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

from shared.analysis import FeatureExtractor
from shared.annotation_cache import AnnotationCache, Annotator
from shared.attribute_names import DEFAULT_NAMES, AttributeNames
from shared.catalog.judging import RecordJudge
from shared.catalog.labels import WeightedLabels
from shared.catalog.likeness import Likeness
from shared.catalog.vectors import Profile, VisualCode, VisualWords
from shared.enriching import Enriched, Enricher, Nothing
from shared.errors import Failure, Permanent
from shared.model import Appearance, Label, Labels, PictureEvent, StoredPicture
from shared.ordering import ProductLocks
from shared.pictures import Naming
from tests.fakes.annotation_store import InMemoryAnnotations
from tests.fakes.catalog import InMemoryCatalog
from tests.fakes.encoder import FakeEncoder
from tests.fakes.imaging import FakeImaging
from tests.fakes.pictures import InMemoryPictures
from tests.fakes.recognizer import FakeRecognizer

NAMING = Naming(("products/<objectID>/<file>", "products/<objectID>.<ext>"))


class Shop:
    """A bucket, a catalog with products 1 and 2, and the enricher between them."""

    def __init__(self, names: AttributeNames = DEFAULT_NAMES) -> None:
        self.names = names
        self.create_missing = self.take_over = False
        self.turns: ProductLocks | None = None
        self.max_bytes = 10_000
        self.at = datetime(2026, 1, 1, tzinfo=UTC)
        self.pictures = InMemoryPictures("pictures", NAMING.product)
        self.catalog = InMemoryCatalog({"1": {"name": "Shoe"}, "2": {"name": "Bag"}}, names=names)
        self.answers: dict[bytes, Labels | Failure] = {}
        self.recognizer = FakeRecognizer(self.answers, recognizer_id="scripted/1")
        self.store = InMemoryAnnotations[Labels]()
        self.encoder: FakeEncoder | None = None
        self.features = InMemoryAnnotations[Appearance]()
        self.refused: list[tuple[str, str]] = []
        self._ids = itertools.count()

    def look_again(self, event: PictureEvent) -> Enriched | Nothing:
        asking = Annotator(self.pictures, self.recognizer.label_many)
        sees = LIKENESS if self.encoder else Likeness([WeightedLabels(names=self.names)], names=self.names)
        judge = RecordJudge(self.recognizer.recognizer_id, self.names, sees.written, self.take_over)
        enricher = Enricher(
            pictures=self.pictures,
            labels=AnnotationCache(asking, self.store, patience=0),
            features=self._features(FeatureExtractor("fake", FakeImaging(), self.encoder))
            if self.encoder
            else None,
            likeness=sees,
            catalog=self.catalog,
            judge=judge,
            naming=NAMING,
            url_of=(lambda picture: f"https://cdn.example/{picture.name}") if self.names.image_url else None,
            max_bytes=self.max_bytes,
            create_missing=self.create_missing,
            turns=self.turns or ProductLocks(),
            now=lambda: self.at,
        )
        return enricher.look_again(event, self._refuse)

    def _features(self, extractor: FeatureExtractor) -> AnnotationCache[Appearance]:
        return AnnotationCache(Annotator(self.pictures, extractor.look_many), self.features, patience=0)

    def _refuse(self, picture: StoredPicture, error: Permanent) -> None:
        self.refused.append((picture.name, error.reason))

    def upload(self, name: str, content: bytes, outcome: Labels | Failure) -> PictureEvent:
        self.answers[content] = outcome
        return self.event(name, self.pictures.put(name, content).generation)

    def delete(self, name: str, time_us: int) -> PictureEvent:
        self.pictures.delete(name)
        return self.event(name, time_us)

    def event(self, name: str, time_us: int) -> PictureEvent:
        return PictureEvent(str(next(self._ids)), "pictures", name, time_us)

    def names_of(self, product: str) -> list[str]:
        return list(self.catalog.records[product][self.names.label_names])


LIKENESS = Likeness([WeightedLabels(), VisualWords("x", Profile(2, 1, 2)), VisualCode("x")])
SHOE, LEG, BAG = Label("Shoe", 0.9), Label("Leg", 0.6), Label("Bag", 0.8)
