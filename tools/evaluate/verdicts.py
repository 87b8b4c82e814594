"""The verdicts on the first ten hits, as the search function gives them, and how many are believable."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.catalog.query import VisualQuery, answer
from shared.model import Appearance, Refinement
from shared.verdict import Steps, Verdict, sure_names

JUDGED = 10
"""First hits that get a verdict here."""

Group = str
"""`very_similar`; `similar` or more; `held_back`: less similar only for want of a label that is sure."""

_OF: Mapping[Verdict, AbstractSet[Group]] = {
    "verySimilar": {"very_similar", "similar"},
    "similar": {"similar"},
    "lessSimilar": frozenset(),
}
_GROUPS = ("very_similar", "similar", "held_back")

VERDICT_METRICS = tuple(f"{right}_{group}" for group in _GROUPS for right in ("right", "wrong"))


@dataclass(frozen=True, slots=True)
class VerdictRule:
    """The steps of a picture that asks for so many points, and the score from which labels are sure.

    `calibrated` is whether the shop has chosen any of the steps itself.
    """

    steps: Callable[[int], Steps]
    sure_from: float | None = None
    calibrated: bool = False

    def groups(
        self,
        look: Appearance,
        query: VisualQuery,
        whole: int,
        found: Sequence[tuple[Mapping[str, Any], float | None]],
    ) -> list[AbstractSet[Group]]:
        """Judge the first hits, which come with their closeness; all their labels are one recognizer's."""
        steps, records = self.steps(whole), [record for record, _ in found[:JUDGED]]
        deciding = sure_names(look.labels, self.sure_from) & query.points("label").keys()
        told = []
        for hit, (_, near) in zip(
            answer(query, Refinement(), {}, {"hits": records}).hits, found, strict=False
        ):
            judged = replace(hit, closeness=near, labeled=bool(hit.record.get("labels")))
            verdict, unheld = steps.verdict(judged, deciding), steps.verdict(judged, frozenset())
            told.append(_OF[verdict] | ({"held_back"} if verdict != unheld else frozenset()))
        return told


def verdict_shares(relevant: NDArray[np.bool_], judged: Sequence[AbstractSet[Group]]) -> dict[str, float]:
    """The shares of ten hits by group, right ones and wrong ones; NaN where nothing was judged."""
    if not judged:
        return dict.fromkeys(VERDICT_METRICS, np.nan)
    names = [
        f"{'right' if right else 'wrong'}_{group}"
        for groups, right in zip(judged, relevant, strict=False)
        for group in groups
    ]
    return {metric: names.count(metric) / JUDGED for metric in VERDICT_METRICS}
