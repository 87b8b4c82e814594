"""The composition root: settings become use cases; real classes are named here and nowhere else.

Adapters, and what only one of the functions uses, are imported inside the functions below, so that a process
loads only what it uses, and vendors only when the first event or request needs them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from shared.analysis import FeatureExtractor, LateExtractor, PhotoAnalyzer
from shared.breaking import Breaker
from shared.catalog import refusals
from shared.catalog.labels import NOTHING_KNOWN, CurrentCounts
from shared.catalog.likeness import MAX_FILTERS, Likeness
from shared.catalog.vectors import tag_of
from shared.errors import Failure
from shared.imaging import DECODING_CLOCK, PHOTO_PATIENCE, Picture
from shared.labeling import Encoder, Recognizer, registry, spending
from shared.labeling.photo_cache import PhotoCache
from shared.labeling.provider import Wanted
from shared.labeling.spending import Allowance, OwnSpending, Spending
from shared.loading import Once, importing
from shared.model import Appearance, StoredPicture
from shared.searching import Searcher
from shared.settings import AlgoliaSettings, EnrichSettings, IndexSettings, SearchSettings
from shared.settings.labeling import NO_ENCODER, LabelingSettings

if TYPE_CHECKING:
    from shared.annotation_cache import AnnotationCache, Annotator
    from shared.catalog.algolia import AlgoliaCatalog, AlgoliaIndex
    from shared.catalog.judging import RecordJudge
    from shared.enriching import Enricher
    from shared.events import EventBus
    from shared.pictures import Naming
    from shared.waiting import Reconciler, WaitingList

SEARCH_DEADLINE = 4.0
"""Seconds Algolia may take for a shopper; an enrichment has the adapter's own, longer deadline."""

LABELS_DEADLINE = 2.5
"""Seconds the recognizer may take for a shopper whose photo has a vector too; 0.25 to 1 are usual. What comes
later helps nobody: a search without labels is worth more than a late one."""

FETCH_DEADLINE = 5.0
"""Seconds a picture by URL may take."""

MEMORY_PATIENCE = 1.5
"""Seconds that a body waits for room in memory."""

BODY_MEMORY = 64_000_000
"""Bytes that the bodies being read may take together in an instance."""

ENCODING = os.cpu_count() or 1
"""Threads that encode photos while the recognizer is being waited for, each of which costs 5 MB: on a slow
processor one alone is not done with those of eight searches by then."""

BACKGROUND = 2
"""Threads that prepare the catalog's side while the recognizer is being waited for."""

T = TypeVar("T")


def chosen_recognizer(settings: LabelingSettings) -> Recognizer:
    """The recognizer that `RECOGNIZER` names."""
    return registry.create(settings.recognizer, settings.of_recognizer, settings.wanted)


def chosen_encoder(settings: LabelingSettings) -> Encoder | None:
    """The encoder that `ENCODER` names, fitted to the shop; None where there is none, or nothing needs it."""
    if not settings.encodes:
        return None
    with importing():
        encoder = registry.create_encoder(settings.encoder, settings.of_encoder)
        if not settings.encoder_projection:
            return encoder
        from shared.labeling.projection import projected

        return projected(encoder, settings.encoder_projection)


def likeness(settings: LabelingSettings, encodes: Encoder | None, max_filters: int = MAX_FILTERS) -> Likeness:
    """The ways to find what looks alike that `STRATEGIES` names; only records may have colors."""
    return Likeness.named(
        settings.ways,
        tag=tag_of(encodes.encoder_id) if encodes else "",
        max_filters=max_filters,
        attributes=settings.names,
        colors=isinstance(settings, IndexSettings) and settings.colors,
    )


def feature_extractor(
    encodes: Encoder | None, sees: Likeness, *, of_products: bool = False
) -> FeatureExtractor | None:
    """The feature extractor beside the recognizer, of photos or products; None where labels are enough."""
    from shared.imaging import colors
    from shared.imaging.opening import product_opener

    name = encodes.encoder_id if encodes else NO_ENCODER
    extract = partial(FeatureExtractor, imaging=product_opener(), encoder=encodes, of_products=of_products)
    if not sees.sees_colors:
        return extract(f"features/{name}") if encodes else None
    return extract(f"features/{name}/colors-{colors.REVISION}", colors=colors.colors_of)


