"""Clients that send or read slowly, or more than is wanted, at the deployed threads and limits."""

from __future__ import annotations

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

pytestmark = pytest.mark.alone
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


@pytest.mark.parametrize("many", [False, True], ids=["from one address", "from many"])
@pytest.mark.parametrize("kind", KINDS)
def test_shoppers_are_served_beside_hostile_clients(
    stack: LocalStack, url: str, kind: str, *, many: bool
) -> None:
    before = Outside(stack).vision_calls()
    with hostile(urlsplit(url).port or 0, KINDS[kind], many=many) as seen, closing(shopper()) as shopping:
        for _ in range(SEARCHES):
            photo, headers = {"image": jpeg(next(seeds))}, {"X-Forwarded-For": address()}
            assert shopping.post(url, files=photo, headers=headers, timeout=30).status_code == 200
            assert requests.get(f"{url}/healthz", timeout=30).status_code == 200
    assert seen.opened >= KINDS[kind].connections
    assert set(seen.answers) <= {0, 200, 404, 408, 429, 503}
    assert Outside(stack).vision_calls() - before == SEARCHES


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
        for _ in range(AT_ONCE):
            sending.enter_context(closing(begun(url, TOO_MANY)))
        eventually(lambda: similar(url, TOO_MANY), lambda status: status == 429)
        yield


def begun(url: str, address: str) -> socket.socket:
    """A request of which only the first byte ever comes."""
    connection = socket.create_connection(("127.0.0.1", urlsplit(url).port or 0), timeout=20)
    fields = f"X-Forwarded-For: {address}\r\nContent-Length: 100\r\nContent-Type: image/jpeg"
    connection.sendall(f"POST / HTTP/1.1\r\nHost: x\r\n{fields}\r\n\r\n!".encode())
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
        assert early.headers["Content-Type"] == "application/problem+json"


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


def test_a_slow_sender_is_told_and_its_connection_closed(url: str) -> None:
    with closing(begun(url, "198.51.100.11")) as slow:
        answer = HTTPResponse(slow)
        answer.begin()
        told = json.load(answer)
    assert (answer.status, answer.headers["Content-Type"]) == (408, "application/problem+json")
    assert answer.headers["Connection"] == "close"
    assert "32768 bytes each 4 s" in told["detail"]
