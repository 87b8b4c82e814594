"""A head taught from samples: fitted, calibrated, and put to the test by cross-validation.

Logits are calibrated by temperature scaling: Guo, Pleiss, Sun and Weinberger, "On calibration of modern
neural networks" (2017), section 4.2. They are divided by the one number that makes the logarithmic loss of
held-out pictures smallest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedKFold

from shared.labeling.providers.embedded.labels import COLDEST, HOTTEST, Head
from tools.output import ShowProgress
from tools.teach.samples import Classes, Samples, Vectors

TOLERANCE = 1e-6
"""Of the loss's gradient, in each weight."""

MAX_STEPS = 1_000
"""Far more than vectors of unit length take."""

PENALTIES = (3e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5)
"""Of the L2 term, strongest first: of ten classes, 100 pictures did best with 1e-2, 1,500 with 3e-4.
Where the weakest does best, for classes that are easily told apart, still weaker ones recognized no more."""

FOLDS = 5
"""Kohavi, "A study of cross-validation and bootstrap for accuracy estimation and model selection" (1995),
recommends stratified parts, and ten; five take half the time."""

SEED = 20_260_103

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


def folds(classes: Classes, most: int = FOLDS) -> Iterator[tuple[Classes, Classes]]:
    """Yield, for each part, the positions of all other pictures and its own; the same at every call.

    There are at most so many parts, fewer where a class has fewer pictures.
    """
    parts = min(most, int(np.bincount(classes).min()))
    yield from StratifiedKFold(parts, shuffle=True, random_state=SEED).split(classes, classes)


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
    """The answers of heads about pictures they had not been taught: `scores` of shape [pictures, classes].

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


def held_out(samples: Samples, progress: ShowProgress) -> HeldOut:
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


def head_of(taught: Taught, names: Sequence[str], encoder_id: str) -> Head:
    """Return the head; logits are centered over classes, which changes no score and keeps numbers small."""
    weights, bias = taught.fit.weights, taught.fit.bias
    return Head(
        encoder_id=encoder_id,
        classes=tuple(names),
        weights=(weights - weights.mean(axis=1, keepdims=True)).T.astype(np.float32),
        bias=bias - bias.mean(),
        temperature=taught.temperature,
    )
