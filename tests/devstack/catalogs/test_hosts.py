"""Hosts of pictures are asked politely."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Event

import pytest

from devstack.catalogs.hosts import MAX_WAIT, PoliteHosts
from devstack.catalogs.wrong import Wrong
from shared.errors import Failure, Permanent, Transient
from tests.outside import eventually

LINK, OTHER = "https://cdn.example/1.jpg", "https://img.example/1.jpg"


class Host:
    """Fails as told, then has pictures; keeps when it was asked for what."""

    def __init__(self, *failures: Failure) -> None:
        self._failures: Iterator[Failure] = iter(failures)
        self.asked: list[tuple[str, float]] = []

    def fetch(self, link: str) -> bytes:
        self.asked.append((link, time.monotonic()))
        if link == LINK and (failure := next(self._failures, None)):
            raise failure
        return b"picture"

    @property
    def pauses(self) -> list[float]:
        times = [at for link, at in self.asked if link == LINK]
        return [after - before for before, after in pairwise(times)]


def busy(retry_after: float | None = None) -> Transient:
    return Transient("picture-unreachable", "cdn.example answers with 429", retry_after=retry_after)


def polite(host: Host, stop: Event | None = None, pause: float = 60.0) -> PoliteHosts:
    return PoliteHosts(host.fetch, stop or Event(), waits=(0.01, 0.02), pause=pause)


def test_a_host_in_trouble_is_asked_again_after_longer_and_longer_pauses() -> None:
    host = Host(busy(), busy())
    assert polite(host).fetch(LINK) == b"picture"
    assert [pause >= least for pause, least in zip(host.pauses, (0.01, 0.02), strict=True)] == [True, True]


def test_a_host_is_left_alone_as_long_as_it_asks_by_all_threads_and_no_other_is() -> None:
    host = Host(busy(retry_after=0.5))
    hosts = polite(host)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(hosts.fetch, LINK)
        time.sleep(0.1)
        second = pool.submit(hosts.fetch, LINK + "?2")
        hosts.fetch(OTHER)
        assert not first.done()
        assert [first.result(), second.result()] == [b"picture"] * 2
    began = host.asked[0][1]
    assert all(at - began >= 0.5 for link, at in host.asked[1:] if link != OTHER)


def test_tries_are_bounded_and_a_long_wish_is_not_waited_for() -> None:
    for failures, tries in (([busy()] * 9, 3), ([busy(retry_after=MAX_WAIT + 1)], 1)):
        host = Host(*failures)
        with pytest.raises(Transient) as caught:
            polite(host).fetch(LINK)
        assert Wrong.of(caught.value) is Wrong.HOST_DOWN
        assert len(host.asked) == tries


def test_a_host_that_is_down_is_not_asked_for_each_of_its_pictures() -> None:
    host = Host(*[busy()] * 1_000)
    hosts = polite(host)
    for _ in range(20):
        with pytest.raises(Transient, match="429"):
            hosts.fetch(LINK)
    assert len(host.asked) == 9
    assert hosts.fetch(OTHER) == b"picture"


def test_a_host_that_is_up_again_is_asked_again() -> None:
    host = Host(*[busy()] * 9)
    hosts = polite(host, pause=0.05)
    for _ in range(3):
        with pytest.raises(Transient):
            hosts.fetch(LINK)
    time.sleep(0.06)
    assert hosts.fetch(LINK) == b"picture"


def test_a_picture_that_is_gone_is_asked_for_once() -> None:
    host = Host(Permanent("picture-unreachable", "cdn.example answers with 404"))
    with pytest.raises(Permanent):
        polite(host).fetch(LINK)
    assert len(host.asked) == 1


def test_stopping_ends_a_pause() -> None:
    stop = Event()
    host = Host(busy(retry_after=30))
    hosts = polite(host, stop)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(hosts.fetch, LINK)
        eventually(lambda: host.asked, bool)
        stop.set()
        assert waiting.result(timeout=5) == b"picture"


@pytest.mark.parametrize(
    ("error", "wrong"),
    [
        (Transient("picture-slow", "x"), Wrong.PICTURE_SLOW),
        (Permanent("too-costly", "x"), Wrong.TOO_COSTLY),
        (Transient("busy", "x"), Wrong.NOT_NOW),
        (Transient("decoder-ended", "x"), Wrong.NOT_NOW),
    ],
)
def test_what_time_and_memory_make_wrong_has_its_kind(error: Failure, wrong: Wrong) -> None:
    assert Wrong.of(error) is wrong
