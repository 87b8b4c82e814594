from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.catalog.labels import NOTHING_KNOWN, LabelCounts
from shared.catalog.likeness import RERANKED
from shared.catalog.paging import reranked_page
from shared.catalog.query import VisualQuery, answer
from shared.catalog.vectors import reranked
from shared.model import Refinement, SearchAnswer

Nearness = Sequence[float | None]
MOST = 1_000


@dataclass
class Shop:
    """Groups of products in Algolia's order, by how near each product is; `others` the search does not find.

    Algolia gives at most `cap` groups at a time, and the first `limit` at all. A product is named after its
    group's number and its own in the group.
    """

    groups: Sequence[Nearness]
    cap: int = MOST
    limit: int = MOST
    pinned: frozenset[int] = frozenset()
    others: int = 0
    counted: bool = True
    window: int = RERANKED
    asked: list[Refinement] = field(default_factory=list)

    def find(self, wanted: Refinement) -> SearchAnswer:
        self.asked.append(wanted)
        size, reachable = min(wanted.hits_per_page, self.cap), min(len(self.groups), self.limit)
        shown = range(reachable)[wanted.page * size : (wanted.page + 1) * size]
        hits = [
            {
                "objectID": f"{number}.{place}",
                "_rankingInfo": {"filters": 0, "promoted": number in self.pinned},
                **({"_distinctSeqID": place} if any(len(group) > 1 for group in self.groups) else {}),
            }
            for number in shown
            for place in range(len(self.groups[number]))
        ]
        paging = {"page": wanted.page, "hitsPerPage": size, "nbPages": math.ceil(reachable / size)}
        raw = {"hits": hits, "nbHits": len(self.groups), "queryID": "q-1", **paging}
        found = answer(VisualQuery(), wanted, {"page": wanted.page}, raw)
        near = [replace(hit, closeness=self._nearness(hit.record["objectID"])) for hit in found.hits]
        return replace(found, hits=tuple(near))

    def _nearness(self, product: str) -> float | None:
        number, place = map(int, product.split("."))
        return self.groups[number][place]

    @property
    def counts(self) -> LabelCounts:
        records = len(self.groups) + self.others
        return LabelCounts(records, {}, min(records, self.limit)) if self.counted else NOTHING_KNOWN

    def page(self, page: int, size: int) -> SearchAnswer:
        return reranked_page(self.find, Refinement(page=page, hits_per_page=size), self.counts, self.window)

    def pages(self, size: int) -> list[SearchAnswer]:
        """The first page, and as many more as it says there are."""
        first = self.page(0, size)
        return [first, *(self.page(number, size) for number in range(1, first.raw["nbPages"]))]


def falling(count: int) -> list[Nearness]:
    """The last is nearest."""
    return [[number / count] for number in range(count)]


def drawn(seed: int, count: int, most: int) -> list[Nearness]:
    """Groups of up to `most` products, of which half have no code."""
    chance = random.Random(seed)  # noqa: S311 a shop, not secrets
    sizes = (chance.randint(1, most) for _ in range(count))
    return [[chance.choice((None, chance.uniform(-1, 1))) for _ in range(size)] for size in sizes]


def products(*pages: SearchAnswer) -> list[str]:
    return [hit.record["objectID"] for page in pages for hit in page.hits]


def numbers(*pages: SearchAnswer) -> list[int]:
    """The groups, as they come."""
    return [int(product.split(".")[0]) for product in products(*pages) if product.endswith(".0")]


WINDOW = 10
sizes, seeds, counts = st.integers(1, 12), st.integers(0, 1_000), st.integers(0, 40)
shops = st.builds(
    Shop,
    groups=st.builds(drawn, seeds, counts, st.sampled_from([1, 1, 2, 3])) | counts.map(falling),
    cap=st.integers(1, 25) | st.just(MOST),
    limit=st.integers(1, 30) | st.just(MOST),
    pinned=st.frozensets(st.integers(0, 15), max_size=5),
    others=st.integers(0, 150),
    counted=st.booleans(),
    window=st.just(WINDOW),
)


