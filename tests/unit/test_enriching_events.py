"""Which events do work, which pictures count, and what times that cannot be do."""

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
from tests.unit.enriching_shop import BAG, Shop


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_an_event_that_a_later_listing_has_answered_does_no_work(shop: Shop) -> None:
    early, late = shop.upload("a.jpg"), shop.upload("b.jpg", (BAG,))
    assert isinstance(shop.look_again(late), Enriched)
    before = dict(shop.record)
    for event in (early, late):
        assert shop.look_again(event) is Nothing.ANSWERED
    assert shop.record == before
    assert isinstance(shop.look_again(replace(early, requested=True)), Enriched)
    newer = shop.delete("a.jpg", shop.record["imageVersion"] + 1)
    assert isinstance(shop.look_again(newer), Enriched)
    assert shop.labeled == ["Bag"]


@pytest.mark.parametrize("requested", [False, True])
def test_a_record_from_another_century_is_written_again(shop: Shop, *, requested: bool) -> None:
    event = shop.upload("a.jpg")
    shop.look_again(event)
    shop.record.update(imageVersion=4 * 10**15, labelNames=["Old"])
    assert isinstance(shop.look_again(replace(event, requested=requested)), Enriched)
    assert (shop.labeled, shop.record["imageVersion"]) == (["Shoe"], event.time_us)


def test_a_generation_from_the_future_makes_no_instance_deaf(shop: Shop) -> None:
    shop.turns = ProductLocks()
    shop.pictures.time = shop.now_us + 3_600_000_000
    shop.look_again(shop.upload("a.jpg"))
    shop.at += timedelta(seconds=5)
    assert isinstance(shop.look_again(shop.delete("a.jpg", shop.now_us - 1_000_000)), Enriched)
    assert shop.labeled == []


def test_the_same_instance_need_not_ask_the_index_about_what_it_wrote(shop: Shop) -> None:
    shop.turns = ProductLocks()
    early = shop.upload("a.jpg")
    shop.look_again(shop.upload("b.jpg", (BAG,)))
    del shop.catalog.records["1"]
    assert shop.look_again(early) is Nothing.ANSWERED


def test_what_is_older_than_the_newest_picture_is_left_to_that_pictures_own_event(shop: Shop) -> None:
    early, late = shop.upload("b.jpg", (BAG,)), shop.upload("a.jpg")
    assert shop.look_again(early) is Nothing.LEFT
    assert shop.recognizer.asked == []
    assert shop.record == {"name": "Shoe"}
    shop.look_again(late)
    assert shop.labeled == ["Shoe", "Bag"]
    assert [len(asked) for asked in shop.recognizer.asked] == [2]


def test_what_is_left_once_is_left_by_the_instance_without_asking_anybody(shop: Shop) -> None:
    shop.turns = ProductLocks()
    events = [shop.upload(f"{file}.jpg") for file in "abc"]
    assert shop.look_again(events[1]) is Nothing.LEFT
    del shop.catalog.records["1"]
    for file in "abc":
        shop.pictures.delete(f"products/1/{file}.jpg")
    assert [shop.look_again(event) for event in events] == [Nothing.LEFT, Nothing.LEFT, Nothing.GONE]


UNSURE = {
    "requested": ("b", -1),
    "its own": ("a", -1),
    "a deletion": ("c", 1),
    "a date that cannot be": ("b", -1),
}


@pytest.mark.parametrize("why", UNSURE)
def test_nothing_is_left_to_an_event_that_may_not_come(shop: Shop, why: str) -> None:
    if why == "a date that cannot be":
        shop.pictures.time = shop.now_us + CLOCKS
    shop.upload("b.jpg", (BAG,))
    newest, (file, later) = shop.upload("a.jpg").time_us, UNSURE[why]
    event = shop.event(f"{file}.jpg", newest + later)
    assert isinstance(shop.look_again(replace(event, requested=why == "requested")), Enriched)
    assert shop.labeled == ["Shoe", "Bag"]


class Meanwhile(FakeRecognizer):
    """Lets something happen while it is asked for the first time."""

    def __init__(self, answers: Mapping[bytes, Labels | Failure], then: Callable[[], object]) -> None:
        super().__init__(answers)
        self._then = then

    def label_many(self, pictures: Sequence[Picture]) -> list[Labels | Failure]:
        if not self.asked:
            self._then()
        return super().label_many(pictures)


@pytest.mark.parametrize("age", [TOGETHER - 1, TOGETHER])
def test_a_new_picture_that_was_followed_while_it_was_labeled_is_left_too(shop: Shop, age: int) -> None:
    events, left = [shop.upload("a.jpg")], age < TOGETHER
    shop.at = datetime.fromtimestamp((events[0].time_us + age) / 1e6, UTC)
    shop.recognizer = Meanwhile(shop.answers, lambda: events.append(shop.upload("b.jpg", (BAG,))))
    assert (shop.look_again(events[0]) is Nothing.LEFT) is left
    assert ("labelNames" in shop.record) is not left
    shop.look_again(events[1])
    assert shop.labeled == ["Shoe", "Bag"]
    assert [len(asked) for asked in shop.recognizer.asked] == [1, 1]


def test_only_the_newest_pictures_event_waits_for_a_record(shop: Shop) -> None:
    early, late = (shop.upload(file, product="99") for file in ("a.jpg", "b.jpg"))
    assert shop.look_again(early) is Nothing.LEFT
    with pytest.raises(UnknownProduct):
        shop.look_again(late)


OTHER_FILES = (
    *(".DS_Store", "._a.jpg", "Thumbs.db", "desktop.ini"),
    *("film.mp4", "list.pdf", "read.txt", "a.jpg.gz"),
)


@pytest.mark.parametrize("file", OTHER_FILES)
def test_what_is_no_picture_by_its_name_is_asked_of_nobody(shop: Shop, file: str) -> None:
    assert shop.look_again(shop.upload(file)) is Nothing.NO_PICTURE
    shop.look_again(shop.upload("a.jpg"))
    assert [len(asked) for asked in shop.recognizer.asked] == [1]
    assert shop.refused == []


@pytest.mark.parametrize(
    ("content_type", "asked"),
    [("image/webp", 1), ("application/octet-stream", 1), ("", 1), ("text/plain", 0), ("video/mp4", 0)],
)
def test_where_a_name_does_not_say_the_type_does(shop: Shop, content_type: str, asked: int) -> None:
    picture = shop.pictures.put("products/1/front", b"x", content_type)
    shop.look_again(shop.event("front", picture.generation))
    assert sum(map(len, shop.recognizer.asked)) == asked
