"""From the class probabilities of a model to labels in a shopper's words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shared.model import Label, Labels


class Vocabulary:
    """The labels of a classifier's classes: each class has a name and any number of broader labels.

    Classes exclude one another, so the probability of a broader label is the sum over its classes; classes
    of one name, or named like a broader label, share one label.
    """

    def __init__(self, classes: Sequence[tuple[str, Sequence[str]]]) -> None:
        specific = dict.fromkeys(name for name, _ in classes)
        broader = dict.fromkeys(label for _, labels in classes for label in labels)
        self.classes = len(classes)
        self.names = tuple(specific | broader)
        position = {name: number for number, name in enumerate(self.names)}
        pairs = [
            (position[label], number)
            for number, (name, labels) in enumerate(classes)
            for label in dict.fromkeys((name, *labels))
        ]
        self._labels, self._classes = np.array(pairs, dtype=np.intp).T

    def rank(self, probabilities: NDArray[np.float32], min_score: float, max_labels: int) -> Labels:
        """Return the labels of at least `min_score`, best first, at most `max_labels`.

        `probabilities` has one value per class and sums to 1, but for rounding. Of labels with equal scores
        the specific comes before the broader.
        """
        scores = np.bincount(self._labels, probabilities[self._classes], minlength=len(self.names))
        kept = np.flatnonzero(scores >= min_score)
        best = kept[np.argsort(-scores[kept], kind="stable")[:max_labels]]
        return tuple(Label(self.names[number], min(float(scores[number]), 1.0)) for number in best)


def read_vocabulary(path: Path) -> Vocabulary:
    """Read a JSON list of [name, [broader label, ...]], one for each class in the model's order."""
    return Vocabulary(json.loads(path.read_text(encoding="utf-8")))
