from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import get_args

import pytest

from shared.analysis import FeatureExtractor, PhotoAnalyzer
from shared.catalog.labels import NOTHING_KNOWN, CurrentCounts, LabelCounts, WeightedLabels
from shared.catalog.likeness import Likeness
from shared.catalog.query import VisualQuery
from shared.catalog.vectors import Profile, VisualCode, VisualWords
from shared.errors import Misconfigured
from shared.imaging import Picture
from shared.labeling.photo_cache import PhotoCache
from shared.loading import Once
from shared.model import (
    Appearance,
    Crop,
    Enrichment,
    Label,
    Labels,
    Mode,
    Refinement,
    SearchAnswer,
    StrategyName,
    Vector,
)
from shared.searching import Searcher, SearchResult
from shared.verdict import Steps, VerdictStep
from tests.fakes.catalog import InMemoryCatalog
from tests.fakes.encoder import FakeEncoder
from tests.fakes.imaging import FakeImaging, FakeRaster
from tests.fakes.recognizer import FakeRecognizer
from tests.tagging import tag
from tests.unit.catalog.strategies.vectors import direction

SHOE, LEATHER = Label("Shoe", 1.0), Label("Leather", 0.25)
BY_LABELS = Likeness([WeightedLabels()])
BY_VECTORS = Likeness([WeightedLabels(), VisualWords("x", Profile(2, 1, 2)), VisualCode("x")])
ALL, STRICT = Refinement(), Refinement(mode="strict")
BACKGROUND = ThreadPoolExecutor(1)


def stocked(
    looks: Mapping[str, Appearance], sees: Likeness = BY_LABELS, others: Mapping[str, str] | None = None
) -> InMemoryCatalog:
    """A catalog of products that look so, labeled by `r/1` but for those that are labeled by others."""
    catalog = InMemoryCatalog({product: {} for product in looks})
    for product, look in looks.items():
        recognizer = (others or {}).get(product, "r/1")
        written = Enrichment(look.labels, None, recognizer, "2026", 1, likeness=sees.attributes(look))
        tag(catalog, product, written, 1)
    return catalog


LABELED = {"boot": (SHOE, LEATHER), "pump": (SHOE,), "belt": (LEATHER,), "cup": ()}
CATALOG = stocked({product: Appearance(labels) for product, labels in LABELED.items()})


class Sight:
    """Sees in each photo what it is told to; remembers what it was shown."""

    def __init__(
        self, labels: Labels = (SHOE, LEATHER), vector: Vector | None = None, unlabeled: str = ""
    ) -> None:
        self.look = Appearance(labels, vector=vector, unlabeled=unlabeled)
        self.asked: list[Picture] = []

    def prepare(self) -> None:
        """Nothing to load."""

    def analyze(self, photo: Picture) -> Appearance:
        self.asked.append(photo)
        return self.look


def searcher(eyes: Sight | None = None, similar: float = 0.0, very_similar: float = 1.0) -> Searcher:
    """With `BY_LABELS`, where shares of points make the steps."""
    return Searcher(
        imaging=FakeImaging(),
        analyzer=eyes or Sight(),
        photo_cache=PhotoCache(patience=5),
        counts=CurrentCounts(lambda: NOTHING_KNOWN),
        catalog=Once(lambda: CATALOG),
        sees=lambda: BY_LABELS,
        background=BACKGROUND,
        steps=lambda total: Steps(
            VerdictStep.of(similar, 0.7, total), VerdictStep.of(very_similar, 0.9, total)
        ),
    )


def products(found: SearchResult) -> list[str]:
    return [hit.record["objectID"] for hit in found.answer.hits]


def test_the_share_of_the_points_decides_how_similar_a_product_is() -> None:
    found = searcher(similar=0.5, very_similar=0.9).search(b"photo", None, ALL)
    assert (found.plan.steps.similar.points, found.plan.steps.very_similar.points) == (750, 1_350)
    assert found.verdicts == ["verySimilar", "similar", "lessSimilar", "lessSimilar"]
    assert (products(found), found.visual_match) == (["boot", "pump", "belt", "cup"], True)
    nothing = searcher(Sight(())).search(b"photo", None, ALL)
    assert (nothing.visual_match, nothing.plan.steps.similar.points) == (False, 1)


def test_a_photo_is_decoded_once_and_looked_at_as_the_same_pixels_by_all() -> None:
    imaging, recognizer, encoder = FakeImaging(), FakeRecognizer({b"photo": (SHOE,)}), FakeEncoder({})
    looking = PhotoAnalyzer(recognizer, FeatureExtractor("s", imaging, encoder), BACKGROUND)
    subject, crop = replace(searcher(), imaging=imaging, analyzer=looking), Crop(0, 0, 0.5, 0.5)
    plans = [subject.plan(b"photo", crop) for _ in range(2)]
    assert [plan.remembered for plan in plans] == [False, True]
    assert {plan.appearance for plan in plans} == {Appearance((SHOE,), vector=(1.0, 0.0))}
    assert imaging.opened == [(b"photo", crop)]
    [(photo,)] = recognizer.asked
    assert isinstance(photo.raster, FakeRaster)
    assert (photo.raster.name, photo.raster.crop) == (b"photo", crop)
    assert encoder.asked == recognizer.asked


