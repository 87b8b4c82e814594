"""Every search parameter and index setting of Algolia's Search API, effective here or not, and its reader.

A reader takes a parameter's name and raw value, and returns it checked; it raises AlgoliaError (400) that
names the parameter and its expectation.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from devstack.algolia import limits
from devstack.algolia.documents import JsonObject
from devstack.algolia.limits import AlgoliaError

Reader: TypeAlias = Callable[[str, object], object]


def invalid(name: str, expected: str) -> AlgoliaError:
    """Return the 400 for a value of the wrong type or range."""
    return AlgoliaError(f'Invalid value for "{name}" parameter, expected {expected}')


def text(name: str, value: object) -> str:
    """Read a string."""
    if not isinstance(value, str):
        raise invalid(name, "a string")
    return value


def boolean(name: str, value: object) -> bool:
    """Read a boolean; query strings also write 0 and 1."""
    if not isinstance(value, bool) and value not in (0, 1):
        raise invalid(name, "a boolean")
    return bool(value)


def integer(minimum: int, maximum: int) -> Reader:
    """Return a reader of integers in `minimum`..`maximum`."""

    def read(name: str, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not minimum <= value <= maximum:
            raise invalid(name, f"an integer between {minimum} and {maximum}")
        return value

    return read


def strings(name: str, value: object) -> list[str]:
    """Read a list of strings; a single string counts as a list of one."""
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise invalid(name, "an array of strings")
    return items


def replica_names(name: str, value: object) -> list[str]:
    """Read a list of replicas, each named once; empty names count as none, as Algolia has it."""
    return [entry for entry in dict.fromkeys(strings(name, value)) if entry]


def one_of(*allowed: str) -> Reader:
    """Return a reader of one of a few words."""

    def read(name: str, value: object) -> object:
        if value not in allowed:
            raise invalid(name, f"one of {', '.join(allowed)}")
        return value

    return read


def distinct(name: str, value: object) -> int:
    """Read `distinct`: true is 1, false is 0, else 0..4."""
    if not isinstance(value, int) or not 0 <= value <= limits.MAX_DISTINCT:
        raise invalid(name, f"a boolean or an integer between 0 and {limits.MAX_DISTINCT}")
    return int(value)


def anything(_name: str, value: object) -> object:
    """Read a value that no part of this engine looks at."""
    return value


_ANY_PAGE = integer(0, 2**31 - 1)

# In a query and in the settings, where a query's value goes before the setting.
_SHARED: dict[str, Reader] = {
    "attributesToHighlight": strings,
    "attributesToRetrieve": strings,
    "distinct": distinct,
    "highlightPostTag": text,
    "highlightPreTag": text,
    "hitsPerPage": integer(0, limits.MAX_HITS_PER_PAGE),
    "maxValuesPerFacet": integer(0, 2**31 - 1),
    "optionalWords": strings,
    "queryType": one_of("prefixLast", "prefixAll", "prefixNone"),
    "ranking": strings,
    "responseFields": strings,
    "sortFacetValuesBy": one_of("count", "alpha"),
}

_QUERY_ONLY: dict[str, Reader] = {
    "clickAnalytics": boolean,
    "facetFilters": anything,
    "facetingAfterDistinct": boolean,
    "facets": strings,
    "filters": text,
    "getRankingInfo": boolean,
    "length": integer(0, limits.MAX_HITS_PER_PAGE),
    "numericFilters": anything,
    "offset": _ANY_PAGE,
    "optionalFilters": anything,
    "page": _ANY_PAGE,
    "query": text,
    "restrictSearchableAttributes": strings,
    "sumOrFiltersScores": boolean,
    "tagFilters": anything,
}

_SETTINGS_ONLY: dict[str, Reader] = {
    "attributeForDistinct": text,
    "attributesForFaceting": strings,
    "customRanking": strings,
    "maxFacetHits": integer(1, limits.MAX_FACET_HITS),
    "numericAttributesForFiltering": strings,
    "paginationLimitedTo": integer(0, limits.MAX_PAGINATION),
    "replicas": replica_names,
    "searchableAttributes": strings,
    "unretrievableAttributes": strings,
    "userData": anything,
}

# Accepted, kept in settings, and without effect on any answer of this engine.
_SHARED_WITHOUT_EFFECT: dict[str, Reader] = dict.fromkeys(
    (
        *("advancedSyntax", "advancedSyntaxFeatures", "allowTyposOnNumericTokens", "alternativesAsExact"),
        *("attributeCriteriaComputedBy", "attributeCriteriaComputedByMinProximity", "attributesToSnippet"),
        *("decompoundQuery", "disableExactOnAttributes", "disableTypoToleranceOnAttributes"),
        *("enablePersonalization", "enableReRanking", "enableRules", "exactOnSingleWordQuery"),
        *("ignorePlurals", "minProximity", "minWordSizefor1Typo", "minWordSizefor2Typos", "mode"),
        *("queryLanguages", "reRankingApplyFilter", "relevancyStrictness"),
        *("removeStopWords", "removeWordsIfNoResults", "renderingContent", "replaceSynonymsInHighlight"),
        *("restrictHighlightAndSnippetArrays", "semanticSearch", "snippetEllipsisText", "typoTolerance"),
    ),
    anything,
)
_QUERY_WITHOUT_EFFECT: dict[str, Reader] = dict.fromkeys(
    (
        *("analytics", "analyticsTags", "aroundLatLng", "aroundLatLngViaIP", "aroundPrecision"),
        *("aroundRadius", "enableABTest", "insideBoundingBox", "insidePolygon", "minimumAroundRadius"),
        *("naturalLanguages", "percentileComputation", "personalizationImpact", "ruleContexts"),
        *("similarQuery", "synonyms", "userToken"),
    ),
    anything,
)
_SETTINGS_WITHOUT_EFFECT: dict[str, Reader] = dict.fromkeys(
    (
        *("allowCompressionOfIntegerArray", "attributesToTransliterate", "camelCaseAttributes"),
        *("customNormalization", "decompoundedAttributes", "disablePrefixOnAttributes"),
        *("disableTypoToleranceOnWords", "indexLanguages", "keepDiacriticsOnCharacters"),
        "separatorsToIndex",
    ),
    anything,
)

QUERY_PARAMETERS = _SHARED | _QUERY_ONLY | _SHARED_WITHOUT_EFFECT | _QUERY_WITHOUT_EFFECT
SETTINGS = _SHARED | _SETTINGS_ONLY | _SHARED_WITHOUT_EFFECT | _SETTINGS_WITHOUT_EFFECT


def read_parameters(raw: Mapping[str, object]) -> JsonObject:
    """Return checked query parameters; what `params` (url-encoded) holds loses to what stands beside it."""
    fields = dict(raw)
    encoded = text("params", fields.pop("params", ""))
    merged = {**decode_query_string(encoded), **fields}
    return _read(merged, QUERY_PARAMETERS, "Unknown parameter: {name}")


def read_settings(raw: Mapping[str, object]) -> JsonObject:
    """Return checked settings; null stays, for it resets a setting."""
    return _read(raw, SETTINGS, "Invalid object attributes: {name} is not a setting")


def _read(raw: Mapping[str, object], readers: Mapping[str, Reader], unknown: str) -> JsonObject:
    result: dict[str, Any] = {}
    for name, value in raw.items():
        if name not in readers:
            raise AlgoliaError(unknown.format(name=name))
        result[name] = None if value is None else readers[name](name, value)
    return result


def decode_query_string(encoded: str) -> JsonObject:
    """Return the parameters of a query string; raises AlgoliaError (400) for an unknown one."""
    pairs = parse_qsl(encoded, keep_blank_values=True, max_num_fields=len(QUERY_PARAMETERS))
    return {name: _decode(name, value) for name, value in pairs}


def _decode(name: str, value: str) -> object:
    reader = QUERY_PARAMETERS.get(name)
    if reader is text:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return [part for part in value.split(",") if part] if reader is strings else value
