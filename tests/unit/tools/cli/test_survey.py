from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.catalog.judging import State
from shared.model import StoredPicture, spellings
from shared.pictures import MAX_PICTURES, Naming
from tests.unit.tools.cli.listing import NAMING, listed
from tests.unit.tools.cli.rooms import WORDS, record, room
from tools.backfill.ledger import BackfillLook, Ledger
from tools.backfill.selection import ListingTally, Selection, products
from tools.backfill.survey import BackfillOptions, Gone, Plan, Surveyor

LIMIT = 100


def selection(ledger: Ledger, *wanted: State) -> Selection:
    """Of an index without any record."""
    return Selection(lambda ids: [None] * len(ids), lambda _: [], room(), ledger, frozenset(wanted))


def surveyed(ledger: Ledger, listing: Sequence[StoredPicture]) -> Plan:
    """With a bare record of every product."""
    chosen = replace(selection(ledger), records=lambda ids: [{"objectID": each} for each in ids])
    return Surveyor(NAMING.product, LIMIT, ledger, chosen).survey(listing)


def test_a_plan_counts_each_content_once_and_what_is_paid_not_at_all(ledger: Ledger) -> None:
    ledger.note_paid(["paid", "of another picture"])
    plan = surveyed(
        ledger,
        [
            listed("products/1/a.jpg", "new"),
            listed("products/1/b.jpg", "paid"),
            listed("products/2.jpg", "new"),
            listed("products/3.jpg", "huge", size=LIMIT + 1),
            listed("sale.jpg", "foreign"),
        ],
    )
    assert (plan.products, plan.pictures, plan.too_large) == (3, 4, 1)
    assert (plan.contents, plan.paid, plan.calls) == (2, 1, 1)
    assert [look.product for look in ledger.looks()] == ["1", "2", "3"]


@pytest.mark.parametrize(("creates", "calls"), [(False, 0), (True, 1)])
def test_nothing_is_reckoned_for_products_without_a_record(
    ledger: Ledger, calls: int, *, creates: bool
) -> None:
    chosen = replace(selection(ledger), creates=creates)
    plan = Surveyor(NAMING.product, LIMIT, ledger, chosen).survey([listed("products/1/a.jpg")])
    assert (plan.products, plan.calls, plan.seen.no_record.count) == (1, calls, 1)


def test_what_can_be_no_picture_is_counted_apart_and_not_looked_at(ledger: Ledger) -> None:
    names = ("products/1/.DS_Store", "products/1/film.mp4", "products/1/a.jpg", "products/2/list.pdf")
    plan = surveyed(ledger, [listed(name) for name in names])
    assert (plan.products, plan.pictures, plan.tally.others.count) == (1, 1, 3)


def test_a_product_whose_pictures_lie_apart_is_looked_at_once(ledger: Ledger) -> None:
    plan = surveyed(ledger, [listed(f"products/{name}") for name in ("1.jpg", "1.x.jpg", "1/a.jpg")])
    assert (plan.products, plan.pictures) == (2, 3)
    assert list(ledger.looks()) == [
        BackfillLook("1", "products/1.jpg", "products/1.jpg", 2),
        BackfillLook("1.x", "products/1.x.jpg", "products/1.x.jpg", 1),
    ]


def test_a_limit_ends_the_listing(ledger: Ledger) -> None:
    def listing() -> Iterator[StoredPicture]:
        for number in range(1, 4):
            yield listed(f"products/{number}.jpg")
        pytest.fail("listed on")

    plan = Surveyor(NAMING.product, LIMIT, ledger, selection(ledger), limit=2).survey(listing())
    assert plan.products == 2


def test_a_limit_counts_what_is_wanted_and_not_what_is_passed_over(ledger: Ledger) -> None:
    chosen = selection(ledger, State.BARE)
    plan = Surveyor(NAMING.product, LIMIT, ledger, chosen, limit=1).survey(
        listed(f"products/{number}.jpg") for number in range(9)
    )
    assert (plan.products, plan.states) == (0, {State.NO_RECORD: 9})


