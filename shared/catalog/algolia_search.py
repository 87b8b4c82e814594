"""Searching an Algolia index, the shopper's side.

It speaks through the transport of Algolia's client and leaves its generated part alone: importing that takes
half a second of a cold start and 35 MB, for three requests (`python -m devstack.bench.searching` measures).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from algoliasearch.http.request_options import RequestOptions
from algoliasearch.http.verb import Verb
from algoliasearch.search.config import SearchConfig

from shared.attribute_names import DEFAULT_NAMES, AttributeNames
from shared.catalog.answers import answer
from shared.catalog.connection import Index, configuration, existing_index
from shared.catalog.query import VisualQuery, search_params
from shared.catalog.rarity import LabelCounts
from shared.catalog.transport import FailoverTransporter
from shared.errors import Transient, UnknownProduct
from shared.model import Answer, Refinement

MAX_COUNTED = 1_000
"""Labels whose counts Algolia gives at most (parameter `maxValuesPerFacet`); the others are rarer."""


class AlgoliaSearch:
    """One index; see `Finder`. One instance serves all threads of a process."""

    def __init__(
        self,
        transporter: FailoverTransporter,
        config: SearchConfig,
        index: str,
        names: AttributeNames = DEFAULT_NAMES,
    ) -> None:
        self._facet = names.label_facet
        self._transporter = transporter
        self._options = RequestOptions(config)
        self._index = index
        self._query_path = f"/1/indexes/{quote(index, safe='')}/query"

    def find(self, query: VisualQuery, refinement: Refinement) -> Answer:
        """See `Finder`."""
        params = search_params(query, refinement)
        with existing_index():
            response = self._post(self._query_path, params, _shopper(refinement))
        return answer(query, refinement, params, response)

    def record(self, product: str, attributes: Sequence[str]) -> Mapping[str, Any]:
        """See `Finder`."""
        # Asked for in the body: in a path, the product "settings" would be another call.
        wanted = {"indexName": self._index, "objectID": product, "attributesToRetrieve": list(attributes)}
        with existing_index():
            [record] = self._post("/1/indexes/*/objects", {"requests": [wanted]})["results"]
        if record is None:
            raise UnknownProduct(product)
        return dict(record)

    def counts(self) -> LabelCounts:
        """See `Finder`; one search request, which analytics does not count."""
        params = {
            "facets": [self._facet],
            "maxValuesPerFacet": MAX_COUNTED,
            "hitsPerPage": 0,
            "analytics": False,
            "enableRules": False,
        }
        with existing_index():
            response = self._post(self._query_path, params)
        found = response.get("facets", {}).get(self._facet, {})
        return LabelCounts(response["nbHits"], {name.casefold(): count for name, count in found.items()})

    def _post(
        self, path: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        options = self._options.merge(data=json.dumps(body), headers=dict(headers or {}))
        response = self._transporter.request(Verb.POST, path, options, use_read_transporter=True)
        try:
            content: dict[str, Any] = json.loads(response.raw_data or "")
        except ValueError as error:
            raise Transient("algolia-unreachable", "what answered in Algolia's place sent no JSON") from error
        return content


def _shopper(refinement: Refinement) -> dict[str, str]:
    """Who searches: without these, all shoppers would be the function's one address to Algolia."""
    headers = {"X-Algolia-UserToken": refinement.user_token, "X-Forwarded-For": refinement.client}
    return {name: value for name, value in headers.items() if value}


def connect(index: Index, deadline: float, names: AttributeNames = DEFAULT_NAMES) -> AlgoliaSearch:
    """A finder over the network, reached at its first call; one call takes at most `deadline` seconds."""
    config = configuration(index)
    return AlgoliaSearch(FailoverTransporter(config, deadline), config, index.name, names)
