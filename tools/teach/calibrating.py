"""How far to trust logits: temperature scaling.

Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks" (2017), section 4.2: logits are
divided by the one number that makes the logarithmic loss of held-out pictures smallest.
"""

from __future__ import annotations

import numpy as np

from shared.labeling.providers.embedded.head import COLDEST, HOTTEST
from tools.teach.fitting import Values, softmax
from tools.teach.samples import Classes

_HALVINGS = 60
"""More than double precision can tell apart."""

_SMALLEST = 1e-12
"""A probability below counts as this, so that one mistake made with certainty costs no infinite loss."""


def log_loss(probabilities: Values, classes: Classes) -> float:
    """Return the mean of -log of the right class's probability, in nats; 0 is perfect."""
    right = probabilities[np.arange(len(classes)), classes]
    return float(-np.log(np.maximum(right, _SMALLEST)).mean())


def temperature(logits: Values, classes: Classes) -> float:
    """Return the temperature in COLDEST..HOTTEST with the smallest loss of `softmax(logits / temperature)`.

    The loss is convex in 1 / temperature, so its slope is searched for 0 by halving.
    """
    low, high = np.log(1 / HOTTEST), np.log(1 / COLDEST)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _slope(logits, classes, np.exp(middle)) > 0:
            high = middle
        else:
            low = middle
    return float(np.clip(np.exp(-(low + high) / 2), COLDEST, HOTTEST))


def _slope(logits: Values, classes: Classes, inverse: float) -> float:
    """Of the loss, by the inverse temperature: the mean logit expected less the mean logit of the truth."""
    expected = (softmax(logits * inverse) * logits).sum(axis=1)
    return float((expected - logits[np.arange(len(classes)), classes]).mean())
