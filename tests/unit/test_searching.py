from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.catalog.rarity import NOTHING_KNOWN, LabelCounts
from shared.errors import Misconfigured, UnknownProduct
from shared.labeling.recent import Seen
from shared.model import Crop, Enrichment, Label, Labels, Refinement
from shared.searching import Searcher
from tests.fakes.catalog import InMemoryCatalog

SHOE, LEATHER = Label("Shoe", 1.0), Label("Leather", 0.25)


def tagged(**labels: Labels) -> InMemoryCatalog:
    catalog = InMemoryCatalog({product: {} for product in labels})
    for product, own in labels.items():
        catalog.tag(product, Enrichment(own, None, "r/1", "2026-01-01T00:00:00+00:00", 1), 1)
    return catalog


CATALOG = tagged(boot=(SHOE, LEATHER), pump=(SHOE,), belt=(LEATHER,), cup=())


class Eyes:
    """Sees in each photo what it is told to; remembers what it was asked."""

    def __init__(self, labels: Labels = (SHOE, LEATHER)) -> None:
        self.labels = labels
        self.asked: list[tuple[bytes, Crop | None]] = []

    def __call__(self, photo: bytes, crop: Crop | None) -> Seen:
        self.asked.append((photo, crop))
        return Seen(self.labels, remembered=False)


@pytest.fixture
def background() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as threads:
        yield threads


def searcher(
    background: ThreadPoolExecutor,
    eyes: Eyes | None = None,
    counts: LabelCounts = NOTHING_KNOWN,
    min_share: float = 0.0,
) -> Searcher:
    return Searcher(
        see=eyes or Eyes(),
        prepare=lambda: None,
        counts=lambda: counts,
        finder=lambda: CATALOG,
        background=background,
        min_share=min_share,
    )


def products(found: object) -> list[str]:
    return [hit.record["objectID"] for hit in found.answer.hits]  # type: ignore[attr-defined]


def test_products_that_share_most_with_the_photo_come_first(background: ThreadPoolExecutor) -> None:
    eyes, crop = Eyes(), Crop(0, 0, 0.5, 0.5)
    found = searcher(background, eyes).search(b"photo", crop, Refinement())
    assert products(found) == ["boot", "pump", "belt", "cup"]
    assert [hit.points for hit in found.answer.hits] == [1_500, 1_000, 500, 0]
    assert [found.matches(hit) for hit in found.answer.hits] == [True, True, True, False]
    assert found.visual_match
    assert eyes.asked == [(b"photo", crop)]


def test_what_few_products_carry_counts_for_more(background: ThreadPoolExecutor) -> None:
    look = searcher(background, counts=LabelCounts(9, {"shoe": 9})).look(b"photo")
    assert look.query.points == {"Shoe": 100, "Leather": 500}


def test_too_small_a_share_of_the_points_is_no_visual_match(background: ThreadPoolExecutor) -> None:
    found = searcher(background, min_share=0.5).search(b"photo", None, Refinement())
    assert found.look.least == 750
    assert [found.matches(hit) for hit in found.answer.hits] == [True, True, False, False]


def test_a_photo_without_labels_has_no_visual_match(background: ThreadPoolExecutor) -> None:
    found = searcher(background, Eyes(())).search(b"photo", None, Refinement())
    assert not found.visual_match
    assert found.look.least == 1


def test_similar_products_are_found_without_the_product_itself(background: ThreadPoolExecutor) -> None:
    eyes = Eyes()
    found = searcher(background, eyes).similar("boot", Refinement())
    assert products(found)[:2] == ["pump", "belt"]
    assert "boot" not in products(found)
    assert eyes.asked == []


def test_nothing_is_similar_to_an_unknown_product(background: ThreadPoolExecutor) -> None:
    with pytest.raises(UnknownProduct):
        searcher(background).similar("hat", Refinement())


def test_the_catalogue_gets_ready_while_the_recogniser_is_waited_for(background: ThreadPoolExecutor) -> None:
    counted = threading.Event()

    def counts() -> LabelCounts:
        counted.set()
        return NOTHING_KNOWN

    def see(_: bytes, __: Crop | None) -> Seen:
        assert counted.wait(5)
        return Seen((SHOE,), remembered=False)

    subject = Searcher(see, lambda: None, counts, lambda: CATALOG, background)
    assert subject.look(b"photo").labels == (SHOE,)


def test_a_wrong_key_is_told_even_if_the_photo_was_labelled(background: ThreadPoolExecutor) -> None:
    def counts() -> LabelCounts:
        raise Misconfigured("ALGOLIA_API_KEY", "write one")

    with pytest.raises(Misconfigured):
        Searcher(Eyes(), lambda: None, counts, lambda: CATALOG, background).look(b"photo")
