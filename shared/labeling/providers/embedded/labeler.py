"""The embedded recogniser at work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared.errors import Failure
from shared.imaging import Picture
from shared.labeling import Labeler
from shared.labeling.providers.embedded.head import Head
from shared.labeling.providers.embedded.looks import Looks
from shared.labeling.providers.embedded.network import Look
from shared.labeling.providers.embedded.vocabulary import Vocabulary
from shared.model import Label, Labels


class EmbeddedLabeler(Labeler):
    """Labels pictures; `recognise` turns what the network made of one into labels.

    Nobody else is asked, so a call's time is bounded by the limits of its pictures alone.
    """

    name = "embedded"

    def __init__(self, recogniser_id: str, looks: Looks, recognise: Callable[[Look], Labels]) -> None:
        self.recogniser_id = recogniser_id
        self._looks = looks
        self._recognise = recognise

    def label_many(self, pictures: Sequence[Picture]) -> list[Labels | Failure]:
        """See `Labeler`."""
        looks = self._looks.many(pictures)
        return [each if isinstance(each, Failure) else self._recognise(each) for each in looks]


@dataclass(frozen=True, slots=True)
class Recogniser:
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
