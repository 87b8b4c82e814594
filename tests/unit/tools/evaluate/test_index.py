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
    return IndexFinder(
        "tags", likeness or tags(), {product: look(each) for product, each in products.items()}
    )


def coded(looks: Mapping[str, Appearance]) -> IndexFinder:
    return IndexFinder("coded", tags(code=True), looks)


def look(names: str, east: float | None = None) -> Appearance:
    """Labels, and a direction as far east as that, 0..1."""
    vector: Vector | None = None if east is None else (east, (1 - east**2) ** 0.5)
    return Appearance(labels(*names.split()), vector=vector)


def asked(names: str, product: str = "", remade: str | None = None, east: float | None = None) -> Question:
    return Question(QUERY, look(names, east), product, None if remade is None else look(remade))


PRODUCTS = {"mug": "cup", "boot": "shoe leather", "sneaker": "shoe", "belt": "leather", "sock": "wool"}


def test_products_come_by_shared_labels_and_equals_in_the_order_given() -> None:
    index = finder(PRODUCTS)
    ranking = index.find(asked("shoe leather"))
    assert ranking.ids == ["boot", "sneaker", "belt", "mug", "sock"]
    assert [found.shared for found in ranking.first[:2]] == [("shoe", "leather"), ("shoe",)]
    assert (ranking.matched, ranking.filters, ranking.candidates) == (True, 2, None)
    assert not index.find(asked("boat")).matched
    assert not index.find(asked("")).matched


def test_the_filter_for_whose_labels_a_record_has_is_counted_with_labels_only() -> None:
    index = IndexFinder("tags", tags(), {"mug": look("cup")}, tells_whose=True)
    assert [index.find(asked(names)).filters for names in ("cup tea", "")] == [3, 0]


def test_a_product_is_left_out_or_remade_for_one_question_only() -> None:
    index = finder(PRODUCTS)
    assert index.find(asked("shoe leather", "boot")).ids == ["sneaker", "belt", "mug", "sock"]
    assert index.find(asked("boat")).ids == [*PRODUCTS]
    assert index.find(asked("wool", "boot", remade="wool")).ids[:2] == ["boot", "sock"]
    assert index.find(asked("wool")).ids[:2] == ["sock", "mug"]
    assert index.find(asked("leather")).ids[:2] == ["boot", "belt"]


def test_first_hits_are_put_in_order_by_closeness_and_others_keep_their_places() -> None:
    closeness = {"boot": 0.1, "belt": 0.9}
    index = coded({product: look(names, closeness.get(product)) for product, names in PRODUCTS.items()})
    ranking = index.find(asked("shoe leather", east=1.0))
    assert ranking.ids == ["belt", "sneaker", "boot", "mug", "sock"]
    assert ranking.first[0].shared == ("closeness 0.90", "leather")
    assert ranking.candidates == ["boot", "sneaker", "belt", "mug", "sock"]


def test_only_the_hits_of_the_window_change_places() -> None:
    looks = {f"p{number:04}": look("shoe", number // 20 % 5 / 5) for number in range(1_350)}
    ranking = coded(looks).find(asked("shoe", east=1.0))
    assert ranking.candidates == [*looks][:RERANKED_WITHOUT_WORDS]
    nearest_first = sorted(range(RERANKED_WITHOUT_WORDS), key=lambda number: -(number // 20 % 5))
    assert ranking.ids == [*(f"p{number:04}" for number in nearest_first), *[*looks][RERANKED_WITHOUT_WORDS:]]


def test_hits_tell_how_near_they_are() -> None:
    index = coded({"boot": look("shoe", 0.2), "belt": look("leather", 0.9), "sock": look("")})
    hits = index.hits(asked("shoe heel", east=1.0))
    assert [(product, near.share) for product, near in hits] == [("belt", 0.0), ("boot", 0.5), ("sock", 0.0)]
    *known, unknown = (near.closeness for _, near in hits)
    assert known == pytest.approx([0.9, 0.2], abs=0.01)
    assert unknown is None
    assert ("sock", Nearness(share=0.0, closeness=None)) in finder(PRODUCTS).hits(asked(""))
    assert "boot" not in dict(finder(PRODUCTS).hits(asked("shoe", "boot")))


def test_of_many_filters_only_the_number_that_match_is_told() -> None:
    many = " ".join(f"word{number}" for number in range(20))
    ranking = finder({"mug": "word1 word2 word7"}, tags(most=20)).find(asked(many))
    assert ranking.first[0].shared == ("3 of 20 tags",)


def test_what_algolia_would_refuse_is_refused() -> None:
    with pytest.raises(AlgoliaError, match=r"[Rr]ecord"):
        finder({"mug": " ".join(f"word{number}" for number in range(2_000))})
    with pytest.raises(AlgoliaError, match="score"):
        finder({"mug": "cup"}, tags(each=70_000)).find(asked("cup"))


def test_first_hits_get_the_verdicts_of_the_search_function() -> None:
    looks = {"boot": look("shoe", 0.95), "mug": look("cup", 0.9), "sock": look("", 0.1)}
    rule = VerdictRule(lambda _: Steps(VerdictStep(1, 0.5), VerdictStep(1, 0.92)), 0.8)
    index = IndexFinder("x", Likeness([WeightedLabels(), VisualCode("x")]), looks, rule)
    judged = index.find(asked("shoe", east=1.0)).judged
    assert judged == [{"very_similar", "similar"}, {"held_back"}, set()]
