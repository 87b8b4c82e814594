"""What a search tells Algolia, and what it makes of refusals and of answers that are none."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from shared.catalog.algolia import AlgoliaCatalog, AlgoliaIndex, connect
from shared.catalog.query import VisualQuery, search_params
from shared.errors import Permanent, Transient
from shared.model import Mode, Refinement
from tests.queries import asking, label, word

QUERY = asking(Shoe=9)


class Recorder(ThreadingHTTPServer):
    """Answers requests with `answer`, or 400 what `refuses` them; keeps the headers and bodies that came."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Recording)
        self.answer = json.dumps({"hits": [], "nbHits": 0}).encode()
        self.refuses: Callable[[Any], bool] = lambda _: False
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
        refused = self.server.refuses(self.server.asked[-1][1])
        answer = b'{"message": "not in your plan", "status": 400}' if refused else self.server.answer
        self.send_response(400 if refused else 200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

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


@pytest.mark.parametrize(
    ("labels", "more", "complete"),
    [
        (2, {}, True),
        (999, {"exhaustive": {"facetsCount": True}}, True),
        (1_000, {}, False),
        (2, {"exhaustive": {"facetsCount": False}}, False),
        (0, {}, False),
    ],
)
def test_counts_say_whether_they_are_of_all_labels(
    recorder: Recorder, labels: int, more: dict[str, object], *, complete: bool
) -> None:
    facets = {"labels.description": {f"Label {number}": 1 for number in range(labels)}}
    recorder.answer = json.dumps({"hits": [], "nbHits": 9, "facets": facets, **more}).encode()
    counts = recorder.finder().counts()
    assert (counts.records, len(counts.by_label), counts.complete) == (9, labels, complete)


def test_an_answer_that_is_no_json_is_trouble_on_the_way(recorder: Recorder) -> None:
    recorder.answer = b"<html>busy</html>"
    with pytest.raises(Transient):
        recorder.finder().find(QUERY, Refinement())


WHOLE = VisualQuery([label("Shoe", 9), word("a07", 8), word("b01", 7)])
OWN = Refinement(query="red", filters="brand:Acme", optional_filters=("brand:Acme<score=5>",), without=("7",))
HIT = {
    "objectID": "1",
    "labels": [{"description": "Shoe"}],
    "visualWords_x": ["b01"],
    "_rankingInfo": {"filters": 1},
}


def has_words(body: object) -> bool:
    return "visualWords" in json.dumps(body)


def has_the_picture(body: object) -> bool:
    return "labels.description" in json.dumps(body)


def test_a_refused_search_is_made_with_less_of_the_picture(recorder: Recorder) -> None:
    recorder.answer, recorder.refuses = json.dumps({"hits": [HIT]}).encode(), has_words
    finder = recorder.finder()
    for requests in (3, 1):
        recorder.asked.clear()
        found = finder.find(WHOLE, OWN)
        assert (found.reduced, found.params) == (True, search_params(asking(Shoe=9), OWN))
        assert [hit.points for hit in found.hits] == [16]
        assert recorder.asked[-1][1] == found.params
        assert len(recorder.asked) == requests


@pytest.mark.parametrize("mode", ["boost", "strict"])
def test_at_last_only_the_shops_own_parameters_are_left(recorder: Recorder, mode: Mode) -> None:
    recorder.refuses = has_the_picture
    assert recorder.finder().find(WHOLE, replace(OWN, mode=mode)).reduced
    assert recorder.asked[-1][1] == {
        "query": "red",
        "filters": "brand:Acme",
        "facetFilters": ["objectID:-7"],
        "optionalFilters": ["brand:Acme<score=5>"],
        "getRankingInfo": True,
        "attributesToHighlight": [],
        "attributesToSnippet": [],
        "page": 0,
        "hitsPerPage": 20,
    }


def test_what_algolia_takes_is_not_reduced(recorder: Recorder) -> None:
    found = recorder.finder().find(WHOLE, OWN)
    assert (found.reduced, found.params, len(recorder.asked)) == (False, search_params(WHOLE, OWN), 1)


def test_what_is_refused_without_the_picture_is_told_as_it_is(recorder: Recorder) -> None:
    recorder.refuses = lambda _: True
    with pytest.raises(Permanent) as caught:
        recorder.finder().find(WHOLE, OWN)
    assert str(caught.value) == "Algolia refuses the request with 400: not in your plan"
    assert caught.value.reason == "algolia-refused"
    assert not has_the_picture(recorder.asked[-1][1])
