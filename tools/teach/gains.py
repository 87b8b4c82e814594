"""The report of fitting: what held-back photos find with the projection and without it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import t

from shared.labeling.projection import Projection
from tools.evaluate.datasets import By
from tools.evaluate.metrics import CONFIDENCE, Estimate, bounds
from tools.output import counted, facts, say, table
from tools.teach.finding import METRICS, Search, Values
from tools.teach.fitting import Comparison
from tools.teach.report import VERSION
from tools.teach.samples import Classes

_SURER = 2
"""Of the number that shows a true gain every other time; twice as many show it four times in five, for
((1.96 + 0.84) / 1.96) squared is 2."""

_MOST_TIMES = 100
"""Nobody photographs more than so many times as many products for a gain that small."""


@dataclass(frozen=True, slots=True)
class Gain:
    """A metric of held-back photos in 0..1: before, after, and the difference."""

    metric: str
    before: Estimate
    after: Estimate
    difference: Estimate


def gains(by: By, compared: Comparison) -> list[Gain]:
    """Sum up; intervals are over products, for photos of one are alike."""
    shown = compared.products
    return [
        Gain(metric, _mean_of(before, shown), _mean_of(after, shown), _mean_of(after - before, shown, -1))
        for metric, before, after in zip(METRICS[by], compared.before.T, compared.after.T, strict=True)
    ]


def _mean_of(values: Values, products: Classes, least: float = 0) -> Estimate:
    """Student's interval of a ratio of sums over products (Cochran, "Sampling Techniques" (1977), 6.4).

    Of few products, that of a bootstrap is too narrow. Equal values have no spread to reckon with; only a
    projection that changes nothing is known to gain nothing.
    """
    _, numbers, counts = np.unique(products, return_inverse=True, return_counts=True)
    mean, free = float(values.mean()), max(1, len(counts) - 1)
    apart = np.bincount(numbers, values) - mean * counts
    error = math.sqrt(apart @ apart * len(counts) / free) / len(values)
    margin = float(t.ppf((1 + CONFIDENCE) / 2, free)) * error
    if np.ptp(values) == 0 and (least == 0 or mean):
        [[low], [high]] = bounds(np.array([mean]), len(counts), least).tolist()
        return Estimate(mean, low, high)
    return Estimate(mean, max(least, mean - margin), min(1, mean + margin))


@dataclass(frozen=True, slots=True)
class FittingReport:
    """All there is to tell of a projection: the first of `gains` decides whether it is worth writing."""

    by: By
    photos: int
    products: int
    folds: int
    gains: Sequence[Gain]
    projection: Projection
    shrinkage: float

    @property
    def wins(self) -> bool:
        """True where what it gains is above 0, chance aside."""
        return self.gains[0].difference.low > 0

    def as_json(self) -> dict[str, Any]:
        """Everything, for scripts."""
        projection = {
            "by": self.by,
            "photos": self.photos,
            "products": self.products,
            "folds": self.folds,
            "confidence": CONFIDENCE,
            "wins": self.wins,
            "shrinkage": self.shrinkage,
            "metrics": {
                each.metric: {
                    name: {"value": round(it.value, 5), "low": round(it.low, 5), "high": round(it.high, 5)}
                    for name, it in (
                        ("before", each.before),
                        ("after", each.after),
                        ("gain", each.difference),
                    )
                }
                for each in self.gains
            },
        }
        return {"version": VERSION, "encoder": self.projection.encoder_id, "projection": projection}

    def show(self) -> None:
        """Print what photos find before and after."""
        photos, products = counted(self.photos, "photo"), counted(self.products, "product")
        wanted = "their product" if self.by == "product" else "products of their class"
        facts(
            f"{photos} of {products} searching for {wanted}, each without its product in what is fitted to",
            [
                ("tested in", f"{self.folds} parts; shrinkage chosen without the part"),
                ("fitted to all", f"shrinkage {self.shrinkage:g}"),
            ],
        )
        table(
            ("", "without", "with projection", "gain"),
            [(it.metric, _mean(it.before), _mean(it.after), _signed(it.difference)) for it in self.gains],
        )
        say(f"Per cent, with {100 * CONFIDENCE:.0f} % intervals over products. Another shop may lose.")

    def refusal(self) -> str:
        """Say what was measured and what would help, where it does not win."""
        first = self.gains[0]
        gain = first.difference
        measured = f"{first.metric} changed by {_signed(gain)}, so that it may gain nothing"
        needed = _needed(gain, self.products)
        if needed > _MOST_TIMES * self.products:
            return (
                f"{measured}; more of such pictures will hardly help, for the encoder finds as much without"
            )
        return f"{measured}; photos of some {needed:,} products would tell, instead of {self.products:,}"


def _needed(gain: Estimate, products: int) -> float:
    """The number of products that would tell; without a gain no number does."""
    if gain.value <= 0:
        return math.inf
    margin = (gain.value - gain.low) / gain.value
    return max(math.ceil(_SURER * products * margin**2), products + 1)


def reported(search: Search, compared: Comparison, fitted: tuple[Projection, float]) -> FittingReport:
    """Put a report together."""
    projection, shrinkage = fitted
    return FittingReport(
        by=search.by,
        photos=len(compared.products),
        products=len(np.unique(compared.products)),
        folds=compared.folds,
        gains=gains(search.by, compared),
        projection=projection,
        shrinkage=shrinkage,
    )


def _mean(it: Estimate) -> str:
    return f"{100 * it.value:.1f} ({100 * it.low:.0f}-{100 * it.high:.0f})"


def _signed(it: Estimate) -> str:
    return f"{100 * it.value:+.1f} ({100 * it.low:+.1f} to {100 * it.high:+.1f})"
