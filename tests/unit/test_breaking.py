from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from shared.breaking import Breaker, Down
from shared.errors import Misconfigured, Permanent, Transient

SLOW = Transient("timeout", "too slow")
THROTTLED = Transient("throttled", "too much", retry_after=7)
NO_KEY = Misconfigured("VISION_API_KEY", "write one")
REFUSED = Permanent("bad-picture", "no picture")
PATIENCE = 30.0
THREADS = 8


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


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(failures=3, pause=5.0, clock=clock)


@pytest.fixture
def crowd() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(THREADS) as threads:
        yield threads


def told(said: str | Down) -> tuple[str, bool]:
    """What is wrong, and whether that is news."""
    assert isinstance(said, Down)
    wrong = said.trouble
    return (wrong.setting if isinstance(wrong, Misconfigured) else wrong.reason), said.news


def opened(breaker: Breaker, service: Service) -> None:
    for _ in range(3):
        breaker.ask(service)
    before = service.asked
    assert isinstance(breaker.ask(service), Down)
    assert service.asked == before


def test_failures_in_a_row_end_the_asking(breaker: Breaker) -> None:
    service = Service(SLOW)
    said = [told(breaker.ask(service)) for _ in range(5)]
    assert said == [("timeout", news) for news in (False, False, True, False, False)]
    assert service.asked == 3


@pytest.mark.parametrize("between", ["fine", REFUSED], ids=["answered", "refused"])
def test_an_answer_between_failures_ends_the_row(breaker: Breaker, between: str | Permanent) -> None:
    service = Service()
    for service.answer in (SLOW, SLOW, between, SLOW, SLOW, between, SLOW, "fine"):
        try:
            said = breaker.ask(service)
        except Permanent as failure:
            assert failure is between  # noqa: PT017 - either is said, as it is
    assert (service.asked, said) == (8, "fine")


def test_a_wrong_setting_ends_the_asking_at_once(breaker: Breaker) -> None:
    service = Service(NO_KEY)
    assert [told(breaker.ask(service)) for _ in range(3)] == [
        ("VISION_API_KEY", True),
        ("VISION_API_KEY", False),
        ("VISION_API_KEY", False),
    ]
    assert service.asked == 1


def test_who_is_not_let_in_hears_when_to_come_again(breaker: Breaker, clock: Clock) -> None:
    opened(breaker, Service(THROTTLED))
    clock.now += 1.5
    said = breaker.ask(Service())
    assert isinstance(said, Down)
    error = said.error()
    assert isinstance(error, Transient)
    assert (error.reason, str(error), error.retry_after) == ("throttled", "too much", 3.5)


def test_after_the_pause_one_answer_is_enough(breaker: Breaker, clock: Clock) -> None:
    service = Service(SLOW)
    opened(breaker, service)
    clock.now += 5.0
    service.answer = "fine"
    assert [breaker.ask(service) for _ in range(3)] == ["fine"] * 3
    service.answer = SLOW
    assert [told(breaker.ask(service))[1] for _ in range(3)] == [False, False, True]


def test_a_refused_picture_is_an_answer_of_the_service(breaker: Breaker, clock: Clock) -> None:
    opened(breaker, Service(SLOW))
    clock.now += 5.0
    with pytest.raises(Permanent):
        breaker.ask(Service(REFUSED))
    assert breaker.ask(Service()) == "fine"


def test_a_try_that_fails_makes_all_wait_for_another_pause(breaker: Breaker, clock: Clock) -> None:
    service = Service(SLOW)
    opened(breaker, service)
    clock.now += 5.0
    assert told(breaker.ask(service)) == ("timeout", True)
    clock.now += 4.9
    assert told(breaker.ask(service)) == ("timeout", False)
    assert service.asked == 4
    clock.now += 0.1
    service.answer = "fine"
    assert breaker.ask(service) == "fine"


def test_a_try_that_breaks_off_lets_the_next_one_try(breaker: Breaker, clock: Clock) -> None:
    service = Service(SLOW)
    opened(breaker, service)
    clock.now += 5.0
    service.answer = RuntimeError("unforeseen")
    for _ in range(2):
        with pytest.raises(RuntimeError):
            breaker.ask(service)


@pytest.mark.parametrize("trouble", [SLOW, NO_KEY], ids=["slow", "no key"])
def test_one_tries_and_nobody_waits_for_it(
    breaker: Breaker, clock: Clock, crowd: ThreadPoolExecutor, trouble: Transient | Misconfigured
) -> None:
    service, begun, go = Service(trouble), threading.Event(), threading.Event()
    opened(breaker, service)
    before = service.asked
    clock.now += 5.0

    def held() -> None:
        begun.set()
        assert go.wait(PATIENCE)

    service.answer, service.meanwhile = "fine", held
    trying = crowd.submit(breaker.ask, service)
    assert begun.wait(PATIENCE)
    others = [crowd.submit(breaker.ask, service) for _ in range(THREADS - 1)]
    assert {told(other.result(PATIENCE))[1] for other in others} == {False}
    go.set()
    assert trying.result(PATIENCE) == "fine"
    assert service.asked == before + 1


def test_of_many_who_come_after_the_pause_only_one_is_let_in(
    breaker: Breaker, clock: Clock, crowd: ThreadPoolExecutor
) -> None:
    service, go = Service(SLOW), threading.Event()
    opened(breaker, service)
    clock.now += 5.0
    together = threading.Barrier(THREADS, timeout=PATIENCE)
    service.answer, service.meanwhile = "fine", lambda: go.wait(PATIENCE)

    def come() -> str | Down:
        together.wait()
        return breaker.ask(service)

    many: list[Future[str | Down]] = [crowd.submit(come) for _ in range(THREADS)]
    while sum(each.done() for each in many) < THREADS - 1:
        threading.Event().wait(0.01)
    go.set()
    assert [each.result() for each in many].count("fine") == 1
    assert service.asked == 4


@pytest.mark.parametrize("trouble", [SLOW, NO_KEY], ids=["slow", "no key"])
def test_many_failures_at_once_are_news_once(
    breaker: Breaker, crowd: ThreadPoolExecutor, trouble: Transient | Misconfigured
) -> None:
    service = Service(trouble)
    service.meanwhile = threading.Barrier(THREADS, timeout=PATIENCE).wait
    many = [crowd.submit(breaker.ask, service) for _ in range(THREADS)]
    assert [told(each.result(PATIENCE))[1] for each in many].count(True) == 1


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize("trouble", [SLOW, NO_KEY], ids=["slow", "no key"])
def test_nothing_of_a_question_is_kept(breaker: Breaker, trouble: Transient | Misconfigured) -> None:
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
