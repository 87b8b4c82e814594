"""A recogniser that knows its pictures by heart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shared.errors import Failure, Misconfigured
from shared.imaging import Picture
from shared.labeling import Labeler, PictureLimits
from shared.model import Labels

LIMITS = PictureLimits(
    formats=frozenset({"JPEG", "PNG"}),
    max_bytes=20_000_000,
    max_pixels=50_000_000,
    inline_bytes=10_000_000,
)


class FakeLabeler(Labeler):
    """Answers by bytes or URI, `otherwise` for what it does not know; `asked` holds every call's pictures."""

    name = "fake"

    def __init__(
        self,
        answers: Mapping[bytes | str, Labels | Failure],
        otherwise: Labels | Failure = (),
        *,
        recogniser_id: str = "fake/1",
        limits: PictureLimits = LIMITS,
        misconfigured: Misconfigured | None = None,
    ) -> None:
        self.recogniser_id = recogniser_id
        self.limits = limits
        self.asked: list[tuple[Picture, ...]] = []
        self._answers = answers
        self._otherwise = otherwise
        self._misconfigured = misconfigured

    def label_many(self, pictures: Sequence[Picture]) -> list[Labels | Failure]:
        self.asked.append(tuple(pictures))
        if self._misconfigured:
            raise self._misconfigured
        return [
            self._answers.get(picture.content or picture.uri or "", self._otherwise) for picture in pictures
        ]
