from __future__ import annotations

import pytest

from devstack.bench.hostile_clients import ALONE, Case, Found, cases
from devstack.bench.search.hostile import KINDS
from devstack.bench.search.load import Reply

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
def test_shoppers_may_take_half_as_long_again_or_fifty_milliseconds_more(
    alone: float,
    beside: float,
    met: bool,  # noqa: FBT001 a table
) -> None:
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
