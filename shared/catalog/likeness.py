"""Likeness in a shop: its strategies as one, for settings, records, queries and re-ranking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol, Self

from shared.attribute_names import DEFAULT_NAMES, AttributeNames
from shared.catalog.labels import LabelCounts, WeightedLabels, recognizer_facet
from shared.catalog.optional_filters import ALGOLIA_FILTERS, ALGOLIA_POINTS, Term
from shared.catalog.record import labels_in
from shared.catalog.vectors import VisualCode, VisualWords
from shared.model import MAX_COLORS, MIN_COLOR_SHARE, Appearance, Labels, StrategyName

RERANKED, RERANKED_WITHOUT_WORDS = 100, 300
"""Hits that a re-ranking puts in order; they come from one page of Algolia's. Where labels alone find them,
the right ones come later; of up to 300 records none is left out."""

MAX_FILTERS = 128
"""Filters of a query at most, by default: 10 of labels, 117 words, and one for whose labels they are."""


class Strategy(Protocol):
    """One way to find what looks alike.

    Promises, each a contract test run on every implementation:

    - the terms of one appearance together have at most `points`, each at least 1;
    - a record with the attributes of an appearance matches every term of the same appearance, unless a term
      asks for more than the record keeps;
    - the terms come best first, so that any number of them from the beginning is the best choice;
    - a record always gets the same attributes, empty for what an appearance does not tell: what it told
      before is overwritten; and what it does not tell adds nothing to a query.
    """

    points: int
    """Its share of Algolia's 65,535 points."""

    facets: Sequence[str]
    """The attributes that Algolia has to be told to facet on."""

    def attributes(self, look: Appearance) -> dict[str, Any]:
        """The attributes of the record of a product that looks like this."""

    def terms(self, look: Appearance, counts: LabelCounts) -> list[Term]:
        """The filters by which products are found that look like this."""


class Likeness:
    """Strategies in use together; at most `max_filters` filters in a query. `names` are those of attributes.

    With `colors` a record names those of its product, for a facet; nothing is searched by them. Raises
    `ValueError` for strategies that do not go together, see `Combined`.

    Of the record's attributes, `optional` are lists that may be cut where it is short of room, best first;
    `hidden` say nothing to people; hits are re-ranked by those `compared`, if any; `recalled` tell how the
    product looks, and who says so. `facets` is how Algolia's settings name what is faceted on: of words no
    shopper wants to see counts.
    """

    def __init__(
        self,
        strategies: Sequence[Strategy],
        max_filters: int = MAX_FILTERS,
        names: AttributeNames = DEFAULT_NAMES,
        *,
        colors: bool = False,
    ) -> None:
        self.names, self.sees_colors = names, colors
        self._combined = Combined(strategies, max_filters)
        self._code = next((each for each in strategies if isinstance(each, VisualCode)), None)
        self.optional = tuple(each.attribute for each in strategies if isinstance(each, VisualWords))
        self.compared = [self._code.attribute] if self._code else []
        self.hidden = frozenset((*self.optional, *self.compared))
        self.recalled = [names.labels, names.visual, *self.compared]
        words = {facet: f"filterOnly({facet})" for facet in self.optional}
        self.facets = [words.get(facet, facet) for facet in self._combined.facets]
        self.facets += [names.colors] if colors else []

    @classmethod
    def named(
        cls,
        names: Sequence[StrategyName],
        *,
        tag: str = "",
        max_filters: int = MAX_FILTERS,
        attributes: AttributeNames = DEFAULT_NAMES,
        colors: bool = False,
    ) -> Self:
        """The named strategies; `tag` names the encoder.

        One of `max_filters` is left for `labels.recognizer_filter`.
        """
        strategies = [_strategy(name, tag, attributes) for name in names]
        return cls(strategies, max_filters - 1, attributes, colors=colors)

    @property
    def sees_vectors(self) -> bool:
        """Tell whether an encoder's vectors are of any use."""
        return bool(self.hidden)

    @property
    def reranks(self) -> bool:
        """Tell whether the first hits can be put in order by `closeness`."""
        return self._code is not None

    @property
    def window(self) -> int:
        """The number of first hits that are put in order."""
        return RERANKED if self.optional else RERANKED_WITHOUT_WORDS

    @property
    def written(self) -> Sequence[str]:
        """The attributes that every enriched record has."""
        return list(self.attributes(Appearance()))

    def attributes(self, look: Appearance) -> dict[str, Any]:
        """The attributes of a product's record, always under the same names."""
        told = self._combined.attributes(look)
        return {**told, self.names.colors: _main(look.colors)} if self.sees_colors else told

    def terms(self, look: Appearance, counts: LabelCounts) -> list[Term]:
        """The filters of a query, best first."""
        return self._combined.terms(look, counts)

    def whole(self, look: Appearance, counts: LabelCounts, terms: Sequence[Term]) -> int:
        """The points that a look, which asks for `terms`, would ask for if every label had a product."""
        whole = terms
        if not all(map(counts.may_find, look.labels)):
            whole = self.terms(look, replace(counts, complete=False))
        return sum(term.points for term in whole)

    def closeness(self, look: Appearance, record: Mapping[str, Any]) -> float | None:
        """The cosine, -1..1, of the look and a record; None where one of them tells none."""
        return self._code.closeness(look, record) if self._code else None

    def code(self, look: Appearance) -> Mapping[str, str]:
        """The attribute of a record to be re-ranked by; empty without a vector."""
        told = self._code.attributes(look) if self._code else {}
        return {name: code for name, code in told.items() if code}

    def recall(self, record: Mapping[str, Any]) -> Appearance:
        """The looks of a record's product, as far as it tells them."""
        labels = labels_in(record.get(self.names.labels))
        return Appearance(labels, vector=self._code.vector(record) if self._code else None)


