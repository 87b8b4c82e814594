"""The embedded recogniser at work."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from shared.errors import Failure
from shared.imaging import Picture
from shared.labeling import Labeler
from shared.labeling.providers.embedded.looks import Looks
from shared.labeling.providers.embedded.network import Look
from shared.model import Labels


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
