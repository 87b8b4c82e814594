"""Clients that send or read slowly, or more than is wanted, at the deployed threads and limits."""

from __future__ import annotations

import gzip
import json
import socket
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from http.client import HTTPResponse
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from devstack.bench.search.hostile import KINDS, exposed, hostile
from devstack.stack import LocalStack
from shared.settings import SearchSettings
from tests.outside import Outside, eventually
from tests.pictures import jpeg

SEARCHES = 10
AGAIN = 6
AT_ONCE = SearchSettings.variables()["CLIENT_CONCURRENCY"].default
TOO_OFTEN, TOO_MANY = "198.51.100.9", "198.51.100.10"

seeds = count(2_000)
strangers = (f"10.0.{high}.{low}" for high in range(256) for low in range(256))
address = strangers.__next__


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """Who has asked too often stays so for a while."""
    with exposed(tmp_path_factory.mktemp("stack"), CLIENT_RATE="1") as running:
        assert similar(running.endpoints.search_url, "198.51.100.1") == 200
        yield running


@pytest.fixture
def url(stack: LocalStack) -> str:
    return stack.endpoints.search_url


def shopper() -> requests.Session:
    """A client that comes again when it is told to."""
    session = requests.Session()
    patient = Retry(total=5, status_forcelist=[503], allowed_methods=None, respect_retry_after_header=True)
    session.mount("http://", HTTPAdapter(max_retries=patient))
    return session


def similar(url: str, address: str) -> int:
    headers = {"X-Forwarded-For": address}
    return requests.get(f"{url}/similar/large", headers=headers, timeout=20).status_code


NOT_COUNTED = {"after a refusal", "at the end", "in the header", "before the header"}
"""Where nobody looks at addresses."""


@pytest.mark.parametrize(
    ("kind", "many"),
    [(kind, many) for kind in KINDS for many in ([False] if kind in NOT_COUNTED else [False, True])],
    ids=lambda value: {False: "from one address", True: "from many"}.get(value, value),
)
def test_shoppers_are_served_beside_hostile_clients(
    stack: LocalStack, url: str, kind: str, *, many: bool
) -> None:
    before, asked_again = Outside(stack).vision_calls(), 0
    with hostile(urlsplit(url).port or 0, KINDS[kind], many=many) as seen, closing(shopper()) as shopping:
        for _ in range(SEARCHES):
            photo, headers = {"image": jpeg(next(seeds))}, {"X-Forwarded-For": address()}
            answer = shopping.post(url, files=photo, headers=headers, timeout=30)
            assert answer.status_code == 200
            asked_again += len((answer.raw.retries or Retry()).history)
            assert requests.get(f"{url}/healthz", timeout=30).status_code == 200
    assert seen.opened >= KINDS[kind].connections
    assert asked_again <= 1
    assert set(seen.answers) <= {0, 200, 400, 404, 408, 429, 503}
    assert Outside(stack).vision_calls() - before == SEARCHES


PROBLEM = "application/problem+json"
JPEG, FORM = {"Content-Type": "image/jpeg"}, {"Content-Type": "multipart/form-data; boundary=shop"}
PARTS = b'--shop\r\nContent-Disposition: form-data; name="n"\r\n\r\nv\r\n' * 200
LARGE, TOO_LARGE = bytes(1_500_000), bytes(16_000_000)

EARLY: Mapping[str, tuple[int, str, str, dict[str, str], bytes]] = {
    "no such path": (404, "POST", "/nowhere", JPEG, LARGE),
    "a path of the framework's own": (404, "POST", "/robots.txt", JPEG, LARGE),
    "no such product": (404, "GET", "/similar/", {}, LARGE),
    "another method": (405, "PUT", "/", JPEG, LARGE),
    "another page": (403, "POST", "/", {**JPEG, "Origin": "https://other.example"}, LARGE),
    "no picture": (415, "POST", "/", {"Content-Type": "text/plain"}, LARGE),
    "no boundary": (400, "POST", "/", {"Content-Type": "multipart/form-data"}, LARGE),
    "too large": (413, "POST", "/", JPEG, TOO_LARGE),
    "too many fields": (413, "POST", "/", FORM, PARTS + LARGE),
    "too often": (429, "POST", "/", {**JPEG, "X-Forwarded-For": TOO_OFTEN}, LARGE),
    "too many at once": (429, "POST", "/", {**JPEG, "X-Forwarded-For": TOO_MANY}, LARGE),
    "health": (200, "GET", "/healthz", {}, LARGE),
    "description": (200, "GET", "/openapi.json", {}, LARGE),
    "methods": (204, "OPTIONS", "/", {}, LARGE),
    "only the head": (200, "HEAD", "/healthz", {}, LARGE),
}
"""Answers before the body was read, and what they are given to: method, path, fields, and body."""


