"""Algolia's Python client, sync and async, unmodified but for the host."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from algoliasearch.http.exceptions import RequestException
from algoliasearch.http.hosts import Host, HostsCollection
from algoliasearch.search.client import SearchClient, SearchClientSync
from algoliasearch.search.config import SearchConfig
from algoliasearch.search.models.browse_params_object import BrowseParamsObject
from algoliasearch.search.models.browse_response import BrowseResponse
from algoliasearch.search.models.search_for_facet_values_response import SearchForFacetValuesResponse
from algoliasearch.search.models.search_response import SearchResponse

from devstack.algolia.documents import JsonObject
from devstack.algolia.engine import EngineConfig
from devstack.algolia.keys import KeyRing
from devstack.algolia.server import RunningEngine, running
from devstack.processes import LOOPBACK
from tests.engine.keys import APP_ID

RECORDS: list[JsonObject] = [
    {
        "objectID": str(n),
        "name": f"bag {n}",
        "price": n,
        "labels": [{"description": f"L{n % 3}", "score": 0.9}],
    }
    for n in range(25)
]
SETTINGS = {"attributesForFaceting": ["searchable(labels.description)"], "customRanking": ["asc(price)"]}


def config(server: RunningEngine, key: str = "admin-key") -> SearchConfig:
    result = SearchConfig(APP_ID, key)
    result.hosts = HostsCollection([Host(LOOPBACK, scheme="http", port=server.port)])
    return result


@pytest.fixture
def client(server: RunningEngine) -> Iterator[SearchClientSync]:
    with SearchClientSync.create_with_config(config(server)) as client:
        yield client


@pytest.fixture
def filled(client: SearchClientSync) -> SearchClientSync:
    client.set_settings("shop", SETTINGS)
    for response in client.save_objects("shop", RECORDS, wait_for_tasks=True):
        client.wait_for_task("shop", response.task_id)
    return client


def test_search_ranks_by_scored_optional_filters(filled: SearchClientSync) -> None:
    parameters = {
        "query": "bag",
        "optionalFilters": ["labels.description:L2<score=87>", "labels.description:L1<score=40>"],
        "facets": ["labels.description"],
        "getRankingInfo": True,
        "clickAnalytics": True,
        "analyticsTags": ["image-search"],
        "enableReRanking": False,
        "hitsPerPage": 10,
    }
    answer = filled.search_single_index("shop", parameters)
    points = [hit.ranking_info.filters for hit in answer.hits if hit.ranking_info]
    assert points == [87] * 8 + [40] * 2
    assert [hit.object_id for hit in answer.hits[:3]] == ["2", "5", "8"]
    assert answer.facets == {"labels.description": {"L0": 9, "L1": 8, "L2": 8}}
    assert answer.query_id
    assert len(answer.query_id) == 32


def test_several_searches_and_facet_searches_in_one_call(filled: SearchClientSync) -> None:
    requests = [
        {"indexName": "shop", "filters": 'labels.description:"L1" AND price > 10', "hitsPerPage": 2},
        {"indexName": "shop", "type": "facet", "facet": "labels.description", "facetQuery": "l1"},
    ]
    hits, facets = (result.actual_instance for result in filled.search({"requests": requests}).results)
    assert isinstance(hits, SearchResponse)
    assert isinstance(facets, SearchForFacetValuesResponse)
    assert (hits.nb_hits, hits.nb_pages) == (4, 2)
    assert [(hit.value, hit.count) for hit in facets.facet_hits] == [("L1", 8)]


def test_browse_objects_visits_everything(filled: SearchClientSync) -> None:
    seen: list[str] = []

    def collect(page: BrowseResponse) -> None:
        seen.extend(hit.object_id for hit in page.hits)

    filled.browse_objects(
        "shop", collect, BrowseParamsObject(hits_per_page=10, attributes_to_retrieve=["price"])
    )
    assert seen == [str(n) for n in range(25)]


def test_partial_updates_do_not_create_unless_asked_to(filled: SearchClientSync) -> None:
    updates: list[JsonObject] = [{"objectID": "3", "price": 99}, {"objectID": "unknown", "price": 1}]
    filled.partial_update_objects("shop", updates, create_if_not_exists=False)
    found = filled.get_objects({"requests": [{"indexName": "shop", "objectID": i} for i in ("3", "unknown")]})
    assert found.results == [{**RECORDS[3], "price": 99}, None]
    filled.partial_update_objects("shop", updates, create_if_not_exists=True)
    assert filled.get_object("shop", "unknown") == {"objectID": "unknown", "price": 1}


def test_an_older_version_never_overwrites_a_newer_one(filled: SearchClientSync) -> None:
    for version in (1_718_000_000_000_002, 1_718_000_000_000_001, 1_718_000_000_000_003):
        guard = {"_operation": "IncrementSet", "value": version}
        update = {"imageVersion": guard, "labelNames": [str(version)]}
        filled.partial_update_object("shop", "3", update, create_if_not_exists=False)
    assert filled.get_object("shop", "3") == {
        **RECORDS[3],
        "imageVersion": 1_718_000_000_000_003,
        "labelNames": ["1718000000000003"],
    }


def test_replace_all_objects_keeps_the_settings(filled: SearchClientSync) -> None:
    filled.replace_all_objects("shop", [{"objectID": "only"}])
    assert [hit.object_id for hit in filled.search_single_index("shop").hits] == ["only"]
    assert filled.get_settings("shop").attributes_for_faceting == SETTINGS["attributesForFaceting"]
    assert [index.name for index in filled.list_indices().items] == ["shop"]


def test_a_replica_shows_the_same_records_in_an_order_of_its_own(
    client: SearchClientSync, server: RunningEngine
) -> None:
    replica = "shop_products_price_asc"
    client.set_settings("shop_products", {**SETTINGS, "replicas": [replica]})
    client.save_objects("shop_products", RECORDS, wait_for_tasks=True)
    client.set_settings(replica, {"ranking": ["desc(price)", "typo", "words", "filters", "custom"]})
    client.set_settings("shop_products", {"hitsPerPage": 2}, forward_to_replicas=True)
    with SearchClientSync.create_with_config(config(server, "shop-search-key")) as shopper:
        assert [hit.object_id for hit in shopper.search_single_index(replica).hits] == ["24", "23"]
    assert client.get_settings("shop_products").replicas == [replica]
    assert client.get_settings(replica).primary == "shop_products"
    assert {index.name: index.primary for index in client.list_indices().items} == {
        "shop_products": None,
        replica: "shop_products",
    }
    with pytest.raises(RequestException, match="on a replica index") as refused:
        client.save_object(replica, {"objectID": "x"})
    assert refused.value.status_code == 403


def test_replacing_all_objects_reaches_the_replicas(filled: SearchClientSync) -> None:
    filled.set_settings("shop", {"replicas": ["shop_price_asc"]})
    filled.replace_all_objects("shop", [{"objectID": "only"}])
    assert [hit.object_id for hit in filled.search_single_index("shop_price_asc").hits] == ["only"]
    assert filled.get_settings("shop").replicas == ["shop_price_asc"]


def test_deletions(filled: SearchClientSync) -> None:
    filled.delete_objects("shop", ["1", "2"])
    filled.delete_object("shop", "3")
    filled.delete_by("shop", {"filters": "price > 5"})
    assert [hit.object_id for hit in filled.search_single_index("shop").hits] == ["0", "4", "5"]
    filled.delete_index("shop")
    assert not filled.index_exists("shop")


def test_facet_values_are_searched(filled: SearchClientSync) -> None:
    answer = filled.search_for_facet_values(
        "shop", "labels.description", {"facetQuery": "l", "maxFacetHits": 2}
    )
    assert [hit.value for hit in answer.facet_hits] == ["L0", "L1"]


def test_a_refusal_reaches_the_caller_with_its_status(
    filled: SearchClientSync, server: RunningEngine
) -> None:
    with SearchClientSync.create_with_config(config(server, "search-key")) as shopper:
        with pytest.raises(RequestException, match="Method not allowed") as refused:
            shopper.save_object("shop", {"objectID": "x"})
        assert refused.value.status_code == 403
    with pytest.raises(RequestException, match="ObjectID does not exist"):
        filled.get_object("shop", "nowhere")


def test_waiting_for_a_task_sees_the_write() -> None:
    keys = KeyRing.from_json(APP_ID, '{"admin-key": {"acl": ["admin"]}}')
    with (
        running(keys, EngineConfig(task_delay=0.05)) as slow,
        SearchClientSync.create_with_config(config(slow)) as client,
    ):
        response = client.save_object("shop", {"objectID": "1"})
        assert client.get_task("shop", response.task_id).status == "notPublished"
        client.wait_for_task("shop", response.task_id)
        assert client.get_object("shop", "1") == {"objectID": "1"}


def run_async(server: RunningEngine, use: Callable[[SearchClient], Awaitable[None]]) -> None:
    """In a thread of its own: where a browser was driven, this one has an event loop already."""

    async def main() -> None:
        async with SearchClient.create_with_config(config(server)) as client:
            await use(client)

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, main()).result()


def test_the_async_client_writes_searches_and_browses(server: RunningEngine) -> None:
    async def use(client: SearchClient) -> None:
        await client.set_settings("shop", SETTINGS)
        await client.save_objects("shop", RECORDS, wait_for_tasks=True)
        answers = await asyncio.gather(
            *(
                client.search_single_index("shop", {"optionalFilters": f"labels.description:L{n}"})
                for n in range(3)
            )
        )
        assert [answer.hits[0].object_id for answer in answers] == ["0", "1", "2"]
        await client.replace_all_objects("shop", [{"objectID": "only"}])
        seen: list[str] = []
        await client.browse_objects("shop", lambda page: seen.extend(hit.object_id for hit in page.hits))
        assert seen == ["only"]

    run_async(server, use)
