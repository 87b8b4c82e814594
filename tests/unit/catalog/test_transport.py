"""The Algolia adapter under faults, over real connections to the local engine."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator

import pytest

from devstack.serving import Fault
from shared.catalog.algolia import AlgoliaCatalog
from shared.catalog.query import VisualQuery
from shared.errors import Misconfigured, Permanent, Transient
from shared.model import Enrichment, Refinement
from tests.algolia import ADMIN, SEARCH, Algolia, local_algolia
from tests.queries import asking
from tests.tagging import tag

NOTHING = VisualQuery()
EMPTY = Enrichment((), None, "r/1", "2026-01-01T00:00:00+00:00", 0)


@pytest.fixture(scope="module")
def algolia() -> Iterator[Algolia]:
    with local_algolia() as running:
        running.seed([{"objectID": "1"}])
        yield running


@pytest.fixture(autouse=True)
def _no_faults_left(algolia: Algolia) -> Iterator[None]:
    yield
    algolia.fail()


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def hits(algolia: Algolia, **options: object) -> int:
    return len(algolia.finder(**options).find(NOTHING, Refinement()).hits)  # type: ignore[arg-type]


def test_a_host_that_refuses_the_connection_leads_to_the_next(algolia: Algolia, closed_port: int) -> None:
    assert hits(algolia, hosts=[f"http://127.0.0.1:{closed_port}", algolia.engine.url]) == 1


@pytest.mark.parametrize("fault", [Fault(status=503), Fault(status=500), Fault(refuse=True)])
def test_a_host_that_fails_leads_to_the_next(algolia: Algolia, fault: Fault) -> None:
    algolia.fail(fault)
    assert hits(algolia, hosts=[algolia.engine.url, algolia.engine.url]) == 1


def test_a_host_that_failed_once_is_asked_again_later(algolia: Algolia) -> None:
    finder = algolia.finder()
    algolia.fail(Fault(status=503))
    with pytest.raises(Transient) as caught:
        finder.find(NOTHING, Refinement())
    assert caught.value.reason == "algolia-unreachable"
    assert len(finder.find(NOTHING, Refinement()).hits) == 1


def test_when_no_host_answers_the_failure_is_transient(algolia: Algolia, closed_port: int) -> None:
    with pytest.raises(Transient, match=r"127\.0\.0\.1: ConnectionError"):
        hits(algolia, hosts=[f"http://127.0.0.1:{closed_port}"])


def test_a_slow_host_is_given_up_by_the_deadline(algolia: Algolia) -> None:
    algolia.fail(Fault(latency_ms=2_000))
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
    ids=["find", "look up", "merge settings", "browse"],
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


def test_a_filter_alone_is_no_visual_match(algolia: Algolia) -> None:
    algolia.seed([{"objectID": "1", "brand": "Acme"}], facets=["brand", "labels.description"])
    [hit] = algolia.finder().find(asking(Bag=700), Refinement(filters="brand:Acme")).hits
    assert hit.record["_rankingInfo"]["filters"] > 0
    assert hit.points == 0