@pytest.fixture
def refused(url: str) -> Iterator[None]:
    """One address has asked too often, and another is about to send as often at a time as it may."""
    while similar(url, TOO_OFTEN) != 429:
        pass
    with ExitStack() as sending:

        def refused_beside_all() -> int:
            for _ in range(AT_ONCE):
                sending.enter_context(closing(begun(url, TOO_MANY)))
            return similar(url, TOO_MANY)

        # On a busy machine the first ones may be told that they are too slow before anyone else is heard.
        eventually(refused_beside_all, lambda status: status == 429)
        yield


ANNOUNCED, CHUNKED = "Content-Length: 100\r\n", "Transfer-Encoding: chunked\r\n"


def begun(url: str, address: str, fields: str = ANNOUNCED, body: bytes = b"!") -> socket.socket:
    """A request of which nothing comes after the first byte, or more."""
    connection = socket.create_connection(("127.0.0.1", urlsplit(url).port or 0), timeout=20)
    fields += f"X-Forwarded-For: {address}\r\nContent-Type: image/jpeg\r\n"
    connection.sendall(f"POST / HTTP/1.1\r\nHost: x\r\n{fields}\r\n".encode() + body)
    return connection


@pytest.mark.usefixtures("refused")
@pytest.mark.parametrize("kind", EARLY)
@pytest.mark.parametrize("chunked", [False, True], ids=["announced", "in chunks"])
def test_an_early_answer_never_costs_the_next_request(url: str, kind: str, *, chunked: bool) -> None:
    status, method, path, fields, content = EARLY[kind]
    with requests.Session() as client:
        answers = Counter[tuple[int, int]]()
        for _ in range(AGAIN):
            data = iter([content]) if chunked else content
            headers = {"X-Forwarded-For": address(), **fields}
            early = client.request(method, url + path, data=data, headers=headers, timeout=20)
            answers[early.status_code, client.get(f"{url}/healthz", timeout=20).status_code] += 1
    assert answers == {(status, 200): AGAIN}
    if status >= 300 and path != "/robots.txt":
        assert early.headers["Content-Type"] == PROBLEM


@pytest.mark.usefixtures("refused")
def test_an_early_answer_never_costs_the_next_request_of_node(url: str) -> None:
    sent = {name: kind for name, kind in EARLY.items() if kind[1] in ("POST", "PUT") and kind[3] != FORM}
    kinds = (
        json.dumps((path, method, {"X-Forwarded-For": address(), **fields}, len(content)))
        for _, method, path, fields, content in sent.values()
    )
    words = ("node", str(Path(__file__).with_name("early_answers.mjs")), url, str(AGAIN // 2), *kinds)
    seen = json.loads(subprocess.run(words, capture_output=True, check=True, timeout=100).stdout)
    statuses = Counter(status for status, *_ in sent.values())
    assert seen == {f"{status} 200": times * (AGAIN // 2) for status, times in statuses.items()}


SLOW = {
    "in the body": (ANNOUNCED, b"!"),
    "in gzip": (ANNOUNCED + "Content-Encoding: gzip\r\n", gzip.compress(b"!")[:10]),
    "in a chunk": (CHUNKED, b"5\r\n!"),
    "behind a chunk": (CHUNKED, b"1\r\n!"),
    "in a chunk's size": (CHUNKED, b"1\r\n!\r\n5;"),
    "in the trailers": (CHUNKED, b"1\r\n!\r\n0\r\nX-Slow: "),
}


def told(connection: socket.socket) -> tuple[int, str]:
    """The status and the detail of a problem, after which the connection is closed."""
    with closing(connection):
        answer = HTTPResponse(connection)
        answer.begin()
        problem = json.load(answer)
    assert (answer.headers["Content-Type"], answer.headers["Connection"]) == (PROBLEM, "close")
    return answer.status, problem["detail"]


def test_a_slow_sender_is_told_and_its_connection_closed(url: str) -> None:
    sending = {where: begun(url, address(), *sent) for where, sent in SLOW.items()}
    for where, connection in sending.items():
        status, words = told(connection)
        assert (status, "32768 bytes each 4 s" in words) == (408, True), where


def test_who_sends_tiny_chunks_is_told_before_they_cost_much(url: str) -> None:
    """Each costs as much as a kilobyte in one of a usual size."""
    status, words = told(begun(url, address(), CHUNKED, b"1\r\n!\r\n" * 2_000))
    assert (status, "larger chunks" in words) == (400, True)


def test_small_chunks_bring_a_photo_too(url: str) -> None:
    photo = jpeg(next(seeds)) + bytes(100_000)
    tiny = [photo[at : at + 1] for at in range(500)]
    small = [photo[at : at + 200] for at in range(500, len(photo), 200)]
    headers = JPEG | {"X-Forwarded-For": address()}
    assert requests.post(url, data=iter([*tiny, *small]), headers=headers, timeout=20).status_code == 200
