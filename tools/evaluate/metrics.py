"""Measures of one ranking in 0..1, and their means over queries with bootstrap intervals.

Precision at k and average precision as in Manning, Raghavan and Schuetze, "Introduction to Information
Retrieval" (2008), section 8.4; the reciprocal rank as in Voorhees, "The TREC-8 Question Answering Track
Report" (1999). Their means over queries are P@k, mAP and MRR.

Intervals are percentile bootstrap intervals: Efron and Tibshirani, "An Introduction to the Bootstrap" (1993),
chapter 13. Precision is a mean of shares and not a share, and two strategies are compared on the same
queries, so the exact bounds of `tools.shares` do not hold here. Of few or equal values, draws are too much
alike; Hoeffding's bounds, "Probability inequalities for sums of bounded random variables" (1963), theorem 1,
hold for any, and are those of shares where all are right or wrong. Photos of one product are found together
or missed together, so that whole clusters of queries are drawn: as if each were a witness of its own,
intervals would be too narrow (Davison and Hinkley, "Bootstrap Methods and their Application" (1997), section
3.8). The seed is fixed, so that two runs agree, and strategies meet the same draws.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tools.evaluate.verdicts import VERDICT_METRICS, Group, verdict_shares

METRICS = (
    "precision_at_1",
    "precision_at_10",
    "average_precision",
    "hit_at_1",
    "hit_at_5",
    "hit_at_10",
    "reciprocal_rank",
    "no_match",
    "exact_in_100",
    *VERDICT_METRICS,
)
"""The columns of a table of values, in this order."""

BOOTSTRAP_SEED = 20_260_101
RESAMPLES = 2_000
CONFIDENCE = 0.95

_FEW = 20
"""Of fewer clusters, draws are too much alike to tell how far from them the truth may lie."""

_HALVINGS, _TINY = 40, 1e-300

_DRAWN_AT_ONCE = 2_000_000
"""Counts held in memory at a time, 8 bytes each."""

Values = NDArray[np.float64]

Clusters = NDArray[np.intp]
"""The number of each query's cluster, of shape [queries]."""


def measured(
    relevant: NDArray[np.bool_],
    total: int,
    *,
    matched: bool,
    exact: float = np.nan,
    judged: Sequence[AbstractSet[Group]] = (),
) -> dict[str, float]:
    """Return every metric of one ranking.

    `relevant` says of each place, best first, whether what stands there is right; `total` counts all that is
    right in the index, at least 1; `matched` whether the first place shares anything with the picture;
    `exact` what `kept` returns, NaN where vectors play no part; `judged` are the first places. Raises
    `ValueError` where nothing could have been found.
    """
    if total < 1:
        raise ValueError("a query needs at least one right answer in the index")
    places = np.flatnonzero(relevant) + 1
    first = int(places[0]) if len(places) else np.inf
    return {
        # A place nothing stands on is wrong.
        **{f"precision_at_{depth}": int(np.count_nonzero(relevant[:depth])) / depth for depth in (1, 10)},
        "average_precision": float(np.sum(np.arange(1, len(places) + 1) / places) / total),
        **{f"hit_at_{depth}": float(first <= depth) for depth in (1, 5, 10)},
        "reciprocal_rank": 1.0 / first,
        "no_match": float(not matched),
        "exact_in_100": exact,
        **verdict_shares(relevant, judged),
    }


def kept(nearest: Sequence[str], candidates: Sequence[str]) -> float:
    """Return the share of the exact cosine's first products that a re-ranking can still put first."""
    return len({*nearest} & {*candidates}) / len(nearest) if nearest else 1.0


def as_table(rows: Iterable[Mapping[str, float]]) -> Values:
    """Return the values of many queries, of shape [queries, metrics]."""
    table = np.array([[row[name] for name in METRICS] for row in rows], dtype=np.float64)
    return table.reshape(-1, len(METRICS))


def column(values: Values, metric: str) -> Values:
    """Return one metric of every query."""
    return np.asarray(values[:, METRICS.index(metric)])


