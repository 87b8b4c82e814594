"""What one ranking is worth, as numbers in 0..1.

Precision at k and average precision as in Manning, Raghavan and Schuetze, "Introduction to Information
Retrieval" (2008), section 8.4; the reciprocal rank as in Voorhees, "The TREC-8 Question Answering Track
Report" (1999). Their means over queries are P@k, mAP and MRR.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

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
)
"""The columns of a table of values, in this order."""

Values = NDArray[np.float64]


def measured(
    relevant: NDArray[np.bool_], total: int, *, matched: bool, exact: float = np.nan
) -> dict[str, float]:
    """Return every metric of one ranking.

    `relevant` says of each place, best first, whether what stands there is right; `total` counts all that is
    right in the index, at least 1; `matched` whether the first place shares anything with the picture;
    `exact` what `kept` returns, NaN where vectors play no part. Raises `ValueError` where nothing could have
    been found.
    """
    if total < 1:
        raise ValueError("a query needs at least one right answer in the index")
    places = np.flatnonzero(relevant)
    return {
        "precision_at_1": precision(relevant, 1),
        "precision_at_10": precision(relevant, 10),
        "average_precision": average_precision(places, total),
        "hit_at_1": hit(places, 1),
        "hit_at_5": hit(places, 5),
        "hit_at_10": hit(places, 10),
        "reciprocal_rank": 1.0 / (1 + int(places[0])) if len(places) else 0.0,
        "no_match": float(not matched),
        "exact_in_100": exact,
    }


def precision(relevant: NDArray[np.bool_], depth: int) -> float:
    """Return the share of the first `depth` places that are right; a place nothing stands on is wrong."""
    return int(np.count_nonzero(relevant[:depth])) / depth


def average_precision(places: NDArray[np.intp], total: int) -> float:
    """Return the mean over all right answers of the precision at their places, counted from 0."""
    return float(np.sum(np.arange(1, len(places) + 1) / (places + 1)) / total)


def hit(places: NDArray[np.intp], depth: int) -> float:
    """Return 1 where a right answer stands on one of the first `depth` places, else 0."""
    return float(bool(len(places)) and int(places[0]) < depth)


def kept(nearest: Sequence[str], candidates: Sequence[str]) -> float:
    """Return the share of the exact cosine's first products that a re-ranking can still put first."""
    return len({*nearest} & {*candidates}) / len(nearest) if nearest else 1.0


def as_table(rows: Iterable[Mapping[str, float]]) -> Values:
    """Return the values of many queries, of shape [queries, metrics]."""
    return np.array([[row[name] for name in METRICS] for row in rows], dtype=np.float64).reshape(
        -1, len(METRICS)
    )


def column(values: Values, metric: str) -> Values:
    """Return one metric of every query."""
    return np.asarray(values[:, METRICS.index(metric)])


def rows_of(groups: Sequence[str]) -> dict[str, NDArray[np.intp]]:
    """Return the row numbers of each group, by name."""
    names = np.array(groups)
    return {str(name): np.flatnonzero(names == name) for name in np.unique(names)}