def catalog(settings: IndexSettings | SearchSettings, *, deadline: float | None = None) -> AlgoliaCatalog:
    """The shop's index."""
    from shared.catalog.algolia import DEADLINE, connect

    within = settings.filter_rules.within if isinstance(settings, SearchSettings) else ""
    at, names = address(settings), settings.names
    return connect(at, names=names, within=within, deadline=deadline or DEADLINE)


def address(settings: AlgoliaSettings) -> AlgoliaIndex:
    """The address of the shop's index, and the key to it."""
    from shared.catalog.algolia import AlgoliaIndex

    return AlgoliaIndex(
        app_id=settings.algolia_app_id,
        api_key=settings.algolia_api_key.get_secret_value(),
        name=settings.algolia_index,
        hosts=settings.algolia_hosts,
    )


def judge(settings: EnrichSettings, recognizer_id: str, sees: Likeness) -> RecordJudge:
    """The judge of records."""
    from shared.catalog.judging import RecordJudge

    return RecordJudge(recognizer_id, settings.names, sees.written, settings.take_over_attributes)


def bus(settings: EnrichSettings) -> EventBus:
    """The topic for events that cannot succeed."""
    from shared.events import pubsub

    return pubsub.connect(settings.parked_topic)


def enricher(settings: EnrichSettings, naming: Naming) -> Enricher:
    """The use case of the enrich function."""
    from shared import gcs
    from shared.annotation_cache import AnnotationCache, Annotator
    from shared.enriching import Enricher
    from shared.labeling.gcs_annotations import GcsFeatures, GcsLabels
    from shared.pictures.gcs import GcsPictures

    client, lease = gcs.client(), settings.label_lease
    recognizer, encodes = chosen_recognizer(settings), chosen_encoder(settings)
    sees = likeness(settings, encodes)
    pictures = GcsPictures(client, settings.picture_bucket, naming)

    def asking(many: Callable[[Sequence[Picture]], list[T | Failure]]) -> Annotator[T]:
        return Annotator(pictures, many, budget=lease / 3)

    def features(seeing: FeatureExtractor) -> AnnotationCache[Appearance]:
        store = GcsFeatures(client, settings.label_bucket, seeing.features_id, lease)
        return AnnotationCache(asking(seeing.look_many), store)

    store = GcsLabels(client, settings.label_bucket, recognizer.recognizer_id, lease)
    seeing = feature_extractor(encodes, sees, of_products=True)
    return Enricher(
        pictures=pictures,
        labels=AnnotationCache(asking(recognizer.label_many), store),
        features=features(seeing) if seeing else None,
        likeness=sees,
        catalog=catalog(settings),
        judge=judge(settings, recognizer.recognizer_id, sees),
        naming=naming,
        url_of=partial(_url, settings.image_url_template) if settings.names.image_url else None,
        max_bytes=settings.max_record_bytes,
        create_missing=settings.create_missing_records,
    )


def waiting_list(settings: EnrichSettings) -> WaitingList:
    """The products that wait for their records."""
    from shared import gcs
    from shared.gcs_waiting import GcsWaitingList

    return GcsWaitingList(gcs.client(), settings.label_bucket)


def reconciler(settings: EnrichSettings, naming: Naming, waiting: WaitingList) -> Reconciler:
    """The use case that looks again at those that have a record now."""
    from shared.events import pubsub
    from shared.waiting import Reconciler

    topic = pubsub.requests(settings.picture_topic)
    return Reconciler(waiting, catalog(settings).present, naming.example, topic, settings.picture_bucket)


