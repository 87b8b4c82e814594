"""The promises of the ports `Catalog` and `CatalogFinder`, on every implementation."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devstack.algolia.limits import TooBig
from shared.catalog import Written
from shared.catalog.query import VisualQuery
from shared.catalog.record import attributes
from shared.errors import Permanent, UnknownProduct
from shared.model import Enrichment, Mode, Refinement, SearchAnswer, spellings
from tests.contract.shops import MAX_BYTES, PRODUCTS, Shop, enrichment
from tests.queries import asking
from tests.tagging import tag


def names(shop: Shop, product: str) -> list[str]:
    return list(shop.record(product)["labelNames"])


def ranked(found: SearchAnswer) -> list[tuple[str, int, Mapping[str, int]]]:
    return [(hit.record["objectID"], hit.points, hit.matched) for hit in found.hits]


def products(found: SearchAnswer) -> list[str]:
    return [hit.record["objectID"] for hit in found.hits]


def counted(found: SearchAnswer) -> Mapping[str, int]:
    return {name: found.raw[name] for name in ("page", "nbPages", "hitsPerPage", "nbHits")}


def test_tagging_touches_our_own_attributes_only(shop: Shop) -> None:
    tag(shop.catalog, "1", enrichment("Shoe"), 1_700_000_000_000_001)
    record = shop.record("1")
    assert record["name"] == "N1"
    assert record["labels"] == [{"description": "Shoe", "score": 0.9}]
    assert record["imageVersion"] == 1_700_000_000_000_001
    assert dict(shop.record("2")) == PRODUCTS[2]


def test_a_record_is_created_only_where_that_is_asked_for(shop: Shop) -> None:
    assert shop.catalog.look_up("99") is None
    written = tag(shop.catalog, "99", enrichment("Shoe"), 1)
    assert shop.catalog.look_up("99") is None
    with pytest.raises(UnknownProduct):
        shop.catalog.has_taken(Written("99", written, 1))
    tag(shop.catalog, "99", enrichment("Shoe"), 1, create=True)
    assert names(shop, "99") == ["Shoe"]


def test_a_record_is_looked_up_whole_but_for_what_is_hidden(shop: Shop) -> None:
    shop.add("5", {"name": "N5", "nested": {"a": [1]}, "secret": "x"})
    shop.hide(["secret"])
    assert shop.catalog.look_up("5") == {"objectID": "5", "name": "N5", "nested": {"a": [1]}}


IDS = [
    "-x",
    "a b",
    "..",
    "settings",
    "a/b",
    "👟",
    "x" * 200,
    "it's",
    'say "hi"',
    "5",
    "%2F",
    "caf\u00e9",
    "cafe\u0301",
]


@pytest.mark.parametrize("product", IDS)
def test_any_objectid_can_be_looked_up_and_written(shop: Shop, product: str) -> None:
    shop.add(product, {"name": "N"})
    for spelled in spellings(product):
        found = shop.catalog.look_up(spelled)
        assert found == {"objectID": product, "name": "N"}
    tag(shop.catalog, product, enrichment("Shoe"), 1)
    found = shop.catalog.look_up(product)
    assert found is not None
    assert (found["labelNames"], found["objectID"]) == (["Shoe"], product)


def test_two_spellings_of_one_product_are_told_of(shop: Shop) -> None:
    for product in ("caf\u00e9", "cafe\u0301"):
        shop.add(product, {"name": product})
    with pytest.raises(Permanent) as caught:
        shop.catalog.look_up("caf\u00e9")
    assert caught.value.reason == "ambiguous-product"


@pytest.mark.parametrize("version", [4, 5, 6])
def test_a_write_that_was_overtaken_counts_as_taken(shop: Shop, version: int) -> None:
    tag(shop.catalog, "1", enrichment("Newer"), 5)
    task = tag(shop.catalog, "1", enrichment("Other"), version)
    assert shop.catalog.has_taken(Written("1", task, version))


def test_an_unguarded_write_is_taken_whatever_the_version_was(shop: Shop) -> None:
    tag(shop.catalog, "1", enrichment("Old"), 2**52)
    task = shop.catalog.write("1", {**attributes(enrichment("New")), "imageVersion": 5})
    assert shop.catalog.has_taken(Written("1", task, 5, replaced=2**52))
    assert names(shop, "1") == ["New"]
    tag(shop.catalog, "1", enrichment("Later"), 6)
    assert names(shop, "1") == ["Later"]


@pytest.mark.parametrize("too_big", ["at-once", "in-task"])
def test_what_does_not_fit_is_refused_or_not_taken_and_changes_nothing(shop: Shop, too_big: TooBig) -> None:
    shop.add("5", {"text": "x" * (MAX_BYTES - 200)})
    tag(shop.catalog, "5", Enrichment((), None, "r", "", 0), 1)
    before = shop.catalog.look_up("5")
    refused = []
    try:
        task = tag(shop.catalog, "5", enrichment(*(f"label {number}" for number in range(20))), 2)
    except Permanent as error:
        refused.append(error.reason)
    else:
        assert not shop.catalog.has_taken(Written("5", task, 2))
    assert refused == (["record-too-big"] if too_big == "at-once" else [])
    assert shop.catalog.look_up("5") == before


@pytest.mark.parametrize("version", [4, 5])
def test_an_older_or_equal_version_changes_nothing(shop: Shop, version: int) -> None:
    tag(shop.catalog, "1", enrichment("Newer"), 5)
    tag(shop.catalog, "1", enrichment("Older"), version)
    assert names(shop, "1") == ["Newer"]
    assert shop.record("1")["imageVersion"] == 5


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(versions=st.lists(st.integers(1, 2**53 - 1), min_size=1, max_size=6))
def test_the_highest_version_wins_in_any_order(shop: Shop, versions: list[int]) -> None:
    base = shop.record("3").get("imageVersion", 0)
    for version in versions:
        tag(shop.catalog, "3", enrichment(f"V{version}"), version)
    if max(versions) > base:
        assert names(shop, "3") == [f"V{max(versions)}"]


def test_products_rank_by_the_points_of_the_labels_they_share(shop: Shop) -> None:
    tag(shop.catalog, "0", enrichment("shoe"), 1)
    tag(shop.catalog, "1", enrichment("Leg", "Sandal"), 1)
    tag(shop.catalog, "2", enrichment("Shoe", "-Leg", "Men's wear"), 1)
    query = asking({"Shoe": 700, "Leg": 300, "-Leg": 50, "Men's wear": 40})
    found = shop.finder.find(query, Refinement())
    assert ranked(found) == [
        ("2", 790, {"Shoe": 700, "-Leg": 50, "Men's wear": 40}),
        ("0", 700, {"Shoe": 700}),
        ("1", 300, {"Leg": 300}),
        ("3", 0, {}),
    ]


def test_strictly_only_products_that_share_a_label_are_found(shop: Shop) -> None:
    tag(shop.catalog, "0", enrichment("Shoe"), 1)
    tag(shop.catalog, "1", enrichment("Shoe", "Leg"), 1)
    query = asking(Shoe=700, Leg=300)
    found = shop.finder.find(query, Refinement(mode="strict"))
    assert ranked(found) == [("1", 1000, {"Shoe": 700, "Leg": 300}), ("0", 700, {"Shoe": 700})]
    assert found.raw["nbHits"] == 2
    assert shop.finder.find(VisualQuery(), Refinement(mode="strict")).hits == ()


@pytest.mark.parametrize("mode", ["boost", "strict"])
def test_products_can_be_left_out(shop: Shop, mode: Mode) -> None:
    for product in ("0", "1"):
        tag(shop.catalog, product, enrichment("Shoe"), 1)
    found = shop.finder.find(asking(Shoe=9), Refinement(mode=mode, without=("0",)))
    assert [product for product, points, _ in ranked(found) if points] == ["1"]
    assert "0" not in [product for product, _, _ in ranked(found)]


def test_a_record_holds_what_it_was_tagged_with(shop: Shop) -> None:
    told = {"colors": ["red"], "visualWords_x": [], "visualCode_x": "AQID"}
    tag(shop.catalog, "1", enrichment("Shoe", "Leg", likeness=told), 1)
    labels = [{"description": name, "score": 0.9} for name in ("Shoe", "Leg")]
    wanted = ["labels", *told]
    assert shop.finder.record("1", wanted) == {"objectID": "1", "labels": labels, **told}
    assert shop.finder.record("2", wanted) == {"objectID": "2"}


@pytest.mark.parametrize("product", ["99", "settings", "../products"])
def test_a_record_that_is_not_there_is_an_unknown_product(shop: Shop, product: str) -> None:
    with pytest.raises(UnknownProduct):
        shop.finder.record(product, ["labels"])


def test_labels_are_counted_by_the_products_that_carry_them(shop: Shop) -> None:
    for product, labels in {"0": ("Shoe",), "1": ("shoe", "Leg"), "2": ("Bag",)}.items():
        tag(shop.catalog, product, enrichment(*labels), 1)
    counts = shop.finder.counts()
    assert counts.records == len(PRODUCTS)
    assert dict(counts.by_label) == {"shoe": 2, "leg": 1, "bag": 1}


@pytest.mark.parametrize(("limit", "reachable"), [(3, 3), (1_000, 4)])
def test_counts_say_how_far_anybody_may_page(shop: Shop, limit: int, reachable: int) -> None:
    shop.limit(limit)
    counts = shop.finder.counts()
    assert (counts.records, counts.reachable) == (len(PRODUCTS), reachable)


def test_pages_follow_one_another(shop: Shop) -> None:
    for number, record in enumerate(PRODUCTS):
        tag(shop.catalog, record["objectID"], enrichment(*[f"L{level}" for level in range(number + 1)]), 1)
    query = asking({f"L{level}": 10 for level in range(4)})
    pages = [shop.finder.find(query, Refinement(page=page, hits_per_page=3)) for page in range(3)]
    assert [products(page) for page in pages] == [["3", "2", "1"], ["0"], []]
    assert [counted(page) for page in pages] == [
        {"page": page, "nbPages": 2, "hitsPerPage": 3, "nbHits": 4} for page in range(3)
    ]


@pytest.mark.parametrize(("size", "pages"), [(2, [2, 1, 0]), (3, [3, 0]), (100, [3, 0])])
def test_nobody_pages_further_than_the_shop_lets_them(shop: Shop, size: int, pages: list[int]) -> None:
    shop.limit(3)
    found = [
        shop.finder.find(VisualQuery(), Refinement(page=page, hits_per_page=size))
        for page in range(len(pages))
    ]
    assert [len(page.hits) for page in found] == pages
    # Algolia counts nothing on a page that begins beyond the limit.
    assert {page.raw["nbPages"] for page in found if page.hits} == {len(pages) - 1}
    assert {page.raw["nbHits"] for page in found if page.hits} == {4}


def test_an_empty_query_finds_everything_without_points(shop: Shop) -> None:
    found = shop.finder.find(VisualQuery(), Refinement())
    assert [hit.points for hit in found.hits] == [0, 0, 0, 0]
