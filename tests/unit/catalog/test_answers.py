from __future__ import annotations

from shared.catalog.answers import answer
from shared.catalog.query import VisualQuery
from shared.model import Hit, Refinement

QUERY = VisualQuery({"Bag": 700, "Leather": 300})


def hits(*records: dict[str, object], refinement: Refinement | None = None) -> tuple[Hit, ...]:
    return answer(QUERY, refinement or Refinement(), {}, {"hits": records}).hits


def scored(score: int) -> dict[str, object]:
    return {"objectID": "1", "_rankingInfo": {"filters": score}}


def test_a_hit_says_its_points_and_which_labels_gave_them() -> None:
    bag, nothing = hits({**scored(700), "labels": [{"description": "bag"}]}, {**scored(0), "labels": []})
    assert (bag.points, bag.matched) == (700, {"Bag": 700})
    assert (nothing.points, nothing.matched) == (0, {})


def test_points_of_the_shops_own_filters_are_not_the_pictures() -> None:
    [bag] = hits({**scored(50_700), "labels": [{"description": "Bag"}]})
    assert bag.points == 700


def test_where_labels_are_not_shown_algolias_own_score_tells() -> None:
    assert [hit.points for hit in hits(scored(302), scored(300), scored(2))] == [302, 300, 0]


def test_where_labels_are_not_shown_the_shops_own_filters_hide_the_pictures_points() -> None:
    own = Refinement(optional_filters=("brand:Acme<score=900>",))
    assert [hit.points for hit in hits(scored(900), refinement=own)] == [0]
