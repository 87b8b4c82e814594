"""Splitting pictures for cross-validation, each class evenly."""

from __future__ import annotations

import numpy as np

from tools.teach.samples import Classes

FOLDS = 5
"""Kohavi, "A study of cross-validation and bootstrap for accuracy estimation and model selection" (1995),
recommends stratified parts, and ten; five take half the time."""

SEED = 20_260_103


def folds(classes: Classes, most: int = FOLDS) -> Classes:
    """Return the part that each picture belongs to, from 0; the same at every call.

    There are `most` parts, fewer where a class has fewer pictures, 2 at least. A class's pictures are dealt
    out one by one, beginning where the class before ended, so parts differ by one picture at most, of every
    class and in all.
    """
    chance = np.random.default_rng(SEED)
    counts = np.bincount(classes)
    parts = max(2, min(most, int(counts[counts > 0].min())))
    dealt = np.empty(len(classes), np.intp)
    start = 0
    for number in np.flatnonzero(counts):
        own = chance.permutation(np.flatnonzero(classes == number))
        dealt[own] = (start + np.arange(len(own))) % parts
        start += len(own)
    return dealt
