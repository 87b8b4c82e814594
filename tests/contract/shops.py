"""Shops whose catalogs are under test, one for each implementation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from devstack.algolia.limits import TooBig
from shared.catalog import Catalog, CatalogFinder
from shared.catalog.labels import WeightedLabels
from shared.catalog.likeness import Likeness
from shared.catalog.vectors import VisualCode, VisualWords
from shared.model import Enrichment, Label
from tests.algolia import INDEX, Algolia
from tests.fakes.catalog import InMemoryCatalog

LIKENESS = Likeness([WeightedLabels(), VisualWords("x"), VisualCode("x")])

PRODUCTS: Sequence[Mapping[str, Any]] = [
    {"objectID": f"{number}", "name": f"N{number}"} for number in range(4)
]


@dataclass(frozen=True)
class Shop:
    """A catalog under test and a way to look into its records.

    `hide` keeps attributes from shoppers, `limit` says how many hits they may page through, and `add` makes a
    record.
    """

    catalog: Catalog
    finder: CatalogFinder
    record: Callable[[str], Mapping[str, Any]]
    hide: Callable[[Sequence[str]], object]
    limit: Callable[[int], object]
    add: Callable[[str, Mapping[str, Any]], object]


MAX_BYTES = 2_000
"""Of a record."""


def in_memory(too_big: TooBig) -> Shop:
    catalog = InMemoryCatalog({record["objectID"]: record for record in PRODUCTS})
    catalog.max_bytes, catalog.too_big = MAX_BYTES, too_big

    def limit(reachable: int) -> None:
        catalog.reachable = reachable

    def add(product: str, record: Mapping[str, Any]) -> None:
        catalog.records[product] = {"objectID": product, **record}

    return Shop(catalog, catalog, catalog.records.__getitem__, catalog.hidden.update, limit, add)


def in_algolia(algolia: Algolia) -> Shop:
    algolia.seed(PRODUCTS, LIKENESS.facets)

    def change(**settings: object) -> None:
        algolia.send("PUT", f"/1/indexes/{INDEX}/settings", settings).raise_for_status()

    return Shop(
        algolia.catalog(),
        algolia.finder(),
        algolia.record,
        hide=lambda attributes: change(unretrievableAttributes=list(attributes)),
        limit=lambda reachable: change(paginationLimitedTo=reachable),
        add=lambda product, record: algolia.seed([{"objectID": product, **record}], LIKENESS.facets),
    )


def enrichment(*names: str, likeness: Mapping[str, Any] | None = None) -> Enrichment:
    labels = tuple(Label(name, 0.9) for name in names)
    when = "2026-01-01T00:00:00+00:00"
    return Enrichment(labels, "https://cdn.example/a.jpg", "r/1", when, 1, likeness=likeness or {})
