"""The filters of shoppers, and those that always apply: Algolia's parameter `filters`, read strictly.

    filters := any (AND any)*            any  := factor (OR factor)*
    factor  := [NOT] term | "(" filters ")"
    term    := [attribute ":"] value [<score=N>] | attribute operator number | attribute ":" number TO number

OR binds tighter than AND (Algolia, "Filters and boolean operators"). What is read here is written anew, so
that no quote or parenthesis of a shopper's can reach beyond its own part; what Algolia might read otherwise,
such as a backslash, is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from shared.errors import Permanent, Reason
from shared.model import Refinement

MAX_DEPTH = 10
"""Parentheses in one another."""

TAGS = "_tags"
"""The attribute of a value without one."""

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<paren>[()])
      | (?P<score><score=\d{1,5}>)
      | (?P<operator><=|>=|!=|=|<|>)
      | (?P<colon>:)
      | (?P<quoted>"[^"\\]*"|'[^'\\]*')
      | (?P<keyword>(?:AND|OR|NOT|TO)(?![^\s()]))
      | (?P<word>[^\s()<>=!:"'\\]+)
      | (?P<end>\Z)
    )""",
    re.VERBOSE,
)
_FORM = (
    "write attribute:value, attribute < 5 or attribute:1 TO 5, joined by AND, OR and NOT; put values with"
    " blanks or signs in quotes, and no backslash anywhere"
)


class _Token(NamedTuple):
    kind: str
    text: str

    @property
    def bare(self) -> str:
        return self.text[1:-1] if self.kind == "quoted" else self.text


class _Term(NamedTuple):
    """A condition on one attribute, and how it is written."""

    attribute: str
    text: str


_Clause = tuple[_Term, ...]
"""Terms of which one has to hold."""


def parsed(filters: str) -> tuple[_Clause, ...]:
    """The clauses that have to hold, all of them; none for blank text. Raises `ValueError`."""
    if not filters.strip():
        return ()
    reader = _Reader(list(_tokens(filters)))
    clauses = reader.all_of(0)
    reader.expect("end")
    return clauses


_parsed_once = lru_cache(maxsize=8)(parsed)
"""For the shop's own filters, which are those of every search; what shoppers write is not kept."""


def written(clauses: Sequence[_Clause]) -> str:
    """The clauses as Algolia reads them; parentheses hold terms only."""
    return " AND ".join(
        each[0].text if len(each) == 1 else f"({' OR '.join(term.text for term in each)})" for each in clauses
    )


def _tokens(filters: str) -> Iterator[_Token]:
    position = 0
    while True:
        match = _TOKEN.match(filters, position)
        if match is None:
            raise ValueError(_FORM)
        kind = match.lastgroup or "end"
        yield _Token(kind, match[kind])
        if kind == "end":
            return
        position = match.end()


class _Reader:
    """Reads tokens, the last of which is the end."""

    def __init__(self, tokens: Sequence[_Token]) -> None:
        self._left = list(reversed(tokens))

    def expect(self, *kinds: str, text: str = "") -> _Token:
        """The next token, which must be of one of these kinds."""
        token = self._left[-1]
        if token.kind not in kinds or (text and token.text != text):
            raise ValueError(_FORM)
        return self._left.pop()

    def _accept(self, kind: str, text: str = "") -> _Token | None:
        token = self._left[-1]
        return self._left.pop() if token.kind == kind and text in {"", token.text} else None

    def all_of(self, depth: int) -> tuple[_Clause, ...]:
        clauses = self._any_of(depth)
        while self._accept("keyword", "AND"):
            clauses += self._any_of(depth)
        return clauses

    def _any_of(self, depth: int) -> tuple[_Clause, ...]:
        clauses = self._factor(depth)
        while self._accept("keyword", "OR"):
            others = self._factor(depth)
            if len(clauses) > 1 or len(others) > 1:
                raise ValueError("Algolia knows no (a AND b) OR c; write (a OR c) AND (b OR c)")
            clauses = ((*clauses[0], *others[0]),)
        return clauses

    def _factor(self, depth: int) -> tuple[_Clause, ...]:
        if self._accept("paren", "("):
            if depth == MAX_DEPTH:
                raise ValueError(f"write at most {MAX_DEPTH} parentheses in one another")
            inside = self.all_of(depth + 1)
            self.expect("paren", text=")")
            return inside
        negated = self._accept("keyword", "NOT")
        term = self._term()
        return ((term._replace(text=f"NOT {term.text}") if negated else term,),)

    def _term(self) -> _Term:
        name = self.expect("word", "quoted")
        if self._accept("colon"):
            value = self.expect("word", "quoted")
            if self._accept("keyword", "TO"):
                return _Term(name.bare, f"{name.text}:{_number(value)} TO {_number(self.expect('word'))}")
            return _Term(name.bare, f"{name.text}:{value.text}{self._score()}")
        if operator := self._accept("operator"):
            return _Term(name.bare, f"{name.text} {operator.text} {_number(self.expect('word'))}")
        return _Term(TAGS, name.text + self._score())

    def _score(self) -> str:
        score = self._accept("score")
        return score.text if score else ""


def _number(token: _Token) -> str:
    if _NUMBER.fullmatch(token.text) is None:
        raise ValueError(_FORM)
    return token.text


@dataclass(frozen=True, slots=True)
class FilterRules:
    """The shop's rules for shoppers: filters that `always` apply, and the only `attributes` to ask about.

    Without attributes, all are allowed that the index has for faceting.
    """

    always: str = ""
    attributes: tuple[str, ...] = ()

    @property
    def within(self) -> str:
        """The filters that always apply, as Algolia reads them; raises `ValueError`."""
        return written(_parsed_once(self.always))

    def applied(self, asked: Refinement) -> Refinement:
        """The wishes of a shopper within the rules; raises `Permanent` bad-filters for those beyond them."""
        if not (self.always or self.attributes):
            return asked
        try:
            clauses = parsed(asked.filters)
        except ValueError as error:
            raise Permanent(Reason.BAD_FILTERS, f"filters: {error}") from None
        if self.attributes:
            preferred = (each.partition(":")[0] for each in asked.optional_filters)
            self._check("filters", (term.attribute for clause in clauses for term in clause))
            self._check("optionalFilters", preferred)
            self._check("facets", asked.facets)
        return replace(asked, filters=written((*_parsed_once(self.always), *clauses)))

    def _check(self, parameter: str, names: Iterable[str]) -> None:
        for name in names:
            if name not in self.attributes:
                known = ", ".join(self.attributes)
                told = f"{parameter}: {name[:100]!r} may not be asked about here, only {known}"
                raise Permanent(Reason.BAD_FILTERS, told)
