"""Whose record it is, how its product is spelled, and how much room it has."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Literal

import pytest

from shared.catalog.record import size_of
from shared.enriching import Enriched, Nothing
from shared.errors import Permanent, UnknownProduct
from tests.fakes.encoder import FakeEncoder
from tests.unit.enriching_shop import BAG, SHOE, Shop


@pytest.fixture
def shop() -> Shop:
    return Shop()


THEIRS = {"labels": ["sale", "new"], "imageURL": "https://cdn.example/theirs.jpg", "visual": "hero"}


def test_what_the_shop_has_under_our_names_is_never_changed_and_nothing_is_paid_for(shop: Shop) -> None:
    shop.catalog.records["1"] |= THEIRS
    for event in (shop.upload("products/1/a.jpg", b"a", (SHOE,)), shop.delete("products/1/a.jpg", 2**52)):
        with pytest.raises(
            Permanent, match=r"has imageURL, labels, visual from somebody else; .*ATTRIBUTE_NAMES"
        ):
            shop.look_again(event)
    assert shop.catalog.records["1"] == {"name": "Shoe", **THEIRS}
    assert shop.recognizer.asked == []


def test_what_has_the_guides_shape_is_taken_over_where_that_is_allowed(shop: Shop) -> None:
    shop.catalog.records["1"] |= {"labels": [{"description": "Old", "score": 0.5}], "imageURL": "https://old"}
    event = shop.upload("products/1/a.jpg", b"a", (SHOE,))
    with pytest.raises(Permanent, match="imageURL, labels"):
        shop.look_again(event)
    shop.take_over = True
    shop.look_again(event)
    assert shop.names_of("1") == ["Shoe"]


def test_a_product_without_picture_and_record_needs_nothing(shop: Shop) -> None:
    assert shop.look_again(shop.event("products/99/a.jpg", 5)) is Nothing.GONE


def test_a_missing_record_is_made_where_that_is_allowed(shop: Shop) -> None:
    shop.create_missing = True
    shop.look_again(shop.upload("products/99/a.jpg", b"a", (SHOE,)))
    assert shop.names_of("99") == ["Shoe"]


def test_nothing_is_paid_for_a_product_that_the_index_does_not_know(shop: Shop) -> None:
    with pytest.raises(UnknownProduct):
        shop.look_again(shop.upload("products/99/a.jpg", b"a", (SHOE,)))
    assert shop.recognizer.asked == []


@pytest.mark.parametrize("record", ["caf\u00e9", "cafe\u0301"], ids=["composed", "decomposed"])
@pytest.mark.parametrize("first", [0, 1])
def test_however_a_product_is_spelled_its_pictures_come_together(shop: Shop, record: str, first: int) -> None:
    shop.catalog.records[record] = {}
    events = [
        shop.upload("products/caf\u00e9/a.jpg", b"a", (SHOE,)),
        shop.upload("products/cafe\u0301/b.jpg", b"b", (BAG,)),
    ]
    for event in (events[first], events[1 - first]):
        shop.look_again(event)
    assert shop.names_of(record) == ["Shoe", "Bag"]
    assert shop.catalog.records.keys() == {"1", "2", record}


@pytest.mark.parametrize("too_big", ["at-once", "in-task"])
@pytest.mark.parametrize("hidden", [0, 1_500])
def test_a_record_that_is_short_of_room_gets_fewer_words(
    shop: Shop, too_big: Literal["at-once", "in-task"], hidden: int
) -> None:
    shop.encoder, shop.catalog.too_big = FakeEncoder({}, (0.8, 0.6)), too_big
    event = shop.upload("products/1/a.jpg", b"a", (SHOE,))
    shop.catalog.records["1"] |= {"text": "x" * (8_000 - hidden), "secret": "y" * hidden}
    shop.catalog.hidden.add("secret")
    whole = shop.look_again(event)
    assert isinstance(whole, Enriched)
    shop.catalog.max_bytes = size_of({"objectID": "1", **shop.catalog.records["1"]}) - 1
    shop.max_bytes = shop.catalog.max_bytes
    shop.at += timedelta(seconds=1)
    done = shop.look_again(replace(event, requested=True, time_us=event.time_us + 1))
    assert isinstance(done, Enriched)
    assert (whole.left_out, done.left_out) == (0, 1)
    assert shop.catalog.records["1"]["visualWords_x"] == []
    assert shop.names_of("1") == ["Shoe"]


@pytest.mark.parametrize("too_big", ["at-once", "in-task"])
@pytest.mark.parametrize("hidden", [0, 1_900])
def test_a_record_without_room_is_refused_with_both_sizes_and_stays_as_it_was(
    shop: Shop, too_big: Literal["at-once", "in-task"], hidden: int
) -> None:
    shop.encoder, shop.catalog.too_big = FakeEncoder({}, (0.8, 0.6)), too_big
    shop.catalog.records["1"] |= {"text": "x" * (9_900 - hidden), "secret": "y" * hidden}
    shop.catalog.hidden.add("secret")
    before = dict(shop.catalog.records["1"])
    with pytest.raises(
        Permanent, match=r"has \d+ bytes or more, and MAX_RECORD_BYTES allows 10000"
    ) as caught:
        shop.look_again(shop.upload("products/1/a.jpg", b"a", (SHOE,)))
    assert caught.value.reason == "record-too-big"
    assert shop.catalog.records["1"] == before
    assert bool(shop.recognizer.asked) == bool(hidden)


def test_one_event_of_another_century_locks_nothing(shop: Shop) -> None:
    shop.pictures.put("products/1/a.jpg", b"a")
    shop.answers[b"a"] = (SHOE,)
    shop.look_again(shop.event("products/1/a.jpg", 4 * 10**15))
    shop.at += timedelta(minutes=1)
    shop.pictures.delete("products/1/a.jpg")
    shop.look_again(shop.event("products/1/a.jpg", round(shop.at.timestamp() * 1e6)))
    assert shop.names_of("1") == []


@pytest.mark.parametrize("requested", [False, True])
def test_a_record_from_another_century_is_written_again(shop: Shop, *, requested: bool) -> None:
    event = shop.upload("products/1/a.jpg", b"a", (SHOE,))
    shop.look_again(event)
    shop.catalog.records["1"] |= {"imageVersion": 4 * 10**15, "labelNames": ["Old"]}
    shop.look_again(replace(event, requested=requested))
    assert shop.names_of("1") == ["Shoe"]
    assert shop.catalog.records["1"]["imageVersion"] == event.time_us
