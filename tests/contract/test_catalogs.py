"""The promises of the ports `Catalog` and `Finder`, on every implementation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.catalog import Catalog, Finder
from shared.catalog.query import VisualQuery
from shared.errors import UnknownProduct
from shared.model import Answer, Enrichment, Label, Mode, Refinement
from tests.algolia import local_algolia
from tests.fakes.catalog import InMemoryCatalog


@dataclass(frozen=True)
class Shop:
    """A catalogue under test and a way to look into its records."""

    catalog: Catalog
    finder: Finder
    record: Callable[[str], Mapping[str, Any]]


PRODUCTS: Sequence[Mapping[str, Any]] = [
    {"objectID": str(number), "name": f"N{number}"} for number in range(4)
]


def _in_memory() -> Iterator[Shop]:
    catalog = InMemoryCatalog({record["objectID"]: record for record in PRODUCTS})
    yield Shop(catalog, catalog, lambda product: catalog.records[product])


def _algolia() -> Iterator[Shop]:
    with local_algolia() as algolia:
        algolia.seed(PRODUCTS)
        yield Shop(algolia.catalog(), algolia.finder(), algolia.record)


@pytest.fixture(params=[_in_memory, _algolia], ids=["in-memory", "algolia"])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    yield from request.param()


def enrichment(*names: str) -> Enrichment:
    labels = tuple(Label(name, 0.9) for name in names)
    return Enrichment(labels, "https://cdn.example/a.jpg", "r/1", "2026-01-01T00:00:00+00:00", 1)


def names(shop: Shop, product: str) -> list[str]:
    return list(shop.record(product)["labelNames"])


def ranked(found: Answer) -> list[tuple[str, int, Mapping[str, int]]]:
    return [(hit.record["objectID"], hit.points, hit.matched) for hit in found.hits]


def test_tagging_touches_our_own_attributes_only(shop: Shop) -> None:
    shop.catalog.tag("1", enrichment("Shoe"), 1_700_000_000_000_001)
    record = shop.record("1")
    assert record["name"] == "N1"
    assert record["labels"] == [{"description": "Shoe", "score": 0.9}]
    assert record["imageVersion"] == 1_700_000_000_000_001
    assert dict(shop.record("2")) == PRODUCTS[2]


def test_an_unknown_product_is_told_apart_and_not_created(shop: Shop) -> None:
    with pytest.raises(UnknownProduct):
        shop.catalog.tag("99", enrichment("Shoe"), 1)
    assert shop.finder.find(VisualQuery({}), Refinement()).raw["nbHits"] == len(PRODUCTS)


@pytest.mark.parametrize("version", [4, 5])
def test_an_older_or_equal_version_changes_nothing(shop: Shop, version: int) -> None:
    shop.catalog.tag("1", enrichment("Newer"), 5)
    shop.catalog.tag("1", enrichment("Older"), version)
    assert names(shop, "1") == ["Newer"]
    assert shop.record("1")["imageVersion"] == 5


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(versions=st.lists(st.integers(1, 2**53 - 1), min_size=1, max_size=6))
def test_the_highest_version_wins_in_any_order(shop: Shop, versions: list[int]) -> None:
    base = shop.record("3").get("imageVersion", 0)
    for version in versions:
        shop.catalog.tag("3", enrichment(f"V{version}"), version)
    if max(versions) > base:
        assert names(shop, "3") == [f"V{max(versions)}"]


def test_products_rank_by_the_points_of_the_labels_they_share(shop: Shop) -> None:
    shop.catalog.tag("0", enrichment("shoe"), 1)
    shop.catalog.tag("1", enrichment("Leg", "Sandal"), 1)
    shop.catalog.tag("2", enrichment("Shoe", "-Leg", "Men's wear"), 1)
    query = VisualQuery({"Shoe": 700, "Leg": 300, "-Leg": 50, "Men's wear": 40})
    found = shop.finder.find(query, Refinement())
    assert ranked(found) == [
        ("2", 790, {"Shoe": 700, "-Leg": 50, "Men's wear": 40}),
        ("0", 700, {"Shoe": 700}),
        ("1", 300, {"Leg": 300}),
        ("3", 0, {}),
    ]


def test_strictly_only_products_that_share_a_label_are_found(shop: Shop) -> None:
    shop.catalog.tag("0", enrichment("Shoe"), 1)
    shop.catalog.tag("1", enrichment("Shoe", "Leg"), 1)
    query = VisualQuery({"Shoe": 700, "Leg": 300})
    found = shop.finder.find(query, Refinement(mode="strict"))
    assert ranked(found) == [("1", 1000, {"Shoe": 700, "Leg": 300}), ("0", 700, {"Shoe": 700})]
    assert found.raw["nbHits"] == 2
    assert shop.finder.find(VisualQuery({}), Refinement(mode="strict")).hits == ()


@pytest.mark.parametrize("mode", ["boost", "strict"])
def test_products_can_be_left_out(shop: Shop, mode: Mode) -> None:
    for product in ("0", "1"):
        shop.catalog.tag(product, enrichment("Shoe"), 1)
    found = shop.finder.find(VisualQuery({"Shoe": 9}), Refinement(mode=mode, without=("0",)))
    assert [product for product, points, _ in ranked(found) if points] == ["1"]
    assert "0" not in [product for product, _, _ in ranked(found)]


def test_the_labels_of_a_product_are_those_it_was_tagged_with(shop: Shop) -> None:
    shop.catalog.tag("1", enrichment("Shoe", "Leg"), 1)
    assert {label.name: label.score for label in shop.finder.labels_of("1")} == {"Shoe": 0.9, "Leg": 0.9}
    assert shop.finder.labels_of("2") == ()
    with pytest.raises(UnknownProduct):
        shop.finder.labels_of("99")


def test_labels_are_counted_by_the_products_that_carry_them(shop: Shop) -> None:
    for product, labels in {"0": ("Shoe",), "1": ("shoe", "Leg"), "2": ("Bag",)}.items():
        shop.catalog.tag(product, enrichment(*labels), 1)
    counts = shop.finder.counts()
    assert counts.records == len(PRODUCTS)
    assert dict(counts.by_label) == {"shoe": 2, "leg": 1, "bag": 1}


def test_pages_follow_one_another(shop: Shop) -> None:
    for number, record in enumerate(PRODUCTS):
        shop.catalog.tag(record["objectID"], enrichment(*[f"L{level}" for level in range(number + 1)]), 1)
    query = VisualQuery({f"L{level}": 10 for level in range(4)})
    pages = [shop.finder.find(query, Refinement(page=page, hits_per_page=3)).hits for page in range(3)]
    assert [[hit.record["objectID"] for hit in page] for page in pages] == [["3", "2", "1"], ["0"], []]


def test_an_empty_query_finds_everything_without_points(shop: Shop) -> None:
    found = shop.finder.find(VisualQuery({}), Refinement())
    assert [hit.points for hit in found.hits] == [0, 0, 0, 0]
