from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import get_args

import pytest

from shared.analysis import FeatureExtractor, PhotoAnalyzer
from shared.catalog.labels import NOTHING_KNOWN, CurrentCounts, LabelCounts, WeightedLabels
from shared.catalog.likeness import Likeness
from shared.catalog.vectors import Profile, VisualCode, VisualWords
from shared.errors import Misconfigured
from shared.imaging import Picture
from shared.labeling.photo_cache import PhotoCache
from shared.loading import Once
from shared.model import Appearance, Crop, Enrichment, Label, Labels, Mode, Refinement, StrategyName, Vector
from shared.searching import Searcher
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


def tagged(**labels: Labels) -> InMemoryCatalog:
    catalog = InMemoryCatalog({product: {} for product in labels})
    for product, own in labels.items():
        tag(catalog, product, Enrichment(own, None, "r/1", "2026-01-01T00:00:00+00:00", 1), 1)
    return catalog


CATALOG = tagged(boot=(SHOE, LEATHER), pump=(SHOE,), belt=(LEATHER,), cup=())


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


@pytest.fixture
def background() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as threads:
        yield threads


def searcher(
    background: ThreadPoolExecutor,
    eyes: Sight | None = None,
    counts: LabelCounts = NOTHING_KNOWN,
    similar: tuple[float, float] = (0.0, -1.0),
    very_similar: tuple[float, float] = (1.0, 1.0),
) -> Searcher:
    """Share of points and closeness make the steps."""
    return Searcher(
        imaging=FakeImaging(),
        analyzer=eyes or Sight(),
        photo_cache=PhotoCache(patience=5),
        counts=CurrentCounts(lambda: counts),
        catalog=Once(lambda: CATALOG),
        sees=lambda: BY_LABELS,
        background=background,
        steps=lambda total: Steps(VerdictStep.of(*similar, total), VerdictStep.of(*very_similar, total)),
    )


def products(found: object) -> list[str]:
    return [hit.record["objectID"] for hit in found.answer.hits]  # type: ignore[attr-defined]


def test_products_that_share_most_with_the_photo_come_first(background: ThreadPoolExecutor) -> None:
    found = searcher(background).search(b"photo", None, Refinement())
    assert products(found) == ["boot", "pump", "belt", "cup"]
    assert [hit.points for hit in found.answer.hits] == [1_500, 1_000, 500, 0]
    assert found.verdicts == ["verySimilar", "similar", "similar", "lessSimilar"]
    assert found.visual_match


def test_a_photo_is_decoded_once_and_looked_at_as_pixels(background: ThreadPoolExecutor) -> None:
    eyes, imaging, crop = Sight(), FakeImaging(), Crop(0, 0, 0.5, 0.5)
    subject = replace(searcher(background, eyes), imaging=imaging)
    assert [subject.plan(b"photo", crop).remembered for _ in range(2)] == [False, True]
    assert imaging.opened == [(b"photo", crop)]
    [photo] = eyes.asked
    assert isinstance(photo.raster, FakeRaster)
    assert (photo.raster.name, photo.raster.crop) == (b"photo", crop)


def test_recognizer_and_encoder_see_the_same_pixels_of_a_photo(background: ThreadPoolExecutor) -> None:
    imaging, recognizer, encoder = FakeImaging(), FakeRecognizer({b"photo": (SHOE,)}), FakeEncoder({})
    looking = PhotoAnalyzer(recognizer, FeatureExtractor("s", imaging, encoder), background)
    look = replace(searcher(background), imaging=imaging, analyzer=looking).plan(b"photo")
    assert look.appearance == Appearance((SHOE,), vector=(1.0, 0.0))
    assert len(imaging.opened) == 1
    assert recognizer.asked == encoder.asked


def test_the_share_of_the_points_decides_how_similar_a_product_is(background: ThreadPoolExecutor) -> None:
    subject = searcher(background, similar=(0.5, -1.0), very_similar=(0.9, 1.0))
    found = subject.search(b"photo", None, Refinement())
    assert (found.plan.steps.similar.points, found.plan.steps.very_similar.points) == (750, 1_350)
    assert found.verdicts == ["verySimilar", "similar", "lessSimilar", "lessSimilar"]


def test_a_photo_without_labels_has_no_visual_match(background: ThreadPoolExecutor) -> None:
    found = searcher(background, Sight(())).search(b"photo", None, Refinement())
    assert not found.visual_match
    assert found.plan.steps.similar.points == 1


