"""Which stretches of a listing are looked at again, by their products' records."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.catalog.judging import Inventory, State
from shared.errors import Permanent
from shared.model import StoredPicture, spellings
from shared.pictures import Naming
from tests.unit.tools.cli.rooms import CODE, GENERATION, NAMING, WORDS, listed, record, room, without
from tools.backfill.ledger import Ledger
from tools.backfill.selection import BATCH, ListingTally, RecordTroubles, Selection, products

Record = Mapping[str, Any]
A, B = listed("products/1/a.jpg"), listed("products/1/b.jpg", generation=GENERATION + 5)


class Shop:
    """Pictures by product and records by objectID, and whatever was asked for."""

    def __init__(
        self,
        pictures: Sequence[StoredPicture],
        *records: Record,
        naming: Naming = NAMING,
        limit: int = 10_000,
    ) -> None:
        self.pictures = sorted(pictures, key=lambda picture: picture.name)
        self.held = {record["objectID"]: record for record in records}
        self.naming, self.limit = naming, limit
        self.asked: list[int] = []
        self.listed: list[str] = []
        self.seen = RecordTroubles()

    def records(self, ids: Sequence[str]) -> list[Record | None]:
        self.asked.append(len(ids))
        return [self.held.get(each) for each in ids]

    def list_product(self, product: str) -> list[StoredPicture]:
        self.listed.append(product)
        return [picture for picture in self.pictures if self.naming.product(picture.name) == product]

    def chosen(
        self, ledger: Ledger, *wanted: State, walked: Sequence[StoredPicture] | None = None
    ) -> list[str]:
        selection = Selection(
            self.records, self.list_product, room(self.limit), ledger, frozenset(wanted), seen=self.seen
        )
        listing = self.pictures if walked is None else walked
        stretches = products(listing, self.naming.product, ListingTally())
        return [each.product for each in selection.chosen(stretches)]


STATES = {
    State.NO_RECORD: None,
    State.IN_USE: {"objectID": "1", "labels": ["sale"]},
    State.BARE: {"objectID": "1", "name": "N"},
    State.OTHER: record("1", A, recognizer="vision/1"),
    State.STALE: record("1", A, B),
    State.PARTIAL: without(record("1", A), WORDS),
    State.CURRENT: record("1", A),
}


@pytest.mark.parametrize("state", State)
def test_only_products_in_the_wanted_states_are_looked_at_and_all_without_any(state: State) -> None:
    shop = Shop([A], *([held] if (held := STATES[state]) else []))
    for wanted in ((), *((each,) for each in State)):
        with Ledger() as ledger:
            assert shop.chosen(ledger, *wanted) == (["1"] if wanted in {(), (state,)} else [])
            assert ledger.states() == {state: 1}


def test_a_record_may_want_another_look_for_more_than_one_reason(ledger: Ledger) -> None:
    assert Shop([A], record("1", A, B, recognizer="vision/1")).chosen(ledger, State.STALE) == ["1"]
    assert ledger.states() == {State.OTHER: 1}


def test_a_product_listed_in_part_is_stale_only_if_it_is_as_a_whole(ledger: Ledger) -> None:
    shop = Shop([A, B], record("1", A, B))
    assert shop.chosen(ledger, State.STALE, walked=[B]) == []
    assert shop.listed == ["1"]
    assert ledger.states() == {State.CURRENT: 1}


def test_a_product_too_crowded_to_be_listed_stays_in_doubt(ledger: Ledger) -> None:
    class Crowded(Shop):
        def list_product(self, product: str) -> list[StoredPicture]:
            raise Permanent("too-crowded", f"too many names of {product}")

    assert Crowded([A], record("1", A, B)).chosen(ledger, State.STALE) == ["1"]


FRONT_AND_BACK = Naming(("back/<objectID>.jpg", "front/<objectID>.jpg"))


def states_of_the_bucket() -> Iterator[tuple[StoredPicture, ...]]:
    """All there can be of a product of two pictures in three generations."""
    sides = [
        [None, *(listed(f"{side}/1.jpg", generation=generation) for generation in (1, 2, 3))]
        for side in ("back", "front")
    ]
    for pictures in itertools.product(*sides):
        yield tuple(filter(None, pictures))


@given(
    now=st.sampled_from([state for state in states_of_the_bucket() if state]),
    then=st.sampled_from(list(states_of_the_bucket())),
    version=st.sampled_from(range(5)),
    listing=st.sampled_from([None, ""]),
)
def test_no_stale_record_is_missed_and_none_is_taken_for_stale_wherever_its_pictures_lie(
    now: tuple[StoredPicture, ...], then: tuple[StoredPicture, ...], version: int, listing: str | None
) -> None:
    held = dict(record("1", *then, imageVersion=version))
    held["visual"] = held["visual"] | ({} if listing is None else {"listing": listing})
    shop = Shop([*now, listed("front/0.jpg")], held, naming=FRONT_AND_BACK)
    stale = State.STALE in room().judge.findings(held, Inventory.of(now))
    with Ledger() as ledger:
        assert set(shop.chosen(ledger, State.STALE)) == ({"1"} if stale else set())
        assert ledger.states() == {State.NO_RECORD: 1, State.STALE if stale else State.CURRENT: 1}


@pytest.mark.parametrize(
    ("begin", "count", "limit", "asked"),
    [
        ("", 2 * BATCH + 1, 10_000, [BATCH, BATCH, 1]),
        ("ä", BATCH, 10_000, [BATCH, BATCH]),
        ("", 25, 1_000_000, [10, 10, 5]),
    ],
    ids=["many", "of two spellings", "big"],
)
def test_records_are_asked_for_in_calls_that_algolia_takes_and_memory_holds(
    ledger: Ledger, begin: str, count: int, limit: int, asked: list[int]
) -> None:
    shop = Shop([listed(f"products/{begin}{n}.jpg") for n in range(count)], limit=limit)
    shop.chosen(ledger)
    assert shop.asked == asked


@pytest.mark.parametrize("in_index", spellings("größe"))
@pytest.mark.parametrize("in_bucket", spellings("products/größe/ä.jpg"))
def test_a_record_is_found_however_it_is_spelt(ledger: Ledger, in_index: str, in_bucket: str) -> None:
    picture = listed(in_bucket)
    shop = Shop([picture], record(in_index, picture))
    assert shop.chosen(ledger, State.CURRENT) == ["größe"]
    assert shop.asked == [2]


def padded(size: int, **attributes: Any) -> Record:  # noqa: ANN401 any attribute
    return {"objectID": "1", **attributes, "text": "x" * size}


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (padded(7_000), {}),
        (padded(9_000), {"fewer_words": 1}),
        (padded(9_990), {"no_room": 1}),
        (padded(9_990, labels=["sale"]), {"in_use": 1}),
        (record("1", A, B), {}),
        (record("1", A, B, text="x" * 9_000), {"fewer_words": 1}),
        # What is ours already makes room for what will be.
        ({**record("1", A, B), "text": "x" * 7_000, WORDS: ["a00"] * 128, CODE: "x" * 344}, {}),
    ],
)
def test_the_room_in_a_record_is_foreseen(ledger: Ledger, held: Record, said: Mapping[str, int]) -> None:
    shop = Shop([A, B], held)
    shop.chosen(ledger)
    told = {name: getattr(shop.seen, name).count for name in RecordTroubles.__slots__}
    assert {name: count for name, count in told.items() if count} == said


def test_two_records_of_a_product_are_told(ledger: Ledger) -> None:
    shop = Shop([listed("products/größe/a.jpg")], *map(record, spellings("größe")))
    shop.chosen(ledger)
    assert (shop.seen.two_records.count, shop.seen.no_record.count) == (1, 0)


def test_a_product_in_two_stretches_is_counted_once_and_three_are_named(ledger: Ledger) -> None:
    pictures = [listed(f"{side}/{number}.jpg") for side in ("back", "front") for number in range(5)]
    foreign = [{"objectID": str(number), "labels": ["sale"], "visual": 1} for number in range(4)]
    shop = Shop(pictures, *foreign, naming=FRONT_AND_BACK)
    shop.chosen(ledger)
    assert ledger.states() == {State.IN_USE: 4, State.NO_RECORD: 1}
    assert (shop.seen.in_use.count, shop.seen.no_record.count) == (4, 1)
    assert shop.seen.in_use.text == "such as 0 (labels, visual), 1 (labels, visual), 2 (labels, visual)"


@pytest.mark.parametrize(("size", "asked"), [(7_000, ["1"]), (9_000, ["1"]), (9_990, [])])
def test_what_has_no_room_is_asked_for_in_a_full_run_only(
    ledger: Ledger, size: int, asked: list[str]
) -> None:
    shop = Shop([A], padded(size))
    assert shop.chosen(ledger, State.BARE) == asked
    assert shop.chosen(ledger) == ["1"]
