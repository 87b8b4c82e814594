"""What a product's pictures make of its record, whose record that is, and how much room it has."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Literal

import pytest

from shared.catalog.record import listing_of, size_of
from shared.enriching import Enriched, Nothing
from shared.errors import Failure, Misconfigured, Permanent, Transient, UnknownProduct
from shared.imaging import LIMITS
from tests.fakes.encoder import FakeEncoder
from tests.unit.enriching_shop import BAG, LEG, SHOE, Shop


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_an_upload_enriches_its_product_and_leaves_the_shops_attributes_alone(shop: Shop) -> None:
    done = shop.look_again(shop.upload("a.jpg", (SHOE, LEG)))
    size = len(json.dumps({**shop.record, "objectID": "1"}, separators=(",", ":")))
    assert done == Enriched("1", 1, 0, labels=2, size=size, left_out=0, sent=1, remembered=0)
    assert shop.record["name"] == "Shoe"
    assert shop.record["imageURL"] == "https://cdn.example/products/1/a.jpg"
    assert shop.record["visual"] == {
        "recognizer": "scripted/1",
        "labeledAt": "2026-01-01T00:00:00+00:00",
        "pictures": 1,
        "refused": 0,
        "listing": listing_of(shop.pictures.list_product("1")),
    }
    assert shop.catalog.records["2"] == {"name": "Bag"}


def test_a_record_tells_of_all_its_pictures_until_the_last_is_gone(shop: Shop) -> None:
    shop.encoder = FakeEncoder({b"a.jpg": (0.8, 0.6), b"b.jpg": (0.6, -0.8)})
    shop.look_again(shop.upload("b.jpg", (BAG,)))
    assert shop.record["visualWords_x"] == ["b01", "a00"]
    shop.look_again(shop.upload("a.jpg"))
    assert shop.labeled == ["Shoe", "Bag"]
    assert shop.record["visualCode_x"] == "f+4="
    assert shop.record["imageURL"].endswith("/a.jpg"), "the first by name is shown"
    assert [len(asked) for asked in shop.encoder.asked] == [1, 1]
    for file in "ab":
        shop.look_again(shop.delete(f"{file}.jpg", shop.record["imageVersion"] + 1))
    assert (shop.labeled, shop.record["imageURL"]) == ([], None)
    assert (shop.record["visualWords_x"], shop.record["visualCode_x"]) == ([], "")


def test_a_file_of_too_many_bytes_is_refused_unread_and_unsent(shop: Shop) -> None:
    large = shop.pictures.put("products/1/a.jpg", bytes(LIMITS.max_bytes + 1))
    shop.look_again(shop.event("a.jpg", large.generation))
    assert shop.refused == [("products/1/a.jpg", "too-large")]
    assert shop.recognizer.asked == []


NO_MODEL = Misconfigured("EMBEDDED_MODEL", "write one")


@pytest.mark.parametrize(
    ("labels", "encoder", "error"),
    [
        (Transient("throttled", "slow down"), None, Transient),
        (UnknownProduct("1"), None, UnknownProduct),
        ((SHOE,), FakeEncoder({}, misconfigured=NO_MODEL), Misconfigured),
    ],
)
def test_a_failure_writes_nothing(
    shop: Shop, labels: Failure, encoder: FakeEncoder | None, error: type[Exception]
) -> None:
    shop.encoder = encoder
    shop.upload("a.jpg")
    with pytest.raises(error):
        shop.look_again(shop.upload("b.jpg", labels))
    assert shop.record == {"name": "Shoe"}


THEIRS = {"labels": ["sale", "new"], "imageURL": "https://cdn.example/theirs.jpg", "visual": "hero"}


def test_what_the_shop_has_under_our_names_is_never_changed_and_nothing_is_paid_for(shop: Shop) -> None:
    shop.catalog.records["1"] |= THEIRS
    told = r"has imageURL, labels, visual from somebody else; .*ATTRIBUTE_NAMES"
    for event in (shop.upload("a.jpg"), shop.delete("a.jpg", 2**52)):
        with pytest.raises(Permanent, match=told):
            shop.look_again(event)
    assert shop.record == {"name": "Shoe", **THEIRS}
    assert shop.recognizer.asked == []
    shop.take_over = True
    shop.catalog.records["1"] = {"labels": [{"description": "Old", "score": 0.5}], "imageURL": "https://old"}
    shop.look_again(shop.upload("a.jpg"))
    assert shop.labeled == ["Shoe"], "what has the guide's shape is taken over where that is allowed"


def test_a_missing_record_is_made_where_that_is_allowed_and_else_nothing_is_paid_for(shop: Shop) -> None:
    assert shop.look_again(shop.event("a.jpg", 5, "99")) is Nothing.GONE
    event = shop.upload("a.jpg", product="99")
    with pytest.raises(UnknownProduct):
        shop.look_again(event)
    assert shop.recognizer.asked == []
    shop.create_missing = True
    shop.look_again(event)
    assert shop.catalog.records["99"]["labelNames"] == ["Shoe"]


COMPOSED, DECOMPOSED = "caf\u00e9", "cafe\u0301"


@pytest.mark.parametrize("record", [COMPOSED, DECOMPOSED], ids=["composed", "decomposed"])
@pytest.mark.parametrize("first", [0, 1])
def test_however_a_product_is_spelled_its_pictures_come_together(shop: Shop, record: str, first: int) -> None:
    shop.catalog.records[record] = {}
    events = [shop.upload("a.jpg", product=COMPOSED), shop.upload("b.jpg", (BAG,), DECOMPOSED)]
    for event in (events[first], events[1 - first]):
        shop.look_again(event)
    assert shop.catalog.records[record]["labelNames"] == ["Shoe", "Bag"]
    assert shop.catalog.records.keys() == {"1", "2", record}


TooBig = Literal["at-once", "in-task"]


def filled(shop: Shop, too_big: TooBig, size: int, hidden: int) -> None:
    """Fill the record, in part with what nobody gets to see."""
    shop.encoder, shop.catalog.too_big = FakeEncoder({}, (0.8, 0.6)), too_big
    shop.catalog.records["1"] |= {"text": "x" * (size - hidden)} | (
        {"secret": "y" * hidden} if hidden else {}
    )
    shop.catalog.hidden.add("secret")


@pytest.mark.parametrize("too_big", ["at-once", "in-task"])
@pytest.mark.parametrize(("hidden", "kept"), [(0, 1), (1_500, 0)], ids=["in sight", "hidden"])
def test_a_record_that_is_short_of_room_gets_fewer_words(
    shop: Shop, too_big: TooBig, hidden: int, kept: int
) -> None:
    filled(shop, too_big, 8_000, hidden)
    event = shop.upload("a.jpg")
    outcomes = [shop.look_again(event)]
    shop.catalog.max_bytes = shop.max_bytes = size_of({"objectID": "1", **shop.record}) - 1
    outcomes.append(shop.look_again(replace(event, requested=True, time_us=event.time_us + 1)))
    assert [each.left_out for each in outcomes if isinstance(each, Enriched)] == [0, 2 - kept]
    assert (len(shop.record["visualWords_x"]), shop.labeled) == (kept, ["Shoe"])


@pytest.mark.parametrize("too_big", ["at-once", "in-task"])
@pytest.mark.parametrize("hidden", [0, 1_900])
def test_a_record_without_room_stays_as_it_was(shop: Shop, too_big: TooBig, hidden: int) -> None:
    filled(shop, too_big, 9_900, hidden)
    before, told = dict(shop.record), r"has \d+ bytes or more, and MAX_RECORD_BYTES allows 10000"
    with pytest.raises(Permanent, match=told) as caught:
        shop.look_again(shop.upload("a.jpg"))
    assert caught.value.reason == "record-too-big"
    assert shop.record == before
    assert bool(shop.recognizer.asked) == bool(hidden)
