"""The composition root: settings become use cases; real classes are named here and nowhere else.

Adapters are imported inside the functions below, so that a process loads only the vendors it uses, and only
when the first event or request needs them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from shared.catalog.counting import CurrentCounts
from shared.catalog.rarity import NOTHING_KNOWN
from shared.enriching import Enricher
from shared.errors import Misconfigured
from shared.events import EventBus
from shared.images.memory import MemoryBudget
from shared.images.naming import Naming, image_url
from shared.importing import importing
from shared.labeling import Labeler, registry
from shared.model import Crop, Labels, Picture, StoredPicture
from shared.searching import Searcher
from shared.settings import (
    AlgoliaSettings,
    EnrichSettings,
    LabelingSettings,
    SearchSettings,
)
from shared.timing import step

if TYPE_CHECKING:
    from shared.catalog.algolia import AlgoliaCatalog
    from shared.catalog.algolia_search import AlgoliaSearch
    from shared.catalog.connection import Index
    from shared.images.photo import Normaliser

SEARCH_DEADLINE = 4.0
"""Seconds Algolia may take for a shopper; an enrichment has the adapter's own, longer deadline."""

FETCH_DEADLINE = 5.0
"""Seconds a picture by URL may take."""

MEMORY_PATIENCE = 1.5
"""Seconds to wait for room in memory, for a body and for decoding."""

BODY_MEMORY = 64_000_000
"""Bytes that the bodies being read may take together in an instance."""

BACKGROUND = 2
"""Threads that prepare the catalogue's side while the recogniser is being waited for."""

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

    return algolia.connect(
        _index(settings), create_missing=create_missing, deadline=deadline or algolia.DEADLINE
    )


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
    from concurrent.futures import ThreadPoolExecutor

    from shared.labeling.recent import RecentLabels

    recogniser = labeler(settings)
    found_by = Once(lambda: finder(settings))
    counts = CurrentCounts(lambda: found_by().counts(), settings.label_counts_max_age)
    recent = RecentLabels(
        partial(_labels, Once(lambda: _normaliser(settings)), recogniser),
        entries=settings.recent_photos,
        max_age=settings.recent_max_age,
        patience=settings.search_timeout,
    )
    return Searcher(
        see=recent.labels,
        prepare=recogniser.prepare,
        counts=counts if settings.searches_itself else lambda: NOTHING_KNOWN,
        finder=found_by,
        background=ThreadPoolExecutor(BACKGROUND, "catalogue"),
        min_share=settings.match_min_share,
    )


def check_deadlines(settings: SearchSettings) -> None:
    """Raises `Misconfigured` where the steps of a search may take longer than the platform allows."""
    recogniser = float(settings.recogniser_options().get("timeout", 0.0))
    longest = sum((FETCH_DEADLINE, 2 * MEMORY_PATIENCE, recogniser, 2 * SEARCH_DEADLINE))
    if longest >= settings.search_timeout:
        raise Misconfigured(
            "SEARCH_TIMEOUT",
            f"a search may take {longest:g} s here, {recogniser:g} of them for the recogniser; write more,"
            " and give the function as much, or shorten the recogniser's time-out",
        )


def finder(settings: SearchSettings) -> AlgoliaSearch:
    """The shop's index, as a shopper sees it."""
    with importing(without="aiohttp"):
        from shared.catalog import algolia_search

    return algolia_search.connect(_index(settings), SEARCH_DEADLINE)


def picture_urls(settings: SearchSettings) -> Callable[[str], bytes] | None:
    """How to get a photo by its URL; None where no host is allowed. Raises `Misconfigured`."""
    if not settings.picture_url_hosts:
        return None
    from shared.images.by_url import PictureUrls

    return PictureUrls(
        settings.picture_url_hosts, max_bytes=settings.max_picture_bytes, deadline=FETCH_DEADLINE
    ).fetch


def _normaliser(settings: SearchSettings) -> Normaliser:
    from shared.images.photo import MEMORY_BYTES, Normaliser, PhotoLimits

    limits = PhotoLimits(settings.max_picture_bytes, settings.max_picture_pixels)
    return Normaliser(limits, MemoryBudget(MEMORY_BYTES, MEMORY_PATIENCE))


def _labels(
    normaliser: Callable[[], Normaliser], recogniser: Labeler, photo: bytes, crop: Crop | None
) -> Labels:
    with step("decode"):
        small = normaliser()(photo, crop)
    with step("recognise"):
        return recogniser.label(Picture(content=small))


def _index(settings: AlgoliaSettings | SearchSettings) -> Index:
    from shared.catalog.connection import Index

    return Index(
        app_id=settings.algolia_app_id,
        api_key=settings.algolia_api_key.get_secret_value(),
        name=settings.algolia_index,
        hosts=settings.algolia_hosts,
    )


def _url(template: str, picture: StoredPicture) -> str:
    return image_url(template, picture.bucket, picture.name)
