from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from shared.enriching import Enriched, Enricher
from shared.errors import Failure, Misconfigured, Permanent, Transient, UnknownProduct
from shared.images.naming import Naming
from shared.labeling import Labeler, PictureLimits
from shared.model import Label, Labels, Picture, PictureEvent
from tests.fakes.catalog import InMemoryCatalog
from tests.fakes.pictures import InMemoryPictures

NAMING = Naming(("products/<objectID>/<file>", "products/<objectID>.<ext>"))


class ScriptedLabeler(Labeler):
    """Answers by content, as told."""

    name = "scripted"
    recogniser_id = "scripted/1"
    limits = PictureLimits(frozenset({"JPEG"}), max_bytes=100, max_pixels=100)

    def __init__(self, answers: dict[bytes, Labels | Failure]) -> None:
        self._answers = answers

    def label_many(self, pictures: Sequence[Picture]) -> list[Labels | Failure]:
        return [self._answers[picture.content or b""] for picture in pictures]


class Shop:
    """A bucket, a catalogue with products 1 and 2, and the enricher between them."""

    def __init__(self) -> None:
        self.pictures = InMemoryPictures("pictures", NAMING.product)
        self.catalog = InMemoryCatalog({"1": {"name": "Shoe"}, "2": {"name": "Bag"}})
        self.answers: dict[bytes, Labels | Failure] = {}
        self._ids = itertools.count()
        self.enricher = Enricher(
            pictures=self.pictures,
            labeler=ScriptedLabeler(self.answers),
            catalog=self.catalog,
            product_of=NAMING.product,
            url_of=lambda picture: f"https://cdn.example/{picture.name}",
            now=lambda: datetime(2026, 1, 1, tzinfo=UTC),
        )

    def upload(self, name: str, content: bytes, outcome: Labels | Failure) -> PictureEvent:
        self.answers[content] = outcome
        return self.event(name, self.pictures.put(name, content).generation)

    def delete(self, name: str, time_us: int) -> PictureEvent:
        self.pictures.delete(name)
        return self.event(name, time_us)

    def event(self, name: str, time_us: int) -> PictureEvent:
        return PictureEvent(str(next(self._ids)), "pictures", name, time_us)

    def names(self, product: str) -> list[str]:
        return list(self.catalog.records[product]["labelNames"])


SHOE, LEG, BAG = Label("Shoe", 0.9), Label("Leg", 0.6), Label("Bag", 0.8)


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_an_upload_enriches_its_product_and_leaves_the_shops_attributes_alone(shop: Shop) -> None:
    event = shop.upload("products/1/a.jpg", b"a", (SHOE, LEG))
    assert shop.enricher.look_again(event) == Enriched("1", pictures=1, labels=2)
    record = shop.catalog.records["1"]
    assert record["name"] == "Shoe"
    assert record["imageURL"] == "https://cdn.example/products/1/a.jpg"
    assert record["visual"] == {
        "recognizer": "scripted/1",
        "labeledAt": "2026-01-01T00:00:00+00:00",
        "pictures": 1,
    }
    assert shop.catalog.records["2"] == {"name": "Bag"}


def test_all_pictures_of_a_product_speak_and_the_first_by_name_is_shown(shop: Shop) -> None:
    late = shop.upload("products/1/b.jpg", b"b", (BAG,))
    shop.upload("products/1/a.jpg", b"a", (SHOE,))
    shop.enricher.look_again(late)
    assert shop.names("1") == ["Shoe", "Bag"]
    assert shop.catalog.records["1"]["imageURL"].endswith("/a.jpg")


def test_events_in_any_order_any_number_of_times_end_in_the_same_record() -> None:
    records = []
    for order in itertools.permutations(range(3)):
        shop = Shop()
        events = [
            shop.upload("products/1/a.jpg", b"old", (LEG,)),
            shop.upload("products/1/a.jpg", b"new", (SHOE,)),
            shop.upload("products/1/b.jpg", b"b", (BAG,)),
        ]
        for position in (*order, *order):
            shop.enricher.look_again(events[position])
        records.append(shop.catalog.records["1"])
    assert all(record == records[0] for record in records)
    assert records[0]["labelNames"] == ["Shoe", "Bag"]


def test_the_last_deletion_leaves_empty_labels(shop: Shop) -> None:
    shop.enricher.look_again(shop.upload("products/1/a.jpg", b"a", (SHOE,)))
    later = shop.catalog.records["1"]["imageVersion"] + 1
    shop.enricher.look_again(shop.delete("products/1/a.jpg", later))
    assert shop.names("1") == []
    assert shop.catalog.records["1"]["imageURL"] is None


def test_an_older_reading_does_not_overwrite_a_newer_record(shop: Shop) -> None:
    event = shop.upload("products/1/a.jpg", b"a", (SHOE,))
    shop.catalog.records["1"] |= {"imageVersion": event.time_us + 1, "labelNames": ["Newer"]}
    shop.enricher.look_again(event)
    assert shop.names("1") == ["Newer"]


def test_a_name_outside_the_pattern_touches_nothing(shop: Shop) -> None:
    assert shop.enricher.look_again(shop.event("banners/1.jpg", 5)) is None
    assert shop.catalog.records == {"1": {"name": "Shoe"}, "2": {"name": "Bag"}}


def test_a_refused_picture_is_reported_and_its_siblings_count(shop: Shop) -> None:
    shop.upload("products/1/a.jpg", b"a", (SHOE,))
    bad = shop.upload("products/1/b.jpg", b"b", Permanent("bad-picture", "not a picture"))
    with pytest.raises(Permanent, match="not a picture"):
        shop.enricher.look_again(bad)
    assert shop.names("1") == ["Shoe"]


def test_a_siblings_refusal_is_left_to_the_siblings_event(shop: Shop) -> None:
    shop.upload("products/1/b.jpg", b"b", Permanent("bad-picture", "not a picture"))
    done = shop.enricher.look_again(shop.upload("products/1/a.jpg", b"a", (SHOE,)))
    assert done == Enriched("1", pictures=1, labels=1)


def test_a_picture_over_the_recognisers_size_is_refused_unread(shop: Shop) -> None:
    event = shop.event("products/1/a.jpg", shop.pictures.put("products/1/a.jpg", bytes(101)).generation)
    with pytest.raises(Permanent) as caught:
        shop.enricher.look_again(event)
    assert caught.value.reason == "too-large"


@pytest.mark.parametrize("failure", [Transient("throttled", "slow down"), UnknownProduct("1")])
def test_a_transient_failure_of_one_picture_writes_nothing(shop: Shop, failure: Transient) -> None:
    shop.upload("products/1/a.jpg", b"a", (SHOE,))
    with pytest.raises(Transient):
        shop.enricher.look_again(shop.upload("products/1/b.jpg", b"b", failure))
    assert shop.catalog.records["1"] == {"name": "Shoe"}


def test_a_product_the_index_does_not_know_is_told_apart(shop: Shop) -> None:
    with pytest.raises(UnknownProduct, match="'99'"):
        shop.enricher.look_again(shop.upload("products/99/a.jpg", b"a", (SHOE,)))


def test_misconfigured_passes_through(shop: Shop) -> None:
    class Refused(ScriptedLabeler):
        def label_many(self, pictures: Sequence[Picture]) -> list[Labels | Failure]:
            raise Misconfigured("VISION_API_KEY", f"refused for {len(pictures)}")

    event = shop.upload("products/1/a.jpg", b"a", (SHOE,))
    broken = Enricher(shop.pictures, Refused({}), shop.catalog, NAMING.product, lambda _: "")
    with pytest.raises(Misconfigured):
        broken.look_again(event)
