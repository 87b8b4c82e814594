"""Multinomial logistic regression with an L2 penalty; pure, and the same numbers at every run.

Each step is a Newton step with Böhning's bound in place of the Hessian ("Multinomial logistic regression
algorithm", Annals of the Institute of Statistical Mathematics 44, 1992): it is the same for every class and
whatever the weights, so that one matrix as wide as a vector is inverted, once. The steps are accelerated by
Nesterov's momentum, begun anew where it points uphill (O'Donoghue and Candès, "Adaptive restart for
accelerated gradient schemes", Foundations of Computational Mathematics 15, 2015).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tools.teach.samples import Classes, Vectors

TOLERANCE = 1e-5
"""Of the loss's gradient, in each weight."""

MAX_STEPS = 2_000
"""Far more than vectors of unit length take: 30 to 250, the most with the weakest penalty."""

_BOUND = 0.5
"""Böhning's: no class's probability adds more than half of the vectors' products to the Hessian."""

_RIDGE = 1e-9
"""Lets the matrix be inverted where the vectors, with their 1 for the bias, depend on one another."""

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


def softmax(logits: Values) -> Values:
    """Return probabilities, summing to 1 along the last axis."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    probabilities: Values = powers / powers.sum(axis=-1, keepdims=True)
    return probabilities


def fits(vectors: Vectors, classes: Classes, count: int, penalties: Sequence[float]) -> Iterator[Fit]:
    """Fit once for each penalty, each beginning where the one before ended.

    The loss is the mean logarithmic loss over pictures plus penalty / 2 times the sum of squared weights;
    the bias goes unpunished. `penalties` are above 0, and best fall; `count` is the number of classes.
    """
    inputs = np.hstack([vectors, np.ones((len(vectors), 1))])
    weights = np.zeros((inputs.shape[1], count))
    truth = np.eye(count)[classes]
    for penalty in penalties:
        weights = _minimised(inputs, truth, penalty, weights)
        yield Fit(weights[:-1], weights[-1])


def _minimised(inputs: Values, truth: Values, penalty: float, weights: Values) -> Values:
    shrink = np.full((inputs.shape[1], 1), penalty)
    shrink[-1] = 0
    bound = _BOUND * inputs.T @ inputs / len(inputs) + np.diag(shrink[:, 0] + _RIDGE)
    scale = np.linalg.inv(bound)
    ahead, momentum = weights, 1.0
    for _ in range(MAX_STEPS):
        gradient = inputs.T @ (softmax(inputs @ ahead) - truth) / len(inputs) + shrink * ahead
        if np.abs(gradient).max() < TOLERANCE:
            break
        stepped = ahead - scale @ gradient
        uphill = np.vdot(gradient, stepped - weights) > 0
        following = 1.0 if uphill else (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        share = 0.0 if uphill else (momentum - 1) / following
        ahead, weights, momentum = stepped + share * (stepped - weights), stepped, following
    return ahead
