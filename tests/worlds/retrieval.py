"""How well photos find products in a world, with whichever settings: on the local engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from devstack.algolia.keys import ApiKey
from devstack.algolia.server import new_engine
from shared.catalog.algolia import AlgoliaCatalog
from shared.catalog.labels import CurrentCounts
from shared.catalog.likeness import Likeness
from shared.catalog.record import attributes
from shared.catalog.refusals import Accepted
from shared.errors import Failure
from shared.imaging import Picture
from shared.labeling.photo_cache import PhotoCache
from shared.loading import Once
from shared.model import Appearance, Enrichment, Label, Mode, Refinement, StrategyName
from shared.searching import Searcher
from shared.verdict import Steps, VerdictStep
from tests.algolia import INDEX
from tests.fakes.imaging import FakeImaging, FakeRaster
from tests.worlds.direct import Direct
from tests.worlds.worlds import RIGHTS, World
from tools.live.checking import check
from tools.live.scratch import Budget, CountedConnection

RECOGNIZER = "embedded/efficientnet-lite1@0123456789ab"
_ENCODER = "lite1"
_KINDS, _EACH, _QUERIES = 30, 20, 24
_STEP = VerdictStep.of(0.0, -1.0, 1)

_SHOWN = 3
_SURE, _BLUR = 0.8, 3.6
"""How often a photo's label is the product's, and how little its vector looks like the product's."""

Looks = Mapping[str, Appearance]


@dataclass(frozen=True)
class Choice:
    """Settings that a shop can choose."""

    strategies: tuple[StrategyName, ...] = ("labels", "words", "code")
    max_filters: int = 128
    mode: Mode = "boost"
    countable: bool = False

    @property
    def likeness(self) -> Likeness:
        return Likeness.named(self.strategies, tag=_ENCODER, max_filters=self.max_filters)


DEFAULT = Choice()
_STRATEGIES: Sequence[tuple[StrategyName, ...]] = (
    ("labels", "words", "code"),
    ("labels", "code"),
    ("labels", "words"),
    ("labels",),
)
_FILTERS = (128, 64, 28, 12, 10)
_MODES: Sequence[Mode] = ("boost", "strict")
CHOICES = [
    Choice(strategies, filters, mode, countable)
    for strategies, filters, mode, countable in product(_STRATEGIES, _FILTERS, _MODES, (False, True))
    if filters == DEFAULT.max_filters or "words" in strategies
]
"""All that there are, but that a query without words never has more than a few filters."""


@cache
def catalog(*, wordy: bool) -> tuple[Looks, Looks]:
    """Products, and photos of some of them by their product: labels and vectors."""
    random = np.random.default_rng(24)
    spread = np.arange(1, 257) ** -0.2
    kinds = random.normal(size=(_KINDS, 256)) * spread
    looks: dict[str, Appearance] = {}
    photos: dict[str, Appearance] = {}
    for place, number in enumerate(random.permutation(_KINDS * _EACH).tolist()):
        kind = number % _KINDS
        own = kinds[kind] + random.normal(size=256) * spread
        looks[f"p{number:03}"] = Appearance(_labels(kind, wordy=wordy), vector=_unit(own))
        if place % (_KINDS * _EACH // _QUERIES) == 0:
            seen = kind if random.random() < _SURE else (kind + 1) % _KINDS
            blurred = own + _BLUR * random.normal(size=256) * spread
            photos[f"p{number:03}"] = Appearance(_labels(seen, wordy=wordy), vector=_unit(blurred))
    return looks, photos


def _labels(kind: int, *, wordy: bool) -> tuple[Label, ...]:
    if wordy:
        kinds = f"of all our lamps for homes and gardens, kind {kind // 4}"
        return tuple(Label(f"{place} {kinds}", 0.9) for place in range(10))
    return Label(f"Kind number {kind // 4}", 0.9), Label(f"Group {kind // 8}", 0.6)


def _unit(vector: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple((vector / np.linalg.norm(vector)).tolist())


@dataclass(frozen=True)
class _Eyes:
    """Sees in a photo what stands for it."""

    photos: Looks

    def prepare(self) -> None:
        """Nothing to load."""

    def analyze(self, photo: Picture) -> Appearance:
        assert isinstance(photo.raster, FakeRaster)
        return self.photos[photo.raster.name.decode()]


def found_share(world: World, choice: Choice) -> float:
    """Percent of photos whose product is among the first three hits."""
    index, photos = opened(world, choice), catalog(wordy=world.wordy)[1]
    with ThreadPoolExecutor(1) as background:
        searcher = Searcher(
            imaging=FakeImaging(),
            analyzer=_Eyes(photos),
            photo_cache=PhotoCache(patience=5),
            counts=CurrentCounts(index.counts),
            catalog=Once(lambda: index),
            sees=Once(lambda: choice.likeness),
            background=background,
            steps=lambda _: Steps(_STEP, _STEP),
            recognizer_id=RECOGNIZER,
        )
        asked = Refinement(hits_per_page=_SHOWN, mode=choice.mode)
        hits = [
            name
            in [hit.record["objectID"] for hit in searcher.search(name.encode(), None, asked).answer.hits]
            for name in photos
        ]
    return 100 * sum(hits) / len(hits)


def opened(world: World, choice: Choice) -> AlgoliaCatalog:
    """An index of the catalog, with the settings that index apply gives it, where Algolia takes them."""
    config = replace(world.engine, max_record_bytes=10_000)
    key = ApiKey(frozenset(RIGHTS), max_hits=world.key.get("maxHitsPerQuery", 1_000))
    found = AlgoliaCatalog(
        CountedConnection(Direct(new_engine(config), key), INDEX, Budget(100_000)),
        accepted=Accepted(lambda: 0.0),  # a busy machine is no failure
    )
    found.index.change_settings(world.shop)
    found.index.write("addObject", *_records(choice.strategies, wordy=world.wordy))
    try:
        sees = choice.likeness
        found.merge_settings(sees.facets, sees.unread, countable=choice.countable)
    except Failure:
        return found
    return found


@cache
def _records(strategies: tuple[StrategyName, ...], *, wordy: bool) -> Sequence[Mapping[str, Any]]:
    return list(_made(Choice(strategies).likeness, catalog(wordy=wordy)[0]))


def _made(likeness: Likeness, looks: Looks) -> Iterator[dict[str, Any]]:
    for name, look in looks.items():
        of_looks = likeness.attributes(look)
        enrichment = Enrichment(
            look.labels, None, RECOGNIZER, "2026-01-01T00:00:00+00:00", 1, likeness=of_looks
        )
        yield {"objectID": name, **attributes(enrichment)}


def fitted(world: World) -> Choice:
    """The settings that the check recommends in that world, from the defaults."""
    index = opened(world, DEFAULT).index
    assert isinstance(index, CountedConnection)
    advised = check(index.of(INDEX), DEFAULT.likeness, lambda _: None).recommended
    values = advised.values
    return Choice(
        next(
            (each for each in _STRATEGIES if ",".join(each) == values.get("STRATEGIES")), DEFAULT.strategies
        ),
        int(values.get("MAX_FILTERS", DEFAULT.max_filters)),
        "strict" if values.get("SEARCH_MODE") == "strict" else "boost",
        advised.countable,
    )
