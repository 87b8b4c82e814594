"""A recognizer that knows its pictures by heart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shared.errors import Failure, Misconfigured
from shared.imaging import Picture
from shared.labeling import Recognizer
from shared.model import Labels
from tests.fakes.imaging import called


class FakeRecognizer(Recognizer):
    """Answers by bytes, `otherwise` for what it does not know; `asked` holds every call's pictures."""

    name = "fake"

    def __init__(
        self,
        answers: Mapping[bytes, Labels | Failure],
        otherwise: Labels | Failure = (),
        *,
        recognizer_id: str = "fake/1",
        misconfigured: Misconfigured | None = None,
    ) -> None:
        self.recognizer_id = recognizer_id
        self.asked: list[tuple[Picture, ...]] = []
        self._answers = answers
        self._otherwise = otherwise
        self._misconfigured = misconfigured

    def label_many(self, pictures: Sequence[Picture]) -> list[Labels | Failure]:
        self.asked.append(tuple(pictures))
        if self._misconfigured:
            raise self._misconfigured
        return [self._answers.get(called(picture), self._otherwise) for picture in pictures]
