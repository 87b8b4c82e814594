"""From what the network makes of a picture to labels: by its own vocabulary, and by a shop's own categories.

The file of those, a head, says how they lie among the encoder's coordinates; `measure teach` fits it. Weights
are float32, little-endian, class by class, as base64.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, field_validator

from shared.errors import Failure, Misconfigured
from shared.imaging import Picture
from shared.labeling import Recognizer, unit_vector
from shared.labeling.providers.embedded.network import COORDINATES, Look, SharedRuns
from shared.labeling.taught import as_text, damaged, numbers_of, read_taught
from shared.model import Label, Labels


class EmbeddedRecognizer(Recognizer):
    """Labels pictures; `recognize` turns what the network made of one into labels.

    Nobody else is asked, so a call's time is bounded by the limits of its pictures alone.
    """

    name = "embedded"

    def __init__(self, recognizer_id: str, looks: SharedRuns, recognize: Callable[[Look], Labels]) -> None:
        self.recognizer_id = recognizer_id
        self._looks = looks
        self._recognize = recognize

    def label_many(self, pictures: Sequence[Picture]) -> list[Labels | Failure]:
        """See `Recognizer`."""
        looks = self._looks.many(pictures)
        return [each if isinstance(each, Failure) else self._recognize(each) for each in looks]


@dataclass(frozen=True, slots=True)
class LabelSelection:
    """Labels of at least `min_score`, at most `max_labels`."""

    vocabulary: Vocabulary
    head: Head | None
    min_score: float
    max_labels: int

    def __call__(self, look: Look) -> Labels:
        """Return the labels, best first."""
        if self.head is None:
            return self.vocabulary.rank(look.probabilities, self.min_score, self.max_labels)
        # A taught class may take the place of an ordinary label, once each.
        most = self.max_labels + len(self.head.classes)
        ordinary = self.vocabulary.rank(look.probabilities, self.min_score, most)
        labels = with_taught(ordinary, _taught(self.head, look))
        return tuple(label for label in labels if label.score >= self.min_score)[: self.max_labels]


def with_taught(ordinary: Labels, taught: Labels) -> Labels:
    """Return both, best first, the taught before the ordinary of the same score.

    An ordinary label named like a taught class, case aside, is left out: the shop's own word counts, however
    small its score.
    """
    own = {label.name.casefold() for label in taught}
    others = tuple(label for label in ordinary if label.name.casefold() not in own)
    return tuple(sorted((*taught, *others), key=lambda label: -label.score))


def _taught(head: Head, look: Look) -> Labels:
    """Every class with its score; none where the picture has no direction."""
    try:
        scores = head.scores(look.coordinates).tolist()
    except ValueError:
        return ()
    return tuple(Label(name, min(score, 1.0)) for name, score in zip(head.classes, scores, strict=True))


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


VERSION = 1
"""Of the file's form; raised when older code could not read it."""

COLDEST, HOTTEST = 0.01, 100.0
"""The range of temperatures."""

_BIAS_DECIMALS = 6
_LARGEST_BIAS = 1e6
_ADVICE = "run visual-search measure teach again, or write the path of the file it wrote"


@dataclass(frozen=True, slots=True)
class Head:
    """Multinomial logistic regression on coordinates of unit length.

    `weights` have the shape [classes, COORDINATES], `bias` [classes]. Scores are the softmax of
    (weights . coordinates + bias) / temperature.
    """

    encoder_id: str
    classes: tuple[str, ...]
    weights: NDArray[np.float32]
    bias: NDArray[np.float64]
    temperature: float

    def scores(self, coordinates: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the probability of each class, summing to 1; `coordinates` may be of any length.

        Raises `ValueError` where the coordinates have no direction.
        """
        unit = np.array(unit_vector(coordinates.tolist()))
        logits = (self.weights.astype(np.float64) @ unit + self.bias) / self.temperature
        powers = np.exp(logits - logits.max())
        scores: NDArray[np.float64] = powers / powers.sum()
        return scores

    def as_json(self) -> str:
        """The file's text."""
        document = {
            "version": VERSION,
            "encoder_id": self.encoder_id,
            "classes": self.classes,
            "temperature": self.temperature,
            "bias": [round(each, _BIAS_DECIMALS) for each in self.bias.tolist()],
            "weights": as_text(self.weights),
        }
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    version: Literal[1]
    encoder_id: str
    classes: Annotated[list[Annotated[str, Field(min_length=1)]], Field(min_length=2)]
    temperature: Annotated[float, Field(ge=COLDEST, le=HOTTEST)]
    bias: list[Annotated[float, Field(ge=-_LARGEST_BIAS, le=_LARGEST_BIAS)]]
    weights: str

    @field_validator("classes")
    @classmethod
    def _distinct(cls, classes: list[str]) -> list[str]:
        if len({name.casefold() for name in classes}) < len(classes):
            raise ValueError("a class is named twice")
        return classes

    def head(self) -> Head:
        """Raises `ValueError` where the numbers do not fit the classes."""
        weights = numbers_of(self.weights)
        if weights.size != len(self.classes) * COORDINATES or len(self.bias) != len(self.classes):
            raise ValueError(f"there is no weight for each of {len(self.classes)} classes")
        if not np.isfinite(weights).all():
            raise ValueError("a weight is no number")
        return Head(
            encoder_id=self.encoder_id,
            classes=tuple(self.classes),
            weights=weights.reshape(-1, COORDINATES),
            bias=np.array(self.bias, np.float64),
            temperature=self.temperature,
        )


def parse_head(content: bytes, path: Path, encoder_id: str) -> Head:
    """Read a head's file; raises `Misconfigured` where it is damaged or was made for another encoder."""
    try:
        document = _Document.model_validate_json(content)
        if document.encoder_id != encoder_id:
            raise Misconfigured(
                "EMBEDDED_HEAD",
                f"{path} was made for {document.encoder_id}, but this model is {encoder_id}; {_ADVICE}",
            )
        return document.head()
    except ValueError as error:
        raise damaged("EMBEDDED_HEAD", path, error, _ADVICE) from error


def read_head(path: Path) -> bytes:
    """Return the file's bytes; raises `Misconfigured`."""
    return read_taught("EMBEDDED_HEAD", path, f"{_ADVICE}, or leave it empty")
