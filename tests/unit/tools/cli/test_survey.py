from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest

from shared.catalog.judging import State
from shared.model import StoredPicture, spellings
from shared.pictures import MAX_PICTURES
from tests.unit.tools.cli.rooms import NAMING, WORDS, listed, record, room, without
from tools.backfill.ledger import BackfillLook, Ledger
from tools.backfill.selection import Listed, ListingTally, Selection, products
from tools.backfill.survey import BackfillOptions, Gone, Plan, Surveyor

MAX_BYTES = 100


def surveyed(
    ledger: Ledger,
    listing: Iterable[StoredPicture],
    *wanted: State,
    bare: bool = True,
    creates: bool = False,
    limit: int | None = None,
) -> Plan:
    """The plan where every product has a `bare` record, or none has any."""
    selection = Selection(
        lambda ids: [{"objectID": each} if bare else None for each in ids],
        *(lambda _: [], room(), ledger, frozenset(wanted), creates),
    )
    return Surveyor(NAMING.product, MAX_BYTES, ledger, selection, limit).survey(listing)


def test_a_plan_counts_each_content_once_and_what_is_paid_not_at_all(ledger: Ledger) -> None:
    ledger.note_paid(["paid", "of another picture"])
    listing = [
        listed("products/1/a.jpg", "new"),
        listed("products/1/b.jpg", "paid"),
        listed("products/2.jpg", "new"),
        listed("products/3.jpg", "huge", size=MAX_BYTES + 1),
        listed("sale.jpg", "foreign"),
    ]
    plan = surveyed(ledger, listing)
    assert (plan.products, plan.pictures, plan.too_large) == (3, 4, 1)
    assert (plan.contents, plan.paid, plan.calls) == (2, 1, 1)
    assert [look.product for look in ledger.looks()] == ["1", "2", "3"]


@pytest.mark.parametrize(("creates", "calls"), [(False, 0), (True, 1)])
def test_nothing_is_reckoned_without_a_record(ledger: Ledger, calls: int, *, creates: bool) -> None:
    plan = surveyed(ledger, [listed("products/1/a.jpg")], bare=False, creates=creates)
    assert (plan.products, plan.calls, plan.seen.no_record.count) == (1, calls, 1)


def test_what_can_be_no_picture_is_counted_apart_and_not_looked_at(ledger: Ledger) -> None:
    names = ("products/1/.DS_Store", "products/1/film.mp4", "products/1/a.jpg", "products/2/list.pdf")
    plan = surveyed(ledger, map(listed, names))
    assert (plan.products, plan.pictures, plan.tally.others.count) == (1, 1, 3)


def test_a_product_whose_pictures_lie_apart_is_looked_at_once(ledger: Ledger) -> None:
    names = [f"products/{name}" for name in ("1.jpg", "1.x.jpg", "1/a.jpg")]
    plan = surveyed(ledger, map(listed, names))
    assert (plan.products, plan.pictures) == (2, 3)
    gone = BackfillLook("gone", "products/gone/x", "")
    assert ledger.note(gone)
    assert not ledger.note(BackfillLook("1", "products/1/x", ""))
    looks = [BackfillLook("1", names[0], names[0], 2), BackfillLook("1.x", names[1], names[1], 1)]
    assert list(ledger.looks()) == [gone, *looks]


def test_a_limit_ends_the_listing_and_counts_what_is_wanted_and_not_what_is_passed_over() -> None:
    def listing() -> Iterator[StoredPicture]:
        yield from (listed(f"products/{number}.jpg") for number in range(3))
        pytest.fail("listed on")

    with Ledger() as ledger:
        assert surveyed(ledger, listing(), limit=2).products == 2
    with Ledger() as ledger:
        listed_all = [listed(f"products/{number}.jpg") for number in range(9)]
        plan = surveyed(ledger, listed_all, State.BARE, bare=False, limit=1)
    assert (plan.products, plan.states) == (0, {State.NO_RECORD: 9})


def stretches(names: Iterable[str], tally: ListingTally) -> list[Listed]:
    return list(products(map(listed, names), NAMING.product, tally))


def test_pictures_that_follow_one_another_are_one_product() -> None:
    names = ["a.txt", "products/1/a.jpg", "products/1/b.jpg", "products/1/x/y.jpg", "products/2.jpg"]
    found = stretches(names, tally := ListingTally())
    assert [(each.product, each.first, each.last, each.count, each.size) for each in found] == [
        ("1", "products/1/a.jpg", "products/1/b.jpg", 2, 20),
        ("2", "products/2.jpg", "products/2.jpg", 1, 10),
    ]
    assert (tally.objects, tally.size, tally.outside.count) == (5, 50, 2)
    assert tally.outside.text == "such as a.txt, products/1/x/y.jpg"


def test_no_more_is_kept_than_is_looked_at_and_few_examples_of_foreign_names() -> None:
    names = [f"products/1/{number:04}.jpg" for number in range(MAX_PICTURES + 5)]
    [found] = stretches(names, ListingTally())
    assert (found.count, len(found.pictures), found.last) == (MAX_PICTURES + 5, MAX_PICTURES, names[-1])
    assert stretches((f"x{number}" for number in range(50)), tally := ListingTally()) == []
    assert (tally.outside.count, len(tally.outside.first)) == (50, 3)


PICTURE = listed("products/1/a.jpg")
UNLIKE_WITHOUT_PICTURES = {
    "of pictures": record("1", PICTURE),
    "of another recognizer's": record("1", PICTURE, recognizer="vision/1"),
    "of refused ones": record("1", visual={"recognizer": "r", "refused": 1}),
    "without words": without(record("1"), WORDS),
}
LEFT_ALONE = {
    "emptied": record("1"),
    "bare": {"objectID": "1", "name": "N"},
    "somebody else's": {"objectID": "1", "labels": ["sale"], "visual": "mine"},
}


def planned(ledger: Ledger, *records: Mapping[str, Any]) -> Plan:
    plan = Plan()
    wanted = BackfillOptions(missing=True).wanted()
    Gone(room().judge, NAMING.example, ledger, wanted).survey(records, plan)
    return plan


@pytest.mark.parametrize("kind", [*UNLIKE_WITHOUT_PICTURES, *LEFT_ALONE])
def test_a_record_that_is_not_as_without_pictures_is_looked_at_again(ledger: Ledger, kind: str) -> None:
    looks = [BackfillLook("1", "products/1/x", "")] if kind in UNLIKE_WITHOUT_PICTURES else []
    plan = planned(ledger, (UNLIKE_WITHOUT_PICTURES | LEFT_ALONE)[kind])
    assert plan.gone == plan.products == len(looks)
    assert list(ledger.looks()) == looks


@pytest.mark.parametrize("spelled", spellings("größe"))
def test_a_product_that_was_listed_is_not_gone_however_it_is_spelt(ledger: Ledger, spelled: str) -> None:
    ledger.note_state("größe", State.CURRENT)
    assert planned(ledger, record(spelled, PICTURE)).products == 0
