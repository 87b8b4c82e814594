from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model import StoredPicture
from tests.unit.tools.cli.listing import NAMING, listed
from tools.backfill.ledger import Ledger, Look
from tools.backfill.selection import BATCH, Selection, State, state_of
from tools.backfill.survey import Plan, Surveyor

LIMIT = 100
ME = "vision/2"


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with Ledger() as ledger:
        yield ledger


def record(recogniser: str | None) -> dict[str, Any]:
    return {"visual": {"recognizer": recogniser}, "imageVersion": 1} if recogniser else {"name": "N"}


def surveyed(ledger: Ledger, listing: Sequence[StoredPicture], selection: Selection | None = None) -> Plan:
    return Surveyor(NAMING.product, LIMIT, ledger, selection).survey(listing)


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


def test_a_product_whose_pictures_lie_apart_is_looked_at_once(ledger: Ledger) -> None:
    plan = surveyed(ledger, [listed(f"products/{name}") for name in ("1.jpg", "1.x.jpg", "1/a.jpg")])
    assert (plan.products, plan.pictures) == (2, 3)
    assert list(ledger.looks()) == [
        Look("1", "products/1.jpg", "products/1.jpg"),
        Look("1.x", "products/1.x.jpg", "products/1.x.jpg"),
    ]


def test_a_limit_ends_the_listing(ledger: Ledger) -> None:
    def listing() -> Iterator[StoredPicture]:
        for number in range(1, 4):
            yield listed(f"products/{number}.jpg")
        pytest.fail("listed on")

    plan = Surveyor(NAMING.product, LIMIT, ledger, limit=2).survey(listing())
    assert plan.products == 2


@pytest.mark.parametrize(
    ("found", "state"),
    [
        (None, State.NO_RECORD),
        ({}, State.BARE),
        ({"visual": None, "imageVersion": 3}, State.BARE),
        ({"visual": {"recognizer": ME}}, State.BARE),
        (record(ME), State.CURRENT),
        (record("vision/1"), State.OTHER),
    ],
)
def test_a_record_is_in_one_state(found: Mapping[str, Any] | None, state: State) -> None:
    assert state_of(found, ME) is state


def test_a_record_that_lacks_an_attribute_of_the_strategies_in_use_is_partial() -> None:
    written = ["labels", "visualCode_x"]
    assert state_of({**record(ME), "labels": [], "visualCode_x": ""}, ME, written) is State.CURRENT
    assert state_of({**record(ME), "labels": []}, ME, written) is State.PARTIAL
    assert state_of(record("vision/1"), ME, written) is State.OTHER


@pytest.mark.parametrize(
    ("wanted", "products"),
    [({State.BARE}, ["2"]), ({State.OTHER}, ["3"]), ({State.BARE, State.OTHER}, ["2", "3"])],
)
def test_only_products_in_the_wanted_states_are_looked_at(
    ledger: Ledger, wanted: set[State], products: list[str]
) -> None:
    records = {"1": record(ME), "2": record(None), "3": record("vision/1")}
    selection = Selection(lambda ids: [records.get(each) for each in ids], ME, frozenset(wanted))
    plan = surveyed(ledger, [listed(f"products/{n}.jpg") for n in range(1, 5)], selection=selection)
    assert [look.product for look in ledger.looks()] == products
    assert plan.pictures == plan.calls == len(products)
    assert plan.states == {State.CURRENT: 1, State.BARE: 1, State.OTHER: 1, State.NO_RECORD: 1}


def test_records_are_asked_for_in_batches_that_algolia_takes(ledger: Ledger) -> None:
    asked: list[int] = []

    def records(products: Sequence[str]) -> list[None]:
        asked.append(len(products))
        return [None] * len(products)

    selection = Selection(records, ME, frozenset({State.BARE}))
    surveyed(ledger, [listed(f"products/{n}.jpg") for n in range(2 * BATCH + 1)], selection=selection)
    assert asked == [BATCH, BATCH, 1]


@given(
    wanted=st.lists(st.text(max_size=3), max_size=40),
    paid=st.lists(st.text(max_size=3), max_size=40),
)
def test_calls_are_the_contents_that_are_not_paid_for(wanted: list[str], paid: list[str]) -> None:
    with Ledger() as ledger:
        ledger.note_paid(paid)
        plan = surveyed(ledger, [listed(f"products/{n}.jpg", f"c{c}") for n, c in enumerate(wanted)])
        assert plan.calls == len({f"c{c}" for c in wanted} - set(paid))
