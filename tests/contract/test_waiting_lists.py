"""The promises of the port `WaitingList`, on every implementation."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from google.cloud.storage import Client

from shared import waiting
from shared.gcs_waiting import GcsWaitingList
from shared.waiting import WaitingList
from tests.fakes.waiting import InMemoryWaitingList

IDS = ["1", "10", "2", "a b", "caf\u00e9", "👟", "..", "%2F", "x" * 300]


class Clock:
    """Tells the time, a while ahead."""

    ahead = 0.0

    def seconds(self) -> float:
        return self.ahead

    def moment(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead)


Opening = Callable[[Clock], WaitingList]


@pytest.fixture(params=["in-memory", "gcs"])
def opening(request: pytest.FixtureRequest) -> Opening:
    if request.param == "in-memory":
        return lambda clock: InMemoryWaitingList(clock.seconds)
    client, bucket = request.getfixturevalue("client"), request.getfixturevalue("bucket")
    return lambda clock: GcsWaitingList(client, bucket, clock.moment)


def test_a_product_waits_from_the_first_time_it_is_heard_of(opening: Opening) -> None:
    clock = Clock()
    listed = opening(clock)
    assert listed.since("7") == 0
    clock.ahead = 60.0
    assert listed.since("7") == pytest.approx(60.0, abs=5)
    assert listed.since("8") == 0


def test_every_product_is_on_one_page_until_it_is_taken_off_however_often(opening: Opening) -> None:
    listed = opening(Clock())
    for product in IDS:
        listed.since(product)
    assert sorted(listed.page("")) == sorted(IDS)
    seen, after = [], ""
    while page := listed.page(after)[:2]:
        seen += page
        after = page[-1]
    assert seen == listed.page("")
    for _ in range(2):
        listed.remove([*IDS[1:], "never there"])
    assert listed.page("") == ["1"]
    listed.remove([])
    assert listed.since("2") == 0


def test_a_page_holds_so_many_and_no_more(opening: Opening) -> None:
    listed = opening(Clock())
    products = [f"{number:05}" for number in range(waiting.PAGE + 3)]
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(listed.since, products)) == {0}
    assert listed.page("") == products[: waiting.PAGE]
    assert listed.page(products[waiting.PAGE - 1]) == products[waiting.PAGE :]


def test_a_name_too_long_for_an_object_is_not_listed(client: Client, bucket: str) -> None:
    listed = GcsWaitingList(client, bucket)
    assert listed.since("x" * 1_020) is None
    assert listed.page("") == []