def rows_of(groups: Sequence[str]) -> dict[str, NDArray[np.intp]]:
    """Return the row numbers of each group, by name."""
    names = np.array(groups)
    return {str(name): np.flatnonzero(names == name) for name in np.unique(names)}


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean and the interval that holds it with `CONFIDENCE`; NaN, all three, where nothing was measured."""

    value: float
    low: float
    high: float

    @property
    def known(self) -> bool:
        """True where there is a number."""
        return not math.isnan(self.value)


def estimates(
    values: Values,
    clusters: Clusters | None = None,
    resamples: int = RESAMPLES,
    seed: int = BOOTSTRAP_SEED,
    *,
    least: float = 0.0,
) -> list[Estimate]:
    """Return an estimate for each column of `values`, of shape [queries, columns], in `least`..1.

    Queries of one of the `clusters` are drawn together; without clusters each alone.
    """
    queries, columns = values.shape
    if not queries:
        return [Estimate(np.nan, np.nan, np.nan)] * columns
    counted = np.column_stack([values, np.ones(queries)])
    sums = _resampled_sums(counted, clusters, resamples, seed)
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(sums[:, :-1] / sums[:, -1:], [tail, 1 - tail], axis=0)
    middle = values.mean(axis=0)
    drawn = queries if clusters is None else len(np.unique(clusters))
    exact = bounds(middle, drawn, least)
    vague = _vague(values, drawn, least)
    low = np.where(vague, exact[0], low)
    high = np.where(vague, exact[1], high)
    # Rounding can put the mean of equal values a hair outside their interval.
    told = np.stack([middle, np.minimum(low, middle), np.maximum(high, middle)], axis=1)
    return [Estimate(*each) for each in told.tolist()]


def _vague(values: Values, drawn: int, least: float) -> NDArray[np.bool_]:
    """The columns of which draws would claim too much; what never differs from its rival is no luck."""
    same = (least < 0) & ~values.any(axis=0)
    vague: NDArray[np.bool_] = ((drawn < _FEW) | (np.ptp(values, axis=0) == 0)) & ~same
    return vague


def bounds(means: Values, drawn: int, least: float = 0.0) -> Values:
    """Hoeffding's bounds of the true means of so many drawn values in `least`..1, of shape [2, means]."""
    share = (means - least) / (1 - least)
    return np.asarray(
        least + (1 - least) * np.array([1 - _highest(1 - share, drawn), _highest(share, drawn)])
    )


def _highest(means: Values, drawn: int) -> Values:
    """The largest true means, in 0..1, that so many drawn values with these means leave possible."""
    allowed = math.log(2 / (1 - CONFIDENCE)) / drawn
    low, high = means, np.ones_like(means)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        far = _divergence(means, middle) > allowed
        low, high = np.where(far, low, middle), np.where(far, middle, high)
    return high


def _divergence(seen: Values, true: Values) -> Values:
    """Kullback and Leibler's, of shares."""
    pairs = ((seen, true), (1 - seen, 1 - true))
    parts = [one * np.log(np.maximum(one, _TINY) / np.maximum(other, _TINY)) for one, other in pairs]
    return np.asarray(sum(parts))


def ratio(counts: Values, clusters: Clusters | None = None) -> Estimate:
    """Return the first column's sum over the second's, of shape [queries, 2], which is not 0.

    Of few clusters, and of none or all, draws are too much alike, and the interval is that of a share.
    """
    part, whole = _resampled_sums(counts, clusters, RESAMPLES, BOOTSTRAP_SEED).T
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(part / np.maximum(whole, 1e-9), [tail, 1 - tail]).tolist()
    value, counted = counts[:, 0].sum() / counts[:, 1].sum(), counts[:, 1] > 0
    drawn = int(counted.sum()) if clusters is None else len(np.unique(clusters[counted]))
    if drawn < _FEW or value in {0, 1}:
        [[low], [high]] = bounds(np.array([value]), drawn).tolist()
    return Estimate(float(value), low, high)


def clusters_of(names: Sequence[str]) -> Clusters:
    """Return the same number for the same name."""
    return np.unique(np.array(names), return_inverse=True)[1].reshape(-1)


def _resampled_sums(values: Values, clusters: Clusters | None, resamples: int, seed: int) -> Values:
    """Sums of shape [resamples, columns]: how often each cluster is drawn, times the sum of its queries."""
    chance = np.random.default_rng(seed)
    drawn = values if clusters is None else _added_up(values, clusters)
    share = np.full(len(drawn), 1 / len(drawn))
    step = max(1, _DRAWN_AT_ONCE // len(drawn))
    sizes = [min(step, resamples - start) for start in range(0, resamples, step)]
    return np.concatenate([chance.multinomial(len(drawn), share, size) @ drawn for size in sizes])


def _added_up(values: Values, clusters: Clusters) -> Values:
    """The sums of each cluster, of shape [clusters, columns]."""
    numbers, places = np.unique(clusters, return_inverse=True)
    sums = np.zeros((len(numbers), values.shape[1]))
    np.add.at(sums, places, values)
    return sums
