from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from shared.breaking import Breaker, Down
from shared.errors import Misconfigured, Permanent, Transient

SLOW = Transient("timeout", "too slow")
NO_KEY = Misconfigured("VISION_API_KEY", "write one")
REFUSED = Permanent("bad-picture", "no picture")
PATIENCE = 30.0
THREADS = 8
Trouble = Transient | Misconfigured
TROUBLES = pytest.mark.parametrize("trouble", [SLOW, NO_KEY], ids=["slow", "no key"])


class Service:
    """Answers as it is told, a failure included, after `meanwhile`; counts how often it was asked."""

    def __init__(self, answer: str | BaseException = "fine") -> None:
        self.answer = answer
        self.meanwhile: Callable[[], object] = lambda: None
        self.asked = 0

    def __call__(self) -> str:
        self.asked += 1
        answer = self.answer
        self.meanwhile()
        if isinstance(answer, BaseException):
            raise answer
        return answer


class Timed(Breaker):
    """Opens after three failures for five seconds of a clock that tests set."""

    now = 100.0

    def __init__(self) -> None:
        super().__init__(failures=3, pause=5.0, clock=lambda: self.now)


@pytest.fixture
def breaker() -> Timed:
    return Timed()


@pytest.fixture
def crowd() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(THREADS) as threads:
        yield threads


def told(said: str | Down) -> tuple[str, bool]:
    """What is wrong, and whether that is news."""
    assert isinstance(said, Down)
    wrong = said.trouble
    return (wrong.setting if isinstance(wrong, Misconfigured) else wrong.reason), said.news


def opened(breaker: Timed, trouble: Trouble = SLOW) -> Service:
    """A service that failed for good five seconds ago: it may be tried now."""
    service = Service(trouble)
    for _ in range(3):
        breaker.ask(service)
    asked = service.asked
    assert isinstance(breaker.ask(service), Down)
    assert service.asked == asked
    breaker.now += 5.0
    return service


@pytest.mark.parametrize(("trouble", "asked"), [(SLOW, 3), (NO_KEY, 1)])
def test_failures_in_a_row_or_one_wrong_setting_end_it(breaker: Timed, trouble: Trouble, asked: int) -> None:
    service = Service(trouble)
    said = [told(breaker.ask(service)) for _ in range(5)]
    name = "timeout" if trouble is SLOW else "VISION_API_KEY"
    assert said == [(name, number == asked) for number in range(1, 6)]
    assert service.asked == asked


@pytest.mark.parametrize("between", ["fine", REFUSED], ids=["answered", "refused"])
def test_an_answer_between_failures_ends_the_row(breaker: Timed, between: str | Permanent) -> None:
    service = Service()
    for service.answer in (SLOW, SLOW, between, SLOW, SLOW, between, SLOW, "fine"):
        try:
            said = breaker.ask(service)
        except Permanent as failure:
            assert failure is between  # noqa: PT017 - either is said, as it is
    assert (service.asked, said) == (8, "fine")


def test_who_is_not_let_in_hears_when_to_come_again(breaker: Timed) -> None:
    opened(breaker, Transient("throttled", "too much", retry_after=7))
    breaker.now -= 3.5
    said = breaker.ask(Service())
    assert isinstance(said, Down)
    error = said.error()
    assert isinstance(error, Transient)
    assert (error.reason, str(error), error.retry_after) == ("throttled", "too much", 3.5)


def test_after_the_pause_one_answer_is_enough_and_a_failure_makes_all_wait_again(breaker: Timed) -> None:
    service = opened(breaker)
    assert told(breaker.ask(service)) == ("timeout", True)
    breaker.now += 4.9
    assert told(breaker.ask(service)) == ("timeout", False)
    assert service.asked == 4
    breaker.now += 0.1
    service.answer = "fine"
    assert [breaker.ask(service) for _ in range(3)] == ["fine"] * 3
    service.answer = SLOW
    assert [told(breaker.ask(service))[1] for _ in range(3)] == [False, False, True]


@pytest.mark.parametrize("answer", [REFUSED, RuntimeError("unforeseen")], ids=["refused", "broken off"])
def test_after_what_is_no_trouble_the_next_may_ask(breaker: Timed, answer: Exception) -> None:
    service = opened(breaker)
    service.answer = answer
    for _ in range(2):
        with pytest.raises(type(answer)):
            breaker.ask(service)


@TROUBLES
def test_of_many_one_tries_and_nobody_waits(
    breaker: Timed, crowd: ThreadPoolExecutor, trouble: Trouble
) -> None:
    service, go = opened(breaker, trouble), threading.Event()
    before, together = service.asked, threading.Barrier(THREADS, timeout=PATIENCE)
    turned_away = threading.Semaphore(0)
    service.answer, service.meanwhile = "fine", lambda: go.wait(PATIENCE)

    def come() -> str | Down:
        together.wait()
        said = breaker.ask(service)
        turned_away.release()
        return said

    many: list[Future[str | Down]] = [crowd.submit(come) for _ in range(THREADS)]
    for _ in range(THREADS - 1):
        assert turned_away.acquire(timeout=PATIENCE), "while one tries, the others have their answers"
    go.set()
    said = [each.result(PATIENCE) for each in many]
    assert said.count("fine") == service.asked - before == 1
    assert {told(each)[1] for each in said if each != "fine"} == {False}


@TROUBLES
def test_failures_at_once_are_news_once(breaker: Timed, crowd: ThreadPoolExecutor, trouble: Trouble) -> None:
    service = Service(trouble)
    service.meanwhile = threading.Barrier(THREADS, timeout=PATIENCE).wait
    many = [crowd.submit(breaker.ask, service) for _ in range(THREADS)]
    assert [told(each.result(PATIENCE))[1] for each in many].count(True) == 1


@pytest.mark.usefixtures("no_collector")
@TROUBLES
def test_nothing_of_a_question_is_kept(breaker: Timed, trouble: Trouble) -> None:
    def ask() -> weakref.ref[threading.Event]:
        photo = threading.Event()

        def question() -> bool:
            if isinstance(trouble, Misconfigured):
                raise Misconfigured(trouble.setting, trouble.advice)
            raise Transient(trouble.reason, f"{photo.is_set()}")

        said = breaker.ask(question)
        assert isinstance(said, Down)
        with pytest.raises((Transient, Misconfigured)):
            raise said.error()
        return weakref.ref(photo)

    assert [ask()() for _ in range(4)] == [None] * 4
