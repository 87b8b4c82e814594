from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from devstack.algolia.limits import AlgoliaError
from shared.catalog.labels import WeightedLabels
from shared.catalog.likeness import RERANKED_WITHOUT_WORDS, Likeness
from shared.catalog.vectors import VisualCode
from shared.model import Appearance, Vector
from shared.verdict import Steps, VerdictStep
from tests.unit.tools.evaluate.studio import labels, tags
from tools.evaluate.datasets import Item
from tools.evaluate.finders import IndexFinder
from tools.evaluate.ranking import Nearness, Question
from tools.evaluate.verdicts import VerdictRule

QUERY = Item("", (Path("query.png"),), "")


def finder(products: Mapping[str, str], likeness: Likeness | None = None) -> IndexFinder:
    """An index of products by the names of their labels."""
    looks = {product: look(names) for product, names in products.items()}
    return IndexFinder("tags", likeness or tags(), looks)


def look(names: str, vector: Vector | None = None) -> Appearance:
    return Appearance(labels(*names.split()), vector=vector)


def asked(names: str, product: str = "", remade: str | None = None) -> Question:
    return Question(QUERY, look(names), product, None if remade is None else look(remade))


def toward(east: float) -> Vector:
    """A direction as far east as that, 0..1."""
    return (east, (1 - east**2) ** 0.5)


PRODUCTS = {"mug": "cup", "boot": "shoe leather", "sneaker": "shoe", "belt": "leather", "sock": "wool"}


def test_products_come_by_shared_labels_and_equals_in_the_order_given() -> None:
    ranking = finder(PRODUCTS).find(asked("shoe leather"))
    assert ranking.ids == ["boot", "sneaker", "belt", "mug", "sock"]
    assert [found.shared for found in ranking.first[:2]] == [("shoe", "leather"), ("shoe",)]
    assert (ranking.matched, ranking.filters) == (True, 2)


def test_a_query_sends_no_more_filters_than_its_contender_may() -> None:
    ranking = finder(PRODUCTS, tags(most=1)).find(asked("leather shoe"))
    assert ranking.filters == 1
    assert ranking.ids[:2] == ["boot", "belt"]


def test_the_filter_for_whose_labels_a_record_has_is_counted_with_labels_only() -> None:
    index = IndexFinder("tags", tags(), {"mug": look("cup")}, tells_whose=True)
    assert [index.find(asked(names)).filters for names in ("cup tea", "")] == [3, 0]


def test_a_picture_that_shares_nothing_is_not_matched() -> None:
    assert not finder(PRODUCTS).find(asked("boat")).matched
    assert not finder(PRODUCTS).find(asked("")).matched


def test_the_product_itself_is_left_out() -> None:
    index = finder(PRODUCTS)
    assert index.find(asked("shoe leather", "boot")).ids == ["sneaker", "belt", "mug", "sock"]
    assert index.find(asked("boat")).ids == [*PRODUCTS]


def test_a_record_is_remade_for_one_question_only() -> None:
    index = finder(PRODUCTS)
    assert index.find(asked("wool", "boot", remade="wool")).ids[:2] == ["boot", "sock"]
    assert index.find(asked("wool")).ids[:2] == ["sock", "mug"]
    assert index.find(asked("leather")).ids[:2] == ["boot", "belt"]


def test_first_hits_are_put_in_order_by_closeness_and_others_keep_their_places() -> None:
    vectors = {"boot": toward(0.1), "belt": toward(0.9)}
    looks = {product: look(names, vectors.get(product)) for product, names in PRODUCTS.items()}
    index = IndexFinder("coded", tags(code=True), looks)
    ranking = index.find(Question(QUERY, look("shoe leather", toward(1.0))))
    assert ranking.ids == ["belt", "sneaker", "boot", "mug", "sock"]
    assert ranking.first[0].shared == ("closeness 0.90", "leather")
    assert ranking.candidates == ["boot", "sneaker", "belt", "mug", "sock"]


def test_only_the_hits_of_the_window_change_places() -> None:
    looks = {f"p{number:04}": look("shoe", toward(number // 20 % 5 / 5)) for number in range(2_150)}
    ranking = IndexFinder("coded", tags(code=True), looks).find(Question(QUERY, look("shoe", (1.0, 0.0))))
    assert ranking.candidates == [*looks][:RERANKED_WITHOUT_WORDS]
    nearest_first = sorted(range(RERANKED_WITHOUT_WORDS), key=lambda number: -(number // 20 % 5))
    assert ranking.ids == [*(f"p{number:04}" for number in nearest_first), *[*looks][RERANKED_WITHOUT_WORDS:]]


def test_without_vectors_there_are_no_candidates_for_re_ranking() -> None:
    assert finder(PRODUCTS).find(asked("shoe")).candidates is None


def test_hits_tell_how_near_they_are() -> None:
    looks = {"boot": look("shoe", toward(0.2)), "belt": look("leather", toward(0.9)), "sock": look("")}
    hits = IndexFinder("coded", tags(code=True), looks).hits(Question(QUERY, look("shoe heel", (1.0, 0.0))))
    assert [(product, near.share) for product, near in hits] == [("belt", 0.0), ("boot", 0.5), ("sock", 0.0)]
    assert [near.closeness for _, near in hits] == [
        pytest.approx(0.9, abs=0.01),
        pytest.approx(0.2, abs=0.01),
        None,
    ]
    assert ("sock", Nearness(share=0.0, closeness=None)) in finder(PRODUCTS).hits(asked(""))
    assert "boot" not in dict(finder(PRODUCTS).hits(asked("shoe", "boot")))


def test_of_many_filters_only_the_number_that_match_is_told() -> None:
    many = " ".join(f"word{number}" for number in range(20))
    ranking = finder({"mug": "word1 word2 word7"}, tags(most=20)).find(asked(many))
    assert ranking.first[0].shared == ("3 of 20 tags",)


def test_record_bytes_are_those_of_the_strategys_attributes() -> None:
    assert (
        finder({"a": "cup", "b": "mug tea"}).record_bytes
        == (len('{"tags":["cup"]}') + len('{"tags":["mug","tea"]}')) / 2
    )


def test_what_algolia_would_refuse_is_refused() -> None:
    with pytest.raises(AlgoliaError, match=r"[Rr]ecord"):
        finder({"mug": " ".join(f"word{number}" for number in range(2_000))})
    with pytest.raises(AlgoliaError, match="score"):
        finder({"mug": "cup"}, tags(each=70_000)).find(asked("cup"))


def test_first_hits_get_the_verdicts_of_the_search_function() -> None:
    looks = {
        "boot": look("shoe", toward(0.95)),
        "mug": look("cup", toward(0.9)),
        "sock": look("", toward(0.1)),
    }
    steps = Steps(VerdictStep(1, 0.5), VerdictStep(1, 0.92))
    index = IndexFinder(
        "x", Likeness([WeightedLabels(), VisualCode("x")]), looks, VerdictRule(lambda _: steps, 0.8)
    )
    judged = index.find(Question(QUERY, look("shoe", (1.0, 0.0)))).judged
    assert judged == [{"very_similar", "similar"}, {"held_back"}, set()]
