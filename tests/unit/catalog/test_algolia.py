"""What a search tells Algolia about the shopper, and what it makes of answers that are none."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from shared.catalog.algolia import AlgoliaCatalog, AlgoliaIndex, connect
from shared.errors import Transient
from shared.model import Refinement
from tests.queries import asking

QUERY = asking(Shoe=9)


class Recorder(ThreadingHTTPServer):
    """Answers every request with `answer`, and keeps the headers and bodies that came."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Recording)
        self.answer = json.dumps({"hits": [], "nbHits": 0}).encode()
        self.asked: list[tuple[dict[str, str], Any]] = []

    def finder(self) -> AlgoliaCatalog:
        index = AlgoliaIndex("APP", "search-key", "products", (f"http://127.0.0.1:{self.server_port}",))
        return connect(index, deadline=5.0)


class _Recording(BaseHTTPRequestHandler):
    server: Recorder

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.asked.append((headers, json.loads(body)))
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.server.answer)))
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    with Recorder() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_the_shopper_is_named_to_algolia(recorder: Recorder) -> None:
    recorder.finder().find(QUERY, Refinement(user_token="t-1", client="203.0.113.9"))  # noqa: S106 a name
    [(headers, _)] = recorder.asked
    assert (headers["x-algolia-usertoken"], headers["x-forwarded-for"]) == ("t-1", "203.0.113.9")


def test_nobody_is_named_where_nobody_is_known(recorder: Recorder) -> None:
    recorder.finder().find(QUERY, Refinement())
    [(headers, body)] = recorder.asked
    assert not {"x-algolia-usertoken", "x-forwarded-for"} & headers.keys()
    assert headers["x-algolia-api-key"] == "search-key"
    assert body["optionalFilters"] == QUERY.filters("label")


def test_counting_labels_is_no_search_of_a_shopper(recorder: Recorder) -> None:
    assert recorder.finder().counts().records == 0
    [(_, body)] = recorder.asked
    assert (body["analytics"], body["hitsPerPage"], body["attributesToRetrieve"]) == (False, 1, [])


def test_an_answer_that_is_no_json_is_trouble_on_the_way(recorder: Recorder) -> None:
    recorder.answer = b"<html>busy</html>"
    with pytest.raises(Transient):
        recorder.finder().find(QUERY, Refinement())
