"""The promises of the port `Catalog`, on every implementation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.catalog import Catalog
from shared.catalog.query import VisualQuery
from shared.errors import UnknownProduct
from shared.model import Enrichment, Label, Refinement
from tests.algolia import local_algolia
from tests.fakes.catalog import InMemoryCatalog


@dataclass(frozen=True)
class Shop:
    """A catalogue under test and a way to look into its records."""

    catalog: Catalog
    record: Callable[[str], Mapping[str, Any]]


PRODUCTS: Sequence[Mapping[str, Any]] = [
    {"objectID": str(number), "name": f"N{number}"} for number in range(4)
]


def _in_memory() -> Iterator[Shop]:
    catalog = InMemoryCatalog({record["objectID"]: record for record in PRODUCTS})
    yield Shop(catalog, lambda product: catalog.records[product])


def _algolia() -> Iterator[Shop]:
    with local_algolia() as algolia:
        algolia.seed(PRODUCTS)
        yield Shop(algolia.catalog(), algolia.record)


@pytest.fixture(params=[_in_memory, _algolia], ids=["in-memory", "algolia"])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    yield from request.param()


def enrichment(*names: str) -> Enrichment:
    labels = tuple(Label(name, 0.9) for name in names)
    return Enrichment(labels, "https://cdn.example/a.jpg", "r/1", "2026-01-01T00:00:00+00:00", 1)


def names(shop: Shop, product: str) -> list[str]:
    return list(shop.record(product)["labelNames"])


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
    assert shop.catalog.find(VisualQuery({}), Refinement()).raw["nbHits"] == len(PRODUCTS)


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
    found = shop.catalog.find(query, Refinement())
    ranked = [(hit.record["objectID"], hit.points, hit.matched) for hit in found.hits]
    assert ranked == [
        ("2", 790, ("Shoe", "-Leg", "Men's wear")),
        ("0", 700, ("Shoe",)),
        ("1", 300, ("Leg",)),
        ("3", 0, ()),
    ]


def test_pages_follow_one_another(shop: Shop) -> None:
    for number, record in enumerate(PRODUCTS):
        shop.catalog.tag(record["objectID"], enrichment(*[f"L{level}" for level in range(number + 1)]), 1)
    query = VisualQuery({f"L{level}": 10 for level in range(4)})
    pages = [shop.catalog.find(query, Refinement(page=page, hits_per_page=3)).hits for page in range(3)]
    assert [[hit.record["objectID"] for hit in page] for page in pages] == [["3", "2", "1"], ["0"], []]


def test_an_empty_query_finds_everything_without_points(shop: Shop) -> None:
    found = shop.catalog.find(VisualQuery({}), Refinement())
    assert [hit.points for hit in found.hits] == [0, 0, 0, 0]