def test_the_catalog_gets_ready_while_the_recognizer_is_waited_for(background: ThreadPoolExecutor) -> None:
    counted = threading.Event()

    def counts() -> LabelCounts:
        counted.set()
        return NOTHING_KNOWN

    class Patient(Sight):
        def analyze(self, photo: Picture) -> Appearance:
            assert counted.wait(5)
            return super().analyze(photo)

    subject = replace(searcher(background, Patient((SHOE,))), counts=CurrentCounts(counts))
    assert subject.plan(b"photo").appearance.labels == (SHOE,)


def test_a_wrong_key_is_told_even_if_the_photo_was_labeled(background: ThreadPoolExecutor) -> None:
    def counts() -> LabelCounts:
        raise Misconfigured("ALGOLIA_API_KEY", "write one")

    with pytest.raises(Misconfigured):
        replace(searcher(background), counts=CurrentCounts(counts)).plan(b"photo")


def encoded(**vectors: Vector) -> InMemoryCatalog:
    catalog = InMemoryCatalog({product: {} for product in vectors})
    for product, vector in vectors.items():
        likeness = BY_VECTORS.attributes(Appearance((SHOE,), vector=vector))
        written = Enrichment((SHOE,), None, "r/1", "2026-01-01T00:00:00+00:00", 1, likeness=likeness)
        tag(catalog, product, written, 1)
    return catalog


CLOSE = encoded(left=(-1.0, 0.0), up=(0.0, 1.0), right=(0.8, 0.6), far_right=(1.0, 0.0))


def near(background: ThreadPoolExecutor, eyes: Sight) -> Searcher:
    subject = searcher(background, eyes, similar=(1.0, 0.7), very_similar=(1.0, 0.9))
    return replace(subject, sees=lambda: BY_VECTORS, catalog=Once(lambda: CLOSE))


def test_products_are_ordered_by_their_closeness_and_say_it(background: ThreadPoolExecutor) -> None:
    found = near(background, Sight((SHOE,), (0.6, 0.8))).search(b"photo", None, Refinement())
    assert products(found) == ["right", "up", "far_right", "left"]
    assert [hit.closeness for hit in found.answer.hits] == pytest.approx([0.96, 0.8, 0.6, -0.6], abs=0.01)
    assert found.verdicts == ["verySimilar", "similar", "lessSimilar", "lessSimilar"], "whatever the points"


def test_points_decide_for_a_photo_without_a_vector(background: ThreadPoolExecutor) -> None:
    found = near(background, Sight((SHOE,))).search(b"photo", None, Refinement())
    assert found.verdicts == ["verySimilar"] * 4
    assert {hit.closeness for hit in found.answer.hits} == {None}


def test_similar_products_are_those_close_to_the_products_own_code(background: ThreadPoolExecutor) -> None:
    eyes = Sight()
    found = near(background, eyes).similar("far_right", Refinement())
    assert products(found) == ["right", "up", "left"]
    assert eyes.asked == []


STRICT = Refinement(mode="strict")


def test_without_labels_a_strict_search_prefers_what_looks_alike(background: ThreadPoolExecutor) -> None:
    subject = near(background, Sight((), (0.6, 0.8), unlabeled="throttled"))
    found = subject.search(b"photo", None, STRICT)
    assert products(found) == ["right", "up", "far_right", "left"]
    assert found.plan.suited(STRICT) == Refinement()


def test_a_photo_in_which_nothing_is_recognized_has_no_strict_match(background: ThreadPoolExecutor) -> None:
    found = near(background, Sight((), (0.6, 0.8))).search(b"photo", None, STRICT)
    assert products(found) == []
    assert found.plan.suited(STRICT) == STRICT


@pytest.mark.parametrize("mode", get_args(Mode))
@pytest.mark.parametrize("most", [10, 11, 28, 127, 128])
def test_as_many_filters_are_sent_as_may_be_with_that_for_whose_labels(
    mode: Mode, most: int, background: ThreadPoolExecutor
) -> None:
    eyes = Sight(tuple(Label(f"L{number}", 0.9) for number in range(12)), direction(1))
    likeness = Likeness.named(get_args(StrategyName), tag="x", max_filters=most)
    subject = replace(searcher(background, eyes), sees=lambda: likeness, recognizer_id="r/1")
    params = subject.plan(b"photo").params(Refinement(mode=mode))
    needed = params.get("facetFilters", [])
    sent = [each for group in needed for each in group if isinstance(group, list)]
    sent += [each for each in needed if isinstance(each, str)] + params["optionalFilters"]
    assert len(sent) == most
    assert len([each for each in sent if each.startswith("visual.recognizer:r/1<")]) == 1
