"""How far to trust logits: temperature scaling.

Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks" (2017), section 4.2: logits are
divided by the one number that makes the logarithmic loss of held-out pictures smallest.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq
from scipy.special import softmax

from shared.labeling.providers.embedded.labels import COLDEST, HOTTEST
from tools.teach.fitting import Values
from tools.teach.samples import Classes


def temperature(logits: Values, classes: Classes) -> float:
    """Return the temperature in COLDEST..HOTTEST with the smallest loss of `softmax(logits / temperature)`.

    The loss is convex in 1 / temperature, so its slope is 0 there: as large a logit is expected as is true.
    """
    true = logits[np.arange(len(classes)), classes].mean()

    def slope(inverse: float) -> float:
        return float((softmax(logits * inverse, axis=1) * logits).sum(axis=1).mean() - true)

    if slope(1 / COLDEST) <= 0:
        return COLDEST
    if slope(1 / HOTTEST) >= 0:
        return HOTTEST
    return float(1 / brentq(slope, 1 / HOTTEST, 1 / COLDEST))
