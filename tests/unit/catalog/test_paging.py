from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.catalog.likeness import RERANKED
from shared.catalog.query import VisualQuery, page_of, widened
from shared.catalog.vectors import reranked
from shared.model import Refinement, SearchAnswer
from tests.fakes.catalog import REACHABLE, InMemoryCatalog

Nearness = Sequence[float | None]


class Shop:
    """Products by number, in this order as far as Algolia is concerned, and how near each is."""

    def __init__(self, nearness: Nearness, reachable: int = REACHABLE) -> None:
        self.nearness = nearness
        self.catalog = InMemoryCatalog({str(number): {} for number in range(len(nearness))}, reachable)

    def asked(self, refinement: Refinement) -> SearchAnswer:
        answer = self.catalog.find(VisualQuery(), refinement)
        near = [replace(hit, closeness=self.nearness[int(hit.record["objectID"])]) for hit in answer.hits]
        return replace(answer, hits=tuple(near))

    def page(self, page: int, size: int) -> SearchAnswer:
        wanted = Refinement(page=page, hits_per_page=size)
        asked = widened(wanted)
        return page_of(self.asked(asked), asked, wanted)

    def pages(self, size: int) -> list[SearchAnswer]:
        """The first page, and as many more as it says there are."""
        first = self.page(0, size)
        return [first, *(self.page(number, size) for number in range(1, first.raw["nbPages"]))]


def products(answer: SearchAnswer) -> list[int]:
    return [int(hit.record["objectID"]) for hit in answer.hits]


def in_order(nearness: Nearness) -> list[int]:
    """All products: the first re-ranked, the others as they come."""
    numbers = range(len(nearness))
    return [*reranked(numbers[:RERANKED], nearness.__getitem__), *numbers[RERANKED:]]


def falling(count: int) -> Nearness:
    """The last is nearest."""
    return [number / count for number in range(count)]


sizes = st.integers(1, 130) | st.sampled_from([20, 24, 99, 100, 101])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.none() | st.floats(-1, 1), max_size=260), sizes)
def test_pages_of_any_size_give_each_hit_once_in_one_order(nearness: Nearness, size: int) -> None:
    pages = Shop(nearness).pages(size)
    assert [product for page in pages for product in products(page)] == in_order(nearness)
    assert all(len(page.hits) == size for page in pages[:-1])


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 260), sizes)
def test_every_page_counts_the_pages_alike(count: int, size: int) -> None:
    shop = Shop(falling(count))
    last = -(-count // size)
    for page in range(last + 2):
        answer = shop.page(page, size)
        counted = {name: answer.raw[name] for name in ("page", "hitsPerPage", "nbPages", "nbHits")}
        assert counted == {"page": page, "hitsPerPage": size, "nbPages": last, "nbHits": count}
        assert bool(answer.hits) == (page < last)


@pytest.mark.parametrize("size", [7, 20, 24, 30, 60, 99, 100])
@pytest.mark.parametrize("reachable", [40, 100, 200, 1_000])
def test_pages_that_nobody_may_go_to_are_not_counted(reachable: int, size: int) -> None:
    shop = Shop(falling(1_100), reachable)
    reached = [product for page in shop.pages(size) for product in products(page)]
    assert sorted(reached) == list(range(reachable))
    assert {page.raw["nbPages"] for page in shop.pages(size)} == {-(-reachable // size)}
    assert shop.page(-(-reachable // size), size).hits == ()


@pytest.mark.parametrize(("page", "size"), [(1, 100), (5, 20), (2, 50), (5, 24), (4, 99)])
def test_pages_behind_the_reranked_hits_are_algolias_own(page: int, size: int) -> None:
    shop = Shop(falling(1_000))
    wanted = Refinement(page=page, hits_per_page=size)
    assert widened(wanted) == wanted
    answer = shop.asked(wanted)
    assert page_of(answer, wanted, wanted) is answer


@pytest.mark.parametrize(("page", "size"), [(0, 1), (4, 20), (99, 1), (4, 24), (1, 99), (0, 100), (0, 1_000)])
def test_what_is_asked_for_holds_the_page_and_all_that_is_reranked(page: int, size: int) -> None:
    asked = widened(Refinement(query="red", mode="strict", page=page, hits_per_page=size))
    assert (asked.page, asked.query, asked.mode) == (0, "red", "strict")
    assert max(RERANKED, (page + 1) * size) <= asked.hits_per_page <= 1_000


def test_what_algolia_says_besides_is_kept() -> None:
    shop, wanted = Shop(falling(30)), Refinement(page=1, hits_per_page=10)
    answer = shop.asked(widened(wanted))
    named = replace(answer, raw={**answer.raw, "queryID": "q-1"})
    cut = page_of(named, widened(wanted), wanted)
    assert (cut.raw["queryID"], cut.raw["nbHits"], cut.params) == ("q-1", 30, answer.params)


def test_without_closeness_pages_are_as_algolia_has_them() -> None:
    shop, wanted = Shop([None] * 50), Refinement(page=2, hits_per_page=20)
    assert products(shop.page(2, 20)) == products(shop.asked(wanted))
    assert page_of(shop.asked(wanted), wanted, wanted) == shop.asked(wanted)
