"""Tokens of the SQL-like `filters` parameter."""

from __future__ import annotations

import re
from dataclasses import dataclass

from devstack.algolia.errors import AlgoliaError

KEYWORDS = frozenset({"AND", "OR", "NOT", "TO"})

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<paren>[()])
      | (?P<operator><=|>=|!=|=|<|>)
      | (?P<colon>:)
      | "(?P<double>(?:[^"\\]|\\.)*)"
      | '(?P<single>(?:[^'\\]|\\.)*)'
      | (?P<word>[^\s()<>=!:"']+)
      | (?P<end>\Z)
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = re.compile(r"\\([\\\"'])")


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `kind` is a keyword, `string` (bare or quoted), `operator`, `(`, `)`, `:` or `end`."""

    kind: str
    text: str
    column: int
    quoted: bool = False

    def __str__(self) -> str:
        if self.kind == "string":
            return f"string({self.text})" if self.text else "empty string"
        if self.kind == "operator":
            return self.text if self.text in {"<", ">"} else "numeric operator"
        return f"'{self.text or self.kind}'"


def tokenize(expression: str) -> list[Token]:
    """Return the tokens of `expression`, ending with one of kind `end`; raises AlgoliaError (400)."""
    tokens: list[Token] = []
    position = 0
    while not tokens or tokens[-1].kind != "end":
        match = _TOKEN.match(expression, position)
        if match is None:
            raise _unreadable(expression, position)
        tokens.append(_token(match))
        position = match.end()
    return tokens


def _token(match: re.Match[str]) -> Token:
    group = match.lastgroup or "end"
    text, column = match.group(group), match.start(group)
    if group in {"double", "single"}:
        return Token("string", _ESCAPED.sub(r"\1", text), column - 1, quoted=True)
    if group == "word":
        return Token(text if text in KEYWORDS else "string", text, column)
    return Token(group if group in {"operator", "end"} else text, text, column)


def _unreadable(expression: str, position: int) -> AlgoliaError:
    column = len(expression) - len(expression[position:].lstrip())
    if expression[column] in "\"'":
        return AlgoliaError(f"filters: Unexpected token incomplete string expected filter at col {column}")
    return AlgoliaError(f"filters: Not allowed: {expression[column]!r} at col {column}, quote the value")
