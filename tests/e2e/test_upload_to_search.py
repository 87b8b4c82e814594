"""From an upload to a search result, with nothing in between but the product itself."""

from __future__ import annotations

import itertools
from typing import Any, Literal

import pytest
import requests

from devstack.demo.trial import altered
from devstack.serving import Fault
from devstack.stack import LocalStack
from devstack.topology import PARKED
from tests.outside import Outside, eventually
from tests.pictures import jpeg

_numbers = itertools.count()
Behind = Literal["algolia", "recognizer"]


@pytest.fixture
def product(outside: Outside) -> str:
    """A product of the test's own, bare."""
    name = f"größe {next(_numbers)}"
    outside.seed([{"objectID": name, "name": "Product"}])
    return name


def search(stack: LocalStack, photo: bytes) -> dict[str, Any]:
    form = {"hitsPerPage": 100}
    answer = requests.post(stack.endpoints.search_url, files={"image": photo}, data=form, timeout=30)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def place(found: dict[str, Any], product: str) -> int:
    return [hit["objectID"] for hit in found["hits"]].index(product)


def test_an_uploaded_picture_is_found_by_an_altered_copy(
    stack: LocalStack, outside: Outside, product: str
) -> None:
    picture = jpeg(seed=11)
    outside.upload(f"products/{product}/front.jpg", picture)
    eventually(lambda: outside.labels(product), bool)
    for copy in altered(picture).values():
        found = search(stack, copy)
        assert found["visualMatch"]
        hit = found["hits"][place(found, product)]
        assert hit["name"] == "Product"
        assert hit["_visual"]["points"] > 0
        matched = {label["description"] for label in hit["_visual"]["matched"]}
        assert matched <= {label["description"] for label in found["labels"]}


def test_the_record_shows_a_picture_a_browser_can_load(outside: Outside, product: str) -> None:
    picture = jpeg(seed=12)
    outside.upload(f"products/{product}.jpg", picture)
    record = eventually(lambda: outside.record(product), lambda record: "imageURL" in record)
    assert requests.get(record["imageURL"], timeout=5).content == picture


def test_overwriting_and_deleting_end_in_the_record(outside: Outside, product: str) -> None:
    name = f"products/{product}/a.jpg"
    outside.upload(name, jpeg(seed=13))
    first = eventually(lambda: outside.record(product), lambda record: "imageVersion" in record)
    outside.upload(name, jpeg(seed=14))
    later = eventually(
        lambda: outside.record(product), lambda record: record["imageVersion"] > first["imageVersion"]
    )
    assert later["visual"]["pictures"] == 1
    outside.delete(name)
    eventually(lambda: outside.labels(product), lambda labels: labels == [])
    assert outside.record(product)["imageURL"] is None


def test_a_product_that_appears_later_is_enriched_by_redelivery(outside: Outside) -> None:
    product = f"late {next(_numbers)}"
    failed = outside.stack.bridge.counts.failed
    outside.upload(f"products/{product}.jpg", jpeg(seed=15))
    eventually(lambda: outside.stack.bridge.counts.failed, lambda count: count > failed)
    outside.seed([{"objectID": product}])
    eventually(lambda: outside.labels(product), bool)


def test_a_product_that_appears_much_later_is_enriched_all_the_same(
    stack: LocalStack, outside: Outside
) -> None:
    product, counts = f"later {next(_numbers)}", stack.bridge.counts
    outside.upload(f"products/{product}.jpg", jpeg(seed=16))
    eventually(lambda: stack.bridge.counts.acknowledged, lambda done: done > counts.acknowledged)
    outside.seed([{"objectID": product}])
    outside.reconcile()
    eventually(lambda: outside.labels(product), bool)


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"%PDF-1.7", "unsupported-format"), (jpeg(seed=17)[:900], "bad-picture")],
    ids=["PDF", "cut"],
)
def test_what_is_no_picture_is_parked_and_its_siblings_count(
    outside: Outside, product: str, content: bytes, reason: str
) -> None:
    outside.upload(f"products/{product}/good.jpg", jpeg(seed=18))
    labels = eventually(lambda: outside.labels(product), bool)
    name = f"products/{product}/bad.jpg"
    outside.upload(name, content)
    parked: list[tuple[str, str]] = []

    def seen() -> list[tuple[str, str]]:
        for attributes, body in outside.kept(PARKED):
            message = body["event"]["data"]["message"]
            parked.append((message["attributes"]["objectId"], attributes["reason"]))
        return parked

    eventually(seen, lambda found: (name, reason) in found)
    assert outside.labels(product) == labels


TROUBLE: list[tuple[Behind, Fault]] = [
    ("recognizer", Fault(status=429, times=2)),
    ("recognizer", Fault(status=503, times=9)),
    ("recognizer", Fault(refuse=True, times=9)),
    ("algolia", Fault(path="/batch", status=429, times=2)),
    ("algolia", Fault(path="/batch", status=503, times=2)),
    ("algolia", Fault(path="/batch", refuse=True, times=2)),
]


@pytest.mark.parametrize(("part", "fault"), TROUBLE)
def test_trouble_that_passes_loses_nothing(
    stack: LocalStack, outside: Outside, product: str, part: Behind, fault: Fault
) -> None:
    failed = stack.bridge.counts.failed
    stack.set_faults(part, fault)
    outside.upload(f"products/{product}.jpg", jpeg(seed=19))
    try:
        if part == "algolia":
            eventually(lambda: stack.bridge.counts.failed, lambda count: count >= failed + fault.times)
        eventually(lambda: outside.labels(product), bool)
    finally:
        stack.set_faults(part)


def test_a_function_that_crashed_loses_nothing(stack: LocalStack, outside: Outside, product: str) -> None:
    stack.kill("enrich")
    outside.upload(f"products/{product}.jpg", jpeg(seed=20))
    stack.restart("enrich")
    eventually(lambda: outside.labels(product), bool)
