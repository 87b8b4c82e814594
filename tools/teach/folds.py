"""Splitting pictures for cross-validation, each class evenly."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from sklearn.model_selection import StratifiedKFold

from tools.teach.samples import Classes

FOLDS = 5
"""Kohavi, "A study of cross-validation and bootstrap for accuracy estimation and model selection" (1995),
recommends stratified parts, and ten; five take half the time."""

SEED = 20_260_103


def folds(classes: Classes) -> Iterator[tuple[Classes, Classes]]:
    """Yield, for each part, the positions of all other pictures and its own; the same at every call.

    There are `FOLDS` parts, fewer where a class has fewer pictures.
    """
    parts = min(FOLDS, int(np.bincount(classes).min()))
    yield from StratifiedKFold(parts, shuffle=True, random_state=SEED).split(classes, classes)
