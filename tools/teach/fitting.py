"""Multinomial logistic regression with an L2 penalty; pure, and the same numbers at every run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from tools.teach.samples import Classes, Vectors

TOLERANCE = 1e-6
"""Of the loss's gradient, in each weight."""

MAX_STEPS = 1_000
"""Far more than vectors of unit length take."""

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fit:
    """`weights` of shape [dimensions, classes] and `bias` of shape [classes]."""

    weights: Values
    bias: Values

    def logits(self, vectors: Vectors) -> Values:
        """Return logarithms of the odds, of shape [pictures, classes]; each row may be off by a number."""
        logits: Values = vectors @ self.weights + self.bias
        return logits


def fits(vectors: Vectors, classes: Classes, penalties: Sequence[float]) -> Iterator[Fit]:
    """Fit once for each penalty, each beginning where the one before ended.

    The loss is the mean logarithmic loss over pictures plus penalty / 2 times the sum of squared weights;
    the bias goes unpunished. `penalties` are above 0, and best fall.
    """
    # Of two classes scikit-learn fits the difference alone, whose square is twice that of both halves.
    spread = np.array([[-0.5, 0.5]]) if classes.max() == 1 else np.eye(classes.max() + 1)
    model = LogisticRegression(solver="newton-cg", tol=TOLERANCE, max_iter=MAX_STEPS, warm_start=True)
    for penalty in penalties:
        model.set_params(C=1 / (penalty * len(vectors) * (spread**2).sum(axis=1)[0]))
        model.fit(vectors, classes)
        yield Fit(model.coef_.T @ spread, model.intercept_ @ spread)
