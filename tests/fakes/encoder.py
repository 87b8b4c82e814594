"""An encoder that knows its pictures by heart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shared.errors import Failure, Misconfigured
from shared.imaging import Picture
from shared.labeling import Encoder
from shared.model import Vector
from tests.fakes.imaging import called


class FakeEncoder(Encoder):
    """Answers by bytes, `otherwise` for what it does not know; `asked` holds every call's pictures."""

    name = "fake"

    def __init__(
        self,
        answers: Mapping[bytes, Vector | Failure],
        otherwise: Vector | Failure = (1.0, 0.0),
        *,
        encoder_id: str = "fake/1",
        misconfigured: Misconfigured | None = None,
    ) -> None:
        self.encoder_id = encoder_id
        self.dimensions = max(
            len(each) for each in (*answers.values(), otherwise, ()) if not isinstance(each, Failure)
        )
        self.asked: list[tuple[Picture, ...]] = []
        self._answers = answers
        self._otherwise = otherwise
        self._misconfigured = misconfigured

    def encode_many(self, pictures: Sequence[Picture]) -> list[Vector | Failure]:
        self.asked.append(tuple(pictures))
        if self._misconfigured:
            raise self._misconfigured
        return [self._answers.get(called(picture), self._otherwise) for picture in pictures]
