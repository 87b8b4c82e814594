"""`pictures backfill --missing` makes every record right again, whatever happened to the index."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

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

    def __init__(self, outside: Outside) -> None:
        self.outside = outside
        self.ids = {fate: f"restored {fate}" for fate in FATES}
        self.pictures: dict[str, int] = {}
        self.wipe()
        self._put(**{fate: ("a", "b") for fate in FATES if fate != "first"})

    def wipe(self) -> None:
        self.outside.seed([{"objectID": each, "name": "N"} for each in self.ids.values()])

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

    def become(self, wanted: Mapping[str, Mapping[str, Any]]) -> None:
        eventually(lambda: said(self.records()), lambda found: found == said(wanted))


def said(records: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """What the records say of the bucket, whenever that was."""
    when = {"visual": None, "imageVersion": None, "labeledAt": None}
    return {fate: {**record, **record.get("visual", {}), **when} for fate, record in records.items()}


def test_an_index_restored_from_an_old_copy_or_wiped_ends_right_for_nothing(
    tools: Tools, outside: Outside
) -> None:
    products = Products(outside)
    copy = products.records()
    products.meet_their_fates()
    right, calls = products.records(), outside.vision_calls()
    assert {fate for fate in FATES if said(copy)[fate] == said(right)[fate]} == {"kept"}
    outside.seed(list(copy.values()))
    assert tools(*MISSING).exit_code == 0
    products.become(right)
    for product in products.ids.values():
        assert tools.json("pictures", "explain", product, PARKED_SUBSCRIPTION="")["states"] == ["current"]
        assert tools.json(*MISSING, "--dry-run", f"--prefix=products/{product}/")["products"] == 0
    products.wipe()
    # A product without a picture has nothing to be told of.
    right["emptied"] = outside.record(products.ids["emptied"])
    assert tools(*MISSING).exit_code == 0
    products.become(right)
    assert outside.vision_calls() == calls


def test_a_record_of_pictures_that_are_all_gone_is_emptied(tools: Tools, outside: Outside) -> None:
    product, before = "größe of pictures gone", tools.json(*MISSING, "--dry-run")
    tells = {"recognizer": "r", "pictures": 1, "refused": 0, "labeledAt": "", "listing": "0" * 12}
    labels = {"labels": [{"description": "Shoe", "score": 0.9}], "labelNames": ["Shoe"]}
    held = {"imageVersion": 7, "visual": tells, **labels}
    outside.seed([{"objectID": product, "name": "N", **held}, {"objectID": f"{product}/slash", **held}])
    plan = tools.json(*MISSING, "--dry-run")
    assert plan["picturesGone"] == before["picturesGone"] + 1
    assert plan["unreachable"] == {"products": 1, "examples": [f"{product}/slash"]}
    asked = tools(*MISSING)
    assert asked.exit_code == 0
    assert f"such as {product}/slash" in asked.stdout
    assert "add a pattern to OBJECT_PATTERN that can express these ids" in asked.stdout
    emptied = eventually(lambda: outside.record(product), lambda record: record["labels"] == [])
    assert (emptied["name"], emptied["visual"]["pictures"], emptied["imageURL"]) == ("N", 0, None)
    assert tools("pictures", "explain", product, PARKED_SUBSCRIPTION="").exit_code == 0
