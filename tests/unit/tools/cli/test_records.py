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
from tests.unit.tools.cli.listing import GENERATION, NAMING, listed
from tests.unit.tools.cli.rooms import CODE, WORDS, record, room
from tools.backfill.ledger import Ledger
from tools.backfill.selection import BATCH, ListingTally, Selection, products

Record = Mapping[str, Any]
A, B = listed("products/1/a.jpg"), listed("products/1/b.jpg", generation=GENERATION + 5)


class Index:
    """Records by objectID, and how many were asked for at once."""

    def __init__(self, *records: Record) -> None:
        self.held = {record["objectID"]: record for record in records}
        self.asked: list[int] = []

    def records(self, ids: Sequence[str]) -> list[Record | None]:
        self.asked.append(len(ids))
        return [self.held.get(each) for each in ids]


class Bucket:
    """Pictures by product, and whose were listed by themselves."""

    def __init__(self, *pictures: StoredPicture, naming: Naming = NAMING) -> None:
        self.pictures = sorted(pictures, key=lambda picture: picture.name)
        self.naming = naming
        self.asked: list[str] = []

    def list_product(self, product: str) -> list[StoredPicture]:
        self.asked.append(product)
        return [picture for picture in self.pictures if self.naming.product(picture.name) == product]


def chosen(selection: Selection, bucket: Bucket, walked: Sequence[StoredPicture] | None = None) -> list[str]:
    listing = bucket.pictures if walked is None else walked
    return [
        each.product for each in selection.chosen(products(listing, bucket.naming.product, ListingTally()))
    ]


def selection(index: Index, bucket: Bucket, ledger: Ledger, *wanted: State) -> Selection:
    return Selection(index.records, bucket.list_product, room(), ledger, frozenset(wanted))


