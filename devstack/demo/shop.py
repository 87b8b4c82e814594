"""The shop's part of the demo: its index in every order, its pictures, its records, and searches."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from algoliasearch.http.hosts import Host, HostsCollection
from algoliasearch.search.client import SearchClientSync
from algoliasearch.search.config import SearchConfig
from google.cloud.storage import Bucket

from devstack import storage
from devstack.demo.catalog import Product, object_name
from devstack.endpoints import Endpoints
from devstack.processes import LOOPBACK
from shared.catalog.algolia import AlgoliaIndex, connect
from shared.catalog.likeness import Likeness
from shared.catalog.record import Recorded

SETTINGS = {
    "searchableAttributes": ["name", "categories", "description"],
    "attributesForFaceting": ["categories", "brand", "price"],
}
_PARALLEL_UPLOADS = 4
_POLL = 0.1
_TIMEOUT = 30.0
_RANKING = ("typo", "geo", "words", "filters", "proximity", "attribute", "exact", "custom")


@dataclass(frozen=True, slots=True)
class Order:
    """The index that has the order, what a visitor reads, and the criterion before Algolia's own, if any."""

    index: str
    label: str
    first: str = ""

    @property
    def ranking(self) -> list[str]:
        """The index's setting of that name."""
        return [self.first, *_RANKING] if self.first else [*_RANKING]


def orders(index: str, products: Iterable[Product]) -> list[Order]:
    """Relevance first; by price only where a product has one. The index of relevance is `index` itself."""
    relevance = Order(index, "Most relevant")
    if not any(isinstance(product.record.get("price"), int | float) for product in products):
        return [relevance]
    return [
        relevance,
        Order(f"{index}_price_asc", "Price: low to high", "asc(price)"),
        Order(f"{index}_price_desc", "Price: high to low", "desc(price)"),
    ]


@dataclass(frozen=True)
class Shop:
    """A catalog folder, the running stack, and the likeness by which both functions search."""

    products: Sequence[Product]
    pictures: Path
    endpoints: Endpoints
    likeness: Likeness

    @property
    def orders(self) -> list[Order]:
        """The orders that visitors choose from."""
        return orders(self.endpoints.index, self.products)

    @property
    def _index(self) -> AlgoliaIndex:
        names = self.endpoints
        return AlgoliaIndex(names.app_id, names.keys.admin, names.index, (names.algolia_url,))

    def index(self) -> None:
        """Write the bare products, merge in what image search needs, then a replica for each other order."""
        name = self.endpoints.index
        with self._client() as client:
            client.set_settings(name, SETTINGS)
            records = [dict(product.record) for product in self.products]
            client.save_objects(name, records, wait_for_tasks=True)
            catalog = connect(self._index, names=self.likeness.names)
            catalog.merge_settings(self.likeness.facets, self.likeness.unread)
            self._replicate(client)

    def _client(self) -> SearchClientSync:
        config = SearchConfig(self.endpoints.app_id, self.endpoints.keys.admin)
        port = int(self.endpoints.algolia_url.rpartition(":")[2])
        config.hosts = HostsCollection([Host(LOOPBACK, scheme="http", port=port)])
        return SearchClientSync.create_with_config(config)

    def _replicate(self, client: SearchClientSync) -> None:
        """A new replica copies the index's settings, so it comes after them; only its ranking is its own."""
        name, others = self.endpoints.index, self.orders[1:]
        done = client.set_settings(name, {"replicas": [order.index for order in others]})
        client.wait_for_task(name, done.task_id)
        for order in others:
            done = client.set_settings(order.index, {"ranking": order.ranking})
            client.wait_for_task(order.index, done.task_id)

    def upload(self) -> None:
        """Put every picture into the bucket; raises what Google's client raises."""
        files = [path for product in self.products for path in product.pictures]
        with storage.client(self.endpoints.storage_url, self.endpoints.project) as client:
            bucket = client.bucket(self.endpoints.bucket)
            with ThreadPoolExecutor(_PARALLEL_UPLOADS) as pool:
                for done in [pool.submit(self._put, bucket, path) for path in files]:
                    done.result()

    def _put(self, bucket: Bucket, path: Path) -> None:
        bucket.blob(object_name(self.pictures, path)).upload_from_filename(str(path))

    def watch(self, patience: float, sleep: Callable[[float], None] = time.sleep) -> Iterator[int]:
        """The count of labeled records as it grows, until all are or none comes for `patience` seconds."""
        best, last = -1, time.monotonic()
        while best < len(self.products) and time.monotonic() - last < patience:
            count = sum(1 for record in self.records() if Recorded.of(record, self.likeness.names).labels)
            if count > best:
                best, last = count, time.monotonic()
                yield count
            sleep(_POLL)

    def records(self) -> Iterator[dict[str, Any]]:
        """The index's records as they are now."""
        return connect(self._index, deadline=_TIMEOUT).index.browse(["*"])

    def search(self, photo: bytes, hits: int = 20) -> dict[str, Any]:
        """Ask the search function; raises `RuntimeError` with its answer when it is no success."""
        answer = requests.post(
            self.endpoints.search_url,
            files={"image": ("photo.jpg", photo)},
            data={"hitsPerPage": hits},
            timeout=_TIMEOUT,
        )
        if not answer.ok:
            raise RuntimeError(f"search answered {answer.status_code}: {answer.text}")
        found: dict[str, Any] = answer.json()
        return found
