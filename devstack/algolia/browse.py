"""Browsing: all matching records in the order of rows, a page at a time, by cursor."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping

import numpy as np

from devstack.algolia.documents import JsonObject
from devstack.algolia.errors import AlgoliaError
from devstack.algolia.index import Index
from devstack.algolia.limits import MAX_HITS_PER_PAGE
from devstack.algolia.projection import project
from devstack.algolia.request import SearchRequest
from devstack.algolia.search import echo, matching


def browse(index: Index, raw: Mapping[str, object], *, show_hidden: bool = False) -> JsonObject:
    """Return one page of records and, unless it is the last, a `cursor`.

    As Algolia documents, optionalFilters, distinct and facets are ignored. Records written between two pages
    may be missed. Raises AlgoliaError (400) for a cursor this function did not make.
    """
    fields = dict(raw)
    cursor = fields.pop("cursor", None)
    first = 0
    if cursor is not None:
        first, earlier = _decoded(cursor)
        fields = {**earlier, **fields}
    fields.setdefault("hitsPerPage", MAX_HITS_PER_PAGE)
    request = SearchRequest(index.settings, fields)
    rows = np.flatnonzero(matching(index, request))
    shown = rows[rows >= first][: request.number("hitsPerPage")]
    answer = _answer(index, request, shown.tolist(), len(rows), show_hidden=show_hidden)
    if len(shown) and shown[-1] != rows[-1]:
        answer["cursor"] = _encoded(int(shown[-1]) + 1, request.given)
    return answer


def _answer(
    index: Index, request: SearchRequest, rows: list[int], matches: int, *, show_hidden: bool
) -> JsonObject:
    hidden = [] if show_hidden else request.names("unretrievableAttributes")
    wanted = request.names("attributesToRetrieve")
    length = request.number("hitsPerPage")
    return {
        "hits": [project(index.table.record(row), wanted, hidden) for row in rows],
        "nbHits": matches,
        "page": 0,
        "nbPages": -(-matches // length) if length else 0,
        "hitsPerPage": length,
        **echo(request),
    }


def _encoded(first: int, parameters: JsonObject) -> str:
    return base64.urlsafe_b64encode(json.dumps([first, parameters]).encode()).decode()


def _decoded(cursor: object) -> tuple[int, JsonObject]:
    try:
        match json.loads(base64.urlsafe_b64decode(str(cursor))):
            case [int(first), dict(parameters)]:
                return first, parameters
    except (binascii.Error, ValueError) as error:
        raise AlgoliaError("Cursor is not valid") from error
    raise AlgoliaError("Cursor is not valid")
