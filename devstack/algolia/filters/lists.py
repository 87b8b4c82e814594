"""The array notation of `facetFilters`, `optionalFilters`, `tagFilters` and `numericFilters`.

The outer array is AND, an array in it OR, and one in that AND again. Negation and escapes follow the pages
`facetFilters` and `optionalFilters`. Only `facetFilters` drops quotes around a name or value; elsewhere they
are part of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from devstack.algolia.filters import (
    DEFAULT_SCORE,
    TAGS_ATTRIBUTE,
    AllOf,
    Clause,
    Conjunction,
    FacetTerm,
    NumericTerm,
    Term,
)
from devstack.algolia.filters.sql import parse_filters, parse_score
from devstack.algolia.limits import AlgoliaError

_SCORED = re.compile(r"(?P<filter>.*?)\s*<score=(?P<score>[^<>]*)>\s*", re.DOTALL)


def parse_list(parameter: str, value: object) -> Conjunction:
    """Return the conjunction of one of the four parameters' values; raises AlgoliaError (400)."""
    outer = value if isinstance(value, list) else [value]
    parse = _TERMS[parameter]
    clauses = (_clause(parameter, inner, parse) for inner in outer if inner not in ("", []))
    return tuple(clause for clause in clauses if clause)


def _clause(parameter: str, value: object, parse: Callable[[str], Term]) -> Clause:
    elements = value if isinstance(value, list) else [value]
    return tuple(
        AllOf(tuple(_term(parameter, inner, parse) for inner in element))
        if isinstance(element, list)
        else _term(parameter, element, parse)
        for element in elements
        if element != []
    )


def _term(parameter: str, value: object, parse: Callable[[str], Term]) -> Term:
    if not isinstance(value, str):
        raise AlgoliaError(
            f"Invalid value for {parameter}: expected a string or an array nested at most three deep"
        )
    return parse(value)


def _facet_term(text: str) -> FacetTerm:
    attribute, value, score = _split("facetFilters", text)
    return _signed(_unquoted(attribute), _unquoted(value), score)


def _numeric_term(text: str) -> NumericTerm:
    match parse_filters(text):
        case ((NumericTerm() as term,),):
            return term
    raise AlgoliaError(f"Invalid numericFilters {text!r}: expected a comparison or a range")


def _split(parameter: str, text: str) -> tuple[str, str, int]:
    attribute, colon, rest = text.partition(":")
    if not colon or not attribute:
        raise AlgoliaError(f"Invalid {parameter} {text!r}: expected attribute:value")
    value, score = _scored(rest)
    return attribute.strip(), value.strip(), score


def _scored(text: str) -> tuple[str, int]:
    match = _SCORED.fullmatch(text)
    return (match["filter"], parse_score(match["score"])) if match else (text, DEFAULT_SCORE)


def _unquoted(text: str) -> str:
    quoted = len(text) > 1 and text[0] == text[-1] == '"'
    return text[1:-1] if quoted else text


def _signed(attribute: str, value: str, score: int) -> FacetTerm:
    if value.startswith("-"):
        return FacetTerm(attribute, value[1:], negated=True, score=score)
    if value.startswith("\\-"):
        value = value[1:]
    return FacetTerm(attribute, value, score=score)


_TERMS: dict[str, Callable[[str], Term]] = {
    "facetFilters": _facet_term,
    "optionalFilters": lambda text: _signed(*_split("optionalFilters", text)),
    "tagFilters": lambda text: _signed(TAGS_ATTRIBUTE, *_scored(text)),
    "numericFilters": _numeric_term,
}
