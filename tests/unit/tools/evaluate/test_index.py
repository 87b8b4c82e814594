from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devstack.algolia.errors import AlgoliaError
from shared.catalog.rarity import NOTHING_KNOWN
from shared.model import Appearance
from tests.unit.tools.evaluate.studio import Tags, contender, labels
from tools.evaluate.contenders import Contender
from tools.evaluate.datasets import Item
from tools.evaluate.index import IndexFinder
from tools.evaluate.ranking import Question

QUERY = Item("", (Path("query.png"),), "")


def finder(products: Mapping[str, str], which: Contender | None = None) -> IndexFinder:
    """An index of products by the names of their labels."""
    looks = {product: look(names) for product, names in products.items()}
    return IndexFinder(which or contender(), looks, NOTHING_KNOWN)


def look(names: str) -> Appearance:
    return Appearance(labels(*names.split()))


def asked(names: str, product: str = "", remade: str | None = None) -> Question:
    return Question(QUERY, look(names), product, None if remade is None else look(remade))


PRODUCTS = {"mug": "cup", "boot": "shoe leather", "sneaker": "shoe", "belt": "leather", "sock": "wool"}


def test_products_come_by_shared_labels_and_equals_in_the_order_given() -> None:
    ranking = finder(PRODUCTS).find(asked("shoe leather"))
    assert ranking.ids == ["boot", "sneaker", "belt", "mug", "sock"]
    assert [found.shared for found in ranking.first[:2]] == [("shoe", "leather"), ("shoe",)]
    assert (ranking.matched, ranking.filters) == (True, 2)


def test_a_query_sends_no_more_filters_than_its_contender_may() -> None:
    ranking = finder(PRODUCTS, contender(most=1)).find(asked("leather shoe"))
    assert ranking.filters == 1
    assert ranking.ids[:2] == ["boot", "belt"]


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
    def closeness(_: Appearance, record: Mapping[str, Any]) -> float | None:
        return {"boot": 0.1, "belt": 0.9}.get(record["objectID"])

    ranking = finder(PRODUCTS, contender(rerank=closeness)).find(asked("shoe leather"))
    assert ranking.ids == ["belt", "sneaker", "boot", "mug", "sock"]
    assert ranking.first[0].shared == ("closeness 0.90", "leather")


def test_only_the_first_hundred_hits_change_places() -> None:
    products = {f"p{number:04}": "shoe" for number in range(2_150)}

    def later_is_closer(_: Appearance, record: Mapping[str, Any]) -> float:
        return int(record["objectID"][1:]) / 10_000

    ids = finder(products, contender(rerank=later_is_closer)).find(asked("shoe")).ids
    assert ids == [*reversed([*products][:100]), *[*products][100:]]


def test_of_many_filters_only_the_number_that_match_is_told() -> None:
    many = " ".join(f"word{number}" for number in range(20))
    ranking = finder({"mug": "word1 word2 word7"}, contender(most=20)).find(asked(many))
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
        finder({"mug": "cup"}, Contender("heavy", [Tags(each=70_000)], 10)).find(asked("cup"))


NAMES = st.lists(st.sampled_from("abcdef"), unique=True, max_size=6).map(" ".join)


@settings(max_examples=40, deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=12), NAMES)
def test_the_order_is_that_of_adding_up_shared_labels(held: list[str], wanted: str) -> None:
    products = {f"p{number}": names for number, names in enumerate(held)}
    shared = {product: len({*names.split()} & {*wanted.split()}) for product, names in products.items()}
    ranking = finder(products).find(asked(wanted))
    assert ranking.ids == sorted(products, key=lambda product: -shared[product])
