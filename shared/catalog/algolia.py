"""The catalog in an Algolia index: both ports, and the few requests that are made of the index for them.

They go through the transport of Algolia's client and leave its generated part alone. Importing that, for
seven requests, takes 0.36 s of processor time and 32 MB; the rest of what is imported here, 0.10 s and 21 MB.
All imports of the enrich function take 0.44 s and 86 MB instead of 0.72 s and 106 MB.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from algoliasearch.http.hosts import Host, HostsCollection
from algoliasearch.http.request_options import RequestOptions
from algoliasearch.http.verb import Verb
from algoliasearch.search.config import SearchConfig

from shared.attribute_names import DEFAULT_NAMES, AttributeNames
from shared.catalog import Written
from shared.catalog.labels import LabelCounts
from shared.catalog.likeness import missing_settings
from shared.catalog.query import VisualQuery, answer, search_params
from shared.catalog.record import Recorded, by_spelling
from shared.catalog.transport import FailoverTransporter
from shared.errors import Misconfigured, Permanent, Reason, Transient, UnknownProduct
from shared.model import Refinement, SearchAnswer, spellings

DEADLINE = 15.0
"""Seconds one call may take over all hosts."""

PATIENCE = 60.0
"""Seconds to wait until Algolia has applied new settings."""

TAKING = 10.0
"""Seconds to wait until a write is in its record, or sure not to come."""

MAX_COUNTED = 1_000
"""Labels whose counts Algolia gives at most (parameter `maxValuesPerFacet`); the others are rarer."""

TIMEOUTS_MS = 1_000, 2_000, 10_000
"""Milliseconds that one host may take to connect, to answer a question, and to take a write."""

_POLL = 0.5
_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class AlgoliaIndex:
    """The address of an index and the key that opens it; `hosts` replaces Algolia's own addresses."""

    app_id: str
    api_key: str
    name: str
    hosts: Sequence[str] = ()