def searcher(settings: SearchSettings) -> Searcher:
    """The use case of the search function."""
    with importing():
        from concurrent.futures import ThreadPoolExecutor

        from shared.imaging.opening import photo_opener

    budget = allowance(settings)
    wanted = replace(_wanted(settings), again=budget.again) if budget else _wanted(settings)
    recognizer = registry.create(settings.recognizer, settings.of_recognizer, wanted)
    encoder = Once(lambda: chosen_encoder(settings))
    sees = Once(lambda: likeness(settings, encoder(), settings.max_filters))
    extractor = Once(lambda: feature_extractor(encoder(), sees()))
    index = Once(lambda: catalog(settings, deadline=SEARCH_DEADLINE))
    features = ThreadPoolExecutor(ENCODING, "features")
    late = LateExtractor(extractor) if settings.encodes else None
    analyzer = PhotoAnalyzer(recognizer, late, features, Breaker(), budget)
    return Searcher(
        imaging=photo_opener(settings.max_picture_bytes, settings.enough_pixels),
        analyzer=analyzer,
        photo_cache=PhotoCache(patience=longest_search(settings)),
        counts=CurrentCounts(lambda: index().counts() if settings.searches_itself else NOTHING_KNOWN),
        catalog=index,
        sees=sees,
        background=ThreadPoolExecutor(BACKGROUND, "catalog"),
        steps=settings.steps,
        recognizer_id=recognizer.recognizer_id,
        sure_from=registry.RECOGNIZERS[settings.recognizer].sure_from,
    )


def allowance(settings: SearchSettings) -> Allowance | None:
    """The recognizer's budget of a day; None where that is without end, or asking costs nothing."""
    if not settings.daily_recognizer_budget or not registry.RECOGNIZERS[settings.recognizer].calls:
        return None
    return Allowance(Once(lambda: _spending(settings)), settings.daily_recognizer_budget)


def _spending(settings: SearchSettings) -> Spending:
    if not settings.label_bucket:
        return OwnSpending()
    with importing():
        from shared import gcs
        from shared.labeling.gcs_spending import GcsSpending

    return GcsSpending(gcs.client(), settings.label_bucket)


def longest_search(settings: SearchSettings) -> float:
    """Seconds that the steps of a search may take together; the platform has to give it more.

    Algolia is asked up to three times: for counts, for the first hits, and for a page they do not cover. Two
    of them are searches, which it may refuse before it answers.
    """
    recognizer = longest_recognition(settings)
    decoding = 2 * PHOTO_PATIENCE + DECODING_CLOCK
    algolia = 3 * SEARCH_DEADLINE + 2 * refusals.PATIENCE
    counting = 2 * spending.PATIENCE
    return sum((FETCH_DEADLINE, MEMORY_PATIENCE, decoding, counting, recognizer, algolia))


def longest_recognition(settings: SearchSettings) -> float:
    """Seconds that a search may wait for the recognizer."""
    return registry.RECOGNIZERS[settings.recognizer].longest(_wanted(settings))


def longest_picture(settings: EnrichSettings) -> float:
    """Seconds that an event may take for a product's first picture; the platform has to give it more.

    The answer is remembered from then on: however slow the others are, the next attempt goes on behind it.
    """
    from shared import gcs
    from shared.catalog.algolia import DEADLINE

    recognizer = registry.RECOGNIZERS[settings.recognizer].longest(settings.wanted)
    listing_and_reading, finding_and_writing = 2 * gcs.TIMEOUT, 2 * DEADLINE
    return listing_and_reading + recognizer + finding_and_writing


def picture_urls(settings: SearchSettings) -> Callable[[str], bytes] | None:
    """A fetcher of photos by URL; None where no host is allowed. Raises `Misconfigured`."""
    if not settings.picture_url_hosts:
        return None
    from shared.pictures.by_url import PictureUrls

    return PictureUrls(
        settings.picture_url_hosts, max_bytes=settings.max_picture_bytes, deadline=FETCH_DEADLINE
    ).fetch


def _wanted(settings: SearchSettings) -> Wanted:
    """The wishes of a search: a photo that has a vector too does not wait for its labels for long."""
    wanted = settings.wanted
    return replace(wanted, timeout=min(wanted.timeout, LABELS_DEADLINE)) if settings.encodes else wanted


def _url(template: str, picture: StoredPicture) -> str:
    from shared.pictures import image_url

    return image_url(template, picture.bucket, picture.name)
