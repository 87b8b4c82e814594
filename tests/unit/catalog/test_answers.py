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


def test_words_that_a_record_shows_count_too() -> None:
    [hit] = hits(shown(["A07", "a99", "b01"], [{"description": "Leather"}]), query=ALL)
    assert (hit.points, hit.matched) == (1_200, {})


def test_a_word_is_no_label_of_the_same_name() -> None:
    [hit] = hits(shown(["bag"], [{"description": "a07"}]), query=ALL)
    assert (hit.points, hit.matched) == (0, {})


@pytest.mark.parametrize(
    "labels", [None, "Bag", 7, ["Bag"], [{"name": "Bag"}], [None], {"Bag": "description"}]
)
def test_what_somebody_else_wrote_in_our_attributes_matches_nothing(labels: object) -> None:
    [hit] = hits({**scored(0), "labels": labels, WORDS: {"a07": "a07"}}, query=ALL)
    assert (hit.points, hit.matched) == (0, {})


def test_one_value_may_stand_alone() -> None:
    [hit] = hits({**shown(labels={"description": "Bag"}), WORDS: "b01"}, query=ALL)
    assert (hit.points, hit.matched) == (1_000, {"Bag": 700})


def test_points_of_the_shops_own_filters_are_not_the_pictures() -> None:
    [bag] = hits({**scored(50_700), "labels": [{"description": "Bag"}]})
    assert bag.points == 700


def test_where_labels_are_not_shown_algolias_own_score_tells() -> None:
    assert [hit.points for hit in hits(scored(302), scored(300), scored(2))] == [302, 300, 0]


def test_where_words_are_not_shown_algolias_own_score_tells() -> None:
    [hit] = hits({**scored(1_600), "labels": [{"description": "Bag"}]}, query=ALL)
    assert (hit.points, hit.matched) == (1_600, {"Bag": 700})


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


def test_where_labels_are_not_shown_the_shops_own_filters_hide_the_pictures_points() -> None:
    own = Refinement(optional_filters=("brand:Acme<score=900>",))
    assert [hit.points for hit in hits(scored(900), refinement=own)] == [0]


def test_where_words_are_not_shown_the_shops_own_filters_leave_what_is_shown() -> None:
    own = Refinement(optional_filters=("brand:Acme<score=900>",))
    [hit] = hits({**scored(2_500), "labels": [{"description": "Bag"}]}, query=ALL, refinement=own)
    assert hit.points == 700


def test_a_query_of_nothing_gives_no_points() -> None:
    assert [hit.points for hit in hits(scored(3), query=VisualQuery())] == [0]