class Connection:
    """Asks one index; one instance serves all threads of a process.

    Bodies and answers are those of Algolia's API reference. Products are named in bodies only: as part of a
    path, products such as ".." or "settings" would be other calls. Everything raises `Transient`, `Permanent`
    or `Misconfigured`.
    """

    def __init__(self, transporter: FailoverTransporter, index: str) -> None:
        self._transporter = transporter
        self._options = RequestOptions(transporter.config)
        self._index = index
        self._path = f"/1/indexes/{quote(index, safe='')}"

    def search(self, params: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Algolia's answer to one search."""
        return self._ask(Verb.POST, f"{self._path}/query", params, headers, reads=True)

    def records(
        self, products: Sequence[str], attributes: Sequence[str] | None = None
    ) -> list[dict[str, Any] | None]:
        """Those attributes of up to 1,000 records, in the order asked for; None where there is none.

        All that the key may see without `attributes`.
        """
        chosen = {} if attributes is None else {"attributesToRetrieve": list(attributes)}
        wanted = [{"indexName": self._index, "objectID": product, **chosen} for product in products]
        answer = self._ask(Verb.POST, "/1/indexes/*/objects", {"requests": wanted}, reads=True)
        found: list[dict[str, Any] | None] = answer["results"]
        return found

    def browse(self, attributes: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Those attributes of every record, a thousand in memory; needs the right `browse`."""
        request: dict[str, Any] = {"attributesToRetrieve": list(attributes), "hitsPerPage": _PAGE}
        while True:
            page = self._ask(Verb.POST, f"{self._path}/browse", request, reads=True)
            yield from page["hits"]
            if "cursor" not in page:
                return
            request = {"cursor": page["cursor"]}

    def write(self, action: str, record: Mapping[str, Any]) -> int:
        """Send a batch of one action on a record; returns the number of its task."""
        batch = {"requests": [{"action": action, "body": record}]}
        return int(self._ask(Verb.POST, f"{self._path}/batch", batch)["taskID"])

    def settings(self) -> dict[str, Any]:
        """The index's settings."""
        return self._ask(Verb.GET, f"{self._path}/settings")

    def change_settings(self, changes: Mapping[str, Any]) -> int:
        """Send settings, the others stay; returns the number of the task."""
        return int(self._ask(Verb.PUT, f"{self._path}/settings", changes)["taskID"])

    def watch(self, task: int, patience: float) -> Iterator[bool]:
        """Tell whether the task is done, time and again until it is; `Transient` after `patience` seconds."""
        until = time.monotonic() + patience
        while self._ask(Verb.GET, f"{self._path}/task/{task}")["status"] != "published":
            yield False
            if time.monotonic() > until:
                message = f"Algolia has not applied task {task} in {patience:g} s yet"
                raise Transient(Reason.ALGOLIA_SLOW, message)
            time.sleep(_POLL)
        yield True

    def _ask(
        self,
        verb: Verb,
        path: str,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        reads: bool = False,
    ) -> dict[str, Any]:
        data = None if body is None else json.dumps(body)
        options = self._options.merge(data=data, headers=dict(headers or {}))
        response = self._transporter.request(verb, path, options, use_read_transporter=reads)
        try:
            content: dict[str, Any] = json.loads(response.raw_data or "")
        except ValueError as error:
            message = "what answered in Algolia's place sent no JSON"
            raise Transient(Reason.ALGOLIA_UNREACHABLE, message) from error
        return content


class AlgoliaCatalog:
    """The catalog in one index, see the two ports; one instance serves all threads of a process.

    `index` is there for what no port knows; `names` are those of our attributes. Everything raises
    `Transient`, `Permanent` or `Misconfigured`.
    """

    def __init__(self, index: Connection, names: AttributeNames = DEFAULT_NAMES) -> None:
        self.index = index
        self._names = names

    def look_up(self, product: str) -> dict[str, Any] | None:
        """See `Catalog`; one call, whatever the spellings."""
        found = [record for record in self.index.records(spellings(product)) if record is not None]
        if len(found) > 1:
            raise Permanent(
                Reason.AMBIGUOUS_PRODUCT,
                f"the index has two records {product!r}, one with composed and one with decomposed"
                " characters; delete one of them",
            )
        return found[0] if found else None

    def write(self, object_id: str, update: Mapping[str, Any], *, create: bool = False) -> int:
        """See `Catalog`."""
        action = "partialUpdateObject" if create else "partialUpdateObjectNoCreate"
        return self.index.write(action, {**update, "objectID": object_id})

    def has_taken(self, written: Written) -> bool:
        """See `Catalog`. The record is looked at too: a task that was ignored may never be published."""
        for _ in self.index.watch(written.task, TAKING):
            record = self.record(written.object_id, [self._names.version])
            if written.took(Recorded.of(record, self._names).version):
                return True
        return False

    def find(self, query: VisualQuery, refinement: Refinement) -> SearchAnswer:
        """See `CatalogFinder`."""
        params = search_params(query, refinement)
        return answer(query, refinement, params, self.index.search(params, _shopper(refinement)))

    def record(self, product: str, attributes: Sequence[str]) -> dict[str, Any]:
        """See `CatalogFinder`."""
        [record] = self.index.records([product], attributes)
        if record is None:
            raise UnknownProduct(product)
        return record

    def counts(self) -> LabelCounts:
        """See `CatalogFinder`; one search request, which analytics does not count.

        Its pages have one hit, the least that Algolia's specification allows: so there are as many as hits
        that can be paged through.
        """
        facet = self._names.label_facet
        asked = {"facets": [facet], "maxValuesPerFacet": MAX_COUNTED, "hitsPerPage": 1}
        unseen: dict[str, Any] = {"attributesToRetrieve": [], "attributesToHighlight": []}
        response = self.index.search({**asked, **unseen, "analytics": False, "enableRules": False})
        carried = response.get("facets", {}).get(facet, {}).items()
        by_label = {name.casefold(): count for name, count in carried}
        return LabelCounts(response["nbHits"], by_label, response.get("nbPages", 0))

    def present(self, products: Sequence[str]) -> list[str]:
        """Those of up to 1,000 products that the index has, however they are spelled there."""
        there = by_spelling(products, lambda ids: self.index.records(ids, ["objectID"]))
        return [product for product in products if any(spelled in there for spelled in spellings(product))]

    def merge_settings(self, facets: Sequence[str] = ()) -> Mapping[str, Any]:
        """Add what image search needs to the index's settings; returns what was written, empty if nothing.

        `facets` are those of the strategies in use, see `Likeness`.
        Returns when Algolia has applied it; raises `Transient` when that takes longer than `PATIENCE`.
        """
        missing = missing_settings(self.index.settings(), facets, self._names)
        if missing:
            for _ in self.index.watch(self.index.change_settings(missing), PATIENCE):
                pass
        return missing


def _shopper(refinement: Refinement) -> dict[str, str]:
    """Headers that name the shopper: to Algolia, all would be the function's one address without them."""
    headers = {"X-Algolia-UserToken": refinement.user_token, "X-Forwarded-For": refinement.client}
    return {name: value for name, value in headers.items() if value}


def connect(
    index: AlgoliaIndex, *, names: AttributeNames = DEFAULT_NAMES, deadline: float = DEADLINE
) -> AlgoliaCatalog:
    """A catalog over the network, reached at its first call, which takes at most `deadline` seconds as any.

    Raises `Misconfigured`.
    """
    config = SearchConfig(index.app_id, index.api_key)
    config.connect_timeout, config.read_timeout, config.write_timeout = TIMEOUTS_MS
    if index.hosts:
        config.hosts = HostsCollection([_host(address) for address in index.hosts])
    else:
        config.set_default_hosts()
    return AlgoliaCatalog(Connection(FailoverTransporter(config, deadline), index.name), names)


def _host(address: str) -> Host:
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        advice = f"{address!r} is no address; write one such as http://127.0.0.1:7700"
        raise Misconfigured("ALGOLIA_HOSTS", advice)
    return Host(parts.hostname, scheme=parts.scheme, port=parts.port)