def test_what_was_not_listed_is_asked_for_before_the_rest(ledger: Ledger) -> None:
    surveyed(ledger, [listed(f"products/{number}.jpg") for number in (1, 2)])
    assert ledger.note(BackfillLook("gone", "products/gone/x", ""))
    assert not ledger.note(BackfillLook("1", "products/1/x", ""))
    assert [look.product for look in ledger.looks()] == ["gone", "1", "2"]


NAMES = st.lists(
    st.sampled_from(
        ["x.jpg", *(f"products/{p}/{f}.jpg" for p in "123" for f in "abc"), "products/2.jpg", "z/1.jpg"]
    ),
    unique=True,
).map(sorted)


def test_pictures_that_follow_one_another_are_one_product() -> None:
    names = ["a.txt", "products/1/a.jpg", "products/1/b.jpg", "products/1/x/y.jpg", "products/2.jpg"]
    tally = ListingTally()
    found = list(products((listed(name) for name in names), NAMING.product, tally))
    assert [(each.product, each.first, each.last, each.count, each.size) for each in found] == [
        ("1", "products/1/a.jpg", "products/1/b.jpg", 2, 20),
        ("2", "products/2.jpg", "products/2.jpg", 1, 10),
    ]
    assert (tally.objects, tally.size, tally.outside.count) == (5, 50, 2)
    assert tally.outside.text == "such as a.txt, products/1/x/y.jpg"


def test_a_product_keeps_no_more_pictures_than_are_looked_at() -> None:
    names = [f"products/1/{number:04}.jpg" for number in range(MAX_PICTURES + 5)]
    [found] = products(map(listed, names), NAMING.product, ListingTally())
    assert (found.count, len(found.pictures), found.last) == (MAX_PICTURES + 5, MAX_PICTURES, names[-1])


def test_few_examples_are_kept_of_many_foreign_names() -> None:
    tally = ListingTally()
    assert list(products((listed(f"x{number}") for number in range(50)), NAMING.product, tally)) == []
    assert (tally.outside.count, len(tally.outside.first)) == (50, 3)


@given(NAMES)
def test_every_object_is_counted_and_every_picture_belongs_to_its_product(names: list[str]) -> None:
    tally = ListingTally()
    found = list(products(map(listed, names), NAMING.product, tally))
    assert tally.objects == len(names)
    assert sum(each.count for each in found) + tally.outside.count == len(names)
    assert {each.product for each in found} == {NAMING.product(name) for name in names} - {None}
    assert all(NAMING.product(each.first) == NAMING.product(each.last) == each.product for each in found)


PICTURE = listed("products/1/a.jpg")
TELLS = record("1", PICTURE)


def planned(ledger: Ledger, *records: Mapping[str, Any], naming: Naming = NAMING) -> Plan:
    plan = Plan()
    Gone(room().judge, naming.example, ledger, BackfillOptions(missing=True).wanted()).survey(records, plan)
    return plan


@pytest.mark.parametrize(
    "held",
    [
        TELLS,
        record("1", PICTURE, recognizer="vision/1"),
        record("1", visual={"recognizer": "r", "refused": 1}),
        {name: value for name, value in record("1").items() if name != WORDS},
    ],
    ids=["of pictures", "of another recognizer's", "of refused ones", "without words"],
)
def test_a_record_that_is_not_as_without_pictures_is_looked_at_again(
    ledger: Ledger, held: Mapping[str, Any]
) -> None:
    plan = planned(ledger, held)
    assert (plan.gone, plan.products) == (1, 1)
    assert list(ledger.looks()) == [BackfillLook("1", "products/1/x", "")]


@pytest.mark.parametrize(
    "held",
    [record("1"), {"objectID": "1", "name": "N"}, {"objectID": "1", "labels": ["sale"], "visual": "mine"}],
    ids=["emptied", "bare", "somebody else's"],
)
def test_a_record_that_is_is_left_alone(ledger: Ledger, held: Mapping[str, Any]) -> None:
    assert planned(ledger, held).products == 0


@pytest.mark.parametrize("spelled", spellings("größe"))
def test_a_product_that_was_listed_is_not_gone_however_it_is_spelt(ledger: Ledger, spelled: str) -> None:
    ledger.note_state("größe", State.CURRENT)
    assert planned(ledger, record(spelled, PICTURE)).products == 0
