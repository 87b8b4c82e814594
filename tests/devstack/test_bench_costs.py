"""What benchmarks count, and the targets of the hostile one."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

from devstack.bench import simulated, together, waiting
from devstack.bench.hostile_clients import ALONE, Case, Found, cases
from devstack.bench.search.hostile import KINDS
from devstack.bench.search.load import Reply
from devstack.environment import REPOSITORY
from shared.catalog.record import guarded

NEVER = float("inf")


def test_an_event_comes_again_as_the_deployment_has_it() -> None:
    text = Path(REPOSITORY, "terraform/events.tf").read_text()
    (backoff,) = re.findall(r"backoff = \{ first = (\d+), longest = (\d+) \}", text)
    pauses = [after - before for before, after in itertools.pairwise(waiting.DELIVERIES)]
    assert (pauses[0], pauses[-1]) == tuple(map(float, backoff))
    assert all(after in {2 * before, pauses[-1]} for before, after in itertools.pairwise(pauses))


@pytest.mark.parametrize(
    ("record", "deliveries", "noticed"), [(0.0, 1, [0.0]), (31.0, 4, [39.0]), (NEVER, 78, [])]
)
def test_before_events_come_until_it_is_there(record: float, deliveries: int, noticed: list[float]) -> None:
    cost = waiting.before(waiting.Shop({"1": 0.0}, {"1": record}))
    assert cost == waiting.Cost(deliveries, deliveries, noticed)


@pytest.mark.parametrize(
    ("record", "noticed"),
    [(0.0, [0.0]), (31.0, [39.0]), (1_000.0, [200.0 + waiting.PAGE_TAKES]), (NEVER, [])],
)
def test_after_a_record_is_noticed_by_event_or_the_next_look(record: float, noticed: list[float]) -> None:
    assert waiting.after(waiting.Shop({"1": 0.0}, {"1": record})).noticed == noticed


def test_after_what_is_found_leaves_the_list_and_is_looked_at_once_more() -> None:
    never, soon = (waiting.after(waiting.Shop({"1": 0.0}, {"1": at})) for at in (NEVER, 200.0))
    assert soon.deliveries == never.deliveries + 1
    assert soon.calls == never.calls + 1 - (waiting.TICKS - 1)


@pytest.mark.parametrize(("shortcuts", "each"), [(False, 3), (True, 1)])
def test_pictures_uploaded_at_once_are_written_once_with_the_shortcuts(each: int, *, shortcuts: bool) -> None:
    counts = together.counted(together.Case(10, 3, apart=0.0, rate=100), shortcuts=shortcuts)
    assert 10 * each <= counts["writes"] <= 10 * each * together.TARGET
    assert counts["pictures"] == 30


def test_a_record_that_does_not_say_what_the_bucket_holds_ends_the_measurement() -> None:
    shop = together.Shop(together.NoLocks)
    shop.pictures.put("0", "a.jpg")
    with pytest.raises(RuntimeError, match="product 0 is without labels"):
        shop.check(together.Case(1, 1, apart=0.0))


def test_a_write_shows_later_and_an_older_one_never() -> None:
    catalog, begun = simulated.SlowCatalog(simulated.Counts()), simulated.clock()
    for version in (2, 1):
        catalog.write("1", guarded({"of": version}, version))
    assert catalog.shown("1", begun + simulated.VISIBLE) == {"objectID": "1"}
    assert catalog.shown("1", NEVER) == {"objectID": "1", "of": 2, "imageVersion": 2}


CASE = Case("in the body")


def found(milliseconds: float, *statuses: int) -> Found:
    """Of two runs, the second with these statuses."""
    runs = Found()
    for each in ([200] * 2, statuses or [200] * 2):
        runs.add([Reply(milliseconds / 1_000, 0.0, status, 200) for status in each])
    return runs


@pytest.mark.parametrize(
    ("alone", "beside", "met"), [(40, 89, True), (40, 91, False), (200, 299, True), (200, 301, False)]
)
def test_shoppers_may_take_half_again_or_fifty_ms_more(alone: float, beside: float, *, met: bool) -> None:
    assert [target.met for target in found(beside).targets(CASE, found(alone))] == [met, True]


@pytest.mark.parametrize("status", [0, 408, 429, 500, 504])
def test_a_shopper_may_be_asked_to_come_again_and_nothing_else(status: int) -> None:
    assert [target.met for target in found(40, 200, 503).targets(CASE, found(40))] == [True, True]
    assert [target.met for target in found(40, 200, status).targets(CASE, found(40))] == [True, False]


def test_every_kind_comes_from_one_address_and_from_many_and_in_turn_with_shoppers_alone() -> None:
    every = cases()
    assert {case for case in every if case.kind} == {
        Case(kind, many) for kind in KINDS for many in (False, True)
    }
    assert every.count(ALONE) == len(KINDS)
