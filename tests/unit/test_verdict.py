"""What holds a product back, and what does not, through the search itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.catalog.labels import NOTHING_KNOWN, CurrentCounts, LabelCounts, WeightedLabels
from shared.catalog.likeness import Likeness
from shared.catalog.vectors import VisualCode
from shared.labeling.photo_cache import PhotoCache
from shared.loading import Once
from shared.model import Appearance, Enrichment, Hit, Label, Labels, Refinement, Shared
from shared.searching import Searcher, SearchResult
from shared.verdict import Steps, VerdictStep
from tests.fakes.catalog import InMemoryCatalog
from tests.fakes.imaging import FakeImaging
from tests.tagging import tag
from tests.unit.test_searching import Sight

LIKENESS = Likeness([WeightedLabels(), VisualCode("x")])
SHOE, CUP, FAINT = Label("Shoe", 0.9), Label("Cup", 0.9), Label("shoe", 0.02)
KNOWN = LabelCounts(5, {"shoe": 2, "cup": 2}, complete=True)
CUT_OFF = LabelCounts(5, {"cup": 2})
EAST = (1.0, 0.0)


def shop() -> InMemoryCatalog:
    """Products that all look like the photo, by encoder."""
    products = {
        "shoe": ((SHOE,), "r/1"),
        "faint": ((CUP, FAINT), "r/1"),
        "cup": ((CUP,), "r/1"),
        "foreign": ((CUP,), "r/2"),
        "bare": ((), "r/1"),
    }
    catalog = InMemoryCatalog({product: {} for product in products})
    for product, (labels, recognizer) in products.items():
        likeness = LIKENESS.attributes(Appearance(labels, vector=EAST))
        tag(catalog, product, Enrichment(labels, None, recognizer, "2026", 1, likeness=likeness), 1)
    return catalog


def found(
    *labels: Label, counts: LabelCounts = KNOWN, sure_from: float | None = 0.6, similar_to: str = ""
) -> SearchResult:
    catalog = shop()
    with ThreadPoolExecutor(1) as background:
        searcher = Searcher(
            imaging=FakeImaging(),
            analyzer=Sight(labels, EAST),
            photo_cache=PhotoCache(patience=5),
            counts=CurrentCounts(lambda: counts),
            catalog=Once(lambda: catalog),
            sees=lambda: LIKENESS,
            background=background,
            steps=lambda _: Steps(VerdictStep(1, 0.5), VerdictStep(1, 0.9)),
            recognizer_id="r/1",
            sure_from=sure_from,
        )
        return (
            searcher.similar(similar_to, Refinement())
            if similar_to
            else searcher.search(b"p", None, Refinement())
        )


def held_back(result: SearchResult) -> set[str]:
    pairs = zip(result.answer.hits, result.verdicts, strict=True)
    verdicts = {hit.record["objectID"]: verdict for hit, verdict in pairs}
    assert set(verdicts.values()) <= {"verySimilar", "lessSimilar"}
    return {product for product, verdict in verdicts.items() if verdict == "lessSimilar"}


@pytest.mark.parametrize(
    ("labels", "counts", "held"),
    [
        pytest.param((SHOE,), KNOWN, {"cup"}, id="products have the label"),
        pytest.param((SHOE, CUP), KNOWN, set(), id="one of several is enough"),
        pytest.param((Label("Boat", 0.9),), KNOWN, set(), id="no product has it"),
        pytest.param((Label("Boat", 0.9), SHOE), KNOWN, {"cup"}, id="no product has one of them"),
        pytest.param((SHOE,), NOTHING_KNOWN, {"cup"}, id="nobody counted"),
        pytest.param((SHOE,), CUT_OFF, {"cup"}, id="the table is cut off"),
        pytest.param((Label("Shoe", 0.59),), KNOWN, set(), id="not sure enough"),
        pytest.param((Label("Shoe", 0.9, "color"),), KNOWN, set(), id="it names no thing"),
        pytest.param((Label("Shoe", 0.9, "object"),), KNOWN, {"cup"}, id="an object"),
        pytest.param((), KNOWN, set(), id="no labels"),
    ],
)
def test_what_shares_no_sure_label_is_held_back_where_that_can_be_told(
    labels: Labels, counts: LabelCounts, held: set[str]
) -> None:
    assert held_back(found(*labels, counts=counts)) == held


def test_a_recognizer_that_does_not_say_when_it_is_sure_holds_nothing_back() -> None:
    assert held_back(found(SHOE, sure_from=None)) == set()


def test_labels_of_a_product_hold_back_as_those_of_a_photo_unless_they_are_anothers() -> None:
    assert held_back(found(similar_to="shoe")) == {"cup"}
    assert held_back(found(similar_to="foreign")) == set()


@pytest.mark.parametrize(
    ("counts", "points"),
    [(KNOWN, {"Cup": 367}), (CUT_OFF, {"Boat": 949, "Cup": 367}), (NOTHING_KNOWN, {"Boat": 949, "Cup": 949})],
)
def test_labels_that_no_product_has_are_not_asked_for(counts: LabelCounts, points: dict[str, int]) -> None:
    assert found(Label("Boat", 0.9), CUP, counts=counts).plan.query.points("label") == points


def test_where_no_label_is_left_only_strictness_about_labels_is() -> None:
    plan = found(Label("Boat", 0.9)).plan
    assert plan.query.terms == []
    assert plan.params(Refinement(mode="strict"))["facetFilters"] == [
        ["labels.description:nothing was recognized"]
    ]


def whole(*labels: Label) -> int:
    look = Appearance(labels)
    return LIKENESS.whole(look, KNOWN, LIKENESS.terms(look, KNOWN))


def test_a_share_is_of_all_points_whatever_products_have() -> None:
    boat, cup = Label("Boat", 1.0), Label("Cup", 1.0)
    assert whole(boat, cup) == whole(boat) + whole(cup)
    assert sum(term.points for term in LIKENESS.terms(Appearance((boat, cup)), KNOWN)) < whole(boat, cup)


@pytest.mark.parametrize(
    ("points", "closeness", "verdict"),
    [
        (9, 0.9, "verySimilar"),
        (9, 0.89, "similar"),
        (9, 0.49, "lessSimilar"),
        (7, None, "verySimilar"),
        (6, None, "similar"),
        (4, None, "lessSimilar"),
    ],
)
def test_closeness_decides_or_else_points(points: int, closeness: float | None, verdict: str) -> None:
    steps = Steps(VerdictStep(5, 0.5), VerdictStep(7, 0.9))
    assert steps.verdict(Hit({}, lambda _: Shared(points, {}), closeness), frozenset()) == verdict
