from __future__ import annotations

from collections.abc import Sequence

import pytest

from shared.catalog.labels import recognizer_filter
from shared.catalog.query import VisualQuery, answer
from shared.model import Hit, Refinement
from tests.queries import WORDS, asking, label, word

LABELS = asking(Bag=700, Leather=300)
ALL = VisualQuery([word("a07", 900), label("Bag", 700), word("b01", 300)])


def hits(
    *records: dict[str, object], query: VisualQuery = LABELS, refinement: Refinement | None = None
) -> tuple[Hit, ...]:
    return answer(query, refinement or Refinement(), {}, {"hits": records}).hits


def scored(score: int) -> dict[str, object]:
    return {"objectID": "1", "_rankingInfo": {"filters": score}}


def shown(words: Sequence[str] = (), labels: object = ()) -> dict[str, object]:
    return {**scored(0), "labels": labels, WORDS: list(words)}


def test_a_hit_says_its_points_and_which_labels_gave_them() -> None:
    bag, nothing = hits({**scored(700), "labels": [{"description": "bag"}]}, {**scored(0), "labels": []})
    assert (bag.points, bag.matched) == (700, {"Bag": 700})
    assert (nothing.points, nothing.matched) == (0, {})


BAG = [{"description": "Bag"}]
OWN = Refinement(optional_filters=("brand:Acme<score=900>",))


@pytest.mark.parametrize(
    ("record", "query", "own", "points", "matched"),
    [
        (shown(["A07", "a99", "b01"], [{"description": "Leather"}]), ALL, None, 1_200, {}),
        (shown(["bag"], [{"description": "a07"}]), ALL, None, 0, {}),
        ({**shown(labels={"description": "Bag"}), WORDS: "b01"}, ALL, None, 1_000, {"Bag": 700}),
        ({**scored(50_700), "labels": BAG}, LABELS, None, 700, {"Bag": 700}),
        (scored(302), LABELS, None, 302, {}),
        (scored(2), LABELS, None, 0, {}),
        ({**scored(1_600), "labels": BAG}, ALL, None, 1_600, {"Bag": 700}),
        (scored(900), LABELS, OWN, 0, {}),
        ({**scored(2_500), "labels": BAG}, ALL, OWN, 700, {"Bag": 700}),
        (scored(3), VisualQuery(), None, 0, {}),
    ],
    ids=[
        *("words count too", "a word is no label of its name", "one value alone", "not the shop's points"),
        *("labels not shown", "less than any label", "words not shown", "labels not shown beside the shop's"),
        *("words not shown beside the shop's", "a query of nothing"),
    ],
)
def test_points_are_those_of_what_is_shown_and_else_algolias_unless_the_shops_own_hide_them(
    record: dict[str, object],
    query: VisualQuery,
    own: Refinement | None,
    points: int,
    matched: dict[str, int],
) -> None:
    [hit] = hits(record, query=query, refinement=own)
    assert (hit.points, hit.matched) == (points, matched)


@pytest.mark.parametrize(
    "labels", [None, "Bag", 7, ["Bag"], [{"name": "Bag"}], [None], {"Bag": "description"}]
)
def test_what_somebody_else_wrote_in_our_attributes_matches_nothing(labels: object) -> None:
    [hit] = hits({**scored(0), "labels": labels, WORDS: {"a07": "a07"}}, query=ALL)
    assert (hit.points, hit.matched) == (0, {})


@pytest.mark.parametrize(
    ("whose", "score", "points"),
    [("r/1", 11_600, 1_600), ("r/1", 10_700, 700), ("r/1", 10_702, 700), ("r/2", 1_600, 900)],
)
def test_points_are_those_of_the_picture_and_not_for_whose_labels_they_are(
    whose: str, score: int, points: int
) -> None:
    query = VisualQuery([*ALL.terms, recognizer_filter("r/1")])
    record = {**scored(score), "labels": [{"description": "Bag"}], "visual": {"recognizer": whose}}
    [hit] = hits(record, query=query)
    assert hit.points == points
