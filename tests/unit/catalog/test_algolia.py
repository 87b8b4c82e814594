"""The Algolia adapter over real connections to the local engine, under faults too."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

import pytest

from devstack.serving import Fault
from shared.catalog.algolia import AlgoliaCatalog, AlgoliaIndex, connect
from shared.catalog.connection import Connection
from shared.catalog.labels import recognizer_facet, recognizer_filter
from shared.catalog.query import VisualQuery, search_params
from shared.errors import Misconfigured, Permanent, Transient
from shared.model import Enrichment, Refinement
from tests.algolia import ADMIN, SEARCH, Algolia, local_algolia
from tests.devstack.hub import receiving
from tests.queries import WORDS, label, word
from tests.tagging import tag

NOTHING = VisualQuery()
OURS, THEIRS = "google-vision/1", "rekognition/1"
LEATHER = label("Leather", 100)
WHOLE = VisualQuery([LEATHER, word("a07", 8), word("b01", 7)])
OF_OURS = VisualQuery([label("Bag", 900), LEATHER, recognizer_filter(OURS)])
EMPTY = Enrichment((), None, "r/1", "2026-01-01T00:00:00+00:00", 0)


def record(name: str, recognizer: str, *labels: str) -> dict[str, object]:
    shown = [{"description": each, "score": 0.9} for each in labels]
    return {"objectID": name, "labels": shown, "visual": {"recognizer": recognizer}}


@pytest.fixture(scope="module")
def algolia() -> Iterator[Algolia]:
    ours = record("ours", OURS, "Leather") | {WORDS: ["b01"]}
    records = [record("theirs", THEIRS, "Bag", "Leather"), ours, record("bare", OURS)]
    with local_algolia() as running:
        running.seed(records, facets=["labels.description", recognizer_facet()])
        yield running


@pytest.fixture(autouse=True)
def _no_faults_left(algolia: Algolia) -> Iterator[None]:
    yield
    algolia.fail()


@pytest.fixture
def closed() -> str:
    """A host that refuses connections."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


SHOPPER = {"X-Algolia-Usertoken": "t-1", "X-Forwarded-For": "203.0.113.9"}


@pytest.mark.parametrize(
    ("asked", "named"),
    [(Refinement(user_token="t-1", client="203.0.113.9"), SHOPPER), (Refinement(), {})],  # noqa: S106 a name
)
def test_a_shopper_is_named_to_algolia_and_an_answer_that_is_no_json_is_trouble(
    asked: Refinement, named: dict[str, str]
) -> None:
    with receiving() as server, pytest.raises(Transient, match="no JSON"):
        connect(AlgoliaIndex("APP", "search-key", "products", (server.url,))).find(WHOLE, asked)
    [(headers, _)] = server.seen
    told = {name.title(): value for name, value in headers.items()}
    assert {name: told[name] for name in SHOPPER if name in told} == named
    assert told["X-Algolia-Api-Key"] == "search-key"


