"""`pictures backfill --missing` makes every record right again, whatever happened to the index."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from shared.catalog.record import Recorded
from tests.outside import Outside, eventually
from tests.pictures import jpeg
from tests.tools.conftest import Tools

_numbers = itertools.count()
MISSING = ("pictures", "backfill", "--missing", "--yes")
FATES = ("kept", "uploaded", "overwritten", "deleted", "emptied", "first")
"""What becomes of a product's pictures after the copy was taken."""


class Products:
    """Some products of the test's own, one for each fate."""

    def __init__(self, outside: Outside, about: str) -> None:
        self.outside = outside
        self.ids = {fate: f"{about} {next(_numbers)} {fate}" for fate in FATES}
        outside.seed([{"objectID": each, "name": "N"} for each in self.ids.values()])
        self.pictures: dict[str, int] = {}
        self._put(**{fate: ("a", "b") for fate in FATES if fate != "first"})

    def records(self) -> dict[str, dict[str, Any]]:
        return {fate: self.outside.record(product) for fate, product in self.ids.items()}

    def meet_their_fates(self) -> None:
        self._put(uploaded=("c",), overwritten=("a",), first=("a",))
        for fate, names in {"deleted": ("a",), "emptied": ("a", "b")}.items():
            for name in names:
                self.outside.delete(f"products/{self.ids[fate]}/{name}.jpg")
                self.pictures[fate] -= 1
        self._settle()

    def _put(self, **uploads: Sequence[str]) -> None:
        for fate, names in uploads.items():
            for name in names:
                self.outside.upload(f"products/{self.ids[fate]}/{name}.jpg", jpeg(seed=next(_numbers) + 300))
                self.pictures[fate] = self.pictures.get(fate, 0) + (fate != "overwritten" or len(names) == 2)
        self._settle()

    def _settle(self) -> None:
        def counted() -> dict[str, int]:
            told = {fate: Recorded.of(record) for fate, record in self.records().items()}
            return {fate: record.pictures for fate, record in told.items() if record.enriched}

        eventually(counted, lambda found: found == self.pictures)


def said(records: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """What the records say of the bucket, whenever that was."""
    when = {"visual": None, "imageVersion": None, "labeledAt": None}
    return {fate: {**record, **record.get("visual", {}), **when} for fate, record in records.items()}


@pytest.fixture
def products(outside: Outside) -> Products:
    return Products(outside, "restored")


def again(tools: Tools, products: Products, wanted: Mapping[str, Mapping[str, Any]]) -> None:
    """A backfill brings the records there, and then finds nothing left to do for them."""
    asked = tools(*MISSING)
    assert asked.exit_code == 0, asked.stderr
    eventually(lambda: said(products.records()), lambda found: found == said(wanted))
    for product in products.ids.values():
        assert tools.json("pictures", "explain", product, PARKED_SUBSCRIPTION="")["states"] == ["current"]
        of_it = ("--dry-run", f"--prefix=products/{product}/")
        assert tools.json("pictures", "backfill", "--missing", *of_it)["products"] == 0


def test_an_index_restored_from_an_old_copy_ends_right(
    tools: Tools, outside: Outside, products: Products
) -> None:
    copy = products.records()
    products.meet_their_fates()
    right = products.records()
    assert {fate for fate in FATES if said(copy)[fate] == said(right)[fate]} == {"kept"}
    outside.seed(list(copy.values()))
    again(tools, products, right)


def test_a_wiped_index_ends_right(tools: Tools, outside: Outside, products: Products) -> None:
    products.meet_their_fates()
    right = products.records()
    outside.seed([{"objectID": product, "name": "N"} for product in products.ids.values()])
    # A product without a picture has nothing to be told of.
    right["emptied"] = outside.record(products.ids["emptied"])
    asked = tools(*MISSING)
    assert asked.exit_code == 0, asked.stderr
    eventually(lambda: said(products.records()), lambda found: found == said(right))


def test_a_record_of_pictures_that_are_all_gone_is_emptied(tools: Tools, outside: Outside) -> None:
    product = f"größe {next(_numbers)}"
    tells = {"recognizer": "r", "pictures": 1, "refused": 0, "labeledAt": "", "listing": "0" * 12}
    labels = {"labels": [{"description": "Shoe", "score": 0.9}], "labelNames": ["Shoe"]}
    outside.seed(
        [
            {"objectID": product, "name": "N", "imageVersion": 7, "visual": tells, **labels},
            {"objectID": f"{product}/slash", "imageVersion": 7, "visual": tells, **labels},
        ]
    )
    plan = tools.json("pictures", "backfill", "--missing", "--dry-run")
    assert plan["picturesGone"] == 1
    assert plan["unreachable"] == {"products": 1, "examples": [f"{product}/slash"]}
    asked = tools(*MISSING)
    assert asked.exit_code == 0
    assert f"such as {product}/slash" in asked.stdout
    assert "add a pattern to OBJECT_PATTERN that can express these ids" in asked.stdout
    emptied = eventually(lambda: outside.record(product), lambda record: record["labels"] == [])
    assert (emptied["name"], emptied["visual"]["pictures"], emptied["imageURL"]) == ("N", 0, None)
    assert tools("pictures", "explain", product, PARKED_SUBSCRIPTION="").exit_code == 0
