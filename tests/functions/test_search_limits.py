"""How much one client, and all of them together, may ask of an instance of the search function."""

from __future__ import annotations

import itertools
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from select import select
from urllib.parse import urlsplit

import pytest
import requests

from devstack.serving import Fault
from devstack.stack import LocalStack
from tests.functions.instances import instance, search
from tests.outside import Outside, eventually
from tests.pictures import jpeg

HOPS = {"FORWARDED_HOPS": "1"}
ADMITTED = 3
"""Requests that are let in where one search works at a time: two wait, for not more than two seconds."""

ASKED = 5
"""Fewer than a client may ask at once."""

photos = (jpeg(seed) for seed in itertools.count(900))
addresses = (f"198.51.100.{number}" for number in itertools.count(1))


@pytest.fixture(scope="module", autouse=True)
def seeded(outside: Outside) -> None:
    outside.seed([{"objectID": "l1", "labels": [{"description": "Boot", "score": 0.9}]}])


@pytest.fixture(scope="module")
def strict(stack: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An instance that lets a client in three times at first, and once a minute."""
    env = {"CLIENT_RATE": "1", "CLIENT_BURST": "3", **HOPS}
    with instance(stack, env, tmp_path_factory.mktemp("strict")) as url:
        yield url


@pytest.fixture(scope="module")
def roomy(stack: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An instance that takes two requests of a client at a time."""
    with instance(stack, {"CLIENT_CONCURRENCY": "2", **HOPS}, tmp_path_factory.mktemp("roomy")) as url:
        yield url


def similar(url: str, forwarded: str) -> requests.Response:
    return requests.get(f"{url}/similar/l1", headers={"X-Forwarded-For": forwarded}, timeout=10)


def refused(answer: requests.Response) -> tuple[int, int]:
    """Status of a problem and the seconds to wait."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code
    return answer.status_code, int(answer.headers["Retry-After"])


@pytest.mark.parametrize("behind", [next(addresses), "no address"])
def test_a_client_cannot_pass_for_others(strict: str, behind: str) -> None:
    answers = [similar(strict, f"203.0.113.{number}, {behind}") for number in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    _, seconds = refused(answers[-1])
    assert 50 < seconds <= 60
    assert requests.get(f"{strict}/healthz", timeout=5).status_code == 200


def begun(url: str, length: int, address: str) -> socket.socket:
    """A request whose body is as long as said, of which only the first kilobyte ever comes."""
    connection = socket.create_connection(("127.0.0.1", urlsplit(url).port or 0), timeout=10)
    fields = f"Content-Type: image/jpeg\r\nContent-Length: {length}\r\nX-Forwarded-For: {address}"
    connection.sendall(f"POST / HTTP/1.1\r\nHost: x\r\n{fields}\r\n\r\n".encode() + bytes(1_000))
    return connection


def test_who_is_refused_is_told_before_the_photo_has_come_which_nobody_looks_at(
    outside: Outside, strict: str
) -> None:
    before, client = outside.vision_calls(), next(addresses)
    while similar(strict, client).status_code != 429:
        pass
    with closing(begun(strict, 15_000_000, client)) as refused_client:
        assert refused_client.recv(100).startswith(b"HTTP/1.1 429 ")
    assert outside.vision_calls() == before


def test_another_client_is_served_until_all_of_them_are_too_many(stack: LocalStack, tmp_path: Path) -> None:
    one, other = next(addresses), next(addresses)
    with instance(
        stack, {"CLIENT_RATE": "1", "CLIENT_BURST": "2", "TOTAL_RATE": "36"} | HOPS, tmp_path
    ) as url:
        statuses = [similar(url, client).status_code for client in (one, one, one, other, other)]
    assert statuses == [200, 200, 429, 200, 429]


def test_more_searches_than_there_are_places_are_asked_to_come_again(
    stack: LocalStack, outside: Outside, tmp_path: Path
) -> None:
    with instance(stack, {"MAX_CONCURRENT_SEARCHES": "1"}, tmp_path) as url:
        assert search(url, next(photos)).status_code == 200
        before = outside.vision_calls()
        stack.set_faults("recognizer", Fault(latency_ms=1_500))
        with ThreadPoolExecutor(5) as threads:
            answers = list(threads.map(lambda photo: search(url, photo), itertools.islice(photos, 5)))
        turned_away = [answer for answer in answers if answer.status_code != 200]
        assert {refused(answer) for answer in turned_away} == {(503, 1)}
        assert outside.vision_calls() - before == len(answers) - len(turned_away) <= ADMITTED
        assert search(url, next(photos)).status_code == 200


def test_who_hangs_up_leaves_a_place(roomy: str) -> None:
    def refused_beside_two() -> str | None:
        client = next(addresses)
        with closing(begun(roomy, 100_000, client)), closing(begun(roomy, 100_000, client)):
            statuses = [similar(roomy, client).status_code for _ in range(ASKED)]
        return client if 429 in statuses else None

    # On a busy machine both may be told that they are too slow before anyone else is heard.
    client = eventually(refused_beside_two, lambda client: client is not None)
    eventually(lambda: similar(roomy, client or "").status_code, lambda status: status == 200, patience=5)


def test_a_few_slow_senders_keep_nobody_else_from_searching(roomy: str) -> None:
    with ExitStack() as slow:
        for length in (15_000_000, 15_000_000, 2_000_000):
            slow.enter_context(closing(begun(roomy, length, next(addresses))))
        time.sleep(0.5)
        assert search(roomy, next(photos)).status_code == 200


def test_who_holds_the_memory_that_a_photo_lacks_and_lets_it_wait_is_asked_to_come_again(roomy: str) -> None:
    with ExitStack() as closed:
        slow = [closed.enter_context(closing(begun(roomy, 15_000_000, next(addresses)))) for _ in range(3)]
        for connection in slow:
            connection.sendall(bytes(10_500_000))
        time.sleep(0.5)
        assert search(roomy, next(photos) + bytes(5_000_000)).status_code == 200
        answered, _, _ = select(slow, [], [], 0)
        assert [connection.recv(12) for connection in answered] == [b"HTTP/1.1 503"]
    assert search(roomy, next(photos)).status_code == 200