@settings(max_examples=200)
@given(shops, sizes)
def test_whatever_algolia_gives_every_product_is_shown_once_beside_its_group_and_no_page_is_empty(
    shop: Shop, size: int
) -> None:
    pages = shop.pages(size)
    order, shown = numbers(*pages), products(*pages)
    reachable = min(len(shop.groups), shop.limit)
    assert sorted(order) == list(range(reachable))
    assert shown == [f"{number}.{place}" for number in order for place in range(len(shop.groups[number]))]
    assert all(page.hits for page in pages) or not shown
    assert all(order[number] == number for number in shop.pinned if number < len(order))
    least = min(size, shop.cap)
    last = math.ceil(reachable / least)
    beyond = shop.page(last, size)
    assert beyond.hits == ()
    for number, page in enumerate([*pages[:last], beyond]):
        paging = {"page": number, "hitsPerPage": least, "nbPages": last, "nbHits": len(shop.groups)}
        assert page.raw.items() >= paging.items()


@settings(max_examples=40)
@given(st.builds(drawn, seeds, counts, st.just(1)), sizes)
def test_pages_of_any_size_give_each_hit_once_in_one_order(groups: Sequence[Nearness], size: int) -> None:
    pages, places = Shop(groups, window=WINDOW).pages(size), range(len(groups))
    first = reranked(places[:WINDOW], lambda number: groups[number][0])
    assert numbers(*pages) == [*first, *places[WINDOW:]]
    assert all(len(page.hits) == size for page in pages[:-1])


def test_a_group_is_as_near_as_the_nearest_of_its_hits() -> None:
    shop = Shop([[0.1, 0.9], [0.5, None], [None, None], [0.3], [0.95]])
    assert products(shop.page(0, 2)) == ["4.0", "0.0", "0.1"]
    assert products(shop.page(1, 2)) == ["2.0", "2.1", "1.0", "1.1"]


def test_where_a_window_is_cut_short_whole_pages_of_it_are_reranked() -> None:
    shop, reranked_first = Shop(falling(90), cap=50), [*range(39, -1, -1), *range(40, 90)]
    pages = [reranked_first[number : number + 20] for number in range(0, 90, 20)]
    assert [numbers(page) for page in shop.pages(20)] == pages


@pytest.mark.parametrize("limit", [40, 100, 130, 200, 1_000])
@pytest.mark.parametrize(("page", "size"), [(0, 20), (4, 20), (3, 24), (1, 60), (0, 100)])
def test_one_request_is_enough_where_algolia_gives_what_is_asked_for(
    limit: int, page: int, size: int
) -> None:
    shop = Shop(falling(1_100), limit=limit)
    assert shop.page(page, size).raw["nbPages"] == math.ceil(limit / size)
    [asked] = shop.asked
    assert asked.page == 0
    assert max(RERANKED, (page + 1) * size) <= asked.hits_per_page < RERANKED + size


@pytest.mark.parametrize(("records", "requests"), [(1_000, 1), (981, 1), (980, 2)])
def test_an_index_that_has_grown_is_asked_how_many_pages_it_has_now(records: int, requests: int) -> None:
    shop = Shop(falling(1_000))
    before = LabelCounts(records, {}, records)
    answered = reranked_page(shop.find, Refinement(page=1, hits_per_page=20), before, RERANKED)
    assert (numbers(answered), answered.raw["nbPages"]) == ([*range(79, 59, -1)], 50)
    assert len(shop.asked) == requests


def test_an_answer_with_holes_is_not_cut_up() -> None:
    shop, wanted = Shop(falling(300)), Refinement(page=1, hits_per_page=20)

    def holed(asked: Refinement) -> SearchAnswer:
        found = shop.find(asked)
        return replace(found, hits=found.hits[:90])

    assert reranked_page(holed, wanted, shop.counts, RERANKED) == holed(wanted)


@pytest.mark.parametrize(("page", "size"), [(1, 100), (5, 20), (2, 50), (5, 24), (2, 99)])
def test_pages_behind_the_reranked_hits_are_algolias_own(page: int, size: int) -> None:
    shop = Shop(falling(1_000))
    own = shop.find(Refinement(page=page, hits_per_page=size))
    assert shop.page(page, size) == own
    assert len(shop.asked) == 2


def test_only_the_page_is_another_than_asked_for_and_what_algolia_says_besides_is_kept() -> None:
    shop, wanted = Shop(falling(30)), Refinement(query="red", mode="strict", page=1, hits_per_page=10)
    cut = reranked_page(shop.find, wanted, shop.counts, RERANKED)
    assert shop.asked == [replace(wanted, page=0, hits_per_page=RERANKED)]
    assert (cut.raw["queryID"], cut.raw["nbHits"], cut.params) == ("q-1", 30, {"page": 0})
