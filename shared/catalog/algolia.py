"""The catalogue in an Algolia index; the only user of Algolia's client, beside its transport."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from algoliasearch.http.hosts import Host, HostsCollection
from algoliasearch.search.client import SearchClientSync
from algoliasearch.search.config import SearchConfig

from shared.catalog import index_settings
from shared.catalog.query import VisualQuery, answer, search_params
from shared.catalog.record import guarded_update
from shared.catalog.transport import FailoverTransporter
from shared.errors import Misconfigured, Permanent, Transient, UnknownProduct
from shared.model import Answer, Enrichment, Refinement

CONNECT_TIMEOUT_MS = 1_000
READ_TIMEOUT_MS = 2_000
WRITE_TIMEOUT_MS = 10_000
DEADLINE = 15.0
"""Seconds one call may take over all hosts."""

PATIENCE = 60.0
"""Seconds to wait until Algolia has applied new settings."""

_POLL = 0.5


class AlgoliaCatalog:
    """One index; one instance serves all threads of a process."""

    def __init__(self, client: SearchClientSync, index: str, *, create_missing: bool = False) -> None:
        self._client = client
        self._index = index
        self._create_missing = create_missing

    def tag(self, product: str, enrichment: Enrichment, version: int) -> None:
        """See `Catalog`. Accepted by Algolia, not yet published: a function does not pay for waiting."""
        if not self._create_missing:
            self._require(product)
        self._client.partial_update_object_with_http_info(
            self._index,
            product,
            guarded_update(enrichment, version),
            create_if_not_exists=self._create_missing,
        )

    def _require(self, product: str) -> None:
        """Algolia accepts an update of a record it lacks without a word, so it has to be asked first."""
        try:
            self._client.get_object_with_http_info(self._index, product, ["objectID"])
        except Permanent as error:
            if error.reason == "algolia-not-found":
                raise UnknownProduct(product) from error
            raise

    def find(self, query: VisualQuery, refinement: Refinement) -> Answer:
        """See `Catalog`."""
        params = search_params(query, refinement)
        headers = {"X-Algolia-UserToken": refinement.user_token} if refinement.user_token else {}
        with self._existing_index():
            response = self._client.search_single_index_with_http_info(
                self._index, params, request_options={"headers": headers}
            )
        return answer(query, params, json.loads(response.raw_data or "{}"))

    def records(self, products: Sequence[str], attributes: Sequence[str]) -> list[dict[str, Any] | None]:
        """Those attributes of up to 1,000 records, in the order asked for; None where there is none.

        Raises `Transient`, `Permanent` or `Misconfigured`.
        """
        wanted = {"indexName": self._index, "attributesToRetrieve": list(attributes)}
        requests = [{**wanted, "objectID": product} for product in products]
        with self._existing_index():
            response = self._client.get_objects_with_http_info({"requests": requests})
        found: list[dict[str, Any] | None] = json.loads(response.raw_data or "{}")["results"]
        return found

    def settings(self) -> dict[str, Any]:
        """The index's settings; raises `Transient`, `Permanent` or `Misconfigured`."""
        with self._existing_index():
            response = self._client.get_settings_with_http_info(self._index)
        present: dict[str, Any] = json.loads(response.raw_data or "{}")
        return present

    def merge_settings(self) -> Mapping[str, Any]:
        """Add what image search needs to the index's settings; returns what was written, empty if nothing.

        Returns when Algolia has applied it; raises `Transient` when that takes longer than `PATIENCE`.
        """
        missing = index_settings.changes(self.settings())
        if missing:
            response = self._client.set_settings_with_http_info(self._index, missing)
            self._wait(json.loads(response.raw_data or "{}")["taskID"])
        return missing

    def _wait(self, task: int) -> None:
        until = time.monotonic() + PATIENCE
        while True:
            response = self._client.get_task_with_http_info(self._index, task)
            if json.loads(response.raw_data or "{}")["status"] == "published":
                return
            if time.monotonic() > until:
                raise Transient("algolia-slow", f"Algolia has not applied task {task} in {PATIENCE:g} s yet")
            time.sleep(_POLL)

    @contextmanager
    def _existing_index(self) -> Iterator[None]:
        try:
            yield
        except Permanent as error:
            if error.reason != "algolia-not-found":
                raise
            raise Misconfigured("ALGOLIA_INDEX", f"{error}; write the name of an existing index") from error


@dataclass(frozen=True, slots=True)
class Index:
    """Where an index is and the key that opens it; `hosts` replaces Algolia's own addresses."""

    app_id: str
    api_key: str
    name: str
    hosts: Sequence[str] = ()


def connect(index: Index, *, create_missing: bool = False, deadline: float = DEADLINE) -> AlgoliaCatalog:
    """A catalogue over the network, reached at its first call; one call takes at most `deadline` seconds."""
    config = SearchConfig(index.app_id, index.api_key)
    config.connect_timeout = CONNECT_TIMEOUT_MS
    config.read_timeout = READ_TIMEOUT_MS
    config.write_timeout = WRITE_TIMEOUT_MS
    if index.hosts:
        config.hosts = HostsCollection([_host(address) for address in index.hosts])
    client = SearchClientSync.create_with_config(config, FailoverTransporter(config, deadline))
    return AlgoliaCatalog(client, index.name, create_missing=create_missing)


def _host(address: str) -> Host:
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Misconfigured(
            "ALGOLIA_HOSTS", f"{address!r} is no address; write one such as http://127.0.0.1:7700"
        )
    return Host(parts.hostname, scheme=parts.scheme, port=parts.port)
