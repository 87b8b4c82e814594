"""From samples to a head: the penalty is chosen, logits are calibrated, and all of it is put to the test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import softmax
from sklearn.metrics import log_loss

from tools.teach.calibrating import temperature
from tools.teach.fitting import Fit, Values, fits
from tools.teach.folds import folds
from tools.teach.samples import Classes, Progress, Samples, Vectors

PENALTIES = (3e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5)
"""Of the L2 term, strongest first: of ten classes, 100 pictures did best with 1e-2, 1,500 with 3e-4.
Where the weakest does best, for classes that are easily told apart, still weaker ones recognised no more."""


@dataclass(frozen=True, slots=True)
class Taught:
    """A fit with the penalty and the temperature that cross-validation chose."""

    fit: Fit
    penalty: float
    temperature: float

    def probabilities(self, vectors: Vectors) -> Values:
        """Return calibrated scores of shape [pictures, classes]."""
        scores: Values = softmax(self.fit.logits(vectors) / self.temperature, axis=1)
        return scores


@dataclass(frozen=True, slots=True)
class HeldOut:
    """What heads said of pictures that they had not been taught: `scores` of shape [pictures, classes].

    No choice was made by these pictures either: each head's penalty and temperature come from the pictures
    it was taught.
    """

    scores: Values
    folds: int


def teach(vectors: Vectors, classes: Classes) -> Taught:
    """Fit to all pictures, with the penalty and temperature of the least loss in their cross-validation."""
    logits = _cross_validated(vectors, classes)
    heats = [temperature(each, classes) for each in logits]
    losses = [
        log_loss(classes, softmax(each / heat, axis=1)) for each, heat in zip(logits, heats, strict=True)
    ]
    best = int(np.argmin(losses))
    *_, fit = fits(vectors, classes, PENALTIES[: best + 1])
    return Taught(fit, PENALTIES[best], heats[best])


def _cross_validated(vectors: Vectors, classes: Classes) -> Values:
    """Logits of each picture from fits to the other parts, of shape [penalties, pictures, classes]."""
    logits = np.empty((len(PENALTIES), len(classes), classes.max() + 1))
    for others, held in folds(classes):
        for number, fit in enumerate(fits(vectors[others], classes[others], PENALTIES)):
            logits[number, held] = fit.logits(vectors[held])
    return logits


def held_out(samples: Samples, progress: Progress) -> HeldOut:
    """Teach anew without each part in turn, and ask about it: a nested cross-validation.

    Varma and Simon, "Bias in error estimation when using cross-validation for model selection" (2006).
    """
    parts = list(folds(samples.classes))
    scores = np.empty((len(samples.classes), len(samples.names)))
    with progress("Parts tested:", len(parts)) as told:
        for number, (others, held) in enumerate(parts):
            taught = teach(samples.vectors[others], samples.classes[others])
            scores[held] = taught.probabilities(samples.vectors[held])
            told(number + 1)
    return HeldOut(scores, len(parts))
