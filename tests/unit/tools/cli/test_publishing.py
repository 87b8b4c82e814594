from __future__ import annotations

import os
import signal
from collections.abc import Iterable
from threading import Event

import pytest

from shared.errors import Transient
from tests.unit.tools.cli.topics import FakeConfirmation, FakeTopic
from tools.backfill.ledger import BackfillLook
from tools.backfill.publishing import IN_FLIGHT, Pace, Publishing, stopping_on_interrupt

LOOKS = [BackfillLook(str(number), f"{number}/a", f"{number}/b") for number in range(3 * IN_FLIGHT)]


class RecordedWaits(Event):
    """An event that only says how long it was waited for."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout or 0.0)
        return False


class Run:
    """A backfill that publishes; told to stop when it asks about `last`."""

    def __init__(self, topic: FakeTopic, pace: Pace | None = None, last: str = "") -> None:
        self.topic, self.last, self.stop = topic, last, RecordedWaits()
        self.publishing, self.told = Publishing(pace or Pace(None)), list[int]()

    def ask(self, name: str) -> FakeConfirmation:
        if name == self.last:
            self.stop.set()
        return self.topic.ask("shop", name)

    def publish(self, looks: Iterable[BackfillLook]) -> None:
        self.publishing.publish(looks, self.ask, self.stop, self.told.append)


@pytest.mark.parametrize("topic", [FakeTopic(), FakeTopic(prompt=True)], ids=["in the end", "at once"])
def test_all_are_asked_for_and_confirmed_in_order_with_few_in_flight(topic: FakeTopic) -> None:
    run = Run(topic)
    run.publish(LOOKS)
    assert topic.kept == [look.first for look in LOOKS]
    assert run.publishing.confirmed == len(LOOKS) == run.told[-1]
    assert run.publishing.last == LOOKS[-1].last
    assert topic.most <= IN_FLIGHT


def test_told_to_stop_it_confirms_what_is_in_flight_and_no_more() -> None:
    run = Run(FakeTopic(), last="4/a")
    run.publish(LOOKS)
    assert (run.topic.kept, run.topic.flying) == (["0/a", "1/a", "2/a", "3/a", "4/a"], 0)
    assert (run.publishing.confirmed, run.publishing.last) == (5, "4/b")


def test_a_failure_leaves_what_was_confirmed_before_it() -> None:
    run = Run(FakeTopic(failing="3/a"))
    with pytest.raises(Transient):
        run.publish(LOOKS[:10])
    assert (run.publishing.confirmed, run.publishing.last) == (3, "2/b")


def test_a_product_takes_the_time_of_its_pictures() -> None:
    run = Run(FakeTopic(), Pace(2, clock=lambda: 0.0))
    run.publish(BackfillLook(str(count), f"{count}/a", f"{count}/b", count) for count in (3, 0, 1, 8, 1))
    assert run.stop.waits == [1.5, 2.0, 2.5, 6.5]


def test_a_pace_spreads_turns_evenly_and_saves_no_idle_time_up() -> None:
    times, stop = iter([0.0, 0.0, 0.0, 0.25, 9.0, 9.0]), RecordedWaits()
    pace = Pace(2, clock=lambda: next(times))
    for _ in range(5):
        pace.wait(stop)
    assert stop.waits == [0.5, 0.75, 0.5]


def test_the_first_interrupt_asks_to_stop_and_the_second_interrupts() -> None:
    before = signal.getsignal(signal.SIGINT)
    with stopping_on_interrupt() as stop:
        os.kill(os.getpid(), signal.SIGINT)
        assert stop.wait(5)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before