class Answering:
    """An index that gives one answer, and keeps what it was asked."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.answer = answer

    def search(self, params: Mapping[str, object], headers: object = None) -> dict[str, Any]:
        self.asked, self.headers = params, headers
        return self.answer


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
def test_counting_is_no_search_of_a_shopper_and_says_whether_it_is_of_all_labels(
    labels: int, more: dict[str, object], *, complete: bool
) -> None:
    facets = {"labels.description": {f"Label {number}": 1 for number in range(labels)}}
    index = Answering({"nbHits": 9, "facets": facets, **more})
    counts = AlgoliaCatalog(cast(Connection, index)).counts()
    assert (counts.records, len(counts.by_label), counts.complete) == (9, labels, complete)
    quietly: dict[str, object] = {"analytics": False, "distinct": False, "enableRules": False}
    quietly |= {"hitsPerPage": 1, "attributesToRetrieve": []}
    assert (index.asked.items() >= quietly.items(), index.headers) == (True, None)


@pytest.mark.parametrize(
    ("refusals", "taken"),
    [
        (0, WHOLE),
        (1, replace(WHOLE, plain=True)),
        (3, VisualQuery([LEATHER], plain=True)),
        (4, VisualQuery(bare=True)),
    ],
)
def test_a_refused_search_is_made_with_less_of_the_picture(
    algolia: Algolia, refusals: int, taken: VisualQuery
) -> None:
    finder = algolia.finder()
    algolia.fail(Fault(path="/query", status=400, times=refusals))
    for _ in ("refused", "remembered"):
        found = finder.find(WHOLE, Refinement())
        assert (found.reduced, found.params) == (refusals > 1, search_params(taken, Refinement()))
        points = {hit.record["objectID"]: hit.points for hit in found.hits}
        assert points == {"ours": 100 + 7, "theirs": 100, "bare": 0}, "the whole query's"


def hits(algolia: Algolia, **options: object) -> int:
    return len(algolia.finder(**options).find(NOTHING, Refinement()).hits)  # type: ignore[arg-type]


@pytest.mark.parametrize("fault", [None, Fault(status=503), Fault(status=500), Fault(refuse=True)])
def test_a_host_that_fails_leads_to_the_next(algolia: Algolia, closed: str, fault: Fault | None) -> None:
    algolia.fail(*[fault] if fault else [])
    assert hits(algolia, hosts=[algolia.engine.url if fault else closed, algolia.engine.url]) == 3


def test_a_host_that_failed_once_is_asked_again_later(algolia: Algolia) -> None:
    finder = algolia.finder()
    algolia.fail(Fault(status=503))
    with pytest.raises(Transient) as caught:
        finder.find(NOTHING, Refinement())
    assert caught.value.reason == "algolia-unreachable"
    assert len(finder.find(NOTHING, Refinement()).hits) == 3


def test_when_no_host_answers_in_time_the_failure_is_transient(algolia: Algolia, closed: str) -> None:
    with pytest.raises(Transient, match=r"127\.0\.0\.1: ConnectionError"):
        hits(algolia, hosts=[closed])
    algolia.fail(Fault(latency_ms=1_000))
    with pytest.raises(Transient, match="ReadTimeout"):
        hits(algolia, deadline=0.2)


def test_a_throttled_call_says_how_long_to_wait(algolia: Algolia) -> None:
    algolia.fail(Fault(status=429, retry_after=7))
    with pytest.raises(Transient) as caught:
        hits(algolia)
    assert (caught.value.reason, caught.value.retry_after) == ("algolia-throttled", 7)


@pytest.mark.parametrize("key", ["no-such-key", SEARCH])
def test_a_refused_key_is_misconfigured(algolia: Algolia, key: str) -> None:
    with pytest.raises(Misconfigured, match=r"^ALGOLIA_API_KEY: "):
        tag(algolia.catalog(key), "1", EMPTY, 1)


@pytest.mark.parametrize(
    "ask",
    [
        lambda catalog: catalog.find(NOTHING, Refinement()),
        lambda catalog: catalog.look_up("1"),
        lambda catalog: catalog.merge_settings(),
        lambda catalog: next(catalog.index.browse([])),
    ],
)
def test_an_index_that_does_not_exist_is_misconfigured(
    algolia: Algolia, ask: Callable[[AlgoliaCatalog], object]
) -> None:
    with pytest.raises(Misconfigured, match=r"^ALGOLIA_INDEX: "):
        ask(algolia.catalog(ADMIN, index="elsewhere"))


def test_a_refused_search_is_permanent_and_says_why(algolia: Algolia) -> None:
    with pytest.raises(Permanent) as caught:
        algolia.finder().find(NOTHING, Refinement(filters="brand:(("))
    assert caught.value.reason == "algolia-refused"
    assert "400" in str(caught.value)


@pytest.mark.parametrize("address", ["localhost:7700", "ftp://127.0.0.1", "http://"])
def test_a_wrong_address_is_misconfigured(algolia: Algolia, address: str) -> None:
    with pytest.raises(Misconfigured, match=r"^ALGOLIA_HOSTS: "):
        algolia.catalog(hosts=[address])


def test_labels_of_another_recognizer_are_no_match_and_come_behind_all_of_ours(algolia: Algolia) -> None:
    hits = algolia.finder().find(OF_OURS, Refinement()).hits
    told = {hit.record["objectID"]: (hit.points, dict(hit.matched), hit.labeled) for hit in hits}
    assert list(told) == ["ours", "bare", "theirs"]
    assert told["theirs"] == (0, {}, False)
    assert told["ours"] == (100, {"Leather": 100}, True)
    assert not told["bare"][2]
    hits = algolia.finder().find(OF_OURS, Refinement(mode="strict")).hits
    assert [hit.record["objectID"] for hit in hits] == ["ours"]
