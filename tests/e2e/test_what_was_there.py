"""The record is right whatever lies in the bucket and whatever the index held before."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests

from devstack.endpoints import encoder_variables
from devstack.stack import LocalStack, StackOptions
from devstack.topology import PARKED
from shared.attribute_names import renamed
from shared.catalog.record import size_of
from tests.outside import Outside, eventually
from tests.pictures import jpeg

_numbers = itertools.count()
MAX_BYTES = 4_000
CHANGES = "imageURL=picture,labels=l,labelNames=n,visual=v,imageVersion=w,visualWords=vw,visualCode=vc"
NAMES = renamed(CHANGES.split(","))


@dataclass(frozen=True)
class Shop:
    """A stack with a versioned bucket, records of other names and little room, and what was parked."""

    outside: Outside
    parked: dict[str, dict[str, Any]] = field(default_factory=dict)

    def new(self, record: Mapping[str, object] | None = None, product: str = "") -> str:
        """A product of the test's own."""
        name = product or f"größe {next(_numbers)}"
        self.outside.seed([{**(record or {}), "objectID": name}])
        return name

    def enriched(self, product: str, pictures: int) -> dict[str, Any]:
        """The record once it counts so many pictures."""
        return eventually(
            lambda: self.record(product), lambda record: record.get("v", {}).get("pictures") == pictures
        )

    def record(self, product: str) -> dict[str, Any]:
        names = self.outside.stack.endpoints
        answer = requests.post(
            f"{names.algolia_url}/1/indexes/*/objects",
            headers={"X-Algolia-Application-Id": names.app_id, "X-Algolia-API-Key": names.keys.admin},
            json={"requests": [{"indexName": names.index, "objectID": product}]},
            timeout=5,
        )
        found: dict[str, Any] = answer.json()["results"][0]
        return found

    def refused(self, name: str) -> tuple[str, str]:
        """Why the event about an object was parked, and in which words."""
        eventually(self._parked, lambda parked: name in parked)
        told = self.parked[name]
        return told["reason"], told["message"]

    def _parked(self) -> dict[str, dict[str, Any]]:
        for attributes, body in self.outside.kept(PARKED):
            name = body["event"]["data"]["message"]["attributes"]["objectId"]
            self.parked[name] = {**attributes, "message": body["message"]}
        return self.parked


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    options = StackOptions(
        run_dir=tmp_path_factory.mktemp("stack"),
        versioned=True,
        max_record_bytes=MAX_BYTES,
        both={**encoder_variables(), "ATTRIBUTE_NAMES": CHANGES},
        env={"enrich": {"MAX_RECORD_BYTES": str(MAX_BYTES)}},
    )
    with LocalStack(options) as stack:
        yield Shop(Outside(stack))


THEIRS = {"labels": ["sale", "new"], "imageURL": "https://cdn.example/theirs.jpg", "visual": "hero"}


def test_with_other_names_the_shops_own_attributes_stay(shop: Shop) -> None:
    product = shop.new(THEIRS)
    shop.outside.upload(f"products/{product}.jpg", jpeg(seed=21))
    record = shop.enriched(product, 1)
    assert {name: record[name] for name in THEIRS} == THEIRS
    assert record["l"]
    assert record.keys() >= {"picture", "l", "n", "v", "w"}
    found = requests.get(f"{shop.outside.stack.endpoints.search_url}/similar/{product}", timeout=20)
    assert found.status_code == 200
    assert found.json()["labels"]
    assert found.json()["attributes"] == {
        "imageURL": "picture",
        "labels": "l",
        "labelNames": "n",
        "visual": "v",
        "visualWords": "vw",
    }


@pytest.mark.parametrize(
    "theirs",
    [{"l": ["sale"]}, {"picture": "https://a"}, {"v": "hero", "w": "v2"}, {"n": None}, {"w": 3}],
    ids=str,
)
def test_attributes_in_use_stay_and_nothing_is_paid_for(shop: Shop, theirs: dict[str, object]) -> None:
    product, before = shop.new(theirs), shop.outside.vision_calls()
    name = f"products/{product}.jpg"
    shop.outside.upload(name, jpeg(seed=300 + next(_numbers)))
    reason, message = shop.refused(name)
    assert reason == "attributes-in-use"
    assert f"has {', '.join(theirs)} from somebody else" in message
    assert shop.record(product) == {"objectID": product, **theirs}
    assert shop.outside.vision_calls() == before


