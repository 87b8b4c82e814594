"""The part of Cloud Logging's query language that our filters use, evaluated on an entry.

"Logging query language": a comparison with a field that is not there is false, text is compared without
regard to case, severities by how grave they are, of a list any element may do. A mixture of AND and OR wants
parentheses here, because OR binds closer there than a reader expects.
"""

from __future__ import annotations

import logging
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

Entry = Mapping[str, Any]
Test = Callable[[Entry], bool]

_TOKEN = re.compile(r'\s*("[^"]*"|>=|<=|!=|[=<>()]|[^\s"=<>!()]+)')
_COMPARING: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


def query(text: str) -> Test:
    """What tells the entries that a filter finds; raises ValueError for what is not understood here."""
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != re.sub(r'\s+(?=(?:[^"]*"[^"]*")*[^"]*$)', "", text):
        raise ValueError(f"not understood: {text}")
    test = _joined(tokens, _comparison)
    if tokens:
        raise ValueError(f"left over: {tokens}")
    return test


def _joined(tokens: list[str], read: Callable[[list[str]], Test]) -> Test:
    tests, words = [read(tokens)], set()
    while tokens and tokens[0] in ("AND", "OR"):
        words.add(tokens.pop(0))
        tests.append(read(tokens))
    if len(words) > 1:
        raise ValueError("AND and OR need parentheses")
    together = any if words == {"OR"} else all
    return lambda entry: together(test(entry) for test in tests)


def _comparison(tokens: list[str]) -> Test:
    if tokens[0] == "(":
        return _inside(tokens, _comparison)
    field, sign = tokens.pop(0), tokens.pop(0)
    if sign not in _COMPARING:
        raise ValueError(f"not understood: {field} {sign}")

    def value(rest: list[str]) -> Test:
        return _compared(field, _COMPARING[sign], rest.pop(0))

    return _inside(tokens, value) if tokens[0] == "(" else value(tokens)


def _inside(tokens: list[str], read: Callable[[list[str]], Test]) -> Test:
    tokens.pop(0)
    test = _joined(tokens, read)
    if not tokens or tokens.pop(0) != ")":
        raise ValueError("a parenthesis is not closed")
    return test


def _compared(field: str, compare: Callable[[Any, Any], bool], wanted: str) -> Test:
    def test(entry: Entry) -> bool:
        found: Any = entry
        for name in field.split("."):
            found = found.get(name) if isinstance(found, Mapping) else None
        if found is None:
            return False
        each = found if isinstance(found, list) else [found]
        return any(compare(_comparable(field, value), _comparable(field, wanted)) for value in each)

    return test


def _comparable(field: str, value: object) -> object:
    text = str(value).strip('"')
    if field == "severity":
        return logging.getLevelNamesMapping()[text.upper()]
    return float(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else text.lower()
