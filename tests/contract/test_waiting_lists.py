"""The promises of the port `WaitingList`, on every implementation."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from devstack import storage
from shared import waiting
from shared.errors import Misconfigured
from shared.gcs_waiting import GcsWaitingList
from shared.waiting import WaitingList
from tests.contract.conftest import PROJECT
from tests.fakes.waiting import InMemoryWaitingList

_numbers = itertools.count()
IDS = ["1", "10", "2", "a b", "caf\u00e9", "👟", "..", "%2F", "x" * 300]


class Clock:
    """Tells the time, a while ahead."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def seconds(self) -> float:
        return self.ahead

    def moment(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead)


Opening = Callable[[Clock], WaitingList]


@pytest.fixture(params=["in-memory", "gcs"])
def opening(request: pytest.FixtureRequest) -> Iterator[Opening]:
    if request.param == "in-memory":
        yield lambda clock: InMemoryWaitingList(clock.seconds)
        return
    with storage.client(request.getfixturevalue("storage_url"), PROJECT) as client:
        bucket = client.create_bucket(f"waiting-{next(_numbers)}").name
        yield lambda clock: GcsWaitingList(client, bucket, clock.moment)


def test_a_product_waits_from_the_first_time_it_is_heard_of(opening: Opening) -> None:
    clock = Clock()
    listed = opening(clock)
    assert listed.since("7") == 0
    clock.ahead = 60.0
    assert listed.since("7") == pytest.approx(60.0, abs=5)
    assert listed.since("8") == 0


def test_every_product_is_on_one_page(opening: Opening) -> None:
    listed = opening(Clock())
    for product in IDS:
        listed.since(product)
    assert sorted(listed.page("")) == sorted(IDS)
    seen, after = [], ""
    while page := listed.page(after)[:2]:
        seen += page
        after = page[-1]
    assert sorted(seen) == sorted(IDS)
    assert seen == listed.page("")


def test_products_are_taken_off_however_often(opening: Opening) -> None:
    listed = opening(Clock())
    for product in IDS:
        listed.since(product)
    for _ in range(2):
        listed.remove([*IDS[1:], "never there"])
    assert listed.page("") == ["1"]
    listed.remove([])
    assert listed.since("2") == 0


def test_a_page_holds_so_many_and_no_more(opening: Opening) -> None:
    listed = opening(Clock())
    products = [f"{number:05}" for number in range(waiting.PAGE + 3)]
    for product in products:
        listed.since(product)
    assert listed.page("") == products[: waiting.PAGE]
    assert listed.page(products[waiting.PAGE - 1]) == products[waiting.PAGE :]


def test_a_name_too_long_for_an_object_is_not_listed(storage_url: str) -> None:
    with storage.client(storage_url, PROJECT) as client:
        bucket = client.create_bucket(f"waiting-{next(_numbers)}").name
        listed = GcsWaitingList(client, bucket)
        assert listed.since("x" * 1_020) is None
        assert listed.page("") == []


def test_a_bucket_that_does_not_exist_is_misconfigured(storage_url: str) -> None:
    with storage.client(storage_url, PROJECT) as client:
        listed = GcsWaitingList(client, "no-such-bucket")
        for ask in (lambda: listed.since("1"), lambda: listed.page("")):
            with pytest.raises(Misconfigured, match=r"^LABEL_BUCKET: .*roles/storage.objectUser"):
                ask()