@pytest.mark.parametrize("labels", [["sale"], "sale", {"a": 1}, [{"description": 5}], 7], ids=str)
def test_similar_to_a_product_with_labels_of_somebody_elses_is_no_error(shop: Shop, labels: object) -> None:
    product = shop.new({"l": labels, "v": "hero", "vc_x": 5})
    answer = requests.get(f"{shop.outside.stack.endpoints.search_url}/similar/{product}", timeout=20)
    assert answer.status_code == 200
    assert answer.json()["labels"] == []


def test_a_deletion_in_a_versioned_bucket_ends_in_the_record(shop: Shop) -> None:
    product = shop.new()
    for file in "ab":
        shop.outside.upload(f"products/{product}/{file}.jpg", jpeg(seed=22))
    shop.enriched(product, 2)
    shop.outside.upload(f"products/{product}/a.jpg", jpeg(seed=23))
    shop.outside.delete(f"products/{product}/a.jpg")
    assert shop.enriched(product, 1)["picture"].endswith("/b.jpg")
    shop.outside.delete(f"products/{product}/b.jpg")
    record = shop.enriched(product, 0)
    assert (record["l"], record["picture"]) == ([], None)


def test_a_crowd_of_other_names_hides_no_picture(shop: Shop) -> None:
    product, before = shop.new(), shop.outside.vision_calls()
    for number in range(110):
        shop.outside.upload(f"products/{product}/360/frame{number:03}.jpg", b"frame")
    shop.outside.upload(f"products/{product}/front.jpg", jpeg(seed=next(_numbers) + 400))
    shop.enriched(product, 1)
    assert shop.outside.vision_calls() == before + 1


def test_a_record_short_of_room_gets_fewer_words(shop: Shop) -> None:
    product = shop.new({"text": "x" * 2_200})
    shop.outside.upload(f"products/{product}.jpg", jpeg(seed=24))
    record = shop.enriched(product, 1)
    words = next(value for name, value in record.items() if name.startswith("vw_"))
    assert 0 < len(words) < 128
    assert size_of(record) <= MAX_BYTES


def test_a_record_without_room_is_parked_with_both_sizes(shop: Shop) -> None:
    product = shop.new({"text": "x" * (MAX_BYTES - 100)})
    name = f"products/{product}.jpg"
    shop.outside.upload(name, jpeg(seed=25))
    reason, message = shop.refused(name)
    assert reason == "record-too-big"
    assert "bytes or more, and MAX_RECORD_BYTES allows 4000" in message
    assert shop.record(product).keys() == {"objectID", "text"}


OBJECT_IDS = [
    "12345",
    "x" * 200,
    "👟 shoe",
    'it\'s "50%" #1?',
    "-dash",
    "a.b.c",
    "caf\u00e9 \uac01",
    "cafe\u0301",
]


@pytest.mark.parametrize("product", OBJECT_IDS)
def test_objectids_as_the_world_has_them_are_enriched(shop: Shop, product: str) -> None:
    shop.new(product=product)
    shop.outside.upload(f"products/{product}/front.jpg", jpeg(seed=26))
    assert shop.enriched(product, 1)["l"]


def test_what_a_mac_uploads_is_the_product_that_windows_wrote(shop: Shop) -> None:
    composed, decomposed = "m\u00f6bel", "mo\u0308bel"
    shop.new(product=composed)
    shop.outside.upload(f"products/{decomposed}/a.jpg", jpeg(seed=27))
    shop.outside.upload(f"products/{composed}/b.jpg", jpeg(seed=28))
    shop.enriched(composed, 2)


def test_a_name_that_is_half_composed_is_parked_with_the_name_to_use(shop: Shop) -> None:
    name = "products/cafe\u0301 \u00e9/a.jpg"
    shop.outside.upload(name, jpeg(seed=29))
    reason, message = shop.refused(name)
    assert reason == "unusual-spelling"
    assert "caf\\xe9 \\xe9" in message