def test_the_catalog_gets_ready_while_the_recognizer_is_waited_for() -> None:
    counted = threading.Event()

    def counts() -> LabelCounts:
        counted.set()
        return NOTHING_KNOWN

    class Patient(Sight):
        def analyze(self, photo: Picture) -> Appearance:
            assert counted.wait(5)
            return super().analyze(photo)

    subject = replace(searcher(Patient((SHOE,))), counts=CurrentCounts(counts))
    assert subject.plan(b"photo").appearance.labels == (SHOE,)


def test_a_wrong_key_is_told_even_if_the_photo_was_labeled() -> None:
    def counts() -> LabelCounts:
        raise Misconfigured("ALGOLIA_API_KEY", "write one")

    with pytest.raises(Misconfigured):
        replace(searcher(), counts=CurrentCounts(counts)).plan(b"photo")


ENCODED = {"left": (-1.0, 0.0), "up": (0.0, 1.0), "right": (0.8, 0.6), "far_right": (1.0, 0.0)}
CLOSE = stocked({name: Appearance((SHOE,), vector=vector) for name, vector in ENCODED.items()}, BY_VECTORS)


def near(eyes: Sight) -> Searcher:
    return replace(searcher(eyes, 1.0), sees=lambda: BY_VECTORS, catalog=Once(lambda: CLOSE))


def test_products_are_ordered_by_their_closeness_and_say_it() -> None:
    found = near(Sight((SHOE,), (0.6, 0.8))).search(b"photo", None, ALL)
    assert products(found) == ["right", "up", "far_right", "left"]
    assert [hit.closeness for hit in found.answer.hits] == pytest.approx([0.96, 0.8, 0.6, -0.6], abs=0.01)
    assert found.verdicts == ["verySimilar", "similar", "lessSimilar", "lessSimilar"], "whatever the points"


@pytest.mark.parametrize(
    "asked",
    [
        STRICT,
        Refinement(query="red", filters="brand:a", facets=("brand",)),
        Refinement(optional_filters=("brand:a<score=9>",), without=("cup",)),
    ],
)
def test_whatever_is_asked_besides_products_are_in_the_order_of_their_closeness(asked: Refinement) -> None:
    found = near(Sight((SHOE,), (0.6, 0.8))).search(b"photo", None, asked)
    assert products(found) == ["right", "up", "far_right", "left"]


def test_similar_products_are_those_close_to_the_products_own_code() -> None:
    eyes = Sight()
    found = near(eyes).similar("far_right", ALL)
    assert (products(found), found.answer.raw["nbHits"]) == (["right", "up", "left"], 3)
    assert eyes.asked == []


def test_of_a_products_labels_it_counts_whose_they_are() -> None:
    catalog = stocked({"pump": Appearance((SHOE,))}, others={"pump": "r/2"})
    subject = replace(searcher(), catalog=Once(lambda: catalog), recognizer_id="r/1")
    asked = subject.plan_similar("pump").query.filters("recognizer")
    assert asked == ["visual.recognizer:r/2<score=10000>"]


def test_a_product_that_a_rule_pins_is_not_similar_to_itself() -> None:
    class Pinning(InMemoryCatalog):
        def find(self, query: VisualQuery, refinement: Refinement) -> SearchAnswer:
            return super().find(query, replace(refinement, without=()))

    subject = replace(near(Sight()), catalog=Once(lambda: Pinning(CLOSE.records)))
    assert products(subject.similar("far_right", ALL)) == ["right", "up", "left"]


@pytest.mark.parametrize(
    ("unlabeled", "found", "suited"),
    [("throttled", ["right", "up", "far_right", "left"], ALL), ("", [], STRICT)],
    ids=["what looks alike is preferred", "nothing was recognized"],
)
def test_strict_is_about_labels(unlabeled: str, found: list[str], suited: Refinement) -> None:
    result = near(Sight((), (0.6, 0.8), unlabeled)).search(b"photo", None, STRICT)
    assert (products(result), result.plan.suited(STRICT)) == (found, suited)


@pytest.mark.parametrize("mode", get_args(Mode))
@pytest.mark.parametrize("most", [10, 11, 28, 127, 128])
def test_as_many_filters_are_sent_as_may_be_with_that_for_whose_labels(mode: Mode, most: int) -> None:
    eyes = Sight(tuple(Label(f"L{number}", 0.9) for number in range(12)), direction(1))
    likeness = Likeness.named(get_args(StrategyName), tag="x", max_filters=most)
    subject = replace(searcher(eyes), sees=lambda: likeness, recognizer_id="r/1")
    params = subject.plan(b"photo").params(Refinement(mode=mode))
    needed = params.get("facetFilters", [])
    sent = [each for group in needed for each in group if isinstance(group, list)]
    sent += [each for each in needed if isinstance(each, str)] + params["optionalFilters"]
    assert len(sent) == most
    assert len([each for each in sent if each.startswith("visual.recognizer:r/1<")]) == 1
