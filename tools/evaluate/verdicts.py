"""The verdicts on the first ten hits, as the search function gives them, and how many are believable."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from shared.catalog.query import VisualQuery, answer
from shared.model import Appearance, Hit, Refinement
from shared.verdict import Steps, Verdict, sure_names

JUDGED = 10
"""First hits that get a verdict here."""

GROUPS = ("very_similar", "similar", "held_back")
"""Very similar; similar or more; no more than less similar for want of a label that is sure."""

VERDICT_METRICS = tuple(f"{right}_{group}" for group in GROUPS for right in ("right", "wrong"))


class JudgedHit(NamedTuple):
    """The verdict on a hit, and the one that it would get if no label were sure."""

    verdict: Verdict
    unheld: Verdict

    @property
    def groups(self) -> set[str]:
        """Those of `GROUPS` that it belongs to."""
        steps = {
            "verySimilar": {"very_similar", "similar"},
            "similar": {"similar"},
            "lessSimilar": set[str](),
        }
        return steps[self.verdict] | ({"held_back"} if self.verdict != self.unheld else set())


@dataclass(frozen=True, slots=True)
class VerdictRule:
    """The steps of a picture that asks for so many points, and the score from which labels are sure."""

    steps: Callable[[int], Steps]
    sure_from: float | None = None

    def judged(
        self,
        look: Appearance,
        query: VisualQuery,
        whole: int,
        found: Sequence[tuple[Mapping[str, Any], float | None]],
    ) -> list[JudgedHit]:
        """Judge the first hits, which come with their closeness, of a picture with `whole` points.

        All their labels are one recognizer's.
        """
        steps = self.steps(whole)
        deciding = sure_names(look.labels, self.sure_from) & query.points("label").keys()
        records = [record for record, _ in found[:JUDGED]]
        hits = answer(query, Refinement(), {}, {"hits": records}).hits
        return [
            _judged(replace(hit, closeness=near, labeled=bool(hit.record.get("labels"))), steps, deciding)
            for hit, (_, near) in zip(hits, found, strict=False)
        ]


def _judged(hit: Hit, steps: Steps, deciding: frozenset[str]) -> JudgedHit:
    return JudgedHit(steps.verdict(hit, deciding), steps.verdict(hit, frozenset()))


def verdict_shares(relevant: NDArray[np.bool_], judged: Sequence[JudgedHit]) -> dict[str, float]:
    """The shares of ten hits by group, right ones and wrong ones; NaN where nothing was judged."""
    if not judged:
        return dict.fromkeys(VERDICT_METRICS, np.nan)
    return {
        f"{name}_{group}": sum(
            group in hit.groups and right == wanted for hit, right in zip(judged, relevant, strict=False)
        )
        / JUDGED
        for group in GROUPS
        for name, wanted in (("right", True), ("wrong", False))
    }
