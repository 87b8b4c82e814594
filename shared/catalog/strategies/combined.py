"""Several strategies as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from shared.catalog.rarity import LabelCounts
from shared.catalog.strategies import Strategy, Term, budget
from shared.model import Appearance


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
        """What all of them add to a record."""
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
        if self.points > budget.ALGOLIA_POINTS:
            raise ValueError(f"{self.points} points exceed Algolia's {budget.ALGOLIA_POINTS}")
        if not 0 < self._max_filters <= budget.ALGOLIA_FILTERS:
            raise ValueError(f"1 to {budget.ALGOLIA_FILTERS} filters fit a query, not {self._max_filters}")
