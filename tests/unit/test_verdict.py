"""What holds a product back, and what does not, through the search itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shared.catalog.labels import NOTHING_KNOWN, CurrentCounts, LabelCounts, WeightedLabels
from shared.catalog.likeness import Likeness
from shared.catalog.vectors import VisualCode
from shared.loading import Once
from shared.model import Appearance, Hit, Label, Labels, Refinement, Shared
from shared.searching import Searcher, SearchResult
from shared.verdict import Steps, VerdictStep
from tests.unit.test_searching import Sight, searcher, stocked

LIKENESS = Likeness([WeightedLabels(), VisualCode("x")])
SHOE, CUP, FAINT, BOAT = Label("Shoe", 0.9), Label("Cup", 0.9), Label("shoe", 0.02), Label("Boat", 0.9)
KNOWN = LabelCounts(5, {"shoe": 2, "cup": 2}, complete=True)
CUT_OFF = LabelCounts(5, {"cup": 2})
EAST = (1.0, 0.0)
LABELED = {
    "shoe": (SHOE,),
    "faint": (CUP, FAINT),
    "cup": (CUP,),
    "foreign": (CUP,),
    "strange": (SHOE,),
    "bare": (),
}
SHOP = stocked(
    {product: Appearance(labels, vector=EAST) for product, labels in LABELED.items()},
    LIKENESS,
    {"foreign": "r/2", "strange": "r/2"},
)
"""Products that all look like the photo, by encoder."""


def shop(*labels: Label, counts: LabelCounts = KNOWN, sure_from: float | None = 0.6) -> Searcher:
    return replace(
        searcher(Sight(labels, EAST)),
        counts=CurrentCounts(lambda: counts),
        catalog=Once(lambda: SHOP),
        sees=lambda: LIKENESS,
        recognizer_id="r/1",
        sure_from=sure_from,
    )


def held_back(result: SearchResult) -> set[str]:
    pairs = zip(result.answer.hits, result.verdicts, strict=True)
    verdicts = {hit.record["objectID"]: verdict for hit, verdict in pairs}
    assert set(verdicts.values()) <= {"verySimilar", "lessSimilar"}
    return {product for product, verdict in verdicts.items() if verdict == "lessSimilar"}


@pytest.mark.parametrize(
    ("labels", "counts", "sure_from", "held"),
    [
        pytest.param((SHOE,), KNOWN, 0.6, {"cup"}, id="products have the label"),
        pytest.param((SHOE, CUP), KNOWN, 0.6, set(), id="one of several is enough"),
        pytest.param((BOAT,), KNOWN, 0.6, set(), id="no product has it"),
        pytest.param((BOAT, SHOE), KNOWN, 0.6, {"cup"}, id="no product has one of them"),
        pytest.param((BOAT, Label("Cup", 0.1)), KNOWN, 0.6, set(), id="products have what it is not sure of"),
        pytest.param((SHOE,), NOTHING_KNOWN, 0.6, {"cup"}, id="nobody counted"),
        pytest.param((SHOE,), CUT_OFF, 0.6, {"cup"}, id="the table is cut off"),
        pytest.param((Label("Shoe", 0.59),), KNOWN, 0.6, set(), id="not sure enough"),
        pytest.param((Label("Shoe", 0.9, "color"),), KNOWN, 0.6, set(), id="it names no thing"),
        pytest.param((Label("Shoe", 0.9, "object"),), KNOWN, 0.6, {"cup"}, id="an object"),
        pytest.param((), KNOWN, 0.6, set(), id="no labels"),
        pytest.param((SHOE,), KNOWN, None, set(), id="it does not say when it is sure"),
    ],
)
def test_without_a_sure_label_it_is_held_back(
    labels: Labels, counts: LabelCounts, sure_from: float | None, held: set[str]
) -> None:
    found = shop(*labels, counts=counts, sure_from=sure_from).search(b"p", None, Refinement())
    assert held_back(found) == held


def test_labels_of_a_product_hold_back_as_those_of_a_photo_unless_they_are_anothers() -> None:
    assert held_back(shop().similar("shoe", Refinement())) == {"cup"}
    assert held_back(shop().similar("foreign", Refinement())) == set()


@pytest.mark.parametrize(
    ("counts", "points"),
    [(KNOWN, {"Cup": 367}), (CUT_OFF, {"Boat": 949, "Cup": 367}), (NOTHING_KNOWN, {"Boat": 949, "Cup": 949})],
)
def test_labels_that_no_product_has_are_not_asked_for(counts: LabelCounts, points: dict[str, int]) -> None:
    assert shop(BOAT, CUP, counts=counts).plan(b"p").query.points("label") == points


def test_where_no_label_is_left_only_strictness_about_labels_is() -> None:
    plan = shop(BOAT).plan(b"p")
    assert plan.query.terms == []
    strictly = plan.params(Refinement(mode="strict"))
    assert strictly["facetFilters"] == [["labels.description:nothing was recognized"]]


def whole(*labels: Label) -> int:
    look = Appearance(labels)
    return LIKENESS.whole(look, KNOWN, LIKENESS.terms(look, KNOWN))


def test_a_share_is_of_all_points_whatever_products_have() -> None:
    boat, cup = Label("Boat", 1.0), Label("Cup", 1.0)
    assert whole(boat, cup) == whole(boat) + whole(cup)
    assert shop(boat, cup).plan(b"p").steps.very_similar.points == whole(boat, cup)
    assert sum(term.points for term in LIKENESS.terms(Appearance((boat, cup)), KNOWN)) < whole(boat, cup)


@pytest.mark.parametrize(
    ("points", "closeness", "verdict"),
    [
        *((9, 0.9, "verySimilar"), (9, 0.89, "similar"), (9, 0.49, "lessSimilar")),
        *((7, None, "verySimilar"), (6, None, "similar"), (4, None, "lessSimilar")),
    ],
)
def test_closeness_decides_or_else_points(points: int, closeness: float | None, verdict: str) -> None:
    steps = Steps(VerdictStep(5, 0.5), VerdictStep(7, 0.9))
    assert steps.verdict(Hit({}, lambda _: Shared(points, {}), closeness), frozenset()) == verdict
