from __future__ import annotations

import os
import signal
import threading
from dataclasses import dataclass, field

import pytest

from shared.errors import Transient
from tools.backfill.ledger import BackfillLook
from tools.backfill.publishing import IN_FLIGHT, Pace, Publishing, stopping_on_interrupt


@dataclass
class FakeConfirmation:
    topic: FakeTopic
    name: str

    def done(self) -> bool:
        return self.topic.prompt

    def wait(self) -> None:
        self.topic.flying -= 1
        if self.name == self.topic.failing:
            raise Transient("pubsub-unavailable", "down")
        self.topic.kept.append(self.name)


@dataclass
class FakeTopic:
    """Keeps names when their confirmation is waited for; `prompt` confirms at once."""

    prompt: bool = False
    failing: str = ""
    kept: list[str] = field(default_factory=list)
    flying: int = 0
    most: int = 0

    def ask(self, name: str) -> FakeConfirmation:
        self.flying += 1
        self.most = max(self.most, self.flying)
        return FakeConfirmation(self, name)


def looks(count: int) -> list[BackfillLook]:
    return [BackfillLook(str(number), f"{number}/a", f"{number}/b") for number in range(count)]


def unhurried() -> Publishing:
    return Publishing(Pace(None))


@pytest.mark.parametrize("prompt", [False, True])
def test_all_are_asked_for_and_confirmed_in_order_with_few_in_flight(prompt: bool) -> None:  # noqa: FBT001 a parameter
    topic, publishing, told = FakeTopic(prompt), unhurried(), list[int]()
    publishing.publish(looks(3 * IN_FLIGHT), topic.ask, threading.Event(), told.append)
    assert topic.kept == [look.first for look in looks(3 * IN_FLIGHT)]
    assert publishing.confirmed == 3 * IN_FLIGHT == told[-1]
    assert publishing.last == f"{3 * IN_FLIGHT - 1}/b"
    assert topic.most <= IN_FLIGHT


def test_told_to_stop_it_confirms_what_is_in_flight_and_no_more() -> None:
    topic, publishing, stop = FakeTopic(), unhurried(), threading.Event()

    def ask(name: str) -> FakeConfirmation:
        if name == "4/a":
            stop.set()
        return topic.ask(name)

    publishing.publish(looks(100), ask, stop, lambda _: None)
    assert (topic.kept, topic.flying) == (["0/a", "1/a", "2/a", "3/a", "4/a"], 0)
    assert (publishing.confirmed, publishing.last) == (5, "4/b")


def test_a_failure_leaves_what_was_confirmed_before_it() -> None:
    publishing = unhurried()
    with pytest.raises(Transient):
        publishing.publish(looks(10), FakeTopic(failing="3/a").ask, threading.Event(), lambda _: None)
    assert (publishing.confirmed, publishing.last) == (3, "2/b")


class RecordedWaits(threading.Event):
    """An event that only says how long it was waited for."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout or 0.0)
        return False


def test_a_product_takes_the_time_of_its_pictures() -> None:
    stop, pace = RecordedWaits(), Pace(2, clock=lambda: 0.0)
    many = [BackfillLook(str(count), f"{count}/a", f"{count}/b", count) for count in (3, 0, 1, 8, 1)]
    Publishing(pace).publish(many, FakeTopic().ask, stop, lambda _: None)
    assert stop.waits == [1.5, 2.0, 2.5, 6.5]


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
