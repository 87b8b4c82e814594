"""How much one client, and all of them together, may ask of an instance of the search function."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from devstack import recipes
from devstack.processes import Processes
from devstack.serving import Fault
from devstack.stack import LocalStack
from tests.outside import Outside, eventually
from tests.pictures import jpeg

PLATFORM, OTHER = "198.51.100.7", "198.51.100.8"
HOPS = {"FORWARDED_HOPS": "1"}
ADMITTED = 3
"""Requests that are let in where one search works at a time: two wait, for not more than two seconds."""

Start = Callable[[Mapping[str, str]], str]


@contextmanager
def instance(stack: LocalStack, env: Mapping[str, str], run_dir: Path) -> Iterator[str]:
    """Another instance of the function beside the stack; yields its address."""
    processes = Processes(run_dir)
    try:
        [command] = processes.start(
            lambda: recipes.function("search", "http", {**stack.search_env(), **env}, threads=32)
        )
        yield f"http://127.0.0.1:{command.ports[0]}"
    finally:
        processes.end()


@pytest.fixture
def start(stack: LocalStack, outside: Outside, tmp_path: Path) -> Iterator[Start]:
    outside.seed([{"objectID": "l1", "labels": [{"description": "Boot", "score": 0.9}]}])
    with ExitStack() as running:
        yield lambda env: running.enter_context(instance(stack, env, tmp_path))


def similar(url: str, forwarded: str) -> requests.Response:
    return requests.get(f"{url}/similar/l1", headers={"X-Forwarded-For": forwarded}, timeout=10)


def search(url: str, photo: bytes) -> requests.Response:
    return requests.post(url, files={"image": photo}, timeout=20)


def refused(answer: requests.Response) -> tuple[int, int]:
    """Status of a problem and the seconds to wait."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code
    return answer.status_code, int(answer.headers["Retry-After"])


@pytest.mark.parametrize(
    ("hops", "behind"), [("1", PLATFORM), ("2", f"{PLATFORM}, 192.0.2.1"), ("0", ""), ("1", "no address")]
)
def test_a_client_cannot_pass_for_others(start: Start, hops: str, behind: str) -> None:
    url = start({"CLIENT_RATE": "1", "CLIENT_BURST": "3", "FORWARDED_HOPS": hops})
    invented = [f"203.0.113.{number}, {behind}" for number in range(5)]
    answers = [similar(url, header) for header in invented]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    _, seconds = refused(answers[-1])
    assert 50 < seconds <= 60
    assert requests.get(f"{url}/healthz", timeout=5).status_code == 200


def test_another_client_is_served_until_all_of_them_are_too_many(start: Start) -> None:
    url = start({"CLIENT_RATE": "1", "CLIENT_BURST": "2", "TOTAL_RATE": "36"} | HOPS)
    statuses = [similar(url, client).status_code for client in (PLATFORM, PLATFORM, PLATFORM, OTHER, OTHER)]
    assert statuses == [200, 200, 429, 200, 429]


def test_waiting_as_long_as_told_helps(start: Start) -> None:
    url = start({"CLIENT_RATE": "60", "CLIENT_BURST": "1"} | HOPS)
    assert similar(url, PLATFORM).status_code == 200
    _, seconds = refused(similar(url, PLATFORM))
    time.sleep(seconds)
    assert similar(url, PLATFORM).status_code == 200


def test_a_photo_of_who_is_refused_is_not_looked_at(outside: Outside, start: Start) -> None:
    url = start({"CLIENT_RATE": "1", "CLIENT_BURST": "1"} | HOPS)
    assert search(url, jpeg(seed=900)).status_code == 200
    before = outside.vision_calls()
    assert refused(search(url, jpeg(seed=901)))[0] == 429
    assert outside.vision_calls() == before


def test_more_searches_than_there_are_places_are_asked_to_come_again(
    stack: LocalStack, outside: Outside, start: Start
) -> None:
    url = start({"MAX_CONCURRENT_SEARCHES": "1"})
    assert search(url, jpeg(seed=910)).status_code == 200
    before = outside.vision_calls()
    stack.set_faults("recognizer", Fault(latency_ms=1_500))
    with ThreadPoolExecutor(5) as threads:
        answers = list(threads.map(lambda seed: search(url, jpeg(seed)), range(911, 916)))
    turned_away = [answer for answer in answers if answer.status_code != 200]
    assert {refused(answer) for answer in turned_away} == {(503, 1)}
    assert outside.vision_calls() - before == len(answers) - len(turned_away) <= ADMITTED
    assert search(url, jpeg(seed=916)).status_code == 200


def begun(url: str, length: int) -> socket.socket:
    """A request whose body is as long as said, of which only the first kilobyte ever comes."""
    connection = socket.create_connection(("127.0.0.1", urlsplit(url).port or 0), timeout=10)
    head = f"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\nContent-Length: {length}\r\n\r\n"
    connection.sendall(head.encode() + bytes(1_000))
    return connection


def test_who_is_refused_is_told_before_the_photo_has_come(start: Start) -> None:
    url = start({"CLIENT_RATE": "1", "CLIENT_BURST": "1"})
    assert search(url, jpeg(seed=919)).status_code == 200
    with closing(begun(url, 15_000_000)) as refused_client:
        assert refused_client.recv(100).startswith(b"HTTP/1.1 429 ")


def test_who_hangs_up_leaves_a_place(start: Start) -> None:
    url = start({"CLIENT_CONCURRENCY": "2"})
    with closing(begun(url, 100_000)), closing(begun(url, 100_000)):
        eventually(lambda: search(url, jpeg(seed=920)).status_code, lambda status: status == 429)
    eventually(lambda: search(url, jpeg(seed=920)).status_code, lambda status: status == 200, patience=5)


def test_a_slow_sender_keeps_nobody_else_from_searching(start: Start) -> None:
    url = start({})
    with closing(begun(url, 15_000_000)):
        assert search(url, jpeg(seed=930)).status_code == 200


def test_a_few_slow_senders_keep_nobody_else_from_searching(start: Start) -> None:
    url = start({})
    with ExitStack() as slow:
        for length in (15_000_000, 15_000_000, 2_000_000):
            slow.enter_context(closing(begun(url, length)))
        time.sleep(0.5)
        assert search(url, jpeg(seed=931)).status_code == 200


def test_who_finds_no_memory_for_a_photo_is_asked_to_come_again(start: Start) -> None:
    url = start({})
    assert search(url, jpeg(seed=932)).status_code == 200
    with ExitStack() as slow:
        for _ in range(3):
            slow.enter_context(closing(begun(url, 15_000_000))).sendall(bytes(10_500_000))
        time.sleep(0.5)
        assert refused(search(url, jpeg(seed=933) + bytes(5_000_000))) == (503, 1)
    assert search(url, jpeg(seed=934)).status_code == 200