def _strategy(name: StrategyName, tag: str, attributes: AttributeNames) -> Strategy:
    match name:
        case "labels":
            return WeightedLabels(names=attributes)
        case "words":
            return VisualWords(tag, names=attributes)
        case "code":
            return VisualCode(tag, attributes)


def _main(colors: Labels) -> list[str]:
    """The names, the largest share first."""
    return [color.name for color in colors if color.score >= MIN_COLOR_SHARE][:MAX_COLORS]


class Combined:
    """Asks for the best terms of each strategy, at most `max_filters` in all.

    Filters are given out one by one in proportion to their points, by Webster's method of giving out seats:
    who has no more terms leaves its filters to the others, and every beginning of the list is fair.
    Raises `ValueError` for strategies that share an attribute or exceed Algolia's points or filters.
    """

    def __init__(self, strategies: Sequence[Strategy], max_filters: int) -> None:
        self._strategies = tuple(strategies)
        self._max_filters = max_filters
        self.points = sum(strategy.points for strategy in strategies)
        self.facets: Sequence[str] = tuple(facet for each in strategies for facet in each.facets)
        self._check()

    def attributes(self, look: Appearance) -> dict[str, Any]:
        """The attributes that all of them add to a record."""
        return {name: value for each in self._strategies for name, value in each.attributes(look).items()}

    def terms(self, look: Appearance, counts: LabelCounts) -> list[Term]:
        """The best of all, those first that are next in turn."""
        turns = [
            ((2 * rank + 1) / strategy.points, number, term)
            for number, strategy in enumerate(self._strategies)
            for rank, term in enumerate(strategy.terms(look, counts))
        ]
        turns.sort(key=lambda turn: turn[:2])
        return [term for _, _, term in turns[: self._max_filters]]

    def _check(self) -> None:
        owners = Counter(facet.partition(".")[0] for facet in self.facets)
        if shared := [attribute for attribute, count in owners.items() if count > 1]:
            raise ValueError(f"two strategies write {', '.join(shared)}; combine one of them only")
        if self.points > ALGOLIA_POINTS:
            raise ValueError(f"{self.points} points exceed Algolia's {ALGOLIA_POINTS}")
        if not 0 < self._max_filters <= ALGOLIA_FILTERS:
            raise ValueError(f"1 to {ALGOLIA_FILTERS} filters fit a query, not {self._max_filters}")


def missing_settings(
    current: Mapping[str, Any], facets: Sequence[str] = (), names: AttributeNames = DEFAULT_NAMES
) -> dict[str, Any]:
    """The settings to write so that `current` serves image search; empty when it already does.

    `facets` are those of the strategies in use; labels, and whose they are, are asked for in any case.
    Algolia replaces lists whole, so the list returned holds what is there and what was missing.
    """
    declared = list(current.get("attributesForFaceting") or ())
    there = set(map(_attribute, declared))
    needed = dict.fromkeys((names.label_facet, recognizer_facet(names), *facets))
    missing = [facet for facet in needed if _attribute(facet) not in there]
    return {"attributesForFaceting": [*declared, *missing]} if missing else {}


def _attribute(declaration: str) -> str:
    """`searchable(brand)` -> `brand`."""
    return declaration.rpartition("(")[2].removesuffix(")")
