from __future__ import annotations

import json
from dataclasses import replace

import pytest

from shared.catalog.record import listing_of
from shared.enriching import Enriched
from shared.errors import Misconfigured, Permanent, Transient, UnknownProduct
from shared.imaging import LIMITS
from tests.fakes.encoder import FakeEncoder
from tests.fakes.recognizer import FakeRecognizer
from tests.unit.enriching_shop import BAG, LEG, SHOE, Shop


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_an_upload_enriches_its_product_and_leaves_the_shops_attributes_alone(shop: Shop) -> None:
    event = shop.upload("products/1/a.jpg", b"a", (SHOE, LEG))
    done = shop.look_again(event)
    record = shop.catalog.records["1"]
    size = len(json.dumps({**record, "objectID": "1"}, separators=(",", ":")))
    assert done == Enriched("1", 1, 0, labels=2, size=size, left_out=0, sent=1, remembered=0)
    assert record["name"] == "Shoe"
    assert record["imageURL"] == "https://cdn.example/products/1/a.jpg"
    assert record["visual"] == {
        "recognizer": "scripted/1",
        "labeledAt": "2026-01-01T00:00:00+00:00",
        "pictures": 1,
        "refused": 0,
        "listing": listing_of(shop.pictures.list_product("1")),
    }
    assert shop.catalog.records["2"] == {"name": "Bag"}


def test_all_pictures_of_a_product_speak_and_the_first_by_name_is_shown(shop: Shop) -> None:
    shop.upload("products/1/b.jpg", b"b", (BAG,))
    shop.look_again(shop.upload("products/1/a.jpg", b"a", (SHOE,)))
    assert shop.names_of("1") == ["Shoe", "Bag"]
    assert shop.catalog.records["1"]["imageURL"].endswith("/a.jpg")


def test_an_older_reading_does_not_overwrite_a_newer_record(shop: Shop) -> None:
    event = shop.upload("products/1/a.jpg", b"a", (SHOE,))
    shop.look_again(event)
    shop.catalog.records["1"] |= {"imageVersion": event.time_us + 1, "labelNames": ["Newer"]}
    shop.look_again(event)
    assert shop.names_of("1") == ["Newer"]


def test_a_refused_picture_is_told_once_and_its_siblings_count(shop: Shop) -> None:
    good = shop.upload("products/1/a.jpg", b"a", (SHOE,))
    bad = shop.upload("products/1/b.jpg", b"b", Permanent("bad-picture", "not a picture"))
    for event in (bad, good, bad):
        done = shop.look_again(replace(event, requested=True))
        assert isinstance(done, Enriched)
        assert (done.pictures, done.refused) == (1, 1)
    assert shop.refused == [("products/1/b.jpg", "bad-picture")]
    assert shop.names_of("1") == ["Shoe"]


def test_a_file_of_too_many_bytes_is_refused_unread_and_unsent(shop: Shop) -> None:
    large = shop.pictures.put("products/1/a.jpg", bytes(LIMITS.max_bytes + 1))
    shop.look_again(shop.event(large.name, large.generation))
    assert shop.refused == [("products/1/a.jpg", "too-large")]
    assert shop.recognizer.asked == []


@pytest.mark.parametrize("failure", [Transient("throttled", "slow down"), UnknownProduct("1")])
def test_a_transient_failure_of_one_picture_writes_nothing(shop: Shop, failure: Transient) -> None:
    shop.upload("products/1/a.jpg", b"a", (SHOE,))
    with pytest.raises(Transient):
        shop.look_again(shop.upload("products/1/b.jpg", b"b", failure))
    assert shop.catalog.records["1"] == {"name": "Shoe"}


def test_misconfigured_passes_through_and_can_be_mended(shop: Shop) -> None:
    event = shop.upload("products/1/a.jpg", b"a", (SHOE,))
    working, shop.recognizer = (
        shop.recognizer,
        FakeRecognizer({}, misconfigured=Misconfigured("VISION_API_KEY", "refused")),
    )
    with pytest.raises(Misconfigured):
        shop.look_again(event)
    shop.recognizer = working
    shop.look_again(event)
    assert shop.names_of("1") == ["Shoe"]


def test_a_record_gets_the_words_and_the_code_of_all_its_pictures(shop: Shop) -> None:
    shop.encoder = FakeEncoder({b"a": (0.8, 0.6), b"b": (0.6, -0.8)})
    shop.look_again(shop.upload("products/1/a.jpg", b"a", (SHOE,)))
    assert shop.catalog.records["1"]["visualWords_x"] == ["a00"]
    shop.look_again(shop.upload("products/1/b.jpg", b"b", (BAG,)))
    record = shop.catalog.records["1"]
    assert record["labelNames"] == ["Shoe", "Bag"]
    assert record["visualCode_x"] == "f+4="
    assert [len(asked) for asked in shop.encoder.asked] == [1, 1]


def test_the_last_deletion_leaves_no_labels_no_words_and_no_code(shop: Shop) -> None:
    shop.encoder = FakeEncoder({})
    shop.look_again(shop.upload("products/1/a.jpg", b"a", (SHOE,)))
    later = shop.catalog.records["1"]["imageVersion"] + 1
    shop.look_again(shop.delete("products/1/a.jpg", later))
    record = shop.catalog.records["1"]
    assert (record["labelNames"], record["imageURL"]) == ([], None)
    assert (record["visualWords_x"], record["visualCode_x"]) == ([], "")


def test_a_picture_that_only_the_encoder_refuses_keeps_its_labels(shop: Shop) -> None:
    shop.encoder = FakeEncoder({b"a": Permanent("unsupported-format", "no"), b"b": (0.0, 1.0)})
    shop.upload("products/1/a.jpg", b"a", (SHOE,))
    event = shop.upload("products/1/b.jpg", b"b", (BAG,))
    for _ in range(2):
        shop.look_again(event)
    assert shop.names_of("1") == ["Shoe", "Bag"]
    assert shop.catalog.records["1"]["visualWords_x"] == ["a01"]
    assert shop.refused == [("products/1/a.jpg", "unsupported-format")]


def test_the_encoder_is_not_asked_about_what_the_recognizer_refused(shop: Shop) -> None:
    shop.encoder = FakeEncoder({})
    shop.look_again(shop.upload("products/1/a.jpg", b"a", Permanent("bad-picture", "no")))
    assert shop.encoder.asked == []
    assert len(shop.refused) == 1


def test_an_encoder_without_its_model_writes_nothing(shop: Shop) -> None:
    shop.encoder = FakeEncoder({}, misconfigured=Misconfigured("EMBEDDED_MODEL", "write one"))
    with pytest.raises(Misconfigured, match="EMBEDDED_MODEL"):
        shop.look_again(shop.upload("products/1/a.jpg", b"a", (SHOE,)))
    assert shop.catalog.records["1"] == {"name": "Shoe"}
