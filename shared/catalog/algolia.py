"""The catalogue in an Algolia index, the operator's and the enrichment's side."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from algoliasearch.search.client import SearchClientSync

from shared.attribute_names import DEFAULT_NAMES, AttributeNames
from shared.catalog import Written, index_settings
from shared.catalog.connection import Index, configuration, existing_index
from shared.catalog.recorded import Recorded
from shared.catalog.room import by_spelling
from shared.catalog.transport import FailoverTransporter
from shared.errors import Permanent, Transient, UnknownProduct
from shared.model import spellings

DEADLINE = 15.0
"""Seconds one call may take over all hosts."""

PATIENCE = 60.0
"""Seconds to wait until Algolia has applied new settings."""

TAKING = 10.0
"""Seconds to wait until a write is in its record, or sure not to come."""

_POLL = 0.5
_PAGE = 1_000


class AlgoliaCatalog:
    """One index; one instance serves all threads of a process. `names` are those of our attributes."""

    def __init__(self, client: SearchClientSync, index: str, names: AttributeNames = DEFAULT_NAMES) -> None:
        self._client = client
        self._index = index
        self._names = names

    def look_up(self, product: str) -> dict[str, Any] | None:
        """See `Catalog`; one call, whatever the spellings."""
        found = [record for record in self.records(spellings(product)) if record is not None]
        if len(found) > 1:
            raise Permanent(
                "ambiguous-product",
                f"the index has two records {product!r}, one with composed and one with decomposed"
                " characters; delete one of them",
            )
        return found[0] if found else None

    def write(self, object_id: str, update: Mapping[str, Any], *, create: bool = False) -> int:
        """See `Catalog`."""
        # In a batch: as part of a path, products such as ".." would be other calls.
        action = "partialUpdateObject" if create else "partialUpdateObjectNoCreate"
        request = {"action": action, "body": {**update, "objectID": object_id}}
        response = self._client.batch_with_http_info(self._index, {"requests": [request]})
        return int(json.loads(response.raw_data or "{}")["taskID"])

    def has_taken(self, written: Written) -> bool:
        """See `Catalog`. The record is looked at too: a task that was ignored may never be published."""
        until = time.monotonic() + TAKING
        while True:
            done = self._is_published(written.task)
            [record] = self.records([written.object_id], [self._names.version])
            if record is None:
                raise UnknownProduct(written.object_id)
            if written.took(Recorded.of(record, self._names).version):
                return True
            if done:
                return False
            if time.monotonic() > until:
                raise Transient(
                    "algolia-slow", f"Algolia has not applied task {written.task} in {TAKING:g} s yet"
                )
            time.sleep(_POLL)

    def records(
        self, products: Sequence[str], attributes: Sequence[str] | None = None
    ) -> list[dict[str, Any] | None]:
        """Those attributes of up to 1,000 records, in the order asked for; None where there is none.

        All that the key may see without `attributes`. Raises `Transient`, `Permanent` or `Misconfigured`.
        """
        chosen = {} if attributes is None else {"attributesToRetrieve": list(attributes)}
        wanted = {"indexName": self._index, **chosen}
        requests = [{**wanted, "objectID": product} for product in products]
        with existing_index():
            response = self._client.get_objects_with_http_info({"requests": requests})
        found: list[dict[str, Any] | None] = json.loads(response.raw_data or "{}")["results"]
        return found

    def browse(self, attributes: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Those attributes of every record, a thousand in memory; needs the right `browse`.

        Raises `Transient`, `Permanent` or `Misconfigured`.
        """
        request: dict[str, Any] = {"attributesToRetrieve": list(attributes), "hitsPerPage": _PAGE}
        while True:
            with existing_index():
                response = self._client.browse_with_http_info(self._index, request)
            page = json.loads(response.raw_data or "{}")
            yield from page["hits"]
            if "cursor" not in page:
                return
            request = {"cursor": page["cursor"]}

    def present(self, products: Sequence[str]) -> list[str]:
        """Those of up to 1,000 products that the index has, however they are spelt there."""
        there = by_spelling(products, lambda ids: self.records(ids, ["objectID"]))
        return [product for product in products if any(spelt in there for spelt in spellings(product))]

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
        missing = index_settings.changes(self.settings(), facets, self._names)
        if missing:
            response = self._client.set_settings_with_http_info(self._index, missing)
            self._wait(json.loads(response.raw_data or "{}")["taskID"])
        return missing

    def _wait(self, task: int) -> None:
        until = time.monotonic() + PATIENCE
        while not self._is_published(task):
            if time.monotonic() > until:
                raise _slow(task, PATIENCE)
            time.sleep(_POLL)

    def _is_published(self, task: int) -> bool:
        response = self._client.get_task_with_http_info(self._index, task)
        return bool(json.loads(response.raw_data or "{}")["status"] == "published")


def _slow(task: int, patience: float) -> Transient:
    return Transient("algolia-slow", f"Algolia has not applied task {task} in {patience:g} s yet")


def connect(
    index: Index, *, names: AttributeNames = DEFAULT_NAMES, deadline: float = DEADLINE
) -> AlgoliaCatalog:
    """A catalogue over the network, reached at its first call; one call takes at most `deadline` seconds."""
    config = configuration(index)
    client = SearchClientSync.create_with_config(config, FailoverTransporter(config, deadline))
    return AlgoliaCatalog(client, index.name, names)