STATES = {
    State.NO_RECORD: None,
    State.IN_USE: {"objectID": "1", "labels": ["sale"]},
    State.BARE: {"objectID": "1", "name": "N"},
    State.OTHER: record("1", A, recognizer="vision/1"),
    State.STALE: record("1", A, B),
    State.PARTIAL: {name: value for name, value in record("1", A).items() if name != WORDS},
    State.CURRENT: record("1", A),
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("wanted", [None, *State])
def test_only_products_in_the_wanted_states_are_looked_at_and_all_without_any(
    ledger: Ledger, state: State, wanted: State | None
) -> None:
    held, bucket = STATES[state], Bucket(A)
    index = Index(*([held] if held else []))
    looked_at = chosen(selection(index, bucket, ledger, *([wanted] if wanted else [])), bucket)
    assert looked_at == (["1"] if wanted in {None, state} else [])
    assert ledger.states() == {state: 1}


def test_a_record_may_want_another_look_for_more_than_one_reason(ledger: Ledger) -> None:
    held, bucket = record("1", A, B, recognizer="vision/1"), Bucket(A)
    assert chosen(selection(Index(held), bucket, ledger, State.STALE), bucket) == ["1"]
    assert ledger.states() == {State.OTHER: 1}


def test_a_product_listed_in_part_is_stale_only_if_it_is_as_a_whole(ledger: Ledger) -> None:
    bucket = Bucket(A, B)
    chooses = selection(Index(record("1", A, B)), bucket, ledger, State.STALE)
    assert chosen(chooses, bucket, [B]) == []
    assert bucket.asked == ["1"]
    assert ledger.states() == {State.CURRENT: 1}


def test_a_product_too_crowded_to_be_listed_stays_in_doubt(ledger: Ledger) -> None:
    def crowded(_: str) -> list[StoredPicture]:
        raise Permanent("too-crowded", "too many names")

    chooses = Selection(Index(record("1", A, B)).records, crowded, room(), ledger, frozenset({State.STALE}))
    assert chosen(chooses, Bucket(A)) == ["1"]


FRONT_AND_BACK = Naming(("back/<objectID>.jpg", "front/<objectID>.jpg"))
GENERATIONS = (1, 2, 3)


def states_of_the_bucket() -> Iterator[tuple[StoredPicture, ...]]:
    """All there can be of a product of two pictures in three generations."""
    sides = [
        [None, *(listed(f"{side}/1.jpg", generation=generation) for generation in GENERATIONS)]
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
    bucket = Bucket(*now, listed("front/0.jpg"), naming=FRONT_AND_BACK)
    stale = State.STALE in room().judge.findings(held, Inventory.of(now))
    with Ledger() as ledger:
        looked_at = chosen(selection(Index(held), bucket, ledger, State.STALE), bucket)
        assert set(looked_at) == ({"1"} if stale else set())
        assert ledger.states() == {State.NO_RECORD: 1, State.STALE if stale else State.CURRENT: 1}


@pytest.mark.parametrize(
    ("begin", "count", "asked"), [("", 2 * BATCH + 1, [BATCH, BATCH, 1]), ("ä", BATCH, [BATCH, BATCH])]
)
def test_records_and_their_spellings_are_asked_for_in_calls_that_algolia_takes(
    ledger: Ledger, begin: str, count: int, asked: list[int]
) -> None:
    index, bucket = Index(), Bucket(*(listed(f"products/{begin}{n}.jpg") for n in range(count)))
    chosen(selection(index, bucket, ledger), bucket)
    assert index.asked == asked


def test_big_records_are_asked_for_a_few_at_a_time(ledger: Ledger) -> None:
    index, bucket = Index(), Bucket(*(listed(f"products/{n}.jpg") for n in range(25)))
    chosen(Selection(index.records, bucket.list_product, room(limit=1_000_000), ledger), bucket)
    assert index.asked == [10, 10, 5]


@pytest.mark.parametrize("in_index", spellings("größe"))
@pytest.mark.parametrize("in_bucket", spellings("products/größe/ä.jpg"))
def test_a_record_is_found_however_it_is_spelt(ledger: Ledger, in_index: str, in_bucket: str) -> None:
    bucket = Bucket(listed(in_bucket))
    index = Index(record(in_index, *bucket.pictures))
    assert chosen(selection(index, bucket, ledger, State.CURRENT), bucket) == ["größe"]
    assert index.asked == [2]


def padded(size: int, **attributes: Any) -> Record:  # noqa: ANN401 any attribute
    return {"objectID": "1", **attributes, "text": "x" * size}


def seen(ledger: Ledger, *records: Record) -> dict[str, int]:
    """What is said of the records' products, beside their states."""
    pictures = [listed(f"products/{held['objectID']}/{name}.jpg") for held in records for name in "ab"]
    bucket = Bucket(*pictures)
    chooses = selection(Index(*records), bucket, ledger)
    chosen(chooses, bucket)
    told = {name: getattr(chooses.seen, name) for name in type(chooses.seen).__slots__}
    return {name: examples.count for name, examples in told.items() if examples.count}


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
    assert seen(ledger, held) == said


def test_two_records_of_a_product_are_told(ledger: Ledger) -> None:
    index, bucket = Index(*map(record, spellings("größe"))), Bucket(listed("products/größe/a.jpg"))
    chooses = selection(index, bucket, ledger)
    chosen(chooses, bucket)
    assert (chooses.seen.two_records.count, chooses.seen.no_record.count) == (1, 0)


def test_a_product_in_two_stretches_is_counted_once_and_three_are_named(ledger: Ledger) -> None:
    names = [f"{side}/{number}.jpg" for side in ("back", "front") for number in range(5)]
    bucket = Bucket(*map(listed, names), naming=FRONT_AND_BACK)
    foreign = [{"objectID": str(number), "labels": ["sale"], "visual": 1} for number in range(4)]
    chooses = selection(Index(*foreign), bucket, ledger)
    chosen(chooses, bucket)
    assert ledger.states() == {State.IN_USE: 4, State.NO_RECORD: 1}
    assert (chooses.seen.in_use.count, chooses.seen.no_record.count) == (4, 1)
    assert chooses.seen.in_use.text == "such as 0 (labels, visual), 1 (labels, visual), 2 (labels, visual)"


@pytest.mark.parametrize(("size", "asked"), [(7_000, ["1"]), (9_000, ["1"]), (9_990, [])])
def test_what_has_no_room_is_not_asked_for_every_night_but_in_a_full_run(
    ledger: Ledger, size: int, asked: list[str]
) -> None:
    index, bucket = Index(padded(size)), Bucket(listed("products/1/a.jpg"))
    assert chosen(selection(index, bucket, ledger, State.BARE), bucket) == asked
    assert chosen(selection(index, bucket, ledger), bucket) == ["1"]
