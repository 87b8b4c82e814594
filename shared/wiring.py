"""The composition root: settings become use cases; real classes are named here and nowhere else.

Adapters are imported inside the functions below, so that a process loads only the vendors it uses, and only
when the first event or request needs them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from shared.enriching import Enricher
from shared.events import EventBus
from shared.images.naming import Naming, image_url
from shared.labeling import Labeler, registry
from shared.model import StoredPicture
from shared.searching import Searcher
from shared.settings import (
    AlgoliaSettings,
    EnrichSettings,
    LabelingSettings,
    SearchSettings,
)

if TYPE_CHECKING:
    from shared.catalog.algolia import AlgoliaCatalog

SEARCH_DEADLINE = 5.0
"""Seconds Algolia may take for a shopper; an enrichment has the adapter's own, longer deadline."""

T = TypeVar("T")


class Once(Generic[T]):
    """A value made at its first use, once for all threads; a failure is not remembered."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: list[T] = []

    def __call__(self) -> T:
        """The value."""
        with self._lock:
            if not self._made:
                self._made.append(self._make())
            return self._made[0]


def labeler(settings: LabelingSettings) -> Labeler:
    """The recogniser that `LABELER` names."""
    return registry.create(settings.labeler, settings.recogniser_options())


def catalog(
    settings: AlgoliaSettings, *, create_missing: bool = False, deadline: float | None = None
) -> AlgoliaCatalog:
    """The shop's index."""
    from shared.catalog import algolia

    index = algolia.Index(
        app_id=settings.algolia_app_id,
        api_key=settings.algolia_api_key.get_secret_value(),
        name=settings.algolia_index,
        hosts=settings.algolia_hosts,
    )
    return algolia.connect(index, create_missing=create_missing, deadline=deadline or algolia.DEADLINE)


def bus(settings: EnrichSettings) -> EventBus:
    """The topic for events that cannot succeed."""
    from shared.events import pubsub

    return pubsub.connect(settings.parked_topic)


def enricher(settings: EnrichSettings, naming: Naming) -> Enricher:
    """The use case of the enrich function."""
    from shared import gcs
    from shared.images.gcs import GcsPictures
    from shared.labeling.gcs_store import GcsLabels
    from shared.remembering import Asking, RememberedLabels

    client = gcs.client()
    recogniser = labeler(settings)
    pictures = GcsPictures(client, settings.picture_bucket, naming)
    store = GcsLabels(client, settings.label_bucket, recogniser.recogniser_id, settings.label_lease)
    asking = Asking(pictures, recogniser, budget=settings.label_lease / 3)
    return Enricher(
        pictures=pictures,
        labels=RememberedLabels(asking, store),
        catalog=catalog(settings, create_missing=settings.create_missing_records),
        recogniser_id=recogniser.recogniser_id,
        product_of=naming.product,
        url_of=partial(_url, settings.image_url_template),
    )


def searcher(settings: SearchSettings) -> Searcher:
    """The use case of the search function."""
    from shared.images.photo import PhotoLimits, normalise

    limits = PhotoLimits(settings.max_picture_bytes, settings.max_picture_pixels)
    return Searcher(
        normalise=partial(normalise, limits=limits),
        labeler=labeler(settings),
        catalog=catalog(settings, deadline=SEARCH_DEADLINE),
    )


def _url(template: str, picture: StoredPicture) -> str:
    return image_url(template, picture.bucket, picture.name)
