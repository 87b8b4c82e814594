"""The catalogue in an Algolia index, the operator's and the enrichment's side."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from algoliasearch.search.client import SearchClientSync

from shared.catalog import index_settings
from shared.catalog.connection import Index, configuration, existing_index
from shared.catalog.record import guarded_update
from shared.catalog.transport import FailoverTransporter
from shared.errors import Transient, UnknownProduct
from shared.model import Enrichment

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
        # In a batch: as part of a path, products such as ".." would be other calls.
        action = "partialUpdateObject" if self._create_missing else "partialUpdateObjectNoCreate"
        update = {"action": action, "body": {**guarded_update(enrichment, version), "objectID": product}}
        self._client.batch_with_http_info(self._index, {"requests": [update]})

    def _require(self, product: str) -> None:
        """Algolia accepts an update of a record it lacks without a word, so it has to be asked first."""
        if self.records([product], ["objectID"]) == [None]:
            raise UnknownProduct(product)

    def records(self, products: Sequence[str], attributes: Sequence[str]) -> list[dict[str, Any] | None]:
        """Those attributes of up to 1,000 records, in the order asked for; None where there is none.

        Raises `Transient`, `Permanent` or `Misconfigured`.
        """
        wanted = {"indexName": self._index, "attributesToRetrieve": list(attributes)}
        requests = [{**wanted, "objectID": product} for product in products]
        with existing_index():
            response = self._client.get_objects_with_http_info({"requests": requests})
        found: list[dict[str, Any] | None] = json.loads(response.raw_data or "{}")["results"]
        return found

    def settings(self) -> dict[str, Any]:
        """The index's settings; raises `Transient`, `Permanent` or `Misconfigured`."""
        with existing_index():
            response = self._client.get_settings_with_http_info(self._index)
        present: dict[str, Any] = json.loads(response.raw_data or "{}")
        return present

    def merge_settings(self, facets: Sequence[str] = ()) -> Mapping[str, Any]:
        """Add what image search needs to the index's settings; returns what was written, empty if nothing.

        `facets` are those of the strategies in use, see `Likeness`.
        Returns when Algolia has applied it; raises `Transient` when that takes longer than `PATIENCE`.
        """
        missing = index_settings.changes(self.settings(), facets)
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


def connect(index: Index, *, create_missing: bool = False, deadline: float = DEADLINE) -> AlgoliaCatalog:
    """A catalogue over the network, reached at its first call; one call takes at most `deadline` seconds."""
    config = configuration(index)
    client = SearchClientSync.create_with_config(config, FailoverTransporter(config, deadline))
    return AlgoliaCatalog(client, index.name, create_missing=create_missing)
