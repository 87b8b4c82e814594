from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack

import pytest
from flask import Request
from werkzeug.test import EnvironBuilder

from functions.search.clients import RateLimits
from functions.search.guard import Guard, waited_for
from functions.search.problems import Problem
from shared.limiting import TokenBuckets

PICTURE = bytes(100_000)


def upload(client: str = "198.51.100.7") -> Request:
    headers = [("X-Forwarded-For", client), ("Content-Length", str(len(PICTURE)))]
    builder = EnvironBuilder(method="POST", headers=headers, input_stream=io.BytesIO(PICTURE))
    return Request(builder.get_environ())


def guard(
    rate: float = 0, burst: int = 1, *, max_concurrent: int = 10, of_client: int = 0, total_rate: float = 0
) -> Guard:
    each, together = TokenBuckets(rate, burst, clock=lambda: 0.0), TokenBuckets(total_rate, 1)
    return Guard(RateLimits(each, together), max_concurrent, of_client, hops=1, patience=0.01)


def turned_away(entering: Callable[[], AbstractContextManager[None]]) -> tuple[int, str]:
    with pytest.raises(Problem) as caught, entering():
        pytest.fail("it was let in")
    return caught.value.status, caught.value.headers["Retry-After"]


def refused(guarding: Guard, request: Request) -> tuple[int, str]:
    told = turned_away(lambda: guarding.admitting(request))
    assert request.environ["wsgi.input"].tell() == 0, "nothing of its picture is read"
    return told


def let_in(guarding: Guard, *clients: str) -> None:
    """One after the other."""
    for client in clients or ("198.51.100.7",):
        with guarding.admitting(upload(client)):
            pass


def full(guarding: Guard) -> ExitStack:
    """As many requests inside as are let in."""
    with ExitStack() as inside:
        for _ in range(guarding.admitted):
            inside.enter_context(guarding.admitting(upload()))
        return inside.pop_all()


@pytest.mark.parametrize("working", [1, 2, 8])
def test_more_than_so_many_at_a_time_are_turned_away(working: int) -> None:
    """An instance has three threads for each search at least."""
    guarding = guard(max_concurrent=working)
    for _ in range(2):
        with full(guarding):
            assert working + waited_for(working) == guarding.admitted <= 3 * working
            assert refused(guarding, upload()) == (503, "1")


def test_of_one_client_so_many_are_let_in_at_a_time_whoever_else_is_there() -> None:
    guarding = guard(of_client=2)
    for _ in range(2):
        with guarding.admitting(upload()), guarding.admitting(upload()):
            assert refused(guarding, upload()) == (429, "1")
            let_in(guarding, "198.51.100.8")


def test_a_search_waits_for_its_place_among_those_at_work_but_not_for_long() -> None:
    guarding = guard(max_concurrent=1)
    with guarding.working():
        assert turned_away(guarding.working) == (503, "1")
    with guarding.working():
        pass


@pytest.mark.parametrize(
    ("rate", "retry_after"), [(120, "1"), (60, "1"), (59, "2"), (40, "2"), (1, "60"), (100_000, "1")]
)
def test_who_asks_too_often_is_told_how_many_whole_seconds_to_wait(rate: float, retry_after: str) -> None:
    guarding = guard(rate, max_concurrent=1)
    let_in(guarding)
    assert [refused(guarding, upload()) for _ in range(3)] == [(429, retry_after)] * 3, "it leaves its place"


def test_a_busy_moment_is_not_counted_against_the_client() -> None:
    guarding = guard(1, burst=4, max_concurrent=1)
    with full(guarding):
        assert {refused(guarding, upload()) for _ in range(9)} == {(503, "1")}
    let_in(guarding)


def test_what_all_may_search_is_counted_by_searches_alone() -> None:
    """Requests without a photo, or with half of one, cost nobody anything."""
    guarding = guard(max_concurrent=1, total_rate=1)
    let_in(guarding, *["198.51.100.7"] * 9)
    with guarding.working():
        pass
    assert [turned_away(guarding.working) for _ in range(2)] == [(429, "60")] * 2


@pytest.mark.parametrize("error", [Problem(400, "Bad request", "no"), RuntimeError(), SystemExit()])
def test_a_request_that_fails_leaves_its_place(error: BaseException) -> None:
    guarding = guard(max_concurrent=1)
    for _ in range(guarding.admitted + 1):
        with pytest.raises(type(error)), guarding.admitting(upload()), guarding.working():
            raise error


def test_a_guard_that_lets_nobody_in_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        guard(max_concurrent=0)
