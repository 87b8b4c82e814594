"""Algolia's clients, unmodified but for the host: JavaScript's with InstantSearch.js, and Python's."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from algoliasearch.http.exceptions import RequestException
from algoliasearch.http.hosts import Host, HostsCollection
from algoliasearch.search.client import SearchClient, SearchClientSync
from algoliasearch.search.config import SearchConfig

from devstack.algolia.documents import JsonObject
from devstack.algolia.engine import EngineConfig
from devstack.algolia.keys import KeyRing
from devstack.algolia.server import RunningEngine, running
from devstack.processes import LOOPBACK
from tests.engine.shop import APP_ID
from tests.programs import ran

FOLDER = Path(__file__).parents[1] / "js"
JS_KEYS = '{"admin-key": {"acl": ["admin"]}, "search-key": {"acl": ["search"], "indexes": ["js_*"]}}'
JS_NAMES = {"APP_ID": "JSAPP", "ADMIN_KEY": "admin-key", "SEARCH_KEY": "search-key"}


def test_the_javascript_client_and_instantsearch_work_unmodified() -> None:
    if not (FOLDER.parents[1] / "node_modules").is_dir():
        pytest.fail("node_modules is missing: run `make setup`")
    with running(KeyRing.from_json("JSAPP", JS_KEYS), EngineConfig(task_delay=0.02)) as server:
        told = {f"ALGOLIA_{name}": value for name, value in {**JS_NAMES, "ENGINE_URL": server.url}.items()}
        ended = ran("node", "--test", "--test-timeout=60000", cwd=FOLDER, env=os.environ | told)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "# skipped 0" in ended.stdout


RECORDS: list[JsonObject] = [
    {"objectID": str(n), "name": f"bag {n}", "price": n, "labels": [{"description": f"L{n % 3}"}]}
    for n in range(25)
]
SETTINGS = {"attributesForFaceting": ["searchable(labels.description)"], "customRanking": ["asc(price)"]}
SHOP, REPLICA = "shop_products", "shop_products_price_asc"


def config(server: RunningEngine, key: str = "admin-key") -> SearchConfig:
    result = SearchConfig(APP_ID, key)
    result.hosts = HostsCollection([Host(LOOPBACK, scheme="http", port=server.port)])
    return result


@pytest.fixture
def client(server: RunningEngine) -> Iterator[SearchClientSync]:
    """With an index of records."""
    with SearchClientSync.create_with_config(config(server)) as client:
        client.set_settings(SHOP, SETTINGS)
        client.save_objects(SHOP, RECORDS, wait_for_tasks=True)
        yield client


def shown(client: SearchClientSync, index: str) -> list[str]:
    return [hit.object_id for hit in client.search_single_index(index).hits]


def test_replicas_have_an_order_of_their_own(client: SearchClientSync, server: RunningEngine) -> None:
    client.set_settings(SHOP, {"replicas": [REPLICA]})
    client.set_settings(REPLICA, {"ranking": ["desc(price)", "typo", "words", "filters", "custom"]})
    client.set_settings(SHOP, {"hitsPerPage": 2}, forward_to_replicas=True)
    with SearchClientSync.create_with_config(config(server, "shop-search-key")) as shopper:
        assert shown(shopper, REPLICA) == ["24", "23"]
    with pytest.raises(RequestException, match="on a replica index") as refused:
        client.save_object(REPLICA, {"objectID": "x"})
    assert refused.value.status_code == 403
    client.replace_all_objects(SHOP, [{"objectID": "only"}])
    for index in (SHOP, REPLICA):
        assert shown(client, index) == ["only"]
        assert client.get_settings(index).attributes_for_faceting == SETTINGS["attributesForFaceting"]
    primaries = {index.name: index.primary for index in client.list_indices().items}
    assert primaries == {SHOP: None, REPLICA: SHOP}


def test_updates_and_deletions(client: SearchClientSync) -> None:
    updates: list[JsonObject] = [{"objectID": "3", "price": 99}, {"objectID": "unknown", "price": 1}]
    client.partial_update_objects(SHOP, updates, create_if_not_exists=False)
    found = client.get_objects({"requests": [{"indexName": SHOP, "objectID": i} for i in ("3", "unknown")]})
    assert found.results == [{**RECORDS[3], "price": 99}, None]
    client.partial_update_objects(SHOP, updates, create_if_not_exists=True)
    assert client.get_object(SHOP, "unknown") == {"objectID": "unknown", "price": 1}
    invented = str(client.save_object(SHOP, {"name": "lamp"}).object_id)
    assert client.get_object(SHOP, invented) == {"objectID": invented, "name": "lamp"}
    client.delete_objects(SHOP, ["1", "2", invented])
    client.delete_object(SHOP, "unknown")
    client.delete_by(SHOP, {"filters": "price > 5"})
    assert shown(client, SHOP) == ["0", "4", "5"]
    with pytest.raises(RequestException, match="ObjectID does not exist"):
        client.get_object(SHOP, "3")
    client.delete_index(SHOP)
    assert not client.index_exists(SHOP)


def test_the_async_client_writes_searches_and_browses(server: RunningEngine) -> None:
    async def use() -> list[str]:
        async with SearchClient.create_with_config(config(server)) as client:
            await client.set_settings(SHOP, SETTINGS)
            await client.save_objects(SHOP, RECORDS, wait_for_tasks=True)
            asked = [{"optionalFilters": f"labels.description:L{number}"} for number in range(3)]
            answers = await asyncio.gather(*(client.search_single_index(SHOP, each) for each in asked))
            assert [answer.hits[0].object_id for answer in answers] == ["0", "1", "2"]
            asked_for = {"facetQuery": "l", "maxFacetHits": 2}
            facets = await client.search_for_facet_values(SHOP, "labels.description", asked_for)
            assert [hit.value for hit in facets.facet_hits] == ["L0", "L1"]
            seen: list[str] = []
            await client.browse_objects(SHOP, lambda page: seen.extend(hit.object_id for hit in page.hits))
            return seen

    # In a thread of its own: where a browser was driven, this one has an event loop already.
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(asyncio.run, use()).result() == [record["objectID"] for record in RECORDS]
