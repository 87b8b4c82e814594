"""The catalog in an Algolia index: both ports, and what else is asked of the index for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from algoliasearch.http.hosts import Host, HostsCollection
from algoliasearch.search.config import SearchConfig

from shared.attribute_names import DEFAULT_NAMES, AttributeNames
from shared.catalog import Written
from shared.catalog.connection import Connection
from shared.catalog.index_settings import missing_settings
from shared.catalog.labels import LabelCounts
from shared.catalog.optional_filters import facet_filter
from shared.catalog.query import VisualQuery, answer, search_params
from shared.catalog.record import Recorded, by_spelling
from shared.catalog.refusals import Accepted
from shared.catalog.transport import FailoverTransporter
from shared.errors import Misconfigured, Permanent, Reason, UnknownProduct
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


@dataclass(frozen=True, slots=True)
class AlgoliaIndex:
    """The address of an index and the key that opens it; `hosts` replaces Algolia's own addresses."""

    app_id: str
    api_key: str
    name: str
    hosts: Sequence[str] = ()


class AlgoliaCatalog:
    """The catalog in one index, see the two ports; one instance serves all threads of a process.

    `index` is there for what no port knows; `names` are those of our attributes; `accepted` remembers what
    Algolia takes. Records and counts of the finder are `within` these filters; a search has them among its
    own. Everything raises `Transient`, `Permanent` or `Misconfigured`.
    """

    def __init__(
        self,
        index: Connection,
        names: AttributeNames = DEFAULT_NAMES,
        within: str = "",
        accepted: Accepted | None = None,
    ) -> None:
        self.index = index
        self._names = names
        self._within = within
        self._accepted = accepted or Accepted()

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
        """See `CatalogFinder`; a hit's points are the whole query's, however little of it Algolia took."""

        def send(asked: VisualQuery) -> tuple[dict[str, Any], dict[str, Any]]:
            params = search_params(asked, refinement)
            return params, self.index.search(params, _shopper(refinement))

        asked, (params, response) = self._accepted.ask(query, send)
        return replace(answer(query, refinement, params, response), reduced=asked != query)

    def record(self, product: str, attributes: Sequence[str]) -> dict[str, Any]:
        """See `CatalogFinder`."""
        if self._within:
            asked = {"facetFilters": [facet_filter("objectID", product)], "hitsPerPage": 1}
            found = self._quietly({**asked, "attributesToRetrieve": list(attributes)})["hits"] or [None]
        else:
            found = self.index.records([product], attributes)
        record: dict[str, Any] | None = found[0]
        if record is None:
            raise UnknownProduct(product)
        return record

    def counts(self) -> LabelCounts:
        """See `CatalogFinder`; one search request, which analytics does not count.

        Its pages have one hit, the least that Algolia's specification allows: so there are as many as hits
        that can be paged through. An index without any label may only not be told yet to count them.
        """
        facet = self._names.label_facet
        most = {"maxValuesPerFacet": MAX_COUNTED, "sortFacetValuesBy": "count"}
        asked = {"facets": [facet], **most, "hitsPerPage": 1, "attributesToRetrieve": []}
        response = self._quietly(asked)
        carried = response.get("facets", {}).get(facet, {})
        by_label = {name.casefold(): count for name, count in carried.items()}
        complete = 0 < len(carried) < MAX_COUNTED and response.get("exhaustive", {}).get("facetsCount", True)
        return LabelCounts(response["nbHits"], by_label, response.get("nbPages", 0), complete)

    def _quietly(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """A search of records, not of groups, which no shopper's analytics or rule has to do with."""
        within = {"filters": self._within} if self._within else {}
        unseen: dict[str, Any] = {"attributesToHighlight": [], "analytics": False, "enableRules": False}
        return self.index.search({**asked, **within, **unseen, "distinct": False})

    def present(self, products: Sequence[str]) -> list[str]:
        """Those of up to 1,000 products that the index has, however they are spelled there."""
        there = by_spelling(products, lambda ids: self.index.records(ids, ["objectID"]))
        return [product for product in products if any(spelled in there for spelled in spellings(product))]

    def of(self, index: str) -> AlgoliaCatalog:
        """Another index of the same application, such as a replica."""
        return AlgoliaCatalog(self.index.of(index), self._names, self._within)

    def merge_settings(
        self, facets: Sequence[str] = (), unread: Sequence[str] = (), *, countable: bool = False
    ) -> Mapping[str, Any]:
        """Add what image search needs to the index's settings; returns what was written, empty if nothing.

        `facets` and `unread` are those of the strategies in use, see `Likeness`; `countable` as there.
        Returns when Algolia has applied it; raises `Transient` when that takes longer than `PATIENCE`.
        """
        current = self.index.settings()
        missing = missing_settings(current, facets, self._names, unread=unread, countable=countable)
        if missing:
            for _ in self.index.watch(self.index.change_settings(missing), PATIENCE):
                pass
        return missing


def _shopper(refinement: Refinement) -> dict[str, str]:
    """Headers that name the shopper: to Algolia, all would be the function's one address without them."""
    headers = {"X-Algolia-UserToken": refinement.user_token, "X-Forwarded-For": refinement.client}
    return {name: value for name, value in headers.items() if value}


def connect(
    index: AlgoliaIndex,
    *,
    names: AttributeNames = DEFAULT_NAMES,
    within: str = "",
    deadline: float = DEADLINE,
) -> AlgoliaCatalog:
    """A catalog over the network, reached at its first call, which takes at most `deadline` seconds as any.

    Raises `Misconfigured`.
    """
    return AlgoliaCatalog(Connection(transporter(index, deadline), index.name), names, within)


def transporter(index: AlgoliaIndex, deadline: float = DEADLINE) -> FailoverTransporter:
    """The way to the index's application; raises `Misconfigured`."""
    config = SearchConfig(index.app_id, index.api_key)
    config.connect_timeout, config.read_timeout, config.write_timeout = TIMEOUTS_MS
    if index.hosts:
        config.hosts = HostsCollection([_host(address) for address in index.hosts])
    else:
        config.set_default_hosts()
    return FailoverTransporter(config, deadline)


def _host(address: str) -> Host:
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        advice = f"{address!r} is no address; write one such as http://127.0.0.1:7700"
        raise Misconfigured("ALGOLIA_HOSTS", advice)
    return Host(parts.hostname, scheme=parts.scheme, port=parts.port)
