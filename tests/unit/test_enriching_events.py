"""Which events do work, and which pictures count."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.enriching import TOGETHER, Enriched, Nothing
from shared.errors import Failure, UnknownProduct
from shared.imaging import Picture
from shared.model import Labels
from shared.ordering import CLOCKS, ProductLocks
from tests.fakes.recognizer import FakeRecognizer
from tests.unit.enriching_shop import BAG, SHOE, Shop


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_an_event_that_a_later_listing_has_answered_does_no_work(shop: Shop) -> None:
    early = shop.upload("products/1/a.jpg", b"a", (SHOE,))
    late = shop.upload("products/1/b.jpg", b"b", (BAG,))
    assert isinstance(shop.look_again(late), Enriched)
    before = dict(shop.catalog.records["1"])
    for event in (early, late):
        assert shop.look_again(event) is Nothing.ANSWERED
    assert shop.catalog.records["1"] == before
    assert isinstance(shop.look_again(replace(early, requested=True)), Enriched)


def test_an_event_newer_than_the_record_is_never_taken_for_answered(shop: Shop) -> None:
    event = shop.upload("products/1/a.jpg", b"a", (SHOE,))
    shop.look_again(event)
    shop.pictures.delete("products/1/a.jpg")
    assert isinstance(shop.look_again(replace(event, time_us=event.time_us + 1)), Enriched)
    assert shop.names_of("1") == []


@pytest.mark.parametrize("change", [{"imageVersion": 4 * 10**15}, {"visual": {}, "imageVersion": 1}])
def test_a_version_that_cannot_be_ours_answers_nothing(shop: Shop, change: dict[str, object]) -> None:
    shop.take_over = True
    event = shop.upload("products/1/a.jpg", b"a", (SHOE,))
    shop.look_again(event)
    shop.catalog.records["1"] = {**shop.catalog.records["1"], **change}
    if "visual" in change:
        del shop.catalog.records["1"]["visual"], shop.catalog.records["1"]["labelNames"]
        del shop.catalog.records["1"]["imageVersion"]
    assert isinstance(shop.look_again(event), Enriched)


def test_the_same_instance_need_not_ask_the_index_about_what_it_wrote(shop: Shop) -> None:
    shop.turns = ProductLocks()
    early = shop.upload("products/1/a.jpg", b"a", (SHOE,))
    shop.look_again(shop.upload("products/1/b.jpg", b"b", (BAG,)))
    del shop.catalog.records["1"]
    assert shop.look_again(early) is Nothing.ANSWERED


def test_a_generation_from_the_future_makes_no_instance_deaf(shop: Shop) -> None:
    shop.turns = ProductLocks()
    now = round(shop.at.timestamp() * 1_000_000)
    shop.pictures.time = now + 3_600_000_000
    shop.look_again(shop.upload("products/1/a.jpg", b"a", (SHOE,)))
    shop.at += timedelta(seconds=5)
    deleted = shop.delete("products/1/a.jpg", now + 4_000_000)
    assert isinstance(shop.look_again(deleted), Enriched)
    assert shop.names_of("1") == []


def test_what_is_older_than_the_newest_picture_is_left_to_that_pictures_own_event(shop: Shop) -> None:
    early = shop.upload("products/1/b.jpg", b"b", (BAG,))
    late = shop.upload("products/1/a.jpg", b"a", (SHOE,))
    assert shop.look_again(early) is Nothing.LEFT
    assert shop.recognizer.asked == []
    assert shop.catalog.records["1"] == {"name": "Shoe"}
    shop.look_again(late)
    assert shop.names_of("1") == ["Shoe", "Bag"]
    assert [len(asked) for asked in shop.recognizer.asked] == [2]


def test_what_is_left_once_is_left_by_the_instance_without_asking_anybody(shop: Shop) -> None:
    shop.turns = ProductLocks()
    events = [shop.upload(f"products/1/{file}.jpg", file.encode(), (SHOE,)) for file in "abc"]
    assert shop.look_again(events[1]) is Nothing.LEFT
    del shop.catalog.records["1"]
    for file in "abc":
        shop.pictures.delete(f"products/1/{file}.jpg")
    assert [shop.look_again(event) for event in events] == [Nothing.LEFT, Nothing.LEFT, Nothing.GONE]


@pytest.mark.parametrize("why", ["requested", "its own", "a later deletion", "a date that cannot be"])
def test_nothing_is_left_to_an_event_that_may_not_come(shop: Shop, why: str) -> None:
    if why == "a date that cannot be":
        shop.pictures.time = round(shop.at.timestamp() * 1e6) + CLOCKS
    shop.upload("products/1/b.jpg", b"b", (BAG,))
    newest = shop.upload("products/1/a.jpg", b"a", (SHOE,)).time_us
    event = {
        "requested": replace(shop.event("products/1/b.jpg", newest - 1), requested=True),
        "its own": shop.event("products/1/a.jpg", newest - 1),
        "a later deletion": shop.event("products/1/c.jpg", newest + 1),
        "a date that cannot be": shop.event("products/1/b.jpg", newest - 1),
    }[why]
    assert isinstance(shop.look_again(event), Enriched)
    assert shop.names_of("1") == ["Shoe", "Bag"]


@pytest.mark.parametrize(("age", "left"), [(TOGETHER - 1, True), (TOGETHER, False)])
def test_a_new_picture_that_was_followed_while_it_was_labeled_is_left_too(
    shop: Shop,
    age: int,
    left: bool,  # noqa: FBT001 a table
) -> None:
    events = [shop.upload("products/1/a.jpg", b"a", (SHOE,))]
    shop.at = datetime.fromtimestamp((events[0].time_us + age) / 1e6, UTC)
    shop.recognizer = Meanwhile(
        shop.answers, lambda: events.append(shop.upload("products/1/b.jpg", b"b", (BAG,)))
    )
    assert (shop.look_again(events[0]) is Nothing.LEFT) is left
    assert ("labelNames" in shop.catalog.records["1"]) is not left
    shop.look_again(events[1])
    assert shop.names_of("1") == ["Shoe", "Bag"]
    assert [len(asked) for asked in shop.recognizer.asked] == [1, 1]


class Meanwhile(FakeRecognizer):
    """Lets something happen while it is asked for the first time."""

    def __init__(self, answers: Mapping[bytes, Labels | Failure], then: Callable[[], object]) -> None:
        super().__init__(answers)
        self._then = then

    def label_many(self, pictures: Sequence[Picture]) -> list[Labels | Failure]:
        if not self.asked:
            self._then()
        return super().label_many(pictures)


def test_only_the_newest_pictures_event_waits_for_a_record(shop: Shop) -> None:
    early = shop.upload("products/99/a.jpg", b"a", (SHOE,))
    late = shop.upload("products/99/b.jpg", b"b", (BAG,))
    assert shop.look_again(early) is Nothing.LEFT
    with pytest.raises(UnknownProduct):
        shop.look_again(late)


OTHER_FILES = [
    *(".DS_Store", "._a.jpg", "Thumbs.db", "desktop.ini", "film.mp4", "list.pdf", "read.txt", "a.jpg.gz"),
]


@pytest.mark.parametrize("file", OTHER_FILES)
def test_what_is_no_picture_by_its_name_is_asked_of_nobody(shop: Shop, file: str) -> None:
    event = shop.event(f"products/1/{file}", shop.pictures.put(f"products/1/{file}", b"x").generation)
    assert shop.look_again(event) is Nothing.NO_PICTURE
    shop.look_again(shop.upload("products/1/a.jpg", b"a", (SHOE,)))
    assert [len(asked) for asked in shop.recognizer.asked] == [1]
    assert shop.refused == []


@pytest.mark.parametrize(
    ("content_type", "asked"),
    [("image/webp", 1), ("application/octet-stream", 1), ("", 1), ("text/plain", 0), ("video/mp4", 0)],
)
def test_where_a_name_does_not_say_the_type_does(shop: Shop, content_type: str, asked: int) -> None:
    picture = shop.pictures.put("products/1/front", b"x", content_type)
    shop.look_again(shop.event("products/1/front", picture.generation))
    assert sum(map(len, shop.recognizer.asked)) == asked
